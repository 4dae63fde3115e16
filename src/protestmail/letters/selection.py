"""Which letter goes to which target, in which language, and what is left out and why."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from protestmail.appeals.appeal import ACTIVE, DRAFT, THANKS, WON, Appeal, ModelLetter, Target
from protestmail.appeals.channels import LOOKUP
from protestmail.commands import to_type
from protestmail.errors import Refused, UsageProblem, nearest
from protestmail.letters.given import APART, calls_of, first_of, gets
from protestmail.letters.languages import base, version
from protestmail.letters.letter import PHONE, Letter, write
from protestmail.letters.model import skeleton
from protestmail.letters.sender import Sender


class Why(StrEnum):
    """Why a target gets no letter: the appeal forbids it, or it is still to be looked up."""

    FORBIDDEN = "do not write"
    OPEN = "not written"


class Unwritten(NamedTuple):
    """A target that gets no letter."""

    target: Target
    why: Why


class OtherLanguage(NamedTuple):
    """A target whose letter is in another language than is ``asked``.

    The letter is not there in it, or it is ``shared``: one goes to all.
    """

    target: Target
    asked: str
    model: ModelLetter
    shared: bool


class Choice(NamedTuple):
    """One letter to be written; no targets where the appeal has nobody to write it to."""

    model: ModelLetter
    targets: tuple[Target, ...] = ()


class Selection(NamedTuple):
    """The letters to write, and what is left: targets without one, other letters by their kinds.

    ``languages`` are those in which these letters are there as well.
    """

    choices: tuple[Choice, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()
    others: Mapping[str, str] = MappingProxyType({})
    other_languages: tuple[OtherLanguage, ...] = ()
    languages: tuple[str, ...] = ()


def select(
    appeal: Appeal,
    *,
    letter: str = "",
    language: str = "",
    targets: Sequence[str] = (),
    spoken: bool = False,
) -> Selection:
    """Choose as ``docs/appeal-format.md`` says; raises UsageProblem for a name that is none.

    Without ``letter``, only letters of the first letter's kind are written: mail to people at
    risk never goes by default. ``spoken`` adds those for a call, which are never mailed.
    """
    known = appeal.letters or (skeleton(appeal),)
    language = version(language, [model.language for model in known]) or language
    _known(letter, {model.id for model in known}, "letter")
    _known(language, {model.language for model in known}, "language")
    ids = {id_ for one in appeal.targets for id_ in (one.id, one.one_of) if id_}
    for id_ in targets:
        _known(id_, ids, "target")
    asked = [one for one in appeal.targets if not targets or {one.id, one.one_of} & {*targets}]
    given = [pair for one in asked for pair in gets(appeal, one, letter, known)]
    wanted = _wanted(known, letter, [id_ for _, id_ in given] if targets else [])
    reached = {id_ for one, id_ in given if _reached(one)}
    if not letter and wanted.isdisjoint(reached):
        wanted |= _instead(known, reached)
    if spoken and not letter and appeal.status != WON:
        wanted |= {one.id for one in known if one.kind == PHONE}
    others = {one.id: one.kind for one in known if one.id not in wanted}
    chosen = [(one, id_) for one, id_ in given if id_ in wanted]
    chosen.sort(key=lambda pair: pair[1] in calls_of(known))  # what is written comes first
    picks = [_pick(appeal, id_, language, one, known) for one, id_ in chosen if _reached(one)]
    if not chosen:
        picks = [Choice(_in_language(letter or first_of(known).id, language, known))]
    return Selection(
        tuple(_shared(picks) if appeal.together else picks),
        tuple(dict.fromkeys(Unwritten(one, why) for one, _ in chosen if (why := _why(one)))),
        others,
        tuple(_other_languages(appeal, picks, language)),
        _languages(known, picks),
    )


def _languages(known: Sequence[ModelLetter], picks: Sequence[Choice]) -> tuple[str, ...]:
    ids = {one.model.id for one in picks}
    there = dict.fromkeys(one.language for one in known if one.id in ids)
    return tuple(there.keys() - {one.model.language for one in picks})


def _wanted(known: Sequence[ModelLetter], letter: str, named: Sequence[str]) -> set[str]:
    """The ids of the letters that are meant; whoever names a target means those that it gets."""
    first = first_of(known)
    if letter:
        return {letter}
    if named:
        return {one.id for one in known if one.id in named and one.kind != PHONE} or {first.id}
    return {one.id for one in known if one.kind == first.kind}


def _instead(known: Sequence[ModelLetter], reached: Collection[str]) -> set[str]:
    """Rather than nothing at all, the first letters that somebody gets, else calls.

    Those to people at risk wait until they are asked for all the same.
    """
    others = [one for one in known if one.id in reached and one.kind not in APART]
    kind = next((one.kind for one in others if one.kind != PHONE), PHONE)
    return {one.id for one in others if one.kind == kind}


def held_back(appeal: Appeal, selection: Selection, today: date) -> Refused | None:
    """Say why these letters may not go; None where they may.

    They go where the appeal is active and in time, or where it is won and they thank.
    """
    if appeal.status == WON and {one.model.kind for one in selection.choices} == {THANKS}:
        return None
    if appeal.status != ACTIVE:
        when = f" since {appeal.closed}" if appeal.closed else ""
        how = f" ({appeal.outcome})" if appeal.outcome and not appeal.stop_action else ""
        ever = "yet" if appeal.status in {DRAFT, "paused"} else "any more"
        thanks = f"to say thanks: {to_type('send', appeal.id, '--letter', appeal.thanks)}"
        hint = thanks if appeal.status == WON and appeal.thanks else "--rehearse shows how it was"
        state = "a draft" if appeal.status == DRAFT else appeal.status
        return Refused(f"this appeal is {state}{when}{how}; it is not sent {ever}", hint)
    if appeal.overdue(today):
        told = f"letters were to go until {appeal.send_before}; none is sent any more"
        return Refused(told, "--rehearse still works")
    return None


def _pick(
    appeal: Appeal, letter: str, language: str, target: Target, known: Sequence[ModelLetter]
) -> Choice:
    """A letter for one target, in the language that is asked for, else in the target's own."""
    usual = _in_language(letter, "" if appeal.together else target.language, known)
    model = _in_language(letter, language, known) if language else usual
    if base(model.language) != base(usual.language) and isinstance(target.salutation, str):
        target = target._replace(salutation="")  # it is in the other language
    return Choice(model, (target,))


