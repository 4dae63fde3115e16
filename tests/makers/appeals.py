"""An appeal without a mistake, to be damaged, and what ``check`` then finds in it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from protestmail.appeals.file import parsing
from protestmail.checking.proofread import proofread
from protestmail.errors import Problem

TODAY = date(2026, 11, 25)
SOUND = """\
title: Free the strike committee
status: active
issued: 2026-01-01
issued_by: {name: Campaign}
summary: The committee of a strike is in prison.
sources: [{title: A report}]
targets:
  - name: Ministry
    email: office@ministry.example
subject: Free them
letter: |
  {{ salutation }}

  Free them.

  {{ signature }}
"""


def changed(*pairs: tuple[str, str]) -> str:
    """Give the sound file with texts replaced, each of which must be there."""
    text = SOUND
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def added(*lines: str) -> str:
    """Give the sound file with lines at its top, the first of which is line 1."""
    return "\n".join([*lines, SOUND])


def found(text: str | bytes, id_: str = "strike", file: str = "f") -> list[Problem]:
    """Find all problems of a file, as ``check`` does."""
    data = text.encode() if isinstance(text, str) else text
    return proofread(parsing.parse(data, id_, file), today=TODAY, known=set())


def told(text: str | bytes) -> list[str]:
    """All problems of a file, each as ``line:column: sentence``."""
    return [f"{one.line}:{one.column}: {one.message}" for one in found(text)]


def places(text: str | bytes) -> list[tuple[int, int]]:
    """Line and column of every problem of a file."""
    return [(one.line, one.column) for one in found(text)]


class Folder:
    """A folder of appeals that a test fills; JSON is YAML, and escapes what YAML escapes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()

    def __str__(self) -> str:
        """Give its path, for a command line."""
        return str(self.path)

    def add(self, id_: str = "strike", **fields: Any) -> Path:
        """Write an appeal: a sound small one, with some fields changed (None takes one out)."""
        base = {
            "title": "Free the strike committee",
            "status": "active",
            "issued": "2026-01-01",
            "issued_by": {"name": "Campaign", "email": "campaign@issuer.example"},
            "summary": "The committee of a strike is in prison.",
            "sources": [{"title": "The campaign's own report"}],
            "targets": [{"name": "Ministry", "email": "office@ministry.example"}],
            "subject": "Free them",
            "letter": "{{ salutation }}\n\nFree them.\n\n{{ signature }}",
        }
        merged = {key: value for key, value in (base | fields).items() if value is not None}
        file = self.path / f"{id_}.yaml"
        file.write_text(json.dumps(merged), "ascii")
        return file


SEVERAL: list[dict[str, Any]] = [
    {"name": "Ministry", "email": "office@ministry.example"},
    {"name": "Court", "email": ["clerk@court.example", "judge@court.example"]},
    {"name": "Mill", "email": "owner@mill.example"},
]
"""Three targets, one of them with two addresses."""


SIGNED = ("--name", "Aliya Example", "--email", "aliya@branch.example")
"""The flags of somebody who says who they are."""
