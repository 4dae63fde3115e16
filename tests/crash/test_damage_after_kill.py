"""A send that is killed, and a disk that damages what it left: no letter goes twice."""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.cut_short import PAGE, add_appeal, asking_nothing, started
from makers.program import TIMEOUT, Program
from protestmail.errors import JournalProblem
from protestmail.journal.entry import OPEN
from protestmail.journal.journal import Journal
from servers.recorder import Hold, Recorder, recording

send = pytest.fixture(asking_nothing)
CASES = int(os.environ.get("DAMAGES", "400"))
SENDER = "aliya@branch.example"


def flip(file: Path, source: random.Random) -> None:
    """Turn one bit over, anywhere in a file."""
    data = bytearray(file.read_bytes())
    data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    file.write_bytes(data)


def cut(file: Path, source: random.Random) -> None:
    """Cut a file off anywhere."""
    os.truncate(file, source.randrange(file.stat().st_size))


def blank(file: Path, source: random.Random) -> None:
    """Fill a page's worth of a file with zeros."""
    data = file.read_bytes()
    at = source.randrange(0, len(data), PAGE)
    file.write_bytes(data[:at] + bytes(len(data[at : at + PAGE])) + data[at + PAGE :])


def lose(file: Path, _: random.Random) -> None:
    """Lose a file."""
    file.unlink()


DAMAGE: list[Callable[[Path, random.Random], None]] = [flip, cut, blank, lose]


def killed_at_the_eighth(
    run: Program, send: Sequence[str], state: Path, server: Recorder, *, told: bool
) -> list[str]:
    """Kill a send at its eighth letter, before the answer or after; give who has got one."""
    hold = Hold()
    server.at_dot = lambda _: hold() if len(server.taken) == 7 else "250 2.0.0 taken"
    after = len(server.taken)
    with started(run, send, server.environ(state)) as process:
        hold.wait()
        if told:
            server.watch = lambda _: process.kill() if len(server.taken) == 8 else None
            hold.released.set()
        else:
            process.kill()
        assert process.wait(TIMEOUT) == -signal.SIGKILL
    hold.released.set()
    server.watch = lambda _: None
    server.connections()
    return [one for mail in server.taken[after:] for one in mail.recipients]


def goes_again(state: Path, got: Sequence[str]) -> list[str]:
    """Give those to whom the next send would write, of those who have got a letter."""
    try:
        with Journal(state) as journal:
            known = {to.address: one for one in journal.entries() for to in one.recipients}
    except JournalProblem:
        return []
    open_ = {to.address for one in known.values() for to in one.recipients if to.state in OPEN}
    return [one for one in got if one not in known or one in open_]


def damages(state: Path, cases: int) -> Iterator[tuple[str, Path, random.Random]]:
    """Damage copies of a folder, one after the other."""
    for number in range(cases):
        source = random.Random(number)
        copy = state.with_name(f"{state.name}-{number}")
        shutil.copytree(state, copy)
        file = source.choice(sorted(one for one in copy.iterdir() if one.stat().st_size))
        hurt = source.choice(DAMAGE)
        hurt(file, source)
        yield f"{number}: {hurt.__name__} {file.name}", copy, source
        shutil.rmtree(copy)


@pytest.mark.parametrize("told", [False, True], ids=["before the answer", "after it"])
@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one by one"])
def test_none_goes_twice(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, *, pipelining: bool, told: bool
) -> None:
    """P89: after kill -9, a bit turned, a cut, a lost page or a lost side file sends none twice."""
    add_appeal(appeals, 12)
    with recording(pipelining=pipelining) as server:
        got = killed_at_the_eighth(run, send, tmp_path / "state", server, told=told)

    twice = {
        case: again
        for case, copy, _ in damages(tmp_path / "state", CASES // 4)
        if (again := goes_again(copy, got))
    }

    assert len(got) == 8
    assert twice == {}
