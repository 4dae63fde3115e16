"""``protestmail journal``: the list, for people and programs, and decisions about doubt."""

import re

import pytest

from makers.every_state import (
    ACCEPTED,
    COPY,
    DEFERRED,
    REFUSED,
    TARGETS,
    UNKNOWN,
    Journals,
    copied,
    filled,
)
from makers.output import CONTROL, HOSTILE, MARKUP, plain
from makers.program import Program
from servers.recorder import letters_of

past = pytest.fixture(filled, scope="module")
journal = pytest.fixture(copied)
KEYS = ["appeal", "letter", "language", "target", "state", "at", "message_id", "recipients"]


def test_a_line_each(journal: Journals) -> None:
    """In a pipe a letter is a line: number, state, time, appeal, letter, targets, addresses."""
    done = journal()

    assert done.code == 0
    rows = [[*record[:2], *record[3:]] for record in done.records]
    assert rows == [
        [str(number), name, "strike", "letter", name, f"office@{name}.example"]
        for number, name in enumerate(("accepted", "refused", "deferred", "unknown"), 1)
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", record[2]) for record in done.records)
    assert "1 in doubt" in done.err
    assert "--mark-sent NUMBER" in done.err
    assert "--resend NUMBER" in done.err


def test_json_has_these_keys(journal: Journals) -> None:
    """``--json`` has stable keys, those of ``send --json``, and nothing else."""
    done = journal("--json")

    assert (done.code, done.err) == (0, "")
    assert list(done.json) == ["version", "letters", "noted"]
    assert (done.json["version"], done.json["noted"]) == (1, [])
    letters = done.json["letters"]
    assert [list(one) for one in letters] == [KEYS] * 4
    for one, target in zip(letters, TARGETS, strict=True):
        [recipient] = one["recipients"]
        assert list(recipient) == ["address", "role", "state", "reply"]
        assert (recipient["address"], recipient["role"]) == (target["email"], "target")
        assert recipient["state"] == one["state"] == one["target"] == target["id"]
        assert (one["appeal"], one["letter"], one["language"]) == ("strike", "letter", "en")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one["at"])
        assert re.fullmatch(r"<[0-9a-f]{32}@branch\.example>", one["message_id"])
    assert [one["recipients"][0]["reply"][:9] for one in letters] == [
        "250 2.0.0", "550 5.1.1", "450 4.2.0", "the conne"
    ]  # fmt: skip


@pytest.mark.parametrize("columns", [40, 100])
def test_on_a_terminal(journal: Journals, run: Program, columns: int) -> None:
    """P30: a person sees each address whole, what the server said, and when it may go again."""
    code, shown = run.on_terminal("journal", columns=columns, env=journal.env)
    seen = plain(shown)

    assert code == 0
    for target in TARGETS:
        assert any(target["email"] in line for line in seen.splitlines())
    text = " ".join(seen.split())
    assert "1. accepted, 2" in text
    assert "550 5.1.1 no such office" in text
    assert "may go again from 2" in text
    assert text.count("protestmail send strike") == 1
    assert "strike, letter (en), from aliya@branch.example" in text
    assert "1 in doubt" in text


def test_only_what_is_in_doubt(journal: Journals) -> None:
    """P53: ``--unknown`` lists the letters in doubt only, a copy in doubt among them."""
    assert [one["target"] for one in letters_of(journal("--unknown", "--json"))] == ["unknown"]
    assert [record[1] for record in journal("--unknown").records] == ["unknown"]

    journal("--mark-sent")
    none = journal("--unknown")

    assert (none.code, none.out) == (0, "")
    assert "no letter fits" in none.err


def test_a_copy_in_doubt(journal: Journals) -> None:
    """P53: a letter whose copy alone is in doubt is listed, and can be decided about."""
    journal.server.at_rcpt = lambda to: "450 later" if to == COPY else "250 OK"
    journal.walkout(cc=[COPY])
    journal.server.at_rcpt = lambda _to: "250 OK"
    journal.losing = [COPY]
    journal.send("--retry", appeal="walkout")

    [letter] = letters_of(journal("--unknown", "walkout", "--json"))
    assert [one["state"] for one in (letter, *letter["recipients"])] == [
        "accepted", "accepted", "unknown"
    ]  # fmt: skip
    assert journal("--mark-sent", "walkout").code == 0
    assert letters_of(journal("walkout", "--json"))[0]["recipients"][1]["state"] == "accepted"


