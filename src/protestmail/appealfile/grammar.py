"""The schema file, compiled into closures: the grammar of an appeal, with words for people.

A general JSON Schema library gives the same verdicts (a test holds the two against each other
over thousands of trees) but takes 40 times as long to import and cannot say ``did you mean``.
Two annotations of ours stand in the schema: ``x-problem`` (with ``x-hint``) is the sentence for
what the keywords beside it refuse, and ``x-free-text`` marks prose.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from protestmail.appealfile.reader import Cut
from protestmail.appealfile.wording import (
    KINDS,
    WORDS,
    Link,
    Mistake,
    did_you_mean,
    kind_of,
    name_of,
    unknown_field,
    unlink,
    wrong_type,
)

_Check = Callable[[Any, Link, list[Mistake]], None]
_ANNOTATIONS = frozenset(
    "$schema $defs title description format x-problem x-hint x-free-text then else".split()
)


MAX_GUESSES = 50
"""A guess costs time: a file with more mistakes than this is no appeal with slips in it."""


def schema_text() -> str:
    """The schema file as it stands in the package."""
    return Path(__file__).with_name("appeal.schema.json").read_text("utf-8")


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


def check_part(tree: Any, part: dict[str, Any]) -> list[Mistake]:
    """All that a grammar made of the schema's definitions refuses in a tree."""
    mistakes: list[Mistake] = []
    _Compiler(schema()).compile(part)(tree, None, mistakes)
    return mistakes


