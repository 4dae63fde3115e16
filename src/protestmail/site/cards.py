"""What a page offers to do: a card for each letter and each call, written for any writer.

Where a target depends on the writer's country, its card has a version for each country that the
directory beside the appeals knows; what does not depend on it has one for all.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from protestmail.address import COPY, TARGET
from protestmail.appeals import lookups
from protestmail.appeals.appeal import WON, Appeal, Copy, ModelLetter
from protestmail.appeals.channels import LOOKUP
from protestmail.appeals.lookups import Directory, Sources
from protestmail.letters import letter, selection
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.ownwords import model_of
from protestmail.letters.selection import Selection, Unwritten, select
from protestmail.letters.sender import Sender
from protestmail.mail.recipients import Recipient, addressed
from protestmail.site import combine, proof
from protestmail.site.combine import FAR, Filling, Source, Text

_NOBODY = Sender()
Directories = Mapping[str, Sequence[Directory]]
_Key = tuple[bool, bool, str, str, int]
"""How a card is known: whether it waits, whether it is a call, its letter, its target, a number."""


class Version(NamedTuple):
    """A letter as it stands for the writers of one country, or of all where that is empty.

    ``text`` is the letter without a name; ``copies`` are by mail, ``optional`` of them left to
    the writer. Without a ``filling`` the letter is filled in by hand, for the reason ``why``.
    """

    country: str
    letter: Letter
    text: Text
    to: tuple[Recipient, ...]
    copies: tuple[Recipient, ...]
    optional: tuple[Copy, ...]
    unmailable: tuple[Recipient, ...]
    filling: Filling | None
    why: str = ""

    @property
    def mailed(self) -> bool:
        """Whether e-mail carries it: what is to be said, it never does."""
        return bool(self.to)


class Card(NamedTuple):
    """One letter to write, or one call to make, in the versions for one country or another."""

    call: bool
    apart: bool
    versions: tuple[Version, ...]


class Offer(NamedTuple):
    """All that a page offers: ``unwritten`` are those who get nothing; countries to choose from."""

    cards: tuple[Card, ...]
    unwritten: tuple[Unwritten, ...]
    countries: dict[str, str]


class Maker:
    """Makes the cards of an appeal; what letters have in common is written once.

    Without ``fill`` they are only to be read.
    """

    def __init__(self, appeal: Appeal, directories: Directories, *, fill: bool) -> None:
        self._appeal = appeal
        self._directories = directories
        self._fill = fill
        self._made: dict[tuple[object, ...], tuple[Filling | None, str]] = {}

    def offer(self, language: str = "") -> Offer:
        """Give all cards, the letters that wait to be asked for last."""
        countries = self._countries() if self._fill else {}
        found: dict[_Key, list[Version]] = {}
        unwritten: tuple[Unwritten, ...] = ()
        for country in ("", *countries):
            appeal = self._resolved(country)
            for apart, selected in _selections(appeal, language):
                unwritten = unwritten if country or apart else selected.unwritten
                for key, version in self._versions(appeal, selected, country):
                    found.setdefault((apart, *key), []).append(version)
        keys = sorted(found, key=self._order(found))
        cards = tuple(Card(key[1], key[0], _once(found[key])) for key in keys)
        return Offer(cards, unwritten, countries)

    def _order(self, found: Iterable[_Key]) -> Callable[[_Key], tuple[object, ...]]:
        """As they stand on the page: letters, calls, what waits; of each, target by target.

        Whoever depends on the country stands where the appeal names them.
        """
        targets = [one.id for one in self._appeal.targets]
        waits = list(dict.fromkeys(id_ for apart, _, id_, *_ in found if apart))
        return lambda key: (
            key[0],
            waits.index(key[2]) if key[0] else 0,
            key[1],
            targets.index(key[3]) if key[3] in targets else 0,
        )

    def _countries(self) -> dict[str, str]:
        """The countries that the directories know, by their codes, with a name for each."""
        known: dict[str, str] = {}
        for directory in (one for every in self._directories.values() for one in every):
            for code, contact in directory.countries.items():
                if contact.names or code not in known:
                    known[code] = next(iter(contact.names), code)
        return dict(sorted(known.items(), key=lambda pair: pair[1].casefold()))

    def _resolved(self, country: str) -> Appeal:
        sources = Sources({}, self._directories, country)
        return lookups.resolve(self._appeal, sources)[0] if country else self._appeal

    def _versions(
        self, appeal: Appeal, selected: Selection, country: str
    ) -> Iterator[tuple[tuple[bool, str, str, int], Version]]:
        """Each letter and each call of a selection, and how they are known in other countries."""
        written = list(selection.letters(appeal, selected, _NOBODY, own_words="", today=FAR))
        seen: Counter[tuple[bool, str, str]] = Counter()
        letters = (one for one in written if _by_letter(one))
        calls = (one for one in letter.calls(written) if one.targets[0].phone)
        for call, every in ((False, letters), (True, calls)):
            for one in every:
                who = one.targets[0].one_of or one.targets[0].id
                key = call, one.id, "" if appeal.together and not call else who
                seen[key] += 1
                yield (*key, seen[key]), self._version(appeal, one, country, call=call)

    def _version(self, appeal: Appeal, one: Letter, country: str, *, call: bool) -> Version:
        model = model_of(appeal, one)
        of = combine.of_call if call else combine.of_letter
        source = of(appeal, model, one.targets)
        key = call, model, letter.taken_from(appeal, model, one.targets)
        if key not in self._made:
            self._made[key] = _filling(source) if self._fill else (None, "")
        filling, why = self._made[key]
        left = _optional(appeal, model) if one.copies or not appeal.cc_once else ()
        left = left if any(target.email for target in one.targets) and not call else ()
        people = addressed(one._replace(copies=(*one.copies, *left)))
        people = people._replace(people=(), unmailable=()) if call else people
        return Version(
            country,
            one,
            combine.at_hand(source.write(_NOBODY, "", FAR)),
            tuple(each for each in people.people if each.role == TARGET),
            tuple(each for each in people.people if each.role == COPY),
            left,
            people.unmailable,
            filling,
            why,
        )


def _selections(appeal: Appeal, language: str) -> Iterator[tuple[bool, Selection]]:
    """The letters that are offered, and one by one those that wait to be asked for."""
    thanks = appeal.thanks if appeal.status == WON else ""
    first = select(appeal, letter=thanks, language=language, spoken=not thanks)
    yield False, first
    for id_ in () if thanks else first.others:
        yield True, select(appeal, letter=id_, language=language)


def _by_letter(one: Letter) -> bool:
    """Whether a letter is to be written, and reaches somebody by any way."""
    ways = {way for target in one.targets for way in target.channels}
    return one.kind != PHONE and not ways <= {PHONE, LOOKUP}


def _optional(appeal: Appeal, model: ModelLetter) -> tuple[Copy, ...]:
    copies = appeal.copies if model.copies is None else model.copies
    return tuple(one for one in copies if one.optional)


def _filling(source: Source) -> tuple[Filling | None, str]:
    """Combine a letter, and prove it; or say why it is to be filled in by hand."""
    filling = combine.combine(source)
    why = proof.differs(source, filling)
    return (None, why) if why else (filling, "")


def _once(versions: list[Version]) -> tuple[Version, ...]:
    """One version where all countries have the same."""
    first = versions[0]
    same = all(one._replace(country=first.country) == first for one in versions)
    return (first,) if same and not first.country else tuple(versions)
