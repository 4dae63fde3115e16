"""The schema file, compiled into closures: the grammar of an appeal, with words for people.

A general JSON Schema library gives the same verdicts (a test holds the two against each other
over thousands of trees) but takes 40 times as long to import and cannot say ``did you mean``.
Two annotations of ours stand in the schema: ``x-problem`` (with ``x-hint``) is the sentence for
what the keywords beside it refuse, and ``x-free-text`` marks prose.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from protestmail.appealfile.reader import Cut

Path = tuple[str | int, ...]
_Link = Any  # a path while it grows: (link of the parent, key), so that a step costs one tuple


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something the grammar refuses: at the value, or at the key that ends the path."""

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False


_Check = Callable[[Any, _Link, list[Mistake]], None]
_NAMES = {dict: "object", list: "array", bool: "boolean", str: "string", Cut: "string"}
_WORDS = {
    "object": "a group of fields",
    "array": "a list",
    "boolean": "true or false",
    "string": "a text",
}
_ANNOTATIONS = frozenset(
    "$schema $defs title description format x-problem x-hint x-free-text then else".split()
)


def schema_text() -> str:
    """The schema file as it stands in the package."""
    return files(__package__).joinpath("appeal.schema.json").read_text("utf-8")


@cache
def schema() -> dict[str, Any]:
    """The schema, parsed."""
    tree: dict[str, Any] = json.loads(schema_text())
    return tree


def check(tree: Any) -> list[Mistake]:
    """All that the grammar refuses in a converted tree."""
    mistakes: list[Mistake] = []
    _checker()(tree, None, mistakes)
    return mistakes


def convert(tree: Any) -> Any:
    """Turn text into the types that the schema names (it names one: boolean), in place."""
    _converter()(tree)
    return tree


@cache
def _checker() -> _Check:
    return _Compiler(schema()).compile(schema())


def _unlink(link: _Link) -> Path:
    steps = []
    while link is not None:
        link, step = link
        steps.append(step)
    return tuple(reversed(steps))


def _name(link: _Link) -> str:
    """What a person calls the value: its field, the one around it where it stands in a list."""
    return next((f'"{step}"' for step in reversed(_unlink(link)) if isinstance(step, str)), "the file")


def _kind(value: Any) -> str:
    return _NAMES[type(value)]


