"""Reading files that somebody else may have put there; writing new ones whole or not at all."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from itertools import chain, count
from pathlib import Path

from protestmail.errors import UsageProblem

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
PRIVATE, PUBLIC = 0o600, 0o644
"""Modes of a file: what is the user's own, and what is for a web space."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Read a regular file of at most ``most`` bytes, without ever waiting for it.

    Raises OSError for anything else; a link is something else unless ``follow``.
    """
    return look(path, most, follow=follow)[0]


def look(path: Path, most: int, *, follow: bool = True) -> tuple[bytes, os.stat_result]:
    """Read a file as ``read`` does; give its bytes, and to whom they are open."""
    return _looked_at(os.open(path, _READ | (0 if follow else _NO_LINK)), most)


def read_within(folder: Path, name: str, most: int) -> bytes:
    """Read a file as ``read`` does, where neither it nor its folder is a link, not even by now.

    The file is looked for in the folder that was opened, whatever has taken the folder's place.
    """
    if os.open not in os.supports_dir_fd:
        return read(folder / name, most, follow=False)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK)
    try:
        return _looked_at(os.open(name, _READ | _NO_LINK, dir_fd=handle), most)[0]
    finally:
        os.close(handle)


def _looked_at(handle: int, most: int) -> tuple[bytes, os.stat_result]:
    """Read and close an open file, if it is a regular one of at most so many bytes."""
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise OSError("this is not a regular file")
        if about.st_size > most:
            raise _too_large(most)
        return _whole(handle, about.st_size, most), about
    finally:
        os.close(handle)


def _whole(handle: int, size: int, most: int) -> bytes:
    """Read to the end: one read may give less, and a file hold more than it says."""
    data = b""
    while piece := os.read(handle, size + 1024):  # room for the most would cost 40 µs a file
        data += piece
        if len(data) > most:
            raise _too_large(most)
    return data


def _too_large(most: int) -> OSError:
    return OSError(f"the file is larger than {most >> 10} KiB")


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


def behind_a_link(folder: Path, name: str) -> bool:
    """Whether a folder on the way from ``folder`` to a file in it is a link."""
    *above, _ = Path(name).parents  # the last of them is the folder itself
    return any((folder / one).is_symlink() for one in above)


def reason(why: OSError) -> str:
    """Say in a few words why a file could not be read or written."""
    if why.errno == errno.ELOOP:
        return "it is a link"
    text = why.strerror or str(why)
    return text[:1].lower() + text[1:]


def paths(
    stems: Iterable[str], folder: Path, suffix: str = ".eml", *, force: bool = False
) -> list[Path]:
    """Name a file for each stem, numbered; raise UsageProblem if one is there already."""
    named = [folder / f"{stem}-{number}{suffix}" for number, stem in enumerate(stems, 1)]
    taken = [path for path in named if os.path.lexists(path)]
    if taken and not force:
        raise UsageProblem(f"{taken[0]} is there already", "use another folder, or --force")
    return named


def beside(path: Path, data: bytes) -> Path:
    """Give ``path``, or the first name beside it that is free or has just this ``data``."""
    stems = chain([path.stem], (f"{path.stem}-{number}" for number in count(2)))
    named = map(path.with_stem, stems)
    return next(one for one in named if not os.path.lexists(one) or holds(one, data))


def holds(path: Path, data: bytes) -> bool:
    """Whether a file says just this."""
    return path.is_file() and path.read_bytes() == data


@contextmanager
def held(path: Path) -> Iterator[FileIO]:
    """Hold a file, to which more can be written, for the block; on Windows others may, too.

    Raises BlockingIOError where another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _NO_LINK, PRIVATE)
    with FileIO(handle, "ab") as file:
        with suppress(ImportError):
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file


def write(data: bytes, path: Path, *, force: bool = False, mode: int = PRIVATE) -> None:
    """Write a file, whole or not at all; over another only with ``force``.

    Raises UsageProblem where the folder cannot be written to.
    """
    try:
        make_folder(path.parent)
        _write(data, path, force=force, mode=mode)
    except OSError as why:
        told = f"{path} cannot be written: {reason(why)}"
        raise UsageProblem(told, "use another folder") from None


def _write(data: bytes, path: Path, *, force: bool, mode: int) -> None:
    """Write beside the file, then name it in one step, which never replaces by chance."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if force:
            draft.replace(path)
        else:
            name(draft, path)
    finally:
        if os.path.lexists(draft):
            draft.unlink()


def replace(data: bytes, path: Path) -> bool:
    """Write a file that everybody may read, whole or not at all; say whether it was another.

    One that says the same is left as it is. The disk is not waited for: a site is made anew.
    """
    if holds(path, data) and not path.is_symlink():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True
