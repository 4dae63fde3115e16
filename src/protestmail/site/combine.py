"""A letter for every writer, as lines and marks: all that a browser needs to fill it in.

The letter is written by ``letter.write`` for each combination of what a writer may leave out, with
a mark in place of each value. The browser joins the lines of the combination that fits, and puts
the values in place of the marks (``joining``); no rule of a letter is told twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import NamedTuple

from protestmail.appeals.appeal import Appeal, ModelLetter, Target
from protestmail.letters import languages, letter
from protestmail.letters.blanks import CALLED
from protestmail.letters.leftovers import Leftover
from protestmail.letters.letter import PHONE
from protestmail.letters.model import models
from protestmail.letters.sender import Sender
from protestmail.paper import call

OWN_WORDS, NAME = "own_words", "name"
FIELDS = "name position organisation members place country address email phone own_words".split()
"""What a writer types, in the order of the form; a combination counts it in this order."""
MARKS = {field: chr(0xE000 + number) for number, field in enumerate(FIELDS)}
"""What stands for each value; private characters, of which no honest letter has any (U+E000 on)."""
MEMBERS, TODAY, INSERTED = "\ue020", "\ue021", "\ue022"
"""The marks of the line that says for how many one speaks, of the day, and of own words for which
a text has no blank: they are left out where it says just that already."""
FAR = date(7777, 11, 28)
"""A day that no letter names, so that it is known again in one."""
LINE = "_" * 12
"""A line to write on."""
_SIGNATURE = ("position", "organisation", "members", "place", "country")


class Text(NamedTuple):
    """A text that is written, its subject in the first line, and what it still wants.

    That is the field that is missing, or the words that the writer is to replace.
    """

    text: str
    wants: tuple[str, ...] = ()


Write = Callable[[Sender, str, date], Text]
"""Writes a text for a writer, their own words and a day."""


class Source(NamedTuple):
    """What writes a text, which fields it may use, and what is compared in it word by word.

    ``members`` gives the part of a text in which the line of members stands. Own words may have a
    ``blank``; else they are put in, unless the text says just that already.
    """

    language: str
    fields: tuple[str, ...]
    write: Write
    members: Callable[[Sender], str]
    compared: tuple[str, ...]
    blank: bool


class Filling(NamedTuple):
    """A text for every combination of its ``fields``, of which the name is always there.

    ``combinations`` is counted in bits, the first field the lowest one. Each holds the number of
    what is wanted, then the numbers of its lines.
    """

    language: str
    fields: tuple[str, ...]
    lines: tuple[str, ...]
    wants: tuple[tuple[str, ...], ...]
    combinations: tuple[tuple[int, ...], ...]


def of_letter(appeal: Appeal, model: ModelLetter, targets: tuple[Target, ...]) -> Source:
    """The source of a letter's subject and text."""

    def write(sender: Sender, own_words: str, day: date) -> Text:
        one = letter.write(appeal, model, targets, sender, own_words=own_words, today=day)
        return Text(f"{one.subject}\n{one.body}", _wants(one.leftovers))

    language = model.language
    return _source(appeal, model, write, lambda sender: letter.signature(sender, language))


def of_call(appeal: Appeal, model: ModelLetter, targets: tuple[Target, ...]) -> Source:
    """The source of what is said in a call to a target, below an empty line for its subject."""

    def write(sender: Sender, own_words: str, day: date) -> Text:
        one = letter.write(appeal, model, targets, sender, own_words=own_words, today=day)
        wants = _wants(one.leftovers) if model.kind == PHONE else ()
        return Text(f"\n{call.spoken(call.script(one))}", wants)

    if model.kind == PHONE:
        return _source(appeal, model, write, lambda one: letter.signature(one, model.language))
    source = _source(appeal, model, write, lambda one: f"({_line(model.language, one.members)})")
    return source._replace(blank=True)  # such a call has them said, whatever else it says


def _source(
    appeal: Appeal, model: ModelLetter, write: Write, members: Callable[[Sender], str]
) -> Source:
    judged = models(appeal, model)
    blanks = frozenset[str]().union(*(one.blanks for one in judged))
    compared = frozenset[str]().union(*(one.compared for one in judged))
    used = {one.removeprefix("sender.") for one in blanks} | {*letter.needs_of(appeal, model)}
    used |= {OWN_WORDS} | ({*_SIGNATURE} if "signature" in blanks or model.kind != PHONE else set())
    fields = tuple(one for one in FIELDS if one in used and one != NAME)
    hers = {*CALLED, "signature"}
    looks = tuple(sorted(compared & hers))
    return Source(model.language, fields, write, members, looks, OWN_WORDS in blanks)


def _wants(leftovers: Iterable[Leftover]) -> tuple[str, ...]:
    """Name what is missing: the field of the form, or the words to replace."""
    named = (one.blank.removeprefix("sender.") if one.blank else one.text for one in leftovers)
    return tuple(dict.fromkeys(named))


def combine(source: Source) -> Filling:
    """Write a text for every combination; raises BadTemplate for a model that is none."""
    lines: dict[str, int] = {}
    wants: dict[tuple[str, ...], int] = {}
    combinations = []
    for given in _combinations(source.fields):
        text, wanted = _marked(source, given)
        numbers = (lines.setdefault(line, len(lines)) for line in text.split("\n"))
        combinations.append((wants.setdefault(wanted, len(wants)), *numbers))
    return Filling(
        source.language,
        source.fields,
        tuple(lines),
        tuple(wants),
        tuple(combinations),
    )


def _combinations(fields: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Every choice of the fields, with their marks; the first field changes fastest."""
    for bits in product((False, True), repeat=len(fields)):
        here = (one for one, there in zip(fields, reversed(bits), strict=True) if there)
        yield {one: MARKS[one] for one in (NAME, *here)}


def _marked(source: Source, given: Mapping[str, str]) -> Text:
    """Write a text with marks; the line of members and the day become marks as a whole."""
    fields = {**given}
    own_words = fields.pop(OWN_WORDS, "")
    sender = Sender(**fields)  # type: ignore[arg-type]
    text, wants = source.write(sender, own_words, FAR)
    subject, _, body = text.partition("\n")
    if own_words and (not source.blank or _inserted(source, sender, body)):
        text = f"{subject}\n{body.replace(own_words, INSERTED)}"
    if sender.members:
        block, line = source.members(sender), _line(source.language, sender.members)
        text = text.replace(block, block.replace(line, MEMBERS))
    return Text(text.replace(languages.day(source.language, FAR), TODAY), wants)


def _line(language: str, members: str) -> str:
    return languages.members_line(language, members)


def _inserted(source: Source, sender: Sender, body: str) -> bool:
    """Whether own words that a text holds already are left out of it, for it has no blank for them.

    A word of the text itself tells.
    """
    without = apart(body, MARKS[OWN_WORDS])
    word = next(iter(without.split()), "")
    return source.write(sender, word, FAR).text.partition("\n")[2] == without


def apart(body: str, mark: str = INSERTED) -> str:
    """A text without the paragraph of own words that was put into it."""
    return body.replace(f"\n\n{mark}", "").replace(f"{mark}\n\n", "")


def at_hand(text: Text) -> Text:
    """A text without its writer's name, with lines to write on for what is wanted."""
    told = text.text
    for called in CALLED.values():
        told = told.replace(f"[{called}]", LINE)
    return Text(told, text.wants)
