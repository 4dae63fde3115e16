"""What comes of a template: a text and the values in it, or why there is none."""

import re
from itertools import chain
from typing import NamedTuple, Self

from protestmail.errors import ProtestmailError
from protestmail.letters.blanks import CALLED
from protestmail.letters.holes import EMPTY, GAP_SIGN, GREETED, Gap, close

MAX_BYTES = 64 * 1024
"""A template, and what it writes, are at most so long (UTF-8 bytes)."""
SALUTATION, SIGNATURE, NAME = "salutation", "signature", "sender.name"
ADDRESS, TODAY, GAP = "sender.address", "today", "gap"
"""The blanks that are looked for in a letter; a gap is one that is needed and empty."""
_SIGNS = {SALUTATION: GREETED, SIGNATURE: "\x02", NAME: "\x03", GAP: GAP_SIGN}
_SIGNS |= {ADDRESS: "\x07", TODAY: "\x08"}
_OTHER = "\x0e"
SIGNS = frozenset((*_SIGNS.values(), _OTHER))
"""What stands in a letter's shape for its values."""
_SIGN = re.compile(f"[{''.join(SIGNS)}]")
_SPLIT = re.compile(f"({_SIGN.pattern})").split


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
    """What a writer gives, or who is greeted: the value of the blank called ``name``."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, text: str, name: str) -> Self:
        """Mark ``text``."""
        mark = super().__new__(cls, text)
        mark.name = name
        return mark

    def __str__(self) -> str:
        """How a template writes it: between two signs that no text can hold, for ``fill``."""
        sign = _SIGNS.get(self.name, _OTHER) if self else ""
        return sign + self + sign


class Place(NamedTuple):
    """From where to where a piece of a text stands."""

    start: int
    stop: int


class Filled(NamedTuple):
    """A text in which one sign stands for each of the ``values`` of its blanks, in their order.

    All that is decided of a letter is decided by this ``shape``: no full stop, comma or empty line
    of what somebody has typed has a say in it.
    """

    shape: str
    values: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def text(self) -> str:
        """Put the values in; raise BadTemplate where the text gets too long."""
        plain = _SIGN.split(self.shape)
        text = "".join(chain.from_iterable(zip(plain, (*self.values, ""), strict=True)))
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise BadTemplate([TOO_LONG])
        return text

    def places(self, blank: str) -> list[int]:
        """Where in the shape a blank stands."""
        sign = _SIGNS[blank]
        return (
            [at for at, one in enumerate(self.shape) if one == sign] if sign in self.shape else []
        )

    def value(self, at: int) -> str:
        """What is put in for the sign at a place of the shape."""
        return self.values[self._before(at)]

    def in_text(self, start: int, stop: int) -> Place:
        """Where in the text a piece of the shape comes to stand."""
        begun = self._before(start)
        ended = begun + len(_SIGN.findall(self.shape, start, stop))
        first, last = (sum(map(len, self.values[:count])) - count for count in (begun, ended))
        return Place(start + first, stop + last)

    def _before(self, at: int) -> int:
        return len(_SIGN.findall(self.shape, 0, at))

    def begins_line(self, at: int) -> bool:
        """Whether nothing stands before a place in its line."""
        return f"\n{self.shape}"[at] == "\n"

    def ends_line(self, at: int) -> bool:
        """Whether nothing stands behind the sign at a place in its line."""
        return f"{self.shape}\n"[at + 1] == "\n"

    def insert(self, at: int, more: str, over: int = 0) -> "Filled":
        """Put words of ours in, over so many characters."""
        return self._replace(shape=self.shape[:at] + more + self.shape[at + over :])

    def add(self, at: int, paragraph: str) -> "Filled":
        """Put in what a writer has typed, as a paragraph that ends at a place or begins there."""
        count, (before, after) = self._before(at), (self.shape[:at], self.shape[at:])
        values = (*self.values[:count], paragraph, *self.values[count:])
        shape = f"{before}\n\n{_OTHER}{after}" if before else f"{_OTHER}\n\n{after}"
        return Filled(shape, values, self.gaps)


def fill(text: str) -> Filled:
    """Tidy what a template has written, its values apart from it."""
    pieces = _SPLIT(text)
    signs = [*pieces[1::4], ""]
    shape, gaps = close("".join(map("".join, zip(pieces[::4], signs, strict=True))))
    shape, values = tidy(shape), pieces[2::4]
    if gaps:
        given, missed = iter(values), (f"[{CALLED.get(one.blank, one.blank)}]" for one in gaps)
        found = _SIGN.findall(shape)
        values = [next(missed if sign == GAP_SIGN else given) for sign in found]
    return Filled(shape, tuple(values), tuple(gaps))


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
