"""What a person must say yes to before a letter goes, each thing by itself."""

import sys
from collections.abc import Callable, Sequence

import click

from protestmail.cli.app import App
from protestmail.errors import UsageProblem
from protestmail.sending.consent import Question

_ANSWERS = {word: word[0] for word in "y yes n no v view e edit".split()}


def can_ask() -> bool:
    """Whether somebody sits at a terminal to be asked."""
    return sys.stdin.isatty()


def agree(question: str) -> bool:
    """Ask for a yes; anything else is a no."""
    answer = click.prompt(question, default="", show_default=False, err=True, prompt_suffix=" ")
    return answer.strip().lower() in {"y", "yes"}


def get(wanted: Sequence[Question]) -> bool:
    """Ask for each; raise UsageProblem where nobody can be asked."""
    if wanted and not can_ask():
        question, flag = wanted[0]
        hint = f"say {flag}" if flag else "send it from a terminal, or leave it out with --target"
        raise UsageProblem(f"this would have to be asked, --yes or not: {question}", hint)
    return all(agree(f"{question} [y/N]") for question, _ in wanted)


def choose(app: App, question: str, *, view: Callable[[], None]) -> str:
    """Ask whether to send: gives ``y``, ``n`` or ``e`` (edit); ``v`` shows all letters first."""
    while True:
        answer = click.prompt(
            f"{question} [y/N/v/e]", default="n", show_default=False, err=True, prompt_suffix=" "
        )
        answer = _ANSWERS.get(answer.strip().lower(), "")
        if answer == "v":
            view()
        elif answer:
            return answer
        else:
            app.screen.note("y sends, n does not, v shows every letter, e edits the letter first")


def ask_password() -> str:
    """Ask for the account's password, which is not shown."""
    return str(click.prompt("Password of your mail account", hide_input=True, err=True))
