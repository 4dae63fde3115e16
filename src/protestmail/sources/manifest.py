"""The list that a campaign signs: its files by their sums, until when it holds, what is stopped.

``{version, name, serial, issued, expires, files: {path: sha256}, stopped: [{id, day, reason}]}``.
The serial grows with every change, and a stop is never taken back.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from protestmail import characters, files
from protestmail.appeals.appeal import WITHDRAWN, Appeal
from protestmail.appeals.file.names import DEVICE, ID
from protestmail.appeals.library import MAX_ATTACHMENT
from protestmail.errors import Untrusted, UsageProblem
from protestmail.sources import signature

NAME = "manifest.json"
SIGNATURE = f"{NAME}.sig"
MAX_BYTES = 1 << 20
DAYS = 14
"""How long a manifest holds where nothing else is said: a stop is missed for so long at most."""
_NOBODY = "protestmail"
"""The name of a campaign that has published no appeal yet."""
_VERSION = 1
_MAX_SERIAL = 1 << 53
_MAX_TEXT = 1000
_SUM = re.compile(r"[0-9a-f]{64}")
_STEP = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,200}")
"""A name that every file system takes, and none reads as a way somewhere else."""


class Stop(NamedTuple):
    """An appeal that nobody is to answer any more, since when, and why."""

    id: str
    day: date
    reason: str


class Manifest(NamedTuple):
    """What a campaign says that its folder holds; ``files`` are sums by paths."""

    name: str
    serial: int
    issued: date
    expires: date
    files: Mapping[str, str]
    stopped: tuple[Stop, ...] = ()


def stops(appeals: Iterable[Appeal]) -> list[Stop]:
    """Give the stops that the appeals' own files say: those that are withdrawn."""
    return [
        stop(one.id, one.closed or one.issued, one.outcome or WITHDRAWN)
        for one in appeals
        if one.status == WITHDRAWN
    ]


def campaign(appeals: Iterable[Appeal], before: Manifest | None = None) -> str:
    """Give a campaign's name: the one of before, else who issues most of its appeals."""
    names = [one.issued_by.name for one in appeals]
    if before and before.name != _NOBODY:
        return before.name
    return max(sorted(names), key=names.count, default=_NOBODY)


def stop(id_: str, day: date, reason: str) -> Stop:
    """Give a stop with its reason in one line, which a long one is cut to."""
    return Stop(id_, day, " ".join(reason.split())[:_MAX_TEXT])


def compose(
    folder: Path,
    sums: Mapping[str, str],
    *,
    name: str,
    today: date,
    days: int = DAYS,
    stopped: Iterable[Stop] = (),
    renew: bool = False,
    serial: int = 1,
) -> Manifest:
    """Give the next manifest of a folder, of these files by their sums; write nothing.

    Where nothing has changed it is the one before: only ``renew`` makes it hold on from ``today``.
    Stops of the one before stay. ``serial`` is the least that it gets. Raises UsageProblem, and
    Untrusted where the one before is damaged.
    """
    before = here(folder)
    kept = {one.id: one for one in (*stopped, *(before.stopped if before else ()))}
    stopped = tuple(kept[id_] for id_ in sorted(kept))
    issued = max(today, before.issued) if before else today
    made = Manifest(name, serial, issued, issued + timedelta(days), dict(sums), stopped)
    if before:
        same = made.files == before.files and (name, stopped) == (before.name, before.stopped)
        if same and serial <= before.serial and not (renew and today > before.issued):
            return before
        made = made._replace(serial=max(serial, before.serial + 1))
    data = written(made)
    read(data)  # what no follower would take is not written
    if len(data) > MAX_BYTES:
        raise UsageProblem("there are more files than a manifest has room for", "part the folder")
    return made


def seal(folder: Path, made: Manifest, key: Path) -> bytes:
    """Give the signature of a folder's next manifest: the one that is there if it is this key's.

    Raises UsageProblem where the key cannot sign, SettingsProblem where OpenSSH is missing.
    """
    data = written(made)
    try:
        there = files.read(folder / SIGNATURE, signature.MAX_BYTES)
        signature.verify(data, there, {signature.owner(key)})
    except (OSError, Untrusted):
        return signature.sign(data, key)
    return there


