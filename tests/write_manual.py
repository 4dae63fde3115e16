"""Write the manual's pages from the commands' own help: ``python tests/write_manual.py FOLDER``."""

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
from click_man.core import write_man_pages

from protestmail import __version__
from protestmail.cli.main import COMMANDS, group


def main(folder: Path) -> None:
    """Write a page for the program and one for each command (section 1)."""
    folder.mkdir(parents=True, exist_ok=True)
    ctx = click.Context(group)
    found = {name: group.get_command(ctx, name) for name in COMMANDS}
    known = {name: one for name, one in found.items() if one}
    for name, one in known.items():
        one.short_help = COMMANDS[name][1]
    whole = click.Group(
        commands=known,
        params=group.params,
        help=group.help,
        short_help="answer urgent appeals by letter",
    )
    for one in _every(whole):  # the examples stand below the help, where pages end
        one.help = f"{cleandoc(one.help or '')}\n\n{one.epilog or ''}"
    write_man_pages("protestmail", whole, version=__version__, target_dir=str(folder), date="")


def _every(one: click.Command) -> Iterator[click.Command]:
    """Give a command and all below it."""
    yield one
    for below in one.commands.values() if isinstance(one, click.Group) else ():
        yield from _every(below)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
