"""What is followed, as other commands see it: its names, its age, what is not as it was signed."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from makers.appeals import SIGNED, Folder
from makers.campaign import Campaign
from makers.following import Follower, on
from makers.output import plain
from makers.program import Program
from makers.sending import Handler, Sending
from protestmail.sources import manifest
from servers.web import Site

LATE = "2099-01-01"
GONE = "a stop action may have been missed"


@pytest.fixture
def other(run: Program, tmp_path: Path) -> Campaign:
    """Give a second campaign, with an appeal of the same id."""
    made = Campaign(run, tmp_path / "other")
    made.add(title="Another strike", targets=[{"name": "Mill", "email": "owner@mill.example"}])
    made.sign("--name", "Another campaign")
    return made


def test_a_name_is_as_short_as_it_can_be(
    follower: Follower, campaign: Campaign, other: Campaign, appeals: Folder
) -> None:
    """ID where it is plain, NAME/ID where two sources have it, one's own folders first."""
    appeals.add("strike-of-ours")
    follower.env["PROTESTMAIL_APPEALS"] = str(appeals)
    follower.follow(campaign)
    alone = [record[0] for record in follower("list").records]
    follower.follow(other, "mill")
    both = [record[0] for record in follower("list").records]
    vague = follower("show", "strike")
    appeals.add("strike", title="Our own")
    three = [record[0] for record in follower("list").records]

    assert alone == ["strike-of-ours", "strike"]
    assert both == ["strike-of-ours", "harbour/strike", "mill/strike"]
    assert three == ["strike", "strike-of-ours", "harbour/strike", "mill/strike"]
    assert vague.code == 2
    assert '"strike" is of several: harbour/strike, mill/strike' in vague.err
    for name, title in (
        ("strike", "Our own"),
        ("harbour/strike", "Free the strike committee"),
        ("mill/strike", "Another strike"),
    ):
        assert follower("show", name, "--json").json["appeal"]["title"] == title
    assert 'did you mean "mill/strike"?' in follower("show", "mill/strik").err
    assert follower("show", "mill/strik").code == 66


@pytest.mark.parametrize("columns", [40, 120])
def test_whose_an_appeal_is(
    follower: Follower, campaign: Campaign, other: Campaign, appeals: Folder, columns: int
) -> None:
    """Where several campaigns are followed, list says of which each appeal is; show always does."""
    appeals.add("ours")
    other.add("second")
    other.sign()
    follower.env["PROTESTMAIL_APPEALS"] = str(appeals)
    follower.follow(other, "mill")
    screen = follower.run.on_terminal
    _, alone = screen("list", columns=columns, env=follower.env)
    follower.follow(campaign)
    _, both = screen("list", columns=columns, env=follower.env)
    _, shown = screen("show", "second", columns=columns, env=follower.env)

    assert "mill/" not in alone
    assert {"mill/second", "harbour/strike", "mill/strike", "ours"} <= {*plain(both).split()}
    assert follower("list").records[0][0] == "ours"
    assert "followed as mill" in plain(shown)
    assert ["followed as", "mill"] in follower("show", "mill/second").records


def test_what_is_told_to_type_works(follower: Follower, campaign: Campaign) -> None:
    """Commands that are told name the appeal as its follower does."""
    follower.follow(campaign)

    err = follower("render", "harbour/strike", *SIGNED).err

    assert "protestmail send harbour/strike --edit" in err


def test_it_is_read_as_it_was_signed(follower: Follower, campaign: Campaign) -> None:
    """P74: a file that was changed in the folder since is told of, and not used."""
    follower.follow(campaign)
    campaign.add(title="Changed by a stranger")

    for args in (["show", "strike"], ["render", "strike"], ["show", f"{campaign}/strike.yaml"]):
        done = follower(*args)
        assert done.code == 65
        assert done.out == ""
        assert "this is not what Campaign has signed" in done.err
    assert "this is not what Campaign has signed" in follower("list").err


def test_a_folder_that_went_on_waits(follower: Follower, campaign: Campaign) -> None:
    """A new signed state in the folder counts from the moment at which it is looked at."""
    follower.follow(campaign)
    campaign.add("second")
    campaign.sign()

    waiting, listed = follower("show", "strike"), follower("list")
    taken = follower.update()

    assert waiting.code == 75
    assert "protestmail source update harbour" in waiting.err
    assert "harbour has changed since you looked at it last" in listed.err
    assert taken.out == "harbour\tnew\tsecond\t\tFree the strike committee\n"
    assert follower("show", "second").code == 0


def test_a_folder_that_is_gone(follower: Follower, campaign: Campaign) -> None:
    """A stick that is not there is said to be so, and hides nothing else."""
    follower.follow(campaign)
    shutil.move(campaign.path, campaign.path.with_name("away"))

    listed, shown = follower("list"), follower("show", "harbour/strike")

    assert listed.code == 0
    assert len(listed.records) == 2
    assert f"harbour: {campaign} is not there" in listed.err
    assert (shown.code, shown.out) == (75, "")


