"""A server to send to, in a process of its own: it counts letters and keeps none of them."""

import argparse
import asyncio
import logging
import socket
import ssl
from threading import Thread
from typing import Any

import helper
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class _Handler:
    """Count what was accepted: all letters, and those that went to so many recipients."""

    def __init__(self, *, pipelining: bool) -> None:
        self._pipelining = pipelining
        self.letters: dict[int, int] = {}

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name for it
        self, _server: Any, session: Any, _envelope: Any, name: str, replies: list[str]
    ) -> list[str]:
        session.host_name = name
        return [*replies[:-1], *["250-PIPELINING"] * self._pipelining, replies[-1]]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        people = len(envelope.rcpt_tos)
        self.letters[people] = self.letters.get(people, 0) + 1
        return "250 2.0.0 Counted"

    def tell(self, people: str) -> int:
        """The letters since this was last asked to so many recipients; others are an error."""
        taken, self.letters = self.letters, {}
        return taken.pop(int(people), 0) if len(taken) < 2 else -1


def main() -> None:
    """Listen on a free port, and answer a number of recipients with the letters that had it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-pipelining", action="store_true")
    parser.add_argument("--secure", nargs=4, metavar=("CERTIFICATE", "KEY", "USER", "PASSWORD"))
    asked = parser.parse_args()
    handler = _Handler(pipelining=not asked.no_pipelining)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it warns of itself at each login
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        # Connections inherit it. asyncio sets it only on sockets that name TCP, and this does not;
        # without it the second of several replies waits for some 40 ms (Nagle, delayed ACK).
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Thread(target=_serve, args=(listening, handler, asked.secure), daemon=True).start()
        helper.answer(listening.getsockname()[1], handler.tell)


def _serve(listening: socket.socket, handler: _Handler, secure: list[str] | None) -> None:
    loop = asyncio.new_event_loop()
    options = _secured(*secure) if secure else {}

    def protocol() -> SMTP:
        return SMTP(handler, hostname="sink.example", ident="SMTP", loop=loop, **options)

    loop.run_until_complete(loop.create_server(protocol, sock=listening))
    loop.run_forever()


def _secured(certificate: str, key: str, user: str, password: str) -> dict[str, Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    expected = LoginPassword(user.encode(), password.encode())

    def check(*given: Any) -> AuthResult:
        return AuthResult(success=given[-1] == expected, handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "auth_exclude_mechanism": ["LOGIN"],
        "authenticator": check,
    }


if __name__ == "__main__":
    main()
