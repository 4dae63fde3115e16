"""Which letter goes to which target, in which language, and what is left out and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from protestmail.appeals.appeal import ACTIVE, THANKS, WON, Appeal, ModelLetter, Target
from protestmail.errors import UsageProblem, nearest
from protestmail.letters.languages import base
from protestmail.letters.letter import PHONE, Letter, skeleton, write
from protestmail.letters.sender import Sender


@dataclass(frozen=True, slots=True)
class Choice:
    """One letter to be written; no targets where the appeal has nobody to write it to."""

    model: ModelLetter
    targets: tuple[Target, ...] = ()


@dataclass(slots=True)
class Selection:
    """The letters to write, the targets that get none (with the reason), and the letters left."""

    choices: list[Choice] = field(default_factory=list)
    unwritten: list[tuple[Target, str]] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


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
    _known(letter, {model.id for model in known}, "letter")
    language = next((one.language for one in known if _same(one.language, language)), language)
    _known(language, {model.language for model in known}, "language")
    for id_ in targets:
        _known(id_, {target.id for target in appeal.targets}, "target")
    wanted = {letter} if letter else {one.id for one in known if one.kind == known[0].kind}
    if targets and not letter:  # whoever names a target means the letter that it gets
        wanted = {one.letter or known[0].id for one in appeal.targets if one.id in targets}
    selection = Selection()
    selection.others = {one.id: one.kind for one in known if one.id not in wanted}
    chosen = [
        target
        for target in appeal.targets
        if _gets(target, letter, known[0], appeal) in wanted
        and (not targets or target.id in targets)
    ]
    _distribute(appeal, selection, chosen, letter, language, known)
    if spoken and not letter and appeal.status != WON:
        _add_calls(appeal, selection, targets, language, known)
    return selection


def _add_calls(
    appeal: Appeal,
    selection: Selection,
    targets: Sequence[str],
    language: str,
    known: Sequence[ModelLetter],
) -> None:
    """Add the letters to be spoken: each to its own targets, else to all that can be called."""
    for id_ in [one for one, kind in selection.others.items() if kind == PHONE]:
        del selection.others[id_]
        own = {one.id for one in appeal.targets if one.letter == id_}
        called = [
            one
            for one in appeal.targets
            if (one.id in own or (not own and one.phone and not one.letter))
            and (not targets or one.id in targets)
            and not _unwritable(one)
        ]
        if called:
            _distribute(appeal, selection, called, id_, language, known)


def goes(appeal: Appeal, selection: Selection, today: date) -> bool:
    """Whether these letters may go: the appeal is active and in time, or won and they thank."""
    if appeal.status == WON:
        return {choice.model.kind for choice in selection.choices} == {THANKS}
    return appeal.status == ACTIVE and not appeal.overdue(today)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _gets(target: Target, letter: str, first: ModelLetter, appeal: Appeal) -> str:
    """The id of the letter that a target gets: its own, else the first.

    A letter that is nobody's own, of the first one's kind or to be spoken, may be asked for in
    its place; where the appeal is won, a letter of thanks may.
    """
    if target.letter or not letter:
        return target.letter or first.id
    kinds = {first.kind, PHONE} | ({THANKS} if appeal.status == WON else set())
    fits = any(
        model.id == letter and model.kind in kinds and (model.kind != PHONE or target.phone)
        for model in appeal.letters
    )
    somebodys = any(other.letter == letter for other in appeal.targets)
    return letter if fits and not somebodys else first.id


def _distribute(
    appeal: Appeal,
    selection: Selection,
    targets: Sequence[Target],
    letter: str,
    language: str,
    known: Sequence[ModelLetter],
) -> None:
    groups: dict[tuple[str, str], Choice] = {}
    for target in targets:
        if reason := _unwritable(target):
            selection.unwritten.append((target, reason))
            continue
        id_ = _gets(target, letter, known[0], appeal)
        versions = [model for model in known if model.id == id_]
        usual = _version(versions, "" if appeal.together else target.language)
        model = _version(versions, language) if language else usual
        _note_language(appeal, selection, target, model, language)
        if base(model.language) != base(usual.language) and isinstance(target.salutation, str):
            target = replace(target, salutation="")  # noqa: PLW2901  it is in the other language
        choice = Choice(model, (target,))
        if appeal.together and (before := groups.get((model.id, model.language))):
            choice = Choice(model, (*before.targets, target))
            selection.choices.remove(before)
        groups[model.id, model.language] = choice
        selection.choices.append(choice)
    if not targets:
        versions = [model for model in known if model.id == (letter or known[0].id)]
        selection.choices.append(Choice(_version(versions, language)))


def _unwritable(target: Target) -> str:
    if target.do_not_write:
        return f"do not write: {target.do_not_write}"
    if target.lookup and not (target.source or target.email):
        return f"not written: add your {target.lookup}"
    return ""


def _version(versions: Sequence[ModelLetter], language: str) -> ModelLetter:
    """The version in a language, in its wider language (ru for ru-KZ), else the first."""
    for wanted in (language, language.partition("-")[0]):
        for model in versions:
            if model.language == wanted:
                return model
    return versions[0]


def _note_language(
    appeal: Appeal, selection: Selection, target: Target, model: ModelLetter, language: str
) -> None:
    asked = language or target.language
    if asked and base(model.language) != base(asked):
        why = f'the letter "{model.id}" is not there in it'
        if appeal.together and not language:
            why = "one letter goes to all"
        name = target.name or target.id
        told = f"{name} would be written to in {asked}, and is in {model.language}: {why}"
        selection.notes.append(told)


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
