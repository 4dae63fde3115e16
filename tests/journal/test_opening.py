"""The journal at its opening: what a run has left, who may read it, and what is none of ours."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from makers.journal import COPY, become, letter_to, queued, states
from protestmail.errors import JournalProblem
from protestmail.journal.entry import ACCEPTED, DEFERRED, IN_DOUBT, QUEUED, REFUSED, TRYING, UNKNOWN
from protestmail.journal.journal import FILE, Journal
from protestmail.journal.store import WITNESS
from protestmail.sending.agenda import queue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a journal."""
    return tmp_path / "state"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    """Give an open journal."""
    with Journal(folder) as journal:
        yield journal


def test_recovery_of_what_was_offered(journal: Journal, folder: Path) -> None:
    """P58: a run that ended before a letter's text leaves it queued, and it does not count."""
    first, second = queued(journal, "ministry", "court")
    journal.trying(first)
    become(journal, second, ACCEPTED, DEFERRED)
    journal.trying(second)
    assert [one.state for one in journal.entries()] == [TRYING, TRYING]
    journal.__exit__()

    with Journal(folder) as after:
        one, two = after.entries()
        assert states(one) == [QUEUED] * 3
        assert (one.at, one.due, one.attempts, one.fresh) == (100, 100, 0, True)
        assert after.load(first).data == letter_to("ministry").data
        assert states(two) == [ACCEPTED, ACCEPTED, QUEUED]
        assert (two.at, two.attempts, two.fresh) == (200, 1, False)
        assert after.load(second).recipients == (COPY,)


def test_recovery_of_what_was_in_doubt(journal: Journal, folder: Path) -> None:
    """P53: a run that ended between text and answer leaves the letter unknown, its bytes kept.

    Who had an outcome already keeps it.
    """
    first, second = queued(journal, "ministry", "court")
    journal.trying(first)
    journal.in_doubt(first)
    become(journal, second, ACCEPTED, DEFERRED)
    journal.trying(second)
    journal.in_doubt(second)
    journal.__exit__()

    with Journal(folder) as after:
        one, two = after.entries()
        assert states(one) == [UNKNOWN] * 3
        assert {each.reply for each in one.recipients} == {
            "broken off before the server's answer was noted"
        }
        assert states(two) == [ACCEPTED, ACCEPTED, UNKNOWN]
        assert two.recipients[0].reply == "250 OK"
        assert (one.at, one.due, two.due) == (100, None, None)
        for number, office in ((first, "ministry"), (second, "court")):
            parcel = after.load(number)
            assert (parcel.recipients, parcel.data) == ((), letter_to(office).data)


def test_one_in_doubt_and_one_offered(journal: Journal, folder: Path) -> None:
    """P54: the next letter, which travels behind the text, is not in doubt: only one can be."""
    first, second, third = queued(journal, "ministry", "court", "mill")
    journal.trying(first)
    journal.in_doubt(first, second)
    assert [one.state for one in journal.entries()] == [IN_DOUBT, TRYING, QUEUED]
    assert [one.attempts for one in journal.entries()] == [1, 1, 0]
    journal.__exit__()

    with Journal(folder) as after:
        assert [one.state for one in after.entries()] == [UNKNOWN, QUEUED, QUEUED]
        assert [after.entry(one).fresh for one in (first, second, third)] == [False, True, True]


def test_recovery_changes_nothing_else(journal: Journal, folder: Path) -> None:
    """P60: opening the journal anew leaves alone what has an outcome or has not been tried."""
    numbers = queued(journal, "ministry", "court", "mill", "bank", "port")
    for number, state in zip(numbers, (ACCEPTED, REFUSED, DEFERRED, UNKNOWN), strict=False):
        become(journal, number, state, state)
    before = list(journal.entries())
    journal.__exit__()

    for _ in range(2):
        with Journal(folder) as after:
            assert list(after.entries()) == before


