"""A socket with total deadlines and capped lines: what no server can make us wait or swallow.

``smtplib`` waits anew for each byte that drips in, reads a line of any length, and lets bytes that
were sent before the handshake count as sent after it; so the reading is ours.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from typing import NamedTuple

from protestmail.errors import ConnectionLost, Untrusted
from protestmail.sending import trust

MAX_LINE = 4096
"""Octets; RFC 5321, 4.5.3.1.5 has 512, and real servers are longer-winded."""
MAX_LINES = 128
_CHUNK = 1 << 14
"""Octets written at once: no more than one TLS record, so that what failed cannot have arrived."""
_QUICK_ACK = getattr(socket, "TCP_QUICKACK", 0)


class Limits(NamedTuple):
    """Seconds (RFC 5321, 4.5.3.2): in all for one step, without progress in a body, after a dot."""

    step: float = 60
    progress: float = 180
    verdict: float = 600


LIMITS = Limits()


class Wire:
    """One connection: whole lines in, whole writes out, each with its deadline."""

    def __init__(self, sock: socket.socket, where: str, limits: Limits = LIMITS) -> None:
        self._sock = sock
        self._where = where
        self._buffer = b""
        self.limits = limits

    def write(self, data: bytes, most: float, *, dot: int = 0) -> None:
        """Send it all; raise ConnectionLost when nothing moves for ``most`` seconds.

        ``dot`` is the offset at which a letter is complete: lost before it, the letter is unsent,
        and so it is where the server gives an answer before it.
        """
        sent = 0
        view = memoryview(data)
        try:
            while sent < len(data):
                if sent < dot:
                    self.refuse_early()
                self._sock.settimeout(most)
                sent += self._sock.send(view[sent : sent + _CHUNK])
        except OSError as why:
            raise self._lost(why, unsent=sent < dot or not dot) from None

    def line(self, end: float) -> bytes:
        """Read one line, without its end, until the moment ``end`` of the monotonic clock."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > MAX_LINE:
                raise self.broken("a reply has a line without an end")
            self._buffer += self._receive(end)
        line, _, self._buffer = self._buffer.partition(b"\n")
        if len(line) > MAX_LINE:
            raise self.broken("a reply has a line without an end")
        return line.removesuffix(b"\r")

    def _receive(self, end: float) -> bytes:
        left = end - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)
            if _QUICK_ACK:  # a server that writes reply by reply would wait 40 ms for the ACK
                self._sock.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
            data = self._sock.recv(_CHUNK)
        except OSError as why:
            raise self._lost(why) from None
        if not data:
            raise self._lost(None)
        return data

    def refuse_early(self) -> None:
        """Raise ConnectionLost if the server has said anything that nobody asked for."""
        if not self._buffer:
            self._sock.settimeout(0)
            try:
                self._buffer = self._sock.recv(_CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            except OSError as why:
                raise self._lost(why, unsent=True) from None
            if not self._buffer:
                raise self._lost(None, unsent=True)
        if self._buffer.startswith(b"421"):  # allowed at any time (RFC 5321, 3.8)
            raise self._lost(None, unsent=True)
        raise self.broken("the server answers before it is asked", unsent=True)

    def encrypt(self, host: str, context: ssl.SSLContext, *, own: bool = False) -> None:
        """Speak TLS from here on, with a server that can prove its name, by our ``own`` word."""
        if self._buffer:
            raise Untrusted(
                f"{self._where} says something before the encryption starts that would count after",
                "somebody may be in between; nothing was sent",
            )
        self._sock.settimeout(self.limits.step)
        try:
            self._sock = context.wrap_socket(self._sock, server_hostname=host)
        except ssl.SSLCertVerificationError as why:
            raise trust.unproved(self._where, host, why, own=own) from None
        except (ssl.SSLError, ValueError) as why:
            told = f"{self._where} does not speak TLS as it should: {reason(why)}"
            raise Untrusted(told, "check port and security (tls or starttls)") from None
        except OSError as why:
            raise self._lost(why) from None

    @property
    def protocol(self) -> str:
        """The version of TLS that is spoken, empty without."""
        return self._sock.version() or "" if isinstance(self._sock, ssl.SSLSocket) else ""

    @property
    def peer(self) -> str:
        """The address of the server; raises ConnectionLost where it has hung up already."""
        try:
            return str(self._sock.getpeername()[0])
        except OSError as why:
            raise self._lost(why, unsent=True) from None

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    def broken(self, what: str, *, unsent: bool = False) -> ConnectionLost:
        """Give the error of a server that breaks the rules; it is not called again."""
        return ConnectionLost(f"{self._where}: {what}", unsent=unsent, worth_another=False)

    def _lost(self, why: Exception | None, *, unsent: bool = False) -> ConnectionLost:
        told = reason(why) if why else "the server hung up"
        return ConnectionLost(f"the connection to {self._where} was lost: {told}", unsent=unsent)


def reason(why: Exception) -> str:
    """Say in small letters what the system says of an error."""
    if isinstance(why, TimeoutError):
        return "no answer in time"
    text = getattr(why, "reason", None) or getattr(why, "strerror", None) or str(why)
    text = str(text).replace("_", " ")
    return text[:1].lower() + text[1:]


def stuffed(data: bytes) -> bytes:
    """Double the dots at the starts of lines, and add the final one (RFC 5321, 4.5.2)."""
    first = b"." if data.startswith(b".") else b""
    return first + data.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def lines(commands: Sequence[str]) -> bytes:
    """Commands as they travel, each ended by CRLF."""
    return "".join(f"{one}\r\n" for one in commands).encode("ascii")
