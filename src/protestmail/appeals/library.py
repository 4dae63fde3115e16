"""Folders of appeals: find one by its id, list them all."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from protestmail import files
from protestmail.appeals.channels import WORDS
from protestmail.appeals.file import parsing
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.commands import to_type
from protestmail.errors import InvalidAppeal, NoSuchAppeal, Problem, nearest

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal, Attachment

Read = Callable[[Path], bytes]
"""What reads an appeal's file, as ``read_bytes`` does."""
SUFFIX = ".yaml"
MAX_ATTACHMENT = 10 * 1024 * 1024

_OWN = "attachments are regular files in the appeal's own folder"
_SUM = "its SHA-256 has changed: check the file, then the sum"


class Headline(NamedTuple):
    """What a list shows of an appeal; ``channels`` counts the targets that each can reach.

    ``source`` is the name of the one that it is of, ``unheard`` as in the appeal.
    """

    id: str
    title: str
    status: str
    country: str
    issued: date
    send_before: date | None
    closed: date | None
    topics: tuple[str, ...]
    targets: int
    channels: dict[str, int]
    file: str
    supersedes: str = ""
    source: str = ""
    unheard: int = 0


def own_folder() -> Path:
    """The folder of appeals that comes with the program: in the wheel, else in the source tree."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "archive"
    return packed if packed.is_dir() else package.parent.parent / "appeals"


def paths(folders: Iterable[Path]) -> Iterator[Path]:
    """Every appeal file, by id; of two with the same id the one in the earlier folder counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        try:
            names = os.listdir(folder)  # noqa: PTH208  5,000 Path objects cost as much as reading a file each
        except OSError as why:
            hint = "name a folder of appeals with --appeals or PROTESTMAIL_APPEALS"
            raise NoSuchAppeal(f"{folder}: {files.reason(why)}", hint) from None
        for name in names:
            if name.endswith(SUFFIX) and not name.startswith("."):
                found.setdefault(name.removesuffix(SUFFIX), folder / name)
    return (found[id_] for id_ in sorted(found))


def load(path: Path, read: Read | None = None, *, complete: bool = True) -> parsing.Parsed:
    """Read one file; raise InvalidAppeal where it is no regular file of a sensible size."""
    data = (read or read_bytes)(path)
    return parsing.parse(data, path.stem, str(path), complete=complete)


def read_bytes(path: Path) -> bytes:
    """Read an appeal's file; raise InvalidAppeal where it is no regular one, or too large."""
    try:
        return files.read(path, MAX_BYTES)
    except OSError as why:
        raise InvalidAppeal([_unreadable(path, why)]) from None


def _unreadable(path: Path, why: OSError) -> Problem:
    if why.errno in {errno.ELOOP, errno.ENOENT} and path.is_symlink():
        told = "this is a link that leads to no file"
        return Problem(str(path), 1, 1, told, "put the file itself in its place")
    return Problem(str(path), 1, 1, files.reason(why))


def attachment(appeal: "Appeal", one: "Attachment", file: Path) -> bytes:
    """Read an attachment from the appeal's own folder, ``<id>/`` beside its file.

    Raises InvalidAppeal for a link, anything but a regular file, one over 10 MiB, or one whose
    SHA-256 is not what the appeal says.
    """
    from hashlib import sha256  # noqa: PLC0415  for attachments only

    path = file.parent / appeal.id / one.file
    if path.parent.is_symlink() or path.is_symlink() or path.name != one.file:
        raise InvalidAppeal([Problem(str(path), 1, 1, f"{one.file} is a link", _OWN)])
    try:
        data = files.read_within(path.parent, path.name, MAX_ATTACHMENT)
    except OSError as why:
        told = f"{appeal.id}/{one.file}: {files.reason(why)}"
        raise InvalidAppeal([Problem(str(path), 1, 1, told, _OWN)]) from None
    if one.sha256 and sha256(data).hexdigest() != one.sha256.lower():
        raise InvalidAppeal([Problem(str(path), 1, 1, f"{one.file} is not the file it was", _SUM)])
    return data


def is_path(id_: str) -> bool:
    """Whether an appeal is named by the path of its file."""
    return id_.endswith(SUFFIX) or os.sep in id_


def find(id_: str, folders: Sequence[Path], others: Iterable[str] = ()) -> parsing.Parsed:
    """Find an appeal by its id, or by the path of its file; raise NoSuchAppeal with a guess.

    ``others`` are ids of elsewhere that may have been meant.
    """
    if is_path(id_):
        return _at(Path(id_))
    ids = {path.stem: path for path in paths(folders)}
    if id_ in ids:
        return load(ids[id_])
    raise NoSuchAppeal(f'there is no appeal "{id_}"', _guess(id_, [*ids, *others], folders))


def _at(path: Path) -> parsing.Parsed:
    if not os.path.lexists(path):
        raise NoSuchAppeal(f'there is no file "{path}"', misnamed(path.name, [path.parent]))
    return load(path)


def misnamed(asked: str, folders: Iterable[Path]) -> str:
    """Say which file of nearly that name may be the one that was asked for, or nothing."""
    from protestmail.appeals.misnamed import hint  # noqa: PLC0415  only where there is a mistake

    return hint(asked, folders)


def _guess(id_: str, ids: list[str], folders: Sequence[Path]) -> str:
    if other := misnamed(id_, [Path(), *folders]):
        return other
    close = nearest(id_, ids) or next((name for name in ids if id_ and id_ in name), "")
    where = ", ".join(str(folder) for folder in folders)
    every = to_type("list", "--all")
    return f'did you mean "{close}"?' if close else f"looked in {where}; see {every}"


def headlines(folders: Iterable[Path]) -> Iterator[Headline | list[Problem]]:
    """Every appeal's headline in the order of the ids; for a broken file, its problems."""
    return map(headline, paths(folders))


def headline(path: Path, read: Read | None = None) -> Headline | list[Problem]:
    """One appeal's headline; for a broken file, its problems."""
    try:
        return _summary(load(path, read, complete=False).sound, path)
    except InvalidAppeal as why:
        return why.problems


def _summary(tree: dict[str, Any], path: Path) -> Headline:
    """Take the headline from the tree: the whole appeal's records are not needed for it."""
    channels = dict.fromkeys(WORDS, 0)
    for target in tree["targets"]:
        for name in target.keys() & channels.keys():
            channels[name] += 1
    return Headline(
        id=path.stem,
        title=str(tree["title"]),
        status=str(tree["status"]),
        country=tree.get("country", ""),
        issued=date.fromisoformat(tree["issued"]),
        send_before=_day(tree.get("send_before")),
        closed=_day(tree.get("closed")),
        topics=tuple(tree.get("topics", ())),
        targets=len(tree["targets"]),
        channels={name: count for name, count in channels.items() if count},
        file=str(path),
        supersedes=tree.get("supersedes", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
