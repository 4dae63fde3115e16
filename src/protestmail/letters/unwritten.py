"""Words that stand where a writer should put others: in brackets, or in a line of their own.

They are judged by the words that templates have for such things, ``leftovers.json``. A footnote
mark ``[1]``, an acronym ``[ILO]``, a name in brackets, "(see below)" are ordinary text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_OPENING = "[(<{\u00ab\uff08\uff3b\u3010"
_OPENS = re.compile(f"[{re.escape(_OPENING)}]").search
_BRACKETS = (  # compiled when first needed, kept by re
    r"(?=[\[(<{\u00ab\uff08\uff3b\u3010])(?:[\[\uff3b\u3010][^\[\]\n]{0,160}[\]\uff3d\u3011]|[(\uff08][^()\n]{0,160}[)\uff09]"
    r"|<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}|\u00ab[^\u00ab\u00bb\[\]<>\n]{1,60}\u00bb)"
)
_WORD = re.compile(
    r"[^\s\d!-/:-@\[-`{-~\u00ab\u00bb\u2026\u2013\u2014\u060c\u061b\u061f\u3000-\u3020\uff00-\uff20]+"
    r"(?:['\u2019-][^\s\d!-/:-@\[-`{-~\u00ab\u00bb\u2026\u060c\uff00-\uff20]+)*"
)
"""Letters with their marks: in Hindi, a word is more than what is alphanumeric."""
_LINE, _MOST_WORDS, _CLAUSE_WORDS, _CHOICES = 60, 6, 4, 3


_DIGIT = re.compile(r"\d").search


class _Words(NamedTuple):
    """The words of templates, of all languages together."""

    core: frozenset[str]
    nouns: frozenset[str]
    yours: frozenset[str]
    filled: frozenset[str]
    fill: frozenset[str]
    asks: frozenset[str]
    aside: frozenset[str]
    things: frozenset[str]
    told: frozenset[str]

    def gap(self, words: Sequence[str]) -> bool:
        """Whether these words do nothing but name what belongs here."""
        return self.told.issuperset(words) and not self.things.isdisjoint(words)


@cache
def _words() -> _Words:
    read = json.loads(Path(__file__).with_name("leftovers.json").read_bytes()).values()
    kinds = ("core", "nouns", "yours", "filled", "fill", "asks", "aside")
    found = {
        kind: frozenset(word for one in read for word in one.get(kind, "").casefold().split())
        for kind in kinds
    }
    things = found["core"] | found["nouns"] | found["filled"]
    return _Words(**found, things=things, told=things | found["yours"] | found["fill"])


def bracketed(text: str, *, doubtful: bool = False) -> Iterator[tuple[int, int]]:
    """Give the places of brackets that hold a gap, or of those that may be one."""
    if _OPENS(text):
        for match in re.finditer(_BRACKETS, text):
            kind, inner = match.group()[0], match.group()[1:-1].strip()
            before = text[match.start() - 1 : match.start()]
            judged = _judge(kind, inner, code=before.isalnum())
            if judged is not None and judged == doubtful:
                yield match.span()


def _judge(kind: str, inner: str, *, code: bool) -> bool | None:
    """Whether what stands in brackets is a leftover (false), may be one (true), or is none."""
    words, known = _WORD.findall(inner.casefold()), _words()
    if not words:
        return False if not inner and not code and kind in "[(" else None
    names = known.gap(words) and not _DIGIT(inner)
    if kind in "(\uff08":
        own = known.yours | known.core | known.filled
        named = names and (own & {*words} or "/" in inner)
        return False if named or _told(words) else None
    if kind in "<{\u00ab":
        plain = not re.search(r"[@:.=]|^/", inner)
        own = (
            known.yours if kind == "\u00ab" else known.yours | known.asks | known.nouns | known.core
        )
        return False if plain and own & {words[0]} and (names or kind != "\u00ab") else None
    return _in_square(inner, words, names=names)


def _told(words: Sequence[str]) -> bool:
    """Whether words in round brackets tell a writer what to do ("Insert your reasons here")."""
    known = _words()
    certain = {"insert", "click", "delete", "fill", "choose", "replace"}
    return words[0] in certain or (
        words[0] in known.asks and bool({*words} & (known.yours | known.core | {"here"}))
    )


def _in_square(inner: str, words: Sequence[str], *, names: bool) -> bool | None:
    known = _words()
    if {words[0], words[-1]} & known.aside:
        return None
    ends = len(words) <= _CLAUSE_WORDS and {words[0], words[-1]} & known.core
    choices = [one.split() for one in inner.split(",")]
    own = len(words) > 1 and not known.yours.isdisjoint(words)
    asked = words[0] in known.asks or own or inner.endswith("?")
    either = re.search(r"[^\W\d]\s?/\s?[^\W\d]", inner) and words != ["and", "or"]
    several = len(choices) >= _CHOICES and all(len(one) == 1 for one in choices)
    shouted = inner.isupper() and len(words) > 1
    if names or ends or asked or either or shouted or (several and inner.islower()):
        return False
    plain = len(words) == 1 or all(not one[0].islower() for one in _WORD.findall(inner))
    return None if plain else True


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines that are a gap by themselves: "Your name", or a label that nothing follows."""
    start = 0
    every = text.split("\n")
    for line, below in zip(every, [*every[1:], ""], strict=True):
        if len(line) <= _LINE and _short(line, below.strip()):
            yield start, start + len(line)
        start += len(line) + 1


def _short(line: str, below: str) -> bool:
    if len(line.split()) > _MOST_WORDS or _DIGIT(line):
        return False
    words = _WORD.findall(line.casefold())
    return 0 < len(words) <= _MOST_WORDS and _line(line.strip(), below, words)


def _line(line: str, below: str, words: Sequence[str]) -> bool:
    known = _words()
    if not (known.gap(words) and line[0].isalpha() and {*_OPENING}.isdisjoint(line)):
        return False
    if line.endswith(":"):
        labels = known.core | known.fill | known.yours
        return {*words} <= labels and (not below or below.endswith(":"))
    return bool({*words} & (known.yours | known.filled)) and line[-1:] not in ".!?"
