"""``protestmail check``."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from protestmail.appeals import directories, library, misnamed
from protestmail.appeals.file import parsing
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.checking.proofread import proofread
from protestmail.cli.app import App, common_options, epilog, json_option
from protestmail.errors import Exit, InvalidAppeal, NoSuchAppeal, Problem

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
@json_option
@common_options
@click.pass_obj
def command(app: App, files: tuple[str, ...], *, as_json: bool) -> int:
    """Find every mistake in appeal files, each with its place and what to do about it.

    Without a name, all appeals of the library are checked. A folder's directory of contacts is
    checked with it. Exit code 65 says that there are mistakes; warnings alone leave it at 0.
    """
    paths = list(_paths(app, files))
    beside = {Path(path).parent for path, lookup in paths if path != STDIN and not lookup}
    known = {path.stem for path in library.paths([*app.folders, *sorted(beside)])}
    problems = [
        one
        for path, lookup in paths
        for one in (
            directories.problems(Path(path), lookup) if lookup else _check(path, app, known)
        )
    ]
    problems += map(_misnamed, _passed_over(app, files))
    return tell(app, problems, len(paths), as_json=as_json)


def tell(app: App, problems: list[Problem], files: int, *, as_json: bool) -> int:
    """Tell the problems of so many files; the exit code is 65 where one is a mistake."""
    if as_json:
        app.screen.json({"version": 1, "problems": [_json(one) for one in problems]})
    else:
        for one in problems:
            app.screen.prose(str(one), hang=2)
    errors = sum(one.severity == "error" for one in problems)
    app.screen.note(_summary(files, errors, len(problems) - errors))
    return Exit.INVALID_APPEAL if errors else Exit.DONE


def _paths(app: App, files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every file to check; one of a directory with the lookup that it is for."""
    for name in files:
        path = Path(name)
        if path.is_dir():
            yield from _within([path])
        elif name == STDIN or os.path.lexists(path):
            yield name, directories.lookup_of(path)
        else:
            hint = library.misnamed(path.name, [path.parent]) or "check the path"
            raise NoSuchAppeal(f"there is no file or folder {name}", hint)
    if not files:
        yield from _within(app.folders)


def _passed_over(app: App, files: tuple[str, ...]) -> Iterator[Path]:
    """The files in the folders to check that are nearly named as appeals are."""
    for folder in map(Path, files or app.folders):
        for name in misnamed.within(folder):
            if not name.endswith(library.SUFFIX):  # that one is read, and told of there
                yield folder / name


def _misnamed(path: Path) -> Problem:
    told = "this file is passed over, since an appeal's name ends in .yaml"
    return Problem(str(path), 1, 1, told, f"name it {misnamed.proper(path.name)}", "warning")


def _within(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    yield from ((str(path), directories.lookup_of(path)) for path in library.paths(folders))
    for folder in folders:
        yield from ((str(path), one) for path, one in directories.directory(folder).items())


def _check(path: str, app: App, known: set[str]) -> list[Problem]:
    try:
        if path == STDIN:
            parsed = parsing.parse(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin", STDIN)
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
