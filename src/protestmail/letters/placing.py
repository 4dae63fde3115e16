"""Where a letter is signed, and where its writer's own paragraph goes: above the closing words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from protestmail.letters import languages
from protestmail.letters.filled import NAME, SIGNATURE, Filled, Place

CLOSING_LENGTH = 60
"""Closing words that nobody knows are shorter than this; a last sentence seldom is."""
_FORMULA_LENGTH = 300
_LINES_LENGTH = 12
_OPEN_ENDS = (",", "\u060c", "\uff0c")
_FULL_STOPS = tuple(".!?:\u2026\u3002\uff01\uff1f\uff1a\u061f\u06d4\u0964")


def insert(letter: Filled, own_words: str, name: str) -> Filled:
    """Put the writer's paragraph before the signature and the closing words above it."""
    paragraphs = letter.text.split("\n\n")
    place = _signed(letter, name)
    at = _paragraph(letter, place) if place else len(paragraphs)
    if at > 1 and closes(paragraphs[at - 1]):
        at -= 1
    while at > 1 and _formula(paragraphs[at - 1]):
        at -= 1
    if at == 0:
        return letter.insert(0, f"{own_words}\n\n")
    return letter.insert(len("\n\n".join(paragraphs[:at])), f"\n\n{own_words}")


def signature(letter: Filled, name: str) -> Place | None:
    """Where a letter is signed on a line of its own, if it is, so that a hand can sign above it."""
    place = _signed(letter, name)
    if not place or not letter.begins_line(place):
        return None
    below = letter.text[place.start :].partition("\n\n")[0]
    return place if place.name == SIGNATURE or _signs(below, name) else None


def _signed(letter: Filled, name: str) -> Place | None:
    """Where a letter is signed, first of all on a line of its own.

    A name in running text signs the letter that ends with it. At the top it is a letterhead, or
    a greeting ("Hello, my name is …").
    """
    paragraphs = letter.text.split("\n\n")
    last = len(paragraphs) - 1
    for own_line in (True, False):
        for one in _named(letter, name):
            at = _paragraph(letter, one)
            signs = one.name == SIGNATURE or at == last or _signs(paragraphs[at], name)
            top = at == 0 and (last or one.name != SIGNATURE)
            if signs and not top and letter.begins_line(one) == own_line:
                return one
    return None


def _named(letter: Filled, name: str) -> Iterator[Place]:
    """The last signature and those before it, the same of the name, as a blank and as typed."""
    for kind in (SIGNATURE, NAME):
        yield from (one for one in reversed(letter.places) if one.name == kind)
    if name:
        typed = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", letter.text, re.IGNORECASE)
        yield from (Place(NAME, *one.span()) for one in reversed(list(typed)))


def _paragraph(letter: Filled, place: Place) -> int:
    return letter.text.count("\n\n", 0, place.start)


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
