"""One connection to the server of ``fault_server``: what it hears, and what acts are made of."""

import re
import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protestmail.settings.account import STARTTLS, TLS

if TYPE_CHECKING:
    from servers.fault_server import FaultServer

PATIENCE = 20
"""Seconds until the server takes it that the client waits for ever."""
MOST = 1 << 26
"""Octets of a flood after which the server takes it that the client swallows everything."""
CHUNK = 1 << 16
_END = b"\r\n.\r\n"


class HungUpError(Exception):
    """The connection is over."""


Act = Callable[["Session", bytes], bool]
"""What is done at a step, given the right reply; says whether the command takes effect."""


@dataclass(slots=True)
class Delivery:
    """A message whose final dot came, and what was said to that, as far as it was."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    reply: bytes = b""

    @property
    def accepted(self) -> bool:
        """Whether the client was told that the server has it."""
        return bool(re.match(rb"(2\d\d-.*\r?\n)*2\d\d( .*)?\r?\n", self.reply))

    @property
    def turned_down(self) -> bool:
        """Whether the client was told that the server has it not."""
        return bool(re.match(rb"[45]\d\d .*\r\n", self.reply))


@dataclass(slots=True)
class Heard:
    """What came over one connection: its commands, and the bytes that anybody could read."""

    commands: list[str] = field(default_factory=list)
    plain: bytearray = field(default_factory=bytearray)

    def count(self, verb: str) -> int:
        """How often a command was given."""
        return sum(one.startswith(verb) for one in self.commands)


class Session:
    """One connection."""

    def __init__(self, server: "FaultServer", sock: socket.socket, heard: Heard) -> None:
        self._server, self._sock, self._heard = server, sock, heard
        self._in, self._out = bytearray(), b""
        self._secure = self._upgraded = False
        self._sender: str | None = None
        self._asked, self._recipients = 0, list[str]()
        self._delivery: Delivery | None = None
        self._never = threading.Event()

    def run(self) -> None:
        """Serve until one side hangs up."""
        self._sock.settimeout(PATIENCE)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._at("connect")
            if self._server.security == TLS:
                self._encrypt()
            self._answer("greeting", b"220 test.example ready")
            while True:
                self._obey(self._line())
        except TimeoutError:
            self.complain("the client neither speaks nor hangs up")
        except (HungUpError, OSError):
            pass
        finally:
            self._sock.close()

    # What acts are made of.

    def complain(self, about: str) -> None:
        """Note what no client should do."""
        self._server.complaints.append(about)

    def say(self, data: bytes) -> None:
        """Say something, as soon as there is nothing more to hear."""
        self._out += data
        if self._delivery:
            self._delivery.reply += data

    def flush(self) -> None:
        """Say now what is to be said."""
        data, self._out = self._out, b""
        self._sock.sendall(data)

    def flood(self, data: bytes) -> None:
        """Say something at once, if need be for ever."""
        self._sock.sendall(data)
        self._server.flooded += len(data)
        if self._server.flooded > MOST:
            self.complain("the client swallows everything")
            raise HungUpError

    def ended(self, seconds: float = PATIENCE) -> bool:
        """Wait for the client to hang up; what it says meanwhile is not answered."""
        self._sock.settimeout(seconds)
        try:
            while self._receive():
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True

    def sip(self, most: int, seconds: float) -> bool:
        """Read a part of a text, after a pause; tell whether there is more."""
        self._never.wait(seconds)
        goal = len(self._in) + most
        while len(self._in) < goal:
            if self._in.endswith(_END):
                return False
            self._more()
        return True

    def freeze(self) -> None:
        """Read and say nothing until the client calls anew."""
        if not select.select([self._server.listening], [], [], PATIENCE)[0]:
            self.complain("the client waits for ever")
        raise HungUpError

    def hang_up(self, *, hard: bool = False) -> None:
        """Hang up as one does, or so that all that is under way is lost."""
        self.flush()
        if hard:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise HungUpError
        self._sock.shutdown(socket.SHUT_WR)
        self.wait()

    def wait(self) -> None:
        """Answer nothing until the client hangs up."""
        if not self.ended():
            self.complain("the client does not hang up")
        raise HungUpError

    # What a server does.

    def _receive(self, most: int = CHUNK) -> bytes:
        data = self._sock.recv(most)
        if not self._secure:
            self._heard.plain += data
        return data

    def _more(self, most: int = CHUNK) -> None:
        self.flush()
        data = self._receive(most)
        if not data:
            raise HungUpError
        self._in += data

    def _line(self) -> str:
        """Read a line; replies wait until no whole line is there to be read (RFC 2920)."""
        while b"\r\n" not in self._in:
            self._more()
        line, _, self._in = self._in.partition(b"\r\n")
        self._expect_nothing()
        text = line.decode("ascii", "replace")
        self._heard.commands.append(text)
        return text

    def _expect_nothing(self) -> None:
        if self._in and not self._server.pipelining:
            self.complain("the client does not wait for its turn")

    def _at(self, step: str) -> None:
        act = self._server.due(step)
        if act:
            act(self, b"")

    def _answer(self, step: str, reply: bytes) -> bool:
        """Give the right reply, or what the script says; tell whether the command counts."""
        reply += b"\r\n"
        act = self._server.due(step)
        if act:
            return act(self, reply)
        self.say(reply)
        return reply[:1] in b"23"

    def _encrypt(self) -> None:
        if self._in or self._server.context is None:
            self.complain("the client speaks before the handshake")
            raise HungUpError
        if not self._sock.recv(1, socket.MSG_PEEK):
            raise HungUpError
        self._at("handshake")
        self._sock = self._server.context.wrap_socket(self._sock, server_side=True)
        self._secure = True

    def _obey(self, line: str) -> None:
        verb = line.partition(" ")[0].lower()
        if verb in {"ehlo", "starttls", "auth", "mail", "rcpt", "data", "rset", "quit"}:
            getattr(self, f"_{verb}")(line)
        else:
            self._answer("else", b"500 what?")

    def _ehlo(self, _line: str) -> None:
        server = self._server
        features = ["test.example", "SIZE 33554432"]
        features += ["PIPELINING"] if server.pipelining else []
        features += ["STARTTLS"] if server.security == STARTTLS and not self._secure else []
        features += [f"AUTH {server.mechanisms}"] if self._secure else []
        lines = [f"250-{one}" for one in features] + ["250 HELP"]
        self._answer("ehlo2" if self._upgraded else "ehlo", "\r\n".join(lines).encode())

    def _starttls(self, _line: str) -> None:
        if self._answer("starttls", b"220 go ahead"):
            self.flush()
            self._encrypt()
            self._upgraded = True

    def _auth(self, line: str) -> None:
        for _ in range(0 if line.count(" ") > 1 else 2):  # user and password, asked for
            if not self._answer("auth", b"334 VXNlcm5hbWU6"):
                return
            self._line()
        self._answer("auth", b"235 welcome")

    def _mail(self, line: str) -> None:
        reply = b"250 from you" if self._sender is None else b"503 one at a time"
        if self._answer("mail", reply):
            self._clear()
            self._sender = _address(line)

    def _rcpt(self, line: str) -> None:
        self._asked += 1
        reply = b"503 from whom?" if self._sender is None else b"250 to them"
        if self._answer(f"rcpt{self._asked}", reply):
            self._recipients.append(_address(line))

    def _data(self, _line: str) -> None:
        if self._answer("data", b"354 go ahead" if self._recipients else b"554 to whom?"):
            self._message()
            self._clear()
            self._at("letters")

    def _message(self) -> None:
        self._more(16)
        self._at("body")
        text, seen = bytearray(b"\r\n" + self._in), 0
        while (end := text.find(_END, seen)) < 0:
            seen, self._in = max(len(text) - len(_END), 0), bytearray()
            self._more()
            text += self._in
        self._in = text[end + len(_END) :]
        self._expect_nothing()
        data = re.sub(rb"(?m)^\.", b"", bytes(text[2 : end + 2]))
        self._delivery = Delivery(self._sender or "", tuple(self._recipients), data)
        self._server.deliveries.append(self._delivery)
        self._answer("dot", b"250 taken" if self._recipients else b"554 for nobody")
        self._delivery = None

    def _rset(self, _line: str) -> None:
        if self._answer("rset", b"250 forgotten"):
            self._clear()

    def _quit(self, _line: str) -> None:
        self._answer("quit", b"221 bye")
        self.hang_up()

    def _clear(self) -> None:
        self._sender, self._asked, self._recipients = None, 0, []


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
