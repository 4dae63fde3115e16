"""``protestmail check``."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from protestmail import appealfile, library
from protestmail.appealfile.reader import MAX_BYTES
from protestmail.cli.app import App, common_options, epilog
from protestmail.errors import Exit, InvalidAppeal, NoSuchAppeal, Problem
from protestmail.proofread import proofread

STDIN = "-"


@click.command(
    "check",
    epilog=epilog(
        "protestmail check my-appeal.yaml",
        "protestmail check appeals/",
        "protestmail check - < my-appeal.yaml",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@click.option("--json", "as_json", is_flag=True, help="Write JSON with stable keys.")
@common_options
@click.pass_obj
def command(app: App, files: tuple[str, ...], *, as_json: bool) -> int:
    """Find every mistake in appeal files, each with its place and what to do about it.

    Without a name, all appeals of the library are checked. Exit code 65 says that there are
    mistakes; warnings alone leave it at 0.
    """
    paths = list(_paths(app, files))
    beside = {Path(path).parent for path in paths if path != STDIN}
    known = {path.stem for path in library.paths([*app.folders, *sorted(beside)])}
    problems = [one for path in paths for one in _check(path, app, known)]
    if as_json:
        app.screen.json({"version": 1, "problems": [_json(one) for one in problems]})
    else:
        for one in problems:
            app.screen.prose(str(one), hang=2)
    errors = sum(one.severity == "error" for one in problems)
    app.screen.note(_summary(len(paths), errors, len(problems) - errors))
    return Exit.INVALID_APPEAL if errors else Exit.DONE


def _paths(app: App, files: tuple[str, ...]) -> Iterator[str]:
    for name in files:
        path = Path(name)
        if path.is_dir():
            yield from map(str, library.paths([path]))
        elif name == STDIN or path.exists():
            yield name
        else:
            raise NoSuchAppeal(f"there is no file or folder {name}", "check the path")
    if not files:
        yield from map(str, library.paths(app.folders))


def _check(path: str, app: App, known: set[str]) -> list[Problem]:
    try:
        if path == STDIN:
            parsed = appealfile.parse(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin", STDIN)
        else:
            parsed = library.load(Path(path))
    except InvalidAppeal as why:
        return why.problems
    return proofread(parsed, today=app.today, known=known)


def _json(one: Problem) -> dict[str, object]:
    return {
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "severity": one.severity,
        "message": one.message,
        "hint": one.hint,
    }


def _summary(files: int, errors: int, warnings: int) -> str:
    def count(number: int, what: str) -> str:
        return f"{number} {what}{'' if number == 1 else 's'}"

    mistakes = count(errors, "mistake") if errors else "no mistakes"
    also = f", {count(warnings, 'warning')}" if warnings else ""
    return f"{count(files, 'file')}: {mistakes}{also}"
