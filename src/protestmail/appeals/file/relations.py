"""What is wrong between a line and those above it: indentation, a text without its sign."""

import re
from collections.abc import Sequence

from protestmail.appeals.file.lines import ENTRY, Told, column, field, names

_TEXTS = frozenset("letter body summary background outcome risk text note post".split())
_FAR = 300
"""How many lines above one its field is looked for."""
_BLOCK = re.compile(r"[|>][+\-\d]* *(?:#.*)?$")


def told(lines: Sequence[str], number: int) -> Told | None:
    """Say how a line at which YAML stops fails to fit those above it."""
    return _no_colon(lines, number) or _unmarked(lines, number) or _indented(lines, number)


def above(lines: Sequence[str], number: int) -> int:
    """The number of the line above that is not empty, or 0."""
    above = (one for one in range(number - 1, 0, -1) if lines[one - 1].strip())
    return next(above, 0)


def in_block(lines: Sequence[str], number: int) -> bool:
    """Whether a line is part of a text that | or > has opened."""
    indent = _indent(lines[number - 1])
    for one in range(number - 1, 0, -1):
        text = lines[one - 1]
        if text.strip() and _indent(text) < indent:
            return _BLOCK.search(text) is not None
    return False


def unmarked_blank(lines: Sequence[str], number: int) -> Told | None:
    """A text that starts with a blank, under a field that lacks its sign."""
    return _unmarked(lines, number) if lines[number - 1].lstrip().startswith("{{") else None


def _no_colon(lines: Sequence[str], number: int) -> Told | None:
    found = re.fullmatch(rf"({ENTRY})({names()})((?:[ ,]+\S+)?) *", lines[number - 1])
    if not found:
        return None
    hint = f"write {found[2]}: {found[3].strip(' ,')}".rstrip()
    place = number, len(found[1]) + 1
    return *place, "this is neither a field nor part of the one above", hint


def _unmarked(lines: Sequence[str], number: int) -> Told | None:
    """A line of a text that is not indented, or whose field has no | behind it."""
    if _known(lines[number - 1]):
        return None
    for one in range(number - 1, max(number - _FAR, 0), -1):
        text = lines[one - 1]
        if key := _known(text):
            return _lacking(lines, number, one, key) if key in _TEXTS else None
    return None


def _lacking(lines: Sequence[str], number: int, head: int, key: str) -> Told:
    _, start, value = field(lines[head - 1])
    if _BLOCK.match(value):
        told = f'this line is not indented, and so no part of "{key}"'
        return number, column(lines[number - 1]), told, "indent it as the other lines of the text"
    told = f'"{key}" has several lines, and no | behind it'
    return head, min(start, len(lines[head - 1])) + 1, told, f"write {key}: | and indent the text"


def _indented(lines: Sequence[str], number: int) -> Told | None:
    one, other = lines[number - 1], lines[above(lines, number) - 1]
    if not (_known(one) and _known(other) and field(other)[2]):
        return None
    here, there = column(one), column(other)
    if here == there or here in _open(lines, number):
        return None
    message = f"this field starts in column {here}, and the one above in column {there}"
    return number, here, message, "start both in the same column if they belong together"


def _open(lines: Sequence[str], number: int) -> set[int]:
    """The columns, left of the line above, in which a field may go on."""
    columns = [column(one) for one in lines[: above(lines, number)] if _known(one)]
    return {one for one in columns[:-1] if one < columns[-1]} if columns else set()


def _known(text: str) -> str:
    """The field that a line starts with, if the grammar knows it."""
    key = field(text)[0]
    return key if re.fullmatch(names(), key) else ""


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
