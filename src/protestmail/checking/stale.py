"""Which addresses somebody should confirm again: those confirmed long ago, or never."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from protestmail.appeals import contacts
from protestmail.appeals.appeal import WON, Appeal, Target
from protestmail.appeals.channels import LOOKUP
from protestmail.appeals.file.parsing import Mistake, Parsed, Path
from protestmail.errors import Problem

NEVER = date.min


class Stale(NamedTuple):
    """A target whose addresses are to be confirmed again, and the day when they last were."""

    checked: date
    problem: Problem


def in_appeal(parsed: Parsed, before: date) -> list[Stale]:
    """The targets of an appeal that were not confirmed since a day; raises InvalidAppeal.

    Of one that is over there are none: nobody will write to them any more.
    """
    appeal = parsed.appeal
    each = ((("targets", index), one) for index, one in enumerate(appeal.targets))
    return [] if over(appeal) else list(_stale(parsed, each, before))


def in_directory(parsed: Parsed, before: date) -> list[Stale]:
    """The contacts of a directory that were not confirmed since a day; raises InvalidAppeal."""
    every = contacts.known(parsed)
    several = {key for key, item in parsed.sound.items() if isinstance(item, list)}
    each = (
        ((key, index) if key in several else (key,), one)
        for key, contact in every.items()
        for index, one in enumerate(contact.known)
    )
    return list(_stale(parsed, each, before))


def over(appeal: Appeal) -> bool:
    """Whether no letter of an appeal will go any more, not even one of thanks."""
    return appeal.closed is not None and not (appeal.status == WON and appeal.thanks)


def _stale(parsed: Parsed, each: Iterable[tuple[Path, Target]], before: date) -> Iterator[Stale]:
    for path, one in each:
        reached = not one.do_not_write and _addresses(one)
        checked = one.checked or NEVER
        if reached and checked <= before:
            when = f"checked on {one.checked}" if one.checked else "never checked"
            mistake = Mistake((*path, "checked"), f"{one.label}: {when}", reached)
            yield Stale(checked, parsed.problem(mistake, "warning"))


def _addresses(one: Target) -> str:
    """All the addresses of a target, channel by channel."""
    return "; ".join(", ".join(getattr(one, name)) for name in one.channels if name != LOOKUP)


def day_before(today: date, days: int) -> date:
    """The day that lies so many days back, as far as a calendar goes."""
    return today - timedelta(min(days, (today - NEVER).days))
