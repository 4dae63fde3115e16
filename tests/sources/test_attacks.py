"""What is not what was agreed to: each attack ends in one sentence, with the old set whole."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from makers.campaign import Campaign, key
from makers.following import HURRIED, Follower, on
from protestmail.sources import manifest, signature
from servers.web import (
    Site,
    chunks,
    coded,
    cut,
    dripping,
    dripping_head,
    endless,
    saying,
    to,
    waiting,
)

M, S = manifest.NAME, manifest.SIGNATURE
OLD = ("manifest.json", "manifest.json.sig", "strike.yaml")


class Attack(NamedTuple):
    """What is done to a campaign's folder or its web space, and what is said of it."""

    act: Callable[[Campaign, Site], object]
    told: str
    code: int = 78
    near: bool = True


def rollback(campaign: Campaign, _: Site) -> None:
    """Put the first signed state in place of the second."""
    for name in OLD:
        (campaign.path / name).write_bytes((campaign.path.parent / f"old-{name}").read_bytes())


def other_content(campaign: Campaign, _: Site) -> None:
    """Sign another content by the number that was seen."""
    made = campaign.manifest
    campaign.add(title="Another title")
    campaign.sign()
    again = campaign.manifest._replace(serial=made.serial)
    campaign.forge(manifest.written(again))


def other_key(campaign: Campaign, _: Site) -> None:
    """Sign by a key that nobody agreed to."""
    campaign.key = key(campaign.path.parent, "thief")
    campaign.add(title="Stolen")
    campaign.sign()


def swapped(campaign: Campaign, _: Site) -> None:
    """Let two appeals that were both signed take each other's place."""
    campaign.add("other", title="Another")
    campaign.sign()
    one, two = campaign.path / "strike.yaml", campaign.path / "other.yaml"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def changed(campaign: Campaign, _: Site) -> None:
    """Change a file after it was signed."""
    campaign.add(title="New")
    campaign.sign()
    campaign.add(title="Not signed")


def outside(campaign: Campaign, _: Site) -> None:
    """Have the campaign's own key sign a way out of the folder."""
    tree = json.loads((campaign.path / M).read_bytes())
    tree["files"]["../../home/evil.yaml"] = "0" * 64
    campaign.forge(json.dumps(tree | {"serial": 99}).encode())


def unstopped(campaign: Campaign, _: Site) -> None:
    """Have the campaign's own key take a stop back."""
    tree = json.loads((campaign.path / M).read_bytes())
    campaign.forge(json.dumps(tree | {"serial": 99, "stopped": []}).encode())


def renamed(campaign: Campaign, _: Site) -> None:
    """Let another campaign of the same key take its place."""
    campaign.sign("--name", "Another campaign")


def grown(campaign: Campaign, _: Site) -> None:
    """Sign an appeal that is larger than any."""
    path = campaign.path / "strike.yaml"
    path.write_bytes(path.read_bytes() + b" " * (300 << 10))
    made = campaign.manifest
    files = {**made.files, "strike.yaml": sha256(path.read_bytes()).hexdigest()}
    campaign.forge(manifest.written(made._replace(serial=99, files=files)))


def again(campaign: Campaign, title: str = "New") -> None:
    """Have something new that is soundly signed."""
    campaign.add(title=title)
    campaign.sign()


def acting(path: str, act: Callable[[object], None]) -> Callable[[Campaign, Site], None]:
    """Have something new, and let the server misbehave for a path."""

    def prepare(campaign: Campaign, site: Site) -> None:
        again(campaign)
        site.acts[path] = act

    return prepare


def linked(campaign: Campaign, _: Site) -> None:
    """Put a link in the place of a file, to one outside of the folder that is the same."""
    path = campaign.path / "strike.yaml"
    path.rename(campaign.path.parent / "elsewhere.yaml")
    path.symlink_to(campaign.path.parent / "elsewhere.yaml")


