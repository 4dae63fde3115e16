"""A real web server over TLS, which serves a folder, and misbehaves where it is told to."""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Site:
    """What a server serves and has been asked for; ``acts`` answer for some paths in its place."""

    def __init__(self, port: int) -> None:
        self.url = f"https://127.0.0.1:{port}/"
        self.acts: dict[str, Callable[[Any], None]] = {}
        self.asked: list[str] = []


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each file waits for the client to have had its head
    site: Site

    def do_GET(self) -> None:
        """Serve a file, or misbehave."""
        self.site.asked.append(self.path)
        act = self.site.acts.get(self.path.lstrip("/"))
        with suppress(OSError):  # whoever asked may have hung up
            if act:
                act(self)
            else:
                super().do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of those who hang up."""


@contextmanager
def serving(folder: Path, context: ssl.SSLContext) -> Iterator[Site]:
    """Serve a folder for the block."""
    handler = type("Handler", (_Handler,), {})
    with _Server(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        site = Site(server.server_address[1])
        handler.site = site  # type: ignore[attr-defined]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join(10)


def head(handler: Any, status: int, **headers: Any) -> None:
    """Send the head of an answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()


def cut(handler: Any) -> None:
    """Announce more than is sent, and hang up."""
    head(handler, 200, Content_Length=1000)
    handler.wfile.write(b"x" * 10)
    handler.close_connection = True


def endless(handler: Any) -> None:
    """Send without an end."""
    head(handler, 200, Connection="close")
    while True:
        handler.wfile.write(b"x" * 65536)


def dripping(handler: Any, piece: bytes = b"x") -> None:
    """Send a byte now and then, until the other side has had enough."""
    head(handler, 200, Content_Length=100_000)
    waiting = threading.Event()
    while not waiting.wait(0.1):
        handler.wfile.write(piece)


def dripping_head(handler: Any) -> None:
    """Send a head that does not end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    waiting = threading.Event()
    while not waiting.wait(0.1):
        handler.wfile.write(b"x")


def chunks(handler: Any) -> None:
    """Send a piece that says its size, and hang up before the last one."""
    head(handler, 200, Transfer_Encoding="chunked")
    handler.wfile.write(b"14\r\n" + b"x" * 20 + b"\r\n")
    handler.close_connection = True


def coded(handler: Any) -> None:
    """Send in a coding that nobody has asked for."""
    head(handler, 200, Content_Encoding="gzip", Content_Length=20)
    handler.wfile.write(gzip.compress(b"")[:20])


def waiting(handler: Any) -> None:
    """Say for ever that an answer is still to come."""
    pause = threading.Event()
    while not pause.wait(0.05):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def saying(data: bytes) -> Callable[[Any], None]:
    """Send just these bytes."""

    def act(handler: Any) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return act


def to(url: str) -> Callable[[Any], None]:
    """Send on to another address."""

    def act(handler: Any) -> None:
        head(handler, 302, Location=url, Content_Length=0)

    return act
