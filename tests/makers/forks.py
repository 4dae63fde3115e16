"""The program, loaded once and forked for each run: a process of its own, without the start."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn, Self

import pytest

ENVIRON = {"PATH": os.defpath, "LANG": "C.UTF-8"}
"""What the program is loaded with; a run's own environment takes its place."""
AT_START = ("PYTHON", "LANG", "LC_", "LD_", "OPENSSL")
"""The variables that an interpreter looks at while it starts: a fork is too late for them."""
PATIENCE, AT_MOST = 60, 30
"""Seconds until a server does not answer, or a process that is talked to goes on for ever; and
until one that talks to nobody does."""


class Forked:
    """A process of the program that was forked: what is asked of a ``Popen``, and no more."""

    def __init__(self, answers: socket.socket, handle: int) -> None:
        self.returncode: int | None = None
        self._answers, self._handle = answers, handle

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; give its exit code, or less than 0 where a signal has ended it."""
        if self.returncode is None:
            self._answers.settimeout(timeout)
            try:
                code = self._answers.recv(64)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("protestmail", timeout or 0) from None
            if not code:
                pytest.fail("the server of forks has ended")
            self.returncode = int(code)
        return self.returncode

    def poll(self) -> int | None:
        """Give its exit code where it has come to its end."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def kill(self) -> None:
        """Kill it, unless it has ended: with kill -9, as any other process."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def __enter__(self) -> Self:
        """Leave it running for the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for its end."""
        try:
            self.wait(PATIENCE)
        finally:
            self._answers.close()
            os.close(self._handle)


class Forks:
    """A server of forks, and a socket to it."""

    def __init__(self, process: "subprocess.Popen[bytes]", server: socket.socket) -> None:
        self._process = process
        self._server = server

    @staticmethod
    def can(env: Mapping[str, str]) -> bool:
        """Tell whether a fork is all that a new interpreter would be."""
        return _at_start(env) == _at_start(ENVIRON)

    def __call__(
        self,
        args: Sequence[str | bytes | Path],
        stdin: bytes,
        cwd: Path,
        env: Mapping[str, str],
        prelude: str,
    ) -> tuple[int, bytes, bytes]:
        """Run the program to its end; give its exit code and its two outputs."""
        with TemporaryFile() as in_, TemporaryFile() as out, TemporaryFile() as err:
            in_.write(stdin)
            in_.seek(0)
            files = in_.fileno(), out.fileno(), err.fileno()
            with self.start(args, files, cwd, env, prelude, seconds=AT_MOST) as process:
                code = process.wait(PATIENCE)
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()

    def start(
        self,
        args: Sequence[str | bytes | Path],
        files: tuple[int, int, int],
        cwd: Path,
        env: Mapping[str, str],
        prelude: str = "",
        *,
        umask: int = -1,
        session: bool = False,
        terminal: bool = False,
        seconds: int = PATIENCE,
    ) -> Forked:
        """Start the program with three files, and do not wait for it.

        It may lead a ``session``, and the first of its files control it: the ``terminal``.
        """
        if umask < 0:
            os.umask(umask := os.umask(0))
        given: dict[str, Any] = {
            "args": [*map(os.fsdecode, args)],
            "cwd": str(cwd),
            "env": dict(env),
        }
        given |= {"prelude": prelude, "umask": umask, "seconds": seconds}
        job = json.dumps(given | {"session": session, "terminal": terminal}).encode()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                socket.send_fds(self._server, [job], [*files, theirs.fileno()])
            ours.settimeout(PATIENCE)
            started, handles, *_ = socket.recv_fds(ours, 64, 1)
            if not started:
                self._fail("it has ended")
        except OSError as why:
            ours.close()
            self._fail(str(why))
        return Forked(ours, handles[0])

    def _fail(self, reason: str) -> NoReturn:
        """Say what became of the server."""
        self._process.kill()
        _, told = self._process.communicate()
        pytest.fail(
            f"the server of forks: {reason}; exit {self._process.returncode}: {told.decode()}"
        )


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(AT_START)}


@contextmanager
def forking() -> Iterator[Forks]:
    """Load the program for the block."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(PATIENCE)
    server = Path(__file__).with_name("fork_server.py")
    with (
        ours,
        subprocess.Popen(
            [sys.executable, "-P", server, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=ENVIRON,
            pass_fds=[theirs.fileno()],
        ) as process,
    ):
        theirs.close()
        try:
            yield Forks(process, ours)
        finally:
            process.kill()
