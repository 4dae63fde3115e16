"""Mistakes against the grammar, in words for people."""

import re
from typing import Any, NamedTuple

from protestmail.appeals.file.reading import Cut
from protestmail.errors import nearest

Path = tuple[str | int, ...]
Link = Any  # a path while it grows: (link of the parent, key), so that a step costs one tuple


class Mistake(NamedTuple):
    """Something the grammar refuses: at the value, or at the key that ends the path."""

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    value_holds: bool = False


_ENTRIES = 'write each entry in a line of its own, with "- " before it'
KINDS = {dict: "object", list: "array", bool: "boolean", str: "string", Cut: "string"}
WORDS = {
    "object": "a group of fields",
    "array": "a list",
    "boolean": "true or false",
    "string": "a text",
}


def unlink(link: Link) -> Path:
    """Turn a linked path into a tuple."""
    steps = []
    while link is not None:
        link, step = link
        steps.append(step)
    return tuple(reversed(steps))


def name_of(link: Link) -> str:
    """What a person calls the value: its field, the one around it where it stands in a list."""
    return next(
        (f'"{step}"' for step in reversed(unlink(link)) if isinstance(step, str)), "the file"
    )


def kind_of(value: Any) -> str:
    """Name the JSON type of a value."""
    return KINDS[type(value)]


def wrong_type(value: Any, link: Link, wanted: list[str], hint: str) -> Mistake:
    """Word a value of a type that cannot stand here."""
    words = " or ".join(WORDS[kind] for kind in wanted)
    if "string" in wanted and isinstance(value, dict | list):
        hint = 'put the whole value in quotes if it starts with [ or { or holds ": "'
    elif wanted == ["array"] and isinstance(value, str):
        hint = hint if "list" in hint else _ENTRIES
        hint = _as_list(value, name_of(link).strip('"')) or hint
    if value == "":
        return Mistake(unlink(link), f"{name_of(link)} is empty and should be {words}", hint)
    return Mistake(
        unlink(link), f"{name_of(link)} should be {words} and is {WORDS[kind_of(value)]}", hint
    )


def _as_list(text: str, name: str) -> str:
    """How a text is written where a list should be: its addresses, or its short words."""
    from protestmail import repair  # noqa: PLC0415  only where there is a mistake

    words = [text] if re.fullmatch(r"[a-z0-9-]+(?:,\s*[a-z0-9-]+)*", text) else []
    entries = ", ".join(words or repair.addresses(text))
    return f"write {name}: [{entries}]" if entries else ""


def unknown_field(name: str, link: Link, known: list[str], *, guess: bool) -> Mistake:
    """Word a field that the grammar does not know."""
    where = f" in {name_of(link)}" if link else ""
    if "@" in name and "email" in known:
        hint = f"write several addresses in brackets: email: [first@…, {name}]"
        return Mistake((*unlink(link), name), f'there is no field "{name}"', hint, at_key=True)
    hint = (did_you_mean(name, known) or _elsewhere(name, link)) if guess else ""
    hint = hint or f"the fields here are {', '.join(known)}"
    return Mistake((*unlink(link), name), f'there is no field "{name}"{where}', hint, at_key=True)


def _elsewhere(name: str, link: Link) -> str:
    """What to do about a field that there is, though not here: it is not indented as it should."""
    from protestmail.appeals.file import grammar  # noqa: PLC0415  which knows this module

    if link and name in grammar.schema()["properties"]:
        return "start it in the first column, where it belongs"
    if not link and name in grammar.schema()["$defs"]["target"]["properties"]:
        return "indent it as the other fields of its target, or where else it belongs"
    return ""


def did_you_mean(value: Any, known: list[str]) -> str:
    """Suggest the known name that is nearest, or nothing."""
    close = nearest(str(value).lower(), known)
    return f'did you mean "{close}"?' if close else ""
