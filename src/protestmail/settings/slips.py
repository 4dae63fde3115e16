"""What a file of settings says, statement by statement: what is no setting is not passed over.

The file may be shared with other programs, so a plain ``NAME=value`` that resembles none of ours is
theirs. Everything else is a setting, a remark, or a slip. No value is shown: it may be a secret.
"""

import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import NamedTuple

from protestmail.errors import SettingsProblem, nearest
from protestmail.settings.fields import KNOWN, PREFIX

_ENDS = re.compile("\r\n|\r|\n")
_WORD = re.compile(r"[^\s=\uff1d:'\"$]+")  # the other = is that of a keyboard for Chinese
_PLAIN = re.compile(r"(?:export\s+)?\w+\s*=|export\s+\w+\s*\Z", re.ASCII)
_CUT = re.compile(r"[^'\"#][^#]*\s#\S")
_MORE = re.compile(rf"[\s;&=]{PREFIX}[A-Z_]+=")
_RESEMBLES = 0.8
"""PROTESTMAL_ has 0.92 of our prefix, by difflib's ratio; another program's PROTON_MAIL_ 0.75."""


class _Statement(NamedTuple):
    """What the parser takes for one: from its first sign on, and the line of that."""

    text: str
    line: int
    key: str
    value: str | None


def settings(name: str, text: str, *, alone: bool = False) -> dict[str, str]:
    """Give the settings of ours that a file says; it is ``alone`` if no other program reads it.

    Raises SettingsProblem, with the file's ``name``, the line and what to write there, for a name
    that is nearly one of ours, another shell's way to set, a line without ``=``, a value that is
    cut off at its ``#``, quotes that do not match, and for what is set twice.
    """
    found: dict[str, str] = {}
    for one in _statements(text):
        if slip := _slip(one, found, alone=alone):
            told, hint = slip
            raise SettingsProblem(f"{name}:{one.line}: {told}", hint)
        if one.key in KNOWN:
            found[one.key] = one.value or ""
    return found


def _statements(text: str) -> Iterator[_Statement]:
    from dotenv.parser import parse_stream  # noqa: PLC0415  11 ms, where there is a file only

    for one in parse_stream(StringIO(text)):
        whole = one.original.string
        begun = whole.lstrip()
        before = whole[: len(whole) - len(begun)]
        if begun and not begun.startswith("#"):
            line = one.original.line + len(_ENDS.findall(before))
            yield _Statement(begun.rstrip(), line, one.key or "", one.value)


def _slip(one: _Statement, found: Mapping[str, str], *, alone: bool) -> tuple[str, str] | None:
    """Say what is wrong with a statement and what to write; nothing where it is in order."""
    first, *more = _ENDS.split(one.text)
    name, _, value = (part.strip() for part in first.partition("="))
    if any(_ours(line.partition("=")[0]) for line in more if "=" in line):
        return "this cannot be read: its quotes end on another line", "check its quotes"
    if one.key not in KNOWN or one.value is None:
        return _misspelt(first, _ours(name) or _ours(" ".join(_MORE.findall(first))) or "") or (
            _stray(one, first, alone=alone)
        )
    if _CUT.match(value):
        return "the value is cut off at its #", "put the whole value in quotes"
    if not value.startswith(("'", '"')) and _MORE.search(value):
        return "two settings stand on one line", "give each a line of its own"
    return (f"{one.key} is set twice", "keep one of them") if one.key in found else None


def _misspelt(line: str, word: str) -> tuple[str, str] | None:
    """Judge a line by the word in it that was to be a name of ours, if there is one."""
    if not word:
        return None
    meant = _spelled(word)
    if meant not in KNOWN:
        close = nearest(meant, KNOWN)
        seen = re.match("[A-Z_]*", word)  # what follows may be a secret, put there by a slip
        told = f"there is no setting {seen[0]}" if seen and seen[0] else "there is no such setting"
        return told, f"did you mean {close}?" if close else "see .env.example"
    if re.match(rf"(?:export\s+)?{meant}\s*=", line):
        return "this cannot be read", "check its quotes"
    return "this is no setting of protestmail", f"write {meant}=value, with nothing before it"


def _stray(one: _Statement, line: str, *, alone: bool) -> tuple[str, str] | None:
    """Judge a line that does not speak of us: another program may have a setting there."""
    meant = PREFIX + _spelled(one.key)
    if alone and meant in KNOWN:
        return f"this is no setting of protestmail: {one.key}", f"write {meant}=value"
    if one.value is not None or _PLAIN.match(line):
        return None
    return "this sets nothing", "write NAME=value, or put # before what is only a remark"


def _ours(text: str) -> str:
    """Give the first word that is, or was to be, a name of ours, as it is written."""
    return next((word for word in _WORD.findall(text) if _resembles(_spelled(word))), "")


def _spelled(word: str) -> str:
    return re.sub("[^A-Z]+", "_", word.upper()).strip("_")


def _resembles(name: str) -> bool:
    from difflib import SequenceMatcher  # noqa: PLC0415  only where a name is not ours

    start = name[: len(PREFIX)]
    return SequenceMatcher(None, start, PREFIX).ratio() > _RESEMBLES
