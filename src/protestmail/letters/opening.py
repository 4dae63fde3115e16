"""How a letter begins: the head that its text brings, the day, and the greeting with its mark."""

import re

from protestmail.appeals.appeal import Target
from protestmail.letters import languages
from protestmail.letters.filled import ADDRESS, SIGNS, TODAY, Filled, Place
from protestmail.letters.holes import GREETED
from protestmail.letters.languages import Language

_MARKS = ",:;!?\u060c\u061b\u061f\uff0c\uff1a\uff01"
_MARK = re.compile(f"[ \u00a0\u202f]?[{_MARKS}]")
_ENDS = f"{_MARKS}.\u2026\u3002\u2013\u2014"
_ABBREVIATED = len("Lic.") + 1


def salutation(targets: tuple[Target, ...], language: str) -> str:
    """The targets' own salutation where they share one, else the language's."""
    own = {_own(target, language) for target in targets}
    return (own.pop() if len(own) == 1 else "") or languages.words(language).salutation


def _own(target: Target, language: str) -> str:
    if isinstance(target.salutation, str):
        return target.salutation
    return target.salutation.get(languages.version(language, target.salutation), "")


def greeted(letter: Filled) -> Place | None:
    """Where a letter has its first salutation, if it has one."""
    return next((Place(one, one + 1) for one in letter.places(GREETED)), None)


def headed(letter: Filled) -> bool:
    """Whether a letter opens with its own head, above its salutation or in its first paragraph."""
    top = next(iter(letter.places(GREETED)), len(letter.shape.partition("\n\n")[0]) + 1)
    heads = (one for blank in (ADDRESS, TODAY) for one in letter.places(SIGNS[blank]))
    return any(one < top and letter.ends_line(one) for one in heads)


def opened(letter: Filled, words: Language) -> Filled:
    """End each salutation with one mark, and give the day of a head its article."""
    for one in reversed(letter.places(GREETED)):
        letter = _greeted(letter, one, words.salutation_end)
    article = words.dateline.removesuffix("{date}")
    for one in reversed(letter.places(SIGNS[TODAY]) if article else ()):
        if letter.ends_line(one) and _heads(letter, one):
            letter = letter.insert(one, article)
    return letter


def _greeted(letter: Filled, one: int, end: str) -> Filled:
    """The salutation's own mark comes before its line's, and that before the language's."""
    said, after = letter.values[GREETED], _MARK.match(letter.shape, one + 1)
    if after and said[-1] in _MARKS:
        return letter.insert(one + 1, "", over=len(after[0]))
    add = letter.begins_line(one) and letter.ends_line(one) and not _ended(said)
    return letter.insert(one + 1, end) if add else letter


def _ended(said: str) -> bool:
    """Whether a salutation ends in a mark of its own; the full stop of ``Jr.`` is none."""
    last = said.rsplit(maxsplit=1)[-1]
    short = last.endswith(".") and last[0].isupper() and len(last) <= _ABBREVIATED
    return last[-1] in _ENDS and not short


def _heads(letter: Filled, day: int) -> bool:
    """Whether a day stands alone in its line, or after a place and a comma."""
    return letter.begins_line(day) or letter.shape[:day].endswith(", ")
