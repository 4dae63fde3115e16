"""One certificate of the user's own, and a program on this machine: who is believed, for what."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from makers.program import Program
from protestmail.errors import SettingsProblem, Untrusted
from protestmail.journal.journal import Journal
from protestmail.sending import dispatch
from protestmail.sending.agenda import queue
from protestmail.settings.account import LOCAL, STARTTLS, TLS, Account
from protestmail.settings.secret import PASSWORD, Secret
from servers.authority import authority
from servers.fault_acts import say
from servers.fault_judge import MESSAGES, states
from servers.fault_server import EVERY, SECRET, USER, Fault, FaultServer, leaks

PAST = datetime(2020, 1, 1, tzinfo=UTC)
ENCRYPTED = pytest.mark.parametrize("security", [TLS, STARTTLS])


def self_signed(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """Make what a bridge or a server of one's own shows, as openssl makes it; give it as text."""
    folder.mkdir(exist_ok=True)
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    named = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{name}", "-days", "1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "own.pem")]
    subprocess.run(["openssl", *made, *named, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "own.pem", folder / "key.pem")
    return context, (folder / "own.pem").read_text()


def attempt(folder: Path, account: Account) -> str:
    """Send a letter; give its state."""
    with Journal(folder / "state") as journal:
        numbers = queue(journal, MESSAGES[:1], 0)
        list(dispatch.carry_out(numbers, journal, account, SECRET))
        return states(list(journal.entries()))


@ENCRYPTED
def test_a_certificate_of_ones_own(tmp_path: Path, security: str) -> None:
    """P88: a server that shows the very certificate which was saved is believed."""
    context, text = self_signed(tmp_path / "own", "127.0.0.1")
    with FaultServer(security=security, context=context) as server:
        state = attempt(tmp_path, replace(server.account, certificate=text))

    assert state == "A"
    assert not leaks(server.plain)


def test_a_certificate_that_somebody_has_signed(tmp_path: Path) -> None:
    """P88: it may be one of an authority that nobody knows, without the authority's own."""
    theirs = authority(tmp_path)
    with FaultServer(security=TLS, context=theirs.server) as server:
        shown = ssl.get_server_certificate(("127.0.0.1", server.port))
        state = attempt(tmp_path, replace(server.account, certificate=shown))
        whole = replace(server.account, certificate=theirs.file.read_text())

    assert state == "A"
    with FaultServer(security=TLS, context=theirs.server) as server:
        assert attempt(tmp_path / "2", replace(whole, port=server.port)) == "A"


@ENCRYPTED
def test_another_certificate(tmp_path: Path, security: str) -> None:
    """P88: whoever shows another than the saved one is not, be it vouched for by an authority."""
    _, text = self_signed(tmp_path / "own", "127.0.0.1")
    context, _ = self_signed(tmp_path / "theirs", "127.0.0.1")
    with (
        FaultServer(security=security, context=context) as server,
        pytest.raises(Untrusted, match="cannot prove that it is 127") as stopped,
    ):
        attempt(tmp_path, replace(server.account, certificate=text))

    assert "does not show the certificate in PROTESTMAIL_SMTP_CERTIFICATE" in str(stopped.value)
    assert "somebody may be in between" in stopped.value.hint
    assert not leaks(server.plain)


def test_it_is_for_its_host_only(tmp_path: Path) -> None:
    """P88: the saved certificate proves the name that stands in it, and no other."""
    context, text = self_signed(tmp_path / "own", "127.0.0.2")
    with (
        FaultServer(security=TLS, context=context) as server,
        pytest.raises(Untrusted, match="its certificate is for another name") as stopped,
    ):
        attempt(tmp_path, replace(server.account, certificate=text))

    assert "set PROTESTMAIL_SMTP_HOST" in stopped.value.hint


def test_an_authority_of_the_system_is_no_way_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P88: where one certificate is to be believed, the authorities are not."""
    theirs = authority(tmp_path)
    theirs.trust(monkeypatch)
    _, text = self_signed(tmp_path / "own", "127.0.0.1")
    with FaultServer(security=TLS, context=theirs.server) as server, pytest.raises(Untrusted):
        attempt(tmp_path, replace(server.account, certificate=text))


def test_the_way_out_is_named(tmp_path: Path) -> None:
    """P32: where nobody vouches, the hint is the certificate; for a date, the date."""
    context, _ = self_signed(tmp_path / "own", "127.0.0.1")
    with FaultServer(security=TLS, context=context) as server, pytest.raises(Untrusted) as nobody:
        attempt(tmp_path, server.account)
    assert "PROTESTMAIL_SMTP_CERTIFICATE=FILE" in nobody.value.hint
    assert "name" not in nobody.value.hint

    old = authority(tmp_path, not_before=PAST, not_after=PAST + timedelta(days=9))
    text = old.file.read_text()
    with FaultServer(security=TLS, context=old.server) as server, pytest.raises(Untrusted) as dated:
        attempt(tmp_path / "2", replace(server.account, certificate=text))
    assert "not valid today" in dated.value.message
    assert "this machine's date" in dated.value.hint


FILES: list[tuple[str | bytes | None, str]] = [
    (None, "cannot be read: no such file"),
    ("no certificate", "is no certificate in the form that is called PEM"),
    (b"0\x82\x01\n\xff", "is no certificate in the form that is called PEM"),
    ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds no certificate"),
    ("-----BEGIN CERTIFICATE-----\n", "holds no certificate"),
]


@pytest.mark.parametrize(("data", "told"), FILES)
def test_files_that_hold_none(
    run: Program, tmp_path: Path, data: str | bytes | None, told: str
) -> None:
    """P86: a file that is missing, or no certificate, is told at once, by each command."""
    file = tmp_path / "own.pem"
    if data is not None:
        file.write_bytes(data.encode() if isinstance(data, str) else data)
    env = {
        "PROTESTMAIL_NAME": "Aliya",
        "PROTESTMAIL_EMAIL": "aliya@branch.example",
        "PROTESTMAIL_SMTP_HOST": "127.0.0.1",
        "PROTESTMAIL_SMTP_PASSWORD": SECRET,
        "PROTESTMAIL_SMTP_CERTIFICATE": str(file),
    }

    done = run("doctor", env=env)

    assert done.code == 78
    assert told in " ".join((done.out + done.err).split())
    assert "Traceback" not in done.err


@pytest.fixture
def proxy() -> Iterator[FaultServer]:
    """Give a program on this machine that takes a password without encryption."""
    with FaultServer(Fault("ehlo", say(b"250-x\r\n250 AUTH PLAIN"), EVERY)) as server:
        yield server


def test_a_program_on_this_machine(tmp_path: Path, proxy: FaultServer) -> None:
    """P34: on this machine, a proxy gets the password, without any further word."""
    login = Secret(PASSWORD, SECRET)
    account = Account("127.0.0.1", proxy.port, LOCAL, USER, login, "aliya@branch.example")

    assert attempt(tmp_path, account) == "A"
    assert any(one.startswith("AUTH") for one in proxy.commands)


@pytest.mark.parametrize("host", ["mail.example", "192.0.2.1", "::ffff:192.0.2.1"])
def test_local_is_local(host: str) -> None:
    """P34: what is not this machine is no local proxy, and is told so before it is called."""
    with pytest.raises(SettingsProblem, match="is not this machine"):
        Account(host, 1025, LOCAL)


def test_a_name_for_this_machine_that_leads_elsewhere(
    tmp_path: Path, proxy: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P34: it is looked at once more when the connection is there, before anything is said."""
    monkeypatch.setattr("protestmail.sending.wire.Wire.peer", "192.0.2.1")

    with pytest.raises(Untrusted, match="localhost is not this machine"):
        attempt(tmp_path, Account("localhost", proxy.port, LOCAL, USER, Secret(PASSWORD, SECRET)))

    assert proxy.commands == []
