"""What a writer says was done by hand: a letter put into the post, a call, a petition signed.

It lies beside the letters in the journal. No letter hangs on it, so it has no seal: what cannot
be read of it is left out, and never stops a send.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from sqlite3 import Connection
from typing import Any, NamedTuple

from protestmail.journal.store import Store

_TABLE = "CREATE TABLE IF NOT EXISTS noted (appeal, target, channel, at, origin)"
_COLUMNS = "SELECT name FROM pragma_table_info('noted')"
_BYTES = """
SELECT CAST(appeal AS BLOB), CAST(target AS BLOB), CAST(channel AS BLOB),
  ifnull(CAST(origin AS BLOB), x''), at FROM noted
"""
_LATEST = 1 << 37
"""In the year 6325: what lies beyond is no moment that somebody noted, nor one to be shown."""


class Noted(NamedTuple):
    """One thing done by hand; ``at`` is in seconds since 1970 (UTC), ``origin`` as of an entry.

    ``channel`` is a target's (post, fax, phone, web, social) or an action's kind (petition, picket
    and the like); ``target`` is empty where the action has none.
    """

    appeal: str
    target: str
    channel: str
    at: int
    origin: str = ""


class Notes:
    """The notes in an open file, be it one from before there were any, or they had an origin."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.use() as db:
            db.execute(_TABLE)
            if ("origin",) not in db.execute(_COLUMNS).fetchall():
                db.execute("ALTER TABLE noted ADD COLUMN origin")

    def add(self, done: Noted) -> None:
        """Note that something was done by hand; the same once more is noted once more."""
        with self._store.durable() as db:
            db.execute("INSERT INTO noted VALUES (?, ?, ?, ?, ?)", done)

    def of(self, appeal: str = "") -> list[Noted]:
        """Give what was noted, of one appeal or all, the oldest first."""
        with self._store.use() as db:
            found = db.execute(_BYTES).fetchall()
        every = (one for row in found for one in _readable(*row))
        chosen = (one for one in every if appeal in {"", one.appeal})
        return sorted(chosen, key=lambda one: one.at)


def adopt(db: Connection, noted: Iterable[Noted], origin: str) -> None:
    """Note that things were done for an appeal after all."""
    changed = [(origin, one.appeal, one.origin) for one in noted]
    db.executemany("UPDATE noted SET origin = ? WHERE appeal = ? AND origin = ?", changed)


def drop(db: Connection, appeals: Iterable[str] | None) -> None:
    """Take out what was noted of these appeals; None is for all, the unreadable too."""
    if appeals is None:
        db.execute("DELETE FROM noted")
    else:
        db.executemany("DELETE FROM noted WHERE appeal = ?", [(one,) for one in appeals])


def _readable(*row: Any) -> Iterator[Noted]:
    """Read a row, if it is such as ``note`` writes."""
    *texts, at = row
    with suppress(UnicodeDecodeError, AttributeError):
        appeal, target, channel, origin = (one.decode() for one in texts)
        if isinstance(at, int) and 0 <= at <= _LATEST:
            yield Noted(appeal, target, channel, at, origin)
