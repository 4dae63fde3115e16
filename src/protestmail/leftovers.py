"""What a model letter leaves for its writer to fill in, and what must not be sent.

The patterns come from letters that really went out. They are narrow on purpose: a footnote mark
``[1]``, an acronym ``[ILO]``, a Spanish ``TODO`` or an ellipsis is no leftover.
"""

import re
from dataclasses import dataclass

_WORDS = (
    "name|date|address|organi[sz]ation|union|branch|city|town|country|title|position|signature|"
    "e-?mail|phone|telephone|place|salutation|recipient|имя|дата|адрес|организация|подпись|"
    "nom|adresse|ville|pays|nombre|fecha|direcci[oó]n|firma|datum|unterschrift|ort"
)
_ASKS = r"your|insert|fill\s+in|add|enter|ваш[еаи]?|votre|su|ihr[e]?"
_PATTERNS = (  # (what must be in the text for the pattern to be worth a search, the pattern)
    ("[", re.compile(rf"\[\s*(?:{_WORDS})\s*\]", re.IGNORECASE)),
    ("[", re.compile(rf"\[\s*(?:{_ASKS})\s[^\[\]\n]{{1,80}}\]", re.IGNORECASE)),
    ("[", re.compile(r"\[[^\W\d_a-zа-я]{2,}(?:[ /,'’_-]{1,3}[^\W\d_a-zа-я]+){1,8} ?\]")),
    ("<", re.compile(rf"<\s*(?:(?:{_ASKS})\s[\w\s-]{{1,60}}|{_WORDS})\s*>", re.IGNORECASE)),
    ("___", re.compile(r"_{3,}")),
    ("xxx", re.compile(r"\bx{3,}\b")),
    (".....", re.compile(r"\.{5,}")),
    ("……", re.compile(r"…{2,}")),
    ("INSERT", re.compile(r"\bINSERT\b(?=[\s:])[^\n.]{0,40}")),
    ("TODO:", re.compile(r"\bTODO:[^\n.]{0,40}")),
)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A piece of text that stands for something unwritten; line and column count from 1."""

    line: int
    column: int
    text: str


def find(text: str) -> list[Leftover]:
    """Every leftover of a text, in order; overlapping ones count once."""
    spans = sorted(
        match.span()
        for needle, pattern in _PATTERNS
        if needle in text
        for match in pattern.finditer(text)
    )
    found, end = [], 0
    for start, stop in spans:
        if start >= end:
            found.append(_place(text, start, text[start:stop].strip()))
            end = stop
    return found


def _place(text: str, start: int, piece: str) -> Leftover:
    line_start = text.rfind("\n", 0, start) + 1
    return Leftover(text.count("\n", 0, start) + 1, start - line_start + 1, piece)
