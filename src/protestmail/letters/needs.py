"""What a letter needs of its writer: the blanks without which it has a hole, and ``needs``."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from protestmail.appeals.appeal import Appeal, ModelLetter, Target
from protestmail.letters.blanks import CALLED
from protestmail.letters.leftovers import Leftover
from protestmail.letters.letter import write
from protestmail.letters.sender import FIELDS, SPECIMEN, Sender

MINIMAL = Sender(name=SPECIMEN.name)


def needed(
    appeal: Appeal, model: ModelLetter, targets: tuple[Target, ...], today: date
) -> list[Leftover]:
    """Give the first hole for each blank that a letter needs; raises BadTemplate.

    It is written for somebody who gives a name alone, and then one thing more, each in turn: what
    is needed may depend on what else is said.
    """
    found: dict[str, Leftover] = {}
    for sender in _senders():
        for one in write(appeal, model, targets, sender, today=today).leftovers:
            if one.blank in CALLED:
                found.setdefault(one.blank, one)
    return list(found.values())


def _senders() -> Iterator[Sender]:
    yield MINIMAL
    for name in FIELDS:
        given: dict[str, Any] = {name: getattr(SPECIMEN, name) or "Specimen"}
        yield replace(MINIMAL, **given)
