"""What is to be published, read and checked: nothing is written before all of it is sound."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from protestmail.appeals import directories, library
from protestmail.appeals.appeal import WITHDRAWN, Appeal
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.followups import FollowUps
from protestmail.appeals.library import Headline
from protestmail.checking import folders
from protestmail.errors import InvalidAppeal, Problem, UsageProblem
from protestmail.site import origin
from protestmail.site.shelf import Shelf
from protestmail.sources.manifest import Manifest, Stop


class Wish(NamedTuple):
    """What is to be published where; ``url`` is empty, or ends in a slash.

    ``day`` is as of when the pages tell, if not as of the last thing that they tell of; ``today``
    is for checking, and for a manifest that is signed by the ``key``; it changes no page. ``known``
    gives an appeal with what is known of it beyond its file: that it was stopped. ``agreed`` asks
    about what is probably not meant.
    """

    folder: Path
    site: Path
    today: date
    url: str = ""
    day: date | None = None
    key: Path | None = None
    known: Callable[[Parsed, Appeal], Appeal] = lambda _, appeal: appeal
    agreed: Callable[[str], bool] = lambda _: True


class Entry(NamedTuple):
    """One appeal: its file, what the index tells of it, and its pages where nothing has changed."""

    path: Path
    told: Appeal
    key: str
    newer: Headline | None
    pages: dict[str, str]


def refuse_itself(wish: Wish) -> None:
    """Raise UsageProblem for a site that would be written into its own source, or no folder."""
    site, folder = wish.site.resolve(), wish.folder.resolve()
    if site == folder or (folder / directories.FOLDER) in (site, *site.parents):
        told = "the site and the folder of appeals are the same, or it lies in their directory"
        raise UsageProblem(told, "publish into a folder of its own: --to SITE")
    if wish.site.exists() and not wish.site.is_dir():
        raise UsageProblem(f"{wish.site} cannot be written: it is no folder", "name another: --to")


def checked(wish: Wish, shelf: Shelf) -> tuple[list[Entry], tuple[str, ...]]:
    """Read and check every appeal, and every directory; give those to publish, and the drafts."""
    newer = FollowUps([wish.folder])
    entries: list[Entry] = []

    def take(parsed: Parsed) -> Iterator[Problem]:
        yield from _stopped(wish, parsed, shelf.stopped)
        entry = _entry(wish, parsed.appeal, newer)
        pages = shelf.of(parsed.id)
        if pages and all(origin.said(wish.site / one) == entry.key for one in pages):
            entry = entry._replace(pages=pages)
        else:
            yield from folders.mistakes(parsed, wish.today)
        entries.append(entry)

    drafts = folders.walk(wish.folder, wish.today, take)
    told = _another(wish, shelf.manifest, [one.told for one in entries], drafts)
    if told and not wish.agreed(told):
        raise UsageProblem(told, "check FOLDER and --to; at a terminal you are asked about it")
    return entries, drafts


def _another(
    wish: Wish, before: Manifest | None, appeals: Sequence[Appeal], drafts: Collection[str]
) -> str:
    """Say that a site is of another campaign, if it is, and most of its appeals would go."""
    if before is None or before.name in {one.issued_by.name for one in appeals}:
        return ""
    top = (Path(one) for one in before.files if "/" not in one)
    there = {one.stem for one in top if one.suffix == library.SUFFIX}
    gone = there - {one.id for one in appeals} - {*drafts}
    told = f"{wish.site} is of {before.name}: {len(gone)} of its {len(there)} appeals"
    return f"{told} are not in {wish.folder}" if len(gone) > len(there) / 2 else ""


def _stopped(wish: Wish, parsed: Parsed, stops: Collection[Stop]) -> Iterator[Problem]:
    """What keeps an appeal at home that was stopped, though its file does not say so."""
    appeal = wish.known(parsed, parsed.appeal)
    heard = appeal.status == WITHDRAWN
    if parsed.appeal.status != WITHDRAWN and (heard or appeal.id in {one.id for one in stops}):
        told = "this appeal was stopped, and nobody is to answer it"
        hint = "say so in it (status: withdrawn, closed, outcome), or take its file away"
        why = f": {appeal.outcome}" if heard else ""
        yield Problem(parsed.file, 1, 1, f"{told}{why}", hint)


def alone(wish: Wish, parsed: Parsed, stops: Collection[Stop]) -> None:
    """Raise InvalidAppeal for what keeps an appeal at home that is published by itself."""
    if problems := [*_stopped(wish, parsed, stops), *folders.mistakes(parsed, wish.today)]:
        raise InvalidAppeal(problems)


def _entry(wish: Wish, appeal: Appeal, newer: FollowUps) -> Entry:
    """An appeal as the index and the feeds need it, and the key of its pages."""
    path = Path(appeal.file)
    latest = newer.latest(appeal.id)
    files = [library.attachment(appeal, one, path) for one in appeal.attachments]
    known = (directories.at(wish.folder, one) for one in appeal.lookups)
    beside = [library.read_bytes(one) for one in known if one.exists()]
    day = wish.day or last_day(appeal)
    key = origin.key(library.read_bytes(path), repr((day, latest)).encode(), *files, *beside)
    told = appeal._replace(letters=(), targets=(), background="", copies=(), guidance=())
    return Entry(path, told, key, latest, {})


def last_day(appeal: Appeal) -> date:
    """The last day of which an appeal tells."""
    days = (appeal.issued, appeal.closed, *(one.date for one in appeal.updates))
    return max(one for one in days if one)
