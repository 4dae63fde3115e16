"""Whom a lookup stands for: the writer's contacts and the directories, read as strictly as appeals.

A file of contacts is a mapping of lookups, a directory one of countries. A contact is what the
schema's definition of that name says; one in a directory may also say what its country is called.
"""

from typing import Any, NamedTuple
from unicodedata import normalize

from protestmail.appeals.appeal import Target
from protestmail.appeals.file import build, facts, grammar
from protestmail.appeals.file.mistakes import Mistake
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.file.reader import Reading, read


class Contact(NamedTuple):
    """What is known of one contact, what its country is called, and the line where it stands."""

    known: Target
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
    parsed.tell(map(parsed.problem, mistakes))
    return parsed


def known(parsed: Parsed) -> dict[str, Contact]:
    """The contacts of a file by their keys; raises InvalidAppeal where it has problems."""
    return {key: _contact(parsed.reading, key, item) for key, item in parsed.sound.items()}


def _mistakes(tree: Any, *, directory: bool) -> list[Mistake]:
    mistakes = grammar.check_part(tree, _grammar(directory=directory))
    contacts = _salvaged(tree, mistakes)
    for key, item in contacts.items():
        mistakes += facts.contact(item, (key,))
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
        "additionalProperties": each,
    }


def _salvaged(tree: Any, mistakes: list[Mistake]) -> dict[str, Any]:
    """Leave out the fields that the grammar refused, to go on with the others."""
    refused = {one.path[:2] for one in mistakes}
    return {
        key: {name: value for name, value in item.items() if (key, name) not in refused}
        for key, item in (tree.items() if isinstance(tree, dict) else ())
        if isinstance(item, dict)
    }


def _names(tree: dict[str, Any]) -> list[Mistake]:
    """Names by which it would be uncertain which country is meant."""
    codes = grammar.schema()["$defs"]["country"]["enum"]
    owner = {_folded(code): code for code in codes}
    mistakes = []
    for key, item in tree.items():
        for index, name in enumerate(item.get("names", ())):
            if owner.setdefault(_folded(name), key) != key:
                told = f'"{name}" stands for {owner[_folded(name)]} already'
                hint = "a name belongs to one country"
                mistakes.append(Mistake((key, "names", index), told, hint))
    return mistakes


def _contact(reading: Reading, key: str, item: dict[str, Any]) -> Contact:
    fields = dict(item)
    names = tuple(fields.pop("names", ()))
    return Contact(build.target(fields), names, reading.key_place((key,))[0])
