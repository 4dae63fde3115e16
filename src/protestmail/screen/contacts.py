"""How contacts look, and what is said of those that are missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protestmail import address
from protestmail.appeals import directories
from protestmail.appeals.appeal import Target
from protestmail.appeals.channels import WORDS
from protestmail.appeals.contacts import Contact
from protestmail.appeals.lookups import Missing
from protestmail.commands import to_type
from protestmail.screen.output import Screen


def tell_missing(screen: Screen, one: Missing, country: str, own: Path) -> None:
    """Say why nothing is known for a lookup, and give the lines that would add it."""
    screen.note(f"{one.lookup} depends on where you live, and {_why(one, country)}", "bold")
    for directory in one.directories:
        screen.note(f"  {directory.file} has it for {', '.join(directory.countries) or 'nobody'}")
    screen.note(f"  add it: {to_type('contacts', 'add', one.lookup)}")
    screen.note(f"  or write these lines into {own}:")
    fields = {"name": [one.name], "email": ["ADDRESS"]}  # neither is taken as it stands
    screen.note(directories.block(one.lookup, fields).rstrip())


def _why(one: Missing, country: str) -> str:
    if not one.directories:
        return "it is not in your contacts"
    if not country:
        return "your country is not set: --country, or PROTESTMAIL_COUNTRY"
    return f'no directory has it for "{country}"'


def show_contacts(screen: Screen, known: Mapping[str, Contact]) -> None:
    """Show the writer's contacts: a record for each, or a heading with its channels."""
    for lookup, one in (
        (lookup, one) for lookup, each in sorted(known.items()) for one in each.known
    ):
        ways = list(_ways(one))
        if screen.piped:
            told = "; ".join(f"{way}: {value}" for way, value in ways)
            screen.record(lookup, one.name, told)
            continue
        screen.prose(f"{lookup}: {one.name}", hang=2)
        for way, value in ways:
            screen.labelled(way, value, indent=2)


def _ways(one: Target) -> list[tuple[str, str]]:
    return [
        (WORDS[name], address.parse(value).shown if name == "email" else value)
        for name in one.channels
        for value in ([", ".join(one.post)] if name == "post" else getattr(one, name))
    ]


def contact_json(lookup: str, one: Target) -> dict[str, Any]:
    """The stable keys of a contact in ``contacts --json``: those of the file, and its lookup."""
    names = "name role organisation salutation attention email post fax phone web social note"
    fields = {name: getattr(one, name) for name in [*names.split(), "checked"]}
    return {"lookup": lookup, **fields}
