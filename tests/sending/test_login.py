"""Logging in: by which way, and what providers say of a login that they refuse."""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from protestmail.commands import bare, completed
from protestmail.errors import Exit, ProtestmailError
from protestmail.sending.session import conversation
from protestmail.settings.account import TLS, Account
from protestmail.settings.environment import config_folder
from protestmail.settings.secret import COMMAND, PASSWORD, PROMPT, TOKEN_COMMAND, Secret
from servers.authority import authority
from servers.fault_acts import say
from servers.fault_server import EVERY, SECRET, Fault, FaultServer

NAME = "aliya=2,b@branch.example"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Give a server that speaks TLS; what it offers and says can be set."""
    ours = authority(tmp_path)
    ours.trust(monkeypatch)
    with FaultServer(security=TLS, context=ours.server) as server:
        yield server


def account(server: FaultServer, kind: str, email: str = "aliya@branch.example") -> Account:
    """Give an account there."""
    return replace(server.account, user=NAME, secret=Secret(kind, SECRET), email=email)


def refused(own: Account) -> ProtestmailError:
    """Try to log in, in vain."""
    with pytest.raises(ProtestmailError) as stopped, conversation(own, SECRET):
        pass
    return stopped.value


WAYS = {
    ("PLAIN LOGIN XOAUTH2", PASSWORD): ["AUTH PLAIN", f"\0{NAME}\0{SECRET}"],
    ("XOAUTH2 LOGIN", PASSWORD): ["AUTH LOGIN", NAME, SECRET],
    ("PLAIN OAUTHBEARER XOAUTH2", TOKEN_COMMAND): [
        "AUTH XOAUTH2",
        f"user={NAME}\1auth=Bearer {SECRET}\1\1",
    ],
    ("PLAIN OAUTHBEARER", TOKEN_COMMAND): [
        "AUTH OAUTHBEARER",
        f"n,a=aliya=3D2=2Cb@branch.example,\1host=127.0.0.1\1port=*\1auth=Bearer {SECRET}\1\1",
    ],
}


@pytest.mark.parametrize(("mechanisms", "kind"), WAYS)
def test_the_way(server: FaultServer, mechanisms: str, kind: str) -> None:
    """P38: of what a server offers one way is tried; names are quoted as it wants (RFC 7628)."""
    server.mechanisms = mechanisms
    with conversation(account(server, kind), SECRET):
        pass

    begin = next(n for n, one in enumerate(server.commands) if one.startswith("AUTH"))
    said = server.commands[begin : server.commands.index("QUIT")]
    words = [*said[0].split(" "), *said[1:]]
    told = [" ".join(words[:2]), *(b64decode(one).decode() for one in words[2:])]
    assert [one.replace(str(server.port), "*") for one in told] == WAYS[mechanisms, kind]


@pytest.mark.parametrize(("mechanism", "answer"), [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")])
def test_a_token_that_is_refused(server: FaultServer, mechanism: str, answer: str) -> None:
    """P38: a server that explains a refused token is answered, and says no; it was the token."""
    server.mechanisms = mechanism
    no = say(b"535 5.7.8 no")
    server.script = [Fault("auth", say(b"334 eyJzdGF0dXMiOiI0MDAifQ==")), Fault("else", no)]

    why = refused(account(server, TOKEN_COMMAND))

    assert why.exit_code == Exit.LOGIN_REFUSED
    assert "run the token command by hand" in why.hint
    assert server.commands[-1] == answer


@pytest.mark.parametrize(
    "line", [b"AUTH=PLAIN LOGIN", b"auth=login", b"AUTH LOGIN\r\n250-AUTH=LOGIN"]
)
def test_old_exchange(server: FaultServer, line: bytes) -> None:
    """P38: AUTH= before the ways to log in, as old servers say it, is read as well."""
    server.script = [Fault("ehlo", say(b"250-x\r\n250-" + line + b"\r\n250 OK", counts=True))]

    with conversation(account(server, PASSWORD), SECRET):
        pass

    assert any(one.startswith("AUTH ") for one in server.commands)


@pytest.mark.parametrize(
    ("offered", "kind", "told", "hint"),
    [
        ("XOAUTH2 OAUTHBEARER", PASSWORD, "a token (XOAUTH2, OAUTHBEARER)", "_TOKEN_COMMAND"),
        ("PLAIN CRAM-MD5", TOKEN_COMMAND, "a password (PLAIN)", "_PASSWORD_COMMAND"),
        ("GSSAPI NTLM", PASSWORD, "no login that is spoken here", "ask your provider"),
    ],
)
def test_no_way(server: FaultServer, offered: str, kind: str, told: str, hint: str) -> None:
    """P84: a server that takes no password says that a token would do, and by which setting."""
    server.mechanisms = offered

    why = refused(account(server, kind))

    assert (told in why.message, hint in why.hint) == (True, True), (why.message, why.hint)
    assert not any(one.startswith("AUTH") for one in server.commands)


GMAIL, YAHOO = "somebody@gmail.com", "somebody@yahoo.com"
OFFICE = "535 5.7.139 Authentication unsuccessful"
SAYS = [
    ("550 5.7.30 Basic authentication is not supported", "", 77, "no password", "TOKEN_COMMAND"),
    (f"{OFFICE}, basic authentication is disabled. x", "", 77, "no password", "TOKEN_COMMAND"),
    (f"{OFFICE}, the user credentials were incorrect.", "", 77, "refuses the login", "password"),
    (
        f"{OFFICE}, SmtpClientAuthentication is disabled for the Tenant. Visit https://a.example",
        *("", 77, "lets no program send", "Authenticated SMTP"),
    ),
    (
        f"{OFFICE}, the request did not meet the criteria to be authenticated successfully.",
        *("", 77, "lets no program send", "ask whoever manages it"),
    ),
    ("535 5.7.3 Authentication unsuccessful", "", 77, "refuses the login", "app password"),
    ("534 5.7.9 Application-specific password required", GMAIL, 77, "app password", "2-Step"),
    ("534 5.7.9 Application-specific password required", "", 77, "app password", "usual password"),
    ("534 5.7.14 Please log in via your web browser", GMAIL, 77, "at its page first", "browser"),
    ("535 5.7.8 Username and Password not accepted", GMAIL, 77, "refuses", "apppasswords"),
    ("535 5.7.0 (#AUTH005) Too many bad auth attempts.", YAHOO, 75, "too many", "wait an hour"),
    ("454 4.7.0 Too many login attempts, please try again later", GMAIL, 75, "too many", "wait"),
    ("454 4.7.0 Temporary authentication failure", "", 75, "no login for now", "wait some minutes"),
    ("538 5.7.11 Encryption required", "", 78, "encrypted connection", "_SMTP_SECURITY"),
    ("500 5.5.2 what?", "", 77, "refuses the login", "user and password"),
]


@pytest.mark.parametrize(
    ("said", "email", "code", "told", "hint"), SAYS, ids=lambda one: str(one)[:50]
)
def test_what_providers_say(
    server: FaultServer, said: str, email: str, code: int, told: str, hint: str
) -> None:
    """P84: a refused login is told for what it is, with this provider's next step; tried once."""
    server.script = [Fault("auth", say(said.encode()), EVERY)]

    why = refused(account(server, PASSWORD, email or "aliya@branch.example"))

    assert why.exit_code == code
    assert told in why.message
    assert said in why.message
    assert hint in why.hint
    assert not re.search(r"\.\.|queued", why.hint)
    assert sum(one.startswith("AUTH") for one in server.commands) == 1


ANEW = [
    (PASSWORD, "default.env", "; protestmail init changes the login"),
    (COMMAND, "union.env", "; protestmail init --as union changes the login"),
    (PASSWORD, "more/union.env", "the login is set in"),
    (PASSWORD, "the environment", "; the login is set in the environment"),
    (PROMPT, "default.env", "; the same command asks for the password again"),
]


@pytest.mark.parametrize("said", ["535 5.7.8 no", "534 5.7.9 Application-specific password"])
@pytest.mark.parametrize(("kind", "origin", "hint"), ANEW)
def test_how_another_password_is_given(
    server: FaultServer, said: str, kind: str, origin: str, hint: str
) -> None:
    """P84: who is refused hears which command changes the password, with the profile's name."""
    server.script = [Fault("auth", say(said.encode()), EVERY)]
    secret = Secret(kind, f"echo {SECRET}" if kind == COMMAND else SECRET)
    whole = str(config_folder() / origin) if origin.endswith(".env") else origin
    own = replace(account(server, kind), secret=secret, origin=whole)

    assert hint in completed(refused(own).hint, bare)
