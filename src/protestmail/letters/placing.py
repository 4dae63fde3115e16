"""Where a letter is signed, and where its writer's own paragraph goes: above the closing words."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from protestmail.letters import languages
from protestmail.letters.filled import NAME, OWN_WORDS, SALUTATION, SIGNATURE, SIGNS, Filled, Place

CLOSING_LENGTH = 60
"""Closing words that nobody knows are shorter than this; a last sentence seldom is."""
_FORMULA_LENGTH = 300
_LINES_LENGTH = 12
_OPEN_ENDS = (",", "\u060c", "\uff0c")
_FULL_STOPS = tuple(".!?:\u2026\u3002\uff01\uff1f\uff1a\u061f\u06d4\u0964")


def insert(letter: Filled, name: str) -> Filled:
    """Put the writer's paragraph before the signature and the closing words above it."""
    paragraphs = letter.shape.split("\n\n")
    place = _signed(letter, name)
    at = _paragraph(letter, place.start) if place else len(paragraphs)
    top = max([1, *(_paragraph(letter, one) + 1 for one in letter.places(SIGNS[SALUTATION]))])
    if at > top and closes(paragraphs[at - 1]):
        at -= 1
    while at > top and _formula(paragraphs[at - 1]):
        at -= 1
    if at == 0:
        return letter.insert(0, f"{SIGNS[OWN_WORDS]}\n\n")
    return letter.insert(len("\n\n".join(paragraphs[:at])), f"\n\n{SIGNS[OWN_WORDS]}")


def signature(letter: Filled, name: str) -> Place | None:
    """Where a letter is signed on a line of its own, if it is, so that a hand can sign above it."""
    place = _signed(letter, name)
    if not place or not letter.begins_line(place.start):
        return None
    below = letter.shape[place.start :].partition("\n\n")[0]
    signs = place.blank == SIGNATURE or _signs(below, place.said)
    return Place(place.start, place.stop) if signs else None


class _Name(NamedTuple):
    """Where in a letter's shape somebody is named, and what stands there."""

    start: int
    said: str
    blank: str = NAME

    @property
    def stop(self) -> int:
        return self.start + len(self.said)


def _signed(letter: Filled, name: str) -> _Name | None:
    """Where a letter is signed, first of all on a line of its own.

    A name in running text signs the letter that ends with it. At the top it is a letterhead, or
    a greeting ("Hello, my name is …").
    """
    paragraphs = letter.shape.split("\n\n")
    last = len(paragraphs) - 1
    for own_line in (True, False):
        for one in _named(letter, name):
            at = _paragraph(letter, one.start)
            ends = at == last and one.said in SIGNS.values()
            signs = one.blank == SIGNATURE or ends or _signs(paragraphs[at], one.said)
            top = at == 0 and (last or one.blank != SIGNATURE)
            if signs and not top and letter.begins_line(one.start) == own_line:
                return one
    return None


def _named(letter: Filled, name: str) -> Iterator[_Name]:
    """The last signature and those before it, the same of the name, as a blank and as typed."""
    for blank in (SIGNATURE, NAME):
        for at in reversed(letter.places(SIGNS[blank])):
            yield _Name(at, letter.shape[at], blank)
    if name:
        pattern = rf"(?<!\w){re.escape(name)}(?=[^\w\s]|\s*$)"
        typed = re.finditer(pattern, letter.shape, re.IGNORECASE | re.MULTILINE)
        yield from (_Name(one.start(), one[0]) for one in reversed(list(typed)))


def _paragraph(letter: Filled, at: int) -> int:
    return letter.shape.count("\n\n", 0, at)


def _signs(paragraph: str, name: str) -> bool:
    """Whether a paragraph that holds the name is a signature, and not a sentence."""
    return name in paragraph.split("\n") or not paragraph.endswith(_FULL_STOPS)


def closes(paragraph: str) -> bool:
    """Whether a paragraph is a closing formula ("Yours faithfully,") and no sentence.

    It is where it ends in a comma, or says what those formulas say that are whole sentences
    ("Veuillez agréer …"), or is short and ends in no full stop.
    """
    if _formula(paragraph):
        return True
    longest = _LINES_LENGTH if "\n" in paragraph else CLOSING_LENGTH
    return len(paragraph) <= longest and not paragraph.endswith(_FULL_STOPS)


@lru_cache(maxsize=256)  # the same letter is written for many
def _formula(paragraph: str) -> bool:
    return len(paragraph) <= _FORMULA_LENGTH and (
        paragraph.endswith(_OPEN_ENDS) or languages.closings().search(paragraph) is not None
    )
