"""Files of a campaign's web space: over https alone, with a measure and an end for everything.

A proxy is taken from the environment, which is how a name of Tor's (``.onion``) is reached; it is
never asked of the name service (RFC 7686).
"""

import socket
import ssl
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import (
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    responses,
)
from threading import Timer
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from protestmail import files
from protestmail.errors import ProtestmailError, SettingsProblem, TryLater, Untrusted, UsageProblem


class Limits(NamedTuple):
    """Seconds for one step, one file, and all of them; bytes for all of them."""

    step: float = 15
    file: float = 60
    whole: float = 1200
    size: int = 256 << 20


LIMITS = Limits()
_AWAY = frozenset({301, 302, 303, 307, 308})
_HOPS = 3
_SOCKS = ("socks5", "socks5h")
_OK, _GONE = 200, {404, 410}
_PIECE = 64 << 10
_UNCHANGED = "nothing has changed here; try again later"
_DISTRUST = "nothing has changed here; ask the campaign whether its address is another"
_BETWEEN = "look at this machine's date; if that is right, somebody may be in between"


def address(text: str) -> str:
    """Give the address of a folder on the web, with / at its end; raises UsageProblem."""
    try:
        parts = urlsplit(text.removesuffix("manifest.json"))
        port = parts.port
    except ValueError:
        raise UsageProblem(f"{text} is no address", "write https://HOST/FOLDER/") from None
    if parts.scheme != "https":
        raise UsageProblem(f"{text} is not fetched: only https is", "ask for an https address")
    odd = parts.username or parts.password or parts.query or parts.fragment
    if not parts.hostname or odd or port == 0:
        raise UsageProblem(f"{text} is no address of a folder", "write https://HOST/FOLDER/")
    return parts._replace(path=f"{parts.path.rstrip('/')}/").geturl()


