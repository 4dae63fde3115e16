"""The grammar: its borders, its words, and that no mistake hides another one."""

import copy
import json
import random
from typing import Any

import jsonschema
import pytest

from makers.appeals import added, changed, found, places, told
from makers.program import Program
from protestmail.appeals.file import grammar
from protestmail.appeals.file.salvage import salvage

VALIDATOR = jsonschema.Draft202012Validator(grammar.schema())
TREE: dict[str, Any] = {
    "title": "t",
    "status": "active",
    "issued": "2026-01-01",
    "issued_by": {"name": "n"},
    "summary": "s",
    "targets": [{"name": "n"}],
    "demands": ["d"],
}
PARTS: dict[str, Any] = {
    "topics": ["a"],
    "guidance": ["g"],
    "sources": [{"title": "t"}],
    "updates": [{"date": "2026-01-02", "text": "x"}],
    "actions": [{"kind": "call", "text": "x"}],
    "attachments": [{"file": "a.pdf"}],
    "cc": ["a@b.example", {"name": "n", "email": "a@b.example", "optional": True}],
    "letters": [{"id": "x", "subject": "s", "body": "b", "cc": [{"post": ["p"]}]}],
    "together": True,
}
TARGETS: list[Any] = [
    {"name": "n", "email": ["a@b.example"], "post": "a\nb", "salutation": {"en": "Dear Sir"}},
    {"lookup": "embassy/KZ", "phone": ["1"], "checked": "2026-01-01"},
]


def target(**fields: Any) -> dict[str, Any]:
    return {"targets": [{"name": "n", **fields}]}


ACCEPTED: list[dict[str, Any]] = [
    {"title": "x" * 998},
    {"title": "NO"},
    {"title": "a\u200d\u200eb"},
    {"summary": "a\tb\nc"},
    {"reference": "= ?x"},
    {"supersedes": "a" * 60},
    {"country": "NO"},
    {"language": "zh-Hant-TW"},
    {"topics": ["a"] * 20},
    {"topics": []},
    {"demands": ["d"] * 50},
    {"targets": []},
    {"targets": [{"name": "n"}] * 1000},
    {"cc": ["a@b.example"] * 100},
    {"together": True},
    {"status": "won", "closed": "2026-02-01", "outcome": "o"},
    {"subject": "s", "letter": "l"},
    {"letters": [{"id": "a", "subject": "s", "body": "b"}] * 50},
    {"attachments": [{"file": "a b.pdf", "sha256": "0" * 64}]},
    target(email=["a@b.example"] * 20),
    target(post=["a"] * 20),
    target(post="a\nb"),
    target(salutation="Dear Minister"),
    target(salutation="Szanowny Panie Ministrze!"),
    target(salutation={"ru": "Dear Minister", "en": "Dear Sir or Madam"}),
    target(lookup="foreign-minister"),
]
REFUSED: list[dict[str, Any]] = [
    {"title": "x" * 999},
    {"title": ""},
    {"title": "a\n"},
    {"title": "=?x"},
    {"title": ["t"]},
    {"title": True},
    {"summary": "a\u202eb"},
    {"summary": "a\rb"},
    {"supersedes": "a" * 61},
    {"supersedes": "a\n"},
    {"supersedes": "A"},
    {"country": "KZ\n"},
    {"country": "kz"},
    {"issued": "2026-01-01\n"},
    {"issued": "2026-1-1"},
    {"issued": "٢٠٢٦-01-01"},
    {"language": "en-"},
    {"topics": ["a"] * 21},
    {"topics": "a"},
    {"demands": []},
    {"demands": ["d"] * 51},
    {"targets": [{"name": "n"}] * 1001},
    {"targets": [{"role": "r"}]},
    {"targets": {"name": "n"}},
    {"cc": ["a@b.example"] * 101},
    {"cc": [{"name": "n"}]},
    {"together": "true"},
    {"status": "Active"},
    {"status": "won", "closed": "2026-02-01"},
    {"closed": "2026-02-01"},
    {"outcome": "o"},
    {"letter": "l"},
    {"subject": "s"},
    {"subject": "s", "letter": "l", "letters": [{"id": "a", "subject": "s", "body": "b"}]},
    {"letters": []},
    {"letters": [{"id": "a", "subject": "s"}]},
    {"attachments": [{"file": "../a"}]},
    {"attachments": [{"file": ".a"}]},
    {"attachments": [{"file": "a\\b"}]},
    {"sources": [{}]},
    {"sources": [{"url": "javascript:x"}]},
    {"sources": [{"url": "https://a b"}]},
    target(email=[]),
    target(email=["a@b.example"] * 21),
    target(email="a" * 309 + "@b.example.x"),
    target(post=[]),
    target(post=["a"] * 21),
    target(salutation={}),
    target(salutation="x" * 999),
    target(lookup="embassy/kz"),
    target(x="y"),
]


