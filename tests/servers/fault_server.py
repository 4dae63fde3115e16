"""A real SMTP server on loopback that behaves well, except where its script says otherwise.

A script is a list of faults: at which step, what is done there, and at the how manieth time that
the step is reached, over all connections. What was said to it, byte for byte, and every message
whose final dot came is kept, so that a test can compare it with what the program believes.

Steps: connect, handshake (the client has begun it), greeting, ehlo, starttls, ehlo2 (encrypted),
auth (each of its lines), mail, rcpt1, rcpt2, data, body (its first bytes have come), dot, letters
(behind the reply to a dot), rset, quit; and else, for any other command.
"""

import socket
import ssl
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, Self

from protestmail.settings.account import NONE, Account
from protestmail.settings.secret import PASSWORD, Secret
from servers.fault_session import CHUNK, PATIENCE, Act, Delivery, Heard, Session

USER, SECRET = "aliya", "pa55-word-of-aliya"
EVERY = 0


class Fault(NamedTuple):
    """Something that goes wrong: the ``on``-th time at a step, or every time."""

    step: str
    act: Act
    on: int = 1


class FaultServer:
    """A server in a thread, one connection after another; a context manager."""

    def __init__(
        self,
        *script: Fault,
        pipelining: bool = True,
        security: str = NONE,
        context: ssl.SSLContext | None = None,
        mechanisms: str = "PLAIN LOGIN",
        narrow: bool = False,
    ) -> None:
        self.script: Sequence[Fault] = script
        self.pipelining, self.security, self.context = pipelining, security, context
        self.mechanisms = mechanisms
        self.connections: list[Heard] = []
        self.deliveries: list[Delivery] = []
        self.flooded = 0
        self.complaints: list[str] = []
        self._reached: Counter[str] = Counter()
        self.listening = socket.create_server(("127.0.0.1", 0))
        if narrow:  # so that the kernel takes no large letter as a whole
            self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CHUNK)
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listening.getsockname()[1])

    @property
    def account(self) -> Account:
        """The account that leads to it; a login only where nobody can read along."""
        if self.security == NONE:
            return Account("127.0.0.1", self.port, NONE)
        return Account("127.0.0.1", self.port, self.security, USER, Secret(PASSWORD, SECRET))

    @property
    def plain(self) -> bytes:
        """All that came without encryption."""
        return b"\n".join(bytes(one.plain) for one in self.connections)

    @property
    def commands(self) -> list[str]:
        """All commands, of all connections."""
        return [one for each in self.connections for one in each.commands]

    def behave(self) -> None:
        """Do nothing wrong from here on."""
        self.script = ()

    def due(self, step: str) -> Act | None:
        """Count that a step is reached, and give what goes wrong there."""
        self._reached[step] += 1
        now = (EVERY, self._reached[step])
        return next((one.act for one in self.script if one.step == step and one.on in now), None)

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it; what wakes ``accept`` is the shutdown."""
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE + 10)
        self.listening.close()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self.listening.accept()
            except OSError:
                return
            heard = Heard()
            self.connections.append(heard)
            Session(self, sock, heard).run()


def coded(text: str) -> bytes:
    """Give a text in base64, as AUTH has it."""
    return b64encode(text.encode())


def leaks(said: bytes) -> bool:
    """Whether the password can be read in something, as it is or coded."""
    forms = SECRET.encode(), coded(SECRET), coded(f"\0{USER}\0{SECRET}")
    return any(one in said for one in forms)
