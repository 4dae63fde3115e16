"""What libraries do at their import for parts that nothing here uses, put off or left out.

PyYAML compiles 7 ms of patterns for the reader in Python that stands beside libyaml, Jinja 3 ms for
filters that no letter may call; Jinja's package loads its loaders and its cache of bytecode, with
pickle, tempfile and OpenSSL's hashes (11 ms), and click what reads Python's source, and a type for
UUIDs that asks what machine this is (5 ms). Together it is a quarter of a ``protestmail render``.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
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


class _Late(ModuleType):
    """Stands for a module until something is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system asks
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


class _Absent(ModuleType):
    """Stands for a module of which names are taken that nobody uses."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


@contextmanager
def modules(*, late: Iterable[str] = (), absent: Iterable[str] = ()) -> Iterator[None]:
    """While this lasts, these modules are not loaded: for a library's own import only.

    What is imported so of a ``late`` one works as ever, of an ``absent`` one it is None;
    afterwards all can be imported as ever.
    """
    stand_ins = {name: _Late(name) for name in late} | {name: _Absent(name) for name in absent}
    put = {name: one for name, one in stand_ins.items() if name not in sys.modules}
    sys.modules.update(put)
    try:
        yield
    finally:
        for name, one in put.items():
            if sys.modules.get(name) is one:
                del sys.modules[name]
