"""What a send has to do: the letters of an appeal against what the journal knows of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makers.journal import COPY, MINUTE, SENDER, become
from makers.letters import a_letter, a_message
from protestmail.appeals.appeal import Copy, Target
from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, UNKNOWN, principal
from protestmail.journal.journal import Journal
from protestmail.letters.letter import Letter
from protestmail.mail.recipients import addressed
from protestmail.sending.agenda import Agenda, copied, draw_up, is_due, queue

NOW = 1_000_000
YEAR = 365 * 24 * 60 * MINUTE
OFFICE, CLERK, JUDGE = "office@ministry.example", "clerk@court.example", "judge@court.example"
MINISTRY = Target(id="ministry", name="Ministry", email=(OFFICE,))
COURT = Target(id="court", name="Court", email=(CLERK, JUDGE))


def to(*targets: Target, copy: str = COPY, **fields: Any) -> Letter:
    """Write a letter to targets; other fields are the letter's."""
    copies = (Copy(email=copy),) if copy else ()
    return a_letter(targets=targets, copies=copies)._replace(**fields)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Give an open journal."""
    with Journal(tmp_path / "state") as journal:
        yield journal


def line_up(journal: Journal, *letters: Letter) -> list[int]:
    """Queue letters, as a send does before it connects."""
    return queue(journal, map(a_message, letters), NOW)


def sent(journal: Journal, letter: Letter, *states: str, now: int = NOW) -> int:
    """Send a letter, with an outcome for each of its recipients."""
    [number] = line_up(journal, letter)
    become(journal, number, *states, now=now)
    return number


def drawn(
    journal: Journal, *letters: Letter, now: int = NOW, sender: str = SENDER, **how: Any
) -> Agenda:
    """Draw up what is to be done for these letters."""
    return draw_up(map(addressed, letters), sender, journal, now, **how)


def new_of(agenda: Agenda) -> list[Letter]:
    """Give the letters that are to be sent for the first time."""
    return [one.letter for one in agenda.new]


def seen(agenda: Agenda) -> dict[str, list[Any]]:
    """Give an agenda by addresses of new letters and numbers of known ones, without the empty."""
    addresses = {
        name: [[one for target in letter.targets for one in target.email] for letter in letters]
        for name, letters in (("new", new_of(agenda)), ("shared", agenda.shared))
    }
    numbers = {
        name: [entry.number for entry in getattr(agenda, name)]
        for name in ("repeated", "skipped", "replaced", "anew", "orphans")
    }
    return {name: found for name, found in (addresses | numbers).items() if found}


def test_nothing_is_known(journal: Journal) -> None:
    """What the journal does not know is new, letter for letter, in their order and as written."""
    letters = [to(COURT), to(MINISTRY)]

    agenda = drawn(journal, *letters)

    assert (new_of(agenda), agenda.count) == (letters, 2)
    assert seen(agenda) == {"new": [[CLERK, JUDGE], [OFFICE]]}


STATES: list[tuple[tuple[str, str], dict[str, str], dict[str, str]]] = [
    # target, copy: what becomes of it; and with --again
    ((ACCEPTED, ACCEPTED), {"skipped": "it"}, {"anew": "it", "new": "it"}),
    ((ACCEPTED, REFUSED), {"skipped": "it"}, {"anew": "it", "new": "it"}),
    ((REFUSED, REFUSED), {"skipped": "it"}, {"anew": "it", "new": "it"}),
    ((REFUSED, ACCEPTED), {"skipped": "it"}, {"anew": "it", "new": "it"}),
    ((UNKNOWN, UNKNOWN), {"skipped": "it"}, {"skipped": "it"}),
    ((UNKNOWN, REFUSED), {"skipped": "it"}, {"skipped": "it"}),
    ((DEFERRED, DEFERRED), {"repeated": "it"}, {"repeated": "it"}),
    ((ACCEPTED, DEFERRED), {"repeated": "it"}, {"repeated": "it"}),
    ((REFUSED, DEFERRED), {"repeated": "it"}, {"repeated": "it"}),
    ((UNKNOWN, DEFERRED), {"repeated": "it"}, {"repeated": "it"}),
]


@pytest.mark.parametrize(("states", "plain", "again"), STATES)
def test_what_is_known(
    journal: Journal, states: tuple[str, str], plain: dict[str, str], again: dict[str, str]
) -> None:
    """P52: accepted, refused or in doubt does not go; deferred goes as it was; --again writes anew.

    In doubt, or with somebody still to get it, a letter is not written anew either.
    """
    number = sent(journal, to(MINISTRY), *states)

    for how, expected in ((False, plain), (True, again)):
        agenda = drawn(journal, to(MINISTRY), now=NOW + YEAR, again=how)
        it = {name: [[OFFICE]] if name == "new" else [number] for name in expected}
        assert seen(agenda) == it
        assert agenda.count == (0 if "skipped" in expected else 1)


@pytest.mark.parametrize(
    ("target", "states"),
    [(MINISTRY, (ACCEPTED, UNKNOWN)), (COURT, (ACCEPTED, UNKNOWN, ACCEPTED))],
    ids=["its copy", "one of its addresses"],
)
def test_partly_in_doubt(journal: Journal, target: Target, states: tuple[str, ...]) -> None:
    """P53: --again writes no letter anew while one of its recipients is in doubt.

    Else the copies would get another letter beside the one in doubt, which could not go any more.
    """
    number = sent(journal, to(target), *states)

    assert seen(drawn(journal, to(target), again=True)) == {"skipped": [number]}


@pytest.mark.parametrize(
    ("passed", "goes"),
    [(0, False), (4 * MINUTE, False), (5 * MINUTE - 1, False), (5 * MINUTE, True), (YEAR, True)],
)
def test_not_before_it_is_due(journal: Journal, passed: int, *, goes: bool) -> None:
    """P57: a deferred letter goes again from five minutes on, and with --retry at once."""
    number = sent(journal, to(MINISTRY), DEFERRED, DEFERRED)

    waiting = drawn(journal, to(MINISTRY), now=NOW + passed)
    retried = drawn(journal, to(MINISTRY), now=NOW + passed, retry=True)

    assert seen(waiting) == {"repeated" if goes else "skipped": [number]}
    assert seen(retried) == {"repeated": [number]}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (NOW - 59, False),
        (NOW - 61, True),
        (NOW - YEAR, True),
        (0, True),
        (NOW + YEAR, True),
    ],
)
def test_a_clock_that_slips(journal: Journal, now: int, *, due: bool) -> None:
    """P60: a clock set back, by more than it may slip, does not hold a letter up."""
    [number] = line_up(journal, to(MINISTRY))
    entry = become(journal, number, DEFERRED, DEFERRED, now=NOW)

    assert is_due(entry, now) is due
    assert seen(drawn(journal, to(MINISTRY), now=now)) == {
        "repeated" if due else "skipped": [number]
    }


@pytest.mark.parametrize("state", [ACCEPTED, REFUSED, UNKNOWN])
@pytest.mark.parametrize("now", [0, NOW - YEAR, NOW + YEAR])
def test_no_clock_sends_it_again(journal: Journal, state: str, now: int) -> None:
    """P60: neither a clock nor --retry sends again what has its end or is in doubt."""
    number = sent(journal, to(MINISTRY), state, state)

    for retry in (False, True):
        assert seen(drawn(journal, to(MINISTRY), now=now, retry=retry)) == {"skipped": [number]}


def test_never_offered(journal: Journal) -> None:
    """P60: what was queued and never offered is written anew, and makes room for that."""
    [number] = line_up(journal, to(MINISTRY))

    assert seen(drawn(journal, to(MINISTRY))) == {"new": [[OFFICE]], "replaced": [number]}
    assert journal.entry(number).state == QUEUED


def test_offered_and_queued_again(journal: Journal) -> None:
    """P53: what was in doubt and is to be sent again goes as it was, whenever that is."""
    number = sent(journal, to(MINISTRY), UNKNOWN, UNKNOWN)
    journal.resolve([journal.entry(number)], sent=False, now=NOW + 5)

    for now in (0, NOW + 5, NOW + YEAR):
        assert seen(drawn(journal, to(MINISTRY), now=now)) == {"repeated": [number]}


def test_two_addresses_of_one_target(journal: Journal) -> None:
    """P57: of two addresses of which one is accepted, only the other goes, as it was."""
    number = sent(journal, to(COURT), ACCEPTED, DEFERRED, ACCEPTED)

    agenda = drawn(journal, to(COURT), retry=True)

    assert seen(agenda) == {"repeated": [number]}
    assert journal.load(number).recipients == (JUDGE,)


def test_an_address_more(journal: Journal) -> None:
    """P60: where a target has got an address more, only that one is written to."""
    number = sent(journal, to(COURT._replace(email=(CLERK,))), ACCEPTED, ACCEPTED)

    agenda = drawn(journal, to(MINISTRY, COURT))

    assert seen(agenda) == {"new": [[OFFICE, JUDGE]], "skipped": [number]}
    assert [target.id for target in new_of(agenda)[0].targets] == ["ministry", "court"]


@pytest.mark.parametrize(
    "other",
    [
        to(MINISTRY._replace(name="Ministry of Truth")),
        to(MINISTRY._replace(id="truth")),
        to(MINISTRY, language="ru", subject="Свободу", body="Свободу."),
        to(MINISTRY, subject="Release them", body="Release them."),
        to(MINISTRY._replace(email=(OFFICE.upper(),))),
        to(MINISTRY._replace(email=("OFFICE@Ministry.example",))),
        to(MINISTRY, copy="other@issuer.example"),
        to(MINISTRY, COURT),
    ],
    ids=["name", "target id", "language", "text", "capitals", "some capitals", "copy", "together"],
)
def test_the_same_letter(journal: Journal, other: Letter) -> None:
    """P60: another name, id, language, text, case or copy makes no other letter of it."""
    number = sent(journal, to(MINISTRY), ACCEPTED, ACCEPTED)

    agenda = drawn(journal, other)

    assert OFFICE not in [
        one.lower()
        for letter in new_of(agenda)
        for target in letter.targets
        for one in target.email
    ]
    assert seen(agenda)["skipped"] == [number]


def test_from_in_capitals(journal: Journal) -> None:
    """P60: the writer's own address in another case makes no other letter of it either."""
    number = sent(journal, to(MINISTRY), ACCEPTED, ACCEPTED)

    assert seen(drawn(journal, to(MINISTRY), sender=SENDER.upper())) == {"skipped": [number]}


