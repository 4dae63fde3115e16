"""How a list of appeals looks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from protestmail.appeals.channels import WORDS
from protestmail.appeals.library import Headline
from protestmail.screen.output import COLORS, Screen


def channels(headline: Headline) -> str:
    """Say how many targets there are, and by which channels they can be reached."""
    if not headline.targets:
        return "no targets"
    ways = ", ".join(WORDS[name] for name in headline.channels)
    plural = "" if headline.targets == 1 else "s"
    return f"{headline.targets} target{plural}: {ways or 'no address'}"


def deadline(headline: Headline, today: date) -> str:
    """Say until when letters can go, or how it stands."""
    if headline.status != "active":
        return f"{headline.status} {headline.closed or ''}".strip()
    stale = f", not heard of for {headline.unheard} days" if headline.unheard else ""
    if headline.send_before is None:
        return f"open{stale}"
    over = today > headline.send_before
    return f"{'over since' if over else 'until'} {headline.send_before}{stale}"


def show_list(screen: Screen, headlines: Sequence[Headline], today: date) -> None:
    """Show a list of appeals: records for a program, a table or a stack for a person."""
    headlines = _with_sources(headlines)
    if screen.piped:
        for one in headlines:
            screen.record(
                one.id, one.status, one.country, one.send_before or "", channels(one), one.title
            )
    elif screen.narrow:
        for one in headlines:
            _two_lines(screen, one, today)
    else:
        rows = [
            (one.id, one.title, one.country, deadline(one, today), channels(one))
            for one in headlines
        ]
        screen.table(("appeal", "title", "in", "letters", "to"), rows)


def _with_sources(headlines: Sequence[Headline]) -> Sequence[Headline]:
    """Call each by its source, too, where they come from several."""
    if len({one.source for one in headlines if one.source}) < 2:  # noqa: PLR2004
        return headlines
    own = ((one, one.id.removeprefix(f"{one.source}/")) for one in headlines)
    return [one._replace(id=f"{one.source}/{id_}") if one.source else one for one, id_ in own]


def _two_lines(screen: Screen, one: Headline, today: date) -> None:
    """Show by which name to call it and how it stands, and below it what is wanted."""
    told = deadline(one, today)
    facts = [one.id, told, one.country, channels(one)]
    state = next((word for word in COLORS if told.startswith(word)), "")
    screen.prose(" · ".join(filter(None, facts)), 0, "bold", hang=2, state=state)
    screen.prose(one.title, 2)


def headline_json(one: Headline) -> dict[str, Any]:
    """The stable keys of an appeal in ``list --json``; two more for one of a source."""
    return {
        "id": one.id,
        "title": one.title,
        "status": one.status,
        "country": one.country,
        "topics": one.topics,
        "issued": one.issued,
        "send_before": one.send_before,
        "closed": one.closed,
        "targets": one.targets,
        "channels": one.channels,
        "file": one.file,
        **({"source": one.source, "unheard": one.unheard} if one.source else {}),
    }
