"""What a refusal is about: the account and the session, or this letter and its recipients.

A 5xx after RCPT or the final dot may mean that the provider takes no more today from anybody of
this account; ``faults`` knows how that is said. What is certainly about the recipient is never the
account's fault.
"""

import re
from collections.abc import Iterable

from protestmail.errors import Exit, ProtestmailError, TryLater
from protestmail.journal.entry import DEFERRED, REFUSED
from protestmail.sending.faults import DOOR, FAULTS, HELO, OTHER, Fault
from protestmail.sending.reply import BUSY, Reply

MAIL, RCPT, DATA, DOT = "MAIL", "RCPT", "DATA", "the text"
"""The steps at which a letter can be refused."""
_KEPT = "no letter is lost"
_UNKNOWN_COMMAND = {500, 502}


class AccountRefused(ProtestmailError):
    """The server refuses whoever sends, or from where; no letter comes to its end by that."""

    def __init__(self, message: str, hint: str, exit_code: Exit) -> None:
        super().__init__(message, hint)
        self.exit_code = exit_code


class SameWords(ProtestmailError):
    """Two letters in a row were refused in the same words, so the next would be, too."""

    exit_code = Exit.REFUSED


_RECIPIENT = re.compile(
    r"^... [45]\.(?:1\.(?:[1236]|10)|2\.[1-4]|4\.[14]|7\.(?:12\d|13[2-6]|193))\b"
    r"|user unknown|(?:unknown|no such) (?:user|recipient|mailbox|address|person)"
    r"|(?<!too many )invalid (?:user|recipient|mailbox|address)"
    r"|(?:mailbox|recipient) quota|mailbox (?:unavailable|not found|full|disabled|is)"
    r"|(?:user|mailbox|inbox) [^;]*over ?quota"
    r"|recipient['\u2019]s|(?:user|mailbox|recipient|account) [^;]*does(?: not|n['\u2019]t) exist"
)
_SENDERS = re.compile(r"submission|out(?:going|bound)|send(?:ing)? (?:limit|quota|blocked)")
"""What is said of nobody but whoever sends, whatever the code is."""
_SESSION = re.compile(
    r"(?:in|per|for|on|of) (?:this|one|an?|the|each|a single) (?:\w+ )?(?:connection|session)\b"
)
_LETTER = re.compile(r"^(?:552|523) |^... [45]\.(?:2\.3|3\.4|6\.\d+)\b|\bsize\b|too (?:large|big)")


def fault(reply: Reply, step: str) -> Fault | None:
    """Give the account's fault that a refusal tells of; None where it may be the letter's.

    At MAIL, no recipient has been named: there all but the letter's size is the account's fault.
    """
    if reply.state not in {REFUSED, DEFERRED} or _letters_own(reply, step):
        return None
    if ends_session(reply):
        return None
    return known(reply, FAULTS) or (OTHER if step == MAIL and reply.state == REFUSED else None)


def known(reply: Reply, among: Iterable[Fault]) -> Fault | None:
    """Give the first fault that a reply tells of."""
    said = _said(reply)
    return next((one for one in among if re.search(one.known, said)), None)


def ends_session(reply: Reply) -> bool:
    """Whether a server has had enough of this connection, which says nothing of the next one."""
    refused = reply.state in {REFUSED, DEFERRED}
    return reply.code == BUSY or (refused and bool(_SESSION.search(_said(reply))))


def unclear(reply: Reply, step: str) -> bool:
    """Whether a final refusal may be about the letter, its recipients, or whoever sends."""
    return reply.state == REFUSED and not _letters_own(reply, step)


def too_many(reply: Reply) -> bool:
    """Whether a recipient was one too many for this transaction, and may go in the next."""
    said = _said(reply)
    return bool(re.search(r"^(?:452|552|550) [45]\.5\.3\b|^[45]52 too many recipients", said))


def _letters_own(reply: Reply, step: str) -> bool:
    said = _said(reply)
    about_them = step != MAIL and not _SENDERS.search(said) and _RECIPIENT.search(said)
    return bool(about_them or _LETTER.search(said))


def _said(reply: Reply) -> str:
    return " ".join(f"{reply.code} {reply.text}".casefold().split())


def refused(found: Fault, reply: Reply, sender: str, *, kept: bool = True) -> AccountRefused:
    """Give the error for a fault of the account; ``kept`` where letters wait for its end."""
    told = found.told.format(sender=sender)
    hint = f"{_KEPT}: {found.hint}" if kept else found.hint
    return AccountRefused(f"{told}: {reply}", hint, found.exit_code)


def turned_away(reply: Reply, sender: str) -> ProtestmailError:
    """Give the error for a greeting that is none."""
    if reply.state != REFUSED:
        return TryLater(f"the server turns us away: {reply}", "try again later")
    return refused(known(reply, FAULTS) or DOOR, reply, sender, kept=False)


def not_greeted(reply: Reply, sender: str) -> ProtestmailError:
    """Give the error for an EHLO that is refused: for its name, or by a server that knows none."""
    if reply.state == REFUSED and reply.code not in _UNKNOWN_COMMAND:
        return refused(known(reply, FAULTS) or HELO, reply, sender, kept=False)
    hint = "check host and port" if reply.state == REFUSED else "try again later"
    return TryLater(f"the server does not take EHLO: {reply}", hint)


def same_words(reply: Reply) -> SameWords:
    """Give the error for two letters that were refused alike."""
    told = f"two letters in a row were refused in the same words, so no more are tried: {reply}"
    hint = (
        "change the text, choose others with --target, or ask your provider with these words; "
        "the same command goes on"
    )
    return SameWords(told, f"{_KEPT}: {hint}")


def words(reply: Reply) -> str:
    """The words of a refusal without what differs from letter to letter: addresses, numbers."""
    plain = (one for one in reply.text.casefold().split() if not re.search(r"[\d@]", one))
    return f"{reply.code} {' '.join(plain)}"
