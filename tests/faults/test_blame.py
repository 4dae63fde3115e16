"""Whose fault a refusal is: one table of what providers say, and what becomes of three letters.

Enhanced codes are those of RFC 3463 and RFC 5248 (and 4954 for logins). The words are those of
Postfix, Exim, Sendmail and OpenSMTPD in their sources and manuals, of Exchange Online ("NDR error
codes"), and of the help pages of Gmail, Zoho, Fastmail, iCloud and GMX.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from protestmail.journal.journal import Journal
from protestmail.sending import blame, faults
from protestmail.sending.agenda import queue
from protestmail.sending.blame import DATA, DOT, MAIL, RCPT
from protestmail.sending.faults import (
    CLOSED,
    HELO,
    LOGIN,
    NO_PASSWORD,
    OTHER,
    PLACE,
    QUOTA,
    RELAY,
    SENDER,
)
from protestmail.sending.reply import Reply
from servers.fault_acts import die, say
from servers.fault_judge import MESSAGES, judge, send, states
from servers.fault_server import EVERY, Fault, FaultServer

STEPS = {MAIL: ("mail",), RCPT: ("rcpt1", "rcpt2"), DATA: ("data",), DOT: ("dot",)}


class Row(NamedTuple):
    """A refusal of every letter at a step: what it is about, and how three letters then stand."""

    step: str
    said: str
    fault: faults.Fault | None = None
    left: str = "QQQ"


LIMIT = "Daily user sending limit exceeded. https://support.example/answer/166852 d1-2002gsmtp"
AS = "SendAsDenied; ann@a.example not allowed to send as b@a.example; STOREDRV.Submission"
SPAM = "554 5.7.1 [2] Message rejected under suspicion of SPAM"
TABLE = [
    # Quotas: Gmail, Exchange Online, Zoho, Fastmail, Postfix policy services.
    Row(MAIL, f"550 5.4.5 {LIMIT}", QUOTA),
    Row(RCPT, f"550 5.4.5 {LIMIT}", QUOTA),
    Row(DATA, f"550 5.4.5 {LIMIT}", QUOTA),
    Row(DOT, "550 5.4.5 Daily SMTP relay limit exceeded for user.", QUOTA),
    Row(RCPT, "550 5.7.232 Your trial tenant has exceeded its daily limit", QUOTA),
    Row(RCPT, "550 5.7.233 Your tenant has exceeded the limit", QUOTA),
    Row(DOT, "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", QUOTA),
    Row(RCPT, "550 5.4.6 Unusual sending activity detected. Please try after sometime", QUOTA),
    Row(RCPT, "550 Ratelimit exceeded for mailbox ann@a.example", QUOTA),
    Row(RCPT, "451 4.7.1 You have exceeded your sending limit of 500 messages per hour", QUOTA),
    Row(DOT, "450 4.7.1 Too many messages from you", QUOTA),
    # The same of cPanel, OVH, GMX, Amazon SES, Mandrill and its like, Postfix's anvil, Exchange.
    Row(RCPT, "550 Domain b.example has exceeded the max emails per hour (250/200 (125%))", QUOTA),
    Row(RCPT, "451 Domain b.example has exceeded the max defers and failures per hour", QUOTA),
    Row(RCPT, "454 4.7.1 <office@a.example>: Policy Rejection- Quota Exceeded.", QUOTA),
    Row(RCPT, "550 Requested action not taken: mailbox unavailable; Mail send limit hit", QUOTA),
    Row(DOT, "450 You have exceeded the number of messages you may send in a day", QUOTA),
    Row(DOT, "454 Throttling failure: Maximum sending rate exceeded.", QUOTA),
    Row(RCPT, "451 4.7.1 Sender throttled", QUOTA),
    Row(DOT, "550 Maximum credits exceeded", QUOTA),
    Row(RCPT, "450 4.7.1 Error: too much mail from 192.0.2.1", QUOTA),
    Row(RCPT, "450 4.7.1 Error: too many recipients from 192.0.2.1", QUOTA),
    Row(RCPT, "550 5.7.705 Access denied, tenant has exceeded threshold", QUOTA),
    Row(DOT, "550 5.2.2 Submission quota exceeded", QUOTA),
    # From: Exchange Online, Postfix, Exim, Sendmail, iCloud, GMX.
    Row(DOT, f"554 5.2.252 {AS}", SENDER),
    Row(DOT, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", SENDER),
    Row(RCPT, "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user ann", SENDER),
    Row(RCPT, "553 5.7.1 <a@b.example>: Sender address rejected: not logged in", SENDER),
    Row(RCPT, "450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", SENDER),
    Row(RCPT, "550 5.1.8 Access denied, bad outbound sender AS(42004)", SENDER),
    Row(RCPT, "550 Sender verify failed", SENDER),
    Row(MAIL, "501 5.1.7 Bad sender address syntax", SENDER),
    Row(MAIL, "550 Sender address is not allowed.", SENDER),
    Row(DOT, "550 5.7.0 From address is not one of your addresses", SENDER),
    Row(DOT, "550 5.7.26 This mail has been blocked because the sender is unauthenticated", SENDER),
    # The same of Amazon SES, SendGrid, Postmark, and hosters.
    Row(DOT, "554 Message rejected: Email address is not verified. The identities failed", SENDER),
    Row(DOT, "550 The from address does not match a verified Sender Identity.", SENDER),
    Row(DOT, "550 5.1.0 The Sender Signature 'a@b.example' has not been confirmed", SENDER),
    Row(DOT, "554 5.7.1 From header must match authenticated sender", SENDER),
    Row(RCPT, "550 Your IP: 192.0.2.1 : b.example is not allowed in header From", SENDER),
    Row(DOT, "550 5.3.5 Sender domain has no valid DNS", SENDER),
    Row(DOT, "554 Access denied: User x is not authorized to perform ses:SendRawEmail", SENDER),
    # Logins and relaying: RFC 4954, Gmail, Exchange, Postfix, OpenSMTPD, Exim, Zoho.
    Row(MAIL, "530 5.7.0 Authentication Required.", LOGIN),
    Row(RCPT, "530 5.7.0 Must issue a STARTTLS command first", LOGIN),
    Row(MAIL, "530 5.5.1 Invalid command: Must issue an AUTH command first", LOGIN),
    Row(MAIL, "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail", LOGIN),
    Row(DOT, "550 5.7.30 Basic authentication is not supported for Client Submission", NO_PASSWORD),
    Row(RCPT, "550 SMTP AUTH is required for message submission on port 587", LOGIN),
    Row(RCPT, "550 Please turn on SMTP Authentication in your mail client.", LOGIN),
    Row(RCPT, "554 5.7.1 <office@ministry.example>: Relay access denied", RELAY),
    Row(RCPT, "454 4.7.1 <office@ministry.example>: Relay access denied", RELAY),
    Row(RCPT, "550 relay not permitted", RELAY),
    Row(RCPT, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", RELAY),
    Row(RCPT, "553 Relaying disallowed as a.example", RELAY),
    # The name in EHLO, which Postfix refuses at RCPT; the machine's address; the account.
    Row(RCPT, "504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified name", HELO),
    Row(RCPT, "450 4.7.1 <[127.0.0.1]>: Helo command rejected: Host not found", HELO),
    Row(RCPT, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using x", PLACE),
    Row(RCPT, "554 5.7.1 <x[192.0.2.1]>: Client host rejected: Access denied", PLACE),
    Row(RCPT, "550 5.7.708 Access denied, traffic not accepted from this IP", PLACE),
    Row(DOT, "554 5.7.1 The message was rejected: your account has been suspended", CLOSED),
    Row(DOT, "550 5.7.25 The IP address sending this message has no PTR record", PLACE),
    Row(RCPT, "554 Refused. You have no reverse DNS entry.", PLACE),
    Row(DOT, "554 Sending suspended for this account.", CLOSED),
    Row(RCPT, "554 5.1.8 Email Outgoing Blocked", CLOSED),
    Row(RCPT, "541 5.4.1 Mail sending blocked", CLOSED),
    Row(DOT, "550 5.2.0 Outgoing messages temporarily blocked for this user", CLOSED),
    Row(RCPT, "550 5.7.501 Access denied, spam abuse detected", CLOSED),
    Row(RCPT, "550 5.7.1 Trial accounts may only send to verified addresses", CLOSED),
    Row(MAIL, "550 5.7.1 whatever", OTHER),
    # The same for every recipient, and for the next letter: not about them, whatever it says.
    Row(RCPT, "550 Administrative prohibition"),
    Row(RCPT, "550 5.7.1 Delivery not authorized, message refused"),
    Row(DATA, "554 5.3.0 Transaction failed"),
    Row(RCPT, "550 Too many invalid recipients"),
    Row(DOT, "550 5.7.1 No more of this from you, thank you"),
    # The recipient's: each letter ends by itself, and the run goes on.
    Row(RCPT, "550 5.1.1 Recipient address rejected: User unknown in local table", None, "RRR"),
    Row(RCPT, "550 5.1.1 The email account that you tried to reach does not exist.", None, "RRR"),
    Row(RCPT, "550 5.2.1 The email account that you tried to reach is disabled.", None, "RRR"),
    Row(RCPT, "552 5.2.2 The email account that you tried to reach is over quota", None, "RRR"),
    Row(RCPT, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", None, "RRR"),
    Row(RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", None, "RRR"),
    Row(RCPT, "550 5.7.133 SenderNotAuthenticatedForGroup; authentication required", None, "RRR"),
    Row(RCPT, "550 No such user here", None, "RRR"),
    Row(RCPT, "550 Mailbox quota exceeded", None, "RRR"),
    Row(RCPT, "550 5.7.1 Recipient quota exceeded", None, "RRR"),
    Row(RCPT, "452 4.2.2 The recipient's inbox is out of storage space", None, "DDD"),
    Row(RCPT, "450 4.2.0 Recipient address rejected: Greylisted", None, "DDD"),
    # The letter's: its size; and what a filter says of two in a row ends the run.
    Row(DOT, "552 5.3.4 Message size exceeds fixed limit", None, "RRR"),
    Row(DOT, "552 5.2.3 Your message exceeded the message size limits", None, "RRR"),
    Row(MAIL, "552 5.3.4 Message size exceeds fixed limit", None, "RRR"),
    Row(DOT, "554 5.6.0 Message has bad content", None, "RRR"),
    Row(DOT, SPAM),
    Row(DOT, "550 5.7.1 this message is likely unsolicited mail"),
    Row(DOT, "554 5.7.9 Message not accepted for policy reasons."),
    # The session's, at the first command of a letter.
    Row(MAIL, "452 4.4.5 Insufficient disk space; try again later"),
    Row(MAIL, "421 4.7.0 Try again later, closing connection."),
]


def test_the_table_is_large() -> None:
    """There are more than forty rows, of every fault, and none twice."""
    assert len({(one.step, one.said) for one in TABLE}) == len(TABLE) > 40
    assert {one.fault for one in TABLE} > {QUOTA, SENDER, LOGIN, RELAY, HELO, PLACE, CLOSED, OTHER}


@pytest.mark.parametrize("piped", [True, False], ids=["piped", ""])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.step} {row.said[:40]}")
def test_whose_fault(row: Row, piped: bool, tmp_path: Path) -> None:
    """P84: a refusal that is not about a letter ends none: it stays queued, and the rest too."""
    script = [Fault(step, say(row.said.encode()), EVERY) for step in STEPS[row.step]]
    with FaultServer(*script, pipelining=piped) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())
        judge(entries, server)
        assert states(entries) == row.left

        told = str(result.problem)
        if row.fault:
            hint = getattr(result.problem, "hint", "")
            assert (told.partition(":")[0], hint) == (
                row.fault.told.format(sender="aliya@union.example"),
                f"no letter is lost: {row.fault.hint}",
            )
        if row.left == "QQQ":
            assert row.said[:40].strip() in told
            assert len(server.connections) == 1

        server.behave()
        again = send([one.number for one in entries if one.due is not None], journal, server)
        assert again.problem is None
        judge(list(journal.entries()), server)


@pytest.mark.parametrize("row", [row for row in TABLE if row.fault], ids=lambda row: row.said[:40])
def test_the_fault_alone(row: Row) -> None:
    """A refusal is known for what it is by its code or its words, in capitals as well."""
    code, _, text = row.said.partition(" ")

    assert blame.fault(Reply(int(code), text), row.step) == row.fault
    assert blame.fault(Reply(int(code), text.upper()), row.step) == row.fault


def test_the_first_of_two_alike_counts_by_itself(tmp_path: Path) -> None:
    """P84: a letter that is turned down alone has ended: the next one shows that it was its own."""
    script = [Fault(step, say(b"550 Administrative prohibition")) for step in STEPS[RCPT]]
    with FaultServer(*script) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    assert result.problem is None
    assert [one.number for one in result.entries] == [1, 2, 3]
    assert states(entries) == "RAA"
    judge(entries, server)


def test_a_text_that_is_refused_alone_is_refused(tmp_path: Path) -> None:
    """P84: with no letter after it, or one that fares otherwise, a refused text has ended."""
    said = SPAM.encode(), b"550 Not this one", SPAM.encode()
    script = [Fault("dot", say(one), on) for on, one in enumerate(said, 1)]
    with FaultServer(*script) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    assert (result.problem, states(entries)) == (None, "RRR")
    assert [one.number for one in result.entries] == [1, 2, 3]
    judge(entries, server)


def test_a_refused_text_that_no_other_follows(tmp_path: Path) -> None:
    """P84: where the run ends before another text has shown whose fault it was, it stays queued."""
    script = [Fault("dot", say(SPAM.encode())), *(Fault("rcpt1", die, on) for on in (2, 3))]
    with FaultServer(*script) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        assert states([*journal.entries()]) == "QQQ"
        assert all(one.fresh for one in journal.entries())
        assert (result.entries, len(server.connections)) == ([], 2)
        judge([*journal.entries()], server)

        server.behave()
        again = send([1, 2, 3], journal, server)
        assert (again.problem, states([*journal.entries()])) == (None, "AAA")
        judge([*journal.entries()], server)


def test_one_recipient_of_a_letter_is_the_accounts_fault(tmp_path: Path) -> None:
    """P84: whoever was accepted gets the letter; whom the limit cuts off waits, with the rest."""
    limit = Fault("rcpt2", say(f"550 5.4.5 {LIMIT}".encode()))
    with FaultServer(limit) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    assert states(entries) == "AQQ"
    assert [one.state for one in entries[0].recipients] == ["accepted", "deferred"]
    assert "takes no more for now" in str(result.problem)
    judge(entries, server)
