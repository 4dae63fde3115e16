"""How problems of files look: to people, to programs, and to those who show them beside a line."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from protestmail.errors import Problem
from protestmail.screen.output import Screen

TEXT, JSON, GITHUB, GITLAB = FORMATS = ("text", "json", "github", "gitlab")
ROOTS = {GITHUB: "GITHUB_WORKSPACE", GITLAB: "CI_PROJECT_DIR"}
"""The variables that name the folder from which the paths in a format are counted."""
_IN_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_TEXT | str.maketrans({":": "%3A", ",": "%2C"})


def show_problems(screen: Screen, problems: Sequence[Problem], form: str, root: str = "") -> None:
    """Show problems in a format; its paths are relative to ``root``, else to this folder."""
    if form == JSON:
        screen.json({"version": 1, "problems": [_json(one) for one in problems]})
    elif form == GITLAB:
        screen.json(list(_gitlab(problems, root)))
    else:
        for one in problems:
            if form == GITHUB:
                screen.raw(_github(one, root))
            else:
                screen.prose(str(one), hang=2)


def tell_drafts(screen: Screen, drafts: Iterable[str]) -> None:
    """Say which files are drafts, by their names or ids."""
    for one in drafts:
        screen.note(f"{one} is a draft: nobody gets it until it says status: active")


def _json(one: Problem) -> dict[str, object]:
    return {
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "severity": one.severity,
        "message": one.message,
        "hint": one.hint,
    }


def _github(one: Problem, root: str) -> str:
    """Write a workflow command; its text has the place as well, which the log leaves out."""
    file = _path(one.file, root)
    text = f"{file}:{one.line}:{one.column}: {one.told}".translate(_IN_TEXT)
    name = file.translate(_IN_PROPERTY)
    return f"::{one.severity} file={name},line={one.line},col={one.column}::{text}"


def _gitlab(problems: Sequence[Problem], root: str) -> Iterator[dict[str, object]]:
    """Give the entries of a report on Code Quality.

    What tells one from another leaves the line out, so that it stays known when it moves; of
    several that are the same, each is counted.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for one in problems:
        file = _path(one.file, root)
        seen[file, one.message] += 1
        known_by = f"{file}\0{one.message}\0{seen[file, one.message]}"
        yield {
            "description": one.told,
            "check_name": f"protestmail-{one.severity}",
            "fingerprint": sha256(known_by.encode(errors="surrogatepass")).hexdigest(),
            "severity": "major" if one.severity == "error" else "minor",
            "location": {"path": file, "lines": {"begin": one.line}},
        }


def _path(file: str, root: str) -> str:
    """Give a file's path from the root on; one that lies elsewhere is named as it was given."""
    whole, top = (Path(os.path.abspath(one)) for one in (file, root or "."))  # noqa: PTH100  links stay
    inside = whole.relative_to(top) if whole.is_relative_to(top) else Path(file)
    return inside.as_posix()