def test_the_same_domain_in_another_form(journal: Journal) -> None:
    """P20: an international domain is the same in its xn-- form."""
    unicode, ascii_ = (
        MINISTRY._replace(email=(f"amt@{domain}",))
        for domain in ("bücher.example", "xn--bcher-kva.example")
    )
    number = sent(journal, to(unicode), ACCEPTED, ACCEPTED)

    assert seen(drawn(journal, to(ascii_))) == {"skipped": [number]}
    assert seen(drawn(journal, to(unicode))) == {"skipped": [number]}


@pytest.mark.parametrize(
    ("other", "sender"),
    [
        (to(MINISTRY), "bela@union.example"),
        (to(MINISTRY, id="second"), SENDER),
        (to(MINISTRY, appeal="other"), SENDER),
        (to(MINISTRY._replace(email=("post@ministry.example",))), SENDER),
    ],
    ids=["From", "letter id", "appeal", "address"],
)
def test_another_letter(journal: Journal, other: Letter, sender: str) -> None:
    """P60: another From, letter id, appeal or address makes another letter of it."""
    sent(journal, to(MINISTRY), ACCEPTED, ACCEPTED)

    agenda = drawn(journal, other, sender=sender)

    assert seen(agenda) == {"new": [list(other.targets[0].email)]}


