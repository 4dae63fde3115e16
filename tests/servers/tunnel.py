"""A real HTTP proxy that only makes tunnels (CONNECT), and notes what it was asked for."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Tunnel:
    """What a proxy was asked for; ``to`` is where every tunnel leads, whatever is asked."""

    def __init__(self, port: int, to: int) -> None:
        self.url = f"http://user:pass%20word@127.0.0.1:{port}"
        self.to = to
        self.asked: list[str] = []


@contextmanager
def tunnelling(to: int) -> Iterator[Tunnel]:
    """Run a proxy for the block, whose tunnels all end at a port of this machine."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            lines = []
            while line := self.rfile.readline().strip():
                lines.append(line.decode())
            tunnel.asked.append("\n".join(lines))
            with socket.create_connection(("127.0.0.1", tunnel.to)) as there:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
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


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
