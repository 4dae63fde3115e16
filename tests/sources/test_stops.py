"""A stop outlives its file, its folder and its source; and nobody stops what is not theirs."""

import shutil
from pathlib import Path

import pytest

from makers.appeals import SIGNED, Folder
from makers.campaign import Campaign
from makers.following import Follower
from makers.program import Program
from makers.sending import Handler, Sending
from protestmail.sources import manifest
from servers.web import Site

WHY = "Their lawyers ask us to stop."
WAYS = [
    ["send", "--yes"],
    ["send", "--rehearse"],
    ["send", "--dry-run"],
    ["send", "--to-self", "--yes"],
    ["render", "--eml", "out"],
    ["render", "--pdf", "out"],
    ["render", "--mailto"],
    ["render", "--print"],
    ["render", "--script"],
]
"""Every way by which a letter leaves, but for ``answer``, which needs a terminal."""


def stop(campaign: Campaign, follower: Follower) -> None:
    """Have the campaign stop its appeal, and the follower hear of it."""
    campaign.sign("--stop", "strike", "--reason", WHY)
    assert follower.update().code == 0


def must_not_leave(follower: Follower, name: str, stdin: bytes = b"") -> None:
    """Fail where an appeal leaves by any way."""
    for command, *args in WAYS:
        if stdin and "--yes" in args:
            continue  # what comes from standard input is never sent
        done = follower(command, name, *args, *SIGNED[:2], stdin=stdin)
        assert (done.code, done.out) == (69, ""), (command, args, done.err)
        assert f"stop action: {WHY} (Campaign stopped it)" in done.err
    assert not (follower.run.cwd / "out").exists()


def guided(follower: Follower, name: str) -> str:
    """Give what ``answer`` says."""
    with follower.run.dialogue("answer", name, env=follower.env, columns=200) as talk:
        assert talk.end() == 69
    return talk.seen


@pytest.fixture
def copied(follower: Follower, campaign: Campaign, appeals: Folder) -> Path:
    """Give a copy of the campaign's appeal, put by hand into a folder of one's own."""
    follower.env["PROTESTMAIL_APPEALS"] = str(appeals)
    follower.follow(campaign)
    return Path(shutil.copy(campaign.path / "strike.yaml", appeals.path / "strike.yaml"))


def test_by_no_way(follower: Follower, campaign: Campaign) -> None:
    """P75: a stopped appeal of a source leaves by no way, and is shown as stopped everywhere."""
    follower.follow(campaign)
    stop(campaign, follower)

    must_not_leave(follower, "strike")
    assert WHY in guided(follower, "strike")
    assert follower("show", "strike").records[0][0] == "stop action"
    assert f"STOP ACTION: {WHY}" in follower("render", "strike", *SIGNED).out
    assert "strike" not in follower("list").out
    assert follower("list", "--status", "withdrawn").records[0][0] == "strike"


def test_a_copy(follower: Follower, campaign: Campaign, copied: Path) -> None:
    """P75: a copy that was put by hand into one's own folder leaves by no way either."""
    stop(campaign, follower)

    must_not_leave(follower, "strike")
    must_not_leave(follower, str(copied))
    must_not_leave(follower, "-", stdin=copied.read_bytes())
    assert WHY in guided(follower, "strike")
    assert "strike" in follower("list", "--status", "withdrawn").out


@pytest.mark.parametrize("gone", ["file", "source", "folder"])
def test_it_outlives_all(follower: Follower, campaign: Campaign, copied: Path, gone: str) -> None:
    """P75: the stop holds when the file, the source or its whole folder is gone; also renamed."""
    stop(campaign, follower)
    match gone:
        case "file":
            (campaign.path / "strike.yaml").unlink()
            campaign.add("other", title="Another")
            campaign.sign()
            assert follower.update().code == 0
        case "source":
            assert follower("source", "remove", "harbour").code == 0
        case "folder":
            shutil.rmtree(campaign.path)

    copied.rename(copied.with_name("renamed.yaml"))
    must_not_leave(follower, "renamed")


