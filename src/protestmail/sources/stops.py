"""What was stopped, by whom, and which appeals that means: it outlives every file.

A key stops what it has once signed, wherever a copy of that lies, and what its own source calls by
that id; nothing else, so that nobody silences another campaign.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from protestmail.appeals.appeal import WITHDRAWN, Appeal, Issuer
from protestmail.journal import origin
from protestmail.sources.kept import Kept, Memory, Source
from protestmail.sources.manifest import Stop


class Heard(NamedTuple):
    """A stop, and the campaign that it was heard from."""

    stop: Stop
    campaign: str

    def told(self, appeal: Appeal) -> Appeal:
        """Give an appeal as withdrawn."""
        why = f"{self.stop.reason} ({self.campaign} stopped it)"
        return appeal._replace(status=WITHDRAWN, closed=self.stop.day, outcome=why)


class Stops:
    """All that the keys of sources, followed now or before, have signed and stopped."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    @cached_property
    def _memories(self) -> Sequence[Memory]:
        return self._kept.memories()

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all that was stopped."""
        return frozenset(stop.id for one in self._memories for stop in one.stopped)

    def of(self, appeal: Appeal, data: bytes, source: Source | None = None) -> Heard | None:
        """Give the stop that an appeal's file falls under, by its bytes and whose it is."""
        if not self.ids:
            return None
        total = sha256(data).hexdigest()
        for memory in self._memories:
            for stop in memory.stopped:
                signed = memory.signed.get(stop.id, {})
                own = source is not None and _speaks(memory, source)
                same = own or (source is None and origin.of(appeal) in signed.values())
                if total in signed or (appeal.id == stop.id and same):
                    return Heard(stop, memory.title)
        return None

    def gone(self, id_: str, origins: Collection[str]) -> Appeal | None:
        """Give what is left of a stopped appeal, known by the origins of its letters."""
        for memory in self._memories:
            known = {*memory.signed.get(id_, {}).values()} & {*origins}
            for stop in memory.stopped:
                if stop.id == id_ and any(known):
                    none = Appeal(id_, "", "", stop.day, Issuer(memory.title), "", (), ())
                    return Heard(stop, memory.title).told(none)
        return None

    def origins(self, id_: str, source: Source, *, own: bool) -> Iterator[str]:
        """The origins of what was signed under an id: for this source, or for all others."""
        for memory in self._memories:
            if _speaks(memory, source) == own:
                yield from filter(None, memory.signed.get(id_, {}).values())


def _speaks(memory: Memory, source: Source) -> bool:
    """Whether a key speaks for a source."""
    return memory.key in source.keys and memory.title == source.title
