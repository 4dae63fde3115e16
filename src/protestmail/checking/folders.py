"""A folder of appeals, read and checked as a whole before it goes to others.

Drafts stay at home, whether it is published or signed: what its campaign has not finished is
offered to nobody, and its gaps hold up nothing, least of all a stop action.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from protestmail import files
from protestmail.appeals import directories, library
from protestmail.appeals.file.parsing import Parsed
from protestmail.checking.proofread import proofread
from protestmail.errors import InvalidAppeal, NoSuchAppeal, Problem


def walk(
    folder: Path,
    today: date,
    take: Callable[[Parsed], Iterable[Problem]],
    *,
    empty: bool = False,
) -> tuple[str, ...]:
    """Have every appeal taken that is no draft, and its mistakes told; give the drafts' ids.

    Of the well formed ones it is ``take`` that tells them. Raises InvalidAppeal with all that is
    wrong in all files, NoSuchAppeal where there is no appeal and the folder may not be ``empty``.
    """
    paths = list(library.paths([folder])) if folder.is_dir() else []
    if not (paths or empty):
        hint = "name a folder of appeals, whose names end in .yaml"
        raise NoSuchAppeal(f"{folder} is no folder that holds an appeal", hint)
    drafts: list[str] = []
    problems: list[Problem] = []
    for path, lookup in directories.directory(folder).items():
        problems += [*_link(folder, path), *directories.problems(path, lookup)]
    for path in paths:
        try:
            parsed = library.load(path)
            if parsed.is_draft:
                drafts.append(path.stem)
                continue
            problems += _link(folder, path)
            problems += mistakes(parsed, today) if parsed.problems else take(parsed)
        except InvalidAppeal as why:
            problems += why.problems
    if errors := [one for one in problems if one.severity == "error"]:
        raise InvalidAppeal(errors)
    return tuple(drafts)


def mistakes(parsed: Parsed, today: date) -> list[Problem]:
    """All that ``check`` calls a mistake."""
    return [one for one in proofread(parsed, today=today) if one.severity == "error"]


def _link(folder: Path, path: Path) -> Iterator[Problem]:
    """What no follower would read, and what may lead to something else on the next day."""
    within = path.relative_to(folder).as_posix()
    if path.is_symlink() or files.behind_a_link(folder, within):
        told, hint = "this is a link, or behind one", "put the file itself in its place"
        yield Problem(str(path), 1, 1, told, hint)
