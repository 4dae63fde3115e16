"""What may be meant as it stands in an appeal and probably is not: the warnings of ``check``."""

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from protestmail import address
from protestmail.appeals.appeal import THANKS, Appeal, ModelLetter
from protestmail.appeals.file.names import MAIN_LETTER
from protestmail.appeals.file.parsing import Mistake, Path
from protestmail.letters import languages
from protestmail.letters.given import gets
from protestmail.letters.letter import PHONE
from protestmail.letters.model import judge
from protestmail.letters.template import BadTemplate

YEAR = timedelta(days=366)
_APPEALS_OWN = {"demands": "demands", "appeal.title": "title"}
"""The blanks whose text an appeal holds in its own language only."""
_FULL, _ENDS = range(50, 100), re.compile(r"^\s*\{%|[.:;!?%}]$")
"""The lengths of lines that look as if an editor had broken them, and what stands by itself."""
_ALONE = {"subject": "subject", "body": "letter"}
"""What the parts of a letter are called where it is the only one."""


def of(appeal: Appeal, today: date, known: Collection[str] | None) -> Iterator[Mistake]:
    """Give every doubt; ``known`` are the ids in the library, if it is known."""
    if not appeal.sources:
        yield Mistake((), "the appeal names no sources", "add sources: where the facts come from")
    if known is not None and appeal.supersedes and appeal.supersedes not in known:
        told = f'"{appeal.supersedes}" is not in this library'
        yield Mistake(("supersedes",), told, "check the id of the appeal that this one follows up")
    yield from _addresses(appeal, today)
    yield from _versions(appeal)
    yield from _for_nobody(appeal)
    for index, model in enumerate(appeal.letters):
        yield from _language(appeal, index, model)


def _addresses(appeal: Appeal, today: date) -> Iterator[Mistake]:
    for index, target in enumerate(appeal.targets):
        if target.checked and today - target.checked > YEAR:
            told = f"the addresses of {target.label} were checked on {target.checked}"
            yield Mistake(("targets", index, "checked"), told, "more than a year ago: check again")
        if target.checked and target.checked > today:
            told = f"the addresses of {target.label} were checked on a day to come"
            yield Mistake(("targets", index, "checked"), told, "write the day on which it was done")
        if any(address.is_webmail(one) for one in target.email):
            told = f"{target.name} has an address at a private webmail domain"
            hint = "targets are offices, never private people"
            yield Mistake(("targets", index, "email"), told, hint)
        for one in map(address.parse, target.email):
            if not one.mailable:
                told = f"{one.text} is not mailable"
                hint = "the part before the @ is not ASCII; add another channel"
                yield Mistake(("targets", index, "email"), told, hint)


def _versions(appeal: Appeal) -> Iterator[Mistake]:
    """Targets that are to be written to in a language in which their letter is not there."""
    for index, target in enumerate(appeal.targets):
        written = [one for one in appeal.letters if one.kind != PHONE] or appeal.letters
        ids = [one.id for one in written if one.id in target.letter] or [one.id for one in written]
        there = [one.language for one in written if one.id in ids[:1]]
        wanted = "" if appeal.together or target.do_not_write else target.language
        if wanted and there and not languages.version(wanted, there):
            told = f"{target.name or target.lookup} is written to in {there[0]}, not in {wanted}"
            hint = f"add a letter in {wanted}, or leave out the language"
            yield Mistake(("targets", index, "language"), told, hint)


def _for_nobody(appeal: Appeal) -> Iterator[Mistake]:
    """Letters that go to no target, though the appeal has some."""
    if not (appeal.letters and appeal.targets):
        return
    given = {id_ for one in appeal.targets for _, id_ in gets(appeal, one, "", appeal.letters)}
    usual = next((one.kind for one in appeal.letters if one.id in given), PHONE)
    chosen = {THANKS, usual}  # of the usual kind, any may be chosen in place of the first
    for index, model in enumerate(appeal.letters):
        if model.id not in given and model.kind not in chosen:
            given.add(model.id)  # its versions in other languages are the same letter
            told = f'no target gets the letter "{model.id}"'
            hint = f"add whom it is for to the targets, with letter: {model.id}"
            if model.kind == PHONE:
                hint = "add phone: to whoever is to be called"
            yield Mistake(("letters", index, "id"), told, hint)


def _language(appeal: Appeal, index: int, model: ModelLetter) -> Iterator[Mistake]:
    """What a letter in another language than the appeal's, or than ours, would mix in."""
    several = model.id != MAIN_LETTER or len(appeal.letters) > 1
    if wrapped := _wrapped(model.body):
        told = f'the paragraph that begins "{wrapped}" is broken into lines'
        hint = "write each paragraph on one line: mail programs and pages wrap it"
        yield Mistake(("letters", index, "body") if several else ("letter",), told, hint)
    if not languages.known(model.language):
        told = f"the program has no words of its own in {model.language}"
        hint = "it writes the salutation and whom the writer speaks for in English"
        yield Mistake(("letters", index, "language") if several else ("letter",), told, hint)
    for part, text in (("subject", model.subject), ("body", model.body)):
        path: Path = ("letters", index, part) if several else (_ALONE[part],)
        blanks = _blanks(appeal, text)
        if not appeal.demands and "demands" in blanks:
            told = "the appeal has no demands, so {{ demands }} writes nothing"
            yield Mistake(path, told, "add demands: to the appeal, a line each")
            continue
        if languages.base(model.language) == languages.base(appeal.language):
            continue
        for blank in sorted(_APPEALS_OWN.keys() & blanks):
            told = f"{{{{ {blank} }}}} stays in {appeal.language} in this letter in "
            hint = f"write the {_APPEALS_OWN[blank]} out here in {model.language}"
            yield Mistake(path, told + model.language, hint)


def _wrapped(body: str) -> str:
    """How the first paragraph begins whose lines are all nearly full; empty where there is none."""
    for paragraph in body.split("\n\n"):
        *full, _ = paragraph.strip().split("\n")
        if full and all(len(one) in _FULL and not _ENDS.search(one) for one in full):
            return " ".join(full[0].split()[:4])
    return ""


def _blanks(appeal: Appeal, text: str) -> frozenset[str]:
    """The blanks of a template; none of one that is refused, which is told elsewhere."""
    try:
        return judge(appeal, text).blanks
    except BadTemplate:
        return frozenset()
