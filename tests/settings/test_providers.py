"""What is known of mail providers: ``providers.toml`` as a whole, and how it is looked up."""

import re
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from protestmail.address import WEBMAIL
from protestmail.settings import providers
from protestmail.settings.account import NONE, STARTTLS, TLS, Account, account_of
from protestmail.settings.judge import PORTS
from protestmail.settings.profiles import Profile

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    files("protestmail").joinpath("settings/providers.toml").read_text("utf-8")
)
ENTRY = pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
WITHOUT_SERVER = {"note", "origin", "secret", "domains", "host"}
OPTIONAL = {"checked", "per_minute", "hides_ip", "note"}
SECRETS = {"password", "app-password", "token", "bridge", "none"}
UNKNOWN = {"sina.com"}
"""Domains of private mailboxes of whose servers nothing firm is known."""
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


@ENTRY
def test_an_entry_is_complete(entry: dict[str, Any]) -> None:
    """Each entry has what its head says that it has, and nothing that nobody reads."""
    needed = WITHOUT_SERVER | ({"port", "security"} if entry["host"] else set())

    assert needed - OPTIONAL <= entry.keys() <= needed | OPTIONAL
    assert entry["domains"]
    assert entry["secret"] in SECRETS
    assert (entry["secret"] == "none") is (not entry["host"])
    assert entry["origin"].startswith("https://")
    assert entry["note"].endswith(".")
    assert "\n" not in entry["note"]
    assert isinstance(entry.get("checked", date.min), date)
    assert 0 < entry.get("per_minute", 1) <= 30
    assert entry.get("hides_ip", True) is True


@ENTRY
def test_the_way_there_is_encrypted(entry: dict[str, Any]) -> None:
    """P33: no provider is reached without encryption; each port is the usual one of its way.

    Only a bridge listens on this machine, at a port of its own.
    """
    if not entry["host"]:
        return
    assert entry["security"] in {TLS, STARTTLS}
    if entry["secret"] == "bridge":
        assert Account(entry["host"], entry["port"], entry["security"]).stays_here
    else:
        assert DOMAIN.fullmatch(entry["host"])
        assert entry["port"] == PORTS[entry["security"]]


def test_a_domain_has_one_entry() -> None:
    """Domains are in lower case, well-formed, and each in one entry only."""
    domains = [one for entry in TABLE.values() for one in entry["domains"]]

    assert [one for one in domains if not DOMAIN.fullmatch(one)] == []
    assert sorted(domains) == sorted(set(domains))


def test_private_mailboxes_are_known() -> None:
    """At whatever domain private people have their mailboxes, the server is known, or said to be.

    Nothing is known of a few; a domain that has become known is to be taken from their list.
    """
    assert {one for one in WEBMAIL if providers.find(one) is None} == UNKNOWN


@pytest.mark.parametrize("name", TABLE)
def test_each_is_found(name: str) -> None:
    """A domain is looked up in any case; what comes is what the entry says."""
    entry = TABLE[name]
    for domain in entry["domains"]:
        found = providers.find(domain.upper())
        assert found is not None
        assert (found.name, found.host, found.note) == (name, entry["host"], entry["note"])
        assert (found.port, found.security) == (entry.get("port", 0), entry.get("security", ""))
        assert (found.secret, found.origin) == (entry["secret"], entry["origin"])


@pytest.mark.parametrize("domain", ["mail.gmail.com", "gmail.co", "xgmail.com", "", "com", "gmail"])
def test_what_is_not_found(domain: str) -> None:
    """Only a whole domain is a provider's: neither a part of one nor a name below it."""
    assert providers.find(domain) is None


@pytest.mark.parametrize("name", [name for name, entry in TABLE.items() if entry["host"]])
def test_an_address_is_enough(name: str) -> None:
    """With an address at a known provider, there is an account: its server, encrypted."""
    entry = TABLE[name]
    email = f"aliya@{entry['domains'][0]}"

    found = account_of({"PROTESTMAIL_EMAIL": email}, Profile())

    assert (found.host, found.port) == (entry["host"], entry["port"])
    assert found.security == entry["security"] != NONE
    assert (found.user, found.email, found.secret.kind) == (email, email, "prompt")
