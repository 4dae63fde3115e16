"""Forgetting letters for good, also where it is cut short."""

import shutil
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from makers.appeals import Folder
from makers.cut_short import (
    PAGE,
    Disk,
    Points,
    add_appeal,
    asking_nothing,
    mounted,
    started,
)
from makers.program import Program
from servers.recorder import Hold, journal_of, letters_of, recording

send = pytest.fixture(asking_nothing)
disk = pytest.fixture(mounted)


def traces(folder: Path, texts: Iterable[str]) -> set[str]:
    """Find which texts are anywhere in the files of a folder."""
    data = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file()).lower()
    return {one for one in texts if one.lower().encode() in data}


class History(NamedTuple):
    """A journal of many letters, ``which`` of them are to be forgotten, by their numbers."""

    state: Path
    addresses: list[str]
    which: dict[str, str]

    def copy(self, to: Path) -> dict[str, str]:
        """Copy the journal to another folder; give the settings that name it."""
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.state, to)
        return {"PROTESTMAIL_STATE": str(to)}

    def forget(self, which: Iterable[str] = ()) -> list[str]:
        """Give the command line that forgets letters by their numbers."""
        return ["journal", "--forget", "--yes", *(which or self.which)]


LETTER = "{{ salutation }}\n\nRelease Zarina Xenos.\n\n{{ signature }}"
OTHERWISE = """
import sqlite3

class Otherwise(sqlite3.Connection):
    def execute(self, sql, *values):
        return super().execute("{new}" if sql.startswith("{old}") else sql, *values)

sqlite3.connect = lambda *args, real=sqlite3.connect, **given: real(
    *args, factory=Otherwise, **given)
"""
"""Says something else to SQLite in the place of a statement."""


@pytest.fixture
def history(run: Program, appeals: Folder, send: list[str], tmp_path: Path) -> History:
    """Give a journal in whose pages SQLite has left copies of rows that it has moved.

    It does so in spite of ``secure_delete``, but seldom; so that is off here.
    """
    careless = OTHERWISE.format(old="PRAGMA secure_delete", new="PRAGMA secure_delete = OFF")
    lazy = OTHERWISE.format(old="VACUUM", new="SELECT 1")
    titles = {"title": "Release Zarina Xenos", "subject": "For Zarina Xenos", "letter": LETTER}
    addresses = add_appeal(appeals, 60, **titles)
    late = set(addresses[::3])
    found = History(
        tmp_path / "long", addresses, {str(n + 1): addresses[n] for n in range(0, 60, 2)}
    )
    with recording() as server:
        server.at_rcpt = lambda to: f"451 {'x' * 250}" if to in late else "250 OK"
        env = server.environ(found.state)
        run(*send, env=env, prelude=careless)
    run(*found.forget(), env=found.copy(tmp_path / "2"), prelude=lazy)
    assert traces(tmp_path / "2", found.which.values())
    return found


def test_forgotten_for_good(run: Program, history: History, tmp_path: Path) -> None:
    """P50: after ``journal --forget`` no address, title or subject is left in any file.

    So it is for some of the letters, and the others stay.
    """
    some, every = tmp_path / "some", tmp_path / "every"
    done = [run(*history.forget(), env=history.copy(some))]
    done.append(run(*history.forget(["strike"]), env=history.copy(every)))
    others = journal_of(letters_of(run("journal", "--json", env={"PROTESTMAIL_STATE": str(some)})))
    everything = [*history.addresses, "Zarina", "Xenos", "Ministry", "strike", "aliya"]

    assert [one.code for one in done] == [0, 0]
    assert traces(some, history.which.values()) == set()
    assert others.keys() == set(history.addresses) - set(history.which.values())
    assert traces(every, everything) == set()
    assert traces(history.state, everything) == set(everything)


def test_forgotten_after_a_kill(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P50: what a killed send has left in side files is forgotten as well."""
    addresses = add_appeal(appeals, 3)
    hold = Hold()
    state = tmp_path / "state"
    with recording() as server:
        server.at_dot = hold
        env = server.environ(state)
        with started(run, send, env) as process:
            hold.wait()
            process.kill()
        hold.released.set()
        assert traces(state, addresses) == set(addresses)
        done = run("journal", "--forget", "strike", env=env)

    assert done.code == 0
    assert traces(state, [*addresses, "Free", "strike"]) == set()


def left_behind(run: Program, history: History, state: Path) -> set[str]:
    """Tell what is in the files of letters that the next run does not know any more."""
    env = {"PROTESTMAIL_STATE": str(state)}
    known = journal_of(letters_of(run("journal", "--json", env=env))).keys()
    assert known >= set(history.addresses) - set(history.which.values())
    return traces(state, set(history.which.values()) - known)


def test_forgetting_that_was_killed(run: Program, history: History, tmp_path: Path) -> None:
    """P50: killed at any step, what is not listed any more leaves no trace after the next run."""
    points = Points(tmp_path / "steps")
    state = tmp_path / "state"
    left, number, killed = {}, 0, True
    while killed:
        number += 1
        env = history.copy(state)
        done = run(*history.forget(), env=env, prelude=points.prelude(number))
        killed = done.code == -signal.SIGKILL
        if found := left_behind(run, history, state):
            left[f"{number}: {points.passed[-1]}"] = found

    assert number > 12
    assert left == {}


def test_forgetting_on_a_full_disk(run: Program, history: History, disk: Disk) -> None:
    """P50: where there is no room to forget, that is told; with room again no trace is left."""
    left, codes, pages = {}, set(), 0
    while 0 not in codes:
        env = history.copy(disk.state)
        disk.fill(leave=pages * PAGE)
        codes.add(run(*history.forget(), env=env).code)
        disk.make_room()
        if found := left_behind(run, history, disk.state):
            left[pages] = found
        pages += 1

    assert codes == {75, 0}
    assert left == {}
