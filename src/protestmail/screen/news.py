"""How it looks what has happened since."""

from collections.abc import Iterable
from typing import Any

from protestmail.journal.news import STOPPED, Event, News
from protestmail.screen.journal import moment, when
from protestmail.screen.output import Screen


def show_news(screen: Screen, found: Iterable[News]) -> None:
    """Show what is new: a record for each thing that is, or for a person what to know and do."""
    for number, one in enumerate(found):
        if screen.piped:
            _records(screen, one)
            continue
        if number:
            screen.line()
        screen.prose(f"{one.appeal}: {one.title}" if one.title else one.appeal, 0, "bold", hang=2)
        screen.prose(f"answered on {one.answered}", 2, "dim")
        for event in one.events:
            _show(screen, event)
        if not one.events:
            screen.prose("nothing new", 2)


def _show(screen: Screen, event: Event) -> None:
    """Show one thing; an address stands whole."""
    style = "bold red" if event.kind == STOPPED else ""
    label = " ".join(map(str, filter(None, (_label(event), event.day))))
    if event.to:
        screen.listed(label, event.to, indent=2, state=event.kind)
        screen.prose(_told(event), 4)
    else:
        told = f"{label}: {_told(event)}" if event.text else label
        screen.prose(told, 2, style, hang=2, state="" if style else event.kind)
    if event.see:
        screen.line(event.see, indent=4)


def _label(event: Event) -> str:
    return event.kind.upper() if event.kind == STOPPED else event.kind


def _told(event: Event) -> str:
    due = f", due {when(event.due)}" if event.due is not None else ""
    return f"{' '.join(event.text.split())}{due}"


def _records(screen: Screen, one: News) -> None:
    for event in one.events:
        told = ", ".join((*event.to, _told(event)))
        screen.record(one.appeal, event.kind, event.day or "", told, event.see)
    if not one.events:
        screen.record(one.appeal, "nothing new", "", "", "")


def news_json(screen: Screen, one: News) -> dict[str, Any]:
    """The stable keys of an appeal in ``news --json``."""
    return {
        "appeal": one.appeal,
        "title": one.title,
        "status": one.status,
        "answered": one.answered,
        "news": [_event_json(screen, event) for event in one.events],
    }


def _event_json(screen: Screen, event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "date": event.day,
        "text": event.text,
        "to": event.to,
        "due": None if event.due is None else moment(event.due),
        "see": screen.completed(event.see),
    }
