"""What was read of a file: its tree, and the place of everything in it."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from protestmail.errors import Problem


class Cut(str):
    """A plain value that YAML cut off at `` #``; harmless in a code, a mistake in prose."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class Reading:
    """What was read: a tree of dict, list and str, and a tree of its places of the same shape.

    A place is a YAML event; under a mapping or a list it is (event, places below), a mapping's
    below being {key: (key event, place)}.
    """

    file: str
    tree: Any = None
    places: Any = None
    problems: list[Problem] = field(default_factory=list)
    text: str = ""

    def refuse(self, line: int, column: int, message: str, hint: str = "") -> None:
        """Tell what is wrong at a place, line and column from 1."""
        self.problems.append(Problem(self.file, line, column, message, hint))

    @property
    def lines(self) -> list[str]:
        """The lines of the file, as libyaml counts them."""
        return _lines(self.text)

    def place(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Give the line and column, from 1, of the value at ``path``, or of what holds it."""
        return place_of(self._event(path))

    def key_place(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Give the line and column of the key that ends ``path``."""
        _, below = self._walk(path[:-1])
        if isinstance(below, dict) and path[-1] in below:
            return place_of(below[path[-1]][0])
        return self.place(path)

    def text_place(self, path: tuple[str | int, ...], line: int) -> tuple[int, int, bool]:
        """Give the line in the file, and the first column, of line ``line`` of a text.

        Exact (the third value) in a literal block and in a text of one line; a text that YAML
        folds has only the place where it starts.
        """
        event = self._event(path)
        start, end = event.start_mark, event.end_mark
        if getattr(event, "style", None) == "|":
            return start.line + 1 + line, self._indent(event), True
        quoted = getattr(event, "style", None) in {"'", '"'}
        return start.line + 1, start.column + 1 + quoted, start.line == end.line

    def _indent(self, event: Any) -> int:
        """The first column of a literal block's text: where its first full line starts."""
        number, first = _first_line(event.value)
        lines = self.lines
        row = event.start_mark.line + 1 + number
        return max(lines[row].find(first), 0) + 1 if row < len(lines) else 1

    def _event(self, path: tuple[str | int, ...]) -> Any:
        return self._walk(path)[0]

    def _walk(self, path: tuple[str | int, ...]) -> tuple[Any, Any]:
        """Follow ``path`` as far as it goes: the event there, and the places below it."""
        place = self.places
        for step in path:
            below = place[1] if isinstance(place, tuple) else None
            if isinstance(below, dict) and step in below:
                place = below[step][1]
            elif isinstance(below, list) and isinstance(step, int) and step < len(below):
                place = below[step]
            else:
                break
        return place if isinstance(place, tuple) else (place, None)


@lru_cache(maxsize=2)  # a file can have thousands of mistakes, and each has its line
def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@lru_cache(maxsize=2)
def _first_line(text: str) -> tuple[int, str]:
    """The first line of a text that says anything, and its number from 0."""
    every = enumerate(text.split("\n"))
    return next(((number, one) for number, one in every if one.strip()), (0, ""))


def place_of(event: Any) -> tuple[int, int]:
    """Line and column, from 1, at which an event of YAML starts."""
    return event.start_mark.line + 1, event.start_mark.column + 1