@cache
def _checker() -> _Check:
    return _Compiler(schema()).compile(schema())


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
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if KINDS[type(value)] != wanted:
                out.append(wrong_type(value, link, [wanted], schema.get("description", "")))

        return check

    def _enum(self, allowed: list[str], schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if value not in allowed:
                if type(out) is _Probe:
                    return out.append(Mistake((), ""))
                shown = f'"{value}"' if isinstance(value, str) else WORDS[kind_of(value)]
                hint = schema.get("x-hint") or did_you_mean(value, allowed)
                hint = hint or f"it is one of {', '.join(allowed)}"
                out.append(Mistake(unlink(link), f"{name_of(link)} cannot be {shown}", hint))
            return None

        return check

    def _pattern(self, pattern: str, schema: dict[str, Any]) -> _Check:
        problem, hint = schema["x-problem"], schema.get("x-hint", "")

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if isinstance(value, str) and value and not re.search(pattern, value):
                several = "\n" in value and schema.get("x-free-text") and "maxLength" in schema
                told, way = ("has several lines", "write it in one") if several else (problem, hint)
                out.append(Mistake(unlink(link), f"{name_of(link)} {told}", way))
            elif value == "" and "minLength" not in schema:
                out.append(Mistake(unlink(link), f"{name_of(link)} is empty", hint))

        return check

    def _minlength(self, least: int, schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if isinstance(value, str) and len(value) < least:
                empty = "is empty" if not value else schema.get("x-problem", "is too short")
                out.append(
                    Mistake(unlink(link), f"{name_of(link)} {empty}", "fill it in or take it out")
                )

        return check

    def _maxlength(self, most: int, _: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if isinstance(value, str) and len(value) > most:
                out.append(
                    Mistake(unlink(link), f"{name_of(link)} is longer than {most} characters")
                )

        return check

    def _items(self, items: dict[str, Any], _: dict[str, Any]) -> _Check:
        each = self.compile(items)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is list:
                for index, item in enumerate(value):
                    each(item, (link, index), out)

        return check

    def _minitems(self, least: int, schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is list and len(value) < least:
                hint = schema.get("description", "fill it in or take it out")
                out.append(Mistake(unlink(link), f"{name_of(link)} is an empty list", hint))

        return check

    def _maxitems(self, most: int, _: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is list and len(value) > most:
                out.append(Mistake(unlink(link), f"{name_of(link)} holds more than {most} entries"))

        return check

    def _properties(self, properties: dict[str, Any], schema: dict[str, Any]) -> _Check:
        checks = {name: self.compile(below) for name, below in properties.items()}
        known, rest = list(properties), schema.get("additionalProperties", True)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, item in value.items():
                    below = checks.get(name)
                    if below is not None:
                        below(item, (link, name), out)
                    elif rest is False:
                        out.append(unknown_field(name, link, known, guess=len(out) < MAX_GUESSES))

        return check

    def _additionalproperties(self, rest: Any, schema: dict[str, Any]) -> _Check:
        if rest is False:  # told by _properties, which knows the names
            return _nothing
        known, each = schema.get("properties", {}), self.compile(rest)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, item in value.items():
                    if name not in known:
                        each(item, (link, name), out)

        return check

    def _propertynames(self, names: dict[str, Any], _: dict[str, Any]) -> _Check:
        allowed, each = self.resolve(names), self.compile(names)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            for name in value if type(value) is dict else ():
                found = _Probe()
                each(name, None, found)
                if found:
                    told, hint = f'"{name}" {allowed["x-problem"]}', allowed["x-hint"]
                    out.append(Mistake((*unlink(link), name), told, hint, at_key=True))

        return check

    def _required(self, names: list[str], schema: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                missing = (name for name in names if name not in value)
                out.extend(self._missing(name, link, schema) for name in missing)

        return check

    def _missing(self, name: str, link: Link, schema: dict[str, Any]) -> Mistake:
        below = schema.get("properties", {}) or self._root["properties"]
        hint = below.get(name, {}).get("description", "")
        return Mistake(unlink(link), f'"{name}" is missing', hint and f"add {name}: {hint}")

    def _dependentrequired(self, needs: dict[str, list[str]], _: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, others in needs.items():
                    for other in others:
                        if name in value and other not in value:
                            told = f'"{name}" stands here without "{other}"'
                            out.append(
                                Mistake(
                                    (*unlink(link), name),
                                    told,
                                    f"add {other}",
                                    at_key=True,
                                    value_holds=True,
                                )
                            )

        return check

    def _minproperties(self, least: int, _: dict[str, Any]) -> _Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict and len(value) < least:
                out.append(Mistake(unlink(link), f"{name_of(link)} has nothing in it"))

        return check

    def _allof(self, parts: list[dict[str, Any]], _: dict[str, Any]) -> _Check:
        return _sequence(tuple(self.compile(part) for part in parts))

    def _not(self, refused: dict[str, Any], schema: dict[str, Any]) -> _Check:
        inner = self.compile(refused)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            found: list[Mistake] = []
            inner(value, link, found)
            if not found:
                out.append(Mistake(unlink(link), schema["x-problem"], schema.get("x-hint", "")))

        return check

    def _if(self, condition: dict[str, Any], schema: dict[str, Any]) -> _Check:
        when, then = self.compile(condition), self.compile(schema["then"])
        otherwise = self.compile(schema["else"])

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
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
            for kind in WORDS
        }

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            found: list[Mistake] = []
            for branch in by_type[KINDS[type(value)]]:
                found = []
                branch(value, link, found)
                if not found:
                    return
            if None in types and "x-problem" in schema:
                out.append(Mistake(unlink(link), schema["x-problem"], schema.get("x-hint", "")))
            elif found:
                out.extend(found)
            else:
                wanted = [kind for kind in WORDS if kind in types]
                out.append(wrong_type(value, link, wanted, schema.get("description", "")))

        return check


class _Probe(list[Mistake]):
    """Where nobody will read the mistakes, so that none need be worded."""


def _quick(schema: dict[str, Any], check: _Check) -> _Check:
    """Let a text that has nothing wrong pass in one step; the rest is for ``check`` to word."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 30)
    search: Callable[[str], Any] | None = None

    def quick(value: Any, link: Link, out: list[Mistake]) -> None:
        nonlocal search
        if search is None:  # most lists need few of the patterns
            search = re.compile(schema.get("pattern", "")).search
        if type(value) is str and least <= len(value) <= most and search(value):
            return
        check(value, link, out)

    return quick


def _sequence(checks: tuple[_Check, ...]) -> _Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        for one in checks:
            one(value, link, out)

    return check


def _nothing(_value: Any, _link: Link, _out: list[Mistake]) -> None:
    """Hold nothing against a value."""


def _uncut(value: Any, link: Link, out: list[Mistake]) -> None:
    if type(value) is Cut:
        told = f"{name_of(link)} is cut off at its #, which starts a comment"
        out.append(Mistake(unlink(link), told, "put the whole value in quotes"))
