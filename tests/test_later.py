"""The next run: after damage, with another clock, with an appeal that has changed."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Folder, Program
from cut_short import Forks, add_appeal, asking_nothing, loaded
from recording_server import Mail, Recorder, hang_up_once, journal_of, letters_of, recording

fork = pytest.fixture(loaded)
send = pytest.fixture(asking_nothing)
LONG = "{{ salutation }}\n\n" + "Free them, every one of them.\n\n" * 50 + "{{ signature }}"


@pytest.fixture
def past(fork: Forks, appeals: Folder, send: list[str], tmp_path: Path) -> tuple[Path, list[str]]:
    """Give a journal's folder, and the addresses in it: the last three letters were deferred."""
    state = tmp_path / "past"
    addresses = add_appeal(appeals, 12, letter=LONG)
    with recording() as server:
        server.at_rcpt = lambda to: "451 later" if to in addresses[-3:] else "250 OK"
        done = fork(*send, env=server.environ(state))
    assert done.code == 1
    assert [one.name for one in state.iterdir()] == ["journal.sqlite"]
    return state, addresses


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _whole: b"",
    "one byte": lambda whole: whole[:1],
    "its head": lambda whole: whole[:100],
    "its first page": lambda whole: whole[:4096],
    "half": lambda whole: whole[: len(whole) // 2],
    "without its last page": lambda whole: whole[:-4096],
    "a page longer than it is": lambda whole: whole[:4096] + whole[8192:],
    "zeros": lambda whole: bytes(len(whole)),
    "random": lambda whole: random.Random(60).randbytes(len(whole)),
    "text": lambda _whole: b"This is no journal.\n" * 500,
    "a page of zeros": lambda whole: whole[:8192] + bytes(4096) + whole[12288:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_journal(
    fork: Forks,
    send: list[str],
    past: tuple[Path, list[str]],
    damage: Callable[[bytes], bytes],
) -> None:
    """P60: a damaged journal is told of in a sentence, nothing is sent, and it stays as it was."""
    state, _ = past
    file = state / "journal.sqlite"
    file.write_bytes(damage(file.read_bytes()))
    before = file.read_bytes()
    with recording() as server:
        env = server.environ(state)
        runs = [fork(*args, env=env) for args in (send, ["journal"], ["journal", "--json"])]
        connections = server.connections()

    for done in runs:
        assert (done.code, done.out) == (75, "")
        assert f"protestmail: the journal {file} is damaged: " in done.err
        assert "***" not in done.err
    assert connections == 0
    assert file.read_bytes() == before
    assert [one.name for one in state.iterdir()] == ["journal.sqlite"]


def texts_in(file: Path) -> set[bytes]:
    """Read the letters' texts out of a journal."""
    with closing(sqlite3.connect(file)) as journal:
        return {data for (data,) in journal.execute("SELECT data FROM message")}


def judged(server: Recorder, before: int, done: int, texts: set[bytes]) -> list[str]:
    """Say what is wrong with a send that came from a journal with garbage in it."""
    wrong = []
    if done not in {0, 75}:
        wrong.append(f"exit {done}")
    if done and server.connections() > before:
        wrong.append("a connection")
    wrong += [f"{one} again" for one, copies in server.copies().items() if copies > 1]
    wrong += [
        f"{one.recipients} got a damaged letter" for one in server.taken if one.data not in texts
    ]
    return wrong


GARBAGE: dict[str, Callable[[random.Random], bytes]] = {
    "binary": lambda source: source.randbytes(24),
    "letters": lambda source: bytes(source.choices(b"abcdefgh", k=24)),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_in_the_middle(
    fork: Forks,
    send: list[str],
    past: tuple[Path, list[str]],
    tmp_path: Path,
    garbage: Callable[[random.Random], bytes],
) -> None:
    """P60: garbage anywhere in the journal sends no letter twice, and none that is damaged.

    Either it is told of, and there is no connection, or it hit nothing that counts.
    """
    whole = (past[0] / "journal.sqlite").read_bytes()
    texts = texts_in(past[0] / "journal.sqlite")
    source = random.Random(60)
    wrong, codes = {}, []
    with recording() as server:
        env = server.environ(tmp_path / "damaged")
        for at in range(100, len(whole) - 24, 397):
            shutil.rmtree(tmp_path / "damaged", ignore_errors=True)
            (tmp_path / "damaged").mkdir()
            file = tmp_path / "damaged" / "journal.sqlite"
            file.write_bytes(whole[:at] + garbage(source) + whole[at + 24 :])
            server.taken[:] = [Mail(f"<{one}>", (one,), min(texts)) for one in past[1][:-3]]
            before = server.connections()
            done = fork(*send, "--retry", env=env)
            codes.append(done.code)
            if told := judged(server, before, done.code, texts):
                wrong[at] = [*told, *[one for one in done.err.splitlines() if "mail:" in one]]

    assert {0, 75} <= set(codes)
    assert wrong == {}


def test_a_journal_of_a_newer_version(
    fork: Forks, send: list[str], past: tuple[Path, list[str]]
) -> None:
    """P60: a journal that a newer protestmail has written is left as it is, and nothing is sent."""
    state, _ = past
    file = state / "journal.sqlite"
    with closing(sqlite3.connect(file)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with recording() as server:
        env = server.environ(state)
        runs = [fork(*args, env=env) for args in (send, ["journal"], ["journal", "--forget", "1"])]
        connections = server.connections()

    for done in runs:
        assert (done.code, done.out) == (75, "")
        assert f"{file} was written by a newer protestmail" in done.err
    assert connections == 0
    assert file.read_bytes() == before


INSTEAD: dict[str, Callable[[Path], None]] = {
    "a folder": lambda file: file.mkdir(),
    "a link": lambda file: file.symlink_to(file.with_name("another")),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("put", INSTEAD.values(), ids=INSTEAD.keys())
def test_something_else_in_its_place(
    fork: Forks, appeals: Folder, send: list[str], tmp_path: Path, put: Callable[[Path], None]
) -> None:
    """P60: what is no regular file is no journal: a sentence, exit 75, no connection."""
    add_appeal(appeals, 1)
    file = tmp_path / "state" / "journal.sqlite"
    file.parent.mkdir()
    put(file)
    with recording() as server:
        done = fork(*send, env=server.environ(file.parent))
        connections = server.connections()

    assert (done.code, done.out, connections) == (75, "", 0)
    assert f"the journal {file} cannot be written: " in done.err
    assert [one.name for one in file.parent.iterdir()] == ["journal.sqlite"]


CLOCK = """
import datetime, time
real = time.time
time.time = lambda: real() + {seconds}

class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

datetime.datetime = Shifted
"""
MINUTE, YEAR = 60, 365 * 24 * 60 * 60
CLOCKS = [
    ((0, 0), False),
    ((0, 4 * MINUTE), False),
    ((0, 6 * MINUTE), True),
    ((0, YEAR), True),
    ((0, -YEAR), True),  # the clock was set back: nobody can tell how long it has been
    ((YEAR, 0), True),
    ((-YEAR, 0), True),
    ((0, -MINUTE // 2), False),
]


@pytest.mark.parametrize(("clocks", "goes"), CLOCKS)
def test_a_deferred_letter_and_the_clock(
    run: Program,
    appeals: Folder,
    send: list[str],
    tmp_path: Path,
    clocks: tuple[int, int],
    *,
    goes: bool,
) -> None:
    """P60: a clock a year off neither holds up a deferred letter nor sends it before its time.

    Deferred once more, it waits anew by the clock as it is then. Accepted, it stays accepted.
    """
    deferred, accepted = add_appeal(appeals, 2)
    asked: list[str] = []

    def at_rcpt(to: str) -> str:
        asked.append(to)
        return "451 later" if to == deferred else "250 OK"

    first, second = (CLOCK.format(seconds=seconds) for seconds in clocks)
    with recording() as server:
        server.at_rcpt = at_rcpt
        env = server.environ(tmp_path / "state")
        codes = [run(*send, env=env, prelude=clock).code for clock in (first, second, second)]
        before_last = list(asked)
        server.at_rcpt = lambda _to: "250 OK"
        codes.append(run(*send, "--retry", env=env, prelude=first).code)
        codes.append(run(*send, env=env, prelude=second).code)
        copies = server.copies()

    assert before_last == [deferred, accepted, *([deferred] if goes else [])]
    assert codes == [1, 1, 1, 0, 0]
    assert copies == {deferred: 1, accepted: 1}


@pytest.mark.parametrize("seconds", [YEAR, -YEAR])
def test_a_letter_in_doubt_and_the_clock(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, seconds: int
) -> None:
    """P60: no clock sends a letter that is in doubt."""
    [address] = add_appeal(appeals, 1)
    with recording() as server:
        server.at_dot = hang_up_once()
        env = server.environ(tmp_path / "state")
        codes = [
            run(*send, *more, env=env, prelude=CLOCK.format(seconds=shift)).code
            for shift, more in ((0, []), (seconds, []), (seconds, ["--retry"]))
        ]
        copies = server.copies()

    assert codes == [1, 1, 1]
    assert copies == {address: 1}


OFFICES: list[dict[str, Any]] = [
    {"name": "Ministry", "email": "office@ministry.example"},
    {"name": "Court", "email": "clerk@court.example"},
]
RENAMED = [one | {"name": f"New {one['name']}", "id": f"new-{n}"} for n, one in enumerate(OFFICES)]
RUSSIAN = {"subject": "Свободу", "body": "{{ salutation }}\n\nСвободу.\n\n{{ signature }}"}
IN_TWO = [
    {"id": "letter", "language": "ru", **RUSSIAN},
    {"id": "letter", "subject": "Free them", "body": "Free them.\n\n{{ signature }}"},
]
CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "text": {"letter": "Release them, and soon.\n\n{{ signature }}"},
    "subject": {"subject": "Release them"},
    "title": {"title": "Release the committee", "summary": "They are in prison still."},
    "names": {"targets": RENAMED},
    "order": {"targets": OFFICES[::-1]},
    "capitals": {"targets": [one | {"email": one["email"].upper()} for one in OFFICES]},
    "language": {"subject": None, "letter": None, "letters": IN_TWO},
    "copies": {"cc": ["campaign@issuer.example"]},
    "demands": {"demands": ["Free them."]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_appeal_that_has_changed(
    fork: Forks, appeals: Folder, send: list[str], tmp_path: Path, change: dict[str, Any]
) -> None:
    """P60: whatever has changed in an appeal, what was accepted at an address does not go again.

    Nor does another display name of the writer make another letter.
    """
    with recording() as server:
        env = server.environ(tmp_path / "state")
        appeals.add(targets=OFFICES)
        fork(*send, env=env)
        appeals.add(**({"targets": OFFICES} | change))
        runs = [fork(*send, *args, env=env) for args in ([], ["--name", "A. Example"])]
        copies = server.copies()

    assert [one.code for one in runs] == [0, 0]
    assert all("not sent again" in one.err for one in runs)
    assert copies == {one["email"]: 1 for one in OFFICES}


def test_an_address_that_has_changed(
    fork: Forks, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P60: a letter to another address is another letter; so is one from another address."""
    moved = [OFFICES[0] | {"email": "office@new.example"}, OFFICES[1]]
    with recording() as server:
        env = server.environ(tmp_path / "state")
        appeals.add(targets=OFFICES)
        fork(*send, env=env)
        appeals.add(targets=moved)
        fork(*send, env=env)
        after_move = server.copies()
        other = fork(*send, env=env | {"PROTESTMAIL_EMAIL": "bela@branch.example"})
        copies = server.copies()

    assert after_move == {one["email"]: 1 for one in [*OFFICES, moved[0]]}
    assert other.code == 0
    assert copies - after_move == {one["email"]: 1 for one in moved}


def test_a_deferred_letter_goes_as_it_was(
    fork: Forks, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P60: a letter that was offered goes again as it was; one that never was is written anew."""
    with recording() as server:
        env = server.environ(tmp_path / "state")
        appeals.add(targets=OFFICES)
        server.at_dot = lambda _mail: "421 4.3.2 closing"
        fork(*send, env=env)
        [first] = server.heard
        states = journal_of(letters_of(fork("journal", "--json", env=env)))
        appeals.add(targets=RENAMED, subject="Release them")
        server.at_dot = lambda _mail: "250 2.0.0 taken"
        done = fork(*send, "--retry", env=env)

    assert states == {"office@ministry.example": "deferred", "clerk@court.example": "queued"}
    assert done.code == 0
    assert server.taken[0] == first
    assert [b"Subject: Release them" in mail.data for mail in server.taken] == [False, True]
    assert b"New Court" in server.taken[1].data
