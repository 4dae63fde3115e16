"""All that can be wrong with an appeal beyond its form: its letters, its files, its age.

Grammar and facts (``parsing``) say whether the file is an appeal. This room writes its letters
as a sender would, for every target, with a complete and with a minimal sender, and says what
would go wrong. What may be meant so is in ``doubts``.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from protestmail.appeals import library
from protestmail.appeals.appeal import Appeal, ModelLetter, Target
from protestmail.appeals.file.parsing import Mistake, Parsed, Path, shorten
from protestmail.errors import InvalidAppeal, Problem, ProtestmailError
from protestmail.letters import leftovers, selection
from protestmail.letters.allowlist import STEP
from protestmail.letters.blanks import CALLED
from protestmail.letters.leftovers import Leftover
from protestmail.letters.letter import PHONE, write
from protestmail.letters.model import judge
from protestmail.letters.needs import MINIMAL, needed
from protestmail.letters.sender import SPECIMEN
from protestmail.letters.template import BadTemplate, Flaw, Template

BUDGET = 8_000_000
"""How much is written for one file, in characters and steps: every target of an honest appeal."""
MAX_SUBJECT = 900
_FOUND = Target("found", "Specimen Person", "Specimen Role", "Specimen Office", attention="Desk")
"""Stands for whoever a lookup will find."""


class _Model(NamedTuple):
    """A model letter, where its texts stand in the file, and what it costs to write it once."""

    letter: ModelLetter
    subject_path: Path
    body_path: Path
    cost: int


def proofread(
    parsed: Parsed, *, today: date, known: Collection[str] | None = None
) -> list[Problem]:
    """All problems of a parsed file, warnings too; ``known`` are the ids in the library."""
    from protestmail.checking import doubts, forms  # noqa: PLC0415  for no other command

    appeal = parsed.draft()
    found = list(parsed.problems)
    if appeal is not None:
        found += letters(parsed, appeal, today, gaps=True)
        found += _leftovers(parsed)
        found += _doubtful(parsed)
        found += (parsed.problem(one) for one in _files(appeal, FilePath(parsed.file)))
        found += (parsed.problem(one, "warning") for one in doubts.of(appeal, today, known))
        told = {(one.line, one.column) for one in found}
        written = (parsed.problem(one, "warning") for one in forms.of(parsed))
        found += (one for one in written if (one.line, one.column) not in told)
    return shorten(sorted(set(found), key=lambda one: (one.line, one.column, one.message)))


def sound(parsed: Parsed, *, today: date) -> Appeal:
    """Give an appeal whose letters can be written; raise InvalidAppeal with all that is wrong."""
    appeal = parsed.appeal
    if problems := letters(parsed, appeal, today, gaps=False):
        raise InvalidAppeal(problems)
    return appeal


def letters(parsed: Parsed, appeal: Appeal, today: date, *, gaps: bool) -> list[Problem]:
    """What keeps the letters from being written, and with ``gaps``, from being sent."""
    problems: list[Problem] = []
    several = "letters" in (parsed.tree or {})
    for index, one in enumerate(appeal.letters):
        subject: Path = ("letters", index, "subject") if several else ("subject",)
        body: Path = ("letters", index, "body") if several else ("letter",)
        judged = [
            _judged(parsed, appeal, path, text, problems)
            for path, text in ((subject, one.subject), (body, one.body))
        ]
        if all(judged):
            cost = len(one.body) + STEP * sum(template.steps for template in judged if template) + 1
            model = _Model(one, subject, body, cost)
            problems += _writes(parsed, appeal, model, today, gaps=gaps)
    return problems


def _judged(
    parsed: Parsed, appeal: Appeal, path: Path, text: str, problems: list[Problem]
) -> Template | None:
    try:
        return judge(appeal, text)
    except BadTemplate as why:
        problems += (_flaw(parsed, path, text, flaw) for flaw in why.flaws)
        return None


def _flaw(parsed: Parsed, path: Path, text: str, flaw: Flaw) -> Problem:
    lines = text.split("\n")
    at = lines[flaw.line - 1].find(flaw.needle) if flaw.needle and flaw.line <= len(lines) else -1
    return _in_text(parsed, path, flaw.line, max(at, 0) + 1, flaw.message, flaw.hint)


def _in_text(
    parsed: Parsed, path: Path, line: int, column: int, message: str, hint: str
) -> Problem:
    """Put a problem at a line and column of a text of the file, as nearly as YAML allows."""
    row, start, exact = parsed.reading.text_place(path, line)
    return Problem(parsed.file, row, start + column - 1 if exact else start, message, hint)


def _writes(
    parsed: Parsed, appeal: Appeal, model: _Model, today: date, *, gaps: bool
) -> Iterator[Problem]:
    """Write the letter for all its targets, the wordiest first, as far as the budget goes."""
    found = _targets(appeal, model.letter) or [_FOUND] * bool(appeal.lookups)
    targets = sorted(found, key=_wordy, reverse=True)
    groups: list[tuple[Target, ...]]
    groups = [tuple(targets)] if appeal.together else [(one,) for one in targets] or [()]
    runs = [(SPECIMEN, group) for group in groups] + [(MINIMAL, groups[0])]
    for sender, group in runs[: max(2, BUDGET // model.cost)]:
        try:
            one = write(appeal, model.letter, group, sender, own_words="x", today=today)
        except BadTemplate as why:
            yield from (
                _flaw(parsed, model.body_path, model.letter.body, flaw) for flaw in why.flaws
            )
            return
        named = SPECIMEN.name.lower() in one.body.lower()
        if not named and one.kind != PHONE:
            told = f'the letter "{one.id}" is not signed'
            hint = "end it with {{ signature }}, or say {{ sender.name }}"
            yield parsed.problem(Mistake(model.body_path, told, hint))
            return
        if not one.subject or "=?" in one.subject or len(one.subject) > MAX_SUBJECT:
            told = f'the subject of "{one.id}" comes out empty, coded or too long'
            yield parsed.problem(Mistake(model.subject_path, told))
            return
        if gaps:
            yield from _gaps(parsed, model, one.leftovers)
    if gaps:
        yield from _needs(parsed, model, needed(appeal, model.letter, groups[0], today))


def _gaps(parsed: Parsed, model: _Model, found: tuple[Leftover, ...]) -> Iterator[Problem]:
    """Leftovers of a written letter that a default, a branch or an empty blank has brought in."""
    for gap in found:
        at = model.letter.body.find(gap.text)
        if gap.blank and gap.blank not in CALLED:
            told = f"{{{{ {gap.blank} }}}} has nothing to write here"
            yield from _at_blank(parsed, model, gap, told, _filled(gap.blank))
        elif at >= 0:
            yield _gap(parsed, model.body_path, leftovers.place(model.letter.body, at, gap.text))


def _filled(blank: str) -> str:
    """How an appeal fills one of its own blanks."""
    owner, _, part = blank.rpartition(".")
    field = {"issuer": f"{part} to issued_by", "target": f"{part} to the target"}.get(owner, part)
    return f"add {field}, or put {{% if {blank} %}} and {{% endif %}} around what it is part of"


def _needs(parsed: Parsed, model: _Model, found: Iterable[Leftover]) -> Iterator[Problem]:
    """What every writer will be asked for, since the letter has a hole without it."""
    for one in (gap for gap in found if gap.written):
        told = f"without {CALLED[one.blank]} nobody can send this letter"
        hint = f"unless all must say it: put {{% if {one.blank} %}} … {{% endif %}} around it"
        for problem in _at_blank(parsed, model, one, told, hint):
            yield problem._replace(severity="warning")


def _at_blank(
    parsed: Parsed, model: _Model, gap: Leftover, told: str, hint: str
) -> Iterator[Problem]:
    """Tell something at each place of the model where a blank stands that wrote nothing."""
    texts = (model.subject_path, model.letter.subject), (model.body_path, model.letter.body)
    for path, text in texts:
        lines = text.split("\n")
        if gap.written <= len(lines) and gap.blank in lines[gap.written - 1]:
            yield _flaw(parsed, path, text, Flaw(gap.written, told, hint, gap.blank))


def _gap(parsed: Parsed, path: Path, one: Leftover) -> Problem:
    told = f'"{one.text}" is still to be filled in'
    return _in_text(parsed, path, one.line, one.column, told, "write what belongs here")


def _targets(appeal: Appeal, model: ModelLetter) -> list[Target]:
    try:
        choices = selection.select(appeal, letter=model.id).choices
    except ProtestmailError:
        return []
    versions = [one for one in choices if one.model.language == model.language] or choices
    return [target for choice in versions for target in choice.targets]


def _wordy(target: Target) -> int:
    return sum(map(len, (target.name, target.role, target.organisation, target.attention)))


def _leftovers(parsed: Parsed) -> Iterator[Problem]:
    """Texts that stand for something unwritten, anywhere in the file."""
    for path, value in _texts(parsed.tree, ()):
        for one in leftovers.find(_without_blanks(value), label=_is_label(parsed.tree, path)):
            yield _gap(parsed, path, one)


def _is_label(tree: Any, path: Path) -> bool:
    """Whether a text is for the writer only: why somebody gets a copy, or who is looked up."""
    entry = tree
    for step in path[:-1]:
        entry = entry[step]
    return path[-1] == "why" or (isinstance(entry, dict) and "lookup" in entry)


def _doubtful(parsed: Parsed) -> Iterator[Problem]:
    """Words in brackets of a letter that only may stand for something unwritten."""
    for path, value in _texts(parsed.tree, ()):
        if path[0] in {"subject", "letter"} or path[-1] in {"subject", "body"}:
            for one in leftovers.doubtful(_without_blanks(value)):
                told = f'"{one.text}" may still have to be filled in'
                hint = "if not, it can stay: each writer is asked to look at it"
                found = _in_text(parsed, path, one.line, one.column, told, hint)
                yield found._replace(severity="warning")


def _texts(tree: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, str):
        yield path, tree
    elif isinstance(tree, dict | list):
        for step, below in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _texts(below, (*path, step))


def _without_blanks(text: str) -> str:
    """Blank out the template's own tags, keeping every place where it is."""
    return re.sub(r"\{[{%#](?:(?!\{[{%#]).)*?[}%#]\}", lambda tag: "\0" * len(tag.group()), text)


def _files(appeal: Appeal, file: FilePath) -> Iterator[Mistake]:
    for index, attachment in enumerate(appeal.attachments):
        try:
            library.attachment(appeal, attachment, file)
        except InvalidAppeal as why:
            told = why.problems[0].message
            yield Mistake(("attachments", index, "file"), told, why.problems[0].hint)
