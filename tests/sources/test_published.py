"""A site that is signed as it is published, and followed from the web."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.campaign import Campaign
from makers.following import Follower, web
from makers.program import Program, Ran
from protestmail.sources import manifest


class Publisher(Campaign):
    """A campaign that publishes its folder; what others get is the site."""

    def __init__(self, run: Program, folder: Path) -> None:
        super().__init__(run, folder / "pages")
        self.own = Folder(folder / "own")

    def publish(self, *args: str) -> Ran:
        """Publish, and sign unless ``args`` say otherwise."""
        line = ["publish", str(self.own), "--to", str(self.path), *args]
        done = self.run(*line)
        assert done.code == 0, done.err
        return done

    def signed(self) -> Ran:
        """Publish and sign."""
        return self.publish("--sign", str(self.key))


@pytest.fixture
def publisher(run: Program, tmp_path: Path) -> Publisher:
    """Give a campaign that has published and signed one appeal."""
    made = Publisher(run, tmp_path)
    made.own.add()
    made.signed()
    return made


def test_a_site_is_followed(publisher: Publisher, follower: Follower, tmp_path: Path) -> None:
    """P74: what is published with --sign is followed over https, its pages left where they are."""
    with web(follower, publisher, tmp_path) as site:
        follower.follow(publisher, where=site.url)
        publisher.own.add("second")
        publisher.signed()
        told = follower.update()

    assert told.records[0][:3] == ["harbour", "new", "second"]
    assert {one[0] for one in follower("list").records} >= {"strike", "second"}
    assert not [name for name in follower.snapshot if name.endswith(".html")]


def test_the_manifest_is_of_today(publisher: Publisher) -> None:
    """A signed site holds from the day on which it is signed; without changes no byte changes."""
    files = {one: one.read_bytes() for one in publisher.path.rglob("*") if one.is_file()}
    again = publisher.signed()

    assert "0 written" in again.err
    assert publisher.manifest.issued >= date(2026, 11, 1)
    assert (publisher.manifest.expires - publisher.manifest.issued).days == manifest.DAYS
    assert {one: one.read_bytes() for one in publisher.path.rglob("*") if one.is_file()} == files


def test_a_signature_of_before_is_told(publisher: Publisher) -> None:
    """Who publishes a change without signing it hears that nobody takes it."""
    same = publisher.publish()
    publisher.own.add("second")
    changed = publisher.publish()

    assert "--sign" not in same.err
    assert "nobody takes it any more: add --sign KEY" in changed.err


def test_what_was_stopped_stays_at_home(publisher: Publisher) -> None:
    """P75: an appeal that the manifest has stopped is not published as if it were open."""
    publisher.sign("--stop", "strike", "--reason", "Their lawyers ask us to stop.")
    done = publisher.run("publish", str(publisher.own), "--to", str(publisher.path))

    assert done.code == 65
    assert "this appeal was stopped" in done.err
    publisher.own.add(status="withdrawn", closed="2026-11-20", outcome="Their lawyers ask us to.")
    publisher.signed()
    assert [one.id for one in publisher.manifest.stopped] == ["strike"]


def test_a_stop_that_is_signed_at_home_reaches_the_site(publisher: Publisher) -> None:
    """P75: what `sign` has stopped in the folder of appeals is not published either.

    Nor is it forgotten when its file is gone: the site's followers hear of it.
    """
    home = ["sign", str(publisher.own), "--key", str(publisher.key), "--stop", "strike"]
    publisher.run(*home, "--reason", "Their lawyers ask us to stop.")
    line = ["publish", str(publisher.own), "--to", str(publisher.path)]
    done, single = publisher.run(*line), publisher.run(*line, "--single", "strike")

    assert (done.code, single.code) == (65, 65)
    assert "this appeal was stopped" in done.err
    publisher.own.add("second")
    (publisher.own.path / "strike.yaml").unlink()
    publisher.signed()
    (stop,) = publisher.manifest.stopped
    assert (stop.id, stop.reason) == ("strike", "Their lawyers ask us to stop.")


def test_a_damaged_manifest_of_the_own_folder_stops_it(publisher: Publisher) -> None:
    """P75: where it cannot be known what was stopped at home, nothing is published."""
    (publisher.own.path / manifest.NAME).write_text("{}")
    done = publisher.run("publish", str(publisher.own), "--to", str(publisher.path))

    assert done.code == 2
    assert "put back the one that was written there" in done.err


def test_who_has_published_drafts_only_has_no_name_yet(run: Program, tmp_path: Path) -> None:
    """A campaign is called as the issuer of its first appeal, also where it began with a draft."""
    publisher = Publisher(run, tmp_path)
    publisher.own.add(status="draft")
    publisher.signed()
    publisher.own.add()
    publisher.signed()

    assert publisher.manifest.name == "Campaign"


def test_a_key_that_cannot_sign(publisher: Publisher, tmp_path: Path) -> None:
    """A key that is none is told before anything is written."""
    to = tmp_path / "other"
    line = ["publish", str(publisher.own), "--to", str(to), "--sign", str(tmp_path / "none")]
    done = publisher.run(*line)

    assert done.code == 2
    assert "cannot sign" in done.err
    assert not to.exists()


def answering(folder: Path, passphrase: str) -> dict[str, str]:
    """Give the environment of somebody who answers ssh-keygen with a passphrase."""
    answer = folder / "answer"
    answer.write_text(f"#!/bin/sh\necho {passphrase}\n")
    answer.chmod(0o700)
    return {"SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force"}


@pytest.mark.parametrize("how", ["publish", "sign", "stop"])
def test_a_wrong_passphrase_leaves_all_as_it_was(
    publisher: Publisher, follower: Follower, tmp_path: Path, how: str
) -> None:
    """P74: where no signature can be made, followers still find the one of before in place."""
    follower.follow(publisher)
    publisher.lock()
    publisher.own.add("second")
    lines: dict[str, Sequence[str]] = {
        "publish": ["publish", str(publisher.own), "--to", str(publisher), "--sign"],
        "sign": ["sign", str(publisher), "--serial", "2", "--key"],
        "stop": ["sign", str(publisher), "--stop", "strike", "--reason", "They ask us.", "--key"],
    }
    before = {one: one.read_bytes() for one in publisher.path.rglob("*") if one.is_file()}
    done = publisher.run(*lines[how], str(publisher.key), env=answering(tmp_path, "wrong"))
    after = {one: one.read_bytes() for one in publisher.path.rglob("*") if one.is_file()}
    told = follower.update()
    again = publisher.run(*lines[how], str(publisher.key), env=answering(tmp_path, "secret"))

    assert (done.code, after) == (2, before), done.err
    assert "cannot sign" in done.err
    assert told.code == 0, told.err
    assert (again.code, publisher.manifest.serial) == (0, 2), again.err
    assert follower.update("--yes").code == 0


def test_an_interrupted_signature_leaves_the_site_as_it_was(
    publisher: Publisher, follower: Follower
) -> None:
    """P74: Ctrl-C at the question for the passphrase: nothing of the new site has taken place."""
    follower.follow(publisher)
    publisher.lock()
    publisher.own.add("second")
    before = {one: one.read_bytes() for one in publisher.path.rglob("*") if one.is_file()}
    line = ["publish", str(publisher.own), "--to", str(publisher), "--sign", str(publisher.key)]
    with publisher.run.dialogue(*line) as person:
        person.expect("passphrase")
        person.press(b"\x03")
        code = person.end()

    assert code == 130
    assert {one: one.read_bytes() for one in publisher.path.rglob("*") if one.is_file()} == before
    assert follower.update().code == 0
