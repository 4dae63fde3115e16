"""How the journal looks."""

from collections.abc import Sequence

from protestmail.delivery import ACCEPTED, QUEUED, Entry, principal
from protestmail.screen.output import Screen
from protestmail.screen.sending import when


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
        screen.listed(f"{one.number}. {one.state}, {when(one.at)}", to, "bold")
        screen.prose(f"{one.appeal}, {one.letter} ({one.language}), from {one.sender}", 3, "dim")
        for each in one.recipients:
            if each.state not in {ACCEPTED, QUEUED}:
                screen.labelled(f"{each.role} {each.state}", each.address, indent=3)
                screen.prose(each.reply, 5)
        if one.due is not None:
            told = f"may go again from {when(one.due)} on: protestmail send {one.appeal}"
            screen.prose(told, 3)
