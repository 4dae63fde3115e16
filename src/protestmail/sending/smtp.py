"""One conversation with one server (RFC 5321), in which a letter costs one round trip.

``offer`` names a letter's sender and recipients, ``answer`` hears what the server says of them,
``transmit`` sends the text and its dot, ``verdict`` hears what became of it. With PIPELINING
(RFC 2920) the next letter's offer travels behind the dot, in the same write. Whoever calls does
the book-keeping between ``answer`` and ``transmit``: from there on a letter may have arrived.

``smtplib`` is not used: it reports a connection lost before the dot and one lost after it alike,
hides the refusal of some recipients, reads without deadline or measure, tries one password by
several mechanisms, and cannot pipeline. What is left of it would be the parsing of EHLO.
"""

import re
import ssl
import time
from collections.abc import Iterator, Sequence

from protestmail.errors import ConnectionLost, ProtestmailError, Untrusted
from protestmail.journal.entry import ACCEPTED, UNKNOWN
from protestmail.sending import blame, login, wire
from protestmail.sending.reply import BUSY, Answer, Envelope, Reply
from protestmail.sending.wire import Wire, lines, stuffed
from protestmail.settings.account import Account

_FAREWELL = 5
"""Seconds in which a server may say goodbye; nothing depends on it."""
_QUOTED = 200
_CODE = re.compile(rb"[2-5][0-9]{2}")
_READY, _GO, _MORE = 220, 354, 334


