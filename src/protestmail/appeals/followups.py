"""Which appeal follows up which: ``supersedes``, read backwards through the folders of appeals.

Each file is only looked through for the word; those that may matter are then read as ever.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path

from protestmail.appeals import library
from protestmail.appeals.appeal import ACTIVE, DRAFT
from protestmail.appeals.library import Headline, Read
from protestmail.errors import InvalidAppeal, NoSuchAppeal

_NAMED = re.compile(rb"""supersedes["']?\s*:\s*["']?([a-z0-9-]+)""")


class FollowUps:
    """The appeals of some folders by what they follow up; empty where a folder is not there."""

    def __init__(self, folders: Iterable[Path], read: Read = library.read_bytes) -> None:
        self._after: dict[str, list[Path]] = defaultdict(list)
        self._headline = cache(partial(library.headline, read=read))
        try:
            for path in library.paths(folders):
                for id_ in _named(path, read):
                    self._after[id_].append(path)
        except NoSuchAppeal:  # whoever names a file may have no folder of appeals
            return

    def latest(self, id_: str) -> Headline | None:
        """Give the appeal at the end of those that follow one up, an active one if there is any.

        A draft is not told of, and a ring of appeals comes to its end.
        """
        told = [one for one in self._all(id_) if one.status != DRAFT]
        return max(told, key=lambda one: (one.status == ACTIVE, one.issued, one.id), default=None)

    def _all(self, id_: str) -> Iterator[Headline]:
        """Every appeal that follows it up, or follows up one that does, each once."""
        seen, waiting = {id_}, [id_]
        while waiting:
            before = waiting.pop()
            for path in self._after.get(before, ()):
                one = self._headline(path)
                if isinstance(one, Headline) and one.supersedes == before and one.id not in seen:
                    seen.add(one.id)
                    waiting.append(one.id)
                    yield one


def _named(path: Path, read: Read) -> set[str]:
    """What a file may follow up, at a glance: a text that only speaks of it counts as well."""
    try:
        data = read(path)
    except InvalidAppeal:
        return set()
    return {one.decode() for one in _NAMED.findall(data)} if b"supersedes" in data else set()
