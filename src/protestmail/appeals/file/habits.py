"""What those who are new to YAML write, known by the line that it stands in; loaded on a mistake.

libyaml says where it could not go on, which is seldom where the mistake is, and never what to
write. So each line that a mistake stands in, and for one that stops the reading those beside it,
is looked at as a person would look at it.
"""

import re
from collections.abc import Iterable, Sequence

from protestmail.appeals.file import relations, stops, unseen
from protestmail.appeals.file.lines import ENTRY, KEY, Told, names, quoted
from protestmail.errors import Problem

MOST, LONGEST = 100, 500
"""How many lines of a file are looked at, and how long one may be."""
_QUOTES = {
    "\u201c": "\u201d\u201c",  # English, and what it turns to where nobody looks
    "\u201e": "\u201c\u201d\u201e",  # German, Polish, Romanian
    "\u201d": "\u201d",  # Swedish, Finnish
    "\u2018": "\u2019\u2018",
    "\u2019": "\u2019",
    "\u201a": "\u2018\u2019",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab\u00bb",
    "\u2039": "\u203a",
    "\u203a": "\u2039\u203a",
}
"""The quotes of print, and what closes each."""
_CLOSING = "".join(sorted(set("".join(_QUOTES.values()))))
_BULLETS = "*\u2010-\u2015\u2022\u2023\u2043\u2212\u25aa\u25e6\u00b7"
_COLONS = "=;\uff1a\ufe55\ua789\u2236\u2192"
_AROUND = re.compile(
    rf"(?:^{ENTRY}(?:{KEY}: +)?|[:,\[{{] +)(?P<at>(?P<open>[{''.join(_QUOTES)}])"
    rf"(?P<text>[^\"]*)(?P<close>[{_CLOSING}]))(?= *(?:$|[,}}\]]| #))"
)


def explained(problems: Iterable[Problem], lines: Sequence[str]) -> list[Problem]:
    """Word the mistakes anew in whose lines a habit is known, each once."""
    problems = list(problems)
    first = list(dict.fromkeys(one.line for one in problems))[:MOST]
    known = {number: told for number in first if (told := _line(lines, number))}
    return list(dict.fromkeys(_worded(one, known.get(one.line)) for one in problems))


def _line(lines: Sequence[str], number: int) -> Told | None:
    if _strange(lines, number):
        return None
    return _seen(lines, number) or relations.unmarked_blank(lines, number)


def _worded(problem: Problem, told: Told | None) -> Problem:
    if not told:
        return problem
    line, column, message, hint = told
    return problem._replace(line=line, column=column, message=message, hint=hint)


def stopped(lines: Sequence[str], line: int, context: int) -> Told | None:
    """Say what keeps libyaml from reading on at ``line``, in what began at ``context``."""
    for number in dict.fromkeys([line, relations.above(lines, line), context]):
        inside = number != line and relations.in_block(lines, number)
        if inside or _strange(lines, number):
            continue
        if told := _seen(lines, number) or _kept(lines, number):
            return told
    return None if _strange(lines, line) else relations.told(lines, line)


def _strange(lines: Sequence[str], number: int) -> bool:
    """Whether there is no such line, or none that a person wrote: looking would take too long."""
    return not 0 < number <= len(lines) or len(lines[number - 1]) > LONGEST


def _seen(lines: Sequence[str], number: int) -> Told | None:
    """What is wrong in a line wherever it stands, whether or not YAML can be made of it."""
    text = lines[number - 1]
    for look in (unseen.found, _bullet, _colon, _missing, _blank, _curly):
        if told := look(text):
            return number, *told
    return None


def _kept(lines: Sequence[str], number: int) -> Told | None:
    """What is wrong in a line at which YAML stops."""
    for look in stops.LOOKS:
        if told := look(lines[number - 1]):
            return number, *told
    return None


_Told = tuple[int, str, str] | None


def _bullet(text: str) -> _Told:
    if found := re.match(rf" *([{_BULLETS}])(?:(?<!\*)| ) *(?=\w)", text):
        told = f'a list entry starts with "- ", and here stands {found[1]}'
        return found.start(1) + 1, told, f'write "- " in place of the {found[1]}'
    return None


def _colon(text: str) -> _Told:
    if found := re.match(rf"{ENTRY}({names()}) *([{_COLONS}]) *(.*)", text):
        told = f'after "{found[1]}" a colon should stand, and here stands {found[2]}'
        return found.start(2) + 1, told, f"write {found[1]}: {found[3]}".rstrip()
    return None


def _missing(text: str) -> _Told:
    if found := re.search(rf"(?:^{ENTRY}|[{{,] *)({names()}):(?=[^\s:/,}}\]])([^,}}]*)", text):
        told = f'a blank is missing after "{found[1]}:"'
        return found.end(1) + 2, told, f"write {found[1]}: {found[2].strip()}"
    if found := re.match(r" *-(?=[\w\"'{][^\n]*$)", text):
        return found.end() + 1, 'a blank is missing after the "-"', f"write - {text[found.end() :]}"
    return None


def _blank(text: str) -> _Told:
    found = re.match(rf"{ENTRY}(?:(?P<key>{KEY}): +|- +)(?=\{{\{{)", text)
    if not found:
        return None
    told = "a value that starts with {{ stands here without quotes"
    return found.end() + 1, told, quoted(found["key"], text[found.end() :])


def _curly(text: str) -> _Told:
    for found in _AROUND.finditer(text):
        if found["close"] in _QUOTES[found["open"]]:
            told = f"the quotes {found['open']} and {found['close']} are not those of the keyboard"
            return found.start("at") + 1, told, f'write "{found["text"]}"'
    return None
