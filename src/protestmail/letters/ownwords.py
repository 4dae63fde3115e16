"""The writer's own words: how much of a letter they are, and what they change in its model.

Recipients discount letters that are all alike, so a writer is told how much of a letter is not.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from protestmail.appeals.appeal import Appeal, ModelLetter
from protestmail.letters.letter import Letter, write
from protestmail.letters.model import skeleton

_WORD = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|\w+"
"""Scripts that put no blanks between words are counted by the character."""
_THERE = "\ufffc"
"""Stands for own words in a letter that has some; it is no word, and brings the model's guards."""


class Share(NamedTuple):
    """How many words of a letter's text are its writer's own, of how many."""

    own: int
    words: int

    @property
    def percent(self) -> int:
        """The share in whole percent; a few words of many are never 0, nor most of them 100."""
        if self.own in {0, self.words}:
            return 100 * bool(self.own)
        return min(max(round(100 * self.own / self.words), 1), 99)


def model_of(appeal: Appeal, letter: Letter) -> ModelLetter:
    """Give the appeal's own model of a letter, edited or not."""
    for model in appeal.letters:
        if (model.id, model.language) == (letter.id, letter.language):
            return model
    return skeleton(appeal)


def _matcher(before: list[str], after: list[str], *, autojunk: bool = True) -> Any:
    from difflib import SequenceMatcher  # noqa: PLC0415  most letters are their models

    return SequenceMatcher(None, before, after, autojunk)


def share(appeal: Appeal, letter: Letter) -> Share:
    """Count the words of a letter that its model, filled in for the same sender, has not."""
    model, there = model_of(appeal, letter), _THERE if letter.own_words else ""
    plain = write(appeal, model, letter.targets, letter.sender, own_words=there, today=letter.day)
    if plain.body == letter.body:
        return Share(0, len(letter.body.split()))
    given, own = _words(plain.body), _words(letter.body)
    same = _matcher(given, own).get_matching_blocks()
    return Share(len(own) - sum(block.size for block in same), len(own))


def changes(appeal: Appeal, subject: str, body: str, letter: Letter) -> Iterator[tuple[str, str]]:
    """Give what an edited model changes, line by line: ``-`` and what goes, ``+`` and what comes.

    Each run of changes is parted from the next one by a line that is neither.
    """
    model = model_of(appeal, letter)
    before, after = _lines(model.subject, model.body), _lines(subject, body)
    matcher = _matcher(before, after, autojunk=False)
    first = True
    for kind, start, end, to, until in matcher.get_opcodes():
        if kind == "equal":
            continue
        if not first:
            yield " ", ""
        first = False
        yield from (("-", line) for line in before[start:end] if line)
        yield from (("+", line) for line in after[to:until] if line)


def _lines(subject: str, body: str) -> list[str]:
    return [f"Subject: {subject}", *body.strip().split("\n")]


def _words(text: str) -> list[str]:
    return re.findall(_WORD, text.casefold())
