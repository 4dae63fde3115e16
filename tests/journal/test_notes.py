"""What was done by hand: noted in the journal, listed, forgotten, and never in the way of mail."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from makers.journal import become, letter_to, queued
from makers.output import CONTROL, HOSTILE, MARKUP, plain
from makers.program import Program, Ran
from protestmail.errors import JournalProblem
from protestmail.journal import origin
from protestmail.journal.entry import ACCEPTED
from protestmail.journal.journal import FILE, Journal
from protestmail.journal.notes import Noted

AT = 1_795_600_000
POSTED = Noted("strike", "ministry", "post", AT)
SIGNED = Noted("strike", "", "petition", AT + 60)
CALLED = Noted("walkout", "xenos-court", "phone", AT + 120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a journal."""
    return tmp_path / "state"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    """Give an open journal in which three things are noted, the latest first."""
    with Journal(folder) as journal:
        for one in (CALLED, SIGNED, POSTED):
            journal.note(*one)
        yield journal


def altered(folder: Path, *statements: str) -> None:
    """Change a closed journal behind the program's back."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        for one in statements:
            db.execute(one)


def kept(folder: Path, *texts: str) -> set[str]:
    """Tell which texts are in any file of the folder."""
    data = b"".join(one.read_bytes() for one in folder.iterdir())
    return {one for one in texts if one.encode() in data}


def test_what_is_noted(journal: Journal, folder: Path) -> None:
    """What was done by hand stays, the oldest first, of one appeal or of all."""
    journal.__exit__()

    with Journal(folder) as after:
        assert after.noted() == [POSTED, SIGNED, CALLED]
        assert after.noted("strike") == [POSTED, SIGNED]
        assert after.noted("strik") == []
        assert list(after.entries()) == []


def test_noted_once_more(journal: Journal) -> None:
    """What is done a second time is noted a second time."""
    journal.note(*POSTED)

    assert journal.noted("strike") == [POSTED, POSTED, SIGNED]


def test_a_journal_from_before(folder: Path) -> None:
    """A journal that was made without room for notes opens, keeps its letters, and takes notes."""
    with Journal(folder) as journal:
        [number] = queued(journal, "ministry")
        become(journal, number, ACCEPTED, ACCEPTED)
        before = list(journal.entries())
    altered(folder, "DROP TABLE noted")

    with Journal(folder) as after:
        assert after.new is False
        assert (list(after.entries()), after.noted()) == (before, [])
        after.note(*POSTED)
        assert after.noted() == [POSTED]


def test_notes_from_before_they_had_an_origin(folder: Path) -> None:
    """P91: notes of an earlier version are of whichever appeal has the name."""
    with Journal(folder):
        pass
    older = "CREATE TABLE noted (appeal, target, channel, at)"
    was = f"INSERT INTO noted VALUES ('strike', 'ministry', 'post', {AT})"
    altered(folder, "DROP TABLE noted", older, was)

    for _ in range(2):  # the second finds what the first has added
        with Journal(folder) as after:
            assert after.noted() == [POSTED]
            assert origin.ours(after.noted(), "any") == [POSTED]
    with Journal(folder) as after:
        after.note(*SIGNED[:4], "here")
        assert after.noted() == [POSTED, SIGNED._replace(origin="here")]


def test_notes_are_taken_over(journal: Journal) -> None:
    """P91: what was done for another appeal of the name is not ours, until it is said to be."""
    journal.note("strike", "court", "phone", AT + 1, "theirs")
    journal.note("strike", "mill", "web", AT + 2, "others")
    known = journal.noted("strike")
    theirs = [one for one in known if one.origin == "theirs"]
    assert {one.target for one in origin.ours(known, "ours")} == {"ministry", ""}
    assert {one.target for one in origin.doubtful(known, "ours")} == {"court", "mill"}

    journal.adopt(theirs, "ours")

    known = journal.noted("strike")
    assert {one.target for one in origin.ours(known, "ours")} == {"ministry", "", "court"}
    assert origin.doubtful(known, "ours") == []


DAMAGE = [
    "UPDATE noted SET origin = CAST(x'ff41' AS TEXT) WHERE channel = 'post'",
    "UPDATE noted SET at = 'never' WHERE channel = 'post'",
    "UPDATE noted SET at = -1 WHERE channel = 'post'",
    "UPDATE noted SET at = 9223372036854775807 WHERE channel = 'post'",
    "UPDATE noted SET target = NULL WHERE channel = 'post'",
    "UPDATE noted SET target = CAST(x'ff41' AS TEXT) WHERE channel = 'post'",
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_note(journal: Journal, folder: Path, damage: str) -> None:
    """P60: a note that cannot be read is left out; it stops no letter, and can be forgotten."""
    [number] = queued(journal, "ministry")
    journal.__exit__()
    altered(folder, damage)

    with Journal(folder) as after:
        assert after.noted() == [SIGNED, CALLED]
        assert after.load(number).data == letter_to("ministry").data
        after.forget([], noted_of=None)
        assert after.noted() == []
        assert after.load(number).data == letter_to("ministry").data
    assert kept(folder, "xenos", "petition", "post", "phone") == set()


def test_forgetting_notes(journal: Journal, folder: Path) -> None:
    """P50: of what is forgotten no byte is left in any file; other notes and letters stay."""
    queued(journal, "mill")

    journal.forget([], noted_of=["walkout"])

    assert journal.noted() == [POSTED, SIGNED]
    journal.__exit__()
    words = ("walkout", "xenos-court", "phone", "petition", "mill")
    assert kept(folder, *words) == {"petition", "mill"}


def test_a_closed_journal_takes_no_note(journal: Journal) -> None:
    """P55: what cannot be noted is told as the journal's problem."""
    journal.__exit__()

    for refused in (lambda: journal.note(*POSTED), journal.noted):
        with pytest.raises(JournalProblem):
            refused()


