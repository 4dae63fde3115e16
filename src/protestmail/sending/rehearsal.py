"""The embedded SMTP server of a rehearsal: real SMTP on loopback, delivered nowhere."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP

from protestmail.settings.account import NONE, Account

_NAME = "rehearsal.example"  # given, so that the machine's own name is not asked for
_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One message as the server got it."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass(slots=True)
class Server:
    """A running server: where it listens, and what it has received."""

    account: Account
    received: list[Received] = field(default_factory=list)

    @property
    def messages(self) -> list[bytes]:
        """The bytes of each message, in the order in which they came."""
        return [one.data for one in self.received]


class _Handler:
    def __init__(self, received: list[Received]) -> None:
        self._received = received

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name for it
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        got = Received(envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content))
        self._received.append(got)
        return "250 2.0.0 Received, and delivered nowhere"


@contextmanager
def serve() -> Iterator[Server]:
    """Run a server on a free loopback port for as long as the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # asyncio sets this only on sockets that were made with a protocol's number
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = Server(Account("127.0.0.1", listening.getsockname()[1], NONE))
        loop = asyncio.new_event_loop()
        ready = threading.Event()
        thread = threading.Thread(
            target=_run, args=(loop, listening, server.received, ready), daemon=True
        )
        thread.start()
        ready.wait()
        try:
            yield server
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


def _run(
    loop: asyncio.AbstractEventLoop,
    listening: socket.socket,
    received: list[Received],
    ready: threading.Event,
) -> None:
    def protocol() -> SMTP:
        handler = _Handler(received)
        return SMTP(handler, hostname=_NAME, ident="SMTP", loop=loop, data_size_limit=_MAX_BYTES)

    server = loop.run_until_complete(loop.create_server(protocol, sock=listening))
    ready.set()
    loop.run_forever()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
