"""What has happened, for those who follow by a reader of feeds: Atom (RFC 4287), JSON Feed 1.1."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from protestmail.appeals.appeal import Appeal
from protestmail.site import markup, words
from protestmail.site.page import state

MOST = 100
"""A feed tells of so many things, and of as many stop actions."""


class Entry(NamedTuple):
    """One thing that has happened to an appeal; ``part`` tells it from the others."""

    stop: bool
    day: date
    appeal: str
    part: str
    title: str
    text: str
    language: str


class Site(NamedTuple):
    """What both feeds say of the site; without its ``url`` their links are relative."""

    title: str
    url: str
    day: date


def entries(appeals: Iterable[Appeal]) -> list[Entry]:
    """What is to be told: the latest stop actions first, then all else, the newest first."""
    every = [one for appeal in appeals for one in _of(appeal)]
    every.sort(key=lambda one: (one.day, one.appeal, one.part), reverse=True)
    stops = [one for one in every if one.stop][:MOST]
    return stops + [one for one in every if not one.stop][:MOST]


def _of(appeal: Appeal) -> Iterator[Entry]:
    def entry(day: date, part: str, title: str, text: str, *, stop: bool = False) -> Entry:
        return Entry(stop, day, appeal.id, part, title, text, appeal.language)

    if appeal.stop_action:
        day = appeal.closed or appeal.issued
        yield entry(day, "stop", f"STOP ACTION: {appeal.title}", appeal.outcome, stop=True)
        return
    yield entry(appeal.issued, "", appeal.title, appeal.summary)
    for number, one in enumerate(appeal.updates, 1):
        yield entry(one.date, f"update-{number}", f"Since then: {appeal.title}", one.text)
    if appeal.closed:
        how = state(appeal, words.of())
        yield entry(appeal.closed, "outcome", f"{how}: {appeal.title}", appeal.outcome)


def atom(site: Site, told: Sequence[Entry]) -> bytes:
    """The Atom feed."""
    return markup.page("feed.xml", site=site, entries=told, place=_place, name=_name)


def json_feed(site: Site, told: Sequence[Entry]) -> bytes:
    """The JSON feed."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "description": "Made with protestmail; stop actions come first.",
        **({"home_page_url": site.url, "feed_url": f"{site.url}feed.json"} if site.url else {}),
        "items": [_item(site, one) for one in told],
    }
    return (json.dumps(feed, indent=1, ensure_ascii=False) + "\n").encode()


def _item(site: Site, one: Entry) -> dict[str, Any]:
    return {
        "id": _name(site, one),
        "url": _place(site, one),
        "title": one.title,
        "content_text": one.text,
        "date_published": f"{one.day}T00:00:00Z",
        "language": one.language,
    }


def _place(site: Site, one: Entry) -> str:
    return f"{site.url}{one.appeal}/index.html"


def _name(site: Site, one: Entry) -> str:
    """What a reader knows an entry by; without an address of the site, one made of its name."""
    from uuid import NAMESPACE_URL, uuid5  # noqa: PLC0415

    name = f"{one.appeal}#{one.part}"
    return f"{site.url}{name}" if site.url else uuid5(NAMESPACE_URL, f"protestmail:{name}").urn
