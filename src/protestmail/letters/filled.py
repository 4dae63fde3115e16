"""What comes of a template: a text that knows where its blanks stand, or why there is none."""

import re
from typing import NamedTuple, Self

from protestmail.errors import ProtestmailError
from protestmail.letters.blanks import CALLED
from protestmail.letters.holes import EMPTY, GAP_SIGN, Gap, close

MAX_BYTES = 64 * 1024
"""A template, and what it writes, are at most so long (UTF-8 bytes)."""
SALUTATION, SIGNATURE, NAME = "salutation", "signature", "sender.name"
ADDRESS, TODAY = "sender.address", "today"
"""The blanks whose places are kept."""
GAP = "gap"
"""What the place of a blank is called that is needed and empty."""
_SIGNS = {SALUTATION: "\x01", SIGNATURE: "\x02", NAME: "\x03", GAP: GAP_SIGN}
_SIGNS |= {ADDRESS: "\x07", TODAY: "\x08"}
_NAMES = {sign: name for name, sign in _SIGNS.items()}
_SIGN = re.compile("([\x01-\x04\x07\x08])")


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


class Mark(str):
    """The text of a blank whose place is to be kept, by the ``name`` of that blank."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, text: str, name: str) -> Self:
        """Mark ``text``."""
        mark = super().__new__(cls, text)
        mark.name = name
        return mark

    def __str__(self) -> str:
        """How a template writes it: between two signs that no text can hold, for ``fill``."""
        sign = _SIGNS[self.name] if self else ""
        return sign + self + sign


class Place(NamedTuple):
    """Where in a text the blank called ``name`` was filled in."""

    name: str
    start: int
    stop: int


class Filled(NamedTuple):
    """A text, and the places of its blanks in their order."""

    text: str
    places: tuple[Place, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def begins_line(self, place: Place) -> bool:
        """Whether nothing stands before a place in its line."""
        return f"\n{self.text}"[place.start] == "\n"

    def alone(self, place: Place) -> bool:
        """Whether nothing else stands in the line of a place."""
        return self.begins_line(place) and f"{self.text}\n"[place.stop] == "\n"

    def insert(self, at: int, more: str, over: int = 0) -> "Filled":
        """Put more text in, over so many characters; raise BadTemplate where it gets too long."""
        text, size = self.text[:at] + more + self.text[at + over :], len(more) - over
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise BadTemplate([TOO_LONG])
        moved = (
            Place(name, start + size * (start >= at), stop + size * (stop > at))
            for name, start, stop in self.places
        )
        return Filled(text, tuple(moved), self.gaps)


def fill(text: str) -> Filled:
    """Tidy what a template has written, and take the signs out of it."""
    text, gaps = close(text, CALLED)
    pieces, places, at = _SIGN.split(tidy(text)), [], 0
    for plain, sign, marked in zip(pieces[::4], pieces[1::4], pieces[2::4], strict=False):
        start = at + len(plain)
        at = start + len(marked)
        places.append(Place(_NAMES[sign], start, at))
    return Filled("".join(pieces[::2]), tuple(places), tuple(gaps))


def tidy(text: str) -> str:
    """Drop lines whose blanks and tags wrote nothing; runs of blank lines become one."""
    kept: list[str] = []
    for line in text.split("\n"):
        stripped = line.replace(EMPTY, "").rstrip() if EMPTY in line else line.rstrip()
        dropped = not stripped and (EMPTY in line or not kept or not kept[-1])
        if not dropped:
            kept.append(stripped)
    return "\n".join(kept).strip("\n")
