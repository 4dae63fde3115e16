"""What the tests share: a fenced-in machine, the real program, appeal files, SMTP servers."""

import asyncio
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import socket
import ssl
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP

from protestmail.settings.account import NONE, Account

ROOT = Path(__file__).resolve().parent.parent
APPEALS = ROOT / "appeals"
TIMEOUT = 30
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What must never reach the output; a form feed between letters is taken out before."""
HOSTILE = "\x1b[31m\x1b]0;owned\x07\x7f\u202e\u2066"
"""What a stranger may put anywhere: colours, a window title, DEL, turned text."""
MARKUP = "[all] [/b] :bomb: [link=x]y"
"""What rich would take for markup, were it let."""


_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def plain(seen: str) -> str:
    """Give what is seen on a terminal without its colours and movements."""
    return _ESCAPE.sub("", seen)


def rows(seen: str, columns: int) -> list[str]:
    """Give what a terminal of so many columns shows, row by row: longer lines are broken there."""
    lines = [line.rpartition("\r")[2] for line in plain(seen).split("\n")]
    return [
        line[start : start + columns]
        for line in lines
        for start in range(0, max(len(line), 1), columns)
    ]


class NetworkForbiddenError(AssertionError):
    """A test was about to leave the machine."""


def _loopback(host: object) -> bool:
    if host in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def fenced_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forbid the network, and hide the user's own settings, state and home from the program."""

    def guard(owner: Any, name: str, host_of: Callable[..., object]) -> None:
        real = getattr(owner, name)

        def guarded(*args: Any, **given: Any) -> Any:
            host = host_of(*args, **given)
            if not _loopback(host):
                raise NetworkForbiddenError(f"{name} to {host!r}")
            return real(*args, **given)

        monkeypatch.setattr(owner, name, guarded)

    def of_socket(*args: Any) -> object:
        inet = args[0].family in {socket.AF_INET, socket.AF_INET6}
        return args[-1][0] if inet else None

    for name in ("connect", "connect_ex", "sendto"):
        guard(socket.socket, name, of_socket)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        guard(socket, name, lambda host, *_, **__: host)
    for name in [name for name in os.environ if name.startswith("PROTESTMAIL_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the program left: its exit code, and its two outputs as they came."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[list[str]]:
        """Standard output as the lines and fields that a program reads."""
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def json(self) -> Any:
        """Standard output as the JSON that it must be."""
        return json.loads(self.out)

    @property
    def letters(self) -> list[str]:
        """The letters of a piped ``render``: what the form feeds part."""
        return self.out.removesuffix("\n").split("\n\f\n")

    @property
    def bodies(self) -> list[str]:
        """The text of each letter, without the lines above it."""
        return [letter.partition("\n\n")[2] for letter in self.letters]


class Program:
    """The real program, each time in a process and an environment of its own."""

    def __init__(self, cwd: Path, environ: dict[str, str]) -> None:
        self.cwd = cwd
        self.environ = environ

    def __call__(
        self,
        *args: "str | bytes | Path",
        stdin: "str | bytes" = b"",
        env: "dict[str, str] | None" = None,
        prelude: str = "",
        python: Sequence[str] = (),
    ) -> Ran:
        """Run it to its end; ``prelude`` is Python that runs in its process before it does."""
        done = subprocess.run(
            [*self.command(prelude, python), *args],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=self.cwd,
            env=self.environ | (env or {}),
            timeout=TIMEOUT,
            check=False,
        )
        # strict: what is no UTF-8 could steer a terminal of eight bits
        encoding = (env or {}).get("PYTHONIOENCODING", "").partition(":")[0] or "utf-8"
        return Ran(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    def command(self, prelude: str = "", python: Sequence[str] = ()) -> list[str]:
        """Give the start of a command line that runs the program."""
        if not prelude:
            return [sys.executable, *python, "-m", "protestmail"]
        start = "\nfrom protestmail.__main__ import main\nmain()\n"
        return [sys.executable, *python, "-c", prelude + start]

    def on_terminal(
        self, *args: str, columns: int = 80, env: "dict[str, str] | None" = None
    ) -> tuple[int, str]:
        """Run it on a terminal of so many columns; give its exit code and all that it wrote."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        environ = self.environ | {"TERM": "xterm"} | (env or {})
        with subprocess.Popen(
            [*self.command(), *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self.cwd,
            env=environ,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            try:
                text = _read_all(ours)
            finally:
                process.kill()
                os.close(ours)
        return process.returncode, text.decode().replace("\r\n", "\n")

    @contextmanager
    def dialogue(
        self, *args: str, columns: int = 80, env: "Mapping[str, str] | None" = None
    ) -> Iterator["Dialogue"]:
        """Run it on a terminal, to be answered as a person would."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        with subprocess.Popen(
            [*self.command(), *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self.cwd,
            env=self.environ | {"TERM": "xterm"} | dict(env or {}),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  for Ctrl-C
        ) as process:
            os.close(theirs)
            try:
                yield Dialogue(process, ours)
            finally:
                process.kill()
                os.close(ours)


class Dialogue:
    """A running program on a terminal: what it has shown, and what is typed."""

    def __init__(self, process: "subprocess.Popen[bytes]", handle: int) -> None:
        self.process = process
        self.seen = ""
        self._handle = handle
        self._at = 0

    def expect(self, text: str) -> None:
        """Read until the text has been shown, after what was expected before."""
        end = time.monotonic() + TIMEOUT
        while (found := self.seen.find(text, self._at)) < 0:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._handle], [], [], left)[0]:
                pytest.fail(f"{text!r} was not shown; seen: {self.seen[self._at :]!r}")
            try:
                chunk = os.read(self._handle, 65536)
            except OSError:
                chunk = b""
            if not chunk:
                pytest.fail(f"{text!r} was not shown; seen: {self.seen[self._at :]!r}")
            self.seen += plain(chunk.decode()).replace("\r\n", "\n")
        self._at = found + len(text)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._handle, text.encode() + b"\n")

    def press(self, key: bytes) -> None:
        """Press one key."""
        os.write(self._handle, key)

    def interrupt(self) -> None:
        """Press Ctrl-C until something is shown: readline may miss one that comes very early."""
        for _ in range(TIMEOUT):
            self.press(b"\x03")
            heard = self.seen
            while "\n" not in self.seen[len(heard) :]:
                if not select.select([self._handle], [], [], 1)[0]:
                    break
                self.seen += plain(os.read(self._handle, 65536).decode()).replace("\r\n", "\n")
            else:
                return

    def end(self) -> int:
        """Read to the end; give the exit code."""
        self.seen += plain(_read_all(self._handle).decode()).replace("\r\n", "\n")
        return self.process.wait(TIMEOUT)


