"""The letter's language: Jinja, cut down until a letter is data and not a program.

Three walls, one behind the other. ``judge`` walks Jinja's own tree against an allow-list before
anything runs, branches not taken included. What passes is run in Jinja's immutable sandbox with
``StrictUndefined``. The output is streamed against a cap. There is no loader, so nothing can be
included, and no name but those of ``BLANKS``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from protestmail.errors import ProtestmailError

MAX_BYTES = 64 * 1024
"""A template, and what it writes, are at most so long (UTF-8 bytes)."""
MAX_STEPS = 5_000
"""At most so many pieces of output and decisions a letter, counted with all loops run in full."""
MAX_DEPTH = 12
MAX_LOOPS = 2
MAX_SEPARATOR = 5

_TEXT, _LIST, _NUMBER, _TRUTH = "text", "list", "number", "truth"

BLANKS: dict[str, "str | dict[str, str]"] = {
    "salutation": _TEXT,
    "signature": _TEXT,
    "own_words": _TEXT,
    "demands": _LIST,
    "today": _TEXT,
    "sender": dict.fromkeys(
        "name organisation position members place country address email phone".split(), _TEXT
    ),
    "target": dict.fromkeys("name role organisation attention".split(), _TEXT),
    "appeal": dict.fromkeys("title reference issued country".split(), _TEXT),
    "issuer": dict.fromkeys("name email url".split(), _TEXT),
}
_LOOP = {"index": _NUMBER, "first": _TRUTH, "last": _TRUTH}
_FILTERS = {  # name: (takes, gives)
    **{name: (_TEXT, _TEXT) for name in ("upper", "lower", "title", "capitalize", "trim")},
    "default": (_TEXT, _TEXT),
    "length": ("text or list", _NUMBER),
    "first": ("text or list", _TEXT),
    "last": ("text or list", _TEXT),
    "join": (_LIST, _TEXT),
}
_REFUSED = {
    "Call": "a letter can call nothing",
    "Getitem": "a letter has no subscripts",
    "CondExpr": "a letter has no if inside a blank",
    "Test": "a letter has no tests; every blank exists, and is empty where nothing was given",
    "Concat": "a letter joins no texts with ~",
    "Assign": "a letter sets nothing",
    "AssignBlock": "a letter sets nothing",
    "Const": "a blank must be a name, not a value",
    "TemplateData": "a blank must be a name, not a value",
}
_WAY_OUT = "text, {{ blank }}, {% if %} and {% for demand in demands %} are all a letter needs"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that a template may not do; ``needle`` is what to look for in its line."""

    line: int
    message: str
    hint: str = ""
    needle: str = ""


class BadTemplate(ProtestmailError):
    """A template that will not be run; ``flaws`` holds every reason."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("; ".join(f"line {flaw.line}: {flaw.message}" for flaw in flaws))
        self.flaws = flaws


class Mark(str):
    """A blank's text that is to be found again in the letter: between two of its ``sign``."""

    __slots__ = ("sign",)
    sign: str

    def __new__(cls, text: str, sign: str) -> "Mark":
        """Mark ``text`` with ``sign``, a control character that no text can hold."""
        mark = super().__new__(cls, text)
        mark.sign = sign
        return mark


@dataclass(frozen=True, slots=True)
class Template:
    """A judged template: ``blanks`` names what it uses, ``steps`` bounds what it costs."""

    blanks: frozenset[str]
    steps: int
    _compiled: Any

    def write(self, blanks: Mapping[str, object]) -> str:
        """Fill the blanks in; raise BadTemplate where the letter comes out too long."""
        pieces, size = [], 0
        try:
            for piece in self._compiled.generate(blanks):
                size += len(piece) if piece.isascii() else len(piece.encode())
                if size > MAX_BYTES:
                    raise BadTemplate([Flaw(1, "the letter comes out longer than 64 KiB")])
                pieces.append(piece)
        except (TemplateError, TypeError, ValueError, RecursionError) as why:
            raise BadTemplate([Flaw(1, f"the letter cannot be written: {why}")]) from None
        return _without_empty_lines("".join(pieces))


def judge(source: str, *, without: Iterable[str] = (), longest: int = 50) -> Template:
    """Read a template without running it; raise BadTemplate with all of its flaws.

    ``without`` names blanks that this letter does not have; ``longest`` is the length of the
    longest list that it can loop over.
    """
    return _judge(source, frozenset(without), longest)


@lru_cache(maxsize=256)
def _judge(source: str, without: frozenset[str], longest: int) -> Template:
    if len(source.encode()) > MAX_BYTES:
        raise BadTemplate([Flaw(1, "the template is longer than 64 KiB")])
    try:
        tree = _environment().parse(source)
        judge_ = _Judge(without, longest)
        judge_.block(tree.body, 0, 0)
        if judge_.flaws:
            raise BadTemplate(judge_.flaws)
        return Template(frozenset(judge_.used), judge_.steps, _environment().from_string(source))
    except TemplateError as why:
        raise BadTemplate([_syntax_flaw(why)]) from None
    except (RecursionError, ValueError, OverflowError):
        raise BadTemplate([Flaw(1, "an expression is too deep or too long", _WAY_OUT)]) from None


