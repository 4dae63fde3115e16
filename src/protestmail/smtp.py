"""One conversation with one server (RFC 5321).

The DATA step is ours: ``smtplib.sendmail`` hides the refusal of some recipients, and reports a
connection lost before the final dot and one lost after it alike, where only the first is safe to
try again.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from protestmail.account import Account
from protestmail.envelope import TARGET, Recipient
from protestmail.errors import TryLater
from protestmail.message import Message

ACCEPTED, REFUSED, DEFERRED, UNKNOWN = "accepted", "refused", "deferred", "unknown"
EHLO = "[127.0.0.1]"
"""A constant: the machine's name is nobody's business. It also keeps getfqdn from being asked."""
TIMEOUT = 60
LOST = (smtplib.SMTPException, OSError)
"""What a conversation raises when it breaks off."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said; code 0 where it said nothing."""

    code: int
    text: str

    @property
    def state(self) -> str:
        """What a reply means for what it answers."""
        return {2: ACCEPTED, 4: DEFERRED, 5: REFUSED}.get(self.code // 100, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message, as a whole and recipient by recipient."""

    message: Message
    state: str
    reply: Reply
    recipients: tuple[tuple[Recipient, Reply], ...] = ()

    @property
    def refusals(self) -> tuple[tuple[Recipient, Reply], ...]:
        """The recipients that were not accepted, with what the server said of each."""
        return tuple(one for one in self.recipients if one[1].state != ACCEPTED)

    @property
    def complete(self) -> bool:
        """Whether every one of its recipients was accepted."""
        return self.state == ACCEPTED and not self.refusals


class _Conversation(smtplib.SMTP):
    def deliver(self, message: Message) -> Delivery:
        """Send one message; whatever happens on the way is told in the outcome."""
        start = _reply(*self.mail(message.sender.ascii))
        if start.state != ACCEPTED:
            return self._leave(message, start)
        answers = [(one, _reply(*self.rcpt(one.address.ascii))) for one in message.recipients]
        good = [reply for _, reply in answers if reply.state == ACCEPTED]
        if not good:
            return self._leave(message, answers[0][1], tuple(answers))
        go = _reply(*self.docmd("DATA"))
        if go.code != 354:  # noqa: PLR2004  RFC 5321: start mail input
            return self._leave(message, go, tuple(answers))
        return self._body(message, tuple(answers))

    def _body(self, message: Message, answers: tuple[tuple[Recipient, Reply], ...]) -> Delivery:
        """Send the text and its dot; from here on a lost connection leaves the letter unknown."""
        dotted = message.data.replace(b"\r\n.", b"\r\n..")
        first = b"." if dotted.startswith(b".") else b""
        try:
            self.send(first + dotted + b".\r\n")
            reply = _reply(*self.getreply())
        except LOST as why:
            return Delivery(message, UNKNOWN, Reply(0, str(why)), answers)
        answers = _told(answers, reply)
        verdict = _verdict(reply, answers)
        return Delivery(message, verdict.state, verdict, answers)

    def _leave(
        self,
        message: Message,
        reply: Reply,
        answers: tuple[tuple[Recipient, Reply], ...] = (),
    ) -> Delivery:
        self.rset()
        answers = _told(answers or tuple((one, reply) for one in message.recipients), reply)
        state = reply.state if reply.state != ACCEPTED else UNKNOWN
        return Delivery(message, state, reply, answers)


def _told(
    answers: tuple[tuple[Recipient, Reply], ...], reply: Reply
) -> tuple[tuple[Recipient, Reply], ...]:
    """Give each recipient its outcome: whoever was accepted shares the fate of the text."""
    return tuple((one, said if said.state != ACCEPTED else reply) for one, said in answers)


def _verdict(reply: Reply, answers: tuple[tuple[Recipient, Reply], ...]) -> Reply:
    """Give the reply that tells a letter's fate: it is accepted when its target is."""
    targets = [answer for one, answer in answers if one.role == TARGET]
    if reply.state != ACCEPTED or any(one.state == ACCEPTED for one in targets):
        return reply
    later = [one for one in targets if one.state == DEFERRED]
    return (later or targets or [reply])[0]


@contextmanager
def conversation(account: Account) -> Iterator[_Conversation]:
    """Connect and say EHLO; raise TryLater where the server cannot be reached."""
    try:
        talk = _Conversation(account.host, account.port, local_hostname=EHLO, timeout=TIMEOUT)
        talk.ehlo_or_helo_if_needed()
    except LOST as why:
        raise TryLater(f"{account.host}:{account.port} does not answer: {why}") from None
    try:
        yield talk
    finally:
        _part(talk)


def _part(talk: _Conversation) -> None:
    """Say goodbye; what was accepted stays accepted if the server has gone."""
    try:
        talk.quit()
    except LOST:
        talk.close()


def _reply(code: int, text: bytes) -> Reply:
    return Reply(code, " ".join(text.decode("utf-8", "replace").split()))
