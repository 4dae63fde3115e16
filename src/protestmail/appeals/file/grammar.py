"""The schema file, compiled into closures: the grammar of an appeal, with words for people.

A general JSON Schema library gives the same verdicts (a test holds the two against each other
over thousands of trees) but takes 40 times as long to import and cannot say ``did you mean``.
Two annotations of ours stand in the schema: ``x-problem`` (with ``x-hint``) is the sentence for
what the keywords beside it refuse, and ``x-free-text`` marks prose.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from protestmail.appeals.file.keywords import KEYWORDS, Check, Probe, quick, uncut
from protestmail.appeals.file.mistakes import (
    KINDS,
    WORDS,
    Link,
    Mistake,
    unknown_field,
    unlink,
    wrong_type,
)

_ANNOTATIONS = frozenset(
    "$schema $id $comment $defs title description format then else "
    "x-problem x-hint x-free-text".split()
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
def _checker() -> Check:
    return _Compiler(schema()).compile(schema())


class _Compiler:
    """One closure a keyword; a schema is the sequence of its keywords' closures.

    Those keywords are methods that hold schemas in turn, or need to know the whole one.
    """

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._done: dict[str, Check] = {}

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def compile(self, schema: dict[str, Any]) -> Check:
        if "$ref" in schema:
            name = schema["$ref"]
            if name not in self._done:
                self._done[name] = self.compile(self.resolve(schema))
            return self._done[name]
        checks = [
            (KEYWORDS.get(keyword) or getattr(self, f"_{keyword.lower()}"))(argument, schema)
            for keyword, argument in schema.items()
            if keyword not in _ANNOTATIONS
        ]
        if schema.get("x-free-text"):
            checks.append(uncut)
        check = checks[0] if len(checks) == 1 else _sequence(tuple(checks))
        return quick(schema, check) if schema.get("type") == "string" else check

    def _items(self, items: dict[str, Any], _: dict[str, Any]) -> Check:
        each = self.compile(items)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is list:
                for index, item in enumerate(value):
                    each(item, (link, index), out)

        return check

    def _properties(self, properties: dict[str, Any], schema: dict[str, Any]) -> Check:
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

    def _additionalproperties(self, rest: Any, schema: dict[str, Any]) -> Check:
        if rest is False:  # told by _properties, which knows the names
            return _nothing
        known, each = schema.get("properties", {}), self.compile(rest)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                for name, item in value.items():
                    if name not in known:
                        each(item, (link, name), out)

        return check

    def _propertynames(self, names: dict[str, Any], _: dict[str, Any]) -> Check:
        allowed, each = self.resolve(names), self.compile(names)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            for name in value if type(value) is dict else ():
                found = Probe()
                each(name, None, found)
                if found:
                    told, hint = f'"{name}" {allowed["x-problem"]}', allowed["x-hint"]
                    out.append(Mistake((*unlink(link), name), told, hint, at_key=True))

        return check

    def _required(self, names: list[str], schema: dict[str, Any]) -> Check:
        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            if type(value) is dict:
                missing = (name for name in names if name not in value)
                out.extend(self._missing(name, link, schema) for name in missing)

        return check

    def _missing(self, name: str, link: Link, schema: dict[str, Any]) -> Mistake:
        below = schema.get("properties", {}) or self._root["properties"]
        hint = below.get(name, {}).get("description", "")
        return Mistake(unlink(link), f'"{name}" is missing', hint and f"add {name}: {hint}")

    def _allof(self, parts: list[dict[str, Any]], _: dict[str, Any]) -> Check:
        return _sequence(tuple(self.compile(part) for part in parts))

    def _not(self, refused: dict[str, Any], schema: dict[str, Any]) -> Check:
        inner = self.compile(refused)

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            found: list[Mistake] = []
            inner(value, link, found)
            if not found:
                out.append(Mistake(unlink(link), schema["x-problem"], schema.get("x-hint", "")))

        return check

    def _if(self, condition: dict[str, Any], schema: dict[str, Any]) -> Check:
        when, then = self.compile(condition), self.compile(schema["then"])
        otherwise = self.compile(schema["else"])

        def check(value: Any, link: Link, out: list[Mistake]) -> None:
            found = Probe()
            when(value, link, found)
            (otherwise if found else then)(value, link, out)

        return check

    def _anyof(self, branches: list[dict[str, Any]], schema: dict[str, Any]) -> Check:
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


def _sequence(checks: tuple[Check, ...]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        for one in checks:
            one(value, link, out)

    return check


def _nothing(_value: Any, _link: Link, _out: list[Mistake]) -> None:
    """Hold nothing against a value."""