@pytest.mark.parametrize("before", [True, False])
def test_an_old_or_a_changed_copy(
    follower: Follower, campaign: Campaign, copied: Path, *, before: bool
) -> None:
    """P75: a copy of before the last change is stopped, and one that somebody changed a little."""
    if before:
        campaign.add(summary="Another summary.")
        campaign.sign()
        follower.update()
    else:
        copied.write_bytes(copied.read_bytes().replace(b"Free them.", b"Free them all."))
    stop(campaign, follower)

    must_not_leave(follower, "strike")


def test_only_its_own(
    follower: Follower, campaign: Campaign, run: Program, appeals: Folder, tmp_path: Path
) -> None:
    """P75: a source stops nothing of others: not by an id that it has never signed, or another."""
    follower.env["PROTESTMAIL_APPEALS"] = str(appeals)
    appeals.add("strike", title="Of somebody else")
    appeals.add("never", title="It has never had that")
    other = Campaign(run, tmp_path / "other")
    other.add("strike", title="Of another campaign")
    other.sign("--name", "Other")
    follower.follow(campaign)
    follower.follow(other, "mill")
    made = campaign.manifest
    ids = ("strike", "never", "practice-letter")
    stopped = tuple(manifest.Stop(id_, made.issued, "Be silent.") for id_ in ids)
    campaign.forge(manifest.written(made._replace(serial=9, stopped=stopped)))
    assert follower.update().code == 0

    for name in ("strike", "never", "mill/strike"):
        assert follower("send", name, "--rehearse", *SIGNED).code == 0, name
    assert follower("send", "harbour/strike", "--rehearse", *SIGNED).code == 69


def test_a_stop_arrives_whatever_is_answered(
    follower: Follower, campaign: Campaign, copied: Path
) -> None:
    """P75: where new addresses are not agreed to, the stop in the same state counts anyhow."""
    campaign.add("other")
    campaign.sign()
    follower.update()
    campaign.add("other", targets=[{"name": "Ministry", "email": "new@ministry.example"}])
    campaign.sign("--stop", "strike", "--reason", WHY)

    assert follower.update().code == 2
    assert copied.exists()
    must_not_leave(follower, "strike")


def test_news(sending: Sending, handler: Handler, follower: Follower, campaign: Campaign) -> None:
    """P75: who has written hears of the stop, also where the file has gone with it."""
    sending.env["PROTESTMAIL_STATE"] = str(follower.state)
    follower.follow(campaign)
    assert sending("--yes").code == 0
    assert len(handler.got) == 1
    campaign.add("other", title="Another")
    (campaign.path / "strike.yaml").unlink()
    campaign.sign("--stop", "strike", "--reason", WHY)
    assert "ended\tstrike" in follower.update().out

    (record,) = sending.run("news", env=sending.env).records

    assert record[:3] == ["strike", "stop action", str(campaign.manifest.issued)]
    assert WHY in record[3]


def test_it_is_not_published(
    follower: Follower, campaign: Campaign, copied: Path, tmp_path: Path
) -> None:
    """P75: nobody who follows the campaign makes a page of what it has stopped."""
    folder, to = str(copied.parent), str(tmp_path / "pages")
    stop(campaign, follower)
    whole = follower("publish", folder, "--to", to)
    single = follower("publish", folder, "--to", to, "--single", "strike")

    for done in (whole, single):
        assert done.code == 65
        assert f"this appeal was stopped, and nobody is to answer it: {WHY}" in done.err
    assert not Path(to).exists()


def test_it_is_shown(follower: Follower, campaign: Campaign, site: Site) -> None:
    """An update says first what was stopped, and why; once."""
    follower.follow(campaign, where=site.url)
    campaign.sign("--stop", "strike", "--reason", WHY)

    first, second = follower.update(), follower.update()

    assert first.records[0] == ["harbour", "stopped", "strike", str(campaign.manifest.issued), WHY]
    assert second.out == ""
