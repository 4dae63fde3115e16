"""A journal on a disk that nothing can be written to: looked at in memory, and left as it is."""

import os
import sqlite3
from pathlib import Path

from protestmail import files
from protestmail.errors import JournalProblem

_MOST = 1 << 30
_VERSIONS = slice(18, 20)
"""Where a database says that it is written and read by a WAL, which memory has none of."""


def is_so(path: Path) -> bool:
    """Whether a journal is there, and can be read only."""
    return path.is_file() and not os.access(path.parent, os.W_OK)


def load(path: Path) -> sqlite3.Connection:
    """Load a journal into memory; raise JournalProblem where a part of it is in its WAL still."""
    wal = path.with_name(f"{path.name}-wal")
    if wal.is_file() and wal.stat().st_size:
        hint = "copy both to a disk that can be written to; set PROTESTMAIL_STATE to their folder"
        raise JournalProblem(f"a send was cut short, and {wal} has the end of it", hint)
    data = bytearray(files.read(path, _MOST))
    data[_VERSIONS] = b"\1\1"
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.deserialize(bytes(data))
    return db
