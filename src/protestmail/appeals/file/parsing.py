"""Text in, an Appeal or all of its mistakes out, each with its line and column.

``parse`` with ``complete=False`` leaves out the close look at every e-mail address, which is
only worth its time for an appeal that is going to be used.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from protestmail.appeals.file import facts, grammar
from protestmail.appeals.file.mistakes import Mistake, Path
from protestmail.appeals.file.names import unfit
from protestmail.appeals.file.reader import read
from protestmail.appeals.file.reading import Reading
from protestmail.appeals.file.salvage import salvage
from protestmail.errors import InvalidAppeal, Problem

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal

__all__ = ["Mistake", "Parsed", "Path", "parse", "shorten"]

MAX_PROBLEMS = 200
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_BOOLEANS = ("cc_once", "together", "optional")
"""The fields that the schema calls boolean: two of an appeal, and one of a copy."""


@dataclass(slots=True, eq=False, repr=False)
class Parsed:
    """A file, read: its problems, and its tree as far as the file holds one.

    ``tree`` is sound where there are no problems; else it is what could be salvaged, good only
    to look for further mistakes, or None. ``data`` are the bytes that it was read from.
    """

    id: str
    reading: Reading
    tree: dict[str, Any] | None = None
    data: bytes = b""
    problems: list[Problem] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.reading.file

    @property
    def sound(self) -> dict[str, Any]:
        """The tree; raises InvalidAppeal with all problems where there are any."""
        if self.problems or self.tree is None:
            raise InvalidAppeal(self.problems)
        return self.tree

    @property
    def appeal(self) -> "Appeal":
        """The appeal's records; raises InvalidAppeal with all problems where there are any."""
        return self._records(self.sound)

    def draft(self) -> "Appeal | None":
        """The records as far as they go, whatever the problems."""
        return self._records(self.tree) if self.tree is not None else None

    @property
    def is_draft(self) -> bool:
        """Whether the file says that it is a draft, finished or not."""
        from protestmail.appeals.appeal import DRAFT  # noqa: PLC0415  a list needs no records

        tree = self.reading.tree  # what was salvaged says so of an appeal without a status, too
        return isinstance(tree, dict) and tree.get("status") == DRAFT

    def _records(self, tree: dict[str, Any]) -> "Appeal":
        from protestmail.appeals.file import build  # noqa: PLC0415  a list needs no records

        return build.appeal(tree, self.id, self.file)

    def problem(self, mistake: Mistake, severity: str = "error") -> Problem:
        """Put a mistake where it stands in the file."""
        find = self.reading.key_place if mistake.at_key else self.reading.place
        line, column = find(mistake.path)
        return Problem(self.file, line, column, mistake.message, mistake.hint, severity)

    def learn(self, problems: Iterable[Problem]) -> None:
        """Tell what is wrong with the file's form, in words for those who are new to it."""
        found, read = list(problems), self.reading
        if found or read.problems:
            from protestmail.appeals.file import habits  # noqa: PLC0415  only on a mistake

            read.problems = habits.explained(read.problems, read.lines)
            found = habits.explained(found, read.lines)
        self.tell(found)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Tell what is wrong besides what the reader has found, in the order of the file."""
        every = dict.fromkeys([*self.reading.problems, *problems])
        found = sorted(every, key=attrgetter("line", "column"))
        self.problems = shorten(found)


def parse(data: bytes, id_: str, file: str, *, complete: bool = True) -> Parsed:
    """Read an appeal file's bytes; never raises for what they hold."""
    parsed = Parsed(id_, read(data, file), data=data)
    parsed.learn(_problems(parsed, parsed.reading.tree, complete=complete))
    return parsed


def _problems(parsed: Parsed, tree: Any, *, complete: bool) -> Iterator[Problem]:
    if hint := unfit(parsed.id):
        yield Problem(parsed.file, 1, 1, f'"{parsed.id}" cannot be the id of an appeal', hint)
    if isinstance(tree, dict):
        yield from map(parsed.problem, _judge(parsed, convert(tree), complete=complete))
    elif tree is not None:
        yield Problem(parsed.file, 1, 1, "the file should be fields, each as name: value")


def convert(tree: dict[str, Any]) -> dict[str, Any]:
    """Make true or false of the text where the schema asks for it; what is neither stays text."""
    holders = [tree, *_groups(tree, "letters")]
    for group in [tree, *(copy for one in holders for copy in _groups(one, "cc"))]:
        for name in _BOOLEANS:
            if isinstance(text := group.get(name), str):
                group[name] = _TRUTH.get(text.lower(), text)
    return tree


def _groups(tree: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = tree.get(name)
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def shorten(problems: list[Problem]) -> list[Problem]:
    """Keep what a person can work through; the rest shows once that is mended."""
    more = len(problems) - MAX_PROBLEMS
    if more <= 0:
        return problems
    told = f"there are {more} more mistakes from here on"
    last = problems[MAX_PROBLEMS]._replace(message=told, hint="mend the others first")
    return [*problems[:MAX_PROBLEMS], last]


def _judge(parsed: Parsed, tree: dict[str, Any], *, complete: bool) -> list[Mistake]:
    mistakes = grammar.check(tree)
    parsed.tree = _salvaged(tree, mistakes)
    if parsed.tree is not None:  # facts trust the shapes that the grammar has found to be right
        wrong = facts.check(parsed.tree)
        wrong += facts.addresses(parsed.tree) if complete else []
        parsed.tree = _salvaged(parsed.tree, wrong)
        mistakes = mistakes + wrong
    return mistakes


def _salvaged(tree: dict[str, Any], mistakes: list[Mistake]) -> dict[str, Any] | None:
    return salvage(tree, mistakes) if mistakes else tree
