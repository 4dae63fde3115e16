"""What a refusal is about: the account and the session, or this letter and its recipients.

A 5xx after RCPT or the final dot may mean that the provider takes no more today from anybody of
this account. Codes are those of RFC 3463 and 5248 and of the providers' own pages; a server that
uses none of them is judged by its words, which are those of Postfix, Exim, Exchange and the large
providers. What is certainly about the recipient is never the account's fault.
"""

import re
from typing import NamedTuple

from protestmail.commands import to_type
from protestmail.errors import Exit, ProtestmailError
from protestmail.journal.entry import DEFERRED, REFUSED
from protestmail.sending.reply import BUSY, Envelope, Reply

MAIL, RCPT, DATA, DOT = "MAIL", "RCPT", "DATA", "the text"
"""The steps at which a letter can be refused."""
_KEPT = "all letters are still queued"


class AccountRefused(ProtestmailError):
    """The server refuses whoever sends, or from where; no letter comes to its end by that."""

    def __init__(self, message: str, hint: str, exit_code: Exit) -> None:
        super().__init__(message, hint)
        self.exit_code = exit_code


class SameWords(ProtestmailError):
    """Two letters in a row were refused in the same words, so the next would be, too."""

    exit_code = Exit.REFUSED


class Fault(NamedTuple):
    """A fault of the account: how it is known, what it is called, and the next step."""

    known: str
    told: str
    hint: str
    exit_code: Exit


_RECIPIENT = re.compile(
    r"^... [45]\.(?:1\.(?:[1236]|10)|2\.[1-4]|4\.[14]|7\.(?:12\d|13[2-6]|193))\b"
    r"|user unknown|(?:unknown|invalid|no such) (?:user|recipient|mailbox|address|person)"
    r"|mailbox (?:unavailable|not found|full|disabled|is)|(?:user|mailbox|inbox) [^;]*over ?quota"
    r"|recipient['\u2019]s|(?:user|mailbox|recipient|account) [^;]*does(?: not|n['\u2019]t) exist"
)
_SESSION = re.compile(
    r"(?:in|per|for|on|of) (?:this|one|an?|the|each|a single) (?:\w+ )?(?:connection|session)\b"
)
_LETTER = re.compile(r"^(?:552|523) |^... [45]\.(?:2\.3|3\.4|6\.\d+)\b|\bsize\b|too (?:large|big)")

QUOTA = Fault(
    r"^... [45]\.(?:4\.5|7\.(?:23[23]|28|750))\b|quotaexceeded|outboundspam"
    r"|(?:daily|hourly|sending|outgoing|outbound|relay|submission|message|mail|rate|user)"
    r"(?: \w+){0,3} (?:limit|quota)|(?:limit|quota)\w*(?: \S+){0,4} (?:per|an?) (?:day|hour|minute)"
    r"|too many (?:\w+ )?(?:messages|e?-?mails|connections)|rate ?limit|unusual (?:sending|rate)",
    "your provider takes no more for now",
    f"{_KEPT}: the same command goes on tomorrow",
    Exit.TRY_LATER,
)
SENDER = Fault(
    r"^... [45]\.(?:1\.[78]|2\.252|7\.(?:2[0-7]|60|50[1-9]|51[01]))\b|send ?as|sendasdenied"
    r"|sender (?:address )?(?:\S+ )?(?:rejected|not|denied|verif)|bad (?:outbound )?sender"
    r"|not (?:owned|allowed|permitted|authori[sz]ed) (?:by|to send|to use|as)"
    r"|permissions? to send|from address|verification failed for|domain of sender",
    "your provider does not let you send as {sender}",
    f"{_KEPT}: set PROTESTMAIL_EMAIL to an address of this account, or allow that one there",
    Exit.SETTINGS,
)
LOGIN = Fault(
    r"^(?:530|534|535|538) |^... [45]\.7\.(?:3|8|9|30|57|139)\b"
    r"|authenticat\w+ (?:is )?(?:required|first)|not (?:been )?(?:authenticated|logged in)"
    r"|must (?:first )?(?:authenticate|log ?in|issue)|log ?in (?:is )?required",
    "the server wants a login before it takes letters",
    f"{_KEPT}: set user and password; {to_type('init')} asks for them",
    Exit.LOGIN_REFUSED,
)
RELAY = Fault(
    r"^... [45]\.7\.54\b|relay(?:ing)? (?:access )?(?:is )?(?:denied|disallowed|prohibited|not)"
    r"|(?:unable|not (?:allowed|permitted)) to relay|relaying (?:denied|disallowed)",
    "this server sends no letters to others for you",
    f"{_KEPT}: set your own provider's server, with user and password",
    Exit.SETTINGS,
)
HELO = Fault(
    r"\b(?:helo|ehlo)\b",
    "the server does not take the name that this program says in EHLO",
    f"{_KEPT}: set PROTESTMAIL_SMTP_HELO to a name that it takes, such as your domain",
    Exit.SETTINGS,
)
PLACE = Fault(
    r"^... 5\.7\.(?:606|649|70[58]|25)\b|client host|block ?list|black ?list|spamhaus|\brbl\b"
    r"|blocked using|(?:traffic|connections?) not accepted from|your (?:ip|host|network)",
    "the server takes nothing from where you are now",
    f"{_KEPT}: try from another network, or by your own provider's server",
    Exit.TRY_LATER,
)
CLOSED = Fault(
    r"your account|account (?:\S+ )?(?:has been |is )?(?:suspended|locked|restricted|blocked)"
    r"|^... 5\.7\.(?:40|41)\b",
    "your provider has stopped your account from sending",
    f"{_KEPT}: log in at your provider's page, which says why",
    Exit.LOGIN_REFUSED,
)
OTHER = Fault(
    "",
    "the server takes no letters from you",
    f"{_KEPT}: ask your provider, with these words of the server",
    Exit.REFUSED,
)
_FAULTS = (QUOTA, SENDER, LOGIN, RELAY, HELO, PLACE, CLOSED)


def fault(reply: Reply, step: str) -> Fault | None:
    """Give the account's fault that a refusal tells of; None where it may be the letter's.

    At MAIL, no recipient has been named: there all but the letter's size is the account's fault.
    """
    if reply.state not in {REFUSED, DEFERRED} or _letters_own(reply, step):
        return None
    if ends_session(reply):
        return None
    said = _said(reply)
    known = next((one for one in _FAULTS if re.search(one.known, said)), None)
    return known or (OTHER if step == MAIL and reply.state == REFUSED else None)


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
    about_them = step != MAIL and _RECIPIENT.search(said)
    return bool(about_them or _LETTER.search(said))


def _said(reply: Reply) -> str:
    return " ".join(f"{reply.code} {reply.text}".casefold().split())


def refused(found: Fault, reply: Reply, envelope: Envelope) -> AccountRefused:
    """Give the error for a fault of the account."""
    told = found.told.format(sender=envelope.sender)
    return AccountRefused(f"{told}: {reply}", found.hint, found.exit_code)


def same_words(reply: Reply) -> SameWords:
    """Give the error for two letters that were refused alike."""
    told = f"two letters in a row were refused in the same words, so no more are tried: {reply}"
    return SameWords(told, "the rest is still queued: the same command goes on with it")


def words(reply: Reply) -> str:
    """The words of a refusal without what differs from letter to letter: addresses, numbers."""
    plain = (one for one in reply.text.casefold().split() if not re.search(r"[\d@]", one))
    return f"{reply.code} {' '.join(plain)}"
