"""The one voice that asks: for a line, a yes, one of several, a paragraph, a secret.

Where ``App.guided`` is set, q leaves at every question, and where ``App.backward`` is, < goes back
one; elsewhere these are answers like others.
Several lines that were pasted are one answer, and none of them is taken for the next one.
"""

import re
import select
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from getpass import getpass

import click

from protestmail import characters
from protestmail.address import BadAddress
from protestmail.cli.app import App
from protestmail.errors import ProtestmailError, UsageProblem
from protestmail.screen.output import clean

LEAVE, BACK = {"q", "quit"}, "<"
AT_ONCE, PASTED = 0.02, 0.1
"""Seconds in which the next line of what was pasted has arrived, and all of a text."""
_NO_TEXT, _ANEW = "it holds a control character", "type it anew"
ROOM = 5
"""The columns that are left for an answer on the line of a question, at the least."""


class Left(Exception):
    """The writer leaves here, and may take it up again."""


class Back(Exception):
    """The writer goes back to the question before."""


def can_ask() -> bool:
    """Whether somebody sits at a terminal to be asked."""
    return sys.stdin.isatty()


def some(answer: str) -> str:
    """Judge an answer that may not be empty."""
    if not answer:
        raise UsageProblem("this cannot stay empty")
    return answer


def line(
    app: App,
    question: str,
    default: str = "",
    *,
    judge: Callable[[str], str] = str,
    between: str = " ",
) -> str:
    """Ask for a line until ``judge`` takes it, which gives it as it is kept or raises what to tell.

    Enter takes the default, a lone - empties it. Raises Left, click.Abort for Ctrl-C and Ctrl-D.
    """
    shown = f"{question} [{default}]: " if default else f"{question}: "
    while True:
        answer = _answer(app, shown, between)
        try:
            if characters.IN_LINE.search(answer):  # also what the terminal's encoding cannot say
                raise UsageProblem(_NO_TEXT, _ANEW)
            return judge("" if default and answer == "-" else answer or default)
        except (ProtestmailError, BadAddress) as why:
            app.screen.error(str(why), why.hint)


def lines(app: App, question: str) -> list[str]:
    """Ask for lines, up to an empty one."""
    found = []
    while (one := _read(f"{question}: ")) or _more(PASTED):
        _leave(app, one)
        found += [one] if one else []
    return found


def yes(app: App, question: str, *, default: bool = False) -> bool:
    """Ask for a yes or a no."""
    return choose(app, question, {"y": "yes", "n": "no"}, "y" if default else "n") == "y"


def choose(
    app: App, question: str, answers: Mapping[str, str], default: str, told: str = ""
) -> str:
    """Ask for one of a few answers, by letter or first word; Enter is the default.

    ``told`` says what each stands for, where their words do not.
    """
    keys = "/".join(one.upper() if one == default else one for one in answers)
    known = {word.partition(" ")[0].rstrip(","): key for key, word in answers.items()}
    told = told or ", ".join(f"{key} is {word}" for key, word in answers.items())
    leave, leaves = ("/q", ", q leaves: what is done stays done") if app.guided else ("", "")
    shown = f"{question} [{keys}{leave}] "
    return _one_of(app, shown, known | {key: key for key in answers}, default, told + leaves)


def pick(app: App, question: str, ways: Mapping[str, str], default: str = "") -> str:
    """Ask for one of several ways, by its key; Enter takes the default, or the first."""
    leave, leaves = (" (q leaves)", ", or q to leave") if app.guided else ("", "")
    app.screen.note(f"{question}{leave}")
    width = max(map(len, ways))
    for key, told in ways.items():
        app.screen.note(f"  {key:{width}}  {told}")
    default = default or next(iter(ways))
    told = f"that is not one of {', '.join(ways)}{leaves}"
    return _one_of(app, f"Which? [{default}] ", {key: key for key in ways}, default, told)


def _one_of(app: App, shown: str, known: Mapping[str, str], default: str, told: str) -> str:
    while (answer := _answer(app, shown).lower() or default) not in known:
        app.screen.note(told)
    return known[answer]


def secret(app: App, *, keep: bool = False, before: str = "") -> str:
    """Ask for the account's password, which is not shown, and may be a q.

    Enter takes the one from ``before``. One to ``keep`` is judged as it will be when it is read.
    """
    from protestmail.settings import judge  # noqa: PLC0415  for those who are asked for one
    from protestmail.settings.fields import TYPED  # noqa: PLC0415

    shown = f"Password of your mail account{' (Enter keeps it as it is)' if before else ''}: "
    while True:
        answer = _keys(getpass, shown) or before
        if app.backward and answer == BACK:
            raise Back
        try:
            seen = judge.seen(answer, "PASSWORD", TYPED)
            if seen:
                return judge.password(seen, TYPED) if keep else seen
        except ProtestmailError as why:
            app.screen.error(str(why), why.hint)


def paragraph(app: App, keep: Callable[[str], None], edit: Callable[[], str]) -> str:
    """Ask for a paragraph: typed line by line up to an empty one, or by ``edit`` in the editor.

    What is pasted may be several paragraphs. What is typed is given to ``keep`` line by line,
    since the next key may leave.
    """
    while True:
        typed = _typed(app, keep, edit)
        if not characters.IN_TEXT.search(typed):
            return typed
        app.screen.note(f"{_NO_TEXT}: {_ANEW}")


def _typed(app: App, keep: Callable[[str], None], edit: Callable[[], str]) -> str:
    found: list[str] = []
    while (one := _read("> ")) or _more(PASTED):
        if not found and one.lower() == "e":
            return edit()
        if not found:
            _leave(app, one)
        found.append(one)
        keep(_joined(found))
    return _joined(found)


def _joined(found: Sequence[str]) -> str:
    """Paragraphs of the lines that stand together."""
    parts = re.split("\n\n+", "\n".join(found).strip("\n"))
    return "\n\n".join(" ".join(part.split("\n")) for part in parts)


def _answer(app: App, shown: str, between: str = " ") -> str:
    """Give one answer, of all the lines that came with it."""
    found = [_read(shown)]
    while _more(AT_ONCE):
        found.append(_read(""))
    answer = between.join(filter(None, found))
    _leave(app, answer)
    return answer


def _leave(app: App, answer: str) -> None:
    if app.guided and answer.lower() in LEAVE:
        raise Left
    if app.backward and answer == BACK:
        raise Back


def _read(shown: str) -> str:
    """Read one line, with the arrow keys; a question that is too long is broken between words."""
    end = shown[len(shown.rstrip()) :]
    width = shutil.get_terminal_size().columns - ROOM
    *above_, last = textwrap.wrap(
        clean(shown), width, break_long_words=False, break_on_hyphens=False
    ) or [""]
    sys.stderr.write("".join(f"{one}\n" for one in above_))
    return _keys(_input, last + end).strip()


def _keys(ask: Callable[[str], str], shown: str) -> str:
    try:
        return ask(shown)
    except (KeyboardInterrupt, EOFError):
        raise click.Abort from None


def _input(shown: str) -> str:
    with suppress(ImportError):  # Windows edits lines without it
        import readline  # noqa: PLC0415  for those who are asked something only

        readline.parse_and_bind("set enable-bracketed-paste off")  # a line is a line
    if not sys.stdout.isatty():
        sys.stderr.write(shown)
        shown = ""
    sys.stderr.flush()
    return input(shown)


def _more(seconds: float) -> bool:
    """Whether more is there already, as after a line that was pasted with others."""
    with suppress(OSError, ValueError):
        return bool(select.select([sys.stdin], [], [], seconds)[0])
    return False
