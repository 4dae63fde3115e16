"""What the command line asks of letters, and the options that ask for it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import click

from protestmail.cli.app import profile_options
from protestmail.settings.fields import SENDER


class Request(NamedTuple):
    """What the command line asks of letters: which ones, written by whom."""

    targets: tuple[str, ...]
    letter: str
    language: str
    own_words: str | None
    copies: tuple[str, ...]
    flags: dict[str, str | None]

    @property
    def again(self) -> list[str]:
        """The options that ask for the same once more; one's own words are kept anyhow."""
        asked = [("letter", one) for one in [self.letter] if one]
        asked += [("language", one) for one in [self.language] if one]
        asked += [("target", one) for one in self.targets]
        asked += [("copy", one) for one in self.copies]
        asked += [(name, one) for name, one in self.flags.items() if one is not None]
        return [part for name, one in asked for part in (f"--{name}", one)]


def letter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose and fill in letters; the command gets them as one Request."""

    @wraps(command)
    def gathered(*args: Any, **given: Any) -> Any:
        flags = {name: given.pop(name) for name in SENDER}
        chosen = {name: given.pop(name) for name in Request._fields if name != "flags"}
        return command(*args, request=Request(**chosen, flags=flags), **given)

    wrapped: Callable[..., Any] = gathered
    for name, one in reversed(SENDER.items()):
        wrapped = click.option(f"--{name}", metavar="TEXT", help=one.help)(wrapped)
    for option in reversed(_CHOICES):
        wrapped = option(wrapped)
    return wrapped


_CHOICES = (
    click.option("--target", "targets", multiple=True, metavar="ID", help="Only this target."),
    click.option("--letter", metavar="ID", default="", help="Another of the appeal's letters."),
    click.option("--language", metavar="TAG", default="", help="The letter's language."),
    click.option("--own-words", metavar="TEXT|@FILE", help="A paragraph of your own."),
    click.option("--copy", "copies", multiple=True, metavar="WHOM", help="An optional copy, too."),
    profile_options,
)
