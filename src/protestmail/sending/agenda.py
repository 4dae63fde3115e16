"""Take the letters of a ``batch``, set them against the journal, and queue what is to go.

The same letter is the same appeal, letter id, From address and recipient; a target that has been
renamed, a display name or a language makes no other letter of it, and no more does an id
that the file has changed (``before``).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from protestmail.address import COPY
from protestmail.journal import origin as origins
from protestmail.journal.entry import ACCEPTED, QUEUED, UNKNOWN, Entry, Outcome, principal
from protestmail.journal.journal import Journal
from protestmail.letters.letter import Letter
from protestmail.mail.message import Message
from protestmail.mail.recipients import Addressed
from protestmail.sending.before import Before

_CLOCK_SLIP = 60
"""Seconds by which a note may lie ahead of the clock before the clock is held to be wrong."""


@dataclass(slots=True)
class Agenda:
    """Letters to send for the first time, to send as they were, and those that stay as they are.

    ``replaced`` were queued and never offered to a server: the new ones take their place. ``anew``
    have come to their end, and are written once more because the user says so.
    ``orphans`` are unfinished, and no longer among what the appeal asks for. Of those that stay,
    ``renamed`` went under an id that the appeal has no more.
    """

    new: list[Addressed] = field(default_factory=list)
    repeated: list[Entry] = field(default_factory=list)
    skipped: list[Entry] = field(default_factory=list)
    shared: list[Letter] = field(default_factory=list)
    replaced: list[Entry] = field(default_factory=list)
    anew: list[Entry] = field(default_factory=list)
    orphans: list[Entry] = field(default_factory=list)
    renamed: list[Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many letters are to go."""
        return len(self.new) + len(self.repeated)

    def limit(self, most: int) -> int:
        """Keep no more than ``most`` of them, and give how many are left for another time."""
        left = max(self.count - most, 0)
        self.repeated = self.repeated[:most]
        self.new = self.new[: most - len(self.repeated)]
        going = {(one.letter.id, to) for one in self.new for to in one.keys}
        self.replaced = [
            one
            for one in self.replaced
            if any((one.letter, to.address.lower()) in going for to in principal(one.recipients))
        ]
        return left


def draw_up(
    letters: Iterable[Addressed],
    sender: str,
    journal: Journal,
    now: int,
    *,
    again: bool = False,
    retry: bool = False,
    ids: Collection[str] = (),
    origin: str = "",
    renewed: bool = False,
) -> Agenda:
    """Compare what was written with what is known; ``now`` is in seconds since 1970.

    ``again`` sends anew what was accepted or refused, never what is in doubt; ``renewed`` does so
    with what went under an id that is none of ``ids``, which the appeal has now. ``retry`` does
    not wait until a deferred letter is due. Letters of another ``origin`` do not count.
    """
    agenda = Agenda()
    seen: dict[int, Entry] = {}
    taken: set[tuple[str, str]] = set()
    known: dict[str, Before] = {}
    asked: dict[str, set[str]] = defaultdict(set)
    for one in letters:
        letter = one.letter
        asked[letter.appeal].add(letter.id)
        if letter.appeal not in known:
            ours = _of(journal, letter.appeal, sender, origin)
            known[letter.appeal] = Before(ours, ids, renewed=renewed)
        here = known[letter.appeal].of(letter.id, one.keys)
        seen |= {entry.number: entry for entry in here.values()}
        narrowed = one.narrowed(_free(here, taken, letter.id, again=again))
        if narrowed.keys:
            agenda.new.append(narrowed)
            taken |= {(letter.id, to) for to in narrowed.keys}
        elif not here:
            agenda.shared.append(letter)
    for entry in seen.values():
        _sort(agenda, entry, now, again=again, retry=retry)
    agenda.renamed = [one for one in agenda.skipped if ids and one.letter not in ids]
    every = (one for id_, before in known.items() for one in before.every(asked[id_]))
    others = {one.number: one for one in every if one.number not in seen}
    agenda.orphans = [one for one in others.values() if one.due is not None and not one.fresh]
    return agenda


def _of(journal: Journal, appeal: str, sender: str, origin: str) -> list[Entry]:
    entries = [*journal.entries(appeal)]
    ours = origins.ours(entries, origin) if origin else entries
    return [one for one in ours if one.sender.lower() == sender.lower()]


def queue(
    journal: Journal,
    messages: Iterable[Message],
    now: int,
    *,
    instead_of: Iterable[Entry] = (),
    origin: str = "",
) -> list[int]:
    """Queue finished messages, all or none; gives the numbers that the journal has for them."""
    finished = ((_entry(one, now, origin), one.data) for one in messages)
    return journal.add(finished, instead_of=instead_of)


def _entry(message: Message, now: int, origin: str) -> Entry:
    """What the journal keeps of a message: whom it is to and what it answers, none of its text."""
    letter = message.letter
    return Entry(
        number=0,
        appeal=letter.appeal,
        letter=letter.id,
        language=letter.language,
        target=",".join(target.id for target in letter.targets),
        sender=message.sender.ascii,
        state=QUEUED,
        attempts=0,
        at=now,
        due=now,
        message_id=message.message_id,
        recipients=tuple(Outcome(one.address.ascii, one.role) for one in message.recipients),
        origin=origin,
    )


def copied(journal: Journal, appeal: str, sender: str, origin: str = "") -> set[str]:
    """Name the letters of an appeal that have gone to those who get a copy."""
    return {
        entry.letter
        for entry in _of(journal, appeal, sender, origin)
        if any(one.role == COPY and one.state in {ACCEPTED, UNKNOWN} for one in entry.recipients)
    }


def _sort(agenda: Agenda, entry: Entry, now: int, *, again: bool, retry: bool) -> None:
    """Put a letter that is known where it belongs."""
    if entry.fresh:
        agenda.replaced.append(entry)
    elif entry.due is not None and (retry or is_due(entry, now)):
        agenda.repeated.append(entry)
    elif again and entry.over:
        agenda.anew.append(entry)
    else:
        agenda.skipped.append(entry)


def is_due(entry: Entry, now: int) -> bool:
    """Whether a letter may be tried again; a clock that was set back does not hold it up."""
    return entry.due is not None and (now >= entry.due or now < entry.at - _CLOCK_SLIP)


def _free(
    here: dict[str, Entry], taken: set[tuple[str, str]], letter: str, *, again: bool
) -> Callable[[str], bool]:
    """Tell which of a letter's addresses it may be written to anew."""

    def free(one: str) -> bool:
        if (letter, one) in taken:
            return False
        entry = here.get(one)
        return entry is None or entry.fresh or (again and entry.over)

    return free
