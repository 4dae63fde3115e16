"""Write the manual's pages: ``python tests/write_manual.py FOLDER``.

They come from the commands' own help; exit codes, settings and files from the documentation.
"""

import re
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
from click_man.core import write_man_pages

from protestmail import __version__
from protestmail.cli.main import COMMANDS, group

ROOT = Path(__file__).parents[1]
SECTIONS = {
    "EXIT STATUS": ("README.md", "Exit codes"),
    "ENVIRONMENT": ("README.md", "Settings"),
    "FILES": ("docs/privacy.md", "Somebody with your disk"),
}
"""What the page of the program has besides its help: from which file, under which heading."""


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
        epilog=group.epilog,
        short_help="answer urgent appeals by letter",
    )
    for one in _every(whole):  # the examples stand below the help, where pages end
        one.help = _examples(f"{cleandoc(one.help or '')}\n\n{one.epilog or ''}")
    write_man_pages("protestmail", whole, version=__version__, target_dir=str(folder), date="")
    with (folder / "protestmail.1").open("a", encoding="utf-8") as page:
        page.writelines(f"{line}\n" for line in _sections())


def _every(one: click.Command) -> Iterator[click.Command]:
    """Give a command and all below it."""
    yield one
    for below in one.commands.values() if isinstance(one, click.Group) else ():
        yield from _every(below)


def _examples(text: str) -> str:
    """Keep the lines that click keeps, and write every option as it is typed."""
    kept = re.sub(r"\x08\n(.+?)(?=\n\n|\Z)", r".nf\n\1\n.fi", text, flags=re.DOTALL)
    return re.sub(r"(?<![\w-])-(-?)(?=\w)", lambda found: r"\-" * len(found[0]), kept)


def _sections() -> Iterator[str]:
    for title, (file, heading) in SECTIONS.items():
        text = (ROOT / file).read_text("utf-8")
        (found,) = re.findall(rf"(?ms)^## {heading}\n\n(.*?)\n*(?=^## |\Z)", text)
        yield f".SH {title}"
        for block in found.split("\n\n"):
            yield from _block(block.split("\n"))


def _block(lines: list[str]) -> Iterator[str]:
    """Give a table, a list or a paragraph as the manual's own."""
    if lines[0].startswith("|"):
        rows = [[cell.strip() for cell in one.strip("|").split("|")] for one in lines[2:]]
        for name, told in _entries(rows):
            yield from (".TP", _roff(name), _roff(told))
    elif lines[0].startswith("- "):
        for one in lines:
            yield from (r".IP \(bu 2", _roff(one.removeprefix("- ")))
    else:
        yield from (".PP", *map(_roff, lines))


def _entries(rows: list[list[str]]) -> list[tuple[str, str]]:
    """Give what a table tells: two of its columns beside two others, or all but the last as one."""
    if len(rows[0]) == 4:
        pairs = [(one[at], one[at + 1]) for at in (0, 2) for one in rows]
        return sorted(pairs, key=lambda pair: int(pair[0]))
    return [(", ".join(filter(None, names)), told) for *names, told in rows]


def _roff(text: str) -> str:
    """Write a line of Markdown: code is bold, of a link its text stays."""
    plain = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text).replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"`([^`]+)`", r"\\fB\1\\fP", f"\\&{plain}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
