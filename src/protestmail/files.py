"""Reading files that somebody else may have put there; naming new ones."""

import os
import stat
from pathlib import Path


def read(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Read a regular file of at most ``most`` bytes, without ever waiting for it.

    Raises OSError for anything else; a link is something else unless ``follow``.
    """
    return look(path, most, follow=follow)[0]


def look(path: Path, most: int, *, follow: bool = True) -> tuple[bytes, os.stat_result]:
    """Read a file as ``read`` does; give its bytes, and to whom they are open."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise OSError("this is not a regular file")
        if about.st_size > most:
            raise OSError(f"the file is larger than {most >> 10} KiB")
        return os.read(handle, about.st_size), about  # room for more would cost 40 µs a file
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, and those on the way to it, for nobody else."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def name(draft: Path, path: Path) -> None:
    """Give a file its name if that is free; a file system without hard links can only look.

    Raises FileExistsError; the draft may be left beside it.
    """
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise
        draft.rename(path)


def reason(why: OSError) -> str:
    """Say in a few words why a file could not be read or written."""
    text = why.strerror or str(why)
    return text[:1].lower() + text[1:]
