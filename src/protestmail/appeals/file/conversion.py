"""Text becomes the types that the schema names: the reader keeps all as text, and so must we.

The schema names one such type, boolean. Only the parts of a tree that can hold one are visited.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from protestmail.appeals.file.grammar import schema

_Conversion = Callable[[Any], None]
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def convert(tree: Any) -> Any:
    """Convert a tree in place; what is no true or false stays text, for the grammar to refuse."""
    _converter()(tree)
    return tree


@cache
def _converter() -> _Conversion:
    return _conversion(schema()) or (lambda _tree: None)


def _conversion(part: dict[str, Any]) -> _Conversion | None:
    """The conversion of all booleans below a part of the schema, or None where there is none."""
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].removeprefix("#/$defs/")]
    if "items" in part:
        return _of_list(part["items"])
    for branch in part.get("anyOf", ()):
        if below := _conversion(branch):
            return below
    return _of_fields(part.get("properties", {}))


def _of_list(items: dict[str, Any]) -> _Conversion | None:
    each = _conversion(items)
    if each is None:
        return None
    below = each

    def convert_items(tree: Any) -> None:
        for item in tree if isinstance(tree, list) else ():
            below(item)

    return convert_items


def _of_fields(properties: dict[str, Any]) -> _Conversion | None:
    booleans = [name for name, below in properties.items() if below.get("type") == "boolean"]
    deeper = [(name, one) for name, below in properties.items() if (one := _conversion(below))]

    def convert_fields(tree: Any) -> None:
        if not isinstance(tree, dict):
            return
        for name in booleans:
            if isinstance(text := tree.get(name), str):
                tree[name] = _TRUTH.get(text.lower(), text)
        for name, below in deeper:
            if name in tree:
                below(tree[name])

    return convert_fields if booleans or deeper else None
