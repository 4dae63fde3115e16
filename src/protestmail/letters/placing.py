"""Where in a letter the writer's own paragraph goes: above the signature and the closing words."""

import re
from collections.abc import Iterator

from protestmail.letters import languages
from protestmail.letters.filled import NAME, SIGNATURE, Filled, Place

_TYPED = "typed"
CLOSING_LENGTH = 60
"""Closing words that nobody knows are shorter than this; a last sentence seldom is."""
_FORMULA_LENGTH = 300
_LINES_LENGTH = 12
_OPEN_ENDS = (",", "\u060c", "\uff0c")
_FULL_STOPS = tuple(".!?:\u2026\u3002\uff01\uff1f\uff1a\u061f\u06d4\u0964")


def insert(letter: Filled, own_words: str, name: str) -> Filled:
    """Put the writer's paragraph before the signature and the closing words above it."""
    paragraphs = letter.text.split("\n\n")
    at = _signed(letter, name, paragraphs)
    if at > 1 and closes(paragraphs[at - 1]):
        at -= 1
    while at > 1 and _formula(paragraphs[at - 1]):
        at -= 1
    if at == 0:
        return letter.insert(0, f"{own_words}\n\n")
    return letter.insert(len("\n\n".join(paragraphs[:at])), f"\n\n{own_words}")


def signature(letter: Filled, name: str) -> Place | None:
    """Where a letter is signed on a line of its own, if it is, so that a hand can sign above it."""
    for one in _named(letter, name):
        below = letter.text[one.start :].partition("\n\n")[0]
        if letter.begins_line(one) and (one.name == SIGNATURE or _signs(below, name)):
            return one
    return None


def _signed(letter: Filled, name: str, paragraphs: list[str]) -> int:
    """The paragraph that signs a letter, or the place below all where none does.

    A name in running text signs the letter that ends with it.
    """
    end = len(paragraphs)
    if place := signature(letter, name):
        return _paragraph(letter, place)
    for one in _named(letter, name):
        at = _paragraph(letter, one)
        if one.name == SIGNATURE or at == end - 1 or _signs(paragraphs[at], name):
            return at
    return end


def _named(letter: Filled, name: str) -> Iterator[Place]:
    """Where a letter may be signed: its signature, the name as a blank, and as it was typed.

    At the top it is a letterhead, or a greeting ("Hello, my name is …").
    """
    typed = rf"(?<!\w){re.escape(name)}(?!\w)"
    found = re.finditer(typed, letter.text, re.IGNORECASE) if name else ()
    places = [*letter.places, *(Place(_TYPED, *one.span()) for one in found)]
    for kind in (SIGNATURE, NAME, _TYPED):
        for one in reversed(places):
            only = kind == SIGNATURE and "\n\n" not in letter.text
            if one.name == kind and (only or _paragraph(letter, one)):
                yield one


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


def _formula(paragraph: str) -> bool:
    return len(paragraph) <= _FORMULA_LENGTH and (
        paragraph.endswith(_OPEN_ENDS) or languages.closings().search(paragraph) is not None
    )
