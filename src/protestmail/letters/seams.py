"""Where a template may write nothing: seams, planted in its judged tree before it is compiled.

So a guard is judged by what it does (``holes``), and no text of an appeal is parsed twice.
"""

from collections.abc import Iterable

from protestmail.letters import holes
from protestmail.letters.jinja import nodes


def plant(body: Iterable[nodes.Node], literal: frozenset[int] = frozenset()) -> None:
    """Mark in a judged tree where blanks and branches may write nothing.

    A blank is firm where its line has words of its own: then it is missed, however the line
    reads without it. ``literal`` are the lines with such words in the blocks around these.
    """
    body = list(body)
    literal |= {line for node in body for line in _lines(node)}
    for node in body:
        match node:
            case nodes.Output():
                node.nodes = [_planted(one, literal) for one in node.nodes]
            case nodes.If():
                last = node
                for branch in (node, *node.elif_):
                    plant(branch.body, literal)
                    last = branch
                plant(node.else_, literal)
                node.else_ = node.else_ or _seam(_asked(last.test), node.lineno)
            case nodes.For():
                plant(node.body, literal)
                node.else_ = node.else_ or _seam("demands", node.lineno)


def _lines(node: nodes.Node) -> Iterable[int]:
    """The lines on which a run of text has anything to read."""
    for piece in node.nodes if isinstance(node, nodes.Output) else ():
        if isinstance(piece, nodes.TemplateData):
            for more, text in enumerate(piece.data.split("\n")):
                if text.strip(" \t\x00"):
                    yield piece.lineno + more


def _planted(one: nodes.Expr, literal: frozenset[int]) -> nodes.Expr:
    if isinstance(one, nodes.TemplateData):
        return one
    sign = nodes.Const(holes.seam(_asked(one), one.lineno, firm=one.lineno in literal))
    return nodes.Filter(one, "written", [sign], [], None, None, lineno=one.lineno)


def _seam(blank: str, line: int) -> list[nodes.Node]:
    return [nodes.Output([nodes.TemplateData(holes.seam(blank, line))], lineno=line)]


def _asked(node: nodes.Node) -> str:
    """The blank that an expression asks for first."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    if isinstance(node, nodes.Name):
        return node.name
    return next(filter(None, map(_asked, node.iter_child_nodes())), "")


def written(value: object, sign: str) -> object:
    """Let what a blank holds through, and leave the sign of its seam where it holds nothing."""
    said = value.strip() if isinstance(value, str) else value
    return sign if isinstance(value, str | tuple) and not said else value