@pytest.mark.parametrize("fields", ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepted(fields: dict[str, Any]) -> None:
    """P7: what the format allows, up to its borders, is refused by neither checker."""
    assert VALIDATOR.is_valid(TREE | fields)
    assert grammar.check(TREE | fields) == []


@pytest.mark.parametrize("fields", REFUSED, ids=range(len(REFUSED)))
def test_refused(fields: dict[str, Any]) -> None:
    """P7: what lies beyond a border is refused by both checkers."""
    assert not VALIDATOR.is_valid(TREE | fields)
    assert grammar.check(TREE | fields) != []


@pytest.mark.parametrize("name", grammar.schema()["required"])
def test_missing(name: str) -> None:
    """P7: each required field is named where it is missing, with what it is for."""
    (one,) = grammar.check({key: value for key, value in TREE.items() if key != name})

    assert one.message == f'"{name}" is missing'
    assert one.hint.startswith(f"add {name}: ")


MISTAKES = {
    "topics": "topics: [Bad Topic]",
    "demands": "demands: [[x]]",
    "guidance": "guidance: [{a: b}]",
    "country": "country: kz",
    "together": "together: 1",
    "source without anything": "sources: [{}]",
    "source misspelt": "sources: [{titel: x}]",
    "source of a text": "sources: [x]",
    "update without text": "updates: [{date: 2026-01-02}]",
    "update of a text": "updates: [x]",
    "action of no kind": "actions: [{text: y}]",
    "action of a wrong kind": "actions: [{kind: x, text: y}]",
    "attachment without file": "attachments: [{title: x}]",
    "attachment elsewhere": "attachments: [{file: ../x}]",
    "copy to nowhere": "cc: [{why: x}]",
    "copy misspelt": "cc: [{emial: a@b.example}]",
    "unknown field": "frobnicate: x",
    "wrong status": "closed: 2026-02-01",
    "no list": "cc: a@b.example",
}
OTHERS = (
    ("issued: 2026-01-01", "issued: 2026-01-01\nsend_before: 2025-01-01"),
    ("sources: [{title: A report}]\n", ""),
    ("office@ministry.example", "office (at) ministry.example"),
    ("{{ salutation }}", "{{ salutaton }}"),
    ("Free them.\n\n", "Free ____.\n\n"),
)
OTHERS_TOLD = ['"send_before" (2025', '"office (at)', 'no blank "salutaton"', '"____" is still']


@pytest.mark.parametrize("kind", MISTAKES)
def test_no_mistake_hides_others(kind: str) -> None:
    """P7: whatever is wrong in the form, facts, addresses, blanks and gaps are told as well."""
    all_of_it = told(MISTAKES[kind] + "\n" + changed(*OTHERS))

    assert any(one.startswith("1:") and "names no sources" not in one for one in all_of_it)
    for other in OTHERS_TOLD:
        assert any(other in one for one in all_of_it), other


@pytest.mark.parametrize(
    "fields",
    ["salutation: {en: 'Dear =? Sir'}", "salutation: {}", "post: [[x]]", "email: [a@b.example, x]"],
)
def test_no_mistake_in_a_target_hides_others(fields: str) -> None:
    """P7: nor does anything that is wrong inside a target hide what is wrong elsewhere."""
    where = ("    email: office (at) ministry.example", f"    {fields}")
    all_of_it = told(changed(*OTHERS, where))

    for other in (OTHERS_TOLD[0], *OTHERS_TOLD[2:]):
        assert any(other in one for one in all_of_it), other


def test_ten_mistakes_in_one_run() -> None:
    """P7: ten mistakes of ten kinds are told in one run, each at its exact place."""
    text = """\
title: Free case #12
title: Free them
status: activ
issued: 2026-02-30
issued_by: {name: "a\\eb"}
sumary: The committee of a strike is in prison.
together: 1
sources: [{title: A report}]
targets:
  - name: x@y.example
    email: office (at) ministry.example
    letter: other
subject: Free [YOUR NAME]
letter: |
  {{ salutation }}
  {% if today %}{{ sender.nam }}{% endif %}
  {{ signature }}
"""
    expected = {
        (1, 1): '"summary" is missing',
        (1, 8): '"title" is cut off',
        (2, 1): '"title" stands here twice',
        (3, 9): '"status" cannot be "activ"',
        (4, 9): '"issued" is not a day',
        (5, 19): '"name" holds a control',
        (6, 1): 'there is no field "sumary"',
        (7, 11): '"together" should be true or false',
        (10, 11): 'the name "x@y.example" could pass',
        (11, 12): '"office (at) ministry.example" is not',
        (12, 13): 'there is no letter "other"',
        (13, 15): '"[YOUR NAME]" is still to be filled in',
        (16, 20): 'there is no blank "sender.nam"',
    }
    problems = found(text)

    assert places(text) == list(expected)
    for one in problems:
        assert one.message.startswith(expected[one.line, one.column])
        assert one.hint


EDGES: list[Any] = ["", "x", "a\n", "=?", "2026-01-01", True, [], {}, ["x"], [{}], {"x": "y"}]


def _spoilt(tree: Any, chance: random.Random) -> Any:
    """Spoil one to three places of a tree: taken out, added to, or replaced."""
    for _ in range(chance.randint(1, 3)):
        node: Any = tree
        key = chance.choice(list(node))
        while isinstance(node[key], dict | list) and node[key] and chance.random() < 0.8:
            node = node[key]
            key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        match chance.randrange(3), node:
            case 0, dict():
                del node[key]
            case 1, dict():
                node[chance.choice(["nonsense", *list(grammar.schema()["properties"])])] = "x"
            case _:
                node[key] = copy.deepcopy(chance.choice(EDGES))
        if not tree:
            break
    return tree


def test_there_is_always_something_to_go_on_with() -> None:
    """P7: of a file with any mistakes of form, enough is left to look for further mistakes."""
    chance = random.Random(7)
    whole = TREE | PARTS | {"targets": TARGETS}
    lost = []
    for _ in range(3_000):
        tree = _spoilt(copy.deepcopy(whole), chance)
        if mistakes := grammar.check(tree):
            before = copy.deepcopy(tree)
            left = salvage(tree, mistakes)
            assert tree == before
            assert left is None or VALIDATOR.is_valid(left)
            lost += [mistakes] if left is None else []

    assert not lost, (len(lost), lost[0])


def test_the_schema_command(run: Program) -> None:
    """``schema`` prints the one grammar file, which describes every field of an appeal."""
    done = run("schema")

    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == grammar.schema()
    assert all("description" in field for field in grammar.schema()["properties"].values())


def test_a_hint_for_a_slip_of_the_pen() -> None:
    """P7: unknown fields and values, at any depth, come with what was likely meant."""
    lines = ["updates: [{date: 2026-01-02, txt: x}]", "actions: [{kind: petitoin, text: x}]"]
    hints = {(one.line, one.column): one.hint for one in found(added(*lines)) if one.line < 3}

    assert hints[1, 30] == 'did you mean "text"?'
    assert hints[2, 18] == 'did you mean "petition"?'


NO_WEB = [
    "javascript:alert(1)", "JavaScript://x.example/%0aalert(1)", "data:text/html,x", "file:///etc/x",
    "ftp://x.example", "mailto:a@b.example", "//x.example", "www.x.example", "https:/x.example",
    "https://", "https:///x", "https://?x", "https://a b.example", "https://x.example/a b",
    "https://x.example/\u00a0", "https://x.example/\u200b", 'https://x.example/"onclick="x',
    "https://x.example/'x", "https://x.example/<b>", "https://x.example/`x`", "“https://x.example”",
    "https://x.example/”", "https://ministry.example@y.example/",
    "https://x.example\nhttps://y.example", "see https://x.example", "vbscript:x", "tel:+49",
]  # fmt: skip
WEB = [
    "https://x.example", "http://x.example/a?b=c&d#e", "https://x.example:8080/(a)/~b@c/%27",
    "https://министерство.example/письмо",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_WEB)
@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("where", ["target", "cc", "url"])
def test_what_is_no_web_address(where: str, text: str, *, listed: bool) -> None:
    """P71: a form on the web is an address of http or https, with nothing in it that ends one."""
    value = json.dumps([text] if listed else text)
    match where:
        case "target":
            file = changed(("    email", f"    web: {value}\n    email"))
        case "cc":
            file = added(f"cc: [{{name: n, web: {value}}}]")
        case _:
            file = added(f"actions: [{{kind: petition, text: x, url: {json.dumps(text)}}}]")

    (one,) = found(file)
    assert one.message == f'"{"url" if where == "url" else "web"}" should be a web address'
    assert one.hint.startswith("write https:// and the whole address")


@pytest.mark.parametrize("text", WEB)
def test_web_addresses(text: str) -> None:
    """P71: addresses of http and https are taken, also in other letters than Latin ones."""
    assert told(changed(("    email", f"    web: [{json.dumps(text)}]\n    email"))) == []
