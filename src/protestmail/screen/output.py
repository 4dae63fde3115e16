"""Where text leaves for the terminal or a pipe: cleaned, wrapped for people, bare for programs."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from protestmail import characters, commands

if TYPE_CHECKING:
    from rich.console import Console

MAX_WIDTH = 88
"""Longer lines of prose are hard to read; tables may be wider."""
MIN_WIDTH = 20
NARROW = 100
COLORS = {
    "accepted": "green",
    "active": "green",
    "won": "green",
    "deferred": "yellow",
    "queued": "yellow",
    "unknown": "yellow",
    "overdue": "yellow",
    "over since": "yellow",
    "not encrypted": "bold yellow",
    "refused": "red",
    "lost": "red",
    "withdrawn": "red",
}
"""Words that tell a state, and their colour: the word stays, so that nobody needs to see it."""


def clean(text: str) -> str:
    """Replace what could steer a terminal or turn text around; tabs and line ends stay."""
    return characters.IN_TEXT.sub("\ufffd", text)


class Screen:
    """The two outputs of the program: data on stdout, everything else on stderr.

    ``color`` is ``auto``, ``always`` or ``never``; ``plain`` draws no boxes and no progress.
    ``aside`` writes to stderr what else is data: what a person looks at before a question.
    ``complete`` makes of a command's words what its user is to type.
    """

    def __init__(self, *, color: str = "auto", plain: bool = False, aside: bool = False) -> None:
        self._data = sys.stderr if aside else sys.stdout
        self.piped = not self._data.isatty()
        self.plain = plain
        self._color = color
        self.complete = commands.bare
        self._consoles: dict[TextIO, Console] = {}
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure and (getattr(stream, "encoding", None) or "").lower() != "utf-8":
                reconfigure(errors="backslashreplace")  # a letter it cannot show is not an error

    def aside(self) -> "Screen":
        """Give a screen for what is shown on the way, which must not mix with data in a pipe."""
        other = Screen(color=self._color, plain=self.plain, aside=True)
        other.complete = self.complete
        return other if self.piped else self

    def completed(self, text: str) -> str:
        """Give a text with the commands that it names as they are to be typed."""
        return commands.completed(text, self.complete)

    @property
    def width(self) -> int:
        """The columns of the terminal."""
        return self._console(self._data).width

    @property
    def narrow(self) -> bool:
        """Whether there is no room for a table, or none is wanted."""
        return self.plain or self.width < NARROW

    def colored(self, stream: TextIO) -> bool:
        """Whether to colour a stream: one switch for all that writes."""
        return stream.isatty() if self._color == "auto" else self._color == "always"

    def raw(self, text: str) -> None:
        """Write cleaned text to stdout as it stands."""
        self._data.write(clean(self.completed(text)) + "\n")

    def separator(self) -> None:
        """Part one letter from the next: a form feed in a pipe, a line on a terminal."""
        self._data.write("\f\n" if self.piped else "\n" + "-" * min(self.width, 40) + "\n\n")

    def record(self, *values: object) -> None:
        """Write one line for programs: tab-separated, whatever line ends and tabs within."""
        self.raw("\t".join(" ".join(str(value).split()) for value in values))

    def json(self, data: object) -> None:
        """Write JSON with all but ASCII escaped, so that no terminal can be steered by it."""
        import json  # noqa: PLC0415  only where it is asked for

        self._data.write(json.dumps(data, indent=2, default=str) + "\n")

    def line(self, text: str = "", style: str = "", indent: int = 0, state: str = "") -> None:
        """Write one line to the terminal, never broken by us: addresses stand whole.

        ``state`` names the words in it that are coloured by what they tell.
        """
        self._print(" " * indent + text, style, self._data, state)

    def labelled(
        self, label: str, value: str, style: str = "", indent: int = 0, state: str = ""
    ) -> None:
        """Write ``label: value``; where it does not fit, an address gets a line of its own."""
        name, bracket, where = value.rpartition(" <")
        if self.piped or indent + len(label) + len(self.completed(value)) + 2 <= self.width:
            self.line(f"{label}: {value}", style, indent, state)
        elif bracket:
            self.prose(f"{label}: {name}", indent, style, hang=2, state=state)
            self._whole(f"<{where}", style, indent + 2)
        elif "@" in value and " " not in value:
            self.line(f"{label}:", style, indent, state)
            self._whole(value, style, indent + 2)
        elif "@" in label:
            self._whole(f"{label}:", style, indent)
            self.prose(value, indent + 2, style, state=state)
        else:
            self.prose(f"{label}: {value}", indent, style, hang=2, state=state)

    def listed(
        self, label: str, values: Sequence[str], style: str = "", indent: int = 0, state: str = ""
    ) -> None:
        """Write ``label: value``, and each further value in a line of its own, all whole."""
        for number, value in enumerate(values):
            gap = indent + min(len(label), 3)
            if number:
                self.labelled("and", value, style, gap)
            else:
                self.labelled(label, value, style, indent, state)

    def _whole(self, address: str, style: str, indent: int) -> None:
        """Write an address, indented as far as there is room for it."""
        self.line(address, style, max(min(indent, self.width - len(address)), 0))

    def prose(
        self, text: str, indent: int = 0, style: str = "", hang: int = 0, state: str = ""
    ) -> None:
        """Write text in paragraphs, wrapped to the terminal; ``hang`` indents all but the first."""
        if self.piped:
            self.raw(text)
        else:
            self._wrap(text, indent, style, hang, self._data, {state: COLORS.get(state, "")})

    def marked(self, text: str, pieces: Iterable[str]) -> None:
        """Write a letter with some of its pieces marked."""
        self._wrap(text, 0, "", 0, self._data, dict.fromkeys(pieces, "bold reverse red"))

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Draw a table on the terminal; its cells wrap, none is cut."""
        from rich.table import Table  # noqa: PLC0415  on a terminal only
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for name in header:
            table.add_column(name, overflow="fold", no_wrap=name == header[0])
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self._console(self._data).print(table)

    def note(self, text: str, style: str = "") -> None:
        """Tell the person something, on stderr."""
        if sys.stderr.isatty() and len(self.completed(text)) > self._console(sys.stderr).width:
            self._wrap(text, 0, style, 2, sys.stderr, {})
        else:
            self._print(text, style, sys.stderr)

    def error(self, message: str, hint: str = "") -> None:
        """Tell what went wrong, and the way out."""
        self.note(f"protestmail: {message}", "bold red")
        if hint:
            self.note(f"  {hint}")

    @contextmanager
    def progress(self, total: int, what: str) -> Iterator[Any]:
        """Show how far it is: a bar on a terminal, a line for each in a pipe."""
        if sys.stderr.isatty() and not self.plain:
            from rich.progress import Progress  # noqa: PLC0415  on a terminal only

            with Progress(console=self._console(sys.stderr), transient=True) as bar:
                task = bar.add_task(what, total=total)
                yield lambda _what="": bar.advance(task)
            return
        done = 0

        def advance(what: str = what) -> None:
            nonlocal done
            done += 1
            self.note(f"{done}/{total} {what}")

        yield advance

    def _wrap(
        self,
        text: str,
        indent: int,
        style: str,
        hang: int,
        stream: TextIO,
        marks: Mapping[str, str],
    ) -> None:
        from rich.text import Text  # noqa: PLC0415  on a terminal only

        console = self._console(stream)
        width = max(min(console.width, MAX_WIDTH) - indent - hang, MIN_WIDTH)
        held = commands.Held(text, self.complete, width - 4)
        for paragraph in clean(held.text).split("\n"):
            whole = Text(paragraph, style=style)
            for mark, its_style in marks.items():
                if mark:  # nothing would be found before every letter
                    whole.highlight_words([mark], style=its_style)
            for number, line in enumerate(whole.wrap(console, width)):
                line.rstrip()
                line.plain = clean(held.put_back(line.plain))
                start = " " * (indent + (hang if number else 0))
                console.print(Text(start) + line, soft_wrap=True)

    def _print(self, text: str, style: str, stream: TextIO, state: str = "") -> None:
        text = self.completed(text)
        if not ((style or state) and self.colored(stream)):
            stream.write(clean(text) + "\n")
            return
        from rich.text import Text  # noqa: PLC0415  not needed without colour

        whole = Text(clean(text), style=style)
        if state:
            whole.highlight_words([state], style=COLORS.get(state, ""))
        self._console(stream).print(whole, soft_wrap=True)

    def _console(self, stream: TextIO) -> "Console":
        if stream not in self._consoles:
            from rich.console import Console  # noqa: PLC0415  30 ms, on a terminal only

            colored = self.colored(stream)
            self._consoles[stream] = Console(
                file=stream,
                markup=False,
                emoji=False,
                highlight=False,
                no_color=False,
                color_system="standard" if colored else None,
                force_terminal=True if colored else None,
            )
        return self._consoles[stream]
