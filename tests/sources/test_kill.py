"""An update that is killed: wherever that happens, one whole set is there, the old or the new."""

import shutil
import signal
from pathlib import Path

import pytest

from makers.campaign import Campaign
from makers.following import Follower
from servers.web import Site

KILLED = """
import os, signal, sys
seen = 0
def hook(event, args):
    global seen
    if event in {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link"}:
        if str(args[0]).startswith(%r) and not (event == "open" and args[1] == "rb"):
            seen += 1
            if seen == %d:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""
MOST = 300


@pytest.mark.parametrize("far", [False, True], ids=["folder", "web"])
def test_killed_at_every_step(
    follower: Follower, campaign: Campaign, site: Site, tmp_path: Path, *, far: bool
) -> None:
    """P74: killed by kill -9 at any step, the old set is whole or the new one; the next one ends.

    Stops that were heard hold from the moment at which they were kept.
    """
    campaign.add("other", title="Old title")
    campaign.sign()
    follower.follow(campaign, where=site.url if far else "")
    kept = tmp_path / "kept"
    shutil.copytree(follower.state, kept)
    campaign.add("other", title="New title")
    campaign.add("third", title="Third")
    campaign.sign("--stop", "strike", "--reason", "They asked us.")
    whole = {OLD, STOPPED, NEW} if far else {WAITING, NEW}
    seen = set()

    for step in range(1, MOST):
        shutil.rmtree(follower.state)
        shutil.copytree(kept, follower.state)
        killed = follower.update(prelude=KILLED % (str(follower.state), step))
        seen.add(left := titles(follower))
        if killed.code == 0:
            break
        assert killed.code == -signal.SIGKILL
        assert follower.update().code == 0, step
        assert titles(follower) == NEW, step
        assert left in whole, step
    else:
        pytest.fail("it does not end")

    assert seen == whole, "it was killed before, between and after"
    assert step > 10


OLD = ("Free the strike committee", "Old title")
STOPPED, NEW = ("Old title",), ("New title", "Third")
WAITING: tuple[str, ...] = ()
"""A folder that has gone on is not read until it was looked at."""


def titles(follower: Follower) -> tuple[str, ...]:
    """Give the titles of a source's open appeals."""
    listed = follower("list", "--status", "active", "--json")
    assert listed.code == 0, listed.err
    found = [one["title"] for one in listed.json["appeals"] if one.get("source")]
    return tuple(sorted(found))
