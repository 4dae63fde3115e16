"""Make a tree with mistakes sound enough to go on looking for more of them.

One misspelt field must not hide a wrong date, a dead address or an unknown blank in the same
file. So what the grammar refused is taken out, what is missing is stood in for, and the rest is
read on. Nothing but further mistakes ever comes of such a tree.
"""

from copy import deepcopy
from typing import Any

from protestmail.appeals.file import grammar
from protestmail.appeals.file.mistakes import Mistake, Path
from protestmail.appeals.file.yaml_errors import MAX_DEPTH

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
    "topics": lambda _: "x",
    "needs": lambda _: "own_words",
    "sources": lambda _: {"title": "?"},
    "updates": lambda _: {"date": "1900-01-01", "text": "?"},
    "actions": lambda _: {"kind": "other", "text": "?"},
}


def salvage(tree: dict[str, Any], mistakes: list[Mistake]) -> dict[str, Any] | None:
    """Give a copy that the grammar accepts, or None where there is nothing left to go on with."""
    tree = deepcopy(tree)
    _mend(tree, [one.path for one in mistakes if not one.value_holds])
    for _ in range(MAX_DEPTH):  # what is left of a group may be wrong in turn
        if not (left := grammar.check(tree)):
            return tree
        _mend(tree, [_enclosing(one.path) for one in left])
    return None


def _enclosing(path: Path) -> Path:
    """What to take out for a mistake: an entry without a stand-in goes with its whole list."""
    named = path and (isinstance(path[-1], str) or (len(path) > 1 and path[-2] in _ITEMS))
    return path if named else path[:-1]


def _mend(tree: dict[str, Any], paths: list[Path]) -> None:
    for path in sorted(paths, key=len, reverse=True):
        if path:
            _take_out(tree, path)
    for name, value in _STAND_INS.items():
        tree.setdefault(name, deepcopy(value))
    tree["issued_by"].setdefault("name", "?")
    _complete(tree)


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
