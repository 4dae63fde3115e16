"""Servers that are not to be trusted: what they are not told, and what is not shown of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from protestmail.errors import LoginRefused, ProtestmailError, SettingsProblem, Untrusted
from protestmail.journal.journal import Journal
from protestmail.sending import dispatch
from protestmail.sending.agenda import queue
from protestmail.sending.session import conversation
from protestmail.settings.account import STARTTLS, TLS, Account
from protestmail.settings.secret import PASSWORD, TOKEN_COMMAND, Secret
from servers.authority import authority
from servers.fault_acts import bye, extra, say
from servers.fault_judge import MESSAGES, judge, send, states
from servers.fault_server import EVERY, SECRET, USER, Fault, FaultServer, coded, leaks

PAST = {
    "not_before": datetime(2020, 1, 1, tzinfo=UTC),
    "not_after": datetime(2021, 1, 1, tzinfo=UTC),
}
FOREIGN: list[tuple[str, Sequence[str], dict[str, Any], str]] = [
    ("unknown", ["127.0.0.1"], {}, "issuer certificate"),
    ("known", ["mail.example", "127.0.0.2"], {}, "not valid for"),
    ("known", ["127.0.0.1"], PAST, "has expired"),
]


def attempt(folder: Path, account: Account) -> tuple[str, ProtestmailError]:
    """Send a letter that must not go; give its state, and what stopped it."""
    with Journal(folder / "state") as journal:
        numbers = queue(journal, MESSAGES[:1], 0)
        with pytest.raises(ProtestmailError) as stopped:
            list(dispatch.carry_out(numbers, journal, account, SECRET))
        return states(list(journal.entries())), stopped.value


def all_of(why: BaseException, folder: Path) -> bytes:
    """Give what is left of a run: the exception with all its parts, and the journal's files."""
    kept = b"".join(file.read_bytes() for file in (folder / "state").iterdir())
    chain = [why, why.__cause__, why.__context__]
    return kept + repr([(one, str(one), vars(one)) for one in chain if one]).encode()


@pytest.mark.parametrize("security", [TLS, STARTTLS])
@pytest.mark.parametrize(("who", "names", "given", "told"), FOREIGN, ids=lambda one: str(one)[:20])
def test_a_server_that_cannot_prove_its_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    who: str,
    names: Sequence[str],
    given: dict[str, Any],
    told: str,
) -> None:
    """P32: an unknown authority, another name, an expired certificate: the end, before any AUTH."""
    authorities = {name: tmp_path / name for name in ("known", "unknown")}
    for folder in authorities.values():
        folder.mkdir()
    authority(authorities["known"]).trust(monkeypatch)
    theirs = authority(authorities[who], *names, **given)
    with FaultServer(security=security, context=theirs.server) as server:
        state, why = attempt(tmp_path, server.account)

    assert (state, type(why), why.exit_code) == ("Q", Untrusted, 78)
    assert "cannot prove that it is 127.0.0.1" in why.message
    assert told in why.message
    assert server.commands == ([] if security == TLS else ["EHLO [127.0.0.1]", "STARTTLS"])
    assert len(server.connections) == 1
    assert not leaks(server.plain)


def test_the_name_is_the_one_that_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P32: a certificate for the address does not prove the name, though it leads there."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    with FaultServer(security=TLS, context=ours.server) as server:
        login = Secret(PASSWORD, SECRET)
        state, why = attempt(tmp_path, Account("localhost", server.port, TLS, USER, login))

    assert (state, type(why)) == ("Q", Untrusted)
    assert not server.commands


OFFERS = [
    (Fault("ehlo", say(b"250-x\r\n250 AUTH PLAIN LOGIN"), EVERY), []),
    (Fault("ehlo", say(b"250-STARTTLS.\r\n250-XSTARTTLS\r\n250 AUTH PLAIN"), EVERY), []),
    (Fault("starttls", bye(b"454 not available")), ["STARTTLS"]),
    (Fault("starttls", say(b"501 what?")), ["STARTTLS"]),
    (Fault("starttls", extra(b"250-AUTH PLAIN\r\n250 x\r\n")), ["STARTTLS"]),
]


