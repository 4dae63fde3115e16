"""Whom a lookup stands for: the writer's contacts and the directories, read as strictly as appeals.

A file of contacts is a mapping of lookups, a directory one of countries. A contact is what the
schema's definition of that name says, or a list of such: two senators. One in a directory may also
say what its country is called.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from unicodedata import normalize

from protestmail.appeals.appeal import Target
from protestmail.appeals.file import build, facts, grammar
from protestmail.appeals.file.mistakes import Mistake, Path
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.file.reader import read
from protestmail.appeals.file.reading import Reading

MOST = 50
"""A lookup stands for at most so many."""
_Contacts = list[tuple[Path, dict[str, Any]]]


class Contact(NamedTuple):
    """Whom a lookup stands for, what their country is called, and the line where they stand."""

    known: tuple[Target, ...]
    names: tuple[str, ...] = ()
    line: int = 0

    def called(self, country: str, code: str) -> bool:
        """Whether a country, as its inhabitant writes it, is this one's: never by likeness."""
        return _folded(country) in map(_folded, (code, *self.names))


def _folded(name: str) -> str:
    return normalize("NFC", name).casefold()


def parse(data: bytes, file: str, *, directory: bool = False) -> Parsed:
    """Read a file of contacts, or a directory's; never raises for what the bytes hold."""
    notes = not directory and all(line.strip()[:1] in b"#" for line in data.splitlines())
    reading = Reading(file, tree={}) if notes else read(data, file)  # one's own may be empty
    parsed = Parsed("", reading, reading.tree)
    mistakes = [] if reading.tree is None else _mistakes(reading.tree, directory=directory)
    parsed.learn(map(parsed.problem, mistakes))
    return parsed


def known(parsed: Parsed) -> dict[str, Contact]:
    """The contacts of a file by their keys; raises InvalidAppeal where it has problems."""
    return {key: _contact(parsed.reading, key, item) for key, item in parsed.sound.items()}


def _mistakes(tree: Any, *, directory: bool) -> list[Mistake]:
    mistakes = grammar.check_part(tree, _grammar(directory=directory))
    contacts = _salvaged(tree, mistakes)
    for path, item in contacts:
        mistakes += facts.contact(item, path)
    return mistakes + (_names(contacts) if directory else [])


def refused(lookup: str) -> Mistake | None:
    """What is wrong with a lookup, if anything is."""
    part = {"propertyNames": {"$ref": "#/$defs/lookup"}}
    return next(iter(grammar.check_part({lookup: ""}, part)), None)


def _grammar(*, directory: bool) -> dict[str, Any]:
    """The grammar of a whole file, of the definitions in the appeals' own schema."""
    of = "country" if directory else "lookup"
    each = dict(grammar.schema()["$defs"]["contact"])
    if directory:
        each["properties"] = each["properties"] | {"names": {"$ref": "#/$defs/names"}}
    return {
        "type": "object",
        "description": f"write each {of}, and below it its contact",
        "propertyNames": {"$ref": f"#/$defs/{of}"},
        "additionalProperties": {
            "anyOf": [each, {"type": "array", "items": each, "minItems": 1, "maxItems": MOST}]
        },
    }


def _persons(item: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each of those whom a lookup stands for, with the place where they stand."""
    if isinstance(item, list):
        for index, one in enumerate(item):
            yield from _persons(one, (*path, index))
    elif isinstance(item, dict):
        yield path, item


def _salvaged(tree: Any, mistakes: list[Mistake]) -> _Contacts:
    """Leave out the fields that the grammar refused, to go on with the others."""
    refused = {one.path[:depth] for one in mistakes for depth in (2, 3)}
    every = tree.items() if isinstance(tree, dict) else ()
    return [
        (path, {name: value for name, value in one.items() if (*path, name) not in refused})
        for key, item in every
        for path, one in _persons(item, (key,))
    ]


def _names(contacts: _Contacts) -> list[Mistake]:
    """Names by which it would be uncertain which country is meant."""
    codes = grammar.schema()["$defs"]["country"]["enum"]
    owner = {_folded(code): code for code in codes}
    mistakes = []
    for path, item in contacts:
        for index, name in enumerate(item.get("names", ())):
            if owner.setdefault(_folded(name), str(path[0])) != path[0]:
                told = f'"{name}" stands for {owner[_folded(name)]} already'
                hint = "a name belongs to one country"
                mistakes.append(Mistake((*path, "names", index), told, hint))
    return mistakes


def _contact(reading: Reading, key: str, item: Any) -> Contact:
    every = [dict(one) for _, one in _persons(item, (key,))]
    names = tuple(name for one in every for name in one.pop("names", ()))
    return Contact(tuple(map(build.target, every)), names, reading.key_place((key,))[0])