def write(folder: Path, made: Manifest, armor: bytes | None = None) -> None:
    """Write a manifest and its signature, each whole or not at all, where they say another thing.

    The signature is made before, so that a key that fails leaves the folder as it was.
    """
    for name, data in ((NAME, written(made)), (SIGNATURE, armor)):
        if data and not files.holds(folder / name, data):
            files.write(data, folder / name, force=True, mode=files.PUBLIC)


def here(folder: Path) -> Manifest | None:
    """Read the manifest of a folder, if it has one; raises Untrusted where it is damaged."""
    try:
        return read(files.read(folder / NAME, MAX_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as why:
        raise UsageProblem(f"{folder / NAME} cannot be read: {files.reason(why)}") from None


def sum_of(folder: Path, path: str) -> str:
    """The SHA-256 of a file of a folder; raises UsageProblem for a link, or one over 10 MiB."""
    try:
        return sha256(files.read(folder / path, MAX_ATTACHMENT, follow=False)).hexdigest()
    except OSError as why:
        raise UsageProblem(f"{folder / path} cannot be signed: {files.reason(why)}") from None


def written(manifest: Manifest) -> bytes:
    """Give the bytes of a manifest, which are the same for the same manifest."""
    stopped = [one._asdict() for one in manifest.stopped]
    tree = {"version": _VERSION, **manifest._asdict(), "stopped": stopped}
    return f"{json.dumps(tree, indent=1, sort_keys=True, default=str)}\n".encode()


def read(data: bytes) -> Manifest:
    """Read a manifest to the letter; raises Untrusted for anything else than one."""
    try:
        tree = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_never)
        return _manifest(tree)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as why:
        told = f": {why}" if isinstance(why, _Wrong) else ""
        hint = "nothing of it is taken; tell the campaign"
        raise Untrusted(f"{NAME} is not what it should be{told}", hint) from None


class _Wrong(ValueError):
    """What is wrong with a manifest, in words."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        raise _Wrong("it says something twice")
    return tree


def _never(text: str) -> Any:
    raise _Wrong(f"{text} is no number")


def _manifest(tree: Any) -> Manifest:
    if not isinstance(tree, dict) or tree.pop("version") != _VERSION:
        raise _Wrong("it is of another version")
    if tree.keys() != {*Manifest._fields}:
        raise _Wrong("its fields are others")
    serial = tree["serial"]
    if type(serial) is not int or not 0 < serial < _MAX_SERIAL:
        raise _Wrong("its serial is no number of one")
    issued, expires = _day(tree["issued"]), _day(tree["expires"])
    if expires < issued:
        raise _Wrong("it ends before it begins")
    stopped = tuple(map(_stop, tree["stopped"]))
    if len({one.id for one in stopped}) < len(stopped):
        raise _Wrong("it stops something twice")
    return Manifest(_text(tree["name"]), serial, issued, expires, _files(tree["files"]), stopped)


def _text(text: Any) -> str:
    if (
        not isinstance(text, str)
        or not 0 < len(text) <= _MAX_TEXT
        or characters.IN_LINE.search(text)
    ):
        raise _Wrong("a text in it is not one line")
    return text


def _day(text: Any) -> date:
    day = date.fromisoformat(text)
    if str(day) != text:
        raise _Wrong(f"{text} is no day")
    return day


def _stop(tree: Any) -> Stop:
    if tree.keys() != {*Stop._fields} or not ID.fullmatch(tree["id"]):
        raise _Wrong("a stop in it names no appeal")
    return Stop(tree["id"], _day(tree["day"]), _text(tree["reason"]))


def _files(tree: Any) -> dict[str, str]:
    above: set[str] = set()
    for path, total in tree.items():
        if not within(path) or not _SUM.fullmatch(total):
            raise _Wrong(f'it names a file "{path}", which cannot be one of its folder')
        above |= {folded(str(one)) for one in PurePosixPath(path).parents}
    names = {folded(path) for path in tree}
    if len(names) < len(tree) or names & above:
        raise _Wrong("two files in it have one name")
    return dict(tree)


def folded(path: str) -> str:
    """A path as the file system sees it that tells the fewest names apart, as a Mac's does."""
    return unicodedata.normalize("NFC", path.casefold())


def within(path: str) -> bool:
    """Whether a path stays in its folder on every system, and is not the manifest's own."""
    steps = path.split("/")
    plain = all(_STEP.fullmatch(one) and one[0] != "." and one[-1] not in ". " for one in steps)
    plain = plain and not any(map(DEVICE.fullmatch, steps))
    return plain and not characters.IN_LINE.search(path) and path not in {NAME, SIGNATURE}
