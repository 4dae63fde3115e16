"""What is other in a campaign's set than it was when it was looked at last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from protestmail.appeals import library
from protestmail.appeals.appeal import ACTIVE
from protestmail.sources.kept import Gist, Source
from protestmail.sources.manifest import Manifest, Stop


class Moved(NamedTuple):
    """A target, in an appeal or a directory, whose addresses are others than before."""

    path: str
    who: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A set that was verified, by the source that it would make, and what is other than before.

    It is the ``same`` where what was taken last is this, and whole.
    """

    source: Source
    made: Manifest
    data: bytes
    gist: Mapping[str, Gist]
    before: Mapping[str, Gist]
    stops: tuple[Stop, ...]
    same: bool

    @property
    def digest(self) -> str:
        """The sum of the manifest."""
        return sha256(self.data).hexdigest()

    @property
    def new(self) -> list[str]:
        """The ids of appeals that were not there before."""
        return [one for one in ids(self.gist) if f"{one}.yaml" not in self.before]

    @property
    def changed(self) -> list[str]:
        """The ids of appeals whose files are others than before."""
        both = (one for one in ids(self.gist) if f"{one}.yaml" in self.before)
        return [one for one in both if self._of(one).sum != self.before[f"{one}.yaml"].sum]

    @property
    def ended(self) -> list[str]:
        """The ids of appeals that were active, and are not any more, or not there."""
        was = (one for one in ids(self.before) if self.before[f"{one}.yaml"].status == ACTIVE)
        return [one for one in was if self._of(one).status != ACTIVE]

    @property
    def moved(self) -> list[Moved]:
        """The targets of what was there before, whose addresses are others now."""
        return [
            Moved(path, who, tuple(old.to.get(who, ())), tuple(to))
            for path, now in self.gist.items()
            if (old := self.before.get(path))
            for who, to in now.to.items()
            if {*to} - {*old.to.get(who, ())}
        ]

    def _of(self, id_: str) -> Gist:
        return self.gist.get(f"{id_}.yaml", Gist(""))


def ids(gist: Mapping[str, Gist]) -> Iterator[str]:
    """The ids of the appeals among some files."""
    return (one.removesuffix(library.SUFFIX) for one in gist if "/" not in one)
