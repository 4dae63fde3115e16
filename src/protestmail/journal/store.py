"""The journal's SQLite file: for one user, one process at a time, and durable where it matters."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from protestmail import files
from protestmail.errors import JournalProblem
from protestmail.journal import readonly

_PRAGMAS = (
    "locking_mode = EXCLUSIVE",  # two senders would send twice; a killed process leaves no lock
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
WITNESS = "journal-exists.txt"
_WITNESSED = b"""\
There is a journal beside this file: it knows which letters have been sent. If it is lost, nothing
is sent until you delete this file.
"""
_DRAFT = ".journal-"
_UNFINISHED = 1
_MAGIC = b"SQLite format 3\0"
_NO_DAMAGE = tuple(f"SQLITE_{name}" for name in "FULL READONLY CANTOPEN IOERR PERM LOCKED".split())
_ELSEWHERE = "make room, or keep it in another folder: PROTESTMAIL_STATE=DIR"
_ANEW = "move it out of the way to start anew; what it knew of letters sent is then forgotten"


class Store:
    """An open file, made with ``tables`` where it is ``new``; raises JournalProblem.

    For ``reading``, one on a disk that nothing can be written to will do.

    Its database is lent to a block: as it is, or for a change, a durable one, an erasure.
    """

    def __init__(self, path: Path, tables: str, version: int, *, reading: bool = False) -> None:
        self.path, self.new = path, False
        with self._told():
            if reading and readonly.is_so(path):
                self._db = readonly.load(path)
                self._prepare(version)
                return
            files.make_folder(path.parent)
            self.new = not os.path.lexists(path)
            if self.new:
                _look_for_traces(path)
                _make(path, f"{tables}PRAGMA user_version = {version}")
            _keep_private(path)
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
            try:
                self._take_over(version)
            except BaseException:
                self._db.close()
                raise

    def _take_over(self, version: int) -> None:
        """Make a file that is open ours alone, and clear away what a killed process has left."""
        self._prepare(version)
        _clear_drafts(self.path.parent)
        _witness(self.path)
        if self._db.execute("PRAGMA application_id").fetchone() == (_UNFINISHED,):
            self._compact()

    def _prepare(self, version: int) -> None:
        for pragma in _PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        with self.change() as db:
            [found] = db.execute("PRAGMA user_version").fetchone()
            if found != version:
                hint = "use the newer one, or another folder (PROTESTMAIL_STATE)"
                raise JournalProblem(f"{self.path} was written by a newer protestmail", hint)
            [[fault]] = db.execute("PRAGMA integrity_check(1)").fetchall()
            if fault != "ok":
                raise sqlite3.DatabaseError("its pages do not fit together")

    def close(self) -> None:
        """Write everything to its place, and let others at it."""
        with self._told():
            self._db.close()

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Lend the database: each statement is a change of its own."""
        with self._told():
            yield self._db

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Lend it for several changes, all of them or none."""
        with self.use() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def durable(self) -> Iterator[sqlite3.Connection]:
        """Lend it for what must be in its place on the disk before anything goes on.

        SQLite drops, in silence, all that stands in a WAL behind a damaged page; so no more is
        left in it than what comes after this. (A checkpoint syncs the WAL, then the file.)
        """
        with self.use() as db:
            yield db
            self._empty_wal()

    def _empty_wal(self) -> None:
        [[busy, *_]] = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if busy:
            raise sqlite3.OperationalError("it is in use")

    @contextmanager
    def erasure(self) -> Iterator[sqlite3.Connection]:
        """Lend it for a change of which no byte is left in the files; one cut short is made up."""
        with self.change() as db:
            yield db
            db.execute(f"PRAGMA application_id = {_UNFINISHED}")
        with self._told():
            self._compact()

    def _compact(self) -> None:
        """Write the files anew: ``secure_delete`` alone leaves what SQLite moved within a page."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA application_id = 0")
        self._empty_wal()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite and the system say into a sentence with a way out."""
        try:
            yield
        except (OSError, sqlite3.DatabaseError) as why:
            name = getattr(why, "sqlite_errorname", "")
            if name.startswith("SQLITE_BUSY"):
                told = "another protestmail is at work with the journal"
                raise JournalProblem(told, "wait until it has finished") from None
            if not (isinstance(why, OSError) or name.startswith(_NO_DAMAGE)):
                raise JournalProblem(f"the journal {self.path} is damaged: {why}", _ANEW) from None
            reason = files.reason(why) if isinstance(why, OSError) else why
            told = f"the journal {self.path} cannot be written: {reason}"
            raise JournalProblem(told, _ELSEWHERE) from None


def _make(path: Path, tables: str) -> None:
    """Make a new file beside its place and name it in one step: an empty one is a damaged one."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT)  # mode 0600
    os.close(handle)
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as db:
            for statement in tables.split(";"):
                db.execute(statement)
        with suppress(FileExistsError, FileNotFoundError):  # somebody else was faster
            files.name(Path(draft), path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _look_for_traces(path: Path) -> None:
    """Raise JournalProblem where a journal has been: one that is lost would be a letter twice."""
    if there := [str(one) for one in beside(path) if os.path.lexists(one)]:
        hint = f"put it back; or delete {' and '.join(there)} to start anew, all sent forgotten"
        raise JournalProblem(f"the journal {path} is gone, though there was one", hint)


def _witness(path: Path) -> None:
    """Leave word that there is a journal."""
    with suppress(FileExistsError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        handle = os.open(path.with_name(WITNESS), flags, 0o600)
        try:
            os.write(handle, _WITNESSED)
        finally:
            os.close(handle)


def beside(path: Path) -> list[Path]:
    """Name what may lie beside a journal: word that there is one, and SQLite's own files."""
    return [path.with_name(one) for one in (WITNESS, f"{path.name}-wal", f"{path.name}-journal")]


def _clear_drafts(folder: Path) -> None:
    """Take away what a process left that was killed while it made a new file.

    Whoever gets here has the journal alone, and nobody makes one where there is one.
    """
    for one in folder.glob(f"{_DRAFT}*"):
        one.unlink(missing_ok=True)


def _keep_private(path: Path) -> None:
    """Refuse what is no file of the user's own; close it, and what lies beside it, to others."""
    for one in (path, *beside(path)):
        if one != path and not os.path.lexists(one):
            continue
        handle = os.open(one, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise OSError("it is not a regular file")
            if os.name == "posix":
                if about.st_uid != os.geteuid():
                    raise OSError("it belongs to somebody else")
                os.fchmod(handle, 0o600)
            if one == path and os.read(handle, len(_MAGIC)) != _MAGIC:
                raise sqlite3.DatabaseError("it does not start as one does")
        finally:
            os.close(handle)
