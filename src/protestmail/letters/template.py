"""The letter's language: Jinja, cut down until a letter is data and not a program.

Three walls, one behind the other. ``judge`` walks Jinja's own tree against an allow-list before
anything runs, branches not taken included. What passes is run in Jinja's immutable sandbox with
``StrictUndefined``. The output is streamed against a cap. There is no loader, so nothing can be
included, and no name but those of ``BLANKS``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from protestmail import characters
from protestmail.letters import holes, seams
from protestmail.letters.allowlist import WAY_OUT, Judge
from protestmail.letters.blanks import BLANKS, FILTERS, LOOP
from protestmail.letters.filled import MAX_BYTES, SIGNS, TOO_LONG, BadTemplate, Filled, Flaw, tidy
from protestmail.letters.holes import EDGE, EMPTY, SEAM
from protestmail.letters.jinja import FILTERS as JINJA_FILTERS
from protestmail.letters.jinja import (
    ImmutableSandboxedEnvironment,
    LoopContext,
    StrictUndefined,
    TemplateError,
    nodes,
)

__all__ = ["BLANKS", "BadTemplate", "Flaw", "Template", "judge"]

_LINE_ENDING_TAG = re.compile(r"(?<!-)[%#]\}(?=[ \t]*(?:\n|$))")
"""Jinja's ``trim_blocks`` would take the line break away after text as well as after tags."""
_NO_TEXT = Flaw(1, "a blank holds something that is neither text nor number")
_CAP = 2 * MAX_BYTES
"""What is written at most before it is measured, signs and all (characters)."""
_RAW = re.compile(r"\{%[-+]?\s*raw\b")  # it is gone from the tree, and would print tags


class Template(NamedTuple):
    """A judged template: ``blanks`` names what it uses, ``steps`` bounds what it costs.

    ``compared`` are the blanks that it looks into, so that more than their presence decides. Where
    it is plain text, that is ``fixed``.
    """

    blanks: frozenset[str]
    compared: frozenset[str]
    steps: int
    compiled: Any
    fixed: str | None = None

    def write(self, values: Mapping[str, Any]) -> Filled:
        """Fill the blanks in; raise BadTemplate where that fails, or gets far too long."""
        said = {SIGNS[blank]: value for blank, value in values.items() if blank in SIGNS}
        if self.fixed is not None:
            return Filled(self.fixed, (), said)
        seen = tuple((blank, self._seen(blank, values.get(blank))) for blank in self.blanks)
        return _shape(self.compiled, seen)._replace(values=said)

    def _seen(self, blank: str, value: object) -> object:
        """What the template is shown of a value: of what it does not look into, if it is there."""
        if not isinstance(value, str | tuple):
            raise BadTemplate([_NO_TEXT])
        apart = blank in SIGNS and blank not in self.compared
        return _Sign(SIGNS[blank] if value else "") if apart else value


class _Sign(str):
    """Stands for a value that does not enter a template."""

    __slots__ = ()


@lru_cache(maxsize=256)  # of a letter's values most have no say in its shape
def _shape(compiled: Any, seen: tuple[tuple[str, object], ...]) -> Filled:
    """Run a template on what it sees of its values."""
    blanks: dict[str, Any] = {}
    for name, value in seen:
        owner, _, part = name.rpartition(".")
        (blanks.setdefault(owner, {}) if owner else blanks)[part] = value
    pieces, size = [], 0
    try:
        for piece in compiled.generate(blanks):
            size += len(piece)
            if size > _CAP:
                raise BadTemplate([TOO_LONG])
            pieces.append(piece)
    except (TemplateError, TypeError, ValueError, RecursionError) as why:
        raise BadTemplate([Flaw(1, f"the letter cannot be written: {why}")]) from None
    shape, gaps = holes.close("".join(pieces))
    return Filled(tidy(shape), tuple(gaps))


def judge(source: str, *, without: Iterable[str] = (), demands: Sequence[str] = ()) -> Template:
    """Read a template without running it; raise BadTemplate with all of its flaws.

    ``without`` names blanks that this letter does not have; ``demands`` is what it can loop over.
    """
    return _judge(source, frozenset(without), len(demands), sum(map(len, demands)))