def test_the_latest_counts(journal: Journal) -> None:
    """After --again, what became of the second letter is what counts."""
    sent(journal, to(MINISTRY), REFUSED, ACCEPTED)
    second = sent(journal, to(MINISTRY), DEFERRED, ACCEPTED)

    assert seen(drawn(journal, to(MINISTRY))) == {"skipped": [second]}
    assert seen(drawn(journal, to(MINISTRY), retry=True)) == {"repeated": [second]}


def test_one_address_for_two_targets(journal: Journal) -> None:
    """P52: two targets with one address get one letter; the other is told of, and stays out."""
    twin = Target(id="twin", name="Twin", email=(OFFICE.upper(), "twin@ministry.example"))
    third = Target(id="third", name="Third", email=(OFFICE,))

    agenda = drawn(journal, to(MINISTRY), to(twin), to(third))

    assert seen(agenda) == {"new": [[OFFICE], ["twin@ministry.example"]], "shared": [[OFFICE]]}
    assert agenda.shared[0].targets == (third,)
    numbers = line_up(journal, *new_of(agenda))
    again = drawn(journal, to(MINISTRY), to(twin), to(third))
    assert again.new == agenda.new
    assert [one.number for one in again.replaced] == numbers


def test_a_target_that_gets_copies_too(journal: Journal) -> None:
    """P60: a copy of another target's letter does not stand for the target's own letter.

    A deferred letter goes again although its reader has got that copy since.
    """
    number = sent(journal, to(MINISTRY, copy=""), DEFERRED)
    copied = sent(journal, to(COURT._replace(email=(CLERK,)), copy=OFFICE), ACCEPTED, ACCEPTED)

    agenda = drawn(
        journal,
        to(MINISTRY, copy=""),
        to(COURT._replace(email=(CLERK,)), copy=OFFICE),
        retry=True,
    )

    assert seen(agenda) == {"repeated": [number], "skipped": [copied]}


