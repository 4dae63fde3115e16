"""Drafts as files: what they are called, who may read them, and that none is ever half there."""

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makers.appeals import SIGNED, Folder
from makers.letters import MINISTRY, a_letter, an_appeal
from makers.program import Program
from protestmail import files
from protestmail.appeals import library
from protestmail.appeals.appeal import Attachment, Target
from protestmail.errors import InvalidAppeal, UsageProblem
from protestmail.letters.letter import Letter

NAME = re.compile(r"[a-z0-9-]{1,60}-[0-9]+\.eml")
STATUS = Path("/proc/self/status")
"""A regular file that says it has no bytes."""
needs_proc = pytest.mark.skipif(not STATUS.exists(), reason="there is no /proc here")
DATA = b"Subject: x\r\n\r\n" + b"x\r\n" * 50_000


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _letter(appeal: str, *ids: str) -> Letter:
    return Letter(appeal, "a", "protest", "en", tuple(Target(id=x) for x in ids), (), "S", "B")


@example(appeal="a" * 60, ids=["b" * 60])
@example(appeal="a" * 59, ids=["b"])
@example(appeal="-", ids=["-"])
@settings(max_examples=200)
@given(
    appeal=st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True),
    ids=st.lists(st.from_regex(r"[a-z0-9-]{1,60}", fullmatch=True), max_size=3),
)
def test_names(appeal: str, ids: list[str]) -> None:
    """P26: a file's name is plain, short and numbered, whatever the ids, and used once."""
    paths = files.paths([one.stem for one in [_letter(appeal, *ids)] * 3], Path("/nowhere"))

    assert all(NAME.fullmatch(path.name) and path.parent == Path("/nowhere") for path in paths)
    assert len(set(paths)) == 3


def test_names_tell_what_they_hold() -> None:
    """P26: the name is made of the appeal's id, the target's or "all", and the number."""
    letters = [_letter("strike", "ministry"), _letter("strike", "a", "b"), _letter("strike")]

    assert [path.name for path in files.paths([one.stem for one in letters], Path("/nowhere"))] == [
        "strike-ministry-1.eml",
        "strike-all-2.eml",
        "strike-all-3.eml",
    ]


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "/abs", "-rf", "\u540d\u524d", "a" * 300, ".hidden", "C:x", "*?"]
)
def test_titles_make_no_names(run: Program, appeals: Folder, title: str) -> None:
    """P26: whatever title and target an appeal has, its draft is one plain file in the folder."""
    file = appeals.add(title=title, targets=[{"name": title, "id": "x", "email": "a@b.example"}])

    assert run("render", file, "--eml", "out", *SIGNED).code == 0
    assert [path.relative_to(run.cwd).as_posix() for path in run.cwd.rglob("*.eml")] == [
        "out/strike-x-1.eml"
    ]
    assert sorted(path.name for path in run.cwd.iterdir()) == ["out"]


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_modes(tmp_path: Path, mask: int, *, force: bool) -> None:
    """P27: a draft is its owner's alone under any umask, and so is the folder that it needs."""
    path = tmp_path / "new" / "a-1.eml"
    with _umask(mask):
        files.write(DATA, path, force=force)

    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def _obstacle(kind: str, tmp_path: Path) -> tuple[Path, Path]:
    """Put something in a draft's place; give that place and the file it would harm."""
    path, victim = tmp_path / "out" / "strike-ministry-1.eml", tmp_path / "victim"
    path.parent.mkdir()
    victim.write_text("precious")
    match kind:
        case "file":
            path.write_text("precious")
            victim = path
        case "link":
            path.symlink_to(victim)
        case "hanging link":
            path.symlink_to(tmp_path / "not there")
        case "hard link":
            path.hardlink_to(victim)
        case _:
            path.mkdir()
    return path, victim


@pytest.mark.parametrize("kind", ["file", "link", "hanging link", "hard link", "folder"])
def test_what_is_there_stays(tmp_path: Path, kind: str) -> None:
    """P27: without --force an existing file, folder or link is refused, and stays as it is."""
    path, victim = _obstacle(kind, tmp_path)
    before = path.lstat()

    with pytest.raises(UsageProblem, match="is there already"):
        files.paths([one.stem for one in [a_letter()]], path.parent)
    with pytest.raises(UsageProblem):
        files.write(DATA, path)

    assert path.lstat() == before
    assert victim.read_text() == "precious"
    assert sorted(x.name for x in path.parent.iterdir()) == [path.name]
    assert not (tmp_path / "not there").exists()


@pytest.mark.parametrize("kind", ["file", "link", "hanging link", "hard link"])
def test_force_replaces_and_follows_nothing(tmp_path: Path, kind: str) -> None:
    """P27: --force puts a new file in the place, and writes through no link."""
    path, victim = _obstacle(kind, tmp_path)

    assert files.paths([one.stem for one in [a_letter()]], path.parent, force=True) == [path]
    files.write(DATA, path, force=True)

    assert not path.is_symlink()
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert victim == path or victim.read_text() == "precious"
    assert not (tmp_path / "not there").exists()


