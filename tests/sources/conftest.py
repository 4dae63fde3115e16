"""A campaign and somebody who follows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from makers.campaign import Campaign
from makers.following import Follower, web
from makers.program import Program
from servers.web import Site


@pytest.fixture
def campaign(run: Program, tmp_path: Path) -> Campaign:
    """Give a campaign that has signed one appeal."""
    made = Campaign(run, tmp_path / "campaign")
    made.add()
    made.sign()
    return made


@pytest.fixture
def follower(run: Program, tmp_path: Path) -> Follower:
    """Give somebody who follows nobody yet."""
    return Follower(run, tmp_path / "state")


@pytest.fixture
def site(follower: Follower, campaign: Campaign, tmp_path: Path) -> Iterator[Site]:
    """Give the campaign's web space."""
    with web(follower, campaign, tmp_path) as made:
        yield made
