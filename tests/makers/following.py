"""Somebody who follows a campaign, from a folder or from a web space."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from makers.campaign import Campaign
from makers.program import Program, Ran
from servers.authority import authority
from servers.web import Site, serving

HURRIED = "from protestmail.sources import fetch as f; f.LIMITS = f.Limits(step=5, file=1.5)"
"""A prelude: a run that does not wait long."""


def on(day: str) -> str:
    """Give a prelude by which it is another day."""
    return (
        "from datetime import date; from protestmail.cli.app import App; "
        f"App.today = property(lambda _: date.fromisoformat('{day}'))"
    )


class Follower:
    """The program of somebody who follows; ``snapshot`` is all that it keeps of sources."""

    def __init__(self, run: Program, state: Path) -> None:
        self.run, self.state = run, state
        self.env = {"PROTESTMAIL_STATE": str(state)}

    def __call__(self, *args: str, prelude: str = "", stdin: bytes = b"") -> Ran:
        """Run the program."""
        return self.run(*args, env=self.env, prelude=prelude, stdin=stdin)

    def follow(self, campaign: Campaign, name: str = "harbour", where: str = "") -> Ran:
        """Follow a campaign, by its folder or at an address."""
        place = where or str(campaign.path)
        done = self("source", "add", name, place, "--key", campaign.fingerprint, "--yes")
        assert done.code == 0, done.err
        return done

    def update(self, *args: str, prelude: str = HURRIED) -> Ran:
        """Look what is new."""
        return self("source", "update", *args, prelude=prelude)

    @property
    def snapshot(self) -> dict[str, bytes]:
        """Every file that is kept of sources."""
        folder = self.state / "sources"
        every = (one for one in folder.rglob("*") if one.is_file() and one.name != "lock")
        return {str(one.relative_to(folder)): one.read_bytes() for one in every}


@contextmanager
def web(follower: Follower, campaign: Campaign, folder: Path) -> Iterator[Site]:
    """Serve a campaign's folder over https, by a certificate that the follower believes."""
    ca = authority(folder, "127.0.0.1")
    follower.env["SSL_CERT_FILE"] = str(ca.file)
    with serving(campaign.path, ca.server) as site:
        yield site
