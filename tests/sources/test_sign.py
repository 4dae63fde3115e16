"""``protestmail sign``: a folder of appeals becomes one that can be followed."""

import os
from pathlib import Path

import pytest

from makers.campaign import Campaign
from makers.following import Follower
from makers.program import Program
from protestmail.sources import manifest, signature

EPOCH = {"SOURCE_DATE_EPOCH": "1796169600"}
"""The beginning of 2026-12-02."""


@pytest.fixture
def campaign(run: Program, tmp_path: Path) -> Campaign:
    """Give a folder with an appeal, its attachment and a directory."""
    made = Campaign(run, tmp_path / "campaign")
    made.add(attachments=[{"file": "photo.txt"}])
    (made.path / "strike").mkdir()
    (made.path / "strike" / "photo.txt").write_text("a photo")
    (made.path / "directory" / "embassy").mkdir(parents=True)
    contact = "FR: {name: Embassy, email: paris@embassy.example}\n"
    (made.path / "directory" / "embassy" / "KZ.yaml").write_text(contact)
    (made.path / "notes.txt").write_text("not for others")
    return made


def test_a_folder_is_signed(campaign: Campaign) -> None:
    """Appeals, attachments and directories are listed, and nothing else; all can read it."""
    done = campaign.sign(env=EPOCH)
    data = (campaign.path / manifest.NAME).read_bytes()
    armor = (campaign.path / manifest.SIGNATURE).read_bytes()

    assert [*campaign.manifest.files] == [
        "directory/embassy/KZ.yaml", "strike.yaml", "strike/photo.txt"
    ]  # fmt: skip
    assert campaign.manifest.name == "Campaign"
    assert str(campaign.manifest.issued) == "2026-12-02"
    assert signature.verify(data, armor, {campaign.fingerprint}) == campaign.fingerprint
    assert f"source add NAME {campaign} --key {campaign.fingerprint}" in done.out
    assert os.stat(campaign.path / manifest.NAME).st_mode & 0o444 == 0o444  # noqa: PTH116


def test_signing_again_changes_nothing(campaign: Campaign) -> None:
    """P73: the same folder, signed on the same day by the same key, keeps its bytes."""
    campaign.sign(env=EPOCH)
    before = [(one, one.read_bytes()) for one in campaign.path.rglob("*.*") if one.is_file()]

    campaign.sign(env=EPOCH)

    assert [
        (one, one.read_bytes()) for one in campaign.path.rglob("*.*") if one.is_file()
    ] == before


def test_what_is_withdrawn_is_stopped(campaign: Campaign) -> None:
    """An appeal that its file withdraws is a stop, which stays when the file goes."""
    ended = {"status": "withdrawn", "closed": "2026-11-28", "outcome": "They asked\nus to stop."}
    file = campaign.add("quiet", **ended)
    campaign.sign()
    file.unlink()
    campaign.sign()

    (stop,) = campaign.manifest.stopped
    assert (stop.id, str(stop.day), stop.reason) == (
        "quiet",
        "2026-11-28",
        "They asked us to stop.",
    )
    assert "quiet.yaml" not in campaign.manifest.files


def test_stopping(campaign: Campaign) -> None:
    """--stop needs a reason, and an appeal of this folder; it says what the file still says."""
    args = ["sign", str(campaign), "--key", str(campaign.key), "--stop"]

    unknown = campaign.run(*args, "strik", "--reason", "x")
    bare = campaign.run(*args, "strike")
    done = campaign.sign("--stop", "strike", "--reason", "Their lawyers ask us.")

    assert (unknown.code, bare.code) == (66, 2)
    assert 'did you mean "strike"?' in unknown.err
    assert "strike.yaml still says that it is active" in done.err
    assert campaign.manifest.stopped[0].reason == "Their lawyers ask us."


