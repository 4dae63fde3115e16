"""One line from the keyboard: with the arrow keys, and nothing of what was pasted lost."""

import select
import shutil
import sys
import textwrap
from contextlib import suppress

import click

PASTED = 0.1
"""Seconds in which what was pasted in one go has arrived."""


ROOM = 5
"""The columns that are left for an answer on the line of a question, at the least."""


def line(question: str, default: str = "") -> str:
    """Ask for one line; Enter takes the default, a lone - empties it.

    Raises click.Abort for Ctrl-C and Ctrl-D.
    """
    shown = f"{question} [{default}]: " if default else question
    *above, last = _wrapped(shown)
    for one in above:
        click.echo(one, err=True)
    try:
        answer = _read(last).strip()
    except (KeyboardInterrupt, EOFError):
        raise click.Abort from None
    return "" if default and answer == "-" else answer or default


def _wrapped(shown: str) -> list[str]:
    """Break a question that is too long between its words; what ends it stays."""
    end = shown[len(shown.rstrip()) :]
    lines = textwrap.wrap(
        shown, shutil.get_terminal_size().columns - ROOM, break_long_words=False
    ) or [""]
    return [*lines[:-1], lines[-1] + end]


def _read(shown: str) -> str:
    with suppress(ImportError):  # Windows edits lines without it
        import readline  # noqa: PLC0415  for those who are asked something only

        readline.parse_and_bind("set enable-bracketed-paste off")  # a line is a line
    if not sys.stdout.isatty():
        sys.stderr.write(shown)
        sys.stderr.flush()
        shown = ""
    return input(shown)


def more() -> bool:
    """Whether more is there already, as after a line that was pasted with others."""
    with suppress(OSError, ValueError):
        return bool(select.select([sys.stdin], [], [], PASTED)[0])
    return False
