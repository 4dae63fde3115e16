"""Of what a page was made, in one number that stands in it: equal where the page would be."""

import re
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from protestmail import __version__

_HERE = Path(__file__).resolve().parent
_ROOMS = ("appeals", "letters", "mail", "paper", "site")
_KINDS = {".py", ".json", ".html", ".css", ".js"}
_SAID = re.compile(rb'<meta name="made-of" content="([0-9a-f]+)">')


def key(*parts: bytes) -> str:
    """The number of all that a page is made of, this program among it."""
    return _digest((_program(), *parts))


def said(page: Path) -> str:
    """Of what a page says that it was made."""
    try:
        found = _SAID.search(page.read_bytes()[:2000])
    except OSError:
        return ""
    return found[1].decode() if found else ""


@cache
def _program() -> bytes:
    """What makes pages: another version of it, or of a template, makes all of them anew."""
    files = (one for room in _ROOMS for one in sorted((_HERE.parent / room).rglob("*")))
    parts = (one.read_bytes() for one in files if one.suffix in _KINDS)
    return _digest((__version__.encode(), *parts)).encode()


def _digest(parts: Iterable[bytes]) -> str:
    """A digest in which it shows where a part ends."""
    whole = sha256()
    for one in parts:
        whole.update(sha256(one).digest())
    return whole.hexdigest()[:32]
