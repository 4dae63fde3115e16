"""How sources look, and what is new of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from protestmail.screen.output import Screen
from protestmail.sources.changes import Found, Moved
from protestmail.sources.kept import Gist, Source

_SHOWN = 20


def show_found(screen: Screen, found: Found) -> None:
    """Show what is new, changed, ended and stopped: a record for each, stops first."""
    name = found.source.name
    for stop in found.stops:
        told = f"{stop.id}: {stop.reason}"
        if screen.piped:
            screen.record(name, "stopped", stop.id, stop.day, stop.reason)
        else:
            screen.prose(f"STOP ACTION of {stop.day}: {told}", 0, "bold red", hang=2)
    for kind in ("new", "changed", "ended"):
        _show(screen, name, kind, getattr(found, kind), found.gist)


def _show(
    screen: Screen, name: str, kind: str, ids: Sequence[str], gist: Mapping[str, Gist]
) -> None:
    """Show the appeals of one kind, on a terminal not more than fit on it."""
    titles = {one: gist.get(f"{one}.yaml", Gist("")).title for one in ids}
    if screen.piped:
        for id_, title in titles.items():
            screen.record(name, kind, id_, "", title)
        return
    for id_, title in list(titles.items())[:_SHOWN]:
        screen.prose(f"{kind}: {id_}: {title}" if title else f"{kind}: {id_}", hang=2)
    if len(titles) > _SHOWN:
        screen.prose(f"{kind}: {len(titles) - _SHOWN} more")


def tell_moved(screen: Screen, moved: Iterable[Moved]) -> None:
    """Say which addresses are others than before, old and new, each whole."""
    for one in moved:
        screen.note(f"{one.path}: the address of {one.who} has changed", "bold")
        screen.note(f"  old: {'; '.join(one.old) or 'none'}")
        screen.note(f"  new: {'; '.join(one.new)}")


def tell_whom(screen: Screen, found: Found, issuers: Iterable[str]) -> None:
    """Say who signed, so that somebody can compare it with what they were told."""
    made, source = found.made, found.source
    screen.note(f"{made.name}, signed on {made.issued} as number {made.serial}", "bold")
    screen.note(f"  key: {source.key}")
    screen.note(f"  from: {source.place}")
    screen.note(f"  issued by: {', '.join(issuers)}")
    screen.note("  a signature says who wrote this, not whether it is true")


def show_sources(screen: Screen, sources: Mapping[str, tuple[Source, int]], today: date) -> None:
    """Show what is followed, each with the number of its open appeals."""
    for one, count in sources.values():
        age = (today - one.issued).days
        if screen.piped:
            screen.record(
                one.name, one.title, one.place, one.serial, one.issued, age, one.expires, count
            )
            continue
        screen.line(one.name, "bold")
        days = "today" if age < 1 else f"{age} day{'' if age == 1 else 's'} ago"
        over = ", which is over" if one.unheard(today) else ""
        for text in (
            f"{one.title}: {count} open appeal{'' if count == 1 else 's'}",
            f"number {one.serial}, signed {days}, holds until {one.expires}{over}",
            one.place,
            *(f"key: {key}" for key in one.keys),
        ):
            screen.prose(text, 2, hang=2)


def source_json(one: Source, count: int, today: date) -> dict[str, Any]:
    """The stable keys of a source in ``source list --json``."""
    return {
        "name": one.name,
        "title": one.title,
        "place": one.place,
        "keys": one.keys,
        "serial": one.serial,
        "issued": one.issued,
        "expires": one.expires,
        "expired": bool(one.unheard(today)),
        "open": count,
    }
