"""Find a server's addresses, and connect to the first that answers (RFC 8305, "happy eyeballs").

An address whose packets are swallowed on the way must not cost the minute that a step may take:
the next one is called a moment later, and whichever answers first is used.
"""

import errno
import os
import socket
import time
from collections import deque
from collections.abc import Sequence
from itertools import chain, zip_longest
from selectors import EVENT_WRITE, DefaultSelector
from typing import Any

from protestmail.errors import TryLater
from protestmail.sending.wire import Limits, reason

_MOMENT = 0.25
"""Seconds until the next address is called as well (RFC 8305, 5)."""
_BEGUN = {0, errno.EINPROGRESS, errno.EWOULDBLOCK}

_Address = tuple[Any, ...]


def resolve(host: str, port: int) -> list[str]:
    """Give the addresses of a host; raise TryLater where it has none."""
    return list(dict.fromkeys(str(address[0]) for *_, address in _look_up(host, port)))


def connect(host: str, port: int, limits: Limits) -> socket.socket:
    """Connect to a host by one of its addresses, all within one step's time."""
    found = _in_turn(_look_up(host, port))
    try:
        sock = _race(found, time.monotonic() + limits.step)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as why:
        told = f"{host}:{port} does not answer: {reason(why)}"
        raise TryLater(told, "check the network, host and port") from None
    return sock


def _look_up(host: str, port: int) -> Sequence[_Address]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        hint = "check the network, and the name of the server"
        raise TryLater(f"{host} has no address: {reason(why)}", hint) from None


def _in_turn(found: Sequence[_Address]) -> list[_Address]:
    """Let the two families take turns: where one does not work, it does so for all addresses."""
    preferred = [one for one in found if one[0] == found[0][0]]
    others = [one for one in found if one[0] != found[0][0]]
    return [one for one in chain(*zip_longest(preferred, others)) if one]


def _race(found: Sequence[_Address], end: float) -> socket.socket:
    """Give the first connection that is made; raise OSError where none is."""
    waiting, failed = deque(found), OSError("no answer in time")
    with DefaultSelector() as trying:
        try:
            while (waiting or trying.get_map()) and (left := end - time.monotonic()) > 0:
                try:
                    if waiting:
                        sock = _call(*waiting.popleft())
                        trying.register(sock, EVENT_WRITE, sock)
                    for key, _ in trying.select(min(left, _MOMENT) if waiting else left):
                        trying.unregister(key.fileobj)
                        return _answered(key.data)
                except OSError as why:
                    failed = why
        finally:
            for key in trying.get_map().values():
                key.data.close()
    raise failed


def _call(family: int, kind: int, protocol: int, _: str, address: Any) -> socket.socket:
    """Begin to connect; raises OSError also where this machine does not speak IPv6, say."""
    sock = socket.socket(family, kind, protocol)
    sock.settimeout(0)
    return _or_closed(sock, sock.connect_ex(address))


def _answered(sock: socket.socket) -> socket.socket:
    """Give a connection of which something is known: that it is made, or why not."""
    return _or_closed(sock, sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def _or_closed(sock: socket.socket, code: int) -> socket.socket:
    if code not in _BEGUN:
        sock.close()
        raise OSError(code, os.strerror(code))
    return sock