def directory(campaign: Campaign, _: Site) -> None:
    """Put a directory beside the appeals that nobody signed."""
    (campaign.path / "directory").mkdir()
    (campaign.path / "directory" / "mp.yaml").write_text("FR: {}")


def forged(campaign: Campaign, _: Site) -> None:
    """Change the manifest, and leave the signature."""
    path = campaign.path / M
    path.write_bytes(path.read_bytes().replace(b'"serial": 3', b'"serial": 4'))


def namespace(campaign: Campaign, _: Site) -> None:
    """Have the right key sign it for something else: a commit, a file."""
    data = (campaign.path / M).read_bytes().replace(b'"serial": 3', b'"serial": 4')
    campaign.forge(data, "git")


FAR = False
NO_WEB = ": what answers there is no web server\n"
ATTACKS = {
    "rollback": Attack(rollback, "an old one: it is number 2, and number 3 was seen"),
    "same number": Attack(other_content, "two that differ are both signed as number 3"),
    "other key": Attack(other_key, "signed by another key"),
    "other namespace": Attack(namespace, 'made for something else ("git")'),
    "changed manifest": Attack(forged, "not what its key has signed"),
    "no signature": Attack(
        lambda one, _: (one.path / S).write_bytes(b""), "its signature is damaged, or none"
    ),
    "swapped files": Attack(swapped, "is not the file that was signed"),
    "changed file": Attack(changed, "strike.yaml is not the file that was signed"),
    "path out of the folder": Attack(outside, "cannot be one of its folder"),
    "stop removed": Attack(unstopped, 'says no more that "stopped" is stopped'),
    "another campaign": Attack(renamed, 'of another campaign now, "Another campaign"'),
    "appeal too large": Attack(grown, "larger than 256 KiB"),
    "manifest too large": Attack(
        lambda one, _: (one.path / M).write_bytes(b" " * (2 << 20)), "larger than 1024 KiB"
    ),
    "redirect": Attack(
        acting(M, to("https://elsewhere.example/")), "sends us on to https://elsewhere", near=FAR
    ),
    "redirect to http": Attack(acting("strike.yaml", to("http://127.0.0.1/")), "http:", near=FAR),
    "redirect in circles": Attack(acting(M, to(f"/{M}")), "in circles", near=FAR),
    "cut download": Attack(acting("strike.yaml", cut), "it was cut short", 75, near=FAR),
    "endless download": Attack(acting("strike.yaml", endless), "larger than 256 KiB", near=FAR),
    "endless manifest": Attack(acting(M, endless), "larger than 1024 KiB", near=FAR),
    "dripping": Attack(acting("strike.yaml", dripping), "it takes too long", 75, near=FAR),
    "cut chunks": Attack(acting("strike.yaml", chunks), "it was cut short", 75, near=FAR),
    "gzip": Attack(acting("strike.yaml", coded), "not the file that was signed", near=FAR),
    "for ever to come": Attack(acting(M, waiting), "it takes too long", 75, near=FAR),
    "no HTTP": Attack(
        acting(M, saying(b"HTTP/1.1 abc\r\nEvil: type this\r\n" * 9)), NO_WEB, 75, near=FAR
    ),
    "a word of the host's": Attack(
        acting(M, saying(b"HTTP/1.1 503 \x1b[31mRun this\r\n\r\n")),
        "answers 503 Service Unavailable\n",
        75,
        near=FAR,
    ),
    "redirect nowhere": Attack(acting(M, to("https://[::1")), NO_WEB, 75, near=FAR),
    "redirect of a control": Attack(acting(M, to("/a\x01b c")), NO_WEB, 75, near=FAR),
    "dripping head": Attack(acting(M, dripping_head), "it takes too long", 75, near=FAR),
}


@pytest.fixture
def started(campaign: Campaign) -> Campaign:
    """Give a campaign with a past: it has signed twice, and stopped something."""
    campaign.add("stopped")
    campaign.sign()
    for name in OLD:
        (campaign.path.parent / f"old-{name}").write_bytes((campaign.path / name).read_bytes())
    campaign.sign("--stop", "stopped", "--reason", "They asked us.")
    return campaign


