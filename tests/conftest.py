"""What every test may ask for: a fenced-in machine, the program, appeals, servers."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from makers.appeals import Folder
from makers.fence import TRUSTING_NOBODY, NetworkForbiddenError, loopback
from makers.forks import Forks, forking
from makers.program import Program
from makers.sending import Handler, Sending
from servers.plain import Serve

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # speed is for benchmarks to measure, on a quiet machine

MEMORY, ROOM = "/dev/shm", 1 << 29
"""No power is cut here: where there is memory for it, no file of a test waits for a disk."""
with suppress(OSError):
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("TMPDIR", MEMORY)
        tempfile.tempdir = None


@pytest.fixture(autouse=True)
def fenced_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Forbid the network, and hide the user's own settings, state and home from the program."""

    def guard(owner: Any, name: str, host_of: Callable[..., object]) -> None:
        real = getattr(owner, name)

        def guarded(*args: Any, **given: Any) -> Any:
            host = host_of(*args, **given)
            if not loopback(host):
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
    for name, value in TRUSTING_NOBODY.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Give the program loaded, for all tests of this process."""
    with forking() as forks:
        yield forks


@pytest.fixture
def run(tmp_path: Path, forks: Forks) -> Program:
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
    return Program(cwd, environ | TRUSTING_NOBODY, forks)


@pytest.fixture
def appeals(tmp_path: Path) -> Folder:
    """Give an empty folder of appeals."""
    return Folder(tmp_path / "appeals")


@pytest.fixture
def serve() -> Serve:
    """Give what runs a real SMTP server, with a handler of the test's, on loopback."""
    return Serve()


@pytest.fixture
def handler() -> Handler:
    """Give a server's handler."""
    return Handler()


@pytest.fixture
def sending(
    run: Program, appeals: Folder, serve: Serve, handler: Handler, tmp_path: Path
) -> Iterator[Sending]:
    """Give the program with an account at a server that needs no login."""
    with serve(handler, pipelining=True) as account:
        yield Sending(run, appeals, account, tmp_path / "state")
