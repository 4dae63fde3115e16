"""Values at which YAML stops: a sign of its own, a quote too many, a second colon."""

import re

from protestmail.appeals.file.lines import field, quoted

Slip = tuple[int, str, str]
"""The column of a slip in its line, from 1, a sentence and the way out."""

_SIGN = re.compile(
    r"[*&@%`!]|[?-](?= )"
    r"|\[(?=[^\]]*\] *[^\s#,\]}])|\{(?=[^}]*\} *[^\s#,\]}])"
)


def _fence(text: str) -> Slip | None:
    told = "a line of ``` stands here, as around a piece of code"
    return (1, told, "take it out, and the one at the end") if text.startswith("```") else None


def _sign(text: str) -> Slip | None:
    key, start, value = field(text)
    if (key or start) and (found := _SIGN.match(value)):
        told = f"the value starts with {found[0]}, which YAML keeps for itself"
        return start + 1, told, quoted(key, value)
    return None


def _quote(text: str) -> Slip | None:
    """A text that its own apostrophe, or a quote within it, ends too soon."""
    key, start, value = field(text)
    found = re.match(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"", value)
    if not found or re.match(r" *(?:$|[#,}\]:])", value[found.end() :]):
        return None
    mark = value[0]
    nested = value.count(mark) % 2 or value[found.end() - 2] == " "
    whole = value[1:-1] if value[-1] == mark and nested else value
    told = "the text in quotes ends here, and its value goes on"
    return start + found.end(), told, quoted(key, whole)


def _second_colon(text: str) -> Slip | None:
    key, start, value = field(text)
    found = re.search(r":(?= |$)", value)
    if not key or not found or value[0] in "\"'[{|>":
        return None
    return start + found.start() + 1, 'a second ": " stands in one line', quoted(key, value)


LOOKS = (_fence, _sign, _quote, _second_colon)