class Listing:
    """The program, with a journal in which a letter and three notes are."""

    def __init__(self, run: Program, folder: Path) -> None:
        self.run, self.env = run, {"PROTESTMAIL_STATE": str(folder), "TZ": "UTC"}

    def __call__(self, *args: str) -> Ran:
        """Run ``protestmail journal``."""
        return self.run("journal", *args, env=self.env)

    @property
    def known(self) -> tuple[list[str], list[str]]:
        """The appeals of the letters, and of the notes."""
        data: dict[str, list[dict[str, Any]]] = self("--json").json
        return [one["appeal"] for one in data["letters"]], [one["appeal"] for one in data["noted"]]


@pytest.fixture
def listing(run: Program, journal: Journal, folder: Path) -> Listing:
    """Give such a program; the letter is of the appeal "strike", and accepted."""
    [number] = queued(journal, "ministry")
    become(journal, number, ACCEPTED, ACCEPTED)
    journal.__exit__()
    return Listing(run, folder)


def test_notes_in_a_pipe(listing: Listing) -> None:
    """A note is a line like a letter's: no number, "noted", time, appeal, channel, target."""
    done = listing()

    assert (done.code, done.err) == (0, "")
    assert [len(one) for one in done.records] == [7] * 4
    assert [one[:2] + one[3:] for one in done.records[1:]] == [
        ["-", "noted", "strike", "post", "ministry", ""],
        ["-", "noted", "strike", "petition", "", ""],
        ["-", "noted", "walkout", "phone", "xenos-court", ""],
    ]


def test_notes_as_json(listing: Listing) -> None:
    """``--json`` has the notes under a key of their own; the letters stay as they were."""
    data = listing("--json").json

    assert list(data) == ["version", "letters", "noted"]
    assert len(data["letters"]) == 1
    assert data["noted"][0] == {
        "appeal": "strike",
        "target": "ministry",
        "channel": "post",
        "at": "2026-11-25T09:46:40Z",
    }


@pytest.mark.parametrize("columns", [40, 100])
def test_notes_on_a_terminal(listing: Listing, columns: int) -> None:
    """A person sees what was noted, when, for which appeal and which target."""
    _, seen = listing.run.on_terminal("journal", columns=columns, env=listing.env)
    text = " ".join(plain(seen).split())

    assert "noted: phone, 2026-11-25 09:48: xenos-court walkout, done by hand" in text
    assert "noted: petition, 2026-11-25 09:47 strike, done by hand" in text


