"""A server further away: a proxy on loopback that delays what passes and counts round trips.

Every chunk is passed on half a round trip after it came, in order, however many are on their way;
the line has no limit of its own. A *turn* is counted when the client speaks after something of
the server's has reached it: so often it waited for an answer, or could have. Opening a connection
costs nothing here, as anywhere on loopback, unless it is asked for: on a real line the client
waits a round trip to be connected, and another one until the server's greeting is there.
"""

import argparse
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any

import helper

HERE = "127.0.0.1"
OPENING = 1.5
"""Round trips from a client's first packet until it hears the server, beside the last half."""
_PATIENCE = 10.0


@dataclass(slots=True)
class Count:
    """What passed on one connection: turns, and bytes to the server and back."""

    turns: int = 0
    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What passed in all, connection by connection, in the order in which they were opened."""

    connections: tuple[Count, ...]

    @property
    def turns(self) -> int:
        """The round trips of all connections together."""
        return sum(one.turns for one in self.connections)

    @property
    def up(self) -> int:
        """The bytes from client to server."""
        return sum(one.up for one in self.connections)

    @property
    def down(self) -> int:
        """The bytes from server to client."""
        return sum(one.down for one in self.connections)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy, as seen from the program that measures."""

    port: int
    _helper: helper.Helper

    def take(self) -> Traffic:
        """Give what passed since this was last asked, once all connections are closed."""
        return Traffic(tuple(Count(**one) for one in self._helper.ask()))


@contextmanager
def proxy(port: int, round_trip: float, *, opening: bool = False) -> Iterator[Proxy]:
    """Run a proxy in front of a port of this machine, so many seconds away and back."""
    command = [sys.executable, __file__, str(port), str(round_trip)]
    with helper.running([*command, "--opening"] if opening else command) as running:
        yield Proxy(int(running.hello), running)


class _Connection(Thread):
    """One connection and its two directions, each with a thread to read and one to write."""

    def __init__(self, client: socket.socket, port: int, round_trip: float, wait: float) -> None:
        super().__init__(daemon=True)
        self.count = Count()
        self._client, self._port, self._wait = client, port, wait
        self._delay = round_trip / 2
        self._heard = False

    def run(self) -> None:
        """Connect to the server and pass everything on, until both sides have closed."""
        time.sleep(self._wait)
        with self._client as client, socket.create_connection((HERE, self._port)) as server:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = Thread(target=self._pass, args=(server, client, _nothing, self._told))
            back.start()
            self._pass(client, server, self._said, _nothing)
            back.join()

    def _pass(
        self,
        source: socket.socket,
        goal: socket.socket,
        came: Callable[[bytes], None],
        leaves: Callable[[bytes], None],
    ) -> None:
        waiting: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        writing = Thread(target=_write, args=(waiting, source, goal, leaves), daemon=True)
        writing.start()
        chunk = b"first"
        while chunk:
            chunk = _read(source)
            came(chunk)
            waiting.put((time.monotonic() + self._delay, chunk))
        writing.join()

    def _said(self, chunk: bytes) -> None:
        self.count.up += len(chunk)
        self.count.turns += bool(chunk and self._heard)
        self._heard = self._heard and not chunk

    def _told(self, chunk: bytes) -> None:
        self.count.down += len(chunk)
        self._heard = self._heard or bool(chunk)


def _nothing(_: bytes) -> None:
    pass


def _read(source: socket.socket) -> bytes:
    try:
        return source.recv(1 << 16)
    except OSError:
        return b""


def _write(
    waiting: "SimpleQueue[tuple[float, bytes]]",
    source: socket.socket,
    goal: socket.socket,
    leaves: Callable[[bytes], None],
) -> None:
    """Pass on each chunk when it is due, and the end of them; stop reading for one who has gone."""
    chunk = b"first"
    while chunk:
        due, chunk = waiting.get()
        time.sleep(max(0.0, due - time.monotonic()))
        leaves(chunk)
        try:
            goal.sendall(chunk) if chunk else goal.shutdown(socket.SHUT_WR)
        except OSError:
            with suppress(OSError):
                source.shutdown(socket.SHUT_RD)
            return


def main() -> None:
    """Be the proxy: ``PORT SECONDS [--opening]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("round_trip", type=float)
    parser.add_argument("--opening", action="store_true")
    asked = parser.parse_args()
    wait = OPENING * asked.round_trip if asked.opening else 0.0
    connections: list[_Connection] = []

    def accept(listening: socket.socket) -> None:
        while True:
            client, _ = listening.accept()
            connections.append(_Connection(client, asked.port, asked.round_trip, wait))
            connections[-1].start()

    def take(_: str) -> list[dict[str, Any]]:
        taken, until = connections[:], time.monotonic() + _PATIENCE
        del connections[: len(taken)]
        for one in taken:
            one.join(max(0.0, until - time.monotonic()))
        return [asdict(one.count) for one in taken]

    with socket.create_server((HERE, 0), backlog=100) as listening:
        Thread(target=accept, args=(listening,), daemon=True).start()
        helper.answer(listening.getsockname()[1], take)


if __name__ == "__main__":
    main()