def _syntax_flaw(why: TemplateError) -> Flaw:
    message = (why.message or "it cannot be read").rstrip(".")
    tag = message.removeprefix("Encountered unknown tag ").partition("'")[2].partition("'")[0]
    if message.startswith("Encountered unknown tag"):
        return Flaw(getattr(why, "lineno", 1), f"a letter has no {{% {tag} %}}", _WAY_OUT, tag)
    return Flaw(getattr(why, "lineno", 1), f"not a template: {message[:1].lower()}{message[1:]}")


class _Judge:
    """Walks a template's tree, types each expression, and notes all that is not allowed."""

    def __init__(self, without: frozenset[str], longest: int) -> None:
        self.flaws: list[Flaw] = []
        self.used: set[str] = set()
        self.steps = 0
        self._without = without
        self._longest = max(longest, 1)
        self._loops: list[str] = []

    def block(self, body: Iterable[nodes.Node], depth: int, loops: int) -> None:
        if depth > MAX_DEPTH:
            first = next(iter(body), None)
            return self._refuse(first, "blocks stand too deep inside each other")
        for node in body:
            self._count(node, loops)
            match node:
                case nodes.Output():
                    self._output(node, loops)
                case nodes.If():
                    self._truth(node.test)
                    for branch in (node.body, node.elif_, node.else_):
                        self.block(branch, depth + 1, loops)
                case nodes.For():
                    self._loop(node, depth, loops)
                case _:
                    self._refuse(node)
        return None

    def _count(self, node: nodes.Node, loops: int) -> None:
        before = self.steps
        self.steps += self._longest**loops
        if before <= MAX_STEPS < self.steps:
            self._refuse(node, "the letter's loops come to too many steps")

    def _output(self, node: nodes.Output, loops: int) -> None:
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData):
                self._count(child, loops)
                if self._expression(child) == _TRUTH:
                    self._refuse(child, "a yes or no is for {% if %} and cannot be written out")

    def _loop(self, node: nodes.For, depth: int, loops: int) -> None:
        if loops >= MAX_LOOPS:
            return self._refuse(node, "loops stand more than two deep")
        if self._expression(node.iter) != _LIST or not isinstance(node.iter, nodes.Name):
            self._refuse(node, "a loop runs over demands and nothing else", needle="for")
        if node.recursive or node.test or not isinstance(node.target, nodes.Name):
            return self._refuse(node, "a loop has one plain name and no condition", needle="for")
        name = node.target.name
        if name in BLANKS or name == "loop":
            self._refuse(node, f'"{name}" is a blank and cannot name what a loop runs over')
        self._loops.append(name)
        self.block(node.body, depth + 1, loops + 1)
        self._loops.pop()
        return self.block(node.else_, depth + 1, loops)

    def _truth(self, node: nodes.Node, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            return self._refuse(node, "a condition is too deep")
        match node:
            case nodes.And() | nodes.Or():
                self._truth(node.left, depth + 1)
                self._truth(node.right, depth + 1)
            case nodes.Not():
                self._truth(node.node, depth + 1)
            case nodes.Compare():
                self._comparison(node)
            case _:
                self._expression(node, depth)
        return None

    def _comparison(self, node: nodes.Compare) -> None:
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        kinds = [self._operand(side) for side in sides]
        for left, operand, right in zip(kinds, node.ops, kinds[1:], strict=False):
            if operand.op in {"lt", "lteq", "gt", "gteq"} and (left, right) != (_NUMBER, _NUMBER):
                self._refuse(node, "only numbers (| length, loop.index) can be compared with < or >")
            if operand.op in {"in", "notin"} and (left != _TEXT or right not in {_TEXT, _LIST}):
                self._refuse(node, '"in" looks for a text in a text or in demands')

    def _operand(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Const) and isinstance(node.value, str | int):
            return _TEXT if isinstance(node.value, str) else _NUMBER
        return self._expression(node)

    def _expression(self, node: nodes.Node, depth: int = 0) -> str:
        """Judge what may stand in a blank; give its type."""
        if depth > MAX_DEPTH:
            self._refuse(node, "an expression is too deep")
            return _TEXT
        match node:
            case nodes.Name():
                return self._name(node)
            case nodes.Getattr():
                return self._part(node)
            case nodes.Filter():
                return self._filter(node, depth)
        self._refuse(node)
        return _TEXT

    def _name(self, node: nodes.Name) -> str:
        if node.name in self._loops:
            return _TEXT
        kind = BLANKS.get(node.name)
        if isinstance(kind, str):
            self.used.add(node.name)
            return kind
        if kind:
            some = ", ".join(f"{node.name}.{part}" for part in list(kind)[:3])
            self._refuse(node, f'"{node.name}" is not a blank by itself', f"write {some}, …")
        else:
            self._unknown(node, node.name)
        return _TEXT

    def _part(self, node: nodes.Getattr) -> str:
        if not isinstance(node.node, nodes.Name):
            self._refuse(node)
            return _TEXT
        owner, name = node.node.name, f"{node.node.name}.{node.attr}"
        parts = _LOOP if owner == "loop" and self._loops else BLANKS.get(owner)
        if not isinstance(parts, dict) or node.attr not in parts or owner in self._loops:
            self._unknown(node, name)
            return _TEXT
        if owner in self._without:
            self._refuse(node, f'"{name}" has no meaning where one message goes to all targets')
        self.used.add(name)
        return parts[node.attr]

    def _filter(self, node: nodes.Filter, depth: int) -> str:
        if node.node is None or node.name not in _FILTERS:
            self._refuse(node, f'there is no filter "{node.name}"', f"there are {_and(_FILTERS)}")
            return _TEXT
        takes, gives = _FILTERS[node.name]
        kind = self._expression(node.node, depth + 1)
        if kind not in takes and not (takes == _TEXT and kind == _NUMBER):
            self._refuse(node, f'"{node.name}" is for a {takes}, and this is a {kind}')
        self._arguments(node)
        return gives

    def _arguments(self, node: nodes.Filter) -> None:
        values = [arg.value if isinstance(arg, nodes.Const) else None for arg in node.args]
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        match node.name, values:
            case "default", [str()] if plain:
                return
            case "join", [] if plain:
                return
            case "join", [str(separator)] if plain and len(separator) <= MAX_SEPARATOR:
                return
            case ("default" | "join"), _:
                self._refuse(node, f'"{node.name}" takes one short text in quotes')
            case _, []:
                if not plain:
                    self._refuse(node, f'"{node.name}" takes nothing in parentheses')
            case _:
                self._refuse(node, f'"{node.name}" takes nothing in parentheses')

    def _unknown(self, node: nodes.Node, name: str) -> None:
        from difflib import get_close_matches  # noqa: PLC0415  only where there is a mistake

        close = get_close_matches(name, [*_all_blanks(), *self._loops], n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"the blanks are {_and(_all_blanks())}"
        self._refuse(node, f'there is no blank "{name}"', hint, name)

    def _refuse(
        self, node: nodes.Node | None, message: str = "", hint: str = "", needle: str = ""
    ) -> None:
        kind = type(node).__name__
        if not message:
            tag = {"Assign": "set", "FromImport": "from"}.get(kind, kind.lower())
            arithmetic = isinstance(node, nodes.BinExpr | nodes.UnaryExpr)
            plain = "a letter does no arithmetic" if arithmetic else f"a letter has no {tag}"
            message, hint, needle = _REFUSED.get(kind, plain), _WAY_OUT, tag
        self.flaws.append(Flaw(getattr(node, "lineno", 1) or 1, message, hint, needle))


def _all_blanks() -> list[str]:
    names = []
    for name, kind in BLANKS.items():
        names += [f"{name}.{part}" for part in kind] if isinstance(kind, dict) else [name]
    return names


def _and(names: Iterable[str]) -> str:
    return ", ".join(names)


_EMPTY = "\x00"  # stands where a blank wrote nothing, until its line has been looked at


def _finalize(value: object) -> str:
    """Let only text and numbers out, so that no object can show its address or its insides."""
    if isinstance(value, Mark):
        return f"{value.sign}{value}{value.sign}" if value else _EMPTY
    if isinstance(value, str):
        return str(value) or _EMPTY
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        lines = (f"{number}. {item}" for number, item in enumerate(value, 1))
        return "\n".join(lines) or _EMPTY
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TemplateError("a blank holds something that is neither text nor number")


def _without_empty_lines(text: str) -> str:
    """Drop the lines in which blanks stood and wrote nothing; runs of blank lines become one."""
    kept: list[str] = []
    for line in text.split("\n"):
        stripped = line.replace(_EMPTY, "").rstrip() if _EMPTY in line else line.rstrip()
        dropped = not stripped and (_EMPTY in line or not kept or not kept[-1])
        if not dropped:
            kept.append(stripped)
    return "\n".join(kept).strip("\n")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Build the second wall; constant folding stays off, since it would run before any cap."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        optimized=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: JINJA_FILTERS[name] for name in _FILTERS} | {
        "default": lambda value, other: value or other,
        "first": lambda value: value[0] if value else "",
        "last": lambda value: value[-1] if value else "",
    }
    return environment
