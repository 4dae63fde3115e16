"""A letter as a row of the journal, under a seal: what a bad disk has changed is not believed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from sqlite3 import Connection, DatabaseError
from typing import Any

from protestmail.journal.entry import IN_DOUBT, TRYING, UNKNOWN, Entry, Outcome, state_of

VERSION = 1
TABLES = """
CREATE TABLE letter (
  number INTEGER PRIMARY KEY, appeal TEXT NOT NULL, letter TEXT NOT NULL, language TEXT NOT NULL,
  target TEXT NOT NULL, sender TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
  at INTEGER NOT NULL, due INTEGER, message_id TEXT NOT NULL, recipients TEXT NOT NULL,
  digest TEXT NOT NULL, seal TEXT NOT NULL);
CREATE TABLE message (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""
ORIGINS = "CREATE TABLE IF NOT EXISTS origin (number INTEGER PRIMARY KEY, origin TEXT NOT NULL)"
"""Beside the letters, under no seal: where it is lost, the user is asked."""
_SEALED = tuple(one for one in Entry.__slots__ if one != "origin")
_SELECT = f"SELECT {', '.join(_SEALED)}, seal, ifnull(origin, '')"
_FROM = "FROM letter LEFT JOIN origin USING (number)"
_INSERT = f"INSERT INTO letter VALUES (NULL{', ?' * len(_SEALED)})"  # noqa: S608


def select(db: Connection, where: str, *values: object) -> Iterator[Entry]:
    """Read the letters that a clause of ours finds; raises DatabaseError for a damaged one."""
    with closing(db.execute(f"{_SELECT} {_FROM} {where}", values)) as found:
        yield from map(_read, found)


def load(db: Connection, number: int) -> tuple[Entry, bytes]:
    """Read one letter and its text; raises DatabaseError where they do not belong together."""
    sql = f"{_SELECT}, data {_FROM} JOIN message USING (number) WHERE number = ?"
    found = db.execute(sql, (number,)).fetchone()
    if found is None:
        raise DatabaseError(f"letter {number} has lost its text")
    *row, data = found
    entry = _read(row)
    if _hashed(data) != entry.digest:
        raise DatabaseError(f"the text of letter {number} has changed")
    return entry, data


def insert(db: Connection, entry: Entry, data: bytes) -> int:
    """Add a letter with its text, whatever it says of number and digest; give its number."""
    entry = replace(entry, digest=_hashed(data))
    number = db.execute(_INSERT, (*_values(entry)[1:], _seal(entry))).lastrowid or 0
    db.execute("INSERT INTO message VALUES (?, ?)", (number, data))
    db.execute("INSERT OR REPLACE INTO origin VALUES (?, ?)", (number, entry.origin))
    return number


def update(db: Connection, after: Entry) -> None:
    """Write what became of a letter, and drop its text where nothing is left to be done."""
    db.execute(
        "UPDATE letter SET state = ?, at = ?, due = ?, recipients = ?, seal = ? WHERE number = ?",
        (after.state, after.at, after.due, _packed(after), _seal(after), after.number),
    )
    if after.due is None and all(one.state != UNKNOWN for one in after.recipients):
        db.execute("DELETE FROM message WHERE number = ?", (after.number,))


def adopt(db: Connection, entries: Iterable[Entry], origin: str) -> None:
    """Note that letters are of an appeal after all."""
    changed = [(one.number, origin) for one in entries]
    db.executemany("INSERT OR REPLACE INTO origin VALUES (?, ?)", changed)


def drop(db: Connection, entries: Iterable[Entry]) -> None:
    """Take letters out, with their texts."""
    numbers = [(one.number,) for one in entries]
    db.executemany("DELETE FROM message WHERE number = ?", numbers)
    db.executemany("DELETE FROM origin WHERE number = ?", numbers)
    db.executemany("DELETE FROM letter WHERE number = ?", numbers)


def _read(row: Sequence[Any]) -> Entry:
    """Read a row; a bad disk must not make a letter that was sent into one that was not."""
    *plain, recipients, digest, seal, origin = row
    try:
        outcomes = tuple(Outcome(*one) for one in json.loads(recipients))
        entry = Entry(*[*plain, outcomes, digest, str(origin)])
        sound = seal == _seal(entry) and entry.state in {TRYING, IN_DOUBT, state_of(outcomes)}
    except (ValueError, TypeError, StopIteration):
        sound = False
    if not sound:
        raise DatabaseError(f"letter {row[0]} is not as it was written")
    return entry


def _values(entry: Entry) -> tuple[Any, ...]:
    """An entry as it is stored, but for its seal."""
    *plain, _, digest = (getattr(entry, name) for name in _SEALED)
    return (*plain, _packed(entry), digest)


def _seal(entry: Entry) -> str:
    """A hash of all that does not change from step to step."""
    return _hashed(repr(_values(replace(entry, number=0, state="", attempts=0))).encode())


def _hashed(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _packed(entry: Entry) -> str:
    return json.dumps(entry.recipients, ensure_ascii=False, separators=(",", ":"))
