"""Sites, and what is kept of sources, on a disk that is full or read-only."""

from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.campaign import Campaign
from makers.cut_short import PAGE, Disk, mounted
from makers.following import Follower
from makers.program import Program

disk = pytest.fixture(mounted)


@pytest.mark.parametrize("how", ["full", "nearly full", "read-only"])
def test_a_source_keeps_its_old_set(run: Program, disk: Disk, tmp_path: Path, how: str) -> None:
    """P74: an update that finds no room says so and where, and the old set stays whole."""
    campaign, follower = Campaign(run, tmp_path / "campaign"), Follower(run, disk.state)
    campaign.add()
    campaign.sign()
    follower.follow(campaign)
    before = follower.snapshot
    campaign.add("new")
    campaign.sign()
    if how == "read-only":
        disk.make_read_only()
    else:
        disk.fill(leave=PAGE if how == "nearly full" else 0)
    done = follower.update()

    assert done.code in {1, 2}, done.err
    assert "cannot go on: " in done.err or "cannot be written" in done.err
    assert done.err.splitlines()[-1].startswith("  "), "the way out"
    if how != "read-only":
        kept = follower.snapshot.items()
        assert before["harbour.json"] == dict(kept)["harbour.json"]
        disk.make_room()
        assert follower.update().code == 0
        assert "new" in follower("list").out
    else:
        assert follower.snapshot == before


def test_a_site_is_finished_when_there_is_room(
    run: Program, appeals: Folder, disk: Disk, tmp_path: Path
) -> None:
    """P73: a publish without room says so; with room, the next one makes the very same site."""
    for number in range(12):
        appeals.add(f"appeal-{number}")
    disk.fill(leave=20 * PAGE)
    full = run("publish", appeals.path, "--to", disk.state)
    disk.make_room()
    done = run("publish", appeals.path, "--to", disk.state)
    run("publish", appeals.path, "--to", tmp_path / "elsewhere")

    def files(site: Path) -> dict[str, bytes]:
        every = (one for one in site.rglob("*") if one.is_file())
        return {str(one.relative_to(site)): one.read_bytes() for one in every}

    assert full.code == 2
    assert "cannot be written: no space left" in full.err
    assert done.code == 0, done.err
    assert files(disk.state) == files(tmp_path / "elsewhere")
