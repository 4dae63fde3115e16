"""Where an appeal is looked for by its id: the folders of appeals, and what is known beside them.

Whoever follows a campaign has more on it, see ``sources.followed``.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from protestmail.appeals import library
from protestmail.appeals.file.parsing import Parsed
from protestmail.errors import Problem

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal
    from protestmail.appeals.followups import FollowUps
    from protestmail.appeals.library import Headline


def missed(campaign: str, days: int) -> str:
    """Say what is to be feared where a campaign is silent for longer than it promised."""
    told = f"not heard of {campaign} for {days} day{'' if days == 1 else 's'}"
    return f"{told}: a stop action may have been missed" if days else ""


class Shelf:
    """The appeals of some folders, of which the earlier count."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self._after: dict[tuple[Path, ...], FollowUps] = {}

    def read(self, path: Path) -> bytes:
        """Read a file of an appeal or a directory; raises InvalidAppeal where it is none."""
        return library.read_bytes(path)

    def find(self, id_: str) -> Parsed:
        """Find an appeal by its id, or by its file's path; raises NoSuchAppeal with a guess."""
        return library.find(id_, self.folders)

    def known(self, _parsed: Parsed, appeal: "Appeal") -> "Appeal":
        """Give an appeal with what is known of it beyond its file."""
        return appeal

    def ids(self) -> list[str]:
        """How each appeal is called."""
        return [path.stem for path in library.paths(self.folders)]

    def headlines(self) -> "Iterator[Headline | list[Problem]]":
        """Every appeal's headline; for a broken file, its problems."""
        return library.headlines(self.folders)

    def named(self, id_: str) -> dict[str, Path]:
        """The files of all appeals that have an id, by how each is called."""
        return {path.stem: path for path in library.paths(self.folders) if path.stem == id_}

    def latest(self, id_: str, _file: str) -> "Headline | None":
        """Give the last of the appeals that follow up the one of this id and file."""
        return self._latest(id_, self.folders)

    def _latest(self, id_: str, folders: Sequence[Path]) -> "Headline | None":
        from protestmail.appeals.followups import FollowUps  # noqa: PLC0415  not for a list

        key = tuple(folders)
        after = self._after.setdefault(key, self._after.get(key) or FollowUps(key, self.read))
        return after.latest(id_)

    def signed(self, _appeal: "Appeal") -> Collection[str]:
        """The origins that this appeal has had, as its campaign has signed it over time."""
        return ()

    def others(self, _appeal: "Appeal") -> Collection[str]:
        """The origins of other appeals of this one's id, which are known not to be this one."""
        return ()

    def notes(self) -> list[str]:
        """What is to be said with a list of all this."""
        return []

    def withdrawn(self, _id: str, _origins: Collection[str]) -> "Appeal | None":
        """Give what is left of an appeal that was stopped, and whose file is gone."""
        return None
