"""Characters that nobody sees where they part or join what YAML reads; loaded on a mistake."""

import re
from unicodedata import category, name

_BLANK = "[ \\t\u00a0\u00ad\u115f\u1680\u2000-\u200f\u202f\u205f-\u2064\u2800\u3000\u3164\ufeff]"
_UNSEEN = re.compile(f"(?! ){_BLANK}")
_HEAD = re.compile(rf"(?:{_BLANK}|-(?={_BLANK}))*(?:(?:[\w/.'\"-]|{_BLANK})+:(?:{_BLANK}+|$))?")
"""What stands in front of a value: indentation, signs of entries, a field and its colon."""
_CODE = re.compile(r"(?:.*[:\[,-] *)?[\w@.+/:-]+ *")
"""A line whose value is a code, a date or an address, which holds no blanks."""


def found(line: str) -> tuple[int, str, str] | None:
    """Name the first that stands where it does harm: its column from 1, the sentence, the cure."""
    whole = _CODE.fullmatch(_UNSEEN.sub("", line)) is not None
    head = _HEAD.match(line)
    first = _UNSEEN.search(line, 0, len(line) if whole or not head else head.end())
    if not first:
        return None
    char, column = first.group(), first.start() + 1
    if char == "\t":
        return column, "a tab stands where blanks should", "indent with blanks"
    cure = (
        "type a plain blank in its place" if category(char) in {"Zs", "So", "Lo"} else "take it out"
    )
    return column, f"{_called(char)} stands here, which nobody sees", cure


def _called(char: str) -> str:
    called = "byte order mark" if char == "\ufeff" else name(char).lower()
    return f"{'an' if called[0] in 'aeiou' else 'a'} {called}"
