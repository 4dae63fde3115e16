"""How settings and the findings of the doctor look."""

from collections.abc import Iterable

from protestmail.screen.output import Screen

PROVIDER = (
    "Your provider usually writes the IP address that you send from into the first Received line."
)


def show_values(screen: Screen, rows: Iterable[tuple[str, str, str]]) -> None:
    """Show settings, each with its source."""
    last = ""
    for name, value, source in rows:
        if screen.piped:
            screen.record(name, value, source)
            continue
        if source != last:
            screen.prose(f"from {source or 'this program'}:", style="bold")
            last = source
        screen.labelled(name, value, indent=2)


def show_finding(screen: Screen, what: str, found: str) -> None:
    """Show one thing that was looked at, and what was found."""
    if screen.piped:
        screen.record(what, found)
    else:
        screen.labelled(what, found, state="not encrypted")
