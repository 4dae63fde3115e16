"""The appeals of those who follow campaigns: their own folders first, then each source's.

A source's file counts if it is what was signed when the source was looked at last: each is held
against its sum as it is read, in whichever folder it lies. ``NAME/ID`` names an appeal; ``ID``
alone does where nobody else has it.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from protestmail.appeals import library
from protestmail.appeals.appeal import WITHDRAWN, Appeal
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.appeals.library import Headline
from protestmail.appeals.shelf import Shelf, missed
from protestmail.commands import to_type
from protestmail.errors import (
    InvalidAppeal,
    NoSuchAppeal,
    Problem,
    TryLater,
    Untrusted,
    UsageProblem,
    nearest,
)
from protestmail.sources import manifest, place
from protestmail.sources.kept import Kept, Source
from protestmail.sources.stops import Stops


class Followed(Shelf):
    """A shelf on which the sources stand beside the folders."""

    def __init__(self, folders: Sequence[Path], state: Path, today: date) -> None:
        super().__init__(folders)
        self._kept, self._today = Kept(state), today
        self._sources = {one.name: one for one in self._kept.sources()}
        self._stops = Stops(self._kept)
        roots = {f"{self._kept.files(one)}{os.sep}": one for one in self._sources.values()}
        self._roots = dict(sorted(roots.items(), reverse=True))  # a folder before one that holds it
        self._files = cache(lambda name: self._kept.manifest(self._sources[name]).files)
        self._trouble = cache(lambda name: self._why_not(self._sources[name]))

    def read(self, path: Path) -> bytes:
        """Read a file; one of a source, only as it was signed."""
        source = self._of(str(path))
        if source is None:
            return super().read(path)
        inner = path.relative_to(self._kept.files(source)).as_posix()
        try:
            data = place.read(self._kept.files(source), inner, MAX_BYTES)
        except Untrusted as why:
            raise InvalidAppeal([Problem(str(path), 1, 1, why.message)]) from None
        if why_not := self._trouble(source.name):
            raise InvalidAppeal([Problem(str(path), 1, 1, why_not.message, why_not.hint)])
        if sha256(data).hexdigest() != self._files(source.name).get(inner):
            told = f"this is not what {source.title} has signed"
            hint = f"see {to_type('source', 'update', source.name)}"
            raise InvalidAppeal([Problem(str(path), 1, 1, told, hint)])
        return data

    def find(self, id_: str) -> Parsed:
        """Find an appeal by its id, ``NAME/ID`` or a path; raises TryLater for a silent source."""
        name, _, own = id_.partition("/")
        if name in self._sources and own and not library.is_path(own):
            return self._in_source(self._sources[name], own)
        if library.is_path(id_):
            whole = Path(os.path.realpath(id_))
            return self._load(whole) if self._of(str(whole)) else super().find(id_)
        named = self.named(id_)
        if named and id_ not in named:
            told = f'"{id_}" is of several: {", ".join(named)}'
            raise UsageProblem(told, f"name one of them: {to_type('show', next(iter(named)))}")
        return self._load(named[id_]) if named else library.find(id_, self.folders, self.ids())

    def _in_source(self, source: Source, id_: str) -> Parsed:
        if id_ in (there := self._ids(source)):
            return self._load(self._path(source, id_))
        close = nearest(id_, there)
        hint = f'did you mean "{source.name}/{close}"?' if close else f"see {to_type('list')}"
        raise NoSuchAppeal(f'{source.name} has no appeal "{id_}"', hint)

    def _load(self, path: Path) -> Parsed:
        source = self._of(str(path))
        if source and (why_not := self._trouble(source.name)):
            raise why_not
        return library.load(path, self.read)

    def known(self, parsed: Parsed, appeal: Appeal) -> Appeal:
        """Give an appeal with its source, its attachments' sums, and as stopped if it was."""
        source = self._of(parsed.file)
        if source:
            sums = self._files(source.name)
            held = (
                one._replace(sha256=sums.get(f"{appeal.id}/{one.file}", "0" * 64))
                for one in appeal.attachments
            )
            days = source.unheard(self._today)
            appeal = appeal._replace(campaign=source.name, unheard=days, attachments=tuple(held))
        heard = self._stops.of(appeal, parsed.data, source)
        return heard.told(appeal) if heard and appeal.status != WITHDRAWN else appeal

    def ids(self) -> list[str]:
        """How each appeal is called, those of one's own folders first."""
        return [*super().ids(), *(name for name, _, _ in self._others())]

    def _others(self) -> Iterator[tuple[str, Source, str]]:
        """The appeals of sources: how each is called, whose it is, its id."""
        held = Counter(id_ for one in self._sources.values() for id_ in self._ids(one))
        held.update(super().ids())
        for source in self._sources.values():
            for id_ in self._ids(source):
                yield id_ if held[id_] == 1 else f"{source.name}/{id_}", source, id_

    def named(self, id_: str) -> dict[str, Path]:
        """The files of all appeals that have an id, by how each is called."""
        others = ((name, self._path(one, own)) for name, one, own in self._others() if own == id_)
        return super().named(id_) | dict(others)

    def headlines(self) -> Iterator[Headline | list[Problem]]:
        """Every appeal's headline; of a source that cannot be read, one problem."""
        for path in library.paths(self.folders):
            yield self._headline(path)
        for name in self._sources:
            if why_not := self._trouble(name):
                yield [Problem(self._sources[name].place, 1, 1, why_not.message, why_not.hint)]
        for name, source, id_ in self._others():
            if not self._trouble(source.name):
                one = self._headline(self._path(source, id_))
                if isinstance(one, Headline):
                    days = source.unheard(self._today)
                    one = one._replace(id=name, source=source.name, unheard=days)
                yield one

    def _headline(self, path: Path) -> Headline | list[Problem]:
        """One headline; what may be stopped is looked at closely."""
        one = library.headline(path, self.read)
        if isinstance(one, Headline) and one.id in self._stops.ids and one.status != WITHDRAWN:
            parsed = library.load(path, self.read)
            found = self.known(parsed, parsed.appeal)
            return one._replace(status=found.status, closed=found.closed)
        return one

    def latest(self, id_: str, file: str) -> Headline | None:
        """Give the last of the appeals that follow one up: of the same source, or of no source."""
        source = self._of(file)
        if source is None:
            return super().latest(id_, file)
        found = self._latest(id_, [self._kept.files(source)])
        return found and found._replace(id=f"{source.name}/{found.id}")

    def signed(self, appeal: Appeal) -> Collection[str]:
        """The origins that a source's appeal has had."""
        source = self._sources.get(appeal.campaign)
        own = self._id(appeal)
        return [*self._stops.origins(own, source, own=True)] if source else ()

    def others(self, appeal: Appeal) -> Collection[str]:
        """The origins of what other sources have signed under the id of a source's appeal."""
        source = self._sources.get(appeal.campaign)
        own = self._id(appeal)
        foreign = self._stops.origins(own, source, own=False) if source else ()
        return {*foreign} - {*self.signed(appeal)}

    def withdrawn(self, id_: str, origins: Collection[str]) -> Appeal | None:
        """Give what is left of an appeal that was stopped."""
        return self._stops.gone(id_, origins)

    def notes(self) -> list[str]:
        """What is to be said of sources that were not heard of for too long."""
        silent = ((one, one.unheard(self._today)) for one in self._sources.values())
        return [
            f"{missed(one.name, days)}; {to_type('source', 'update', one.name)}"
            for one, days in silent
            if days
        ]

    def _id(self, appeal: Appeal) -> str:
        return Path(appeal.file).stem

    def _of(self, file: str) -> Source | None:
        """The source in whose folder a file lies."""
        return next((one for root, one in self._roots.items() if file.startswith(root)), None)

    def _ids(self, source: Source) -> list[str]:
        every = (one for one in self._files(source.name) if "/" not in one)
        return sorted(one.removesuffix(".yaml") for one in every if one.endswith(library.SUFFIX))

    def _path(self, source: Source, id_: str) -> Path:
        return self._kept.files(source) / f"{id_}{library.SUFFIX}"

    def _why_not(self, source: Source) -> TryLater | None:
        """Why nothing of a source can be read, if that is so."""
        folder = self._kept.files(source)
        hint = f"look at it: {to_type('source', 'update', source.name)}"
        if not folder.is_dir():
            return TryLater(f"{source.name}: {folder} is not there", hint)
        if source.on_web:
            return None
        try:
            data = place.read(folder, manifest.NAME, manifest.MAX_BYTES)
        except Untrusted as why:
            return TryLater(f"{source.name}: {why.message}", hint)
        if sha256(data).hexdigest() != source.digest:
            return TryLater(f"{source.name} has changed since you looked at it last", hint)
        return None
