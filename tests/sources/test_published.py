"""A site that is signed as it is published, and followed from the web."""

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


def test_a_key_that_cannot_sign(publisher: Publisher, tmp_path: Path) -> None:
    """A key that is none is told before anything is written."""
    to = tmp_path / "other"
    line = ["publish", str(publisher.own), "--to", str(to), "--sign", str(tmp_path / "none")]
    done = publisher.run(*line)

    assert done.code == 2
    assert "cannot sign" in done.err
    assert not to.exists()