class Web:
    """A folder on the web: its files are fetched one by one, over one connection where it lasts."""

    def __init__(self, base: str, environ: Mapping[str, str]) -> None:
        self._base, self._host = base, urlsplit(base).netloc
        self._limits, self._left = LIMITS, LIMITS.size
        self._end = time.monotonic() + LIMITS.whole
        self._late = False
        self._connection = _connection(urlsplit(base), environ, LIMITS.step)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def read(self, path: str, most: int) -> bytes:
        """Fetch a file of at most so many bytes.

        Raises TryLater where it does not come, Untrusted for whatever else comes.
        """
        end = min(time.monotonic() + self._limits.file, self._end)
        with self._deadline(end), self._told(path):
            data = self._body(self._ask(urljoin(self._base, quote(path))), path, most)
        self._left -= len(data)
        return data

    def unlisted(self, _listed: Collection[str]) -> str:
        """Nothing: a web space is not looked through."""
        return ""

    def _ask(self, url: str) -> HTTPResponse:
        """Ask for a file, also where the host says that it lies elsewhere on it."""
        for _ in range(_HOPS):
            answer = self._answer(urlsplit(url).path)
            if answer.status not in _AWAY:
                return answer
            answer.read(_PIECE)
            url = urljoin(url, answer.headers.get("Location", ""))
            parts = urlsplit(url)
            if (parts.scheme, parts.netloc) != ("https", self._host):
                told = f"{self._host} sends us on to {parts.scheme}://{parts.netloc}"
                raise Untrusted(told, _DISTRUST)
        raise Untrusted(f"{self._host} sends us round in circles", _DISTRUST)

    def _answer(self, path: str) -> HTTPResponse:
        """Get an answer; a connection that was kept may have ended in the meantime."""
        kept = self._connection.sock is not None
        try:
            self._connection.request("GET", path)
            return self._connection.getresponse()
        except (ConnectionError, HTTPException):
            if not kept or self._late:
                raise
        self._connection.close()
        self._connection.request("GET", path)
        return self._connection.getresponse()

    def _body(self, answer: HTTPResponse, path: str, most: int) -> bytes:
        if answer.status in _GONE:
            raise Untrusted(f"there is no {path} at {self._base}", "look at the address")
        if answer.status != _OK:
            said = responses.get(answer.status, "")  # as the standard says it, not the host
            told = f"{self._host} answers {answer.status} {said}".rstrip()
            raise TryLater(told, _UNCHANGED)
        data, most = bytearray(), min(most, self._left)
        while len(data) <= most and (piece := answer.read(min(_PIECE, most + 1 - len(data)))):
            data += piece
        if len(data) > most:
            raise Untrusted(f"{path} is larger than {most >> 10} KiB", _DISTRUST)
        if answer.length or self._late:
            raise self._lost(path, "it was cut short")
        return bytes(data)

    def _lost(self, path: str, why: str) -> TryLater:
        why = "it takes too long" if self._late else why
        return TryLater(f"{path} did not come from {self._host}: {why}", _UNCHANGED)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Tell what breaks on the way in a sentence; whatever it was, begin anew after it."""
        try:
            yield
        except ProtestmailError:
            self.close()
            raise
        except ssl.SSLCertVerificationError as why:
            self.close()
            told = f"{self._host} cannot prove that it is that: {why.verify_message}"
            raise Untrusted(
                told, "look at this machine's date; else somebody may be in between"
            ) from None
        except (OSError, HTTPException, ValueError) as why:
            self.close()
            raise self._lost(path, _reason(why)) from None

    @contextmanager
    def _deadline(self, end: float) -> Iterator[None]:
        """Cut the connection at a moment: a peer may give a byte within each step, for ever."""
        timer = Timer(max(end - time.monotonic(), 0), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self._late = True
        if sock := self._connection.sock:
            with suppress(OSError):  # not the one of TLS, which would say goodbye, and wait
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _reason(why: Exception) -> str:
    """Say what broke, in no word of the host's, nor of a library's."""
    if isinstance(why, TimeoutError):
        return "no answer in time"
    if isinstance(why, IncompleteRead):
        return "it was cut short"
    if isinstance(why, ssl.SSLError):
        return "the encryption broke off"
    if isinstance(why, OSError):
        return files.reason(why)
    return "what answers there is no web server"


def _connection(base: SplitResult, environ: Mapping[str, str], step: float) -> HTTPSConnection:
    """Give a connection that is not made yet, by way of the proxy that the environment names."""
    host, context = base.hostname or "", ssl.create_default_context()
    proxy = _proxy(host, environ)
    if proxy is None:
        if host.endswith(".onion"):
            told = f"{host} is reached through Tor only"
            raise SettingsProblem(told, "start Tor, and set ALL_PROXY=socks5h://127.0.0.1:9050")
        return HTTPSConnection(host, base.port, timeout=step, context=context)
    if proxy.scheme in _SOCKS:
        from protestmail.sources import socks  # noqa: PLC0415  for Tor, mostly

        return socks.Connection(proxy, host, base.port or 443, step, context)
    made = HTTPSConnection(proxy.hostname or "", proxy.port or 80, timeout=step, context=context)
    made.set_tunnel(host, base.port or 443, _login(proxy))
    return made


def _proxy(host: str, environ: Mapping[str, str]) -> SplitResult | None:
    """The proxy for a host, by https_proxy, all_proxy and no_proxy; raises SettingsProblem."""

    def said(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    url = said("https_proxy") or said("all_proxy")
    if not url or _spared(host, said("no_proxy")):
        return None
    try:
        proxy = urlsplit(url if "://" in url else f"http://{url}")
        if proxy.scheme in {"http", *_SOCKS} and proxy.hostname and proxy.port != 0:
            return proxy
    except ValueError:
        pass
    hint = "it is one such as http://HOST:8118, or socks5h://127.0.0.1:9050 for Tor"
    raise SettingsProblem("the proxy of the environment is not one that can be used", hint)


def _spared(host: str, no_proxy: str) -> bool:
    """Whether no proxy is wanted for a host: ``*``, or it or a domain above it is named."""
    names = [one.strip().partition(":")[0].lstrip(".") for one in no_proxy.split(",")]
    return "*" in names or any(one and f".{host}".endswith(f".{one}") for one in names)


def _login(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    from base64 import b64encode  # noqa: PLC0415

    words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(words.encode()).decode()}"}
