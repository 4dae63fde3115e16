"""The files of a site: written where they differ, removed where they were ours and are gone.

They are made in a folder of their own, and take their places when all are there. What is ours is
what the manifest lists, and what was begun: each file is noted, with its sum, before it takes its
place, so that whatever breaks off a publish, the next one goes on from there.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from shutil import rmtree

from protestmail import files
from protestmail.errors import TryLater, Untrusted, UsageProblem
from protestmail.sources import manifest
from protestmail.sources.manifest import Manifest, Stop

_LOOKED_AT = 1000
"""The bytes of a file in which it says that we have made it."""
_BEGUN = ".publishing"
"""The file of what was begun, which is there only until a publish has ended."""
_NEW = f"{_BEGUN}.new"
"""The folder of what is made and has not taken its place yet."""
_MOST_BEGUN = 4 << 20
_NOTED = re.compile(r"^([0-9a-f]{64}) (.+)$", re.MULTILINE)


class Shelf:
    """A site while it is published; ``written`` are the files that are new or have changed.

    ``stopped`` is what was stopped in it, and in the folder from which it is made (``sign``).
    Raises UsageProblem for a folder whose manifest is not one of ours.
    """

    def __init__(self, site: Path, folder: Path) -> None:
        self.site = site
        self.manifest = _manifest(site, "or publish into another folder")
        self.stopped = stopped(folder) + (self.manifest.stopped if self.manifest else ())
        self.before = {**(self.manifest.files if self.manifest else {}), **dict(_begun(site))}
        self.ours: dict[str, str] = {}
        self._names: set[str] = set()
        self.written: list[str] = []

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else publish into the site for the block; raises TryLater, UsageProblem."""
        path = self.site / _BEGUN
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with files.held(path) as self._log, _ended(path), _swept(self.site):
                yield
                self._log.truncate(0)
        except BlockingIOError:
            told = f"somebody else is publishing into {self.site}"
            raise TryLater(told, "wait until that has ended") from None
        except OSError as why:
            raise self._unwritten(self.site, why) from None

    def _unwritten(self, path: Path, why: OSError) -> UsageProblem:
        told = f"{path} cannot be written: {files.reason(why)}"
        return UsageProblem(told, "publish into another folder")

    def put(self, name: str, data: bytes) -> None:
        """Make a file; raise UsageProblem where one is there that is somebody else's."""
        if manifest.folded(name) in self._names:
            hint = "give the attachment another name"
            raise UsageProblem(f"two files of the site would be called {name}", hint)
        path = self.site / name
        if files.behind_a_link(self.site, name):
            told = f"{path.parent} is a link, through which nothing is written"
            raise UsageProblem(told, "put a folder in its place, or publish into another one")
        if path.is_symlink() or not files.holds(path, data):
            self._make(name, path, data)
        self.keep({name: sha256(data).hexdigest()})

    def _make(self, name: str, path: Path, data: bytes) -> None:
        """Write a file where it takes no place yet."""
        known = name in self.before or not path.is_file()
        if not known and b"protestmail" not in path.read_bytes()[:_LOOKED_AT]:
            told = f"{path} is there already, and not from an earlier publish"
            raise UsageProblem(told, "move it away, or publish into another folder")
        try:
            new = self.site / _NEW / name
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(data)
        except OSError as why:
            raise self._unwritten(path, why) from None
        self.written.append(name)

    def _place(self) -> None:
        """Note each file that was made, and have it take its place."""
        for name in self.written:
            path = self.site / name
            try:
                self._log.write(f"{self.ours[name]} {name}\n".encode())
                path.parent.mkdir(parents=True, exist_ok=True)
                (self.site / _NEW / name).replace(path)
            except OSError as why:
                raise self._unwritten(path, why) from None

    def of(self, id_: str) -> dict[str, str]:
        """The pages of an appeal that are there just as we have written them; else none."""
        names = [one for one in self.before if one.startswith(f"{id_}/") and one.endswith(".html")]
        known = {name: self.before[name] for name in names}
        return known if known and all(self._as_it_was(name) for name in names) else {}

    def keep(self, known: dict[str, str]) -> None:
        """Leave files as they are."""
        self.ours |= known
        self._names |= {manifest.folded(name) for name in known}

    def finish(self) -> tuple[int, list[str]]:
        """Have all take its place, and remove what is gone.

        Gives how many were removed, and what was ours but has been changed by others.
        """
        self._place()
        gone = self.before.keys() - self.ours.keys()
        there = [name for name in sorted(gone) if (self.site / name).is_file()]
        kept = [name for name in there if not self._as_it_was(name)]
        for name in there:
            if name not in kept:
                self._remove(name)
        return len(there) - len(kept), kept

    def _as_it_was(self, name: str) -> bool:
        path = self.site / name
        linked = path.is_symlink() or files.behind_a_link(self.site, name)
        if linked or not path.is_file():
            return False
        return sha256(path.read_bytes()).hexdigest() == self.before[name]

    def _remove(self, name: str) -> None:
        """Remove a file, and the folders that are empty without it."""
        path = self.site / name
        path.unlink()
        for folder in list(path.parents)[: len(PurePosixPath(name).parts) - 1]:
            if any(folder.iterdir()):
                break
            folder.rmdir()


def stopped(folder: Path) -> tuple[Stop, ...]:
    """Give what was stopped in a folder of appeals that is signed itself."""
    found = _manifest(folder, "or move this one away")
    return found.stopped if found else ()


def _manifest(folder: Path, other: str) -> Manifest | None:
    try:
        return manifest.here(folder)
    except Untrusted as why:
        told = f"{folder / manifest.NAME} is there already: {why.message}"
        raise UsageProblem(told, f"put back the one that was written there, {other}") from None


@contextmanager
def _swept(site: Path) -> Iterator[None]:
    """Take away what has not taken its place, before the block what was left when one broke off."""
    for draft in site.glob(f".{manifest.NAME}*.[0-9]*"):
        draft.unlink()
    if (site / _NEW).exists():
        rmtree(site / _NEW)
    try:
        yield
    finally:
        rmtree(site / _NEW, ignore_errors=True)


@contextmanager
def _ended(path: Path) -> Iterator[None]:
    """Take a file away after the block, if nothing is left in it."""
    try:
        yield
    finally:
        with suppress(PermissionError):  # Windows leaves what is open where it is
            if not path.stat().st_size:
                path.unlink()


def _begun(site: Path) -> Iterator[tuple[str, str]]:
    """What a publish that was broken off had begun to write: each file with its sum."""
    try:
        noted = files.read(site / _BEGUN, _MOST_BEGUN, follow=False).decode(errors="replace")
    except OSError:
        return
    for total, name in _NOTED.findall(noted):
        if manifest.within(name):
            yield name, total
