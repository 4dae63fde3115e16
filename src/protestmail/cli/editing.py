"""``--edit``: the model letter in the user's own editor, once, for all letters made of it."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from protestmail import characters
from protestmail.appeals.appeal import Appeal, ModelLetter
from protestmail.cli.app import App
from protestmail.cli.letters import own_words
from protestmail.cli.request import Request
from protestmail.errors import UnfinishedLetter, UsageProblem
from protestmail.journal.typed import Typed, another_kind
from protestmail.letters import ownwords
from protestmail.letters.letter import Letter
from protestmail.letters.model import models
from protestmail.letters.selection import Selection
from protestmail.letters.template import BadTemplate
from protestmail.screen.output import Screen
from protestmail.screen.sending import show_changes
from protestmail.settings.fields import variable

_SUBJECT = "Subject: "
_HIDDEN = {variable("smtp_password"): ""}  # no editor needs it
_ANEW = "--own-words '' begins anew from the model"
_BELOW = "=== from here on nothing is part of the letter ==="


def taken_up(app: App, appeal: Appeal, request: Request, folder: Path, *, kept: bool) -> Typed:
    """Take up what was typed for an appeal before, and what is typed now on the command line."""
    letter = another_kind(appeal, request.letter)
    typed = Typed(folder, appeal.id, letter, campaign=appeal.campaign, kept=kept)
    typed.words = own_words(request)
    if typed.take_up(request.own_words):
        app.screen.note(f"what you wrote for this appeal before is taken up; {_ANEW}")
    return typed


def applied(typed: Typed, selected: Selection) -> Selection:
    """Give the selection with the models as they were edited."""
    choices = (one._replace(model=typed.applied(one.model)) for one in selected.choices)
    return selected._replace(choices=tuple(choices))


def where(typed: Typed, selected: Selection) -> str:
    """Say where edited letters are that did not go; empty where nothing was edited."""
    if not typed.models:
        return ""
    if typed.kept:
        return f"what you wrote is kept, and the next send of this appeal takes it up; {_ANEW}"
    return f"the letter that you edited is kept in {_keep(selected)}"


def tell_edited(screen: Screen, appeal: Appeal, typed: Typed, letters: Iterable[Letter]) -> None:
    """Show what was edited, once for each model."""
    edited = {(one.id, one.language): one for one in letters}
    for key in edited.keys() & typed.models.keys():
        subject, body = typed.models[key]
        changes = ownwords.changes(appeal, subject, body, edited[key])
        show_changes(screen, edited[key], changes)


def edit(app: App, appeal: Appeal, selected: Selection, typed: Typed) -> Selection:
    """Let the user edit each model letter that is asked for; raises UnfinishedLetter for mistakes.

    What was typed is never lost: where it cannot be used, it is kept in a file that is named.
    """
    edited: dict[tuple[str, str], ModelLetter] = {}
    choices = []
    for choice in selected.choices:
        key = choice.model.id, choice.model.language
        if key not in edited:
            edited[key] = _edit(app, appeal, choice.model)
            if edited[key] != choice.model:
                typed.edited(edited[key])
        choices.append(choice._replace(model=edited[key]))
    typed.keep()
    return selected._replace(choices=tuple(choices))


def _edit(app: App, appeal: Appeal, model: ModelLetter) -> ModelLetter:
    app.screen.note(
        f'the letter "{model.id}" ({model.language}) is in your editor: first the subject, then '
        "the text; what stands in {{ }} is filled in for each target"
    )
    text = f"{_SUBJECT}{model.subject}\n\n{model.body.rstrip()}\n{_advice(appeal.guidance)}"
    typed = click.edit(text, extension=".txt", require_save=False, env=_HIDDEN)
    if typed is None or typed == text:
        app.screen.note("nothing was changed")
        return model
    typed = _above(typed).rstrip() + "\n"
    try:
        return _read(appeal, model, typed)
    except BadTemplate as why:
        told = "; ".join(f"line {one.line + 2}: {one.message}" for one in why.flaws)
        raise _kept(typed, told) from None


def _advice(guidance: Iterable[str]) -> str:
    """What the appeal advises, to stand below a text in the editor, as points to write about."""
    points = "".join(f"- {one}\n" for one in guidance)
    return f"\n{_BELOW}\n{points}" if points else ""


def _above(typed: str) -> str:
    """What was typed in the editor, without the advice below it."""
    return typed.replace("\r\n", "\n").partition(f"\n{_BELOW}")[0]


def words(guidance: Iterable[str], before: str) -> str:
    """Let the user write a paragraph of their own, from what they wrote ``before``."""
    text = f"{before}\n{_advice(guidance)}"
    typed = click.edit(text, extension=".txt", require_save=False, env=_HIDDEN)
    if typed is None:
        raise UsageProblem("there is no editor to open", "set VISUAL or EDITOR")
    return _above(typed).strip()


def _read(appeal: Appeal, model: ModelLetter, typed: str) -> ModelLetter:
    first, _, body = typed.partition("\n")
    subject = first.removeprefix(_SUBJECT.strip()).strip()
    if not first.startswith(_SUBJECT.strip()) or not subject:
        raise _kept(typed, f'line 1: the first line must be "{_SUBJECT}" and the subject')
    if characters.IN_TEXT.search(typed):
        raise _kept(typed, "the text holds a control character")
    if not body.strip():
        raise _kept(typed, "the letter is empty")
    found = model._replace(subject=subject, body=body.strip("\n") + "\n", skeleton=False)
    models(appeal, found)
    same = (found.subject, found.body.strip()) == (model.subject, model.body.strip())
    return model if same and not model.skeleton else found


def _keep(selected: Selection) -> str:
    """Keep edited letters that do not go in a file of the user's own, and name it."""
    models = {id(one.model): one.model for one in selected.choices}.values()
    return _file("\n\n".join(f"{_SUBJECT}{one.subject}\n\n{one.body}" for one in models))


def _kept(typed: str, told: str) -> UnfinishedLetter:
    return UnfinishedLetter(
        f"the edited letter cannot be used: {told}", f"it is kept in {_file(typed)}"
    )


def _file(typed: str) -> str:
    handle, name = tempfile.mkstemp(prefix="protestmail-letter-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(typed)
    return name
