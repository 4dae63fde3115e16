"""What is fetched, how, and by whom: https alone, proxies of the environment, source alone."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from makers.appeals import SIGNED
from makers.campaign import Campaign
from makers.following import Follower
from protestmail.sources import manifest
from servers.authority import authority
from servers.tunnel import tunnelling
from servers.web import Site, serving, to


def traced(follower: Follower, log: Path, *args: str) -> str:
    """Run the program under strace, and give its calls of the network."""
    strace = shutil.which("strace")
    assert strace, "install strace (Debian package strace)"
    options = [strace, "-f", "-e", "trace=%network", "-o", str(log)]
    run = follower.run
    run.new([*options, *run.command(), *args], b"", run.environ | follower.env)
    calls = log.read_text()
    assert "+++ exited" in calls, "strace has seen nothing: may it use ptrace here?"
    return "\n".join(one for one in calls.splitlines() if "AF_INET" in one)


QUIET = [
    ["list", "--all"],
    ["show", "harbour/strike"],
    ["render", "strike", "--mailto", *SIGNED],
    ["send", "strike", "--dry-run", *SIGNED],
    ["news"],
    ["source", "list"],
    ["source", "remove", "harbour"],
]


def test_only_source_opens_sockets(
    follower: Follower, campaign: Campaign, site: Site, tmp_path: Path
) -> None:
    """P77: adding and updating speak to the source's host; nothing else speaks to anybody."""
    log, near = tmp_path / "log", ["--key", campaign.fingerprint, "--yes"]

    added = traced(follower, log, "source", "add", "harbour", site.url, *near)
    updated = traced(follower, log, "source", "update")
    quiet = {" ".join(args): traced(follower, log, *args) for args in QUIET}
    folder = traced(follower, log, "source", "add", "near", str(campaign), *near)
    signed = traced(follower, log, "sign", str(campaign), "--key", str(campaign.key))

    port = f"htons({urlsplit(site.url).port})"
    for calls in (added, updated):
        addressed = [one for one in calls.splitlines() if "connect(" in one]
        assert addressed
        assert all(port in one and '"127.0.0.1"' in one for one in addressed)
    assert quiet == dict.fromkeys(quiet, "")
    assert (folder, signed) == ("", "")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://campaign.example/", "only https is"),
        ("ftp://campaign.example/", "only https is"),
        ("file:///etc/", "only https is"),
        ("https://user:pass@campaign.example/", "no address of a folder"),
        ("https://campaign.example/?page=1", "no address of a folder"),
        ("https:///appeals/", "no address of a folder"),
        ("https://campaign.example:port/", "no address"),
        ("no/such/folder", "there is no folder"),
    ],
)
def test_what_is_no_place(follower: Follower, campaign: Campaign, url: str, told: str) -> None:
    """An address that is not https, or not one of a folder, is refused before anything is asked."""
    done = follower("source", "add", "harbour", url, "--key", campaign.fingerprint, "--yes")

    assert done.code == 2
    assert told in done.err


def test_whoever_cannot_prove_its_name(
    follower: Follower, campaign: Campaign, tmp_path: Path
) -> None:
    """P74: a host without a certificate that is believed is told nothing and believed nothing."""
    other = authority(tmp_path, "campaign.example")
    follower.env["SSL_CERT_FILE"] = str(other.file)
    with serving(campaign.path, other.server) as site:
        args = ["source", "add", "harbour", site.url, "--key", campaign.fingerprint, "--yes"]
        done = follower(*args)

    assert done.code == 78
    assert "cannot prove that it is that" in done.err
    assert site.asked == []


def test_on_the_same_host(follower: Follower, campaign: Campaign, site: Site) -> None:
    """A file that the host has moved to another place on it is fetched from there."""
    (campaign.path / "elsewhere").mkdir()
    (campaign.path / manifest.NAME).rename(campaign.path / "elsewhere" / "m")
    site.acts[manifest.NAME] = to("/elsewhere/m")

    done = follower.follow(campaign, where=site.url)

    assert "/elsewhere/m" in site.asked
    assert f"asking {site.url}, whose host learns" in done.err


def test_the_address_of_the_manifest_will_do(
    follower: Follower, campaign: Campaign, site: Site
) -> None:
    """Whoever gives the manifest's own address, or no / at the end, means its folder."""
    for number, where in enumerate([f"{site.url}manifest.json", site.url.rstrip("/")]):
        follower.follow(campaign, f"name-{number}", where)
        (one,) = follower("source", "list", "--json").json["sources"]
        assert one["place"] == site.url
        assert follower("source", "remove", f"name-{number}").code == 0


@pytest.mark.parametrize("kind", ["HTTPS_PROXY=http", "ALL_PROXY=socks5h"])
@pytest.mark.parametrize("host", ["127.0.0.1", "campaigncampaigncampaign.onion"])
def test_by_a_proxy(
    follower: Follower, campaign: Campaign, tmp_path: Path, host: str, kind: str
) -> None:
    """The environment's proxy is used, with its login; a name of Tor's is asked of nobody else."""
    ca, (name, scheme) = authority(tmp_path, host), kind.split("=")
    with serving(campaign.path, ca.server) as site, tunnelling(urlsplit(site.url).port or 0) as one:
        follower.env |= {"SSL_CERT_FILE": str(ca.file), name: f"{scheme}://{one.at}"}

        follower.follow(campaign, where=f"https://{host}:9/")

    if scheme == "http":
        assert one.asked[0].startswith(f"CONNECT {host}:9 HTTP/1.")
        assert "Proxy-Authorization: Basic dXNlcjpwYXNzIHdvcmQ=" in one.asked[0]
    else:
        assert one.asked == [f"SOCKS user:pass word@{host}:9"]


@pytest.mark.parametrize(
    ("env", "code", "told"),
    [
        ({}, 78, "is reached through Tor only"),
        ({"all_proxy": "quic://127.0.0.1:9050"}, 78, "not one that can be used"),
        ({"https_proxy": "http://127.0.0.1:1", "no_proxy": "x.example, onion"}, 78, "Tor only"),
        ({"https_proxy": "http://127.0.0.1:1"}, 75, "did not come"),
        ({"all_proxy": "socks5h://127.0.0.1:1"}, 75, "did not come"),
    ],
)
def test_tor_without_tor(
    follower: Follower,
    campaign: Campaign,
    env: dict[str, str],
    code: int,
    told: str,
    tmp_path: Path,
) -> None:
    """A name of Tor's is never asked of the name service; a proxy that is none is told of."""
    follower.env |= env
    url = "https://campaigncampaigncampaign.onion/"
    key = ["--key", campaign.fingerprint]
    done = follower("source", "add", "harbour", url, *key, "--yes")

    assert done.code == code
    assert told in done.err
    assert "AF_INET" not in traced(follower, tmp_path / "log", "source", "add", "x", url, *key) or (
        code == 75
    )
