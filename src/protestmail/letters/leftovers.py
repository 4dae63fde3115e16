"""What a model letter leaves for its writer to fill in, and what must not be sent.

Such gaps come from letters that really went out: the signs of one here, words that name what
belongs there in ``unwritten``. A Spanish ``TODO`` or an ellipsis is no leftover.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from protestmail.errors import UnfinishedLetter
from protestmail.letters import unwritten
from protestmail.letters.blanks import CALLED
from protestmail.letters.filled import Filled, Place
from protestmail.letters.holes import GAP_SIGN

_PATTERNS = (  # (what must be in the text for a search to be worth it, the pattern)
    ("___", r"_{3,}"),
    ("_ _", r"_(?: _){2,}"),
    ("xxx", r"\bx{3,}\b"),
    ("XX", r"\b(?:XX|X{4,})\b"),
    (".....", r"\.{5,}"),
    ("……", r"…{2,}"),
    ("INSERT", r"\bINSERT\b(?=[\s:])[^\n.]{0,40}"),
    ("TODO:", r"\bTODO:[^\n.]{0,40}"),
    ("%", r"%%?[A-Z][A-Z_]{2,}%%?"),
    ("*|", r"\*\|\w+\|\*"),
)
_NUMERAL = (
    r"(?i:cent|si[eèg]|s[eé]c|wiek|stol|vek|век|стол|съезд|з.їзд|congr|kongr|parte|yüz|olymp|jahrh|year|"
    "art|chap|cap[ií]t|kapit|section|annex|part|title|t[ií]t|глав|стат|розд|rozdz)"
)
"""Begins the words beside which XX is a number: a century, a congress, an article of a law."""


_Where = Callable[[int, int], Place]
"""Tells where in a text a piece of its shape stands."""


class Leftover(NamedTuple):
    """A piece of text that stands for something unwritten; line and column count from 1.

    Where it stands for a ``blank``, that had nothing to write in line ``written`` of the model;
    what is needed and has no place in the text is in line 0.
    """

    line: int
    column: int
    text: str
    blank: str = ""
    written: int = 0

    def overlaps(self, other: "Leftover") -> bool:
        """Whether two stand in the same place."""
        first, second = sorted((self, other), key=lambda one: one.column)
        return first.line == second.line and second.column < first.column + len(first.text)


def find(text: str, *, label: bool = False) -> list[Leftover]:
    """Every leftover of a text, in order; overlapping ones count once.

    A ``label`` tells a writer whom something is for, and may be "Your representative".
    """
    return _placed(text, _spans(text, label))


@lru_cache(maxsize=256)  # of shapes and of what is typed, a letter has few
def _spans(text: str, label: bool = False) -> list[tuple[int, int]]:
    lines = () if label else unwritten.lines(text)
    return sorted({*_patterns(text), *unwritten.bracketed(text), *lines})


def doubtful(text: str) -> list[Leftover]:
    """What may be a leftover, or an editor's remark: its writer has to look."""
    return _placed(text, sorted(unwritten.bracketed(text, doubtful=True)))


def _placed(text: str, spans: Iterable[tuple[int, int]]) -> list[Leftover]:
    found, end = [], 0
    for start, stop in spans:
        if start >= end:
            found.append(place(text, start, text[start:stop].strip()))
            end = stop
    return found


def _patterns(text: str) -> Iterator[tuple[int, int]]:
    for needle, pattern in _PATTERNS:
        if needle in text:
            for match in re.finditer(pattern, text):  # compiled when first needed, kept by re
                if needle != "XX" or not _numeral(text, *match.span()):
                    yield match.span()


def _numeral(text: str, start: int, stop: int) -> bool:
    """Whether XX is a number here: next to what is counted so, or with a full stop after it."""
    if stop - start > len("XX"):
        return False
    beside = [*text[:start].split()[-1:], *text[stop:].strip(" .").split()[:1]]
    return any(re.match(_NUMERAL, one) for one in beside)


def place(text: str, start: int, piece: str) -> Leftover:
    """Give the place of a piece that starts at ``start``."""
    line_start = text.rfind("\n", 0, start) + 1
    return Leftover(text.count("\n", 0, start) + 1, start - line_start + 1, piece)


def of(letter: Filled, text: str, where: _Where) -> list[Leftover]:
    """Every leftover of a letter and its text: its gaps, its model's own, and what is typed so."""
    gaps = zip(letter.places(GAP_SIGN), letter.gaps, strict=True)
    found = [
        place(text, where(at, at).start, gap.text)._replace(blank=gap.blank, written=gap.line)
        for at, gap in gaps
    ]
    spans = sorted((*(where(*one) for one in _spans(letter.shape)), *_typed(letter, where)))
    return found + [one for one in _placed(text, spans) if not any(map(one.overlaps, found))]


def _typed(letter: Filled, where: _Where) -> Iterator[tuple[int, int]]:
    for sign, value in letter.values.items():
        for start, stop in _spans(value):
            for at in letter.places(sign):
                begun = where(at, at).start
                yield begun + start, begun + stop


def missing(blanks: Iterable[str]) -> list[Leftover]:
    """What an appeal asks of its writer beside the blanks of its text, and was not given."""
    return [Leftover(0, 0, f"[{CALLED[one]}]", one) for one in dict.fromkeys(blanks)]


class NotFinished(UnfinishedLetter):
    """Something in these letters is still to be filled in by their writer: ``leftovers``."""

    def __init__(self, leftovers: Sequence[Leftover]) -> None:
        hint = "fill in what is named above; --own-words adds your own paragraph"
        super().__init__("the letter is not finished, so it does not go", hint)
        self.leftovers = leftovers
