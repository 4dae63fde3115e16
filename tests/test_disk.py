"""The journal and its disk: full, read-only, open to nobody else, and forgetting for good."""

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from functools import partial
from io import FileIO
from pathlib import Path

import pytest

from conftest import Folder, Program
from cut_short import Forks, Points, add_appeal, asking_nothing, loaded, sent_in_the_end, started
from recording_server import Hold, Mail, journal_of, letters_of, recording, untrue

PIPELINING = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one by one"])
PAGE = 4096
fork = pytest.fixture(loaded)
send = pytest.fixture(asking_nothing)


class Disk:
    """A small disk, mounted in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = path / "state"
        self._filler = path / "filler"

    def fill(self, *, leave: int = 0) -> None:
        """Take all its room but so many bytes."""
        with self._filler.open("ab", buffering=0) as file:
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                _write_on(file)
            file.truncate(file.tell() - leave)

    def make_room(self) -> None:
        """Give its room back."""
        self._filler.unlink()

    def make_read_only(self) -> None:
        """Let nobody write to it any more."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)


def _write_on(file: FileIO) -> None:
    while True:
        file.write(bytes(PAGE))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Give a disk of 1 MiB; without the right to mount one, the test fails and says so."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"run this as root: a small disk has to be mounted ({done.stderr.strip()})")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", path], check=True)


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


def test_full_at_any_moment(fork: Forks, appeals: Folder, send: list[str], disk: Disk) -> None:
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
            done = fork(*send, env=env)
            disk.make_room()
            codes.add(done.code)
            told = untrue(letters_of(done), server) if done.out else []
            if not done.out and server.connections() > before:
                told.append("a connection, and nothing is told of letters")
            more, _ = sent_in_the_end(fork, send, env, server, addresses)
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


def traces(folder: Path, texts: Iterable[str]) -> set[str]:
    """Find which texts are anywhere in the files of a folder."""
    data = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file()).lower()
    return {one for one in texts if one.lower().encode() in data}


LETTER = "{{ salutation }}\n\nRelease Zarina Xenos.\n\n{{ signature }}"


@pytest.fixture
def history(
    fork: Forks, appeals: Folder, send: list[str], tmp_path: Path
) -> tuple[Path, list[str]]:
    """Give a journal's folder, and the addresses in it: of many letters, many were deferred.

    With such a history, SQLite's ``secure_delete`` alone leaves copies of addresses behind.
    """
    state = tmp_path / "long"
    titles = {"title": "Release Zarina Xenos", "subject": "For Zarina Xenos", "letter": LETTER}
    addresses = add_appeal(appeals, 120, **titles)
    with recording() as server:
        for reply in ("451 later", f"451 busy {'and busy ' * 20}", "451 OK"):
            server.at_rcpt = partial(defer_some, reply)
            fork(*send, "--retry", env=server.environ(state))
    assert traces(state, addresses) == set(addresses)
    return state, addresses


def defer_some(reply: str, to: str) -> str:
    """Answer to a recipient: the offices whose number starts with one are asked to wait."""
    return f"{reply} for <{to}>" if to.startswith("office1") else "250 OK"


def test_forgotten_for_good(fork: Forks, history: tuple[Path, list[str]], tmp_path: Path) -> None:
    """P50: after ``journal --forget`` no address, title or subject is left in any file.

    So it is for some of the letters, and the others stay.
    """
    long, addresses = history
    left = {}
    for nth in (1, 2, 3, 9):
        state = tmp_path / f"every {nth}"
        shutil.copytree(long, state)
        forgotten = addresses[::nth]
        which = ["strike"] if nth == 1 else [str(n) for n in range(1, len(addresses) + 1, nth)]
        env = {"PROTESTMAIL_STATE": str(state)}
        done = fork("journal", "--forget", "--yes", *which, env=env)
        assert done.code == 0, done.err
        left[nth] = traces(state, forgotten)
        others = set(addresses) - set(forgotten)
        assert journal_of(letters_of(fork("journal", "--json", env=env))).keys() == others
    everything = [*addresses, "Zarina", "Xenos", "Ministry", "strike", "aliya"]

    assert left == {nth: set() for nth in left}
    assert traces(tmp_path / "every 1", everything) == set()
    assert traces(long, ["Zarina", "strike"])


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


def broken_off(
    fork: Forks, long: Path, state: Path, addresses: list[str], nth: int
) -> Iterator[str]:
    """Tell what is left in the files of letters that the journal does not know any more."""
    env = {"PROTESTMAIL_STATE": str(state)}
    known = journal_of(letters_of(fork("journal", "--json", env=env)))
    assert len(known) >= len(addresses) - len(addresses[::nth])
    yield from traces(state, set(addresses[::nth]) - known.keys())
    shutil.rmtree(state)
    shutil.copytree(long, state)


def test_forgetting_that_was_killed(
    fork: Forks, history: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """P50: killed at any step, what is not listed any more leaves no trace after the next run."""
    long, addresses = history
    state = tmp_path / "state"
    shutil.copytree(long, state)
    points = Points(tmp_path / "steps")
    which = [str(number) for number in range(1, len(addresses) + 1, 3)]
    forget = ["journal", "--forget", "--yes", *which]
    left, number, killed = {}, 0, True
    while killed:
        number += 1
        done = fork(*forget, env={"PROTESTMAIL_STATE": str(state)}, prelude=points.prelude(number))
        killed = done.code == -signal.SIGKILL
        if found := list(broken_off(fork, long, state, addresses, 3)):
            left[f"{number}: {points.passed[-1]}"] = found

    assert number > 15
    assert left == {}


def test_forgetting_on_a_full_disk(
    fork: Forks, history: tuple[Path, list[str]], disk: Disk
) -> None:
    """P50: where there is no room to forget, that is told; with room again no trace is left."""
    long, addresses = history
    shutil.copytree(long, disk.state)
    which = [str(number) for number in range(1, len(addresses) + 1, 3)]
    left, codes, pages = {}, set(), 0
    while 0 not in codes:
        disk.fill(leave=pages * PAGE)
        env = {"PROTESTMAIL_STATE": str(disk.state)}
        done = fork("journal", "--forget", "--yes", *which, env=env)
        disk.make_room()
        codes.add(done.code)
        if found := list(broken_off(fork, long, disk.state, addresses, 3)):
            left[pages] = found
        pages += 1

    assert codes == {75, 0}
    assert left == {}