def test_it_has_arrived(journal: Journals) -> None:
    """P53: ``--mark-sent`` makes a letter accepted: nothing sends it, and nothing else changes."""
    before = journal.states

    done = journal("--mark-sent", "4")

    assert done.code == 0
    assert "strike: marked as sent" in done.err
    assert journal.states == before | {UNKNOWN: "accepted"}
    heard = len(journal.server.heard)
    journal.send()
    assert len(journal.server.heard) == heard
    assert journal.letters[3]["recipients"][0]["reply"] == "marked as sent"


def test_it_goes_again(journal: Journals) -> None:
    """P53: ``--resend`` only queues; the next send sends the same bytes with the same Message-ID.

    So it does whatever the appeal says by then, and it does it once.
    """
    [first] = [mail for mail in journal.server.heard if UNKNOWN in mail.recipients]
    connections = journal.server.connections()

    done = journal("--resend", "4")

    assert done.code == 0
    assert "strike: queued; to send them: protestmail send strike" in done.err
    assert journal.states[UNKNOWN] == "queued"
    assert journal.server.connections() == connections
    journal.appeals.add(targets=TARGETS, subject="Release them")
    journal.losing = []
    for _ in range(2):
        assert journal.send().code == 1
        again = [mail for mail in journal.server.heard if UNKNOWN in mail.recipients]
        assert again == [first, first]
    assert journal.states[UNKNOWN] == "accepted"


def test_in_doubt_once_more(journal: Journals) -> None:
    """P53: a letter that is lost at its second go is in doubt again, and can be decided about."""
    journal("--resend", "--all")

    assert journal.send().code == 1
    assert journal.states[UNKNOWN] == "unknown"
    assert journal("--mark-sent").code == 0
    assert journal.states[UNKNOWN] == "accepted"


@pytest.mark.parametrize(
    "args",
    [
        ("--mark-sent", "4"),
        ("--mark-sent", "strike"),
        ("--mark-sent", "--all"),
        ("--mark-sent",),
        ("--mark-sent", "1", "4", "strike"),
        ("4", "--mark-sent", "--unknown"),
    ],
)
def test_ways_to_name_a_letter(journal: Journals, args: tuple[str, ...]) -> None:
    """A letter is named by number, by appeal, with all others, or not where there is but one."""
    assert journal(*args).code == 0
    assert journal.states == {
        ACCEPTED: "accepted", REFUSED: "refused", DEFERRED: "deferred", UNKNOWN: "accepted"
    }  # fmt: skip


@pytest.mark.parametrize("action", ["--mark-sent", "--resend"])
def test_only_doubt_is_decided(journal: Journals, action: str) -> None:
    """P53: what is accepted, refused or deferred is neither marked as sent nor sent again."""
    before = journal.letters

    done = journal(action, "1", "2", "3")

    assert (done.code, done.out) == (1, "")
    assert "none of these letters is in doubt" in done.err
    assert journal.letters == before


@pytest.mark.parametrize("action", ["--mark-sent", "--resend", "--forget"])
def test_which_letters(journal: Journals, action: str) -> None:
    """Where several letters may be meant, one that is not named is not decided about."""
    journal.walkout(targets=TARGETS[3:])
    before = journal.letters

    done = journal(action)

    assert (done.code, done.out) == (2, "")
    assert f"{action} does not say which letters" in done.err
    assert "--all" in done.err
    assert journal.letters == before
    assert journal(action, "--all").code == 0
    assert "unknown" not in [one["state"] for one in journal.letters]


def test_an_appeal_that_is_called_a_number(journal: Journals) -> None:
    """A number is a letter's before it is an appeal's id; other digits can be an id."""
    for name in ("3", "2026"):
        journal.appeals.add(name, targets=TARGETS[:1])
        journal.send(appeal=name)

    assert [one["target"] for one in letters_of(journal("3", "--json"))] == ["deferred"]
    assert [one["appeal"] for one in letters_of(journal("2026", "--json"))] == ["2026"]
    assert [record[0] for record in journal("2026", "strike", "1").records] == [
        "6",
        "1",
        "2",
        "3",
        "4",
    ]


def test_hostile_words(journal: Journals, run: Program) -> None:
    """P28: what a server has said is shown as it stands, cleaned of what could steer a terminal."""
    journal.server.at_rcpt = lambda _to: f"550 {MARKUP} {HOSTILE}"
    journal.walkout()

    piped = journal("walkout")
    _, seen = run.on_terminal("--color", "never", "journal", "walkout", env=journal.env)

    assert not CONTROL.search(piped.out + piped.err + seen)
    assert " ".join(MARKUP.split()) in " ".join(seen.split())
    assert HOSTILE.strip() not in journal("walkout", "--json").out
