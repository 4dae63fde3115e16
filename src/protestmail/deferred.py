"""Patterns that are compiled when they are used, of libraries of which most are never used.

PyYAML compiles 7 ms of patterns for the reader in Python that stands beside libyaml, Jinja 3 ms for
filters that no letter may call: a tenth of what ``protestmail list`` takes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Pattern:
    """Stands for a pattern until something is asked of it."""

    def __init__(self, pattern: Any, flags: Any = 0) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


@contextmanager
def patterns() -> Iterator[None]:
    """While this lasts, ``re.compile`` compiles nothing yet: for a library's own import only."""
    compile_, re.compile = re.compile, _Pattern  # type: ignore[assignment]
    try:
        yield
    finally:
        re.compile = compile_
