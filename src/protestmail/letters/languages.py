"""Languages: which version is meant by a tag, and the few words of the program's own in a letter.

The words stand in ``languages.json``. A letter in a language of which it has none is written with
the English words and dates in ISO 8601, which need no translation.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

SCRIPT_LENGTH = 4
"""A subtag of four letters names a script (RFC 5646)."""
_ENGLISH = "en"
_NUMBER = re.compile(r"\d+(?:[ .,'\u2019\u00a0\u202f]\d{3})*(?!\d)")
_RIGHT_TO_LEFT = frozenset("ar arc arz ckb dv fa he iw ji ks ps sd syr ug ur yi".split())
_RIGHT_TO_LEFT_SCRIPTS = frozenset("adlm arab aran hebr mand nkoo rohg samr syrc thaa".split())


class Language(NamedTuple):
    """One language: ``members`` holds ``{n}`` in a form that no number can make ungrammatical.

    ``representing`` holds ``{who}``, the writer's own words for them.

    ``closings`` are regular expressions of what closing words say, also those that are a whole
    sentence; ``dated`` is the form of a date, in which the first of a month is ``first_day``. The
    words from ``attention`` on stand on a printed letter only, those from ``hello`` on are
    spoken: ``hello`` holds ``{who}``, ``calling`` what the call is about.
    """

    salutation: str
    salutation_end: str
    closing: str
    closings: Sequence[str]
    members: str
    representing: str
    ask: str
    months: Sequence[str]
    dated: str
    first_day: str
    attention: str
    fax: str
    enclosed: str
    copies: str
    hello: str
    calling: str
    thanks: str

    def today(self, day: date) -> str:
        """A day as this language writes it."""
        if not self.months:
            return day.isoformat()
        number = self.first_day if day.day == 1 else day.day
        return self.dated.format(day=number, month=self.months[day.month - 1], year=day.year)


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
def languages() -> dict[str, Language]:
    """All languages of the file by their tags; what one leaves out is English."""
    read = json.loads(Path(__file__).with_name("languages.json").read_bytes())
    other = read[_ENGLISH] | {"months": (), "closings": ()}
    return {tag: Language(**(other | one)) for tag, one in (read | {"": {}}).items()}


@cache
def words(tag: str) -> Language:
    """The words for a BCP 47 tag."""
    return languages()[version(tag, languages())]


def known(tag: str) -> bool:
    """Whether the program has words of its own in a language."""
    return bool(words(tag).months)


@cache
def closings() -> re.Pattern[str]:
    """What closing words say in any language that we know, whichever the letter's is."""
    every = (one for language in languages().values() for one in language.closings)
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
    found = _NUMBER.fullmatch(members)
    if not members:
        return ""
    if not found:
        return words(tag).representing.format(who=members)
    form = words(tag).members
    single = members == "1" and form == words(_ENGLISH).members
    return "representing 1 member" if single else form.format(n=members)
