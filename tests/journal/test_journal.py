"""The journal: what it keeps of a letter, for how long, and what it makes of an outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from makers.journal import COPY, MINUTE, SENDER, become, letter_to, queued, states
from protestmail.errors import JournalProblem
from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, UNKNOWN, Entry, Outcome
from protestmail.journal.journal import Journal
from protestmail.mail.message import Message
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


def lost(journal: Journal, number: int) -> bool:
    """Tell whether the journal has the bytes of a letter no more."""
    try:
        return not journal.load(number).data
    except JournalProblem:
        return True


def kept(folder: Path, text: bytes) -> bool:
    """Tell whether a text is in any file of the folder."""
    return any(text in one.read_bytes() for one in folder.iterdir())


def test_what_is_queued(journal: Journal) -> None:
    """A letter is queued with all that is known of it, is due at once, and can be loaded as it is.

    It has never been offered, so that a new one may take its place.
    """
    message = letter_to("ministry", "second")

    [number] = queue(journal, [message], 100)

    [entry] = journal.entries()
    to = ("office@ministry.example", "second@ministry.example", COPY)
    assert replace(entry, digest="") == Entry(
        *(number, "strike", "letter", "en", "ministry", SENDER, QUEUED, 0),
        *(100, 100, "<ministry@union.example>"),
        tuple(
            Outcome(one, role) for one, role in zip(to, ("target", "target", "copy"), strict=True)
        ),
    )
    assert (entry.fresh, entry.complete) == (True, False)
    assert journal.entry(number) == entry
    assert journal.load(number) == (entry, to, message.data)


def test_all_are_queued_or_none(journal: Journal) -> None:
    """P52: where one letter cannot be queued, none is, and what was to be replaced stays."""
    [before] = queued(journal, "mill")

    def broken_off() -> Iterator[Message]:
        yield letter_to("ministry")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        queue(journal, broken_off(), 100, instead_of=journal.entries())

    assert [one.number for one in journal.entries()] == [before]
    assert journal.load(before).data == letter_to("mill").data


def test_another_in_its_place(journal: Journal) -> None:
    """A letter that was never offered makes room for a new one: the old bytes are gone."""
    first, second = queued(journal, "mill", "court")

    [third] = queue(
        journal, [letter_to("mill", subject="Release them")], 300, instead_of=[journal.entry(first)]
    )

    assert [(one.number, one.at) for one in journal.entries()] == [(second, 100), (third, 300)]
    assert b"Subject: Release them" in journal.load(third).data


def test_entries_of_one_appeal(journal: Journal) -> None:
    """Letters are listed by appeal or all, the oldest first."""
    queue(journal, [letter_to("ministry"), letter_to("court")], 1)

    assert [one.target for one in journal.entries("strike")] == ["ministry", "court"]
    assert [one.target for one in journal.entries()] == ["ministry", "court"]
    assert list(journal.entries("strik")) == []


ENDS: list[tuple[Sequence[str], str, bool, bool]] = [
    # target, copy: the letter's state, its bytes are kept, it goes again by itself
    ((ACCEPTED, ACCEPTED), ACCEPTED, False, False),
    ((ACCEPTED, REFUSED), ACCEPTED, False, False),
    ((ACCEPTED, DEFERRED), ACCEPTED, True, True),
    ((ACCEPTED, UNKNOWN), ACCEPTED, True, False),
    ((REFUSED, REFUSED), REFUSED, False, False),
    ((REFUSED, ACCEPTED), REFUSED, False, False),
    ((REFUSED, DEFERRED), REFUSED, True, True),
    ((DEFERRED, ACCEPTED), DEFERRED, True, True),
    ((DEFERRED, DEFERRED), DEFERRED, True, True),
    ((UNKNOWN, UNKNOWN), UNKNOWN, True, False),
    ((UNKNOWN, REFUSED), UNKNOWN, True, False),
    ((UNKNOWN, DEFERRED), UNKNOWN, True, True),
]


@pytest.mark.parametrize(("each", "state", "keeps", "again"), ENDS)
def test_what_is_kept_of_an_outcome(
    journal: Journal, folder: Path, each: Sequence[str], state: str, *, keeps: bool, again: bool
) -> None:
    """P57: a letter's bytes are kept while anybody may still get them, and not a moment longer."""
    [number] = queued(journal, "ministry")

    entry = become(journal, number, *each)

    assert states(entry) == [state, *each]
    assert states(journal.entry(number)) == [state, *each]
    assert (entry.at, entry.due) == (200, 200 + 5 * MINUTE if again else None)
    assert entry.complete is (set(each) == {ACCEPTED})
    assert entry.fresh is False
    assert lost(journal, number) is not keeps
    journal.__exit__()
    assert kept(folder, b"Free them.") is keeps
    assert kept(folder, b"office@ministry.example")


def test_only_those_who_have_not_got_it(journal: Journal) -> None:
    """P57: a letter that goes again goes to those only who are still to get it, as it was."""
    [number] = queue(journal, [letter_to("ministry", "second", "third")], 1)
    become(journal, number, ACCEPTED, DEFERRED, REFUSED, UNKNOWN)

    parcel = journal.load(number)

    assert parcel.recipients == ("second@ministry.example",)
    assert parcel.data == letter_to("ministry", "second", "third").data