def test_orphans(journal: Journal) -> None:
    """P60: what is unfinished and not asked for any more is told of, and does not go."""
    moved = MINISTRY._replace(email=("post@ministry.example",))
    deferred = sent(journal, to(MINISTRY), DEFERRED, ACCEPTED)
    doubtful = sent(journal, to(COURT), UNKNOWN, UNKNOWN, UNKNOWN)
    sent(journal, to(COURT, id="second"), DEFERRED, DEFERRED, DEFERRED)
    [resent] = line_up(journal, to(COURT._replace(email=("third@court.example",))))
    become(journal, resent, UNKNOWN, UNKNOWN)
    journal.resolve([journal.entry(resent)], sent=False, now=NOW)

    agenda = drawn(journal, to(moved), now=NOW + YEAR)

    assert seen(agenda) == {"new": [["post@ministry.example"]], "orphans": [deferred, resent]}
    assert doubtful not in seen(agenda)["orphans"]


def test_a_limit(journal: Journal) -> None:
    """--limit keeps so many, those that go again first, and tells how many are left."""
    first = sent(journal, to(MINISTRY), DEFERRED, DEFERRED)
    others = [to(COURT._replace(email=(f"{n}@court.example",))) for n in range(3)]

    for most, left, expected in (
        (9, 0, {"repeated": [first], "new": [[f"{n}@court.example"] for n in range(3)]}),
        (4, 0, {"repeated": [first], "new": [[f"{n}@court.example"] for n in range(3)]}),
        (2, 2, {"repeated": [first], "new": [["0@court.example"]]}),
        (1, 3, {"repeated": [first]}),
    ):
        agenda = drawn(journal, to(MINISTRY), *others, retry=True)
        assert agenda.limit(most) == left
        assert seen(agenda) == expected


def test_drawing_up_changes_nothing(journal: Journal) -> None:
    """A dry run draws up the same agenda, and leaves the journal as it was."""
    line_up(journal, to(MINISTRY))
    sent(journal, to(COURT), DEFERRED, ACCEPTED, UNKNOWN)
    before = list(journal.entries())

    drawn(journal, to(MINISTRY), to(COURT), again=True, retry=True)

    assert list(journal.entries()) == before


@pytest.mark.parametrize(
    ("states", "gone"),
    [
        ((ACCEPTED, ACCEPTED), True),
        ((REFUSED, ACCEPTED), True),
        ((ACCEPTED, UNKNOWN), True),
        ((ACCEPTED, REFUSED), False),
        ((ACCEPTED, DEFERRED), False),
    ],
)
def test_who_has_a_copy(journal: Journal, states: tuple[str, str], *, gone: bool) -> None:
    """Copies that go once are those that have not gone, nor may have, with any letter before."""
    sent(journal, to(MINISTRY), *states)

    assert copied(journal, "strike", SENDER.upper()) == ({"letter"} if gone else set())
    assert copied(journal, "strike", "bela@union.example") == set()
    assert copied(journal, "other", SENDER) == set()


def test_whom_a_letter_is_for(journal: Journal) -> None:
    """A letter is for its targets; one to oneself is for whoever gets it."""
    numbers = line_up(journal, to(COURT))
    numbers += queue(journal, [a_message(to(COURT), to_self=True)], NOW)
    one, two = numbers

    assert [each.address for each in principal(journal.entry(one).recipients)] == [CLERK, JUDGE]
    assert [each.address for each in principal(journal.entry(two).recipients)] == [SENDER]
