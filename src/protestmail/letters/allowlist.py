"""What a letter may say in Jinja: a walk over its tree, against an allow-list, before it runs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

from protestmail.errors import nearest
from protestmail.letters.blanks import BLANKS, FILTERS, LIST, LOOKING, LOOP, NUMBER, TEXT, TRUTH
from protestmail.letters.filled import Flaw
from protestmail.letters.jinja import nodes

MAX_STEPS = 5_000
"""At most so many steps a letter: a decision, a blank or a filter, with all loops run in full."""
STEP = 100
"""A blank or a filter costs a step for so many characters that it handles."""
OWN_WORDS = 20_000
"""The longest paragraph, in characters, that a writer can add."""
MAX_DEPTH = 12
MAX_LOOPS = 2
MAX_SEPARATOR = 5

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
WAY_OUT = "text, {{ blank }}, {% if %} and {% for demand in demands %} are all a letter needs"


class Judge:
    """Walks a template's tree, types each expression, and notes all that is not allowed.

    ``without`` names groups of blanks that the letter does not have; ``longest`` is the length
    of the longest list that it can loop over. After the walk, ``flaws`` holds what is refused,
    ``used`` the blanks, ``compared`` those whose very words decide what is written, and ``steps``
    bounds the cost of writing the letter.
    """

    def __init__(self, without: frozenset[str], longest: int, size: int) -> None:
        self.flaws: list[Flaw] = []
        self.used: set[str] = set()
        self.compared: set[str] = set()
        self.steps = 0
        self._without = without
        self._longest = max(longest, 1)
        self._weights = {"demands": 1 + size // STEP, "own_words": 1 + OWN_WORDS // STEP}
        self._loops: list[str] = []

    def block(self, body: Iterable[nodes.Node], depth: int = 0) -> None:
        """Judge a run of statements that stands ``depth`` blocks deep."""
        if depth > MAX_DEPTH:
            return self._refuse(next(iter(body), None), "blocks stand too deep in each other")
        for node in body:
            self._count(node)
            match node:
                case nodes.Output():
                    self._output(node)
                case nodes.If():
                    self._truth(node.test)
                    for branch in (node.body, node.elif_, node.else_):
                        self.block(branch, depth + 1)
                case nodes.For():
                    self._loop(node, depth)
                case _:
                    self._refuse(node)
        return None

    def _count(self, node: nodes.Node, weight: int = 1) -> None:
        before = self.steps
        self.steps += weight * self._longest ** len(self._loops)
        if before <= MAX_STEPS < self.steps:
            self._refuse(node, "the letter's loops and filters come to too many steps")

    def _output(self, node: nodes.Output) -> None:
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData) and self._expression(child) == TRUTH:
                self._refuse(child, "a yes or no is for {% if %} and cannot be written out")

    def _loop(self, node: nodes.For, depth: int) -> None:
        if len(self._loops) >= MAX_LOOPS:
            return self._refuse(node, "loops stand more than two deep")
        if self._expression(node.iter) != LIST or not isinstance(node.iter, nodes.Name):
            self._refuse(node, "a loop runs over demands and nothing else", needle="for")
        if node.recursive or node.test or not isinstance(node.target, nodes.Name):
            return self._refuse(node, "a loop has one plain name and no condition", needle="for")
        name = node.target.name
        if name in BLANKS or name == "loop":
            self._refuse(node, f'"{name}" is a blank and cannot name what a loop runs over')
        self._loops.append(name)
        self.block(node.body, depth + 1)
        self._loops.pop()
        return self.block(node.else_, depth + 1)

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
        with self._looking():
            kinds = [self._operand(side) for side in sides]
        for left, operand, right in zip(kinds, node.ops, kinds[1:], strict=False):
            if operand.op in {"lt", "lteq", "gt", "gteq"} and (left, right) != (NUMBER, NUMBER):
                self._refuse(
                    node, "only numbers (| length, loop.index) can be compared with < or >"
                )
            if operand.op in {"in", "notin"} and (left != TEXT or right not in {TEXT, LIST}):
                self._refuse(node, '"in" looks for a text in a text or in demands')

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """Count what the block uses as compared."""
        before, self.used = self.used, set()
        yield
        self.compared |= self.used
        self.used |= before

    def _operand(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Const) and isinstance(node.value, str | int):
            return TEXT if isinstance(node.value, str) else NUMBER
        return self._expression(node)

    def _expression(self, node: nodes.Node, depth: int = 0) -> str:
        """Judge what may stand in a blank; give its type."""
        if depth > MAX_DEPTH:
            self._refuse(node, "an expression is too deep")
            return TEXT
        match node:
            case nodes.Name():
                return self._name(node)
            case nodes.Getattr():
                return self._part(node)
            case nodes.Filter():
                return self._filter(node, depth)
        self._refuse(node)
        return TEXT

    def _name(self, node: nodes.Name) -> str:
        self._count(node, self._weights.get(node.name, 1))
        if node.name in self._loops:
            return TEXT
        kind = BLANKS.get(node.name)
        if isinstance(kind, str):
            self.used.add(node.name)
            return kind
        if kind:
            some = ", ".join(f"{node.name}.{part}" for part in list(kind)[:3])
            self._refuse(node, f'"{node.name}" is not a blank by itself', f"write {some}, …")
        else:
            self._unknown(node, node.name)
        return TEXT

    def _part(self, node: nodes.Getattr) -> str:
        if not isinstance(node.node, nodes.Name):
            self._refuse(node)
            return TEXT
        self._count(node)
        owner, name = node.node.name, f"{node.node.name}.{node.attr}"
        parts = LOOP if owner == "loop" and self._loops else BLANKS.get(owner)
        if not isinstance(parts, dict) or node.attr not in parts or owner in self._loops:
            self._unknown(node, name)
            return TEXT
        if owner in self._without:
            self._refuse(node, f'"{name}" has no meaning where one message goes to all targets')
        if parts is not LOOP:
            self.used.add(name)
        return parts[node.attr]

    def _filter(self, node: nodes.Filter, depth: int) -> str:
        if node.node is None or node.name not in FILTERS:
            self._refuse(
                node, f'there is no filter "{node.name}"', f"there are {', '.join(FILTERS)}"
            )
            return TEXT
        base = node.find(nodes.Name)
        self._count(node, self._weights.get(base.name, 1) if base else 1)
        takes, gives = FILTERS[node.name]
        with self._looking() if node.name in LOOKING else nullcontext():
            kind = self._expression(node.node, depth + 1)
        if kind not in takes and not (takes == TEXT and kind == NUMBER):
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
            case (("default" | "join"), _):
                self._refuse(node, f'"{node.name}" takes one short text in quotes')
            case _, []:
                if not plain:
                    self._refuse(node, f'"{node.name}" takes nothing in parentheses')
            case _:
                self._refuse(node, f'"{node.name}" takes nothing in parentheses')

    def _unknown(self, node: nodes.Node, name: str) -> None:
        every, part = [*_all_blanks(), *self._loops], name.rpartition(".")[2]
        same = (one for one in every if one.rpartition(".")[2] == part)
        close = next(same, "") or nearest(name, every)
        hint = f'did you mean "{close}"?' if close else f"the blanks are {', '.join(_all_blanks())}"
        self._refuse(node, f'there is no blank "{name}"', hint, name)

    def _refuse(
        self, node: nodes.Node | None, message: str = "", hint: str = "", needle: str = ""
    ) -> None:
        kind = type(node).__name__
        if not message:
            tag = {"Assign": "set", "Scope": "autoescape"}.get(kind, kind.lower())
            arithmetic = isinstance(node, nodes.BinExpr | nodes.UnaryExpr)
            plain = "a letter does no arithmetic" if arithmetic else f"a letter has no {tag}"
            message, hint, needle = _REFUSED.get(kind, plain), WAY_OUT, tag
        self.flaws.append(Flaw(_line(node), message, hint, needle))


def _line(node: nodes.Node | None) -> int:
    """The line of a node, or of the first one in it that has a line."""
    if node is None:
        return 1
    inner = (child.lineno for child in node.iter_child_nodes() if child.lineno)
    return node.lineno or next(inner, 1)


def _all_blanks() -> list[str]:
    names = []
    for name, kind in BLANKS.items():
        names += [f"{name}.{part}" for part in kind] if isinstance(kind, dict) else [name]
    return names
