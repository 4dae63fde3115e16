"""A line of an appeal as a person sees it: its indentation, its field, its value."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from protestmail.appeals.file import grammar

Told = tuple[int, int, str, str]
"""A line and a column, from 1, a sentence and the way out."""

ENTRY = r" *(?:- +)*"
KEY = r"[\w/-]+"
_FIELD = re.compile(rf"({ENTRY})(?:({KEY}):(?: +|$))?")
_SHOWN = 80


@cache
def names() -> str:
    """All fields that the grammar knows anywhere, as a pattern."""
    return "|".join(sorted(set(_names(grammar.schema())), key=len, reverse=True))


def _names(tree: Any) -> Iterator[str]:
    for key, below in tree.items() if isinstance(tree, dict) else enumerate(tree):
        if key == "properties":
            yield from below
        if isinstance(below, dict | list):
            yield from _names(below)


def field(text: str) -> tuple[str, int, str]:
    """Part a line: its field, where its value starts, and the value."""
    found = _FIELD.match(text)
    start = found.end() if found else 0
    key = (found[2] or "") if found else ""
    return key, start, text[start:].rstrip()


def column(text: str) -> int:
    """The column, from 1, in which what a line says starts, behind the signs of entries."""
    found = re.match(ENTRY, text)
    return found.end() + 1 if found else 1


def quoted(key: str, value: str) -> str:
    """Tell how a value is put in quotes, and show it where it is short."""
    value = value.strip()
    if len(value) > _SHOWN:
        return "put the whole value in quotes"
    plain = '"' not in value and "\\" not in value
    whole = f'"{value}"' if plain else "'" + value.replace("'", "''") + "'"
    return f"put the whole value in quotes: {key}: {whole}" if key else f"put it in quotes: {whole}"
