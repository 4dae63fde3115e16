"""``protestmail check``."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from protestmail.appeals import directories, library, misnamed
from protestmail.appeals.file import parsing
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.checking import stale
from protestmail.checking.proofread import proofread
from protestmail.cli.app import App, common_options, epilog
from protestmail.errors import Exit, InvalidAppeal, NoSuchAppeal, Problem
from protestmail.screen.check import FORMATS, GITHUB, ROOTS, TEXT, show_problems, tell_drafts

STDIN = "-"


@click.command(
    "check",
    epilog=epilog(
        "protestmail check my-appeal.yaml",
        "protestmail check --stale 180 appeals/",
        "protestmail check --format gitlab appeals/ > check.json",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE|DIR|-]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="For people, programs, or as notes beside the lines on GitHub or GitLab. On GitHub's "
    "machines it is github by itself.",
)
@click.option(
    "--stale",
    "days",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="List whose addresses were checked that many days ago or more, or never; oldest first.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@common_options
@click.pass_obj
def command(app: App, files: tuple[str, ...], *, form: str | None, days: int | None) -> int:
    """Find every mistake in appeal files, each with its place and what to do about it.

    Without a name, all appeals of the library are checked. A folder's directory of contacts is
    checked with it. Exit code 65 says that there are mistakes; warnings alone leave it at 0.
    With --stale, addresses are listed instead that somebody should confirm again.
    """
    paths = list(_paths(app, files))
    form = form or _usual(app)
    if days is not None:
        return _tell_stale(app, paths, days, form)
    beside = {Path(path).parent for path, lookup in paths if path != STDIN and not lookup}
    known = {path.stem for path in library.paths([*app.folders, *sorted(beside)])}
    problems: list[Problem] = []
    drafts: list[str] = []
    for path, lookup in paths:
        if lookup:
            problems += directories.problems(Path(path), lookup)
        else:
            problems += _check(path, app, known, drafts)
    problems += map(_misnamed, _passed_over(app, files))
    code = tell(app, problems, len(paths), form)
    tell_drafts(app.screen, drafts)
    return code


def _usual(app: App) -> str:
    """The format where none is named: notes beside the lines, where a machine of GitHub reads."""
    return GITHUB if app.environ.get("GITHUB_ACTIONS") else TEXT


def tell(app: App, problems: list[Problem], files: int, form: str) -> int:
    """Tell the problems of so many files; the exit code is 65 where one is a mistake."""
    _show(app, problems, form)
    errors = sum(one.severity == "error" for one in problems)
    app.screen.note(_summary(files, errors, len(problems) - errors))
    return Exit.INVALID_APPEAL if errors else Exit.DONE


def _show(app: App, problems: list[Problem], form: str) -> None:
    root = app.environ.get(ROOTS.get(form, ""), "")
    show_problems(app.screen, problems, form, root)


def _tell_stale(app: App, paths: list[tuple[str, str]], days: int, form: str) -> int:
    """Tell whose addresses to confirm again, below the mistakes that hide those of a file."""
    before = stale.day_before(app.today, days)
    mistakes: list[Problem] = []
    found: list[stale.Stale] = []
    for path, lookup in paths:
        try:
            if lookup:
                found += stale.in_directory(directories.parse(Path(path), directory=True), before)
            else:
                found += stale.in_appeal(_read(path), before)
        except InvalidAppeal as why:
            mistakes += why.problems
    _show(app, [*mistakes, *(one.problem for one in sorted(found))], form)
    told = f"{len(found)} to be checked again; appeals that have ended are left out"
    app.screen.note(f"{_count(len(paths), 'file')}: {told}")
    return Exit.INVALID_APPEAL if mistakes else Exit.DONE


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


def _check(path: str, app: App, known: set[str], drafts: list[str]) -> list[Problem]:
    try:
        parsed = _read(path)
    except InvalidAppeal as why:
        return why.problems
    drafts += [parsed.file] * parsed.is_draft
    return proofread(parsed, today=app.today, known=known)


def _read(path: str) -> Parsed:
    if path == STDIN:
        return parsing.parse(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin", STDIN)
    return library.load(Path(path))


def _summary(files: int, errors: int, warnings: int) -> str:
    mistakes = _count(errors, "mistake") if errors else "no mistakes"
    also = f", {_count(warnings, 'warning')}" if warnings else ""
    return f"{_count(files, 'file')}: {mistakes}{also}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
