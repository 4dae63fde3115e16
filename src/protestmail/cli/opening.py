"""The offer to open a letter in its writer's own mail program, one letter at a time."""

import sys
from collections.abc import Callable

import click

from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.letters.letter import Letter
from protestmail.settings import environment
from protestmail.settings.fields import variable

_SECRET = variable("smtp_password")  # no mail program needs it


class Opening:
    """Opens nothing without a yes, and asks at a terminal only.

    After a no, or where no program could be opened, it does not ask about the next letters.
    """

    def __init__(self, app: App, *, offer: bool = True) -> None:
        self.app = app
        self._offers = offer and asking.can_ask() and not (app.screen.piped or app.screen.plain)

    def done(self, letter: Letter, what: Callable[[], str], instead: str) -> bool:
        """Ask, and open a link or a file; tell if that was done.

        ``what`` is made after a yes; ``instead`` says what to do where no program opens it.
        """
        if not self._offers:
            return False
        to = ", ".join(one.label for one in letter.targets)
        self._offers = asking.yes(self.app, f"Open the letter to {to} in your mail program?")
        if self._offers and not _launched(what()):
            self._offers = False
            told = "no mail program could be opened here"
            self.app.screen.error(told, f"{instead}, or choose one in the settings of your system")
            return False
        return self._offers


def _launched(what: str) -> bool:
    """Open it, and wait for the system's word on it; macOS would wait till the program ends."""
    with environment.without(_SECRET):
        return click.launch(what, wait=sys.platform != "darwin") == 0
