"""The files of a site: written where they differ, removed where they were ours and are gone."""

from hashlib import sha256
from pathlib import Path, PurePosixPath

from protestmail import files
from protestmail.errors import Untrusted, UsageProblem
from protestmail.sources import manifest
from protestmail.sources.manifest import Manifest, Stop

_LOOKED_AT = 1000
"""The bytes of a file in which it says that we have made it."""


class Shelf:
    """A site while it is published; ``written`` counts the files that are new or have changed.

    ``stopped`` is what was stopped in it, and in the folder from which it is made (``sign``).
    Raises UsageProblem for a folder whose manifest is not one of ours.
    """

    def __init__(self, site: Path, folder: Path) -> None:
        self.site = site
        self.manifest = _manifest(site, "or publish into another folder")
        self.stopped = stopped(folder) + (self.manifest.stopped if self.manifest else ())
        self.before = self.manifest.files if self.manifest else {}
        self.ours: dict[str, str] = {}
        self.written = 0

    def put(self, name: str, data: bytes) -> None:
        """Write a file; raise UsageProblem where one is there that is somebody else's."""
        if name in self.ours:
            hint = "give the attachment another name"
            raise UsageProblem(f"two files of the site would be called {name}", hint)
        path = self.site / name
        if name not in self.before and path.is_file():
            there = path.read_bytes()
            if there != data and b"protestmail" not in there[:_LOOKED_AT]:
                told = f"{path} is there already, and not from an earlier publish"
                raise UsageProblem(told, "move it away, or publish into another folder")
        try:
            self.written += files.replace(data, path)
        except OSError as why:
            told = f"{path} cannot be written: {files.reason(why)}"
            raise UsageProblem(told, "publish into another folder") from None
        self.ours[name] = sha256(data).hexdigest()

    def of(self, id_: str) -> dict[str, str]:
        """The pages of an appeal that are there just as we have written them; else none."""
        names = [one for one in self.before if one.startswith(f"{id_}/") and one.endswith(".html")]
        known = {name: self.before[name] for name in names}
        return known if known and all(self._as_it_was(name) for name in names) else {}

    def keep(self, known: dict[str, str]) -> None:
        """Leave files as they are."""
        self.ours |= known

    def finish(self) -> tuple[int, list[str]]:
        """Remove what is gone; give how many, and what was ours but has been changed by others."""
        gone = self.before.keys() - self.ours.keys()
        there = [name for name in sorted(gone) if (self.site / name).is_file()]
        kept = [name for name in there if not self._as_it_was(name)]
        for name in there:
            if name not in kept:
                self._remove(name)
        return len(there) - len(kept), kept

    def _as_it_was(self, name: str) -> bool:
        path = self.site / name
        if path.is_symlink() or not path.is_file():
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
