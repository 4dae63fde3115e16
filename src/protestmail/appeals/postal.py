"""A target as an envelope names it: what its postal address says itself is not said twice."""

import re
from collections.abc import Iterable, Sequence


def postal(post: Sequence[str], name: str, *more: str) -> tuple[str, ...]:
    """The lines of an address for the post, with the name and what more is not said in it.

    What is more stands below the name, wherever the address has that.
    """
    said = [part for line in post for part in re.split("[,;]", line)]
    new = [one for one in dict.fromkeys(more) if one and one != name and not _says(said, one)]
    if not name or not _says(said, name):
        return (*filter(None, [name]), *new, *post)
    if not new:
        return tuple(post)
    for at, line in enumerate(post):
        parts = re.split("(?<=[,;])", line)
        for number, part in enumerate(parts, 1):
            if _says([part.rstrip(",;")], name.rpartition(",")[2]):
                upto, rest = "".join(parts[:number]).rstrip(",; "), "".join(parts[number:]).strip()
                return (*post[:at], upto, *new, *filter(None, [rest]), *post[at + 1 :])
    return (*new, *post)


def _says(said: Iterable[str], name: str) -> bool:
    """Whether parts of an address say a name, all of its own parts; a title may stand before it."""
    known = [re.sub("^the ", "", part.strip(), flags=re.IGNORECASE).casefold() for part in said]
    return all(_said(known, re.sub("^the ", "", one.strip().casefold())) for one in name.split(","))


def _said(known: Sequence[str], name: str) -> bool:
    titled = rf"(?:[\w.]{{1,5}} ){{0,3}}{re.escape(name)}" if " " in name else re.escape(name)
    return any(re.fullmatch(titled, part) for part in known)
