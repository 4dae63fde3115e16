"""What a blank that wrote nothing leaves in its line: nothing to be seen, or a hole.

A template writes the sign of a seam wherever a blank or a branch wrote nothing (``seams``). Once
the text around it is known, each seam is closed: the line reads on as if nothing had been there,
or it does not, and then a gap stands in its place, which keeps the letter from going.
"""

import re
from typing import NamedTuple

from protestmail.letters.blanks import CALLED

EMPTY = "\x00"
"""Stands where a blank or a tag wrote nothing, until its line has been looked at."""
EDGE = "\x07"
"""Stands at both ends of what an appeal fills in: the full stop of a name is none of the text's."""
GREETED, GAP_SIGN = "\x01", "\x04"
"""What stands for a salutation and for a gap."""
SEAM = "\x05"
"""Begins the sign of a seam."""
_SEAM = re.compile(f"{SEAM}([!?])([a-z_.]*):([0-9]+)\x06")
_OPEN, _SHUT = "([{\uff08\u300c", ")]}\uff09\u300d"
_WIDE = "\u060c\uff0c\u3001\u3002\u0964"
"""Comma and full stop in Arabic, Chinese, Japanese and Hindi."""
_MARKS = ",;:.!?\u2026\u061b\u061f\uff1b\uff1a\uff01\uff1f" + _WIDE
_PARTING = ",;-\u2013\u2014\u061b\uff1b/|\u00b7\u2022" + _WIDE[:3]
"""Marks that stand between two things, so that neither may be missing."""
_QUOTES = re.compile(
    "\"\"|''|\u00bb\u00ab|[\u201c\u201e]\\s*[\u201d\u201c]|\u00ab\\s*\u00bb|\u2039\\s*\u203a|\u2018\\s*\u2019|"
    "\u300a\\s*\u300b|\u300e\\s*\u300f"
)
"""Quotes with nothing in them, close together where what opens one may close another."""
_LABEL = (":", "\uff1a")
_GREETED = re.compile(rf"{GREETED}|[{_MARKS}]$", re.MULTILINE)


def seam(blank: str, line: int, *, firm: bool = False) -> str:
    """Give the sign of a seam: which blank wrote nothing, in which line of the template.

    A ``firm`` one is a hole wherever its line says anything else.
    """
    return f"{SEAM}{'!' if firm else '?'}{blank}:{line}\x06"


class Gap(NamedTuple):
    """A blank that is needed and empty, and its line in the template, from 1."""

    blank: str
    line: int

    @property
    def text(self) -> str:
        """What is shown in its place."""
        return f"[{CALLED.get(self.blank, self.blank)}]"


def close(text: str) -> tuple[str, list[Gap]]:
    """Close every seam of a text; give it, and the gaps in it in their order."""
    if SEAM not in text:
        return text.replace(EDGE, ""), []
    gaps: list[Gap] = []

    def gap(blank: str, line: str) -> str:
        gaps.append(Gap(blank, int(line)))
        return GAP_SIGN

    above: list[str] = []
    for line in text.split("\n"):
        closed = line
        while found := _SEAM.search(closed):
            firm, blank, row = found.groups()
            left, right = closed[: found.start()], closed[found.end() :]
            rest = _plain(left + _SEAM.sub("", right)).strip()
            missed = (firm == "!" or not _reads_on(left, right)) if rest else _labelled(above)
            closed = f"{left}{gap(blank, row)}{right}" if missed else _joined(left, right)
        above.append(closed)
    return "\n".join(above).replace(EDGE, ""), gaps


def _plain(text: str) -> str:
    return _SEAM.sub("", text).replace(EMPTY, "")


def _joined(left: str, right: str) -> str:
    """Two parts of a line with nothing between them: of the blanks at the seam one stays."""
    if _plain(left)[-1:].isspace() or not _plain(left):
        right = right.lstrip(" \t")
    return f"{left}{EMPTY}{right}"


def _reads_on(left: str, right: str) -> bool:
    """Whether a line shows no scar where something may have stood between its two parts."""
    left, right = _plain(left), _plain(right)
    before, after = left.rstrip()[-1:], right.lstrip()[:1]
    if not after:
        return not (before and before in _PARTING + "".join(_LABEL) + _OPEN)
    if not before or before in _OPEN:
        return after not in _MARKS + _PARTING + _SHUT
    spaced = left != left.rstrip() and after in ",.)]" + _WIDE
    twice = before == after and after in _PARTING
    marked = before in _MARKS + _PARTING and after in _MARKS + _SHUT
    return not (spaced or twice or marked or _quoted(left, right))


def _quoted(left: str, right: str) -> bool:
    """Whether the two parts of a line open and close a quotation of which nothing is left."""
    begun = left.rstrip()[-1:] + left[len(left.rstrip()) :]
    return _QUOTES.fullmatch(begun + right[: len(right) - len(right.lstrip()) + 1]) is not None


def _labelled(above: list[str]) -> bool:
    """Whether the text above says what is to come, so that an empty line would leave it open."""
    said = [one for one in map(_plain, above) if one.strip()]
    if not said or not said[-1].rstrip().endswith(_LABEL):
        return False
    return len(said) > 1 and _GREETED.search("\n".join(said[:-1])) is not None
