"""Several questions in a row, with < to go back to the one before."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from protestmail.cli.app import App
from protestmail.cli.asking import Back

TOLD = "Enter keeps what is in brackets, - empties it, < goes back a question"


def _always(_: Mapping[str, str]) -> bool:
    return True


class Question(NamedTuple):
    """What is asked in the light of the answers so far, where it ``applies`` by them."""

    key: str
    ask: Callable[[Mapping[str, str]], str]
    applies: Callable[[Mapping[str, str]], bool] = _always


def walk(app: App, questions: Sequence[Question]) -> dict[str, str]:
    """Ask one after another, and give the answers by their keys.

    After a step back the answers stay, to be offered again; those to questions that no longer
    apply are dropped. At the first question one stays there. Raises click.Abort.
    """
    answers: dict[str, str] = {}
    came: list[int] = []
    at = 0
    app.backward = True
    app.screen.note(TOLD)
    while at < len(questions):
        one = questions[at]
        try:
            if one.applies(answers):
                answers[one.key] = one.ask(answers)
                came.append(at)
            else:
                answers.pop(one.key, None)
            at += 1
        except Back:
            at = came.pop() if came else at
    app.backward = False
    return answers
