"""What is known of those to whom letters go: the same letter, another id, another appeal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from makers.journal import become, letter_to, queued
from makers.letters import an_appeal
from protestmail.journal import origin
from protestmail.journal.entry import ACCEPTED, REFUSED, UNKNOWN, Entry
from protestmail.journal.journal import Journal
from protestmail.sending.agenda import queue
from protestmail.sending.before import Before

OFFICE = "office@ministry.example"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Give an open journal."""
    with Journal(tmp_path / "state") as journal:
        yield journal


def test_the_same_letter(journal: Journal) -> None:
    """P60: the latest letter to each address counts, whatever the case of the address."""
    queue(journal, [letter_to("ministry")], 1)
    [number] = queue(journal, [letter_to("ministry", "Second")], 2)

    before = Before(journal.entries("strike"), {"letter"})

    known = before.of("letter", [OFFICE, "second@ministry.example", "office@court.example"])
    assert {to: one.number for to, one in known.items()} == {
        OFFICE: number,
        "second@ministry.example": number,
    }
    assert before.of("fax", [OFFICE]) == {}


@pytest.mark.parametrize(
    ("state", "renewed", "counts"),
    [
        (ACCEPTED, False, True),
        (ACCEPTED, True, False),
        (REFUSED, True, False),
        (UNKNOWN, False, True),
        (UNKNOWN, True, True),
        ("queued", True, True),
    ],
)
def test_an_id_that_is_no_more(
    journal: Journal, state: str, *, renewed: bool, counts: bool
) -> None:
    """P87: who had it under an id that the file has no more had it; in doubt, whatever is said."""
    [number] = queued(journal, "ministry")
    if state != "queued":
        become(journal, number, state, state)

    before = Before(journal.entries("strike"), {"protest"}, renewed=renewed)

    assert ([one.number for one in before.of("protest", [OFFICE]).values()] == [number]) is counts


def test_an_id_that_is_still_there(journal: Journal) -> None:
    """P87: another letter of the same appeal stands for none but itself."""
    queued(journal, "ministry")

    before = Before(journal.entries("strike"), {"letter", "thanks"})

    assert before.of("thanks", [OFFICE]) == {}
    assert list(before.of("letter", [OFFICE])) == [OFFICE]


def test_whose_letters(journal: Journal) -> None:
    """P91: letters of another origin are doubtful until one is ours; what has none is ours."""
    [old] = queued(journal, "ministry")
    [theirs] = queue(journal, [letter_to("court")], 1, origin="theirs")

    def numbers(found: list[Entry]) -> list[int]:
        return [one.number for one in found]

    known = [*journal.entries()]
    assert numbers(origin.doubtful(known, "ours")) == [theirs]
    assert numbers(origin.ours(known, "ours")) == [old]
    [mine] = queue(journal, [letter_to("mill")], 2, origin="ours")
    known = [*journal.entries()]
    assert origin.doubtful(known, "ours") == []
    assert numbers(origin.ours(known, "ours")) == [old, mine]
    journal.adopt(known, "ours")
    assert numbers(origin.ours([*journal.entries()], "ours")) == [old, theirs, mine]


def test_what_makes_an_origin() -> None:
    """P91: issuer and title make it, not the case or the blanks of them, nor anything else."""
    appeal = an_appeal()
    same = [
        appeal._replace(title=f" {appeal.title.upper()} "),
        appeal._replace(summary="Another."),
    ]
    other = [
        appeal._replace(title="Another"),
        appeal._replace(issued_by=appeal.issued_by._replace(name="Another")),
    ]

    assert {origin.of(one) for one in same} == {origin.of(appeal)}
    assert len({origin.of(one) for one in (appeal, *other)}) == 3
