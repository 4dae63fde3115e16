"""How the journal looks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from protestmail.commands import to_type
from protestmail.journal.entry import ACCEPTED, QUEUED, Entry, principal
from protestmail.journal.notes import Noted
from protestmail.screen.output import Screen


def show_entries(screen: Screen, entries: Sequence[Entry]) -> None:
    """Show letters: records for a program; for a person a stack, addresses whole."""
    for one in entries:
        addresses = ", ".join(each.address for each in one.recipients)
        if screen.piped:
            screen.record(
                *(one.number, one.state, when(one.at), one.appeal, one.letter, one.target),
                addresses,
            )
            continue
        to = [each.address for each in principal(one.recipients)]
        screen.listed(f"{one.number}. {one.state}, {when(one.at)}", to, "bold", state=one.state)
        screen.prose(f"{one.appeal}, {one.letter} ({one.language}), from {one.sender}", 3, "dim")
        for each in one.recipients:
            if each.state not in {ACCEPTED, QUEUED}:
                screen.labelled(
                    f"{each.role} {each.state}", each.address, indent=3, state=each.state
                )
                screen.prose(each.reply, 5)
        if one.due is not None:
            told = f"may go again from {when(one.due)} on: {to_type('send', one.appeal)}"
            screen.prose(told, 3)


def show_noted(screen: Screen, noted: Iterable[Noted]) -> None:
    """Show what was done by hand, in records as long as those of letters."""
    for one in noted:
        if screen.piped:
            screen.record("-", "noted", when(one.at), one.appeal, one.channel, one.target, "")
            continue
        told = f"noted: {one.channel}, {when(one.at)}"
        screen.labelled(told, one.target, "bold") if one.target else screen.prose(told, 0, "bold")
        screen.prose(f"{one.appeal}, done by hand", 3, "dim")


def noted_json(one: Noted) -> dict[str, Any]:
    """The stable keys of what was done by hand in ``journal --json``."""
    told = {"appeal": one.appeal, "target": one.target, "channel": one.channel}
    return told | {"at": moment(one.at)}


def when(at: int) -> str:
    """A moment, at the reader's place."""
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def moment(at: int) -> str:
    """A moment for programs, in UTC (RFC 3339)."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry_json(one: Entry) -> dict[str, Any]:
    """The stable keys of one letter in ``send --json`` and ``journal --json``."""
    return {
        "appeal": one.appeal,
        "letter": one.letter,
        "language": one.language,
        "target": one.target,
        "state": one.state,
        "at": moment(one.at),
        "message_id": one.message_id,
        "recipients": [each._asdict() for each in one.recipients],
    }
