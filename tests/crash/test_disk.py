"""The journal and its disk: full, read-only, and open to nobody else."""

import shutil
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.cut_short import (
    PAGE,
    Disk,
    add_appeal,
    asking_nothing,
    mounted,
    sent_in_the_end,
    started,
)
from makers.program import Program
from servers.recorder import Hold, Mail, journal_of, letters_of, recording, untrue

PIPELINING = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one by one"])
send = pytest.fixture(asking_nothing)
disk = pytest.fixture(mounted)


BEFORE = pytest.mark.parametrize("before", [0, 1], ids=["no journal", "a journal"])


@BEFORE
@pytest.mark.parametrize("how", ["full", "read-only"])
def test_no_room_before_the_start(
    run: Program, appeals: Folder, send: list[str], disk: Disk, how: str, before: int
) -> None:
    """P55: with the disk full or read-only before the start there is no connection, and exit 75."""
    with recording() as server:
        env = server.environ(disk.state)
        if before:
            add_appeal(appeals, before)
            assert run(*send, env=env).code == 0
        add_appeal(appeals, 3)
        if how == "full":
            disk.fill()
        else:
            disk.make_read_only()
        done = run(*send, env=env)
        connections = server.connections()

    assert (done.code, done.out, connections) == (75, "", before)
    assert f"the journal {disk.state / 'journal.sqlite'} cannot be written" in done.err
    assert "PROTESTMAIL_STATE=DIR" in done.err
    assert "Traceback" not in done.err


def test_full_at_any_moment(run: Program, appeals: Folder, send: list[str], disk: Disk) -> None:
    """P55: however much room is left, what is told is true, and with room again no letter is lost.

    Exit 0 is for a send in which all was noted.
    """
    addresses = add_appeal(appeals, 3)
    wrong, codes, pages = {}, set(), 0
    with recording() as server:
        while 0 not in codes:
            shutil.rmtree(disk.state, ignore_errors=True)
            server.taken.clear()
            env = server.environ(disk.state)
            before = server.connections()
            disk.fill(leave=pages * PAGE)
            done = run(*send, env=env)
            disk.make_room()
            codes.add(done.code)
            told = untrue(letters_of(done), server) if done.out else []
            if not done.out and server.connections() > before:
                told.append("a connection, and nothing is told of letters")
            more, unknown = sent_in_the_end(run, send, env, server, addresses)
            if done.code == 0 and unknown:
                told.append("exit 0, and not all was noted")
            if told + more or "Traceback" in done.err:
                wrong[pages] = [done.code, *told, *more, done.err]
            pages += 1

    assert codes == {75, 1, 0}
    assert wrong == {}


@PIPELINING
def test_full_between_the_mark_and_the_note(
    run: Program, appeals: Folder, send: list[str], disk: Disk, *, pipelining: bool
) -> None:
    """P55: full when the answer comes: "accepted, but not recorded", and never sent by itself."""
    first, *rest = add_appeal(appeals, 3)

    def fill_up(_mail: Mail) -> str:
        disk.fill()
        return "250 2.0.0 taken"

    with recording(pipelining=pipelining) as server:
        server.at_dot = fill_up
        env = server.environ(disk.state)
        done = run(*send, env=env)
        seen = untrue(letters_of(done), server)
        taken = len(server.taken)
        disk.make_room()
        server.at_dot = lambda _mail: "250 2.0.0 taken"
        states = journal_of(letters_of(run("journal", "--json", env=env)))
        again = run(*send, env=env)
        copies = server.copies()

    assert (done.code, taken) == (1, 1)
    assert f"the letter to {first} was accepted, but not recorded" in done.err
    assert states == {first: "unknown"} | dict.fromkeys(rest, "queued")
    assert again.code == 1
    assert f"{first}: in doubt" in again.err
    assert copies == dict.fromkeys([first, *rest], 1)
    assert seen == []


def modes(*paths: Path) -> dict[str, str]:
    """Give the modes of files and folders by their names."""
    return {one.name: oct(one.stat().st_mode & 0o7777) for one in paths}


def test_the_journal_is_private(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P49: under umask 0 the folder is 0700, each file in it 0600, during a send and after it."""
    add_appeal(appeals, 2)
    hold = Hold()
    state = tmp_path / "state"
    with recording() as server:
        server.at_dot = hold
        with started(run, send, server.environ(state), umask=0) as process:
            hold.wait()
            during = modes(*state.iterdir())
            folder = modes(state)
            hold.released.set()
            assert process.wait() == 0
    after = modes(*state.iterdir())

    assert {"journal.sqlite", "journal.sqlite-wal"} <= during.keys()
    assert set((during | after).values()) == {"0o600"}
    assert folder == {"state": "0o700"}


def test_folders_on_the_way_are_private(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P49: under umask 0 nobody can put another folder in the place of the journal's."""
    add_appeal(appeals, 1)
    state = tmp_path / "made" / "too" / "state"
    with recording() as server, started(run, send, server.environ(state), umask=0) as process:
        assert process.wait() == 0

    assert set(modes(*state.parents[:2]).values()) == {"0o700"}


def test_a_journal_that_was_open_to_others_is_closed(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P49: a journal whose mode has become wider, its side files too, is made private again."""
    add_appeal(appeals, 2)
    hold = Hold()
    state = tmp_path / "state"
    with recording() as server:
        server.at_dot = hold
        env = server.environ(state)
        with started(run, send, env) as process:
            hold.wait()
            process.kill()
        hold.released.set()
        for one in state.iterdir():
            one.chmod(0o666)
        hold.released.clear()
        hold.reached.clear()
        with started(run, send, env) as process:
            hold.wait()
            during = modes(*state.iterdir())
            process.kill()
        hold.released.set()

    assert {"journal.sqlite", "journal.sqlite-wal"} <= during.keys()
    assert set(during.values()) == {"0o600"}


def test_reading_on_a_disk_that_can_only_be_read(
    run: Program, appeals: Folder, send: list[str], disk: Disk
) -> None:
    """P55: ``journal`` and ``news`` need nothing but to read; a change is refused in a sentence."""
    add_appeal(appeals, 2)
    with recording() as server:
        env = server.environ(disk.state)
        assert run(*send, env=env).code == 0
    news = ("--appeals", str(appeals), "news", "--all", "--json")
    before = [run(*args, env=env) for args in (["journal"], news)]
    disk.make_read_only()
    after = [run(*args, env=env) for args in (["journal"], news)]
    refused = run("journal", "--forget", "1", "--yes", env=env)

    assert [(one.code, one.out) for one in after] == [(0, one.out) for one in before]
    assert "strike" in before[1].out
    assert (refused.code, "cannot be written" in refused.err) == (75, True)


def test_a_cut_short_journal_on_a_disk_that_can_only_be_read(
    run: Program, appeals: Folder, send: list[str], disk: Disk
) -> None:
    """P55: what a killed send has not written to its place is not passed over in silence."""
    add_appeal(appeals, 2)
    hold = Hold()
    with recording() as server:
        server.at_dot = lambda _: hold() if server.taken else "250 2.0.0 taken"
        env = server.environ(disk.state)
        with started(run, send, env) as process:
            hold.wait()
            process.kill()
        hold.released.set()
    wal = disk.state / "journal.sqlite-wal"
    wal.write_bytes(b"some of the end")
    disk.make_read_only()

    done = run("journal", env=env)

    assert (done.code, done.out) == (75, "")
    assert f"a send was cut short, and {wal} has the end of it" in done.err