def must_stay(follower: Follower, attack: Attack, prelude: str = HURRIED) -> None:
    """Fail where an update takes anything, or does not say in one sentence why not."""
    before, listed = follower.snapshot, follower("list", "--json").out

    done = follower.update("harbour", prelude=prelude)

    assert done.code == attack.code, done.err
    assert attack.told in done.err
    assert done.err.startswith("protestmail: harbour: ")
    assert len(done.err.splitlines()) == 2, "one sentence, and the way out"
    assert done.out == ""
    assert follower.snapshot == before
    assert follower("list", "--json").out == listed or not attack.near


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_from_the_web(started: Campaign, follower: Follower, site: Site, attack: Attack) -> None:
    """P74: whatever a host does, nothing of it is taken, and what was there stays whole."""
    follower.follow(started, where=site.url)

    attack.act(started, site)

    must_stay(follower, attack)


NEAR = {name: one for name, one in ATTACKS.items() if one.near} | {
    "unlisted file": Attack(
        lambda one, _: one.add("new"), "new.yaml lies there, and is not one of the files"
    ),
    "unlisted directory": Attack(directory, "directory/mp.yaml lies there"),
    "link": Attack(linked, "strike.yaml: "),
}


@pytest.mark.parametrize("attack", NEAR.values(), ids=NEAR.keys())
def test_from_a_folder(started: Campaign, follower: Follower, site: Site, attack: Attack) -> None:
    """P74: the same for a folder of this machine, whatever has come into it."""
    follower.follow(started)

    attack.act(started, site)

    before = follower.snapshot
    done = follower.update("harbour")
    assert (done.code, done.out) == (attack.code, ""), done.err
    assert attack.told in done.err
    assert len(done.err.splitlines()) == 2
    assert follower.snapshot == before


@pytest.mark.parametrize("far", [True, False])
def test_a_freeze(started: Campaign, follower: Follower, site: Site, *, far: bool) -> None:
    """P76: a host that shows the same for ever is told of as soon as it is past its day."""
    follower.follow(started, where=site.url if far else "")

    early = follower.update(prelude=on(str(started.manifest.expires)))
    late = on("2099-01-01")
    frozen = Attack(lambda *_: None, "a stop action may have been missed", 75, near=False)
    before = follower.snapshot
    done = follower.update("harbour", prelude=late)

    assert early.code == 0, early.err
    assert done.code == frozen.code
    assert frozen.told in done.err
    assert follower.snapshot == before


def test_the_spare(started: Campaign, follower: Follower, tmp_path: Path) -> None:
    """The spare key takes over; what the first key signed before does not come back."""
    spare = key(tmp_path, "spare")
    keys = ["--key", started.fingerprint, "--key", f"{spare}.pub"]
    assert follower("source", "add", "harbour", str(started), *keys, "--yes").code == 0
    first = {name: (started.path / name).read_bytes() for name in OLD}

    started.key = spare
    started.add(title="By the spare")
    started.sign()
    taken = follower.update()
    for name, data in first.items():
        (started.path / name).write_bytes(data)
    back = follower.update()

    assert taken.code == 0, taken.err
    assert "changed\tstrike" in taken.out
    assert back.code == 78
    assert "older than the one that was taken last" in back.err


def test_removing_forgets_no_number(started: Campaign, follower: Follower, site: Site) -> None:
    """P74: a source that is added anew is still not taken back to an older state."""
    follower.follow(started)
    follower("source", "remove", "harbour")
    rollback(started, site)

    agreed = ["--key", started.fingerprint, "--yes"]
    done = follower("source", "add", "again", str(started), *agreed)

    assert done.code == 78
    assert "an old one" in done.err
    assert signature.NAMESPACE == "protestmail-appeals"
