"""What the page's script knows: the letters as lines and marks, as JSON in the page."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from protestmail import characters
from protestmail.letters import languages
from protestmail.mail import writing
from protestmail.mail.recipients import Recipient
from protestmail.mail.writing import Mailbox
from protestmail.paper.call import POINTS
from protestmail.site.cards import Card, Version
from protestmail.site.combine import FIELDS, Filling
from protestmail.site.words import Words

_PATTERNS = [
    characters.IN_TEXT.pattern,
    characters.IN_LINE.pattern,
    languages.NUMBER.pattern.replace(r"\d", r"\p{Nd}"),
]
"""What no text and no line may hold, and what counts as a bare number, as a browser reads it."""


class _Numbered:
    """Things that are kept once, each known by its number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def __call__(self, thing: Any) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))

    @property
    def things(self) -> list[Any]:
        return list(self._numbers)


def of_page(cards: Sequence[Card], last_day: date | None, say: Words) -> str:
    """All that the script needs, as JSON that can stand in a page: without any ``<``."""
    lines, sets, fillings = _Numbered(), _Numbered(), _Numbered()
    letters = [
        _letter(number, version, fillings, card.versions[0])
        for number, card in enumerate(cards)
        for version in card.versions
    ]
    data = {
        "until": str(last_day or ""),
        "names": FIELDS,
        "say": _said(say),
        "patterns": _PATTERNS,
        "points": POINTS,
        "words": {one: _words(one) for one in dict.fromkeys(each["l"] for each in letters)},
        "letters": letters,
        "fillings": [_filling(one, lines, sets) for one in fillings.things],
        "lines": lines.things,
        "sets": sets.things,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _said(say: Words) -> dict[str, str]:
    """What the script says of its own; it puts what is wanted in place of ``{what}``."""
    return {
        "needed": say("Still needed: %(what)s", what="{what}"),
        "sign": say("your name: change the text"),
        "comma": say(", "),
    }


def _filling(one: Filling, lines: _Numbered, sets: _Numbered) -> dict[str, Any]:
    """How a text is filled in: ``f`` its fields, ``k`` its combinations, ``n`` its lines."""
    return {
        "f": one.fields,
        "k": sets(one.combinations),
        "n": [lines(line) for line in one.lines],
        "w": one.wants,
    }


def _letter(card: int, one: Version, fillings: _Numbered, first: Version) -> dict[str, Any]:
    """One version of a card: ``c`` whose, ``o`` for which country, ``e`` the draft's name.

    ``b`` is its text before it is filled in, where another stands in the page: the ``first``.
    """
    subject, _, body = one.text.text.partition("\n")
    stands = body == first.text.text.partition("\n")[2]
    return {
        "c": card,
        "o": one.country,
        "l": one.letter.language,
        "s": subject,
        "e": f"{one.letter.stem}.eml",
        "to": [_person(each) for each in one.to],
        "cc": [
            [*_person(each), *[1] * (each.address.text in _addresses(one))]
            for each in one.copies
            if one.mailed
        ],
        "t": fillings(one.filling) if one.filling else -1,
    } | ({} if stands else {"b": body})


def _addresses(one: Version) -> Iterable[str]:
    """The addresses of copies that its writer may leave out."""
    certain = {copy.email for copy in one.letter.copies}
    return {copy.email for copy in one.optional} - certain


def _person(one: Recipient) -> list[str]:
    """An address, and how a draft's header writes it."""
    field = "\r\n".join(writing.addresses("To", (Mailbox(one.name, one.address.ascii),)))
    return [one.address.ascii, field.removeprefix("To: ")]


def _words(language: str) -> dict[str, Any]:
    """How a language writes the day, and for how many one speaks."""
    words = languages.words(language)
    return {
        "form": words.form.replace("{month:02}", "{mm}").replace("{day:02}", "{dd}"),
        "months": words.months,
        "digits": words.digits,
        "first": words.first_day,
        "one": languages.members_line(language, "1"),
        "many": words.members,
        "who": words.representing,
    }