def test_from_the_web_it_needs_no_web(follower: Follower, campaign: Campaign, site: Site) -> None:
    """What was fetched lies here, attachments and directories too; nothing else is fetched."""
    (campaign.path / "strike").mkdir()
    (campaign.path / "strike" / "photo.txt").write_text("a photo")
    campaign.add(attachments=[{"file": "photo.txt"}])
    (campaign.path / "index.html").write_text("a page")
    campaign.sign()
    follower.follow(campaign, where=site.url)
    asked = list(site.asked)
    campaign.add("second")
    campaign.sign()
    follower.update()
    new = site.asked[len(asked) :]
    shutil.rmtree(campaign.path)

    rehearsed = follower("send", "strike", "--rehearse", "--eml", "kept", *SIGNED)

    assert asked == [f"/{one}" for one in (
        manifest.NAME, manifest.SIGNATURE, "strike.yaml", "strike/photo.txt"
    )]  # fmt: skip
    assert new == [f"/{one}" for one in (manifest.NAME, manifest.SIGNATURE, "second.yaml")]
    assert rehearsed.code == 0, rehearsed.err
    assert (
        "photo.txt"
        in (follower.run.cwd / "kept")
        .joinpath(next(one.name for one in (follower.run.cwd / "kept").iterdir()))
        .read_text()
    )


def test_an_attachment_is_what_was_signed(follower: Follower, campaign: Campaign) -> None:
    """P74: an attachment that was changed in the folder goes nowhere."""
    (campaign.path / "strike").mkdir()
    (campaign.path / "strike" / "photo.txt").write_text("a photo")
    campaign.add(attachments=[{"file": "photo.txt"}])
    campaign.sign()
    follower.follow(campaign)
    (campaign.path / "strike" / "photo.txt").write_text("another")

    done = follower("send", "strike", "--rehearse", *SIGNED)

    assert done.code == 65
    assert "photo.txt is not the file it was" in done.err


def test_a_directory_is_what_was_signed(follower: Follower, campaign: Campaign) -> None:
    """P74: whom a lookup stands for is read as it was signed."""
    path = campaign.path / "directory" / "embassy" / "KZ.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("FR: {name: Embassy, email: paris@embassy.example}\n")
    campaign.add(targets=[{"name": "Your embassy", "lookup": "embassy/KZ"}])
    campaign.sign()
    follower.follow(campaign)
    sound = follower("show", "strike", "--country", "FR")
    path.write_text("FR: {name: Embassy, email: paris@evil.example}\n")
    changed = follower("show", "strike", "--country", "FR")

    assert "paris@embassy.example" in sound.out
    assert changed.code == 65
    assert "evil" not in changed.out


def test_a_changed_address_wants_a_yes(follower: Follower, campaign: Campaign) -> None:
    """P78: the address of a target is shown, old and new; without a yes nothing is taken."""
    follower.follow(campaign)
    before = follower("source", "list").out
    campaign.add(targets=[{"name": "Ministry", "email": "office@elsewhere.example"}])
    campaign.sign()

    silent = follower.update()
    with follower.run.dialogue("source", "update", env=follower.env) as talk:
        talk.expect("the address of ministry has changed")
        talk.expect("old: office@ministry.example")
        talk.expect("new: office@elsewhere.example")
        talk.expect("from now on? [y/N]")
        talk.type("n")
        refused = talk.end()
    unchanged = follower("source", "list").out
    agreed = follower.update("--yes")

    assert (silent.code, refused, agreed.code) == (2, 1, 0)
    assert "old: office@ministry.example" in silent.err
    assert unchanged == before
    assert "office@elsewhere.example" in follower("show", "strike").out


def test_past_its_day(follower: Follower, campaign: Campaign) -> None:
    """P76: list marks it, show says it, in words and for programs."""
    follower.follow(campaign)
    late = on(LATE)

    listed, shown = follower("list", prelude=late), follower("show", "strike", prelude=late)
    json = follower("list", "--json", prelude=late).json["appeals"][-1]

    assert f"not heard of harbour for {json['unheard']} days: {GONE}" in listed.err
    assert ["stale", str(json["unheard"])] in shown.records
    assert (json["source"], json["unheard"] > 20000) == ("harbour", True)
    assert GONE not in follower("list").err
    drafted = follower("render", "strike", "--eml", "drafts", *SIGNED, prelude=late)
    assert GONE in drafted.err


def test_a_silent_campaign_is_asked_about(
    sending: Sending, handler: Handler, follower: Follower, campaign: Campaign
) -> None:
    """P76: past its day a send asks; --yes does not cover it, --stale does."""
    sending.env["PROTESTMAIL_STATE"] = str(follower.state)
    follower.follow(campaign)
    late = on(LATE)

    refused = sending("--yes", prelude=late)
    none = list(handler.got)
    agreed = sending("--yes", "--stale", prelude=late)

    assert refused.code == 2
    assert GONE in refused.err
    assert "say --stale" in refused.err
    assert none == []
    assert agreed.code == 0, agreed.err
    assert handler.to == [["office@ministry.example"]]


