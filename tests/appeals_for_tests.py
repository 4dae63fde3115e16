"""An appeal without a mistake, to be damaged, and what ``check`` then finds in it."""

from datetime import date

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
