"""What is kept of sources, beside the journal, each file whole or not at all.

``NAME.json`` says what is followed, and points at the set that was accepted last; so a set is there
as a whole or not at all, wherever an update ends. ``keys/`` holds what each key has ever signed
and stopped: it outlives every file, and the source itself.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from protestmail import files
from protestmail.appeals.file.names import ID
from protestmail.errors import SettingsProblem, TryLater, UsageProblem
from protestmail.sources import manifest
from protestmail.sources.manifest import Manifest, Stop

FOLDER = "sources"
_SUFFIX = ".json"
_MOST = 64 << 20
_GIST = "gist.json"
_ANEW = "move it away, and follow the campaign once more"
_SETS, _KEYS, _LOCK = "sets", "keys", "lock"


@dataclass(frozen=True, slots=True)
class Source:
    """A campaign that is followed: where it lies, who may sign for it, and what was taken last.

    ``set`` names the folder of that; ``digest`` is the sum of its manifest.
    """

    name: str
    place: str
    keys: tuple[str, ...]
    title: str = ""
    key: str = ""
    serial: int = 0
    issued: date = date.min
    expires: date = date.min
    digest: str = ""
    set: str = ""

    @property
    def on_web(self) -> bool:
        """Whether it is fetched; else it is read where it lies."""
        return "://" in self.place

    def unheard(self, today: date) -> int:
        """For how many days it was not heard of, where that is longer than it said."""
        return (today - self.issued).days if today > self.expires else 0

    def ahead(self, today: date) -> bool:
        """Whether it was signed on a day to come, here or in another zone of time."""
        return (self.issued - today).days > 1


class Gist(NamedTuple):
    """What is remembered of a file of a set, to tell what has changed; ``to`` has addresses."""

    sum: str
    title: str = ""
    status: str = ""
    issuer: str = ""
    send_before: str = ""
    origin: str = ""
    to: Mapping[str, Sequence[str]] = {}


@dataclass(slots=True)
class Memory:
    """What a key has ever signed for one campaign, ``{id: {sum: origin}}``, and what it stopped."""

    key: str
    title: str
    serial: int = 0
    digest: str = ""
    signed: dict[str, dict[str, str]] = field(default_factory=dict)
    stopped: list[Stop] = field(default_factory=list)


class Kept:
    """The folder in which all of it is."""

    def __init__(self, state: Path) -> None:
        self.folder = state / FOLDER

    def sources(self) -> list[Source]:
        """Every source, by name; raises SettingsProblem where a file is damaged."""
        return [_read(one, _source) for one in sorted(self.folder.glob(f"*{_SUFFIX}"))]

    def source(self, name: str) -> Source:
        """Give a source by its name; raises UsageProblem."""
        known = {one.name: one for one in self.sources()}
        if name not in known:
            there = ", ".join(known) or "none"
            raise UsageProblem(f'you follow no source "{name}"', f"there are: {there}")
        return known[name]

    def memories(self) -> list[Memory]:
        """What every key that was ever followed has signed and stopped."""
        return [_read(one, _memory) for one in sorted((self.folder / _KEYS).glob(f"*{_SUFFIX}"))]

    def memory(self, key: str, title: str) -> Memory:
        """What is remembered of one key, as it signs for the campaign of this title."""
        path = self._of(key, title)
        return _read(path, _memory) if path.exists() else Memory(key, title)

    def remember(self, memory: Memory) -> None:
        """Keep what a key has signed and stopped."""
        tree = asdict(memory) | {"stopped": [one._asdict() for one in memory.stopped]}
        _write(tree, self._of(memory.key, memory.title))

    def _of(self, key: str, title: str) -> Path:
        name = sha256(f"{key}\n{title}".encode()).hexdigest()[:32]
        return self.folder / _KEYS / f"{name}{_SUFFIX}"

    def set(self, source: Source) -> Path:
        """The folder of what was taken last."""
        return self.folder / _SETS / source.set

    def manifest(self, source: Source) -> Manifest:
        """The manifest that was taken last."""
        data = _bytes(self.set(source) / manifest.NAME, manifest.MAX_BYTES)
        return manifest.read(data)

    def files(self, source: Source) -> Path:
        """The folder in which a source's files lie."""
        return self.set(source) / "files" if source.on_web else Path(source.place)

    def gist(self, source: Source) -> dict[str, Gist]:
        """What is remembered of the files that were taken last, by their paths."""
        return _read(self.set(source) / _GIST, _gist) if source.set else {}

    def keep(self, source: Source, data: bytes, gist: Mapping[str, Gist], draft: Path) -> None:
        """Put a set that was verified in the place of the one before."""
        names = (f"{source.name}.{source.serial}.{number}" for number in count())
        free = next(one for one in names if not (self.folder / _SETS / one).exists())
        source = replace(source, digest=sha256(data).hexdigest(), set=free)
        (draft / manifest.NAME).write_bytes(data)
        _write({path: one._asdict() for path, one in gist.items()}, draft / _GIST)
        draft.rename(self.set(source))
        _write(asdict(source), self.folder / f"{source.name}{_SUFFIX}")
        self.sweep()

    def remove(self, source: Source) -> None:
        """Follow a source no more; what its keys have signed and stopped stays known."""
        (self.folder / f"{source.name}{_SUFFIX}").unlink()
        self.sweep()

    def sweep(self) -> None:
        """Take away the sets that no source points at: those before, and what was broken off."""
        used = {one.set for one in self.sources()}
        for one in (self.folder / _SETS).iterdir():
            if one.name not in used:
                shutil.rmtree(one, ignore_errors=True)

    @contextmanager
    def changing(self) -> Iterator[Path]:
        """Let one process at a time change anything; give the folder for a new set.

        Raises TryLater.
        """
        files.make_folder(self.folder / _SETS)
        with _alone(self.folder / _LOCK):
            draft = self.folder / _SETS / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            files.make_folder(draft / "files")
            try:
                yield draft
            finally:
                shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock; raises TryLater where another process does."""
    with ExitStack() as stack:
        try:
            stack.enter_context(files.held(lock))
        except BlockingIOError:
            told = "your sources are being changed by another run"
            raise TryLater(told, "wait until it has ended") from None
        yield


def name(text: str) -> str:
    """Judge the name of a source; raises UsageProblem."""
    if not ID.fullmatch(text):
        hint = "only a-z, 0-9 and -, at most 60, such as harbour-campaign"
        raise UsageProblem(f'"{text}" cannot name a source', hint)
    return text


def _write(tree: Any, path: Path) -> None:
    files.write(json.dumps(tree, default=str).encode(), path, force=True)


def _read(path: Path, build: Any) -> Any:
    try:
        return build(json.loads(_bytes(path, _MOST)))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SettingsProblem(f"{path} is damaged", _ANEW) from None


def _bytes(path: Path, most: int) -> bytes:
    try:
        return files.read(path, most)
    except OSError as why:
        raise SettingsProblem(f"{path} cannot be read: {files.reason(why)}", _ANEW) from None


def _source(tree: dict[str, Any]) -> Source:
    days = {one: date.fromisoformat(tree[one]) for one in ("issued", "expires")}
    return Source(**tree | days | {"keys": tuple(tree["keys"])})


def _memory(tree: dict[str, Any]) -> Memory:
    stopped = (Stop(**one | {"day": date.fromisoformat(one["day"])}) for one in tree["stopped"])
    return Memory(**tree | {"stopped": list(stopped)})


def _gist(tree: dict[str, Any]) -> dict[str, Gist]:
    return {path: Gist(**one) for path, one in tree.items()}