class _Compiler:
    """One closure a keyword; a schema is the sequence of its keywords' closures."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._done: dict[str, _Check] = {}

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def compile(self, schema: dict[str, Any]) -> _Check:
        if "$ref" in schema:
            name = schema["$ref"]
            if name not in self._done:
                self._done[name] = self.compile(self.resolve(schema))
            return self._done[name]
        checks = [
            getattr(self, "_" + keyword.lower())(argument, schema)
            for keyword, argument in schema.items()
            if keyword not in _ANNOTATIONS
        ]
        if schema.get("x-free-text"):
            checks.append(_uncut)
        check = checks[0] if len(checks) == 1 else _sequence(tuple(checks))
        return _quick(schema, check) if schema.get("type") == "string" else check

    def _type(self, wanted: str, schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if _NAMES[type(value)] != wanted:
                out.append(_wrong_type(value, link, [wanted], schema.get("description", "")))

        return check

    def _enum(self, allowed: list[str], _: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if value not in allowed:
                if type(out) is _Probe:
                    return out.append(Mistake((), ""))
                shown = f'"{value}"' if isinstance(value, str) else _WORDS[_kind(value)]
                hint = _did_you_mean(value, allowed) or f"it is one of {', '.join(allowed)}"
                out.append(Mistake(_unlink(link), f"{_name(link)} cannot be {shown}", hint))
            return None

        return check

    def _pattern(self, pattern: str, schema: dict[str, Any]) -> _Check:
        search = re.compile(pattern).search
        problem, hint = schema["x-problem"], schema.get("x-hint", "")

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if isinstance(value, str) and value and not search(value):
                out.append(Mistake(_unlink(link), f"{_name(link)} {problem}", hint))
            elif value == "" and "minLength" not in schema:
                out.append(Mistake(_unlink(link), f"{_name(link)} is empty", hint))

        return check

    def _minlength(self, least: int, schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if isinstance(value, str) and len(value) < least:
                empty = "is empty" if not value else schema.get("x-problem", "is too short")
                out.append(Mistake(_unlink(link), f"{_name(link)} {empty}", "fill it in or take it out"))

        return check

    def _maxlength(self, most: int, _: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if isinstance(value, str) and len(value) > most:
                out.append(Mistake(_unlink(link), f"{_name(link)} is longer than {most} characters"))

        return check

    def _items(self, items: dict[str, Any], _: dict[str, Any]) -> _Check:
        each = self.compile(items)

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is list:
                for index, item in enumerate(value):
                    each(item, (link, index), out)

        return check

    def _minitems(self, least: int, schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is list and len(value) < least:
                hint = schema.get("description", "fill it in or take it out")
                out.append(Mistake(_unlink(link), f"{_name(link)} is an empty list", hint))

        return check

    def _maxitems(self, most: int, _: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is list and len(value) > most:
                out.append(Mistake(_unlink(link), f"{_name(link)} holds more than {most} entries"))

        return check

    def _properties(self, properties: dict[str, Any], schema: dict[str, Any]) -> _Check:
        checks = {name: self.compile(below) for name, below in properties.items()}
        rest = schema.get("additionalProperties", True)

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, item in value.items():
                    below = checks.get(name)
                    if below is not None:
                        below(item, (link, name), out)
                    elif rest is False:
                        out.append(_unknown(name, link, list(properties)))

        return check

    def _additionalproperties(self, rest: Any, schema: dict[str, Any]) -> _Check:
        if rest is False:  # told by _properties, which knows the names
            return _nothing
        known, each = schema.get("properties", {}), self.compile(rest)

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, item in value.items():
                    if name not in known:
                        each(item, (link, name), out)

        return check

    def _required(self, names: list[str], schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name in names:
                    if name not in value:
                        out.append(self._missing(name, link, schema))

        return check

    def _missing(self, name: str, link: _Link, schema: dict[str, Any]) -> Mistake:
        below = schema.get("properties", {}) or self._root["properties"]
        hint = below.get(name, {}).get("description", "")
        return Mistake(_unlink(link), f'"{name}" is missing', hint and f"add {name}: {hint}")

    def _dependentrequired(self, needs: dict[str, list[str]], _: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, others in needs.items():
                    for other in others:
                        if name in value and other not in value:
                            told = f'"{name}" stands here without "{other}"'
                            out.append(Mistake((*_unlink(link), name), told, f"add {other}", at_key=True))

        return check

    def _minproperties(self, least: int, _: dict[str, Any]) -> _Check:
        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            if type(value) is dict and len(value) < least:
                out.append(Mistake(_unlink(link), f"{_name(link)} has nothing in it"))

        return check

    def _allof(self, parts: list[dict[str, Any]], _: dict[str, Any]) -> _Check:
        return _sequence(tuple(self.compile(part) for part in parts))

    def _not(self, refused: dict[str, Any], schema: dict[str, Any]) -> _Check:
        inner = self.compile(refused)

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            found: list[Mistake] = []
            inner(value, link, found)
            if not found:
                out.append(Mistake(_unlink(link), schema["x-problem"], schema.get("x-hint", "")))

        return check

    def _if(self, condition: dict[str, Any], schema: dict[str, Any]) -> _Check:
        when, then = self.compile(condition), self.compile(schema["then"])
        otherwise = self.compile(schema["else"])

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            found = _Probe()
            when(value, link, found)
            (otherwise if found else then)(value, link, out)

        return check

    def _anyof(self, branches: list[dict[str, Any]], schema: dict[str, Any]) -> _Check:
        """Try only the branches of the value's own type, and tell the last one's mistakes."""
        types = [self.resolve(branch).get("type") for branch in branches]
        checks = [self.compile(branch) for branch in branches]
        by_type = {
            kind: [one for one, type_ in zip(checks, types, strict=True) if type_ in {kind, None}]
            for kind in _WORDS
        }

        def check(value: Any, link: _Link, out: list[Mistake]) -> None:
            found: list[Mistake] = []
            for branch in by_type[_NAMES[type(value)]]:
                found = []
                branch(value, link, found)
                if not found:
                    return
            if None in types and "x-problem" in schema:
                out.append(Mistake(_unlink(link), schema["x-problem"], schema.get("x-hint", "")))
            elif found:
                out.extend(found)
            else:
                wanted = [kind for kind in _WORDS if kind in types]
                out.append(_wrong_type(value, link, wanted, schema.get("description", "")))

        return check


class _Probe(list[Mistake]):
    """Where nobody will read the mistakes, so that none need be worded."""


def _quick(schema: dict[str, Any], check: _Check) -> _Check:
    """Let a text that has nothing wrong pass in one step; the rest is for ``check`` to word."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 30)
    search = re.compile(schema.get("pattern", "")).search

    def quick(value: Any, link: _Link, out: list[Mistake]) -> None:
        if type(value) is str and least <= len(value) <= most and search(value):
            return
        check(value, link, out)

    return quick