def _in_language(letter: str, language: str, known: Sequence[ModelLetter]) -> ModelLetter:
    """The version of a letter that serves a language, else the first."""
    versions = [model for model in known if model.id == letter]
    found = version(language, [model.language for model in versions])
    return next(model for model in versions if found in {"", model.language})


def _shared(picks: Iterable[Choice]) -> Iterable[Choice]:
    """One letter to all of its targets."""
    groups: dict[tuple[str, str], Choice] = {}
    for one in picks:
        key = one.model.id, one.model.language
        before = groups.pop(key, Choice(one.model))
        groups[key] = Choice(one.model, before.targets + one.targets)
    return groups.values()


def _why(target: Target) -> Why | None:
    if target.do_not_write:
        return Why.FORBIDDEN
    if target.lookup and not (target.source or target.email):
        return Why.OPEN
    return None


def _reached(target: Target) -> bool:
    """Whether there is any way to a target: one still to be looked up may have a telephone."""
    return _why(target) is None or (_why(target) == Why.OPEN and target.channels != (LOOKUP,))


def _other_languages(
    appeal: Appeal, picks: Iterable[Choice], language: str
) -> Iterator[OtherLanguage]:
    for model, (target,) in ((one.model, one.targets) for one in picks if one.targets):
        asked = language or target.language
        if asked and base(model.language) != base(asked):
            yield OtherLanguage(target, asked, model, shared=appeal.together and not language)


def _known(name: str, names: set[str], what: str) -> None:
    if name and name not in names:
        these = f"there are: {', '.join(sorted(names)) or 'none'}"
        hint = f'did you mean "{close}"?' if (close := nearest(name, names)) else these
        raise UsageProblem(f'this appeal has no {what} "{name}"', hint)


def letters(
    appeal: Appeal,
    selection: Selection,
    sender: Sender,
    *,
    own_words: str,
    today: date,
    copied: Iterable[str] = (),
) -> Iterator[Letter]:
    """Write the letters of a selection one by one; copies once only, where the appeal says so.

    ``copied`` names the letters whose copies have gone before.
    """
    copied = set(copied)
    for choice in selection.choices:
        first = choice.model.id not in copied
        copied.add(choice.model.id)
        yield write(
            appeal,
            choice.model,
            choice.targets,
            sender,
            own_words=own_words,
            today=today,
            with_copies=first or not appeal.cc_once,
        )
