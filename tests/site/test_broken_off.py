"""A publish that is broken off, meets another one, or finds odd things in the site."""

import fcntl
import signal
import unicodedata
from pathlib import Path
from shutil import rmtree

import pytest

from makers.appeals import Folder
from makers.program import Program

KILLED = """
import os, signal, sys
seen = 0
def hook(event, args):
    global seen
    if event in {"open", "os.rename", "os.mkdir", "os.remove"} and str(args[0]).startswith(%r):
        if not (event == "open" and args[1] in {"r", "rb"}):
            seen += 1
            if seen == %d:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""
MOST = 200


def files(site: Path) -> dict[str, bytes]:
    """All files of a site, by their paths in it."""
    found = (one for one in site.rglob("*") if one.is_file())
    return {one.relative_to(site).as_posix(): one.read_bytes() for one in found}


def enclose(appeals: Folder, *names: str) -> None:
    """Add an appeal with these attachments."""
    folder = appeals.path / "strike"
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"%PDF")
    appeals.add(attachments=[{"file": name} for name in names])


def test_killed_at_every_step(run: Program, appeals: Folder, tmp_path: Path) -> None:
    """P73: killed by kill -9 wherever it was, the next publish ends it, after a change as well.

    Nothing half written stays, and what is gone from the folder goes from the site.
    """
    site, whole = tmp_path / "site", tmp_path / "whole"
    (appeals.path / "directory").mkdir()
    later = (appeals.path / "directory" / "mp.yaml", "DE: {name: B, email: b@mp.example}")
    for step in range(1, MOST):
        rmtree(site, ignore_errors=True)
        later[0].write_text("FR: {name: A, email: a@mp.example}")
        enclose(appeals, "report.pdf")
        gone = appeals.add("gone")
        killed = run("publish", appeals.path, "--to", site, prelude=KILLED % (str(site), step))
        later[0].write_text(later[1])
        (appeals.path / "strike" / "report.pdf").write_bytes(b"%PDF, mended")
        appeals.add(attachments=[{"file": "report.pdf"}], title="Mended")
        gone.unlink()
        again = run("publish", appeals.path, "--to", site)
        assert again.code == 0, (step, again.err)
        if not whole.exists():  # it is the same after each step
            run("publish", appeals.path, "--to", whole)
        found, expected = files(site), files(whole)
        found.pop("manifest.json"), expected.pop("manifest.json")  # their numbers differ
        assert found == expected, step
        if killed.code == 0:
            break
        assert killed.code == -signal.SIGKILL
    assert 10 < step < MOST - 1


def test_one_at_a_time(run: Program, appeals: Folder, tmp_path: Path) -> None:
    """Where another publish goes on in the same site, it is said, and nothing written."""
    appeals.add()
    site = tmp_path / "site"
    run("publish", appeals.path, "--to", site)
    before = files(site)
    appeals.add(title="Another title")
    (site / ".publishing").touch()
    with (site / ".publishing").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = run("publish", appeals.path, "--to", site)
    (site / ".publishing").unlink()

    assert done.code == 75
    assert "somebody else is publishing" in done.err
    assert files(site) == before


def test_nothing_is_written_through_a_link(run: Program, appeals: Folder, tmp_path: Path) -> None:
    """P71: a folder of the site that leads elsewhere gets no page, and loses none."""
    appeals.add()
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    run("publish", appeals.path, "--to", site)
    (site / "strike").rename(elsewhere)
    (site / "strike").symlink_to(elsewhere)
    before = files(elsewhere)
    appeals.add(title="Another title")
    done = run("publish", appeals.path, "--to", site)
    (appeals.path / "strike.yaml").rename(appeals.path / "other.yaml")
    gone = run("publish", appeals.path, "--to", site)

    assert done.code == 2
    assert "is a link, through which nothing is written" in done.err
    assert gone.code == 0, gone.err
    assert files(elsewhere) == before


def test_what_lists_what_was_begun_is_not_believed(
    run: Program, appeals: Folder, tmp_path: Path
) -> None:
    """Whoever has tampered with the note of what was begun has nothing outside removed."""
    appeals.add()
    site, outside = tmp_path / "site", tmp_path / "outside.txt"
    outside.write_bytes(b"")
    site.mkdir()
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (site / ".publishing").write_text(f"{empty} ../outside.txt\n\xff\n{empty} {outside}\n")
    done = run("publish", appeals.path, "--to", site)

    assert done.code == 0, done.err
    assert outside.exists()
    assert not (site / ".publishing").exists()


@pytest.mark.parametrize("name", ['a".pdf', "<b>.txt", "what?.pdf", "a.txt.", "a|b", "Nul.pdf"])
def test_a_name_that_not_every_machine_can_store(
    run: Program, appeals: Folder, tmp_path: Path, name: str
) -> None:
    """P73: what no follower could take is told at its line before a file is written."""
    enclose(appeals, name)
    folder, site = str(appeals), str(tmp_path / "site")
    for command in (["publish", folder, "--to", site], ["check", folder]):
        done = run(*command)
        assert done.code == 65
        assert "plain name of a file" in done.err + done.out
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "names",
    [("A.pdf", "a.pdf"), ("\u00e9.pdf", unicodedata.normalize("NFD", "\u00e9.pdf"))],
    ids=["case", "form"],
)
def test_names_that_some_machines_take_for_one(
    run: Program, appeals: Folder, tmp_path: Path, names: tuple[str, str]
) -> None:
    """P73: two attachments that would be one file elsewhere are told, with what to do."""
    enclose(appeals, *names)
    done = run("publish", appeals.path, "--to", tmp_path / "site")

    assert done.code == 2
    assert "two files of the site would be called" in done.err


def test_a_site_among_the_directories(run: Program, appeals: Folder) -> None:
    """A site within the folder's own directory, which would be read as one, is refused."""
    appeals.add()
    done = run("publish", appeals.path, "--to", appeals.path / "directory" / "site")

    assert done.code == 2
    assert "or it lies in their directory" in done.err
    assert not (appeals.path / "directory").exists()
