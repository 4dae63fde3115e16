"""A journal that is damaged, newer, or none at all: it is told of, and nothing is sent."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.cut_short import add_appeal, asking_nothing
from makers.program import Program
from protestmail.journal.store import WITNESS
from servers.recorder import Mail, Recorder, recording

send = pytest.fixture(asking_nothing)
LONG = "{{ salutation }}\n\n" + "Free them, every one of them.\n\n" * 50 + "{{ signature }}"


@pytest.fixture
def past(run: Program, appeals: Folder, send: list[str], tmp_path: Path) -> tuple[Path, list[str]]:
    """Give a journal's folder, and the addresses in it: the last three letters were deferred."""
    state = tmp_path / "past"
    addresses = add_appeal(appeals, 12, letter=LONG)
    with recording() as server:
        server.at_rcpt = lambda to: "451 later" if to in addresses[-3:] else "250 OK"
        done = run(*send, env=server.environ(state))
    assert done.code == 1
    assert {one.name for one in state.iterdir()} == {"journal.sqlite", WITNESS}
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
    run: Program,
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
        runs = [run(*args, env=env) for args in (send, ["journal"], ["journal", "--json"])]
        connections = server.connections()

    for done in runs:
        assert (done.code, done.out) == (75, "")
        assert f"protestmail: the journal {file} is damaged: " in done.err
        assert "***" not in done.err
    assert connections == 0
    assert file.read_bytes() == before
    assert {one.name for one in state.iterdir()} == {"journal.sqlite", WITNESS}


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
    run: Program,
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
        for at in range(100, len(whole) - 24, 797):
            shutil.rmtree(tmp_path / "damaged", ignore_errors=True)
            (tmp_path / "damaged").mkdir()
            file = tmp_path / "damaged" / "journal.sqlite"
            file.write_bytes(whole[:at] + garbage(source) + whole[at + 24 :])
            server.taken[:] = [Mail(f"<{one}>", (one,), min(texts)) for one in past[1][:-3]]
            before = server.connections()
            done = run(*send, "--retry", env=env)
            codes.append(done.code)
            if told := judged(server, before, done.code, texts):
                wrong[at] = [*told, *[one for one in done.err.splitlines() if "mail:" in one]]

    assert {0, 75} <= set(codes)
    assert wrong == {}


CHANGED = [
    ("office3@ministry3.example", "offica3@ministry3.example"),
    ("office3@ministry3.example", "office3@ministry8.example"),
    ('"target","accepted"', '"target","deferred"'),
    ("strikeletteren", "strikewetteren"),
    ("ministry-3aliya@branch.example", "ministry-3alina@branch.example"),
]


@pytest.mark.parametrize(("old", "new"), CHANGED)
def test_a_bit_that_has_changed(
    run: Program, send: list[str], past: tuple[Path, list[str]], old: str, new: str
) -> None:
    """P60: a note that a bad disk has turned into another is noticed: nothing is sent after it."""
    file = past[0] / "journal.sqlite"
    before, found, after = file.read_bytes().rpartition(old.encode())
    assert found
    file.write_bytes(before + new.encode() + after)
    with recording() as server:
        done = run(*send, env=server.environ(past[0]))
        connections = server.connections()

    assert (done.code, done.out, connections) == (75, "", 0)
    assert "is damaged" in done.err


def test_a_journal_of_a_newer_version(
    run: Program, send: list[str], past: tuple[Path, list[str]]
) -> None:
    """P60: a journal that a newer protestmail has written is left as it is, and nothing is sent."""
    state, _ = past
    file = state / "journal.sqlite"
    with closing(sqlite3.connect(file)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with recording() as server:
        env = server.environ(state)
        runs = [run(*args, env=env) for args in (send, ["journal"], ["journal", "--forget", "1"])]
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
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, put: Callable[[Path], None]
) -> None:
    """P60: what is no regular file is no journal: a sentence, exit 75, no connection."""
    add_appeal(appeals, 1)
    file = tmp_path / "state" / "journal.sqlite"
    file.parent.mkdir()
    put(file)
    with recording() as server:
        done = run(*send, env=server.environ(file.parent))
        connections = server.connections()

    assert (done.code, done.out, connections) == (75, "", 0)
    assert f"the journal {file} cannot be written: " in done.err
    assert [one.name for one in file.parent.iterdir()] == ["journal.sqlite"]


@pytest.mark.parametrize("beside", ["-wal", "-journal", WITNESS])
def test_a_journal_that_is_gone(
    run: Program, send: list[str], past: tuple[Path, list[str]], beside: str
) -> None:
    """P89: where a journal was and is lost, nothing is sent until the user says so."""
    state, _ = past
    file = state / "journal.sqlite"
    file.unlink()
    (state / WITNESS).unlink()
    trace = state / (beside if beside == WITNESS else f"{file.name}{beside}")
    trace.touch()
    with recording() as server:
        runs = [run(*args, env=server.environ(state)) for args in (send, ["journal"])]
        connections = server.connections()

    for done in runs:
        assert (done.code, done.out) == (75, "")
        assert f"the journal {file} is gone, though there was one" in done.err
        assert f"delete {trace} to start anew" in done.err
    assert connections == 0
    assert list(state.iterdir()) == [trace]