def test_one_at_a_time(journal: Journal, folder: Path) -> None:
    """P56: who has the journal has it alone; another is told so, and what is in it stays."""
    queued(journal, "ministry")

    with pytest.raises(JournalProblem, match="another protestmail is at work") as refused:
        Journal(folder)

    assert refused.value.exit_code == 75
    journal.__exit__()
    with Journal(folder) as after:
        assert [one.state for one in after.entries()] == [QUEUED]


def mode(path: Path) -> int:
    """Give the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_for_nobody_else(folder: Path) -> None:
    """P49: folder and files, side files too, are the owner's only, under umask 0 as well."""
    before = os.umask(0)
    try:
        with Journal(folder) as journal:
            queued(journal, "ministry")
            during = {one.name: mode(one) for one in folder.iterdir()}
    finally:
        os.umask(before)

    assert mode(folder) == 0o700
    assert {FILE, f"{FILE}-wal"} <= during.keys()
    assert set(during.values()) == {0o600}
    assert {one.name: mode(one) for one in folder.iterdir()} == {
        FILE: 0o600,
        WITNESS: 0o600,
    }


def test_made_private_again(folder: Path) -> None:
    """P49: a journal that has been opened to others is closed to them at the next opening."""
    with Journal(folder):
        pass
    (folder / FILE).chmod(0o666)

    with Journal(folder):
        assert mode(folder / FILE) == 0o600


@pytest.mark.parametrize("kind", ["link", "hanging link", "pipe", "folder", "another's"])
def test_what_is_no_journal_of_ours(folder: Path, kind: str) -> None:
    """P49: a link, a pipe, a folder or somebody else's file is refused, and left as it is."""
    folder.mkdir()
    path, elsewhere = folder / FILE, folder.parent / "elsewhere"
    match kind:
        case "link":
            elsewhere.touch()
            path.symlink_to(elsewhere)
        case "hanging link":
            path.symlink_to(elsewhere)
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case _:
            path.touch(0o666)
            os.chown(path, 65534, 65534)
    before = path.lstat()

    with pytest.raises(JournalProblem, match="cannot be written") as refused:
        Journal(folder)

    assert "PROTESTMAIL_STATE=DIR" in refused.value.hint
    after = path.lstat()
    assert (after.st_mode, after.st_uid, after.st_size) == (
        before.st_mode,
        before.st_uid,
        before.st_size,
    )
    assert [one.name for one in folder.iterdir()] == [FILE]
    assert not elsewhere.exists() or not elsewhere.stat().st_size


def test_a_closed_journal(journal: Journal) -> None:
    """P55: whatever a journal cannot do any more is told as its problem, whoever asks."""
    message = letter_to("ministry")
    [number] = queue(journal, [message], 1)
    entry = journal.entry(number)
    journal.__exit__()

    for refused in (
        lambda: queue(journal, [message], 1),
        lambda: list(journal.entries()),
        lambda: journal.entry(number),
        lambda: journal.adopt([entry], "of another"),
        lambda: journal.load(number),
        lambda: journal.trying(number),
        lambda: journal.requeue(number),
        lambda: journal.in_doubt(number),
        lambda: journal.record(entry, entry.recipients, 1),
        lambda: journal.resolve([entry], sent=True, now=1),
        lambda: journal.forget([entry]),
        journal.recover,
    ):
        with pytest.raises(JournalProblem):
            refused()


STORED = Path(__file__).parent.parent / "golden" / "journal.sql"


def test_a_journal_of_before_is_believed(folder: Path) -> None:
    """P60: a journal that an earlier version wrote is read, its seals hold, and nothing resends."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE)) as stored:
        stored.executescript(STORED.read_text())
    with Journal(folder) as journal:
        entries = list(journal.entries())
        assert [one.target for one in entries] == ["ministry", "court", "mine", "palace"]
        assert [one.state for one in entries] == [ACCEPTED, REFUSED, UNKNOWN, QUEUED]
        assert [one.due for one in entries] == [None, None, None, 100]
        assert entries[0].message_id == "<ministry@union.example>"
        assert entries[0].recipients[0].reply == "250 OK"
        assert [(one.target, one.channel) for one in journal.noted("strike")] == [("court", "post")]
