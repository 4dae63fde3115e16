"""The journal: what was tried, accepted, refused, in doubt. One SQLite file on the user's disk.

It is what keeps a letter from going twice: a letter is marked as in doubt, durably, before the
first byte of its text leaves. The file itself is the business of ``store``.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from protestmail.journal import rows
from protestmail.journal.entry import (
    ACCEPTED,
    IN_DOUBT,
    OPEN,
    QUEUED,
    TRYING,
    UNKNOWN,
    Entry,
    Outcome,
    broken_off,
    principal,
    state_of,
)
from protestmail.journal.notes import Notes

FILE = "journal.sqlite"
VERSION = 1
RETRY = 5 * 60
RETRY_MOST = 4 * 60 * 60
"""Seconds before a deferred letter is tried again: the first time, and at most."""

_TABLES = """
CREATE TABLE letter (
  number INTEGER PRIMARY KEY, appeal TEXT NOT NULL, letter TEXT NOT NULL, language TEXT NOT NULL,
  target TEXT NOT NULL, sender TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
  at INTEGER NOT NULL, due INTEGER, message_id TEXT NOT NULL, recipients TEXT NOT NULL,
  digest TEXT NOT NULL, seal TEXT NOT NULL);
CREATE TABLE message (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""
_IN_FLIGHT = f"state IN ('{TRYING}', '{IN_DOUBT}')"
_MARK = f"""
UPDATE letter SET state = CASE number WHEN ?1 THEN '{IN_DOUBT}' ELSE '{TRYING}' END,
  attempts = attempts + (number IS ?2) WHERE number IN (?1, ?2)
"""  # noqa: S608  both are words of ours


class Parcel(NamedTuple):
    """A letter on its way to the server: who is still to get it, and its finished bytes."""

    entry: Entry
    recipients: tuple[str, ...]
    data: bytes


class Journal(Notes):
    """An open journal; a context manager. Every method raises JournalProblem where it fails."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FILE, _TABLES, VERSION)
        try:
            for _ in self.entries():  # each is held against its seal
                pass
            self.recover()
        except BaseException:
            self._db.close()
            raise

    def recover(self) -> None:
        """Take up what a run left: not yet in doubt may go again, in doubt never by itself."""
        with self._told(), self._change():
            for entry in list(self._select(f"WHERE {_IN_FLIGHT}")):
                self._put_back(entry)

    def _put_back(self, entry: Entry) -> None:
        after = broken_off(entry)
        self._write(entry, after.recipients, entry.at, after.due)
        if after.due is not None:  # an offer that came to nothing does not count
            self._db.execute(
                "UPDATE letter SET attempts = attempts - 1 WHERE number = ?", (entry.number,)
            )

    def add(
        self, finished: Iterable[tuple[Entry, bytes]], *, instead_of: Iterable[Entry] = ()
    ) -> list[int]:
        """Queue letters with their bytes, all or none, in place of some that were never offered.

        Gives their numbers; what the entries say of number and digest is not looked at.
        """
        with self._told(), self._change():
            self._drop(instead_of)
            return [self._add(*one) for one in finished]

    def _add(self, entry: Entry, data: bytes) -> int:
        entry = replace(entry, digest=rows.hashed(data))
        values = (*rows.values(entry)[1:], rows.seal(entry))
        done = self._db.execute(
            f"INSERT INTO letter ({rows.COLUMNS}) VALUES (NULL{', ?' * len(values)})",  # noqa: S608
            values,
        )
        number = done.lastrowid or 0
        self._db.execute("INSERT INTO message VALUES (?, ?)", (number, data))
        return number

    def entries(self, appeal: str = "") -> Iterator[Entry]:
        """Give every letter, or those of one appeal, the oldest first."""
        with self._told():
            yield from self._select("WHERE ? IN ('', appeal) ORDER BY number", appeal)

    def entry(self, number: int) -> Entry:
        """Give one letter."""
        with self._told():
            [entry] = self._select("WHERE number = ?", number)
        return entry

    def same(self, appeal: str, letter: str, sender: str) -> dict[str, Entry]:
        """Give the latest letter for each address: the same appeal, letter and From.

        A copy of another's letter stands for no letter of one's own.
        """
        with self._told():
            found = self._select(
                "WHERE appeal = ? AND letter = ? AND lower(sender) = lower(?) ORDER BY number",
                *(appeal, letter, sender),
            )
            return {to.address.lower(): one for one in found for to in principal(one.recipients)}

    def load(self, number: int) -> Parcel:
        """Load a letter that is to go, with those of its recipients that have not got it."""
        with self._told():
            sql = f"SELECT {rows.COLUMNS}, data FROM letter JOIN message USING (number)"  # noqa: S608
            found = self._db.execute(f"{sql} WHERE number = ?", (number,)).fetchone()
            if found is None:
                raise sqlite3.DatabaseError(f"letter {number} has lost its text")
            *row, data = found
            entry = rows.read(row)
            if rows.hashed(data) != entry.digest:
                raise sqlite3.DatabaseError(f"the text of letter {number} has changed")
        to = tuple(one.address for one in entry.recipients if one.state in OPEN)
        return Parcel(entry, to, data)

    def trying(self, number: int) -> None:
        """Note that a letter is being offered to a server."""
        with self._told():
            self._db.execute(
                "UPDATE letter SET state = ?, attempts = attempts + 1 WHERE number = ?",
                (TRYING, number),
            )

    def requeue(self, number: int) -> None:
        """Note that a letter that was in doubt has certainly not been sent."""
        with self._told(), self._change():
            [entry] = self._select("WHERE number = ?", number)
            self._put_back(replace(entry, state=TRYING))

    def in_doubt(self, number: int, then: int | None = None) -> None:
        """Note, durably, that a letter's text is about to leave, and that ``then`` is offered."""
        with self._told(), self._durable():
            self._db.execute(_MARK, (number, then))

    def record(self, entry: Entry, outcomes: Sequence[Outcome], now: int) -> Entry:
        """Note what became of a letter, and drop its bytes where nothing is left to be done."""
        deferred = any(one.state in OPEN for one in outcomes)
        wait = min(RETRY << min(entry.attempts, 10), RETRY_MOST)
        with self._told(), self._change():
            return self._write(entry, tuple(outcomes), now, now + wait if deferred else None)

    def _write(
        self, entry: Entry, outcomes: tuple[Outcome, ...], at: int, due: int | None
    ) -> Entry:
        after = replace(entry, state=state_of(outcomes), at=at, due=due, recipients=outcomes)
        self._db.execute(
            "UPDATE letter SET state = ?, at = ?, due = ?, recipients = ?, seal = ? "
            "WHERE number = ?",
            (after.state, at, due, rows.packed(outcomes), rows.seal(after), entry.number),
        )
        if due is None and not any(one.state == UNKNOWN for one in outcomes):
            self._db.execute("DELETE FROM message WHERE number = ?", (entry.number,))
        return after

    def resolve(self, entries: Iterable[Entry], *, sent: bool, now: int) -> None:
        """Settle letters in doubt: they were ``sent``, or go again with the same Message-ID."""
        state, reply = (ACCEPTED, "marked as sent") if sent else (QUEUED, "to be sent again")
        with self._told(), self._change():
            for entry in entries:
                outcomes = tuple(
                    one._replace(state=state, reply=reply) if one.state == UNKNOWN else one
                    for one in entry.recipients
                )
                left = any(one.state in OPEN for one in outcomes)
                self._write(entry, outcomes, now, now if left else None)

    def _drop(self, entries: Iterable[Entry]) -> None:
        numbers = [(entry.number,) for entry in entries]
        self._db.executemany("DELETE FROM message WHERE number = ?", numbers)
        self._db.executemany("DELETE FROM letter WHERE number = ?", numbers)

    def forget(self, entries: Iterable[Entry], noted_of: Iterable[str] | None = ()) -> None:
        """Take letters out for good: no byte of a recipient or a title stays in the files.

        So it goes with what was noted of these appeals, or, for None, of all.
        """
        with self._told(), self._change():
            self._drop(entries)
            self._drop_noted(noted_of)
            self._to_be_compacted()
        self._compact()

    def _select(self, where: str, *values: object) -> Iterator[Entry]:
        sql = f"SELECT {rows.COLUMNS} FROM letter {where}"  # noqa: S608  its parts are written above
        with closing(self._db.execute(sql, values)) as found:
            yield from map(rows.read, found)
