"""A folder of appeals becomes a site: what has changed is written, what is gone is removed.

All is checked before a file is written. A page that is there already and would be the same
(``origin``) costs no more than being read.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from protestmail.appeals import contacts, directories, library
from protestmail.appeals.appeal import DRAFT, WITHDRAWN, Appeal
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.followups import FollowUps
from protestmail.appeals.library import Headline
from protestmail.appeals.lookups import Directory
from protestmail.checking.proofread import proofread
from protestmail.errors import InvalidAppeal, NoSuchAppeal, Problem, Refused, UsageProblem
from protestmail.letters.languages import base
from protestmail.site import feeds, index, origin, page
from protestmail.site.cards import Maker, Offer
from protestmail.site.page import Setting
from protestmail.site.shelf import Shelf, stopped
from protestmail.sources import manifest
from protestmail.sources.manifest import Manifest, Stop


class Wish(NamedTuple):
    """What is to be published where; ``url`` is empty, or ends in a slash.

    ``day`` is as of when the pages tell, if not as of the last thing that they tell of; ``today``
    is for checking, and for a manifest that is ``signed``; it changes no page. ``known`` gives an
    appeal with what is known of it beyond its file: that it was stopped.
    """

    folder: Path
    site: Path
    today: date
    url: str = ""
    day: date | None = None
    signed: bool = False
    known: Callable[[Parsed, Appeal], Appeal] = lambda _, appeal: appeal


class Result(NamedTuple):
    """What was done: so many appeals and files, and what somebody should know of.

    ``by_hand`` are the letters that no browser fills in, ``drafts`` the appeals that are left out,
    ``kept`` the files that were ours and have been changed by somebody since. ``changed`` says
    whether the manifest is another one than before.
    """

    appeals: int
    files: int
    written: int
    removed: int
    by_hand: tuple[str, ...]
    drafts: tuple[str, ...]
    kept: tuple[str, ...]
    manifest: Manifest
    changed: bool


class _Entry(NamedTuple):
    """One appeal: its file, what the index tells of it, and its pages where nothing has changed."""

    path: Path
    told: Appeal
    key: str
    newer: Headline | None
    pages: dict[str, str]


def publish(wish: Wish, tell: Callable[[str], None] = lambda _: None) -> Result:
    """Publish a folder; raise InvalidAppeal, before anything is written, for what check refuses.

    ``tell`` hears the id of each appeal whose pages are made.
    """
    _refuse_itself(wish)
    shelf = Shelf(wish.site, wish.folder)
    entries, drafts = _checked(wish, shelf)
    with shelf.alone():
        return _published(wish, shelf, entries, drafts, tell)


def _published(
    wish: Wish,
    shelf: Shelf,
    entries: list[_Entry],
    drafts: tuple[str, ...],
    tell: Callable[[str], None],
) -> Result:
    """Write all of it, the manifest last."""
    by_hand: list[str] = []
    for one in entries:
        if one.pages:
            shelf.keep(one.pages)
        else:
            tell(one.told.id)
            by_hand += _make(wish, shelf, one)
        _copy(shelf, one)
    for path, lookup in directories.directory(wish.folder).items():
        shelf.put(directories.at(Path(), lookup).as_posix(), library.read_bytes(path))
    told = [one.told for one in entries]
    _overview(wish, shelf, told)
    removed, kept = shelf.finish()
    made = _listed(wish, shelf, told)
    return Result(
        len(entries),
        len(shelf.ours),
        shelf.written,
        removed,
        tuple(by_hand),
        drafts,
        tuple(kept),
        made,
        made != shelf.manifest,
    )


def _listed(wish: Wish, shelf: Shelf, appeals: list[Appeal]) -> Manifest:
    """Write the manifest, which holds on from today only where it is going to be signed."""
    return manifest.write(
        wish.site,
        shelf.ours,
        name=manifest.campaign(appeals, shelf.manifest),
        today=wish.day or wish.today if wish.signed else _day(wish, appeals),
        stopped=[*shelf.stopped, *manifest.stops(appeals)],
        renew=wish.signed,
    )


def single(wish: Wish, id_: str) -> tuple[bytes, list[str]]:
    """Make the one page of an appeal that needs no site around it; give it, and what is by hand."""
    path = Path(library.find(id_, [wish.folder]).appeal.file)
    parsed = library.load(path)
    if problems := [
        *_stopped(wish, parsed, stopped(wish.folder)),
        *_problems(wish, path, known=set()),
    ]:
        raise InvalidAppeal(problems)
    appeal, maker = _maker(wish, path)
    if appeal.status == DRAFT:
        raise Refused(f"{appeal.id} is a draft", "say status: active in it when it is finished")
    offer = maker.offer()
    setting = Setting(wish.day or last_day(appeal))
    return page.write(appeal, offer, setting), list(_by_hand(appeal, offer))


def _refuse_itself(wish: Wish) -> None:
    site, folder = wish.site.resolve(), wish.folder.resolve()
    if site == folder or (folder / directories.FOLDER) in (site, *site.parents):
        told = "the site and the folder of appeals are the same, or it lies in their directory"
        raise UsageProblem(told, "publish into a folder of its own: --to SITE")
    if wish.site.exists() and not wish.site.is_dir():
        raise UsageProblem(f"{wish.site} cannot be written: it is no folder", "name another: --to")


def _checked(wish: Wish, shelf: Shelf) -> tuple[list[_Entry], tuple[str, ...]]:
    """Read and check every appeal, and every directory; give those to publish, and the drafts."""
    paths = list(library.paths([wish.folder])) if wish.folder.is_dir() else []
    if not paths:
        hint = "name a folder of appeals, whose names end in .yaml"
        raise NoSuchAppeal(f"{wish.folder} is no folder that holds an appeal", hint)
    known, newer = {path.stem for path in paths}, FollowUps([wish.folder])
    entries, drafts, problems = [], [], []
    for path, lookup in directories.directory(wish.folder).items():
        problems += directories.problems(path, lookup)
    for path in paths:
        try:
            parsed = library.load(path)
            if _is_draft(parsed):
                drafts.append(path.stem)
                continue
            problems += _stopped(wish, parsed, shelf.stopped)
            entry = _entry(wish, parsed.appeal, newer)
        except InvalidAppeal as why:
            problems += why.problems
            continue
        pages = shelf.of(path.stem)
        if pages and all(origin.said(wish.site / one) == entry.key for one in pages):
            entry = entry._replace(pages=pages)
        else:
            problems += _problems(wish, path, known)
        entries.append(entry)
    if errors := [one for one in problems if one.severity == "error"]:
        raise InvalidAppeal(errors)
    return entries, tuple(drafts)


def _is_draft(parsed: Parsed) -> bool:
    """Whether a file says that it is a draft, finished or not: it holds up nothing else."""
    return isinstance(parsed.tree, dict) and parsed.tree.get("status") == DRAFT


def _stopped(wish: Wish, parsed: Parsed, stops: Collection[Stop]) -> Iterator[Problem]:
    """What keeps an appeal at home that was stopped, though its file does not say so."""
    appeal = wish.known(parsed, parsed.appeal)
    heard = appeal.status == WITHDRAWN
    if parsed.appeal.status != WITHDRAWN and (heard or appeal.id in {one.id for one in stops}):
        told = "this appeal was stopped, and nobody is to answer it"
        hint = "say so in it (status: withdrawn, closed, outcome), or take its file away"
        why = f": {appeal.outcome}" if heard else ""
        yield Problem(parsed.file, 1, 1, f"{told}{why}", hint)


def _problems(wish: Wish, path: Path, known: set[str]) -> list[Problem]:
    found = proofread(library.load(path), today=wish.today, known=known)
    return [one for one in found if one.severity == "error"]


def _entry(wish: Wish, appeal: Appeal, newer: FollowUps) -> _Entry:
    """An appeal as the index and the feeds need it, and the key of its pages."""
    path = Path(appeal.file)
    latest = newer.latest(appeal.id)
    files = [library.attachment(appeal, one, path) for one in appeal.attachments]
    known = (directories.at(wish.folder, one) for one in appeal.lookups)
    beside = [library.read_bytes(one) for one in known if one.exists()]
    day = wish.day or last_day(appeal)
    key = origin.key(library.read_bytes(path), repr((day, latest)).encode(), *files, *beside)
    told = appeal._replace(letters=(), targets=(), background="", copies=(), guidance=())
    return _Entry(path, told, key, latest, {})


def last_day(appeal: Appeal) -> date:
    """The last day of which an appeal tells."""
    days = (appeal.issued, appeal.closed, *(one.date for one in appeal.updates))
    return max(one for one in days if one)


def _day(wish: Wish, appeals: list[Appeal]) -> date:
    return wish.day or max(map(last_day, appeals), default=wish.today)


def _maker(wish: Wish, path: Path) -> tuple[Appeal, Maker]:
    appeal = library.load(path).appeal
    files = {one: directories.at(wish.folder, one) for one in appeal.lookups}
    known = {
        lookup: [Directory(lookup, contacts.known(directories.parse(file, directory=True)))]
        for lookup, file in files.items()
        if file.exists()
    }
    return appeal, Maker(appeal, known, fill=page.goes(appeal))


def _make(wish: Wish, shelf: Shelf, entry: _Entry) -> Iterator[str]:
    """Write the pages of an appeal; give the letters that are filled in by hand, and why."""
    appeal, maker = _maker(wish, entry.path)
    first = base(appeal.letters[0].language) if appeal.letters else ""
    others = sorted({one.language for one in appeal.letters if base(one.language) != first})
    others = [] if appeal.status == WITHDRAWN else others
    pages = {"": f"{appeal.id}/index.html"}
    pages |= {tag: f"{appeal.id}/{tag}/index.html" for tag in others}
    by_hand: dict[str, None] = {}
    for tag, name in pages.items():
        offer = maker.offer(tag) if appeal.status != WITHDRAWN else Offer((), (), {})
        setting = Setting(
            day=wish.day or last_day(appeal),
            newer=entry.newer,
            languages=tuple(_links(pages, tag, appeal)),
            up="../../" if tag else "../",
            key=entry.key,
        )
        shelf.put(name, page.write(appeal, offer, setting))
        by_hand |= dict.fromkeys(_by_hand(appeal, offer))
    yield from by_hand


def _links(pages: dict[str, str], here: str, appeal: Appeal) -> Iterator[tuple[str, str]]:
    """The other pages of an appeal by their languages, each by its way from this one."""
    for tag in pages:
        if tag != here:
            way = f"../{tag}/index.html" if here and tag else f"{tag}/index.html"
            yield tag or appeal.letters[0].language, way if tag else "../index.html"


def _by_hand(appeal: Appeal, offer: Offer) -> Iterator[str]:
    """Say once for each reason which letters are filled in by hand."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    every = ((card, one) for card in offer.cards for one in card.versions if one.why)
    for card, one in every:
        whom = ", ".join(target.label for target in one.letter.targets)
        found["call" if card.call else "letter", one.why].append(whom)
    for (what, why), (first, *others) in found.items():
        more = f" (and {len(others)} more)" if others else ""
        yield f"{appeal.id}: the {what} to {first}{more} is filled in by hand, since {why}"


def _copy(shelf: Shelf, entry: _Entry) -> None:
    """Put the appeal's own files beside its pages, for programs that follow the site."""
    shelf.put(entry.path.name, library.read_bytes(entry.path))
    for one in library.load(entry.path).appeal.attachments if entry.told.attachments else ():
        data = library.attachment(entry.told, one, entry.path)
        shelf.put(f"{entry.told.id}/{one.file}", data)


def _overview(wish: Wish, shelf: Shelf, appeals: list[Appeal]) -> None:
    """Write the index and the feeds."""
    day = _day(wish, appeals)
    site, told = feeds.Site(index.title(appeals), wish.url, day), feeds.entries(appeals)
    shelf.put("index.html", index.write(appeals, day))
    shelf.put("feed.xml", feeds.atom(site, told))
    shelf.put("feed.json", feeds.json_feed(site, told))
