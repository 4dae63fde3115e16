"""A letter as the journal knows it, and the states that it comes by on its way.

A letter goes from ``queued`` by ``trying`` and ``indoubt`` to one of the four outcomes; see
``docs/delivery.md``. Each of its recipients has a state too, and theirs make the letter's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from protestmail.address import TARGET

QUEUED, TRYING, IN_DOUBT = "queued", "trying", "indoubt"
ACCEPTED, REFUSED, DEFERRED, UNKNOWN = "accepted", "refused", "deferred", "unknown"
OPEN = frozenset((QUEUED, DEFERRED))
"""States of a recipient to whom the letter may still go."""
_BROKEN_OFF = "broken off before the server's answer was noted"


class Outcome(NamedTuple):
    """One recipient of a letter, and what became of the letter there."""

    address: str
    role: str
    state: str = QUEUED
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A letter as the journal knows it; ``at`` and ``due`` are seconds since 1970 (UTC).

    ``due`` is None where nothing is left to be done, or nothing that may be done by itself;
    ``digest`` is a hash of the message's bytes, ``origin`` one of the appeal's issuer and title.
    """

    number: int
    appeal: str
    letter: str
    language: str
    target: str
    sender: str
    state: str
    attempts: int
    at: int
    due: int | None
    message_id: str
    recipients: tuple[Outcome, ...]
    digest: str = ""
    origin: str = ""

    @property
    def complete(self) -> bool:
        """Whether every one of its recipients was accepted."""
        return all(one.state == ACCEPTED for one in self.recipients)

    @property
    def over(self) -> bool:
        """Whether it has come to an end that is known, for all of its recipients."""
        return all(one.state in {ACCEPTED, REFUSED} for one in self.recipients)

    @property
    def fresh(self) -> bool:
        """Whether it has never been offered to a server, so that another may take its place."""
        return self.attempts == 0 and self.state == QUEUED


def principal(recipients: Sequence[Outcome]) -> Sequence[Outcome]:
    """Give the recipients that a letter is for: its targets, or all where it has none."""
    return [one for one in recipients if one.role == TARGET] or recipients


def broken_off(entry: Entry) -> Entry:
    """Give what a letter in flight is when its run is over: queued, or unknown if it was in doubt.

    See ``docs/delivery.md`` on the states; any other letter stays as it is.
    """
    if entry.state not in {TRYING, IN_DOUBT}:
        return entry
    state = QUEUED if entry.state == TRYING else UNKNOWN
    told = {"state": state} if state == QUEUED else {"state": state, "reply": _BROKEN_OFF}
    outcomes = tuple(one._replace(**told) if one.state in OPEN else one for one in entry.recipients)
    due = entry.at if state == QUEUED else None
    return replace(entry, state=state_of(outcomes), due=due, recipients=outcomes)


def state_of(recipients: Sequence[Outcome]) -> str:
    """Give a letter's state: it is accepted when its target is, whatever became of a copy.

    Where nobody of the envelope is a target (a copy to oneself), all count.
    """
    states = {one.state for one in principal(recipients)}
    ranked = (UNKNOWN, ACCEPTED, DEFERRED, QUEUED, REFUSED)
    return next(state for state in ranked if state in states)
