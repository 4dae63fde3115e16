"""Make a tree with mistakes sound enough to go on looking for more of them.

One misspelt field must not hide a wrong date, a dead address or an unknown blank in the same
file. So what the grammar refused is taken out, what is missing is stood in for, and the rest is
read on. Nothing but further mistakes ever comes of such a tree.
"""

from copy import deepcopy
from typing import Any

from protestmail.appealfile import grammar
from protestmail.appealfile.wording import Mistake, Path

_BLANK = "{{ signature }}"
_STAND_INS: dict[str, Any] = {
    "title": "?",
    "status": "draft",
    "issued": "1900-01-01",
    "issued_by": {"name": "?"},
    "summary": "?",
    "targets": [],
}
_ITEMS: dict[str, Any] = {  # a wrong entry keeps its place, so that the others keep theirs
    "targets": lambda index: {"name": f"target {index}"},
    "letters": lambda index: {"id": f"letter-{index}", "subject": "?", "body": _BLANK},
    "cc": lambda _: {"post": "?"},
    "email": lambda _: "stand-in@protestmail.example",
}


def salvage(tree: dict[str, Any], mistakes: list[Mistake]) -> dict[str, Any] | None:
    """Give a copy that the grammar accepts, or None where there is nothing left to go on with."""
    tree = deepcopy(tree)
    for mistake in sorted(mistakes, key=lambda one: len(one.path), reverse=True):
        if mistake.path and not mistake.value_holds:
            _take_out(tree, mistake.path)
    for name, value in _STAND_INS.items():
        tree.setdefault(name, deepcopy(value))
    tree["issued_by"].setdefault("name", "?")
    _complete(tree)
    return tree if not grammar.check(tree) else None


def _take_out(tree: Any, path: Path) -> None:
    for step in path[:-1]:
        if isinstance(tree, dict) and step not in tree:
            return
        tree = tree[step]
    if isinstance(tree, dict):
        tree.pop(path[-1], None)
    elif len(path) > 1 and path[-2] in _ITEMS:
        tree[path[-1]] = _ITEMS[path[-2]](path[-1])
    else:
        tree[path[-1]] = {} if isinstance(tree[path[-1]], dict) else "?"


def _complete(tree: dict[str, Any]) -> None:
    """Stand in for what makes the forms whole: a letter's parts, a target's name, an ending."""
    for index, item in enumerate(tree["targets"]):
        if "name" not in item and "lookup" not in item:
            item["name"] = f"target {index}"
    for index, item in enumerate(tree.get("letters", ())):
        for name, value in _ITEMS["letters"](index).items():
            item.setdefault(name, value)
    _complete_letter(tree)
    ended = tree["status"] in {"won", "lost", "closed", "withdrawn"}
    for name, value in (("closed", "9999-12-31"), ("outcome", "?")):
        if ended:
            tree.setdefault(name, value)
        else:
            tree.pop(name, None)


def _complete_letter(tree: dict[str, Any]) -> None:
    if "letters" in tree:
        tree.pop("letter", None)
        tree.pop("subject", None)
    elif "letter" in tree or "subject" in tree:
        tree.setdefault("subject", "?")
        tree.setdefault("letter", _BLANK)
    elif "demands" not in tree:
        tree["demands"] = ["?"]
