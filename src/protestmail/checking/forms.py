"""What YAML takes as it stands, and a person would not have meant: warnings of ``check``."""

import re
from collections.abc import Iterator
from typing import Any

from protestmail.appeals.file.mistakes import Mistake
from protestmail.appeals.file.parsing import Parsed, Path

_PRINTED = re.compile(
    "(?P<open>[\u201c-\u201f\u2018-\u201b\u00ab\u00bb\u2039\u203a])"
    "[^\u201c-\u201f\u00ab\u00bb\u2039\u203a]*"
    "(?P<close>[\u201c-\u201f\u2018-\u201b\u00ab\u00bb\u2039\u203a])"
)
_LETTERS = frozenset(["letter", "body"])


def of(parsed: Parsed) -> Iterator[Mistake]:
    """Give every doubt about how a value is written."""
    yield from _below(parsed.reading.places, ())


def _below(place: Any, path: Path) -> Iterator[Mistake]:
    if not isinstance(place, tuple):
        yield from _value(place, path)
    elif isinstance(place[1], dict):
        for key, (_, below) in place[1].items():
            yield from _below(below, (*path, key))
    else:
        for index, below in enumerate(place[1] or ()):
            yield from _below(below, (*path, index))


def _value(event: Any, path: Path) -> Iterator[Mistake]:
    style = getattr(event, "style", None)
    if path and path[-1] in _LETTERS and style != "|" and _joined(event):
        told = f'"{path[-1]}" has no | behind it, so its lines run together'
        yield Mistake(path, told, f"write {path[-1]}: | and indent the text")
    if not style and (found := _PRINTED.fullmatch(getattr(event, "value", "").strip())):
        told = f"the quotes {found['open']} and {found['close']} are part of this text"
        hint = "take them out, or put those of the keyboard around it all if that is meant"
        yield Mistake(path, told, hint)


def _joined(event: Any) -> bool:
    """Whether a text stands in several lines of the file."""
    lines = event.end_mark.line - event.start_mark.line
    return bool(lines > 1 if event.style == ">" else lines > 0)
