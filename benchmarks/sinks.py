"""Servers to send to: they accept every letter, deliver none, and tell how many they got."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import helper
from measure import PYTHON

HERE = "127.0.0.1"
POSTFIX = os.pathsep.join(
    [os.defpath, "/usr/sbin", "/usr/lib/postfix/sbin", "/usr/libexec/postfix"]
)
_SERVER = str(Path(__file__).with_name("sink_server.py"))
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Login:
    """A server's certificate, the authority that signed it, and who may send."""

    authority: Path
    certificate: Path
    key: Path
    user: str = "aliya@example.org"
    password: str = "no-secret-of-anybody"


@dataclass(frozen=True, slots=True)
class Sink:
    """A running server: where it listens, and how it counts the letters since it was asked."""

    port: int
    _came: Callable[[int], int]

    def check(self, letters: int, recipients: int) -> None:
        """Leave with an error unless so many letters, to so many recipients each, have come."""
        came, until = self._came(recipients), time.monotonic() + _PATIENCE
        while came < letters and time.monotonic() < until:
            time.sleep(0.02)
            came += self._came(recipients)
        if came != letters:
            sys.exit(f"{came} letters have come to a server, not {letters}")


def login(where: Path) -> Login:
    """Make a certificate for this machine; trustme does it in a process of its own.

    (Imported here it would make this process, and with it the peaks that Linux counts, larger.)
    """
    if not find_spec("trustme"):
        sys.exit("trustme is not installed for this Python: pip install trustme")
    subprocess.run([PYTHON, "-m", "trustme", "-q", "-d", str(where), "-i", HERE], check=True)
    return Login(where / "client.pem", where / "server.pem", where / "server.key")


@contextmanager
def aiosmtpd(*, pipelining: bool = True, secure: Login | None = None) -> Iterator[Sink]:
    """Run aiosmtpd's server, which checks the order of commands; with a login only over TLS."""
    command = [PYTHON, _SERVER, *["--no-pipelining"] * (not pipelining)]
    if secure:
        files = str(secure.certificate), str(secure.key)
        command += ["--secure", *files, secure.user, secure.password]
    with helper.running(command) as running:
        yield Sink(int(running.hello), lambda people: int(running.ask(str(people))))


@contextmanager
def postfix(where: Path, *, pipelining: bool = True) -> Iterator[Sink]:
    """Run Postfix's smtp-sink, written in C to measure clients with; it speaks no TLS."""
    port, log = _free_port(), where / "smtp-sink.log"
    other_user = ["-u", "nobody"] if os.geteuid() == 0 else []  # root has to become someone else
    plain = ["-p"] * (not pipelining)
    command = [tool("smtp-sink"), *other_user, *plain, "-c", f"{HERE}:{port}", "100"]
    with log.open("wb") as file, subprocess.Popen(command, stdout=file) as process:
        try:
            _wait_for(port)
            yield Sink(port, _counted_in(log))
        finally:
            process.terminate()


def _counted_in(log: Path) -> Callable[[int], int]:
    """Read the counter that smtp-sink writes anew with every letter; it tells no recipients."""
    before = 0

    def came(_: int) -> int:
        nonlocal before
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 200))
            told = [int(number) for number in re.findall(rb"mesg=(\d+)\r", file.read())]
        last, before = before, max([before, *told])
        return before - last

    return came


def tool(name: str) -> str:
    """Find a program of Postfix, which some systems keep out of the usual path."""
    path = shutil.which(name, path=POSTFIX)
    if not path:
        sys.exit(f"{name} is missing: install Postfix (apt install postfix)")
    return path


def _free_port() -> int:
    with socket.create_server((HERE, 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection((HERE, port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                sys.exit("smtp-sink does not answer")
            time.sleep(0.02)
        else:
            return
