"""How a command's help is laid out: long lists of options under headings, words never torn."""

import re
from collections.abc import Iterable, Sequence

import click

from protestmail.settings.fields import SENDER

MANY = 14
"""So many options are still read in one list."""
NARROW = 60
"""Columns below which what an option does stands under it."""
_LEAST = 20
_OPTIONS = "Options"
_OTHERS = "How they go"
_HEADINGS = {
    "Which letters": frozenset("target letter language own-words copy limit again retry".split()),
    "Who signs": frozenset(SENDER),
    _OTHERS: frozenset[str](),
    "Settings and output": frozenset("as env-file json plain color help".split()),
}
"""What stands under which heading, by the option's long name; the rest is how letters go."""
_Rows = Sequence[tuple[str, str]]


class Formatter(click.HelpFormatter):
    """Click's formatter, for terminals of any width and for lists that are too long to read."""

    def __init__(self, *_: object, **__: object) -> None:
        import shutil  # noqa: PLC0415  with it come three libraries for archives

        width = max(min(shutil.get_terminal_size().columns, 100) - 2, _LEAST)
        super().__init__(width=width)
        self._under = ""

    def write_heading(self, heading: str) -> None:
        """Write a heading; that of the options waits until it is known how many there are."""
        self._under = heading
        if heading != _OPTIONS:
            super().write_heading(heading)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of options, in parts where it is long, or one of commands."""
        rows = list(rows)
        parts = {"": rows} if self._under != _OPTIONS else _parts(rows)
        for number, (heading, part) in enumerate(parts.items()):
            if number:
                self.write_paragraph()
            if heading:
                self.dedent()
                super().write_heading(heading)
                self.indent()
            if self.width >= NARROW:
                super().write_dl(part, col_max, col_spacing)
            else:
                self._stack(part)

    def _stack(self, rows: _Rows) -> None:
        for name, told in rows:
            self.write_text(name.replace("|", " | "))  # so that it can be broken there
            self.indent()
            self.write_text(told)
            self.dedent()


def _parts(rows: _Rows) -> dict[str, _Rows]:
    """Part the options by their headings, if there are many."""
    if len(rows) <= MANY:
        return {_OPTIONS: rows}
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _HEADINGS}
    for name, told in rows:
        names = set(re.findall(r"--([a-z-]+)", name))
        fits = (heading for heading, those in _HEADINGS.items() if names & those)
        found[next(fits, _OTHERS)].append((name, told))
    return {heading: part for heading, part in found.items() if part}


class Context(click.Context):
    """Click's context, with our formatter."""

    formatter_class = Formatter
