"""Reading files that somebody else may have put there."""

import os
from pathlib import Path

import pytest

from protestmail import files

STATUS = Path("/proc/self/status")
"""A regular file that says it has no bytes."""
needs_proc = pytest.mark.skipif(not STATUS.exists(), reason="there is no /proc here")


def test_a_file_that_comes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read to its end, however little the system gives at a time."""
    path, data = tmp_path / "x", bytes(range(256)) * 9
    path.write_bytes(data)
    read = os.read
    monkeypatch.setattr(os, "read", lambda handle, room: read(handle, min(room, 100)))

    assert files.read(path, len(data)) == data
    with pytest.raises(OSError, match="larger"):
        files.read(path, len(data) - 1)


@needs_proc
def test_a_file_that_does_not_say_how_long_it_is() -> None:
    """A file is read to its end, even one whose size is not known before."""
    assert b"Pid:" in files.read(STATUS, 1 << 20)


@needs_proc
def test_a_file_that_is_longer_than_it_says() -> None:
    """P1: a file that turns out to be too large while it is read is refused as well."""
    with pytest.raises(OSError, match="the file is larger than 0 KiB"):
        files.read(STATUS, 100)
