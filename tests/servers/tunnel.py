"""A real proxy that makes tunnels, for HTTP (CONNECT) or SOCKS 5; it notes what it is asked for."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Tunnel:
    """What a proxy was asked for; ``to`` is where every tunnel leads, whatever is asked."""

    def __init__(self, port: int, to: int) -> None:
        self.at = f"user:pass%20word@127.0.0.1:{port}"
        self.to = to
        self.asked: list[str] = []


@contextmanager
def tunnelling(to: int) -> Iterator[Tunnel]:
    """Run a proxy for the block, whose tunnels all end at a port of this machine."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            first = self.connection.recv(1, socket.MSG_PEEK)
            asked, granted = _socks(self) if first == b"\x05" else _http(self)
            tunnel.asked.append(asked)
            with socket.create_connection(("127.0.0.1", tunnel.to)) as there:
                self.wfile.write(granted)
                back = threading.Thread(target=_pour, args=(there, self.connection), daemon=True)
                back.start()
                _pour(self.connection, there)
                back.join(10)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        tunnel = Tunnel(server.server_address[1], to)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield tunnel
        finally:
            server.shutdown()
            thread.join(10)


def _http(handler: socketserver.StreamRequestHandler) -> tuple[str, bytes]:
    lines = []
    while line := handler.rfile.readline().strip():
        lines.append(line.decode())
    return "\n".join(lines), b"HTTP/1.1 200 OK\r\n\r\n"


def _socks(handler: socketserver.StreamRequestHandler) -> tuple[str, bytes]:
    def text() -> str:
        return handler.rfile.read(handler.rfile.read(1)[0]).decode()

    assert handler.rfile.read(3) == b"\x05\x01\x02", "a login is offered"
    handler.wfile.write(b"\x05\x02")
    assert handler.rfile.read(1) == b"\x01"
    login = f"{text()}:{text()}"
    handler.wfile.write(b"\x01\x00")
    assert handler.rfile.read(4) == b"\x05\x01\x00\x03", "to a host by its name"
    host, port = text(), int.from_bytes(handler.rfile.read(2), "big")
    return f"SOCKS {login}@{host}:{port}", b"\x05\x00\x00\x03\x01x\x00\x00"


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