def test_each_time_it_waits_longer(journal: Journal) -> None:
    """P57: a deferred letter waits 5 minutes, each time twice as long, at most 4 hours."""
    [number] = queued(journal, "ministry")
    waits = []
    for now in range(0, 70_000_000, 1_000_000):
        due = become(journal, number, ACCEPTED, DEFERRED, now=now).due
        assert due is not None
        waits.append((due - now) // MINUTE)

    assert waits[:8] == [5, 10, 20, 40, 80, 160, 240, 240]
    assert set(waits[6:]) == {240}


def test_certainly_not_sent(journal: Journal) -> None:
    """P58: a letter in doubt that is certainly unsent is queued; that try does not count."""
    [number] = queued(journal, "ministry")
    journal.trying(number)
    journal.in_doubt(number)

    journal.requeue(number)

    entry = journal.entry(number)
    assert states(entry) == [QUEUED] * 3
    assert (entry.due, entry.attempts, entry.fresh) == (100, 0, True)
    assert not lost(journal, number)
    again = become(journal, number, DEFERRED, DEFERRED)
    assert again.due == 200 + 5 * MINUTE


def test_offered_when_it_was_killed(journal: Journal, folder: Path) -> None:
    """P52: a letter that was offered, and no more, is queued when the journal is opened again.

    It counts as never tried: the next send writes it anew, and the pace does not wait for it.
    """
    [number] = queued(journal, "ministry")
    journal.trying(number)
    journal.__exit__()

    with Journal(folder) as after:
        [entry] = after.entries()
        assert (states(entry), entry.fresh) == ([QUEUED] * 3, True)
        assert after.ages(SENDER, 200, 1000) == []


@pytest.mark.parametrize("sent", [True, False])
def test_doubt_is_settled(journal: Journal, *, sent: bool) -> None:
    """P53: a letter in doubt is marked as sent, or queued to go again with the same Message-ID."""
    one, two = queued(journal, "ministry", "court")
    become(journal, one, UNKNOWN, REFUSED)
    become(journal, two, ACCEPTED, UNKNOWN)
    message_id = journal.entry(one).message_id

    journal.resolve(list(journal.entries()), sent=sent, now=500)

    first, second = journal.entries()
    state, reply = (ACCEPTED, "marked as sent") if sent else (QUEUED, "to be sent again")
    assert states(first) == [state, state, REFUSED]
    assert [each.reply for each in first.recipients] == [reply, "550 no"]
    assert states(second) == [ACCEPTED, ACCEPTED, state]
    assert (first.at, first.due) == (500, None if sent else 500)
    assert (first.fresh, first.message_id) == (False, message_id)
    assert lost(journal, one) is lost(journal, two) is sent
    if not sent:
        assert journal.load(one).recipients == ("office@ministry.example",)
        assert journal.load(one).data == letter_to("ministry").data
        assert journal.load(two).recipients == (COPY,)


def test_settling_leaves_others_alone(journal: Journal) -> None:
    """P57: where a doubt is settled, what is deferred beside it is still to go."""
    [number] = queued(journal, "ministry")
    become(journal, number, UNKNOWN, DEFERRED)

    journal.resolve([journal.entry(number)], sent=True, now=500)

    entry = journal.entry(number)
    assert states(entry) == [ACCEPTED, ACCEPTED, DEFERRED]
    assert entry.due is not None
    assert journal.load(number).recipients == (COPY,)


def test_forgetting(journal: Journal, folder: Path) -> None:
    """P50: what is forgotten is in no file any more; the others stay, and can go."""
    one, two = queued(journal, "ministry", "court")
    become(journal, one, ACCEPTED, ACCEPTED)

    journal.forget([journal.entry(one)])

    assert [entry.number for entry in journal.entries()] == [two]
    assert journal.load(two).data == letter_to("court").data
    assert not kept(folder, b"ministry")
    journal.forget(list(journal.entries()))
    assert list(journal.entries()) == []
    journal.__exit__()
    for text in (b"ministry", b"court", b"Free them", b"strike", b"aliya"):
        assert not kept(folder, text)


def test_a_number_is_not_given_again(journal: Journal) -> None:
    """P50: after one of several letters is forgotten, no number stands for two letters at once."""
    one, two, three = queued(journal, "ministry", "court", "mill")
    journal.forget([journal.entry(two)])

    [four] = queued(journal, "bank")

    assert four not in {one, two, three}


def test_a_letter_that_is_not_there(journal: Journal) -> None:
    """P60: a letter without its text is told of, and stops a run before anything is sent."""
    [number] = queued(journal, "ministry")
    become(journal, number, ACCEPTED, ACCEPTED)

    for missing in (number, 99):
        with pytest.raises(JournalProblem, match="has lost its text"):
            journal.load(missing)


def test_how_long_ago(journal: Journal) -> None:
    """What a sender has offered is told by its age; another's, a queued and an old one are not."""
    for at, accepted in ((100, True), (900, True), (950, True), (990, False)):
        [number] = queue(journal, [letter_to(f"office{at}")], at)
        if accepted:
            become(journal, number, ACCEPTED, ACCEPTED, now=at)

    assert journal.ages(SENDER.upper(), 1000, 600) == [99, 49]
    assert journal.ages("other@union.example", 1000, 600) == []
