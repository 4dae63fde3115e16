"""``protestmail journal``: forgetting, mistakes on its command line, an empty journal."""

import shutil
from pathlib import Path

import pytest

from makers.every_state import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    TARGETS,
    UNKNOWN,
    Journals,
    copied,
    filled,
)
from makers.output import CONTROL, HOSTILE, MARKUP
from makers.program import Program
from servers.recorder import letters_of

past = pytest.fixture(filled, scope="module")
journal = pytest.fixture(copied)


@pytest.mark.parametrize(
    ("args", "left"),
    [
        (("--forget", "2"), {ACCEPTED, DEFERRED, UNKNOWN}),
        (("--forget", "2", "4"), {ACCEPTED, DEFERRED}),
        (("--forget", "strike"), set()),
        (("--forget", "--all"), set()),
        (("--forget", "--all", "--unknown"), {ACCEPTED, REFUSED, DEFERRED}),
    ],
)
def test_forgetting(journal: Journals, args: tuple[str, ...], left: set[str]) -> None:
    """P50: what is forgotten is not listed any more, nor is its address in any file."""
    done = journal(*args, "--yes")

    number = 4 - len(left)
    assert done.code == 0
    assert f"{number} letter{'' if number == 1 else 's'} forgotten" in done.err
    assert journal.states.keys() == left
    kept = b"".join(one.read_bytes() for one in journal.state.iterdir())
    for target in TARGETS:
        assert (target["email"].encode() in kept) is (target["email"] in left)


def test_forgetting_one_appeal(journal: Journals) -> None:
    """P50: the letters of other appeals stay."""
    journal.walkout()

    journal("--forget", "strike", "--yes")

    assert [one["appeal"] for one in journal.letters] == ["walkout"]


def test_what_is_forgotten_can_go_again(journal: Journals) -> None:
    """Nothing keeps a forgotten letter from going once more, as the question says."""
    journal("--forget", "1", "--yes")

    journal.send()

    assert journal.server.copies()[ACCEPTED] == 2


def test_a_person_is_asked_before_forgetting(journal: Journals, run: Program) -> None:
    """On a terminal forgetting is asked for, and anything but yes forgets nothing."""
    before = journal.states
    with run.dialogue("journal", "--forget", "strike", env=journal.env) as talk:
        talk.expect("Forget 4 letters? Nothing will keep them from going again. [y/N]")
        talk.type("")
        talk.expect("nothing was forgotten")
        assert talk.end() == 1
    assert journal.states == before
    with run.dialogue("journal", "--forget", "strike", env=journal.env) as talk:
        talk.expect("[y/N]")
        talk.type("y")
        talk.expect("4 letters forgotten")
        assert talk.end() == 0
    assert journal.states == {}


MISTAKES: list[tuple[tuple[str, ...], int, str]] = [
    (("5",), 66, 'knows no letter "5"'),
    (("0",), 66, 'knows no letter "0"'),
    (("-1",), 2, "No such option"),
    (("04",), 66, 'knows no letter "04"'),
    (("strik",), 66, 'knows no letter "strik"'),
    (("4", "nobody", "--mark-sent"), 66, 'knows no letter "nobody"'),
    (("--forget", "strik", "--yes"), 66, 'knows no letter "strik"'),
    (("--forget", "--yes"), 2, "--forget does not say which letters"),
    (("4", "--mark-sent", "--resend"), 2, "--mark-sent and --resend exclude each other"),
    (("4", "--forget", "--resend"), 2, "exclude each other"),
    (("4", "--mark-sent", "--json"), 2, "--json lists letters"),
    (("--unknow",), 2, "--unknown"),
    (("--as", "nobody"), 78, 'no profile "nobody"'),
    ((HOSTILE + MARKUP,), 66, MARKUP),
]


@pytest.mark.parametrize(("args", "code", "told"), MISTAKES, ids=lambda one: str(one)[:30])
def test_mistakes(journal: Journals, args: tuple[str, ...], code: int, told: str) -> None:
    """A mistake is told of in a sentence with its exit code, and nothing is decided by it."""
    before = journal.letters

    done = journal(*args)

    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert not CONTROL.search(done.err)
    assert journal.letters == before


def test_an_empty_journal(journal: Journals) -> None:
    """Where nothing was ever sent, nothing is made either: no folder, no file."""
    shutil.rmtree(journal.state)

    plain, as_json = journal(), journal("--json")

    assert (plain.code, plain.out) == (0, "")
    assert "nothing was sent from here" in plain.err
    assert (as_json.code, as_json.json) == (0, {"version": 1, "letters": [], "noted": []})
    assert not journal.state.exists()


@pytest.mark.parametrize("args", [("3", "--mark-sent"), ("strike", "--forget"), ("3",)])
def test_a_letter_of_an_empty_journal(journal: Journals, args: tuple[str, ...]) -> None:
    """A letter that is named is not there where there is no journal either: exit 66.

    Else a script with a wrong PROTESTMAIL_STATE would take it for decided.
    """
    shutil.rmtree(journal.state)

    done = journal(*args)

    assert (done.code, done.out) == (66, "")
    assert not journal.state.exists()


def test_the_state_of_a_profile(journal: Journals, run: Program, tmp_path: Path) -> None:
    """The journal is the one that the named settings say, by --env-file and by --as."""
    file = tmp_path / "home" / "protestmail" / "union.env"
    file.parent.mkdir(parents=True)
    file.write_text(f"PROTESTMAIL_STATE={journal.state}\n")

    for args in (["--env-file", str(file)], ["--as", "union"]):
        assert len(letters_of(run("journal", "--json", *args))) == 4
