"""How a letter begins: the head that its text brings, the day, and the greeting with its mark."""

import re

from protestmail.appeals.appeal import Target
from protestmail.letters import languages
from protestmail.letters.filled import ADDRESS, SALUTATION, TODAY, Filled, Place
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


def headed(letter: Filled) -> bool:
    """Whether a letter opens with its own head, above its salutation or in its first paragraph."""
    greeted = (one.start for one in letter.places if one.name == SALUTATION)
    top = next(greeted, len(letter.text.partition("\n\n")[0]) + 1)
    return any(
        one.name in {ADDRESS, TODAY} and one.start < top and _ends_line(letter, one)
        for one in letter.places
    )


def opened(letter: Filled, words: Language) -> Filled:
    """End each salutation with one mark, and give the day of a head its article."""
    for one in reversed(letter.places):
        if one.name == SALUTATION:
            letter = _greeted(letter, one, words.salutation_end)
        elif one.name == TODAY and _ends_line(letter, one) and _heads(letter, one):
            letter = letter.insert(one.start, words.dateline.removesuffix("{date}"))
    return letter


def _greeted(letter: Filled, one: Place, end: str) -> Filled:
    """The salutation's own mark comes before its line's, and that before the language's."""
    own = _MARK.match(letter.text, one.stop - 1)
    after = _MARK.match(letter.text, one.stop)
    if own and after:
        return letter.insert(one.stop, "", over=len(after[0]))
    add = letter.alone(one) and not _ended(letter.text[one.start : one.stop])
    return letter.insert(one.stop, end) if add else letter


def _ended(said: str) -> bool:
    """Whether a salutation ends in a mark of its own; the full stop of ``Jr.`` is none."""
    last = said.rsplit(maxsplit=1)[-1]
    short = last.endswith(".") and last[0].isupper() and len(last) <= _ABBREVIATED
    return last[-1] in _ENDS and not short


def _heads(letter: Filled, day: Place) -> bool:
    """Whether a day stands alone in its line, or after a place and a comma."""
    return letter.begins_line(day) or letter.text[: day.start].endswith(", ")


def _ends_line(letter: Filled, place: Place) -> bool:
    return f"{letter.text}\n"[place.stop] == "\n"
