"""A connection by way of a SOCKS proxy (RFC 1928, RFC 1929), which is what Tor usually offers.

The host's name goes to the proxy as it is, and to no name service.
"""

import socket
import ssl
from http.client import HTTPSConnection
from urllib.parse import SplitResult, unquote

_PORT = 1080
_OPEN, _LOGIN = 0, 2
_NAME = b"\x05\x01\x00\x03"
"""Version 5, connect, reserved, to a host by its name."""
_SIZES = {1: 4, 4: 16}
"""How long an address is that the proxy tells of itself, by its kind."""


class Connection(HTTPSConnection):
    """A connection to a host over https, whose first step goes to a proxy."""

    def __init__(
        self, proxy: SplitResult, host: str, port: int, timeout: float, context: ssl.SSLContext
    ) -> None:
        super().__init__(host, port, timeout=timeout, context=context)
        self._proxy, self._tls, self._step = proxy, context, timeout

    def connect(self) -> None:
        """Connect to the proxy, and through it to the host; raises OSError."""
        at = self._proxy.hostname or "", self._proxy.port or _PORT
        self.sock = socket.create_connection(at, self._step)  # so that it can be cut from now on
        _greet(self.sock, self._proxy)
        name = self.host.encode("idna")
        self.sock.sendall(_NAME + bytes([len(name)]) + name + self.port.to_bytes(2, "big"))
        _, refused, _, kind = _take(self.sock, 4)
        if refused:
            raise OSError("the proxy cannot reach it")
        _take(self.sock, (_SIZES.get(kind) or _take(self.sock, 1)[0]) + 2)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def _greet(sock: socket.socket, proxy: SplitResult) -> None:
    """Agree on how to log in, if at all."""
    way = _LOGIN if proxy.username else _OPEN
    sock.sendall(bytes([5, 1, way]))
    if _take(sock, 2) != bytes([5, way]):
        raise OSError("the proxy wants another login, or is none of SOCKS")
    if proxy.username:
        words = (unquote(one or "").encode() for one in (proxy.username, proxy.password))
        sock.sendall(b"\x01" + b"".join(bytes([len(one)]) + one for one in words))
        if _take(sock, 2)[1]:
            raise OSError("the proxy does not take the login")


def _take(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        if not (piece := sock.recv(size - len(data))):
            raise OSError("the proxy hung up")
        data += piece
    return data
