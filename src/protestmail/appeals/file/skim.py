"""The head of an appeal file, for lists of very many: only the fields that a list shows.

A file that is plainly laid out is cut into its fields, and the short ones are read as strictly
as ever; the letters and the case are passed over. Whatever is not plain, or not right, makes
``skim`` give None, and the file is read whole, which tells every mistake in its place.
"""

from typing import Any

from protestmail.appeals.file import grammar
from protestmail.appeals.file.reader import MAX_BYTES, read

_SHOWN = frozenset(
    b"title status country topics issued send_before closed supersedes targets".split()
)


def skim(data: bytes) -> dict[str, Any] | None:
    """Read the fields that a list shows, the others stood in for; None for a file to read whole."""
    cut = _cut(data) if len(data) <= MAX_BYTES and b"\t" not in data else None
    if cut is None:
        return None
    head, names = cut
    reading = read(head)
    if reading.faults or not isinstance(reading.tree, dict):
        return None
    return _whole(reading.tree, names)


def _cut(data: bytes) -> tuple[bytes, set[str]] | None:
    """Cut out the fields that are shown; None where a line is no field and under none."""
    kept, names, shown = [], set(), False
    for line in data.split(b"\n"):
        if line[:1] not in {b" ", b"", b"#", b"\r"}:
            name, colon, rest = line.partition(b":")
            if not colon or name in names or rest[:1] not in {b" ", b"", b"\r"}:
                return None
            names.add(name)
            shown = name in _SHOWN
        if shown:
            kept.append(line)
    found = {name.decode("ascii", "replace") for name in names}
    known = grammar.schema()["properties"].keys()
    return (b"\n".join(kept), found) if found <= known else None


def _whole(tree: dict[str, Any], names: set[str]) -> dict[str, Any] | None:
    """Stand in for the fields that were passed over, and judge the rest by the grammar."""
    stand_ins: dict[str, Any] = {
        "issued_by": {"name": "?"},
        "summary": "?",
        "outcome": "?",
        "demands": ["?"],
        "subject": "?",
        "letter": "?",
        "letters": [{"id": "x", "subject": "?", "body": "?"}],
    }
    tree |= {name: value for name, value in stand_ins.items() if name in names}
    return tree if not grammar.check(tree) else None