@pytest.mark.parametrize(("fault", "said"), OFFERS)
def test_starttls_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, said: list[str]
) -> None:
    """P33, P35: STARTTLS not offered, refused or preceded by bytes: nothing secret is said."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    with FaultServer(fault, security=STARTTLS, context=ours.server) as server:
        state, why = attempt(tmp_path, server.account)

    assert (state, type(why), why.exit_code) == ("Q", Untrusted, 78)
    assert server.commands == ["EHLO [127.0.0.1]", *said]
    assert len(server.connections) == 1
    assert not server.complaints
    assert not leaks(server.plain)


def test_what_was_offered_before_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P35: what was offered without encryption does not count under it (RFC 3207, 4.2)."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    before = say(b"250-x\r\n250-STARTTLS\r\n250 AUTH PLAIN", counts=True)
    script = Fault("ehlo", before), Fault("ehlo2", say(b"250 x"))
    with FaultServer(*script, security=STARTTLS, context=ours.server) as server:
        state, why = attempt(tmp_path, server.account)

    assert (state, type(why)) == ("Q", SettingsProblem)
    assert server.commands[-1] == "EHLO [127.0.0.1]"
    assert server.connections[0].count("EHLO") == 2


NO = say(b"535 5.7.8 no")
ATTEMPTS = [
    ("PLAIN LOGIN", PASSWORD, [Fault("auth", NO, EVERY)]),
    ("LOGIN", PASSWORD, [Fault("auth", NO)]),
    ("LOGIN", PASSWORD, [Fault("auth", NO, 2)]),
    ("LOGIN", PASSWORD, [Fault("auth", NO, 3)]),
    ("XOAUTH2 PLAIN", TOKEN_COMMAND, [Fault("auth", NO, EVERY)]),
    ("XOAUTH2", TOKEN_COMMAND, [Fault("auth", say(b"334 e30=")), Fault("else", NO)]),
    ("OAUTHBEARER", TOKEN_COMMAND, [Fault("auth", say(b"334 e30=")), Fault("else", NO)]),
]


@pytest.mark.parametrize(("mechanisms", "kind", "script"), ATTEMPTS)
def test_a_refused_login_is_not_tried_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mechanisms: str,
    kind: str,
    script: Sequence[Fault],
) -> None:
    """P38: whatever the mechanism and the moment, a 535 is the end of the only attempt."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    given: dict[str, Any] = {"security": TLS, "context": ours.server, "mechanisms": mechanisms}
    with FaultServer(*script, **given) as server:
        account = Account("127.0.0.1", server.port, TLS, USER, Secret(kind, SECRET))
        state, why = attempt(tmp_path, account)

    assert (state, type(why), why.exit_code) == ("Q", LoginRefused, 77)
    assert "5.7.8 no" in why.message
    assert [one.count("AUTH") for one in server.connections] == [1]
    assert not server.connections[0].count("MAIL")


ECHOES = [b"535 no: %s", b"454 later: %s", b"no code: %s", b"535-%s\r\n250 x", b"334 %s", b"%s"]


@pytest.mark.parametrize("kind", [PASSWORD, TOKEN_COMMAND])
@pytest.mark.parametrize("reply", ECHOES)
def test_a_server_that_repeats_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reply: bytes, kind: str
) -> None:
    """P39: a server that says the password back, coded or not, gets it into no message."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    given: dict[str, Any] = {"security": TLS, "mechanisms": "PLAIN XOAUTH2"}
    with FaultServer(context=ours.server, **given) as server:
        account = Account("127.0.0.1", server.port, TLS, USER, Secret(kind, SECRET))
        for form in forms(kind):
            server.script = [Fault("auth", say(reply % form), EVERY)]
            server.script += [Fault("else", say(reply % form), EVERY)]
            folder = tmp_path / str(len(server.connections))
            folder.mkdir()
            _, why = attempt(folder, account)
            assert form not in all_of(why, folder)


def test_no_part_of_the_secret_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P39: wherever a long reply is cut off, no half of the password is left at its end."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    with FaultServer(security=TLS, context=ours.server) as server:
        for before in range(0, 600, 8):
            server.script = [Fault("auth", say(b"x" * before + SECRET.encode()), EVERY)]
            with pytest.raises(ProtestmailError) as stopped, conversation(server.account, SECRET):
                pass
            assert SECRET[:9] not in str(stopped.value), before


def forms(kind: str) -> list[bytes]:
    """Give the secret as it is sent."""
    if kind == PASSWORD:
        return [SECRET.encode(), coded(SECRET), coded(f"\0{USER}\0{SECRET}")]
    return [SECRET.encode(), coded(f"user={USER}\1auth=Bearer {SECRET}\1\1")]


@pytest.mark.parametrize("step", ["mail", "rcpt1", "dot"])
def test_a_server_that_repeats_the_secret_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """P39: nor does it get into the journal by a reply to something else."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    script = Fault(step, say(f"550 to {SECRET}?".encode()))
    with (
        FaultServer(script, security=TLS, context=ours.server) as server,
        Journal(tmp_path / "state") as journal,
    ):
        numbers = queue(journal, MESSAGES[:1], 0)
        result = send(numbers, journal, server)
        entry = journal.entry(numbers[0])

    assert "550 to ***?" in f"{entry.recipients[0].reply}{result.problem}"
    assert SECRET.encode() not in all_of(result.problem or Exception(), tmp_path)
    judge([entry], server)
