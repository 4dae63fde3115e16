"""A campaign's set: looked at as a whole, judged against all that was seen before, then kept.

Nothing on the disk changes before everything is verified, but for one thing: what its key stops is
remembered as soon as all of it holds, whatever its reader then answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from protestmail.appeals import contacts, directories, library
from protestmail.appeals.appeal import Appeal, Copy, Target
from protestmail.appeals.channels import CHANNELS
from protestmail.appeals.file import parsing
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.errors import InvalidAppeal, Untrusted
from protestmail.journal import origin
from protestmail.sources import manifest, place, signature
from protestmail.sources.changes import Found, ids
from protestmail.sources.kept import Gist, Kept, Source
from protestmail.sources.manifest import Manifest
from protestmail.sources.place import Place

_DISTRUST = "nothing has changed here; ask the campaign, by a way that you know, what has happened"


def look(kept: Kept, source: Source, where: Place, draft: Path) -> Found:
    """Verify what lies at a source's place, and give what is new of it.

    Files that have to be fetched are laid into ``draft``. Raises Untrusted and TryLater.
    """
    data = where.read(manifest.NAME, manifest.MAX_BYTES)
    armor = where.read(manifest.SIGNATURE, signature.MAX_BYTES)
    key = signature.verify(data, armor, source.keys)
    made = manifest.read(data)
    known = _judge(kept, source, key, made, sha256(data).hexdigest())
    if stray := where.unlisted(made.files):
        raise _distrusted(f"{stray} lies there, and is not one of the files that were signed")
    taking = _Taking(kept, source, where, made, draft)
    gist = dict(taking.files())
    stops = tuple(one for one in made.stopped if one.id not in known)
    now = replace(
        source,
        title=made.name,
        key=key,
        serial=made.serial,
        issued=made.issued,
        expires=made.expires,
    )
    same = sha256(data).hexdigest() == source.digest and not taking.fetched
    return Found(now, made, data, gist, kept.gist(source), stops, same=same)


def _judge(kept: Kept, source: Source, key: str, made: Manifest, digest: str) -> set[str]:
    """Raise Untrusted for what is older than was seen, or takes back what was said.

    Gives the ids of the appeals that were stopped before.
    """
    seen = kept.memory(key, made.name)
    if source.title not in {"", made.name}:
        raise _distrusted(f'it is of another campaign now, "{made.name}"')
    if made.serial < seen.serial:
        told = f"it is number {made.serial}, and number {seen.serial} was seen before"
        raise _distrusted(f"it is an old one: {told}")
    if made.serial == seen.serial and digest != seen.digest:
        raise _distrusted(f"two that differ are both signed as number {made.serial}")
    other = source.key not in {"", key} and made.serial == seen.serial
    if other or made.issued < source.issued:
        raise _distrusted("it is older than the one that was taken last")
    memories = [kept.memory(one, made.name) for one in source.keys]
    stopped = {one.id for memory in memories for one in memory.stopped}
    if taken_back := sorted(stopped - {one.id for one in made.stopped}):
        told = f'it says no more that "{taken_back[0]}" is stopped, and a stop is never taken back'
        raise _distrusted(told)
    return stopped


def _distrusted(told: str) -> Untrusted:
    return Untrusted(told, _DISTRUST)


@dataclass(frozen=True, slots=True)
class _Taking:
    """The files of a set, each taken if it is what was signed."""

    kept: Kept
    source: Source
    where: Place
    made: Manifest
    draft: Path
    fetched: list[str] = field(default_factory=list)

    def files(self) -> Iterator[tuple[str, Gist]]:
        """Get each file of an appeal or a directory, and what is to be remembered of it."""
        for path in sorted(self.made.files):
            if not _is_read(path):
                continue
            appeal, gist = _gist(path, self._file(path, MAX_BYTES))
            for one in appeal.attachments if appeal else ():
                self._attachment(path, f"{Path(path).stem}/{one.file}")
            yield path, gist._replace(sum=self.made.files[path])

    def _attachment(self, of: str, path: str) -> None:
        if path not in self.made.files:
            raise _distrusted(f"{of} attaches {path}, which was not signed")
        self._file(path, library.MAX_ATTACHMENT)

    def _file(self, path: str, most: int) -> bytes:
        """Get a file that is what was signed: the one that is here already, or from its place."""
        if not self.source.on_web:
            return self._same(self.where.read(path, most), path)
        data = self._here(path, most)
        if data is None:
            data = self._same(self.where.read(path, most), path)
            self.fetched.append(path)
        target = self.draft / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return data

    def _here(self, path: str, most: int) -> bytes | None:
        """A file of the set before, where it is still the one that is signed now."""
        try:
            before = self.kept.files(self.source) if self.source.set else self.draft
            return self._same(place.read(before, path, most), path)
        except Untrusted:
            return None

    def _same(self, data: bytes, path: str) -> bytes:
        if sha256(data).hexdigest() != self.made.files[path]:
            raise _distrusted(f"{path} is not the file that was signed")
        return data


def _is_read(path: str) -> bool:
    """Whether a file is one that is read as an appeal or a directory."""
    ours = "/" not in path or path.startswith(f"{directories.FOLDER}/")
    return ours and path.endswith(library.SUFFIX)


def _gist(path: str, data: bytes) -> tuple[Appeal | None, Gist]:
    """What is to be remembered of a file; of one with mistakes, nothing but that it is there."""
    try:
        if "/" in path:
            return None, Gist("", to=_directory(path, data))
        appeal = parsing.parse(data, Path(path).stem, path, complete=False).appeal
    except InvalidAppeal:
        return None, Gist("")
    to = {one.id: _ways(one) for one in appeal.targets}
    to |= {f"copy to {one.label}": _ways(one) for one in appeal.every_copy}
    day = str(appeal.send_before or "")
    issuer = appeal.issued_by.name
    return appeal, Gist("", appeal.title, appeal.status, issuer, day, origin.of(appeal), to)


def _directory(path: str, data: bytes) -> Mapping[str, list[str]]:
    known = contacts.known(contacts.parse(data, path, directory=True))
    every = ((code, one) for code, each in known.items() for one in each.known)
    return {f"{one.label} ({code})": _ways(one) for code, one in every}


def _ways(one: Target | Copy) -> list[str]:
    """All addresses of a target or a copy; one by post is one address."""
    post = ", ".join(one.post)
    ways = (getattr(one, name) for name in CHANNELS if name != "post")
    listed = (at for way in ways for at in ([way] if isinstance(way, str) else way))
    return [at for at in (post, *listed) if at]


def remember(kept: Kept, found: Found) -> None:
    """Keep what was signed and stopped, for each key that may speak for the source."""
    for key in found.source.keys:
        memory = kept.memory(key, found.made.name)
        known = {one.id for one in memory.stopped}
        memory.stopped += [one for one in found.made.stopped if one.id not in known]
        for id_ in ids(found.gist):
            one = found.gist[f"{id_}{library.SUFFIX}"]
            memory.signed.setdefault(id_, {})[one.sum] = one.origin
        if key == found.source.key:
            memory.serial, memory.digest = found.made.serial, found.digest
        kept.remember(memory)
