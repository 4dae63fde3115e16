"""Questions of the guided way: one at a time, in words, each of which can be the last one."""

from collections.abc import Mapping

import click

from protestmail import characters
from protestmail.cli.app import App
from protestmail.cli.editing import HIDDEN, above, advice
from protestmail.errors import UsageProblem

LEAVE = "q"


class Left(Exception):
    """The writer leaves here, and may take it up again."""


def yes(app: App, question: str, *, default: bool = False) -> bool:
    """Ask for a yes or a no; raises Left where the writer wants to leave."""
    return choose(app, question, {"y": "yes", "n": "no"}, "y" if default else "n") == "y"


def choose(app: App, question: str, answers: Mapping[str, str], default: str) -> str:
    """Ask for one of a few answers, by letter or first word; Enter is the default. Raises Left."""
    keys = "/".join(one.upper() if one == default else one for one in answers)
    while True:
        answer = _answer(f"{question} [{keys}/{LEAVE}]") or default
        for key, told in answers.items():
            if answer in {key, told.partition(" ")[0].rstrip(",")}:
                return key
        told = ", ".join(f"{key} is {told}" for key, told in answers.items())
        app.screen.note(f"{told}, q leaves: what is done stays done")


def pick(app: App, question: str, ways: Mapping[str, str]) -> str:
    """Ask for one of several ways, by its key; Enter takes the first. Raises Left."""
    first = next(iter(ways))
    app.screen.note(f"{question} (q leaves)")
    for key, told in ways.items():
        app.screen.note(f"  {key}  {told}")
    while True:
        answer = _answer(f"Which? [{first}]") or first
        if answer in ways:
            return answer
        app.screen.note(f"type one of {', '.join(ways)}, or q to leave")


def _answer(question: str) -> str:
    """Give an answer in small letters; raises Left."""
    answer = _answered(f"{question} ").lower()
    if answer in {LEAVE, "quit"}:
        raise Left
    return answer


def _answered(question: str) -> str:
    answer = click.prompt(question, default="", show_default=False, err=True, prompt_suffix="")
    return str(answer).strip()


def paragraph(app: App, points: "tuple[str, ...]", before: str = "") -> str:
    """Ask for a paragraph: typed line by line up to an empty one, or in the editor.

    The editor opens with what was typed ``before``.
    """
    while True:
        typed = _typed(points, before)
        if not characters.IN_TEXT.search(typed):
            return typed
        app.screen.note("it holds a control character: type it anew")


def _typed(points: "tuple[str, ...]", before: str) -> str:
    lines: list[str] = []
    while one := _answered("> " if not lines else ". "):
        if not lines and one.lower() == "e":
            return _in_editor(points, before)
        if not lines and one.lower() == LEAVE:
            raise Left
        lines.append(one)
    return " ".join(lines)


def _in_editor(points: "tuple[str, ...]", before: str) -> str:
    typed = click.edit(
        f"{before}\n{advice(points)}", extension=".txt", require_save=False, env=HIDDEN
    )
    if typed is None:
        raise UsageProblem("there is no editor to open", "set VISUAL or EDITOR")
    return above(typed).strip()