def test_notes_of_one_appeal(listing: Listing) -> None:
    """An appeal of which only something by hand is known is known by its name."""
    only = listing("walkout", "--json").json

    assert [only["letters"], [one["channel"] for one in only["noted"]]] == [[], ["phone"]]
    assert [one[1] for one in listing("walkout").records] == ["noted"]
    assert listing("1", "--json").json["noted"] == []
    assert listing("--unknown", "--json").json["noted"] == []


@pytest.mark.parametrize(
    ("args", "told", "left"),
    [
        (["walkout"], "1 note forgotten", (["strike"], ["strike", "strike"])),
        (["strike"], "1 letter and 2 notes forgotten", ([], ["walkout"])),
        (["1"], "1 letter forgotten", ([], ["strike", "strike", "walkout"])),
        (["--all"], "1 letter and 3 notes forgotten", ([], [])),
        (["walkout", "1"], "1 letter and 1 note forgotten", ([], ["strike", "strike"])),
    ],
)
def test_notes_are_forgotten(
    listing: Listing, args: list[str], told: str, left: tuple[list[str], list[str]]
) -> None:
    """P50: ``--forget`` takes an appeal's notes with its letters; a number is one letter only."""
    done = listing("--forget", "--yes", *args)

    assert done.code == 0
    assert told in done.err
    assert listing.known == left


def test_forgotten_to_the_last_byte(listing: Listing, folder: Path) -> None:
    """P50: after ``--forget --all`` no byte of a note is left on the disk, damaged ones too."""
    words = ("strike", "walkout", "xenos-court", "ministry", "petition", "phone")
    altered(folder, DAMAGE[0])
    assert kept(folder, *words) == set(words)

    assert listing("--forget", "--all", "--yes").code == 0

    assert kept(folder, *words) == set()


def test_forgetting_what_is_in_doubt_only(listing: Listing) -> None:
    """``--forget --all --unknown`` leaves the notes: nothing of them is in doubt."""
    assert listing("--forget", "--all", "--unknown", "--yes").code == 1

    assert listing.known == (["strike"], ["strike", "strike", "walkout"])


@pytest.mark.parametrize("action", ["--mark-sent", "--resend"])
def test_a_note_is_never_in_doubt(listing: Listing, action: str) -> None:
    """Nothing is to be decided about what was done by hand."""
    done = listing(action, "walkout")

    assert (done.code, listing.known) == (1, (["strike"], ["strike", "strike", "walkout"]))
    assert "none of these letters is in doubt" in done.err


def test_a_hostile_note(journal: Journal, run: Program, folder: Path) -> None:
    """P28: what stands in a note is shown cleaned, on a terminal and in a pipe."""
    journal.note(f"x{HOSTILE}", MARKUP + HOSTILE, f"post{HOSTILE}", AT)
    journal.__exit__()
    env = {"PROTESTMAIL_STATE": str(folder)}

    piped = run("journal", env=env)
    _, seen = run.on_terminal("--color", "never", "journal", env=env)

    assert not CONTROL.search(piped.out + piped.err + seen)
    assert MARKUP in piped.out


def test_no_note_without_a_journal(listing: Listing, folder: Path) -> None:
    """Where there is no journal, ``--json`` has the key all the same, and makes none."""
    shutil.rmtree(folder)

    assert listing("--json").json == {"version": 1, "letters": [], "noted": []}
    assert not folder.exists()


def test_mail_goes_beside_a_damaged_note(listing: Listing, appeals: Folder, folder: Path) -> None:
    """P60: a journal whose notes are unreadable still says what has gone, and stops no send."""
    altered(folder, *DAMAGE)
    appeals.add("strike")

    args = ("send", "strike", "--dry-run", "--name", "A", "--email", "aliya@union.example")
    done = listing.run("--appeals", str(appeals), *args, env=listing.env)

    assert done.code == 0
    assert "accepted on" in done.err