def test_force_replaces_no_folder(tmp_path: Path) -> None:
    """P27: a folder in the place is never replaced, and nothing is left beside it."""
    path, _ = _obstacle("folder", tmp_path)

    with pytest.raises(UsageProblem):
        files.write(DATA, path, force=True)

    assert path.is_dir()
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("force", [True, False])
def test_a_planted_draft_is_not_followed(tmp_path: Path, *, force: bool) -> None:
    """P27: a link where the file is first written to leads nowhere, and is not written through."""
    path, victim = tmp_path / "a-1.eml", tmp_path / "victim"
    victim.write_text("precious")
    path.with_name(f".{path.name}.{os.getpid()}").symlink_to(victim)

    with suppress(UsageProblem):
        files.write(DATA, path, force=force)

    assert victim.read_text() == "precious"
    assert not path.is_symlink()


@pytest.mark.parametrize("place", ["file/x-1.eml", "x" * 300 + "/x-1.eml", "x" * 300 + ".eml"])
def test_a_folder_that_cannot_be(tmp_path: Path, place: str) -> None:
    """A folder that cannot be written to is told in a sentence."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(UsageProblem):
        files.write(DATA, tmp_path / place)


KILL = """
import os, signal, sys
from pathlib import Path
from protestmail import files
real = getattr(os, sys.argv[1])
def fatal(*args, **given):
    if sys.argv[2] == "after":
        real(*args, **given)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, sys.argv[1], fatal)
files.write(bytes(200_000), Path(sys.argv[3]), force=sys.argv[4] == "force")
"""
STEPS = [
    ("fsync", "before", "new", False),
    ("fsync", "after", "new", False),
    ("link", "before", "new", False),
    ("link", "after", "new", True),
    ("fsync", "before", "force", False),
    ("replace", "before", "force", False),
    ("replace", "after", "force", True),
]


@pytest.mark.parametrize(("step", "when", "how", "done"), STEPS)
def test_kill_leaves_all_or_nothing(
    tmp_path: Path, step: str, when: str, how: str, *, done: bool
) -> None:
    """P27: after kill -9 at any step a file is whole, or absent (or still the one before)."""
    path = tmp_path / "a-1.eml"
    if how == "force":
        path.write_text("before")
    killed = subprocess.run(
        [sys.executable, "-c", KILL, step, when, str(path), how], check=False, timeout=30
    )

    assert killed.returncode == -signal.SIGKILL
    assert path.exists() is (done or how == "force")
    if path.exists():
        assert path.read_bytes() == (bytes(200_000) if done else b"before")
    files.write(DATA, path, force=True)
    assert path.read_bytes() == DATA


def test_names_are_checked_before_anything_is_written(run: Program) -> None:
    """P27: if one of several drafts would replace a file, none is written."""
    taken = run.cwd / "out" / "mangistau-oil-strike-karazhanbasmunai-5.eml"
    taken.parent.mkdir()
    taken.write_text("precious")

    done = run("render", "mangistau-oil-strike", "--eml", "out", *SIGNED)

    assert done.code == 2
    assert list(taken.parent.iterdir()) == [taken]
    assert taken.read_text() == "precious"
    assert MINISTRY.id not in done.out


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


@pytest.mark.parametrize("swapped", ["file", "folder"])
def test_a_link_that_is_put_there_after_the_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    """P25: what becomes a link between the look and the reading is not followed."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "scan.pdf").write_bytes(b"private")
    appeal = an_appeal(id="strike", attachments=(Attachment("scan.pdf"),))
    place = tmp_path / "strike"
    place.mkdir()
    (place / "scan.pdf").write_bytes(b"public")
    real = Path.is_symlink

    def swap(path: Path) -> bool:
        is_link = real(path)
        if path.name == "scan.pdf" and not is_link:  # the last look
            (place / "scan.pdf").unlink()
            if swapped == "file":
                (place / "scan.pdf").symlink_to(secret / "scan.pdf")
            else:
                place.rmdir()
                place.symlink_to(secret)
        return is_link

    assert library.attachment(appeal, appeal.attachments[0], tmp_path / "strike.yaml") == b"public"
    monkeypatch.setattr(Path, "is_symlink", swap)

    with pytest.raises(InvalidAppeal):
        library.attachment(appeal, appeal.attachments[0], tmp_path / "strike.yaml")


def test_a_folder_that_is_replaced_while_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P25: the file is that of the folder which was opened, not of one that took its place."""
    for name, data in (("mine", b"public"), ("theirs", b"private")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scan.pdf").write_bytes(data)
    real = os.open

    def swap(path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is not None:
            (tmp_path / "mine").rename(tmp_path / "moved")
            (tmp_path / "mine").symlink_to(tmp_path / "theirs")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swap)
    monkeypatch.setattr(os, "supports_dir_fd", {swap})

    assert files.read_within(tmp_path / "mine", "scan.pdf", 100) == b"public"
