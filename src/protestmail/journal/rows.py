"""A letter as a row of the journal, under a seal: what a bad disk has changed is not believed."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from protestmail.journal.entry import IN_DOUBT, TRYING, Entry, Outcome, state_of

COLUMNS = (
    "number, appeal, letter, language, target, sender, state, attempts, at, due, message_id, "
    "recipients, digest, seal"
)


def read(row: Sequence[Any]) -> Entry:
    """Read a row; a bad disk must not make a letter that was sent into one that was not."""
    *plain, recipients, digest, found = row
    try:
        outcomes = tuple(Outcome(*one) for one in json.loads(recipients))
        entry = Entry(*[*plain, outcomes, digest])
        sound = found == seal(entry) and entry.state in {TRYING, IN_DOUBT, state_of(outcomes)}
    except (ValueError, TypeError, StopIteration):
        sound = False
    if not sound:
        raise sqlite3.DatabaseError(f"letter {row[0]} is not as it was written")
    return entry


def values(entry: Entry) -> tuple[Any, ...]:
    """An entry as it is stored, but for its seal."""
    fields = [getattr(entry, name) for name in Entry.__slots__]
    return (*fields[:-2], packed(entry.recipients), entry.digest)


def seal(entry: Entry) -> str:
    """A hash of all that does not change from step to step."""
    _, *who, _, _, at, due, message_id, recipients, digest = values(entry)
    return hashed(repr((0, *who, "", 0, at, due, message_id, recipients, digest)).encode())


def hashed(data: bytes) -> str:
    """A hash of a message's bytes, by which a changed text is found."""
    return blake2b(data, digest_size=16).hexdigest()


def packed(outcomes: Iterable[Outcome]) -> str:
    """The recipients of a letter as one text."""
    return json.dumps(list(outcomes), ensure_ascii=False, separators=(",", ":"))
