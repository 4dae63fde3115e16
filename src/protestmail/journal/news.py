"""What has happened since to the appeals that were answered; from the journal and files alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from protestmail.appeals import library
from protestmail.appeals.appeal import ACTIVE, WITHDRAWN, WON, Appeal
from protestmail.appeals.followups import FollowUps
from protestmail.appeals.library import Headline
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
    entries: Iterable[Entry], noted: Iterable[Noted], folders: Sequence[Path], today: date
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
    last = {id_: max(one.at for one in letters[id_]) for id_ in letters}
    for id_, notes in by_hand.items():
        last[id_] = max(last.get(id_, 0), *(one.at for one in notes))
    paths = {path.stem: path for path in library.paths(folders)}
    newer = FollowUps(folders)
    found = []
    for id_, at in last.items():
        after = newer.latest(id_)
        known = after is None or after.id in last  # an answer to it was given already
        told = None if known else after
        found.append(_news(id_, _day(at), letters[id_], by_hand[id_], paths.get(id_), told, today))
    return sorted(found, key=lambda one: (not one.stopped, one.appeal))


def _day(at: int) -> date:
    """The day of a moment at the writer's place, by which appeals are dated."""
    return datetime.fromtimestamp(at, UTC).astimezone().date()


def _news(
    id_: str,
    day: date,
    letters: list[Entry],
    noted: list[Noted],
    path: Path | None,
    after: Headline | None,
    today: date,
) -> News:
    """Put together what is new of one appeal; a file that is gone or broken is news as well."""
    try:
        appeal = library.load(path).appeal if path else None
    except InvalidAppeal as why:
        appeal = None
        told = Event(INVALID, text=str(why.problems[0]), see=to_type("check", str(path)))
    else:
        told = Event(MISSING, text="its file is not there any more")
    about = _of(appeal, day, letters, today) if appeal else (told,)
    events = (*about, *_after(after), *_open(letters, appeal, today))
    if appeal and appeal.status == ACTIVE and not appeal.overdue(today):
        events += tuple(_left(appeal, letters, noted))
    if appeal is None:
        return News(id_, day, events=events)
    return News(id_, day, appeal.title, appeal.status, events)


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
