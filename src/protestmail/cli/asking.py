"""Questions of the guided way: one at a time, in words, each of which can be the last one."""

import re
from collections.abc import Callable, Mapping, Sequence

import click

from protestmail import characters
from protestmail.cli import prompt
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
    answer = prompt.line(f"{question} ").lower()
    if answer in {LEAVE, "quit"}:
        raise Left
    return answer


def paragraph(app: App, points: "tuple[str, ...]", before: str, keep: Callable[[str], None]) -> str:
    """Ask for a paragraph: typed line by line up to an empty one, or in the editor.

    What is pasted may be several paragraphs. The editor opens with what was typed ``before``;
    what is typed now is given to ``keep`` line by line, since the next key may leave.
    """
    while True:
        typed = _typed(points, before, keep)
        if not characters.IN_TEXT.search(typed):
            return typed
        app.screen.note("it holds a control character: type it anew")


def _typed(points: "tuple[str, ...]", before: str, keep: Callable[[str], None]) -> str:
    lines: list[str] = []
    while (one := prompt.line("> ")) or prompt.more():
        if not lines and one.lower() == "e":
            return _in_editor(points, before)
        if not lines and one.lower() == LEAVE:
            raise Left
        lines.append(one)
        keep(_joined(lines))
    return _joined(lines)


def _joined(lines: Sequence[str]) -> str:
    """Paragraphs of the lines that stand together."""
    parts = re.split("\n\n+", "\n".join(lines).strip("\n"))
    return "\n\n".join(" ".join(part.split("\n")) for part in parts)


def _in_editor(points: "tuple[str, ...]", before: str) -> str:
    typed = click.edit(
        f"{before}\n{advice(points)}", extension=".txt", require_save=False, env=HIDDEN
    )
    if typed is None:
        raise UsageProblem("there is no editor to open", "set VISUAL or EDITOR")
    return above(typed).strip()
