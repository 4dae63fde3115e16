"""The real program: run to its end, on a terminal, or in a dialogue with a person."""

import contextlib
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from makers.forks import Forked, Forks
from makers.output import plain

ROOT = Path(__file__).resolve().parent.parent.parent


APPEALS = ROOT / "appeals"


TIMEOUT = 30


Process = Forked | subprocess.Popen[bytes]


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

    fresh = False
    """Whether each run is to be a new interpreter."""

    def __init__(self, cwd: Path, environ: dict[str, str], forks: Forks) -> None:
        self.cwd = cwd
        self.environ = environ
        self.forks = forks

    def __call__(
        self,
        *args: "str | bytes | Path",
        stdin: "str | bytes" = b"",
        env: "dict[str, str] | None" = None,
        prelude: str = "",
        python: Sequence[str] = (),
    ) -> Ran:
        """Run it to its end; ``prelude`` is Python that runs in its process before it does.

        It runs in a fork of a process that has loaded it, or in a new interpreter where options or
        variables tell one how to start.
        """
        environ = self.environ | (env or {})
        given = stdin.encode() if isinstance(stdin, str) else stdin
        if self.fresh or python or not self.forks.can(environ):
            code, out, err = self.new([*self.command(prelude, python), *args], given, environ)
        else:
            code, out, err = self.forks(args, given, self.cwd, environ, prelude)
        # strict: what is no UTF-8 could steer a terminal of eight bits
        encoding = environ.get("PYTHONIOENCODING", "").partition(":")[0] or "utf-8"
        return Ran(code, out.decode(encoding), err.decode(encoding))

    def new(
        self, command: Sequence[str | bytes | Path], stdin: bytes, environ: dict[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run a command line to its end, in a new process."""
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            cwd=self.cwd,
            env=environ,
            timeout=TIMEOUT,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def command(self, prelude: str = "", python: Sequence[str] = ()) -> list[str]:
        """Give the start of a command line that runs the program."""
        if not prelude:
            return [sys.executable, *python, "-m", "protestmail"]
        start = "\nfrom protestmail.__main__ import main\nmain()\n"
        return [sys.executable, *python, "-c", prelude + start]

    def start(
        self,
        args: Sequence["str | bytes | Path"],
        files: tuple[int, int, int],
        env: "Mapping[str, str] | None" = None,
        prelude: str = "",
        *,
        umask: int = -1,
        session: bool = False,
        terminal: bool = False,
    ) -> Process:
        """Start it with three files, in a fork or a new interpreter, and do not wait for it.

        It may lead a ``session``, and the first of its files control it: the ``terminal``.
        """
        environ = self.environ | dict(env or {})
        if not self.fresh and self.forks.can(environ):
            return self.forks.start(
                *(args, files, self.cwd, environ, prelude),
                umask=umask,
                session=session or terminal,
                terminal=terminal,
            )
        return subprocess.Popen(
            [*self.command(prelude), *args],
            stdin=files[0],
            stdout=files[1],
            stderr=files[2],
            cwd=self.cwd,
            env=environ,
            umask=umask,
            start_new_session=session or terminal,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if terminal else None,  # noqa: PLW1509  for Ctrl-C
        )

    def on_terminal(
        self, *args: str, columns: int = 80, env: "dict[str, str] | None" = None
    ) -> tuple[int, str]:
        """Run it on a terminal of so many columns; give its exit code and all that it wrote."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        environ = {"TERM": "xterm"} | (env or {})
        with self.start(args, (theirs, theirs, theirs), environ, session=True) as process:
            os.close(theirs)
            try:
                text = _read_all(ours)
            finally:
                process.kill()
                os.close(ours)
        return process.wait(), text.decode().replace("\r\n", "\n")

    @contextmanager
    def dialogue(
        self,
        *args: str,
        columns: int = 80,
        env: "Mapping[str, str] | None" = None,
        prelude: str = "",
    ) -> Iterator["Dialogue"]:
        """Run it on a terminal, to be answered as a person would; ``prelude`` as in a run."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        environ = {"TERM": "xterm"} | dict(env or {})
        files = theirs, theirs, theirs
        with self.start(args, files, environ, prelude, terminal=True) as process:
            os.close(theirs)
            try:
                yield Dialogue(process, ours)
            finally:
                process.kill()
                os.close(ours)


class Dialogue:
    """A running program on a terminal: what it has shown, and what is typed."""

    def __init__(self, process: Process, handle: int) -> None:
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
            self.seen += plain(chunk.decode(errors="replace")).replace("\r\n", "\n")
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
