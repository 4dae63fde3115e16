"""Real SMTP servers on loopback, with a handler of the test's."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP

from makers.program import TIMEOUT
from protestmail.settings.account import NONE, Account


class Serve:
    """Runs real SMTP servers on loopback, with a handler of the test's."""

    @contextmanager
    def __call__(
        self, handler: Any, *, pipelining: bool = False, **given: Any
    ) -> Iterator[Account]:
        """Run a server for the block; ``given`` goes to aiosmtpd's SMTP."""
        with self.listening() as (sock, loop):
            tls = given.pop("implicit_tls", None)

            def protocol() -> SMTP:
                kind = Pipelining if pipelining else SMTP
                options: dict[str, Any] = {"hostname": "test.example", "ident": "test"}
                options["loop"] = loop
                return kind(handler, **(options | given))

            server = loop.run_until_complete(loop.create_server(protocol, sock=sock, ssl=tls))
            thread = threading.Thread(target=loop.run_forever, daemon=True)
            thread.start()
            try:
                yield Account("127.0.0.1", sock.getsockname()[1], NONE)
            finally:
                asyncio.run_coroutine_threadsafe(_stop(server), loop).result(TIMEOUT)
                loop.call_soon_threadsafe(loop.stop)
                thread.join(TIMEOUT)
                loop.close()

    @staticmethod
    @contextmanager
    def listening() -> Iterator[tuple[socket.socket, asyncio.AbstractEventLoop]]:
        """Give a listening socket and a loop for it."""
        with socket.create_server(("127.0.0.1", 0)) as sock:
            yield sock, asyncio.new_event_loop()


class Pipelining(SMTP):
    """A server that takes several commands at once, which aiosmtpd does and does not say."""

    async def push(self, status: Any) -> None:
        """Add the keyword before the last line of the answer to EHLO."""
        if status == "250 HELP":
            await super().push("250-PIPELINING")
        await super().push(status)


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
