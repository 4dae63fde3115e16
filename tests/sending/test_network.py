"""Nothing leaves the machine: seen from the kernel's side, and from the tests' own fence."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from makers.appeals import SIGNED, Folder
from makers.fence import NetworkForbiddenError
from makers.program import APPEALS, Program


@pytest.fixture
def network_calls(run: Program, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Give what runs the program under strace: its exit code, and its network system calls."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("install strace (Debian package strace)")

    def traced(*args: str, stdin: bytes = b"") -> tuple[int, str]:
        log = tmp_path / "strace.log"
        options = [strace, "-f", "-e", "trace=%network", "-o", str(log)]
        code, _, _ = run.new([*options, *run.command(), *args], stdin, run.environ)
        assert "+++ exited" in log.read_text(), "strace has seen nothing: may it use ptrace here?"
        return code, log.read_text()

    return traced


QUIET = [
    (0, ["list", "--all"]),
    (0, ["list", "--json"]),
    (0, ["news", "--all"]),
    (0, ["show", "mangistau-oil-strike"]),
    (0, ["render", "mangistau-oil-strike", *SIGNED]),
    (0, ["render", "practice-letter", "--mailto"]),
    (0, ["render", "practice-letter", "--eml", "drafts", *SIGNED]),
    (0, ["render", "practice-letter", "--pdf", "letters", *SIGNED]),
    (0, ["render", "practice-letter", "--print", *SIGNED]),
    (0, ["check", str(APPEALS)]),
    (0, ["send", "practice-letter", "--dry-run", *SIGNED]),
    (2, ["send", "practice-letter", *SIGNED]),
    (78, ["send", "practice-letter", "--name", "A"]),
]


@pytest.mark.parametrize(("code", "args"), QUIET, ids=lambda one: str(one)[:40])
def test_no_network_call(
    network_calls: Callable[..., tuple[int, str]], code: int, args: list[str]
) -> None:
    """P51: looking at appeals and writing drafts makes no network system call."""
    got, calls = network_calls(*args)

    assert got == code
    assert "AF_INET" not in calls


def test_international_addresses_need_no_network(
    network_calls: Callable[..., tuple[int, str]], appeals: Folder
) -> None:
    """P24: the validation of addresses that need the whole of email-validator stays offline."""
    appeals.add(targets=[{"name": "Bücherei", "email": "amt@bücher.example"}])

    code, calls = network_calls("check", str(appeals))

    assert code == 0
    assert "AF_INET" not in calls


def test_an_unfinished_letter_opens_no_connection(
    network_calls: Callable[..., tuple[int, str]], appeals: Folder
) -> None:
    """P51: a letter that may not go is stopped before there is anything to connect to."""
    appeals.add(letter=None, subject=None, demands=["Free them."])

    code, calls = network_calls("--appeals", str(appeals), "send", "strike", "--rehearse")

    assert code == 65
    assert "AF_INET" not in calls


def test_a_rehearsal_stays_on_loopback(network_calls: Callable[..., tuple[int, str]]) -> None:
    """P51: a rehearsal speaks TCP, so the trace can tell, and to 127.0.0.1 only."""
    code, calls = network_calls("send", "practice-letter", "--rehearse", *SIGNED)
    addressed = [line for line in calls.splitlines() if "sin_addr" in line]

    assert code == 0
    assert any("connect(" in line for line in addressed)
    assert all('inet_addr("127.0.0.1")' in line for line in addressed)
    assert "AF_INET6" not in calls


HOSTS = ["192.0.2.1", "2001:db8::1", "mail.example"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_fence_holds(host: str) -> None:
    """The tests' own fence stops a connection and a question to the name service."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        with pytest.raises(NetworkForbiddenError):
            one.connect((host, 25))
        with pytest.raises(NetworkForbiddenError):
            one.connect_ex((host, 25))
    with socket.socket(family, socket.SOCK_DGRAM) as one, pytest.raises(NetworkForbiddenError):
        one.sendto(b"", (host, 53))
    with pytest.raises(NetworkForbiddenError):
        socket.getaddrinfo(host, 25)
