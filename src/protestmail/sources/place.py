"""Where a campaign's files lie: a folder of this machine, or one on the web."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from protestmail import files
from protestmail.appeals import directories, library
from protestmail.errors import InvalidAppeal, Untrusted, UsageProblem


class Place(Protocol):
    """What gives the files of a campaign, by their paths."""

    def read(self, path: str, most: int) -> bytes:
        """Give a file of at most so many bytes; raises TryLater or Untrusted."""

    def unlisted(self, listed: Collection[str]) -> str:
        """Give a file there that would count as an appeal's, and is not one of these."""


def whole(text: str) -> str:
    """Give a place as it is kept: an https address, or a whole path; raises UsageProblem."""
    if "://" in text:
        from protestmail.sources import fetch  # noqa: PLC0415  http and ssl, where they are needed

        return fetch.address(text)
    path = Path(text).expanduser()
    if not path.is_dir():
        raise UsageProblem(f"there is no folder {text}", "name a folder, or an https address")
    return str(path.resolve())


@contextmanager
def opened(text: str, environ: Mapping[str, str]) -> Iterator[Place]:
    """Give the place of this name for the block."""
    if "://" not in text:
        yield Near(Path(text))
        return
    from protestmail.sources import fetch  # noqa: PLC0415

    web = fetch.Web(text, environ)
    try:
        yield web
    finally:
        web.close()


class Near:
    """A folder of this machine: a clone, a stick."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str, most: int) -> bytes:
        """Read a file that is in the folder, and no link to another."""
        return read(self._folder, path, most)

    def unlisted(self, listed: Collection[str]) -> str:
        """Give the first file that would be read as an appeal or a directory, and is not listed.

        Drafts are left aside: their campaign signs none, and nobody reads them.
        """
        every = [*library.paths([self._folder]), *directories.directory(self._folder)]
        found = ((one, one.relative_to(self._folder).as_posix()) for one in every)
        stray = (name for one, name in found if name not in listed and not _is_draft(one, name))
        return next(stray, "")


def _is_draft(path: Path, name: str) -> bool:
    """Whether a file is a draft of an appeal, and nothing of a directory."""
    with suppress(InvalidAppeal):
        return "/" not in name and library.load(path, complete=False).is_draft
    return False


def read(folder: Path, path: str, most: int) -> bytes:
    """Read a file of a folder, where nothing on the way to it is a link; raises Untrusted."""
    try:
        if files.behind_a_link(folder, path):
            raise OSError("it is behind a link")  # noqa: TRY301  told as all that goes wrong here
        return files.read(folder / path, most, follow=False)
    except OSError as why:
        hint = "nothing has changed here; look into the folder, and ask the campaign"
        raise Untrusted(f"{folder / path}: {files.reason(why)}", hint) from None
