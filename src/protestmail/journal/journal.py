"""The journal: what was tried, accepted, refused, in doubt. One SQLite file on the user's disk.

It is what keeps a letter from going twice: a letter is marked as in doubt, durably, before the
first byte of its text leaves. The file itself is the business of ``store``.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple, Self

from protestmail.journal import notes, rows
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
    state_of,
)
from protestmail.journal.notes import Noted, Notes
from protestmail.journal.store import Store, beside

FILE = "journal.sqlite"
RETRY = 5 * 60
RETRY_MOST = 4 * 60 * 60
"""Seconds before a deferred letter is tried again: the first time, and at most."""

_MARK = f"""
UPDATE letter SET state = CASE number WHEN ?1 THEN '{IN_DOUBT}' ELSE '{TRYING}' END,
  attempts = attempts + (number IS ?2) WHERE number IN (?1, ?2)
"""  # noqa: S608  both are words of ours


def there(folder: Path) -> bool:
    """Whether a folder has a journal, or had one that is lost, which opening it will tell."""
    path = folder / FILE
    return any(os.path.lexists(one) for one in (path, *beside(path)))


class Parcel(NamedTuple):
    """A letter on its way to the server: who is still to get it, and its finished bytes."""

    entry: Entry
    recipients: tuple[str, ...]
    data: bytes


class Journal:
    """An open journal; a context manager. Every method raises JournalProblem where it fails.

    It has the file (``Store``), and in it the letters (``rows``) and the ``Notes``. Who is only
    ``reading`` may do so on a disk that nothing can be written to.
    """

    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        self._store = Store(folder / FILE, rows.TABLES, rows.VERSION, reading=reading)
        self.path, self.new = self._store.path, self._store.new
        try:
            self._notes = Notes(self._store)
            with self._store.use() as db:
                db.execute(rows.ORIGINS)
            for _ in self.entries():  # each is held against its seal
                pass
            self.recover()
        except BaseException:
            self._store.close()
            raise

    def __enter__(self) -> Self:
        """Give the open journal itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write everything to its place, and let others at it."""
        self._store.close()

    def recover(self) -> None:
        """Take up what a run left: not yet in doubt may go again, in doubt never by itself."""
        with self._store.change() as db:
            for entry in list(rows.select(db, "WHERE state IN (?, ?)", TRYING, IN_DOUBT)):
                _put_back(db, entry)

    def add(
        self, finished: Iterable[tuple[Entry, bytes]], *, instead_of: Iterable[Entry] = ()
    ) -> list[int]:
        """Queue letters with their bytes, all or none, in place of some that were never offered.

        Gives their numbers; what the entries say of number and digest is not looked at.
        """
        with self._store.change() as db:
            rows.drop(db, instead_of)
            return [rows.insert(db, *one) for one in finished]

    def entries(self, appeal: str = "") -> Iterator[Entry]:
        """Give every letter, or those of one appeal, the oldest first."""
        with self._store.use() as db:
            yield from rows.select(db, "WHERE ? IN ('', appeal) ORDER BY number", appeal)

    def entry(self, number: int) -> Entry:
        """Give one letter."""
        with self._store.use() as db:
            [found] = rows.select(db, "WHERE number = ?", number)
        return found

    def adopt(self, known: Iterable[Entry | Noted], origin: str) -> None:
        """Note that letters, and what was done by hand, are of this ``origin`` after all."""
        known = [*known]
        with self._store.change() as db:
            rows.adopt(db, (one for one in known if isinstance(one, Entry)), origin)
            notes.adopt(db, (one for one in known if isinstance(one, Noted)), origin)

    def ages(self, sender: str, now: int, most: int) -> list[int]:
        """Give how many seconds ago letters of a sender were last offered, the oldest first.

        None is older than ``most``, or made older than it is by the seconds that are not noted.
        """
        where = "WHERE lower(sender) = lower(?) AND attempts AND at BETWEEN ? AND ? ORDER BY at"
        with self._store.use() as db:
            found = rows.select(db, where, sender, now - most, now)
            return [max(now - one.at - 1, 0) for one in found if one.state != QUEUED]

    def load(self, number: int) -> Parcel:
        """Load a letter that is to go, with those of its recipients that have not got it."""
        with self._store.use() as db:
            entry, data = rows.load(db, number)
        return Parcel(entry, tuple(to.address for to in entry.recipients if to.state in OPEN), data)

    def trying(self, number: int) -> None:
        """Note that a letter is being offered to a server."""
        tried = "UPDATE letter SET state = ?, attempts = attempts + 1 WHERE number = ?"
        with self._store.use() as db:
            db.execute(tried, (TRYING, number))

    def requeue(self, number: int) -> None:
        """Note that a letter that was in doubt has certainly not been sent."""
        entry = replace(self.entry(number), state=TRYING)
        with self._store.change() as db:
            _put_back(db, entry)

    def in_doubt(self, number: int, then: int | None = None) -> None:
        """Note, durably, that a letter's text is about to leave, and that ``then`` is offered."""
        with self._store.durable() as db:
            db.execute(_MARK, (number, then))

    def record(self, entry: Entry, outcomes: Sequence[Outcome], now: int) -> Entry:
        """Note what became of a letter, and drop its bytes where nothing is left to be done."""
        wait = min(RETRY << min(entry.attempts, 10), RETRY_MOST)
        after = _become(entry, tuple(outcomes), now, now + wait)
        with self._store.change() as db:
            rows.update(db, after)
        return after

    def resolve(self, entries: Iterable[Entry], *, sent: bool, now: int) -> None:
        """Settle letters in doubt: they were ``sent``, or go again with the same Message-ID."""
        state, reply = (ACCEPTED, "marked as sent") if sent else (QUEUED, "to be sent again")
        with self._store.change() as db:
            for entry in entries:
                outcomes = tuple(
                    one._replace(state=state, reply=reply) if one.state == UNKNOWN else one
                    for one in entry.recipients
                )
                rows.update(db, _become(entry, outcomes, now, now))

    def forget(self, entries: Iterable[Entry], noted_of: Iterable[str] | None = ()) -> None:
        """Take letters out for good: no byte of a recipient or a title stays in the files.

        So it goes with what was noted of these appeals, or, for None, of all.
        """
        with self._store.erasure() as db:
            rows.drop(db, entries)
            notes.drop(db, noted_of)

    def note(self, appeal: str, target: str, channel: str, now: int, origin: str = "") -> None:
        """Note that something was done by hand; the same once more is noted once more."""
        self._notes.add(Noted(appeal, target, channel, now, origin))

    def all_of(self, appeal: str) -> list[Entry | Noted]:
        """Give every letter of an appeal, and all that was done by hand for it."""
        return [*self.entries(appeal), *self.noted(appeal)]

    def noted(self, appeal: str = "") -> list[Noted]:
        """Give what was noted, of one appeal or all, the oldest first."""
        return self._notes.of(appeal)


def _put_back(db: Connection, entry: Entry) -> None:
    """Write what a letter in flight is now; an offer that came to nothing does not count."""
    after = broken_off(entry)
    rows.update(db, after)
    if after.due is not None:
        db.execute("UPDATE letter SET attempts = attempts - 1 WHERE number = ?", (entry.number,))


def _become(entry: Entry, outcomes: tuple[Outcome, ...], at: int, due: int) -> Entry:
    """Give a letter as it is then: ``due`` as long as it may still go to somebody."""
    then = due if any(one.state in OPEN for one in outcomes) else None
    return replace(entry, state=state_of(outcomes), at=at, due=then, recipients=outcomes)
