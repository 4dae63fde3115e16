"""What has happened since to the appeals that were answered; from the journal and files alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from protestmail.appeals import library
from protestmail.appeals.appeal import ACTIVE, WITHDRAWN, WON, Appeal
from protestmail.appeals.library import Headline
from protestmail.appeals.shelf import Shelf
from protestmail.commands import to_type
from protestmail.errors import InvalidAppeal
from protestmail.journal import origin
from protestmail.journal.entry import ACCEPTED, DEFERRED, UNKNOWN, Entry
from protestmail.journal.notes import Noted
from protestmail.journal.record import done, left
from protestmail.letters.tasks import EMAIL, every

STOPPED, FOLLOWED_UP, THANK, OVERDUE, UPDATE, LEFT, MISSING, INVALID = (
    "stop action, followed up, thanks, overdue, update, left, missing, invalid".split(", ")
)
"""Kinds of news, beside the statuses of an appeal and of a letter."""

_K = TypeVar("_K", bound=origin.Known)


class Event(NamedTuple):
    """One thing that is news: of which ``kind``, on which day if it has one, what to do (``see``).

    ``to`` are the addresses that it is about, ``due`` (seconds since 1970) when a letter may go.
    """

    kind: str
    day: date | None = None
    text: str = ""
    see: str = ""
    to: tuple[str, ...] = ()
    due: int | None = None


@dataclass(frozen=True, slots=True)
class News:
    """An appeal that was answered, last on the day ``answered``, and what is new of it."""

    appeal: str
    answered: date
    title: str = ""
    status: str = ""
    events: tuple[Event, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether the issuer asks everybody to stop."""
        return self.status == WITHDRAWN


def gather(
    entries: Iterable[Entry], noted: Iterable[Noted], shelf: Shelf, today: date
) -> list[News]:
    """Tell of every appeal that was answered, those to stop with first, then by their ids.

    Answered is what a letter has gone or may have gone to, or is to go to again, and for what
    something was done by hand. Raises NoSuchAppeal where a folder is not there.
    """
    letters: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        if one.state in {ACCEPTED, UNKNOWN, DEFERRED}:
            letters[one.appeal].append(one)
    by_hand: dict[str, list[Noted]] = defaultdict(list)
    for note in noted:
        by_hand[note.appeal].append(note)
    answered = letters.keys() | by_hand.keys()
    found = []
    for id_ in answered:
        for each in _appeals(id_, letters[id_], by_hand[id_], shelf):
            after = shelf.latest(id_, each.path)
            known = after is None or after.id.rpartition("/")[2] in answered  # was answered, too
            found.append(_news(each, None if known else after, today))
    return sorted(found, key=lambda one: (not one.stopped, one.appeal))


class _Answered(NamedTuple):
    """An appeal that was answered: how it is called, what was done, its file, and what it says."""

    name: str
    letters: list[Entry]
    noted: list[Noted]
    path: str
    appeal: "Appeal | Event"


def _appeals(
    id_: str, letters: list[Entry], noted: list[Noted], shelf: Shelf
) -> Iterator[_Answered]:
    """The appeals of an id that were answered: several campaigns may each have one."""
    read = [(name, str(path), _read(shelf, name, path)) for name, path in shelf.named(id_).items()]
    found = []
    for name, path, one in read:
        own, by_hand = letters, noted
        if isinstance(one, Appeal):
            several = len(read) > 1
            own = _own(letters, one, shelf, several=several)
            by_hand = _own(noted, one, shelf, several=several)
        found += [_Answered(name, own, by_hand, path, one)] if own or by_hand else []
    if not found:
        left = shelf.withdrawn(id_, {one.origin for one in letters})
        gone = left or Event(MISSING, text="its file is not there any more")
        found.append(_Answered(id_, letters, noted, "", gone))
    return iter(found)


def _own(every: Iterable[_K], appeal: Appeal, shelf: Shelf, *, several: bool) -> list[_K]:
    """Give what may have been done for this appeal; of ``several``, what is known to have been."""
    others, known = shelf.others(appeal), {"", origin.of(appeal), *shelf.signed(appeal)}
    return [
        one for one in every if one.origin not in others and (one.origin in known or not several)
    ]


