"""Languages: which version is meant by a tag, and the few words of the program's own in a letter.

The words stand in ``languages.json``, with the form of dates in some more languages (Unicode CLDR,
taken by ``tests/take_dates.py``). A letter in a language of which it has none is written with the
English words, and dates in ISO 8601, which need no translation.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

SCRIPT_LENGTH = 4
"""A subtag of four letters names a script (RFC 5646)."""
_ENGLISH = "en"
NUMBER = re.compile(r"\d+(?:[ .,'\u2019\u00a0\u202f]\d{3})*(?!\d)")
"""How many there are, with or without marks between the thousands."""
_RIGHT_TO_LEFT = frozenset("ar arc arz ckb dv fa he iw ji ks ps sd syr ug ur yi".split())
_RIGHT_TO_LEFT_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc thaa".split())


class Language(NamedTuple):
    """One language: ``members`` holds ``{n}`` in a form that no number can make ungrammatical.

    ``representing`` holds ``{who}``, the writer's own words for them.

    ``closings`` are regular expressions of what closing words say, also those that are a whole
    sentence. The words from ``attention`` on stand on a printed letter only, those from ``hello``
    on are spoken: ``hello`` holds ``{who}``, ``calling`` what the call is about. ``form`` is that
    of a date, with the ``name`` of its month and its own ``digits``; the first of a month may be
    called ``first_day``, and a date at the head of a letter has the form ``dateline``.
    """

    salutation: str
    salutation_end: str
    closing: str
    closings: Sequence[str]
    members: str
    representing: str
    ask: str
    attention: str
    fax: str
    enclosed: str
    copies: str
    hello: str
    calling: str
    thanks: str
    form: str = "{year}-{month:02}-{day:02}"
    months: Sequence[str] = ()
    digits: str = ""
    first_day: str = ""
    dateline: str = "{date}"

    def today(self, day: date) -> str:
        """A day as this language writes it."""
        number = self.first_day if day.day == 1 and self.first_day else day.day
        name = self.months[day.month - 1] if self.months else ""
        text = self.form.format(day=number, month=day.month, name=name, year=day.year)
        return text.translate(dict(zip(map(ord, "0123456789"), self.digits, strict=False)))


def base(tag: str) -> str:
    """The language that a tag names, without region, script or capitals: ru for ru-KZ."""
    return tag.partition("-")[0].lower()


def version(tag: str, there: Iterable[str]) -> str:
    """The one of the tags that are ``there`` which serves a tag; empty where none does.

    As in the lookup of BCP 47: the tag itself, else a wider one (``ru`` for ``ru-KZ``), and then
    any other version of the language (``pt-BR`` for ``pt``): the nearest, the first of several.
    """
    wanted = tag.lower().split("-")

    def near(one: str) -> tuple[bool, int]:
        parts = one.lower().split("-")
        shared = next(n for n in range(len(parts), 0, -1) if parts[:n] == wanted[:n])
        return shared == len(parts), shared

    return max((one for one in there if base(one) == base(tag)), key=near, default="")


@cache
def _file() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path(__file__).with_name("languages.json").read_bytes())
    return read


def _of(part: str, tag: str) -> dict[str, Any]:
    every: dict[str, dict[str, Any]] = _file()[part]
    return every.get(version(tag, every), {})


@cache
def words(tag: str) -> Language:
    """The words for a BCP 47 tag; what its language lacks is English, but the date."""
    english = _of("words", _ENGLISH) | {"closings": ()}
    return Language(**(english | _of("dates", tag) | _of("words", tag)))


@lru_cache(maxsize=64)  # a day is written many times: in each letter, and where it is printed
def day(tag: str, on: date) -> str:
    """A day as the language of a tag writes it."""
    return words(tag).today(on)


def known(tag: str) -> bool:
    """Whether the program has words of its own in a language."""
    return "closing" in _of("words", tag)


@cache
def closings() -> re.Pattern[str]:
    """What closing words say in any language that we know, whichever the letter's is."""
    every = (one for own in _file()["words"].values() for one in own.get("closings", ()))
    return re.compile("|".join(every), re.IGNORECASE)


def right_to_left(tag: str) -> bool:
    """Whether a language is written from right to left: by the tag's script, else its language."""
    name, *others = tag.lower().split("-")
    script = next((one for one in others if len(one) == SCRIPT_LENGTH), "")
    return script in _RIGHT_TO_LEFT_SCRIPTS if script else name in _RIGHT_TO_LEFT


def members_line(tag: str, members: str) -> str:
    """The line that says for how many the sender speaks, or an empty text.

    ``240`` gives the language's own form, of members; ``240 nurses`` is taken as it was written, in
    every language: nobody is given a trade that nobody named.
    """
    found = NUMBER.fullmatch(members)
    if not members:
        return ""
    if not found:
        return words(tag).representing.format(who=members)
    form = words(tag).members
    single = members == "1" and form == words(_ENGLISH).members
    return "representing 1 member" if single else form.format(n=members)
