"""Where text leaves for the terminal or a pipe: cleaned, wrapped for people, bare for programs."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MAX_WIDTH = 100
"""Longer lines of prose are hard to read; tables may be wider."""
NARROW = 72


def clean(text: str) -> str:
    """Replace what could steer a terminal or turn text around; tabs and line ends stay."""
    return _CONTROLS.sub("\ufffd", text)


class Screen:
    """The two outputs of the program: data on stdout, everything else on stderr.

    ``color`` is ``auto``, ``always`` or ``never``; ``plain`` draws no boxes and no progress.
    """

    def __init__(self, *, color: str = "auto", plain: bool = False) -> None:
        self.piped = not sys.stdout.isatty()
        self.plain = plain
        self._color = color
        self._consoles: dict[bool, Console] = {}
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure and (getattr(stream, "encoding", None) or "").lower() != "utf-8":
                reconfigure(errors="backslashreplace")  # a letter it cannot show is not an error

    @property
    def width(self) -> int:
        """The columns of the terminal."""
        return self._console().width

    @property
    def narrow(self) -> bool:
        """Whether there is no room for a table, or none is wanted."""
        return self.plain or self.width < NARROW

    def colored(self, stream: IO[str]) -> bool:
        """Whether to colour a stream: one switch for all that writes."""
        if self._color != "auto":
            return self._color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"

    def raw(self, text: str) -> None:
        """Write cleaned text to stdout as it stands."""
        sys.stdout.write(clean(text) + "\n")

    def separator(self) -> None:
        """Part one letter from the next: a form feed in a pipe, a line on a terminal."""
        sys.stdout.write("\f\n" if self.piped else "\n" + "-" * min(self.width, 40) + "\n\n")

    def record(self, *values: object) -> None:
        """Write one line for programs: tab-separated, whatever line ends and tabs within."""
        self.raw("\t".join(" ".join(str(value).split()) for value in values))

    def json(self, data: object) -> None:
        """Write JSON with all but ASCII escaped, so that no terminal can be steered by it."""
        import json  # noqa: PLC0415  only where it is asked for

        sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Write one line to the terminal, never broken by us: addresses stand whole."""
        self._print(" " * indent + text, style, wrapped=False)

    def prose(self, text: str, indent: int = 0, style: str = "") -> None:
        """Write text in paragraphs, wrapped to the terminal."""
        from rich.padding import Padding  # noqa: PLC0415  on a terminal only
        from rich.text import Text  # noqa: PLC0415

        if self.piped:
            self.raw(text)
            return
        body = Text(clean(text), style=style)
        console = self._console()
        console.print(Padding(body, (0, 0, 0, indent)), width=min(self.width, MAX_WIDTH))

    def marked(self, text: str, pieces: Iterable[str]) -> None:
        """Write a letter with some of its pieces marked."""
        from rich.text import Text  # noqa: PLC0415  on a terminal only

        body = Text(clean(text))
        body.highlight_words(list(pieces), style="bold reverse red")
        self._console().print(body, width=min(self.width, 80))

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Draw a table on the terminal; its cells wrap, none is cut."""
        from rich.table import Table  # noqa: PLC0415  on a terminal only
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self._console().print(table)

    def note(self, text: str, style: str = "") -> None:
        """Tell the person something, on stderr."""
        self._print(text, style, wrapped=False, stderr=True)

    def error(self, message: str, hint: str = "") -> None:
        """Tell what went wrong, and the way out."""
        self._print(f"protestmail: {message}", "bold red", wrapped=False, stderr=True)
        if hint:
            self._print(f"  {hint}", "", wrapped=False, stderr=True)

    @contextmanager
    def progress(self, total: int, what: str) -> Iterator[Any]:
        """Show how far it is: a bar on a terminal, a line each ten in a pipe."""
        if sys.stderr.isatty() and not self.plain:
            from rich.progress import Progress  # noqa: PLC0415  on a terminal only

            with Progress(console=self._console(stderr=True), transient=True) as bar:
                task = bar.add_task(what, total=total)
                yield lambda: bar.advance(task)
            return
        done = 0

        def advance() -> None:
            nonlocal done
            done += 1
            self.note(f"{done}/{total} {what}")

        yield advance

    def _print(self, text: str, style: str, *, wrapped: bool, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        if not (style and self.colored(stream)):
            stream.write(clean(text) + "\n")
            return
        from rich.text import Text  # noqa: PLC0415  not needed without colour

        console = self._console(stderr=stderr)
        console.print(Text(clean(text), style=style), soft_wrap=not wrapped)

    def _console(self, *, stderr: bool = False) -> "Console":
        if stderr not in self._consoles:
            from rich.console import Console  # noqa: PLC0415  30 ms, on a terminal only

            stream = sys.stderr if stderr else sys.stdout
            colored = self.colored(stream)
            self._consoles[stderr] = Console(
                file=stream,
                markup=False,
                emoji=False,
                highlight=False,
                no_color=not colored,
                force_terminal=True if colored else None,
            )
        return self._consoles[stderr]