def _read(shelf: Shelf, name: str, path: Path) -> "Appeal | Event":
    """Read an appeal, as it is called; a file that is broken is news as well."""
    try:
        parsed = library.load(path, shelf.read)
        return shelf.known(parsed, parsed.appeal)._replace(id=name)
    except InvalidAppeal as why:
        return Event(INVALID, text=str(why.problems[0]), see=to_type("check", str(path)))


def _day(at: int) -> date:
    """The day of a moment at the writer's place, by which appeals are dated."""
    return datetime.fromtimestamp(at, UTC).astimezone().date()


def _news(one: _Answered, after: Headline | None, today: date) -> News:
    """Put together what is new of one appeal."""
    moments = [each.at for each in one.letters] + [each.at for each in one.noted]
    day = _day(max(moments))
    appeal = one.appeal if isinstance(one.appeal, Appeal) else None
    about = [one.appeal] if isinstance(one.appeal, Event) else []
    about += _of(appeal, day, one.letters, today) if appeal else []
    events = (*about, *_after(after), *_open(one.letters, appeal, today))
    if appeal is None:
        return News(one.name, day, events=events)
    if appeal.status == ACTIVE and not appeal.overdue(today):
        events += tuple(_left(appeal, one.letters, one.noted))
    return News(one.name, day, appeal.title, appeal.status, events)


def _of(appeal: Appeal, day: date, letters: Iterable[Entry], today: date) -> Iterator[Event]:
    """What the appeal's file says: how it stands, its last day, thanks to be sent, updates."""
    thanked = any(one.letter == appeal.thanks for one in letters)
    if appeal.status == WITHDRAWN:
        yield Event(STOPPED, appeal.closed, appeal.outcome)
    elif appeal.status != ACTIVE and not (appeal.status == WON and thanked):
        yield Event(appeal.status, appeal.closed, appeal.outcome)
    if appeal.status == ACTIVE and appeal.overdue(today):
        yield Event(OVERDUE, appeal.send_before, "the last day for letters has passed")
    if appeal.status == WON and appeal.thanks and not thanked:
        yield Event(THANK, text="there is a letter of thanks", see=_thank(appeal))
    for one in sorted(appeal.updates):
        if one.date >= day:
            yield Event(UPDATE, one.date, one.text)


def _left(appeal: Appeal, letters: list[Entry], noted: list[Noted]) -> Iterator[Event]:
    """What is still to be done of an appeal, by ways other than those already gone."""
    here = origin.of(appeal)
    what = done(origin.ours(letters, here), origin.ours(noted, here))
    undone = [one.told for one in left(every(appeal), what) if one.channel != EMAIL]
    if undone:
        yield Event(LEFT, text="; ".join(undone), see=to_type("answer", appeal.id))


def _thank(appeal: Appeal) -> str:
    """How to say thanks: by mail, where somebody gets them by mail."""
    from protestmail.letters.selection import select  # noqa: PLC0415  29 ms, seldom

    chosen = select(appeal, letter=appeal.thanks).choices
    mailed = any(target.email for choice in chosen for target in choice.targets)
    return to_type("send" if mailed else "render", appeal.id, "--letter", appeal.thanks)


def _after(one: Headline | None) -> Iterator[Event]:
    if one:
        told = f"{one.id} ({one.status}): {one.title}"
        yield Event(FOLLOWED_UP, one.issued, told, to_type("show", one.id))


def _open(letters: Iterable[Entry], appeal: Appeal | None, today: date) -> Iterator[Event]:
    """The letters that have not come to an end: in doubt, or to go again."""
    goes = appeal and appeal.status == ACTIVE and not appeal.overdue(today)
    for one in letters:
        doubtful, waiting = (
            tuple(each.address for each in one.recipients if each.state == state)
            for state in (UNKNOWN, DEFERRED)
        )
        if doubtful:
            told = "nobody can tell whether the letter has arrived"
            yield Event(UNKNOWN, _day(one.at), told, to_type("journal", "--unknown"), doubtful)
        if waiting and one.due is not None:
            told = "the server asks to wait" if goes else "the letter does not go any more"
            see = to_type("send", one.appeal) if goes else ""
            yield Event(DEFERRED, _day(one.at), told, see, waiting, one.due if goes else None)