@lru_cache(maxsize=256)
def _judge(source: str, without: frozenset[str], longest: int, size: int) -> Template:
    if len(source.encode()) > MAX_BYTES:
        raise BadTemplate([Flaw(1, "the template is longer than 64 KiB")])
    if raw := _RAW.search(source):
        line = source.count("\n", 0, raw.start()) + 1
        raise BadTemplate([Flaw(line, "a letter has no {% raw %}", WAY_OUT, "raw")])
    if "{" not in source:  # most subjects; Jinja takes milliseconds to find that out
        return Template(frozenset(), frozenset(), 1, None, tidy(source))
    source = _LINE_ENDING_TAG.sub(rf"\g<0>{EMPTY}", source)
    try:
        tree = _environment().parse(source)
        judge_ = Judge(without, longest, size)
        judge_.block(tree.body)
        if flaws := [*judge_.flaws, *_unseen(tree)]:
            raise BadTemplate(flaws)
        used, compared = frozenset(judge_.used), frozenset(judge_.compared)
        return Template(used, compared, judge_.steps, _compiled(tree))
    except TemplateError as why:
        raise BadTemplate([_syntax_flaw(why)]) from None
    except (RecursionError, ValueError, OverflowError):
        raise BadTemplate([Flaw(1, "an expression is too deep or too long", WAY_OUT)]) from None


def _unseen(tree: nodes.Template) -> Iterator[Flaw]:
    r"""Texts in quotes that hold, as ``\x0e``, what no text may, and could be a sign of ours."""
    for one in tree.find_all(nodes.Const):
        if isinstance(one.value, str) and characters.IN_TEXT.search(one.value):
            told = "a text in quotes holds a control or bidi-override character"
            yield Flaw(one.lineno, told, "take it out, or type the passage anew")


def _compiled(tree: nodes.Template) -> Any:
    """Compile a judged tree, its seams planted."""
    environment = _environment()
    seams.plant(tree.body)
    tree.set_environment(environment)
    code = environment.compile(tree)
    return environment.template_class.from_code(environment, code, {})


def _syntax_flaw(why: TemplateError) -> Flaw:
    message = (why.message or "it cannot be read").rstrip(".")
    line = getattr(why, "lineno", 1)
    if message.startswith("Encountered unknown tag"):
        tag = message.split("'")[1]
        return Flaw(line, f"a letter has no {{% {tag} %}}", WAY_OUT, tag)
    if message.startswith("Unexpected end of template") or "end of statement block" in message:
        return Flaw(
            line, "a {% if %} or {% for %} is not closed", "add {% endif %} or {% endfor %}"
        )
    if "end of print statement" in message or message.startswith("unexpected"):
        hint = "a blank is a name between {{ and }}, such as {{ sender.name }}"
        return Flaw(line, f"a blank is not written as it should be ({message})", hint)
    return Flaw(line, f"not a template: {message[:1].lower()}{message[1:]}")


def _finalize(value: object) -> str:
    """Let only text and numbers out, so that no object can show its address or its insides."""
    if isinstance(value, _Sign):
        return value or EMPTY
    if isinstance(value, str):
        return _edged(str(value))
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        lines = (f"{number}. {item}" for number, item in enumerate(value, 1))
        return _edged("\n".join(lines))
    if isinstance(value, int) and not isinstance(value, bool):
        return _edged(str(value))
    raise BadTemplate([_NO_TEXT])


def _edged(text: str) -> str:
    """Mark where a value of the appeal's begins and ends; the sign of a seam is none."""
    if text.startswith(SEAM):
        return text
    return f"{EDGE}{text}{EDGE}" if text else EMPTY


class _Sandbox(ImmutableSandboxedEnvironment):
    """The second wall: an object has nothing for a letter but what it may ask of its loop."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:  # noqa: ARG002
        """Let nothing else through; what blanks hold is in dictionaries, and no attribute."""
        return attr in LOOP and isinstance(obj, LoopContext)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Build the sandbox; constant folding stays off, since it would run before any cap."""
    environment = _Sandbox(
        undefined=StrictUndefined,
        optimized=False,
        lstrip_blocks=True,
        finalize=_finalize,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: JINJA_FILTERS[name] for name in FILTERS} | {
        "default": lambda value, other: value or other,
        "first": lambda value: value[0] if value else "",
        "last": lambda value: value[-1] if value else "",
        "trim": lambda value: value if isinstance(value, _Sign) else value.strip(),
        "written": seams.written,
    }
    return environment