@pytest.mark.parametrize("what", ["appeal", "directory", "key", "epoch", "empty"])
def test_what_cannot_be_signed(campaign: Campaign, tmp_path: Path, what: str) -> None:
    """Mistakes in an appeal or a directory, a key that is none: told, and nothing is written."""
    key, env, code = str(campaign.key), {}, 65
    match what:
        case "appeal":
            campaign.add("other", letter="{{ nothing }}")
        case "directory":
            (campaign.path / "directory" / "embassy" / "KZ.yaml").write_text("FR: {}")
        case "key":
            key, code = str(tmp_path / "none"), 2
        case "epoch":
            env, code = {"SOURCE_DATE_EPOCH": "soon"}, 78
        case "empty":
            (campaign.path / "strike.yaml").unlink()
            code = 66

    done = campaign.run("sign", str(campaign), "--key", key, env=env)

    assert done.code == code, done.err
    assert "Traceback" not in done.err
    assert not (campaign.path / manifest.NAME).exists()


def test_drafts_stay_at_home(campaign: Campaign, follower: Follower) -> None:
    """A draft is not signed, which is said; its gaps hold up no stop, nor does it any follower.

    An appeal that its campaign takes back into a draft goes, with what is attached to it.
    """
    campaign.sign()
    follower.follow(campaign)
    campaign.add("other")
    campaign.add("draft", status="draft", letter="[YOUR LETTER]", issued="[DAY]")
    campaign.add(status="draft", attachments=[{"file": "photo.txt"}])
    done = campaign.sign("--stop", "strike", "--reason", "Their lawyers ask us.")

    assert [*campaign.manifest.files] == ["directory/embassy/KZ.yaml", "other.yaml"]
    assert "draft is a draft: nobody gets it until it says status: active" in done.err
    told = follower.update()
    assert told.code == 0, told.err
    assert not {"draft", "strike"} & {one[0] for one in follower("list", "--all").records}


def test_drafts_alone_are_not_signed(campaign: Campaign) -> None:
    """Who has finished nothing yet hears what makes an appeal of a draft."""
    campaign.add(status="draft")
    alone = campaign.run("sign", str(campaign), "--key", str(campaign.key))

    assert (alone.code, "there are only drafts in" in alone.err) == (66, True)


@pytest.mark.parametrize("left", ["nothing", "a draft"])
def test_the_last_appeal_can_be_stopped(campaign: Campaign, follower: Follower, left: str) -> None:
    """P75: where its file is gone, or a draft again, and no other is there, a stop still goes."""
    campaign.sign()
    follower.follow(campaign)
    file = campaign.add(status="draft")
    if left == "nothing":
        file.unlink()
    campaign.sign("--stop", "strike", "--reason", "Their lawyers ask us.")

    assert campaign.manifest.name == "Campaign"
    assert follower.update().records[0][:3] == ["harbour", "stopped", "strike"]


@pytest.mark.parametrize("command", ["publish", "sign"])
def test_what_is_no_draft_is_not_taken_for_one(
    campaign: Campaign, tmp_path: Path, command: str
) -> None:
    """P70: an appeal whose status is mistyped, or missing, is told and not left out."""
    campaign.add("one", status="activ")
    campaign.add("two", status=None)
    done = campaign.run(*whole(campaign, tmp_path, command))

    assert done.code == 65
    assert '"status" cannot be "activ"' in done.err
    assert "two.yaml:1:1" in done.err


@pytest.mark.parametrize("command", ["publish", "sign"])
def test_a_link_is_no_file_of_a_campaign(campaign: Campaign, tmp_path: Path, command: str) -> None:
    """P74: what no follower would read is not sent out, whether an appeal or a directory is linked.

    It may be another file tomorrow, and one of somebody else.
    """
    (campaign.path / "strike.yaml").rename(tmp_path / "elsewhere.yaml")
    (campaign.path / "strike.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (campaign.path / "directory").rename(tmp_path / "directory")
    (campaign.path / "directory").symlink_to(tmp_path / "directory")
    done = campaign.run(*whole(campaign, tmp_path, command))

    assert done.code == 65
    for name in ("strike.yaml", "directory/embassy/KZ.yaml"):
        told = "1:1: this is a link, or behind one (put the file itself in its place)"
        assert f"{campaign}/{name}:{told}" in done.err


def whole(campaign: Campaign, folder: Path, command: str) -> list[str]:
    """Give the command line that sends out all of a folder."""
    last = ["--to", str(folder / "site")] if command == "publish" else ["--key", str(campaign.key)]
    return [command, str(campaign), *last]
