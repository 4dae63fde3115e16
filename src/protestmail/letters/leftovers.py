"""What a model letter leaves for its writer to fill in, and what must not be sent.

The patterns come from letters that really went out. They are narrow on purpose: a footnote mark
``[1]``, an acronym ``[ILO]``, a Spanish ``TODO`` or an ellipsis is no leftover.
"""

import re
from dataclasses import dataclass

_WORDS = (
    "name|date|address|organi[sz]ation|union|branch|city|town|country|title|position|signature|"
    "subject|prisoner|e-?mail|phone|telephone|place|salutation|recipient|имя|дата|адрес|организация|подпись|"
    "nom|adresse|ville|pays|nombre|fecha|direcci[oó]n|firma|datum|unterschrift|ort"
)
_ASKS = r"your|insert|fill\s+in|add|enter|ваш[еаи]?|votre|su|ihr[e]?"
_UPPER = r"[^\W\d_a-zа-я]"
_PATTERNS = (  # (what must be in the text for a search to be worth it, the pattern)
    ("[", rf"(?i)\[\s*(?:{_WORDS})\s*\]"),
    ("[", rf"(?i)\[\s*(?:{_WORDS})\s+(?:of|de|du|der|des)\s[^\[\]\n]{{1,60}}\]"),
    ("[", rf"(?i)\[\s*(?:{_ASKS})\s[^\[\]\n]{{1,80}}\]"),
    ("[", rf"\[{_UPPER}{{2,}}(?:[ /,'’_-]{{1,3}}{_UPPER}+){{1,16}} ?\]"),
    ("<", rf"(?i)<\s*(?:(?:{_ASKS})\s[\w\s-]{{1,60}}|{_WORDS})\s*>"),
    ("___", r"_{3,}"),
    ("xxx", r"\bx{3,}\b"),
    (".....", r"\.{5,}"),
    ("……", r"…{2,}"),
    ("INSERT", r"\bINSERT\b(?=[\s:])[^\n.]{0,40}"),
    ("TODO:", r"\bTODO:[^\n.]{0,40}"),
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
        for match in re.finditer(pattern, text)  # compiled when first needed, and kept by re
    )
    found, end = [], 0
    for start, stop in spans:
        if start >= end:
            found.append(place(text, start, text[start:stop].strip()))
            end = stop
    return found


def place(text: str, start: int, piece: str) -> Leftover:
    """Give the place of a piece that starts at ``start``."""
    line_start = text.rfind("\n", 0, start) + 1
    return Leftover(text.count("\n", 0, start) + 1, start - line_start + 1, piece)