class Conversation:
    """A connection on which EHLO, encryption and login are done; see ``session``."""

    def __init__(self, line: Wire, account: Account) -> None:
        self._wire, self._account = line, account
        self._offered: Envelope | None = None
        self._unfinished = False
        self._secrets: tuple[str, ...] = ()
        self.features: dict[str, str] = {}

    @property
    def pipelining(self) -> bool:
        """Whether the server takes several commands at once."""
        return "PIPELINING" in self.features

    @property
    def size_limit(self) -> int:
        """The octets that the server takes in one message; 0 where it does not say."""
        limit = self.features.get("SIZE", "")
        return int(limit) if limit.isdecimal() else 0

    @property
    def encryption(self) -> str:
        """The version of TLS that is spoken, empty without."""
        return self._wire.protocol

    def offer(self, envelope: Envelope) -> None:
        """Name sender and recipients; without PIPELINING that waits for ``answer``."""
        self._wire.refuse_early()
        if self.pipelining:
            self._wire.write(lines(self._commands(envelope)), self._wire.limits.step)
        self._offered = envelope

    def answer(self) -> Answer:
        """Hear what the server says to the offer; what cannot go on is taken back."""
        if self._offered is None:
            raise ValueError("nothing was offered")
        heard = list(self._replies(self._commands(self._offered)))
        reset = len(heard) - len(self._offered.recipients) - 2
        mail, *to, data = heard[reset:]
        anybody = any(one.state == ACCEPTED for one in to)
        ready = mail.state == ACCEPTED and anybody and data.code == _GO
        answer = Answer(mail, tuple(to), data, ready)
        self._unfinished = mail.state == ACCEPTED and not ready
        if data.code == _GO and not ready:
            if anybody:  # a lone dot would be an empty letter to them
                raise self._wire.broken("the server takes a letter from a sender it has refused")
            self._command(".")  # RFC 2920, 3.1
            self._unfinished = False
        if answer.ready:
            self._wire.refuse_early()
        else:
            self._offered = None
        return answer

    def _commands(self, envelope: Envelope) -> list[str]:
        """The commands of an offer, behind a RSET where the one before came to nothing."""
        size = f" SIZE={envelope.size}" if "SIZE" in self.features else ""
        mail = f"MAIL FROM:<{envelope.sender}>{size}"
        to = [f"RCPT TO:<{one}>" for one in envelope.recipients]
        return [*(["RSET"] if self._unfinished else []), mail, *to, "DATA"]

    def _replies(self, commands: Sequence[str]) -> Iterator[Reply]:
        """One reply a command. After 421 nothing more is heard, and it counts for what follows.

        One by one, a command is not given where the server would have to refuse it.
        """
        said, good, over = Reply(0, ""), False, False
        for command in commands:
            over = over or (command == "DATA" and not good and not self.pipelining)
            if not over:
                said = self._heard() if self.pipelining else self._command(command)
                self._refuse_misplaced(command, said)
                good = good or (command.startswith("RCPT") and said.state == ACCEPTED)
                failed = command.startswith("MAIL") and said.state != ACCEPTED
                over = said.code == BUSY or (failed and not self.pipelining)
            yield said

    def _refuse_misplaced(self, command: str, said: Reply) -> None:
        """Hang up on a server that loses the thread: what it says next could mean anything."""
        if command == "RSET" and said.state != ACCEPTED and said.code != BUSY:
            told = f"the server does not take RSET: {said}"
            raise ConnectionLost(told, "a new connection may do", unsent=True)
        if said.state == UNKNOWN and (command, said.code) != ("DATA", _GO):
            raise self._wire.broken(f"the server answers {command[:4]} with {said.code}")

    def transmit(self, data: bytes, then: Envelope | None = None) -> None:
        """Send the text, its dot, and the next offer, in one write."""
        text = stuffed(data)
        follows = lines(self._commands(then)) if then else b""
        self._offered = then
        self._wire.write(text + follows, self._wire.limits.progress, dot=len(text))

    def verdict(self) -> Reply:
        """Hear what became of the letter; raises ConnectionLost for what is no verdict."""
        reply = self._heard(self._wire.limits.verdict)
        if reply.state == UNKNOWN:
            raise self._wire.broken(f"the server answers a letter with {reply}")
        return reply

    def greet(self) -> None:
        """Hear the greeting."""
        reply = self._heard()
        if reply.code != _READY:
            raise blame.turned_away(reply, self._account.email)

    def hello(self) -> None:
        """Say EHLO, and note what the server can do."""
        reply = self._command(f"EHLO {self._account.helo}")
        if reply.state != ACCEPTED:
            raise blame.not_greeted(reply, self._account.email)
        self.features = {}
        for line in reply.text.upper().split("\n")[1:]:
            name, _, values = line.strip().replace("AUTH=", "AUTH ", 1).partition(" ")
            self.features[name] = f"{self.features.get(name, '')} {values}".strip()

    def start_tls(self, host: str, context: ssl.SSLContext, *, own: bool = False) -> None:
        """Encrypt, or raise Untrusted: there is no way on without."""
        told = "the server does not offer STARTTLS, so the connection would stay readable"
        if "STARTTLS" not in self.features:
            raise Untrusted(told, "nothing was sent; check port and security")
        reply = self._command("STARTTLS")
        if reply.code != _READY:
            raise Untrusted(f"the server refuses STARTTLS: {reply}", "nothing was sent")
        self._wire.encrypt(host, context, own=own)
        self.hello()  # what was said before is forgotten (RFC 3207, 4.2)

    def log_in(self, secret: str) -> None:
        """Log in, once; raises LoginRefused."""
        way = login.way(self._account, secret, self.features.get("AUTH", "").split())
        self._secrets = way.secrets
        first, *more = way.lines
        reply = self._command(first)
        for line in more:
            reply = self._command(line) if reply.code == _MORE else reply
        login.judge(reply, self._account)

    def ask_for(self, sender: str) -> Reply:
        """Ask whether letters may be from a sender, with one to the same that is never sent.

        Many servers say so only when they hear of a recipient. Raises AccountRefused.
        """
        reply, step = self._command(f"MAIL FROM:<{sender}>"), blame.MAIL
        if reply.state == ACCEPTED:
            reply, step = self._command(f"RCPT TO:<{sender}>"), blame.RCPT
        self._command("RSET")
        if found := blame.fault(reply, step):
            raise blame.refused(found, reply, sender, kept=False)
        return reply

    def part(self) -> None:
        """Say goodbye, or hang up where a letter is offered: nothing else calls it off."""
        try:
            if self._offered is None:
                self._wire.refuse_early()
                self._wire.write(lines(["QUIT"]), _FAREWELL)
                self._heard(min(_FAREWELL, self._wire.limits.step))
        except ProtestmailError:
            pass  # what was accepted stays accepted if the server has gone
        finally:
            self._wire.close()

    def _command(self, text: str) -> Reply:
        self._wire.refuse_early()
        self._wire.write(lines([text]), self._wire.limits.step)
        return self._heard()

    def _heard(self, seconds: float | None = None) -> Reply:
        """Read one reply, its lines joined; raises ConnectionLost for one that breaks the rules."""
        end = time.monotonic() + (seconds or self._wire.limits.step)
        code, texts = b"", []
        for _ in range(wire.MAX_LINES):
            line = self._wire.line(end)
            code, more, text = code or line[:3], line[3:4], line[4:]
            well = _CODE.fullmatch(code) and more in {b" ", b"-", b""}
            if not well or line[:3] != code:
                told = self._without_secrets(line.decode("utf-8", "replace"))[:_QUOTED]
                raise self._wire.broken(f"the server's reply cannot be understood: {told}")
            texts.append(text.decode("utf-8", "replace"))
            if more != b"-":
                return Reply(int(code), self._without_secrets("\n".join(texts)))
        raise self._wire.broken("a reply has too many lines")

    def _without_secrets(self, text: str) -> str:
        for secret in filter(None, self._secrets):
            text = text.replace(secret, "***")
        return text
