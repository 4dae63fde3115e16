"""The program, loaded once and forked for each run: a process of its own, without the start."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest

ENVIRON = {"PATH": os.defpath, "LANG": "C.UTF-8"}
"""What the program is loaded with; a run's own environment takes its place."""
AT_START = ("PYTHON", "LANG", "LC_", "LD_", "OPENSSL")
"""The variables that an interpreter looks at while it starts: a fork is too late for them."""
PATIENCE = 60


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
        os.umask(mask := os.umask(0))
        given = {"args": [*map(os.fsdecode, args)], "cwd": str(cwd), "env": dict(env)}
        job = json.dumps(given | {"prelude": prelude, "umask": mask}).encode()
        with TemporaryFile() as in_, TemporaryFile() as out, TemporaryFile() as err:
            in_.write(stdin)
            in_.seek(0)
            try:
                socket.send_fds(self._server, [job], [one.fileno() for one in (in_, out, err)])
                code = self._server.recv(64)
            except OSError as why:
                code, reason = b"", str(why)
            else:
                reason = "it has ended"
            if not code:
                self._fail(reason)
            out.seek(0)
            err.seek(0)
            return int(code), out.read(), err.read()

    def _fail(self, reason: str) -> None:
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
