"""Which appeal follows up which: chains, rings, and where it is said."""

from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SIGNED, SOUND, Folder
from makers.output import plain
from makers.program import Program
from protestmail.appeals.followups import FollowUps

CLOSED = {"status": "closed", "closed": "2026-02-01", "outcome": "Over."}


def latest(appeals: Folder, id_: str) -> str:
    """Name the appeal at the end of those that follow one up."""
    found = FollowUps([appeals.path]).latest(id_)
    return found.id if found else ""


def chain(appeals: Folder, *ids: str, **fields: Any) -> None:
    """Add appeals, each of which follows up the one before."""
    for before, id_ in zip(("", *ids), ids, strict=False):
        appeals.add(id_, supersedes=before or None, **fields)


def test_a_chain(appeals: Folder) -> None:
    """A chain is followed to its end; the end itself is followed up by nothing."""
    chain(appeals, "a", "b", "c")

    assert [latest(appeals, one) for one in "abc"] == ["c", "c", ""]


def test_an_active_one_counts_more(appeals: Folder) -> None:
    """An active appeal is told of before a later one that has ended; that one before none."""
    chain(appeals, "a", "b", "c", "d")
    appeals.add("c", supersedes="b", issued="2026-01-05")
    appeals.add("d", supersedes="c", issued="2026-01-09", **CLOSED)

    assert [latest(appeals, one) for one in "abcd"] == ["c", "c", "d", ""]


def test_two_that_follow_up_one(appeals: Folder) -> None:
    """Of two appeals that follow up the same one, the later one is told of."""
    appeals.add("z", supersedes="a", issued="2026-01-02")
    appeals.add("b", supersedes="a", issued="2026-01-03")

    assert latest(appeals, "a") == "b"


def test_a_draft_is_not_told_of(appeals: Folder) -> None:
    """A draft is nothing to be told of, but what follows it up is."""
    chain(appeals, "a", "b", "c")
    appeals.add("b", supersedes="a", status="draft")
    appeals.add("y", supersedes="x", status="draft")

    assert (latest(appeals, "a"), latest(appeals, "x")) == ("c", "")


def test_a_ring_comes_to_an_end(appeals: Folder) -> None:
    """Appeals that follow each other up in a ring, or themselves, do no harm."""
    chain(appeals, "a", "b", "c")
    appeals.add("a", supersedes="c", issued="2025-01-01")
    appeals.add("own", supersedes="own")

    assert latest(appeals, "own") == ""
    assert [latest(appeals, one) for one in "abc"] == ["c", "c", "b"]


def test_an_appeal_that_is_not_there_any_more(appeals: Folder) -> None:
    """What follows up an appeal is found though that one's file is gone."""
    chain(appeals, "a", "b", "c")
    (appeals.path / "b.yaml").unlink()

    assert (latest(appeals, "b"), latest(appeals, "a")) == ("c", "")


@pytest.mark.parametrize("text", ["supersedes: a", "'supersedes': \"a\"", "supersedes :  a  # it"])
def test_however_it_is_written(appeals: Folder, text: str) -> None:
    """A file in plain YAML says the same in several ways."""
    (appeals.path / "b.yaml").write_text(f"{text}\n{SOUND}")

    assert latest(appeals, "a") == "b"


def test_what_only_speaks_of_it(appeals: Folder) -> None:
    """A text that only looks like a follow-up is none; a broken file or a pipe is passed over."""
    appeals.add("b", summary="It says supersedes: a, and is nothing of the kind.")
    appeals.add("c", supersedes="a", status="activ")
    (appeals.path / "d.yaml").mkdir()

    assert latest(appeals, "a") == ""


def test_no_folder_at_all(tmp_path: Path) -> None:
    """Where there is no folder of appeals, nothing follows up anything."""
    assert FollowUps([tmp_path / "nowhere"]).latest("a") is None


def test_shown(run: Program, appeals: Folder) -> None:
    """``show`` says what an appeal follows up, and what follows it up, active or not."""
    chain(appeals, "a", "b")
    appeals.add("b", supersedes="a", **CLOSED)
    run.environ["PROTESTMAIL_APPEALS"] = str(appeals)
    args = ("show",)

    _, seen = run.on_terminal(*args, "a")

    assert "followed up by b (closed): protestmail show b" in plain(seen)
    assert "follows up a" in plain(run.on_terminal(*args, "b")[1])
    assert run(*args, "a").records[-1] == ["followed up by", "b", "closed"]
    assert run(*args, "a", "--json").json["followed_up_by"] == "b"
    assert run(*args, "b", "--json").json["followed_up_by"] == ""
    assert "followed up" not in run(*args, "b").out


@pytest.mark.parametrize("args", [["render"], ["send", "--rehearse"], ["send", "--dry-run"]])
def test_said_before_one_writes(run: Program, appeals: Folder, args: list[str]) -> None:
    """Whoever writes for an appeal is told on stderr of the active one that follows it up."""
    chain(appeals, "a", "b", "c")
    told = "followed up by c: protestmail show c"
    run.environ["PROTESTMAIL_APPEALS"] = str(appeals)
    command = (*args, *SIGNED)

    assert told in run(*command, "a").err
    assert told not in run(*command, "a").out
    assert "followed up" not in run(*command, "c").err
    appeals.add("c", supersedes="b", **CLOSED)
    appeals.add("b", supersedes="a", **CLOSED)
    assert "followed up" not in run(*command, "a").err


def test_an_appeal_from_somewhere_else(run: Program, appeals: Folder) -> None:
    """An appeal that is named by its file needs no folder of appeals."""
    file = appeals.add("a")

    done = run("--appeals", "nowhere", "render", file, *SIGNED, "--own-words", "I care.")

    assert (done.code, done.err) == (0, "2 of 11 words are your own (18 %)\n")