def _read_all(handle: int) -> bytes:
    chunks = []
    end = time.monotonic() + TIMEOUT
    with contextlib.suppress(OSError):  # Linux: EIO once the last writer has gone
        while select.select([handle], [], [], max(end - time.monotonic(), 0))[0]:
            chunk = os.read(handle, 65536)
            if not chunk:
                break
            chunks.append(chunk)
    return b"".join(chunks)


@pytest.fixture
def run(tmp_path: Path) -> Program:
    """Give the real program, in an empty folder and a clean environment."""
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    home = str(tmp_path / "home")
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_STATE_HOME": home,
        "LANG": "C.UTF-8",
    }
    return Program(cwd, environ)


class Folder:
    """A folder of appeals that a test fills; JSON is YAML, and escapes what YAML escapes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()

    def __str__(self) -> str:
        """Give its path, for a command line."""
        return str(self.path)

    def add(self, id_: str = "strike", **fields: Any) -> Path:
        """Write an appeal: a sound small one, with some fields changed (None takes one out)."""
        base = {
            "title": "Free the strike committee",
            "status": "active",
            "issued": "2026-01-01",
            "issued_by": {"name": "Campaign", "email": "campaign@issuer.example"},
            "summary": "The committee of a strike is in prison.",
            "sources": [{"title": "The campaign's own report"}],
            "targets": [{"name": "Ministry", "email": "office@ministry.example"}],
            "subject": "Free them",
            "letter": "{{ salutation }}\n\nFree them.\n\n{{ signature }}",
        }
        merged = {key: value for key, value in (base | fields).items() if value is not None}
        file = self.path / f"{id_}.yaml"
        file.write_text(json.dumps(merged), "ascii")
        return file


@pytest.fixture
def appeals(tmp_path: Path) -> Folder:
    """Give an empty folder of appeals."""
    return Folder(tmp_path / "appeals")


SEVERAL: list[dict[str, Any]] = [
    {"name": "Ministry", "email": "office@ministry.example"},
    {"name": "Court", "email": ["clerk@court.example", "judge@court.example"]},
    {"name": "Mill", "email": "owner@mill.example"},
]
"""Three targets, one of them with two addresses."""

SIGNED = ("--name", "Aliya Example", "--email", "aliya@branch.example")
"""The flags of somebody who says who they are."""


def arrived(folder: Path) -> list[EmailMessage]:
    """Read the messages that were kept in a folder, in their order, as a stranger would."""
    files = sorted(folder.glob("*.eml"), key=lambda one: int(one.stem.rpartition("-")[2]))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def text(message: EmailMessage) -> str:
    """Give a message's text as it was written."""
    body = message.get_body(("plain",))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n").removesuffix("\n")


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of the test's own, which the program is told to trust."""

    server: ssl.SSLContext
    file: Path

    def trust(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let this process and those that it starts trust what the authority has signed."""
        monkeypatch.setenv("SSL_CERT_FILE", str(self.file))


def authority(folder: Path, *names: str, **given: Any) -> Authority:
    """Make an authority, and a certificate of it for these names."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(*(names or ("127.0.0.1",)), **given).configure_cert(context)
    file = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    return Authority(context, file)


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


@pytest.fixture
def serve() -> Serve:
    """Give what runs a real SMTP server, with a handler of the test's, on loopback."""
    return Serve()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
