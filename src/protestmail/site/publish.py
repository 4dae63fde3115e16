"""A folder of appeals becomes a site: what has changed is written, what is gone is removed.

All is checked before a file is written. A page that is there already and would be the same
(``origin``) costs no more than being read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from protestmail.appeals import contacts, directories, library
from protestmail.appeals.appeal import DRAFT, WITHDRAWN, Appeal
from protestmail.appeals.lookups import Directory
from protestmail.errors import Refused
from protestmail.letters.languages import base
from protestmail.site import feeds, index, page
from protestmail.site.cards import Maker, Offer
from protestmail.site.checked import Entry, Wish, alone, checked, last_day, refuse_itself
from protestmail.site.page import Setting
from protestmail.site.shelf import Shelf, stopped
from protestmail.sources import manifest
from protestmail.sources.manifest import Manifest


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


def publish(wish: Wish, tell: Callable[[str], None] = lambda _: None) -> Result:
    """Publish a folder; raise InvalidAppeal, before anything is written, for what check refuses.

    ``tell`` hears the id of each appeal whose pages are made.
    """
    refuse_itself(wish)
    shelf = Shelf(wish.site, wish.folder)
    entries, drafts = checked(wish, shelf)
    with shelf.alone():
        return _published(wish, shelf, entries, drafts, tell)


def _published(
    wish: Wish,
    shelf: Shelf,
    entries: list[Entry],
    drafts: tuple[str, ...],
    tell: Callable[[str], None],
) -> Result:
    """Make and sign all of it before any of it takes its place, the manifest last."""
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
    made = _listed(wish, shelf, told)
    armor = manifest.seal(wish.site, made, wish.key) if wish.key else None
    removed, kept = shelf.finish()
    manifest.write(wish.site, made, armor)
    return Result(
        len(entries),
        len(shelf.ours),
        len(shelf.written),
        removed,
        tuple(by_hand),
        drafts,
        tuple(kept),
        made,
        made != shelf.manifest,
    )


def _listed(wish: Wish, shelf: Shelf, appeals: list[Appeal]) -> Manifest:
    """Compose the manifest, which holds on from today only where it is going to be signed."""
    return manifest.compose(
        wish.site,
        shelf.ours,
        name=manifest.campaign(appeals, shelf.manifest),
        today=wish.day or wish.today if wish.key else _day(wish, appeals),
        stopped=[*shelf.stopped, *manifest.stops(appeals)],
        renew=bool(wish.key),
    )


def single(wish: Wish, id_: str) -> tuple[bytes, list[str]]:
    """Make the one page of an appeal that needs no site around it; give it, and what is by hand."""
    parsed = library.find(id_, [wish.folder])
    path = Path(parsed.file)
    alone(wish, parsed, stopped(wish.folder))
    appeal, maker = _maker(wish, path)
    if appeal.status == DRAFT:
        raise Refused(f"{appeal.id} is a draft", "say status: active in it when it is finished")
    offer = maker.offer()
    setting = Setting(wish.day or last_day(appeal))
    return page.write(appeal, offer, setting), list(_by_hand(appeal, offer))


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


def _make(wish: Wish, shelf: Shelf, entry: Entry) -> Iterator[str]:
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
            language=tag,
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


def _copy(shelf: Shelf, entry: Entry) -> None:
    """Put the appeal's own files beside its pages, for programs that follow the site."""
    shelf.put(entry.path.name, library.read_bytes(entry.path))
    for one in library.load(entry.path).appeal.attachments if entry.told.attachments else ():
        data = library.attachment(entry.told, one, entry.path)
        shelf.put(f"{entry.told.id}/{one.file}", data)


def _overview(wish: Wish, shelf: Shelf, appeals: list[Appeal]) -> None:
    """Write the index and the feeds."""
    day = _day(wish, appeals)
    title = index.title(appeals, index.language(appeals))
    site, told = feeds.Site(title, wish.url, day), feeds.entries(appeals)
    shelf.put("index.html", index.write(appeals, day))
    shelf.put("feed.xml", feeds.atom(site, told))
    shelf.put("feed.json", feeds.json_feed(site, told))
