"""Which of a host's addresses is used (RFC 8305): none of them may cost the others their chance."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protestmail.errors import TryLater
from protestmail.sending import dial
from protestmail.sending.wire import Limits

HOST = "127.0.0.1"
Where = tuple[Any, ...]


def at(sock: socket.socket) -> Where:
    """Give an address as the resolver would."""
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", sock.getsockname())


@pytest.fixture
def good() -> Iterator[socket.socket]:
    """Give a server that answers."""
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(0)
        yield server


@pytest.fixture
def refusing() -> Where:
    """Give an address where nobody listens."""
    with socket.create_server((HOST, 0)) as gone:
        return at(gone)


@pytest.fixture
def swallowing() -> Iterator[Where]:
    """Give an address that answers nothing: the kernel drops what comes to a full queue."""
    with ExitStack() as stack, socket.create_server((HOST, 0), backlog=0) as server:
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.settimeout(0)
            caller.connect_ex(server.getsockname())
        yield at(server)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> list[Where]:
    """Give the addresses of every host, to be filled in."""
    found: list[Where] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    return found


def handles() -> int:
    """Count what is open in this process."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.parametrize("before", [["swallowing"], ["refusing"], ["swallowing", "refusing"] * 3])
def test_another_address_answers(
    host: list[Where], good: socket.socket, before: list[str], request: pytest.FixtureRequest
) -> None:
    """P85: where the first addresses swallow or refuse, the next is called; nothing stays open."""
    host += [request.getfixturevalue(name) for name in before] + [at(good)]
    open_before = handles()

    with closing(dial.connect("mail.example", 587, Limits(step=20))) as sock:
        assert sock.getpeername() == good.getsockname()
        assert handles() == open_before + 1
    assert handles() == open_before


def test_the_first_that_answers_is_the_only_one(host: list[Where], good: socket.socket) -> None:
    """P85: where the first address answers at once, no other one hears of us."""
    with socket.create_server((HOST, 0)) as other:
        other.settimeout(0)
        host += [at(good), at(other)]
        dial.connect("mail.example", 587, Limits()).close()

        good.accept()[0].close()
        with pytest.raises(BlockingIOError):
            other.accept()


def test_a_family_that_this_machine_does_not_speak(host: list[Where], good: socket.socket) -> None:
    """P85: an address that cannot even be called is passed over."""
    host += [(12345, socket.SOCK_STREAM, 6, "", ("x", 1)), at(good)]

    dial.connect("mail.example", 587, Limits()).close()


@pytest.mark.parametrize(
    ("name", "told"), [("swallowing", "no answer in time"), ("refusing", "connection refused")]
)
def test_nobody_answers(
    host: list[Where], name: str, told: str, request: pytest.FixtureRequest
) -> None:
    """P85: where no address answers within a step's time, it is said why; nothing stays open."""
    host += [request.getfixturevalue(name)] * 2
    before = handles()

    with pytest.raises(TryLater, match=f"^mail.example:587 does not answer: {told}$"):
        dial.connect("mail.example", 587, Limits(step=0.6))

    assert handles() == before


@given(st.lists(st.sampled_from([socket.AF_INET, socket.AF_INET6]), max_size=9))
def test_families_take_turns(families: list[int]) -> None:
    """P85: no address is lost, and none of a family comes again while the other one waits."""
    found = [(family, number) for number, family in enumerate(families)]

    turns = dial._in_turn(found)  # noqa: SLF001  what the resolver finds cannot be chosen

    assert sorted(turns, key=lambda one: one[1]) == found
    assert turns[:1] == found[:1]
    runs = [len(list(run)) for _, run in groupby(turns, key=lambda one: one[0])]
    assert all(run == 1 for run in runs[:-1])
