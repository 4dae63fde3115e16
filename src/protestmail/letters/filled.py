"""What comes of a template: a text and the values in it, or why there is none."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
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
        pieces = _SIGN.split(self.shape)
        pieces[1::2] = self._said(pieces[1::2])
        size = sum(map(len, pieces))
        text = "".join(pieces) if size <= MAX_BYTES else ""
        if size > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise BadTemplate([TOO_LONG])
        return text

    def _said(self, signs: Iterable[str]) -> list[str]:
        """What comes in place of the signs of the shape, one by one."""
        gaps = iter(self.gaps)
        return [next(gaps).text if one == GAP_SIGN else self.values[one] for one in signs]

    def places(self, sign: str) -> list[int]:
        """Where in the shape a sign stands."""
        pieces = self.shape.split(sign)
        return list(accumulate(map(len, pieces[:-1]), lambda at, size: at + 1 + size))

    def in_text(self) -> "Callable[[int, int], Place]":
        """Tell of a piece of the shape where in the text it comes to stand."""
        signs = list(_SIGN.finditer(self.shape))
        at = [one.start() for one in signs]
        longer = [0, *accumulate(len(one) - 1 for one in self._said(one[0] for one in signs))]
        return lambda *ends: Place(*(end + longer[bisect_left(at, end)] for end in ends))

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
