"""Which of an appeal's letters a target is given: one to be written, and one to be spoken."""

from collections.abc import Iterator, Sequence

from protestmail.appeals.appeal import THANKS, WON, Appeal, ModelLetter, Target
from protestmail.letters.letter import PHONE

APART = {"solidarity", "condolence", THANKS}
"""Kinds of letters that wait to be asked for, to people who are not to be called as offices are."""


def gets(
    appeal: Appeal, target: Target, letter: str, known: Sequence[ModelLetter]
) -> Iterator[tuple[Target, str]]:
    """The letters of a target: the one that is written to it, and the call that it gets.

    A call is for everybody who has a telephone and is given no other, but for people at risk and
    those who are thanked.
    """
    calls, kinds = calls_of(known), {one.id: one.kind for one in known}
    first = first_of(known)
    own = [id_ for id_ in target.letter if id_ not in calls]
    said = [id_ for id_ in target.letter if id_ in calls]
    somebodys = bool(letter) and any(letter in other.letter for other in appeal.targets)
    if not said and target.phone and not (own and kinds[own[0]] in APART):
        said = [letter] if letter in calls and not somebodys else calls[:1]
    only = said and not own and _spoken_only(target, first, known)
    if first.kind != PHONE and not only:
        fits = {first.kind} | ({THANKS} if appeal.status == WON else set())
        instead = letter and not own and not somebodys and kinds[letter] in fits
        yield from ((target, id_) for id_ in own[:1] or [letter if instead else first.id])
    yield from ((target, id_) for id_ in said)
    if first.kind == PHONE and not said:
        yield target, first.id


def _spoken_only(target: Target, first: ModelLetter, known: Sequence[ModelLetter]) -> bool:
    """Whether somebody who is called gets no letter as well.

    The first one is to people at risk, or the appeal begins with a call and only a telephone is
    known.
    """
    phone_only = known[0].kind == PHONE and target.channels == (PHONE,)
    return phone_only or first.kind in APART


def first_of(known: Sequence[ModelLetter]) -> ModelLetter:
    """The letter that is meant where none is named: the first to be written, if there is one."""
    return next((one for one in known if one.kind != PHONE), known[0])


def calls_of(known: Sequence[ModelLetter]) -> list[str]:
    """The ids of the letters to be spoken, in order."""
    return list(dict.fromkeys(one.id for one in known if one.kind == PHONE))
