"""What comes of a template: a text and the values in it, or why there is none."""

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from protestmail.errors import ProtestmailError
from protestmail.letters.blanks import CALLED
from protestmail.letters.holes import EMPTY, GAP_SIGN, GREETED, Gap

MAX_BYTES = 64 * 1024
"""A template, and what it writes, are at most so long (UTF-8 bytes)."""
SALUTATION, SIGNATURE, TODAY = "salutation", "signature", "today"
NAME, ADDRESS, OWN_WORDS = "sender.name", "sender.address", "own_words"
_HERS = zip((SIGNATURE, TODAY, *CALLED), map(chr, range(0x0E, 0x1A)), strict=True)
SIGNS = {SALUTATION: GREETED, **dict(_HERS)}
"""The blanks of the greeting and of the writer, and what stands for each of them in a shape."""
_SIGN = re.compile(f"([{''.join(SIGNS.values())}{GAP_SIGN}])")


class Flaw(NamedTuple):
    """One thing that a template may not do; ``needle`` is what to look for in its line."""

    line: int
    message: str
    hint: str = ""
    needle: str = ""


class BadTemplate(ProtestmailError):
    """A template that will not be run; ``flaws`` holds every reason."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("; ".join(f"line {flaw.line}: {flaw.message}" for flaw in flaws))
        self.flaws = flaws


TOO_LONG = Flaw(1, "the letter comes out longer than 64 KiB")


class Place(NamedTuple):
    """From where to where a piece of a text or of a shape stands."""

    start: int
    stop: int


class Filled(NamedTuple):
    """A text in which a sign stands for what its writer gives, and for whom it greets.

    All that is decided of a letter is decided by this ``shape``: no full stop, comma or empty line
    of what somebody has typed has a say in it. The ``values`` are told by their signs.
    """

    shape: str
    gaps: tuple[Gap, ...] = ()
    values: Mapping[str, str] = {}

    def text(self) -> str:
        """Put the values in; raise BadTemplate where the text gets too long."""
        pieces = self._pieces(0, len(self.shape))
        size = sum(map(len, pieces))
        text = "".join(pieces) if size <= MAX_BYTES else ""
        if size > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise BadTemplate([TOO_LONG])
        return text

    def _pieces(self, start: int, stop: int) -> list[str]:
        gaps = iter(self.gaps[self.shape.count(GAP_SIGN, 0, start) :])
        pieces = _SIGN.split(self.shape[start:stop])
        pieces[1::2] = [
            next(gaps).text if sign == GAP_SIGN else self.values[sign] for sign in pieces[1::2]
        ]
        return pieces

    def places(self, sign: str) -> list[int]:
        """Where in the shape a sign stands."""
        pieces = self.shape.split(sign)
        return list(accumulate(map(len, pieces[:-1]), lambda at, size: at + 1 + size))

    def in_text(self, start: int, stop: int) -> Place:
        """Where in the text a piece of the shape comes to stand."""
        begun = sum(map(len, self._pieces(0, start)))
        return Place(begun, begun + sum(map(len, self._pieces(start, stop))))

    def begins_line(self, at: int) -> bool:
        """Whether nothing stands before a place in its line."""
        return f"\n{self.shape}"[at] == "\n"

    def ends_line(self, at: int) -> bool:
        """Whether nothing stands behind the sign at a place in its line."""
        return f"{self.shape}\n"[at + 1] == "\n"

    def insert(self, at: int, more: str, over: int = 0) -> "Filled":
        """Put words of ours in, over so many characters."""
        return self._replace(shape=self.shape[:at] + more + self.shape[at + over :])


def tidy(text: str) -> str:
    """Drop lines whose blanks and tags wrote nothing; runs of blank lines become one."""
    if "\n" not in text and EMPTY not in text:
        return text.rstrip()
    kept: list[str] = []
    for line in text.split("\n"):
        stripped = line.replace(EMPTY, "").rstrip() if EMPTY in line else line.rstrip()
        dropped = not stripped and (EMPTY in line or not kept or not kept[-1])
        if not dropped:
            kept.append(stripped)
    return "\n".join(kept).strip("\n")