def _sequence(checks: tuple[_Check, ...]) -> _Check:
    def check(value: Any, link: _Link, out: list[Mistake]) -> None:
        for one in checks:
            one(value, link, out)

    return check


def _nothing(_value: Any, _link: _Link, _out: list[Mistake]) -> None:
    """Hold nothing against a value."""


def _uncut(value: Any, link: _Link, out: list[Mistake]) -> None:
    if type(value) is Cut:
        told = f"{_name(link)} is cut off at its #, which starts a comment"
        out.append(Mistake(_unlink(link), told, "put the whole value in quotes"))


def _wrong_type(value: Any, link: _Link, wanted: list[str], hint: str) -> Mistake:
    words = " or ".join(_WORDS[kind] for kind in wanted)
    if value == "":
        return Mistake(_unlink(link), f"{_name(link)} is empty and should be {words}", hint)
    return Mistake(
        _unlink(link), f"{_name(link)} should be {words} and is {_WORDS[_kind(value)]}", hint
    )


def _unknown(name: str, link: _Link, known: list[str]) -> Mistake:
    where = f" in {_name(link)}" if link else ""
    hint = _did_you_mean(name, known) or f"the fields here are {', '.join(known)}"
    return Mistake((*_unlink(link), name), f'there is no field "{name}"{where}', hint, at_key=True)


def _did_you_mean(value: Any, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only where there is a mistake

    close = get_close_matches(str(value).lower(), known, n=1)
    return f'did you mean "{close[0]}"?' if close else ""


_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


@cache
def _converter() -> Callable[[Any], None]:
    return _conversion(schema()) or (lambda _tree: None)


def _conversion(part: dict[str, Any]) -> Callable[[Any], None] | None:
    """The conversion of all booleans below a part of the schema, or None where there is none."""
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].removeprefix("#/$defs/")]
    for branch in part.get("anyOf", ()):
        if below := _conversion(branch):
            return below
    if each := part.get("items") and _conversion(part["items"]):
        return lambda tree: [each(item) for item in tree] and None if type(tree) is list else None
    properties = part.get("properties", {})
    booleans = [name for name, below in properties.items() if below.get("type") == "boolean"]
    deeper = [(name, one) for name, below in properties.items() if (one := _conversion(below))]
    if not booleans and not deeper:
        return None

    def convert(tree: Any) -> None:
        if type(tree) is not dict:
            return
        for name in booleans:
            if isinstance(text := tree.get(name), str):
                tree[name] = _TRUTH.get(text.lower(), text)
        for name, below in deeper:
            if name in tree:
                below(tree[name])

    return convert
