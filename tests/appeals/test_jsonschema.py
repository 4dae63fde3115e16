"""Our schema checker against the jsonschema package: the same verdict, tree by tree."""

import copy
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from makers.program import APPEALS
from protestmail.appeals.file import grammar
from protestmail.appeals.file.parsing import convert
from protestmail.appeals.file.reader import read

VALIDATOR = jsonschema.Draft202012Validator(grammar.schema())
MUTANTS = 6000
EDGES: list[Any] = [
    "", " ", "x", "NO", "true", True, False, [], {}, ["x"], [""], [[]], {"name": "x"}, {"x": "y"},
    "2026-01-01", "2026-1-1", "a@b.example", "a@b@c", "x" * 999, "a\nb", "a\n", "=?x?=", "\x1b",
    "\u202e", "\u2028", "https://x.example/", "ftp://x", "KZ", "kz", "en", "en-", "embassy/KZ",
    "won", "protest", "../x", ".x", "Dear Sir,", "Dear Sir", "a" * 61, [{"id": "x"}], ["x"] * 21,
]  # fmt: skip
FULL = """
title: t
status: won
issued: 2026-01-01
closed: 2026-02-01
outcome: o
issued_by: {name: n, email: a@b.example, url: "https://x.example/", post: [a, b], phone: "1"}
summary: s
together: yes
cc_once: false
topics: [a]
sources: [{title: t}, {url: "https://x.example/", date: 2026-01-01}]
updates: [{date: 2026-01-01, text: x}]
actions: [{kind: picket, text: x, when: w, where: w, url: "https://x.example/"}]
attachments: [{file: a.pdf, title: t}]
cc: [a@b.example, {name: n, post: "a", optional: true, why: w}, {lookup: embassy/KZ}]
targets:
  - {name: n, email: [a@b.example], post: "a", phone: ["1"], salutation: {en: Dear Sir}}
  - {lookup: representative, note: n, do_not_write: r, letter: x, checked: 2026-01-01}
letters:
  - {id: x, language: ru, kind: thanks, subject: s, body: b, cc: []}
"""


def _trees() -> list[Any]:
    files = [path.read_bytes() for path in sorted(APPEALS.glob("*.yaml"))]
    return [convert(read(data).tree) for data in [FULL.encode(), *files]]


def _nodes(tree: Any) -> list[tuple[Any, Any]]:
    """Every place of a tree: (what holds it, its key)."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    below = [(tree, key) for key in keys]
    for key in keys:
        if isinstance(tree[key], dict | list):
            below += _nodes(tree[key])
    return below


def _mutate(tree: Any, chance: random.Random) -> Any:
    tree = copy.deepcopy(tree)
    for _ in range(chance.choice([1, 1, 2, 3])):
        holder, key = chance.choice(_nodes(tree) or [(tree, "title")])
        match chance.randrange(5):
            case 0 if key in holder or isinstance(holder, list):
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(list(grammar.schema()["properties"]))] = copy.deepcopy(
                    chance.choice(EDGES)
                )
            case 2:
                other, name = chance.choice(_nodes(tree) or [(tree, "title")])
                holder[key] = copy.deepcopy(other[name])
            case 3 if isinstance(holder[key], list):
                holder[key] = holder[key] * chance.choice([0, 2, 40])
            case _:
                holder[key] = copy.deepcopy(chance.choice(EDGES))
        if not _nodes(tree):
            break
    return tree


def test_no_different_verdict() -> None:
    """P7: over thousands of damaged trees, our checker refuses what jsonschema refuses."""
    chance = random.Random(20261125)
    trees = _trees()
    verdicts = {True: 0, False: 0}
    for _ in range(MUTANTS):
        tree = _mutate(chance.choice(trees), chance)
        sound = VALIDATOR.is_valid(tree)
        assert (grammar.check(tree) == []) is sound, tree
        verdicts[sound] += 1

    assert min(verdicts.values()) > MUTANTS // 20


@pytest.mark.parametrize("tree", [None, [], "", True, [{}]])
def test_no_mapping_at_the_top(tree: Any) -> None:
    """P7: what is no mapping is refused by both."""
    assert not VALIDATOR.is_valid(tree)
    if tree is not None:
        assert grammar.check(tree)


def test_the_schema_is_a_schema() -> None:
    """The grammar is itself valid JSON Schema, and holds no keyword that we do not carry out."""
    jsonschema.Draft202012Validator.check_schema(grammar.schema())
    assert grammar.check({}) != []


def test_the_file_in_the_package_is_what_schema_prints() -> None:
    """Editors get the very file that the program reads."""
    path = Path(grammar.__file__).with_name("appeal.schema.json")

    assert grammar.schema_text() == path.read_text("utf-8")


def _booleans(part: Any) -> set[str]:
    """The names of all fields below a part of the schema that are true or false."""
    if isinstance(part, list):
        return {name for one in part for name in _booleans(one)}
    if not isinstance(part, dict):
        return set()
    fields = part.get("properties", {})
    own = {name for name, one in fields.items() if one.get("type") == "boolean"}
    return own | _booleans(list(part.values()))


def test_every_boolean_becomes_one() -> None:
    """P4: whatever the schema calls boolean is made one, also in the copies of a letter."""
    names = _booleans(grammar.schema())
    tree = {"letters": [{"cc": [dict.fromkeys(names, "yes"), "a@b.example"]}, "x"], "cc": "x"}

    assert names == {"cc_once", "together", "optional"}
    assert convert(dict.fromkeys(names, "No")) == dict.fromkeys(names, False)
    assert convert(tree)["letters"][0]["cc"][0] == dict.fromkeys(names, True)
