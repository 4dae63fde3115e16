"""Letters as files: ``.eml``, which a mail program opens as drafts to send, and documents."""

import os
from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path

from protestmail import files
from protestmail.errors import UsageProblem
from protestmail.letters.letter import Letter


def paths(
    letters: Iterable[Letter], folder: Path, suffix: str = ".eml", *, force: bool = False
) -> list[Path]:
    """Name a file for each letter; raise UsageProblem if one is there already.

    A name is the appeal's and the target's id, cut to 60 characters, and a number.
    """
    named = []
    for number, one in enumerate(letters, 1):
        who = one.targets[0].id if len(one.targets) == 1 else "all"
        stem = f"{one.appeal}-{who}"[:60].strip("-") or "letter"
        named.append(folder / f"{stem}-{number}{suffix}")
    taken = [path for path in named if os.path.lexists(path)]
    if taken and not force:
        raise UsageProblem(f"{taken[0]} is there already", "use another folder, or --force")
    return named


def beside(path: Path, data: bytes) -> Path:
    """Give ``path``, or the first name beside it that is free or has just this ``data``."""
    stems = chain([path.stem], (f"{path.stem}-{number}" for number in count(2)))
    named = map(path.with_stem, stems)
    return next(one for one in named if not os.path.lexists(one) or _holds(one, data))


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def write(data: bytes, path: Path, *, force: bool = False) -> None:
    """Write a letter's file, mode 0600, whole or not at all; over another only with ``force``.

    Raises UsageProblem where the folder cannot be written to.
    """
    try:
        files.make_folder(path.parent)
        _write(data, path, force=force)
    except OSError as why:
        told = f"{path} cannot be written: {files.reason(why)}"
        raise UsageProblem(told, "use another folder") from None


def _write(data: bytes, path: Path, *, force: bool) -> None:
    """Write beside the file, then name it in one step, which never replaces by chance."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if force:
            draft.replace(path)
        else:
            files.name(draft, path)
    finally:
        if os.path.lexists(draft):
            draft.unlink()