def test_two_sources_never_mix(
    sending: Sending, handler: Handler, follower: Follower, campaign: Campaign, other: Campaign
) -> None:
    """Appeals of one id from two sources: letters, words and news of each are its own."""
    sending.env["PROTESTMAIL_STATE"] = str(follower.state)
    follower.follow(campaign)
    follower.follow(other, "mill")

    def send(name: str, *args: str) -> int:
        done = sending.run("send", name, "--yes", *args, env=sending.env)
        assert done.code == 0, done.err
        return len(handler.got)

    first = send("harbour/strike", "--own-words", "For the harbour.")
    second = send("mill/strike")
    again = send("harbour/strike"), send("mill/strike")
    other.sign("--stop", "strike", "--reason", "They asked us.")
    follower.update()
    news = sending.run("news", env=sending.env).records

    assert (first, second, again) == (1, 2, (2, 2))
    assert b"For the harbour." not in handler.got[1][1]
    assert [record[:2] for record in news] == [["mill/strike", "stop action"]]
    assert sending.run("send", "harbour/strike", "--rehearse", env=sending.env).code == 0
    assert sending.run("send", "mill/strike", "--rehearse", env=sending.env).code == 69


def test_a_fresh_machine_says_how(run: Program) -> None:
    """Where nobody is followed, list says how that is done; elsewhere it does not."""
    assert "protestmail source add NAME FOLDER --key KEY" in run("list").err
    assert "source add" not in run("list", "--all").err


def test_list_and_remove(follower: Follower, campaign: Campaign) -> None:
    """A list of sources says how old each is; what is removed is not listed any more."""
    campaign.add("over", send_before="2026-01-02")
    campaign.sign()
    follower.follow(campaign)
    (record,) = follower("source", "list").records
    (json,) = follower("source", "list", "--json").json["sources"]
    twice = follower("source", "add", "harbour", str(campaign), "--key", campaign.fingerprint)
    removed = follower("source", "remove", "harbour")
    unknown = follower("source", "remove", "harbour")

    assert record[:4] == ["harbour", "Campaign", str(campaign), "2"]
    assert (json["open"], json["keys"]) == (1, [campaign.fingerprint])
    assert (twice.code, removed.code, unknown.code) == (2, 0, 2)
    assert f'you follow "harbour" already, from {campaign}' in twice.err
    assert [one[0] for one in follower("list").records] == ["practice-letter", "practice-lookup"]


def test_completion_knows_them(follower: Follower, campaign: Campaign) -> None:
    """The shell completes what is followed."""
    follower.follow(campaign)
    env = {"_PROTESTMAIL_COMPLETE": "bash_complete", "COMP_WORDS": "protestmail show str"}

    done = follower.run(env=follower.env | env | {"COMP_CWORD": "2"})

    assert done.out.split() == ["plain,strike"]


@pytest.mark.parametrize("what", ["harbour.json", "keys/*.json", "sets/*/manifest.json"])
def test_what_is_kept_is_damaged(follower: Follower, campaign: Campaign, what: str) -> None:
    """What is kept and cannot be read stops a command in a sentence: a stop may be in it."""
    follower.follow(campaign)
    (path,) = (follower.state / "sources").glob(what)
    path.write_bytes(b"{")

    done = follower("render", "strike", *SIGNED)

    assert done.code == 78
    assert done.out == ""
    assert len(done.err.splitlines()) == 2


def test_following_what_is_past_its_day(follower: Follower, campaign: Campaign) -> None:
    """P76: whoever begins to follow a silent campaign is told so at once."""
    args = ["source", "add", "harbour", str(campaign), "--key", campaign.fingerprint, "--yes"]

    done = follower(*args, prelude=on(LATE))

    assert done.code == 75
    assert GONE in done.err
    assert "harbour" in follower("source", "list").out


def test_a_clock_that_is_set_back(follower: Follower, campaign: Campaign) -> None:
    """P76: by a clock that is a year behind, no set is ever old: an update says so."""
    follower.follow(campaign)
    issued = campaign.manifest.issued
    campaign.add(title="New")
    campaign.sign()
    back = follower.update(prelude=on(str(issued - timedelta(365))))
    again = follower.update(prelude=on(str(issued - timedelta(1))))

    assert back.code == 75
    assert "changed\tstrike" in back.out
    assert f"signed on {issued}, so nobody can tell when it is too old" in back.err
    assert again.code == 0, again.err


def test_no_is_no(follower: Follower, campaign: Campaign) -> None:
    """Whoever says no to a campaign follows nobody, and its stops count nothing."""
    campaign.sign("--stop", "strike", "--reason", "They asked us.")
    args = ["source", "add", "harbour", str(campaign), "--key", campaign.fingerprint]

    with follower.run.dialogue(*args, env=follower.env) as talk:
        talk.expect(campaign.fingerprint)
        talk.expect("Follow Campaign as harbour? [y/N]")
        talk.type("")
        code = talk.end()
    silent = follower(*args)

    assert (code, silent.code) == (1, 2)
    assert follower("source", "list").out == ""
    assert follower("render", f"{campaign}/strike.yaml", "--mailto", *SIGNED).code == 0
