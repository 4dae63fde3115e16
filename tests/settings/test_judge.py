"""Settings that cannot work: told in a sentence when they are read, before any connection."""

from pathlib import Path

import pytest

from makers.program import Program
from protestmail.settings.account import account_of
from protestmail.settings.profiles import Profile
from servers.recorder import recording

OWN = {"EMAIL": "aliya@branch.example", "SMTP_HOST": "mail.example", "SMTP_USER": "aliya"}
CANNOT: list[tuple[dict[str, str], str, str]] = [
    ({"SMTP_HOST": "mail.example:587"}, "more than a name", "_HOST=mail.example and PROTESTMAIL"),
    ({"SMTP_HOST": "smtp://mail.example"}, "more than a name", "write PROTESTMAIL_SMTP_HOST=mail"),
    ({"SMTP_HOST": "smtps://mail.example:465/"}, "more than a name", "_PORT=465"),
    ({"SMTP_HOST": "[::1]:25", "SMTP_SECURITY": "local"}, "more than a name", "_HOST=::1 and"),
    ({"SMTP_HOST": "smtp://a:secret@mail.example"}, "more than a name", "the user as"),
    ({"SMTP_HOST": "[]"}, 'cannot be "[]"', "the server's name"),
    ({"SMTP_PORT": "0587"}, "port 0587 is for starttls", "_SECURITY=starttls"),
    ({"SMTP_HOST": "mail.example/x"}, 'cannot be "mail.example/x"', "the server's name"),
    ({"SMTP_HOST": "mail example"}, 'cannot be "mail example"', "the server's name"),
    ({"SMTP_PORT": "587"}, "port 587 is for starttls", "_SECURITY=starttls"),
    ({"SMTP_PORT": "465", "SMTP_SECURITY": "starttls"}, "port 465 is for tls", "_SECURITY=tls"),
    ({"SMTP_PASSWORD": "secret\u00a0"}, "that nobody sees", "type the password anew"),
    ({"SMTP_PASSWORD": "sec\u200bret"}, "that nobody sees", "type the password anew"),
    ({"SMTP_PASSWORD_COMMAND": "pass show mail | head -1"}, "has a | for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "cat ~/.secret"}, "has a ~ for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "echo $SECRET"}, "has a $ for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": 'echo "$SECRET"'}, "has a $ for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "a; b"}, "has a ; for a shell", "sh -c '…'"),
    ({"SMTP_TOKEN_COMMAND": "a && b"}, "TOKEN_COMMAND has a & for a shell", "sh -c '…'"),
    ({"SMTP_TOKEN_COMMAND": "echo `b`"}, "has a ` for a shell", "sh -c '…'"),
]


def environ(values: dict[str, str]) -> dict[str, str]:
    """Give settings as an environment has them."""
    return {f"PROTESTMAIL_{key}": one for key, one in (OWN | values).items()}


@pytest.mark.parametrize(("values", "told", "hint"), CANNOT, ids=lambda one: str(one)[:40])
def test_what_cannot_work(run: Program, values: dict[str, str], told: str, hint: str) -> None:
    """P86: config and doctor say what, where it is set and what to write; nobody is called."""
    for command, code in (("config", 0), ("doctor", 78)):
        done = run(command, env=environ(values))

        said = " ".join((done.out + done.err).split())
        assert done.code == code
        assert told in said
        assert hint in said
        assert "(the environment)" in said
        assert "secret" not in said.replace("secret-tool", "")


@pytest.mark.parametrize(
    "values",
    [
        {"SMTP_PASSWORD": " with  plain blanks "},
        {"SMTP_PASSWORD_COMMAND": "sh -c 'pass show mail | head -1'"},
        {"SMTP_PASSWORD_COMMAND": "secret-tool lookup account a;b".replace(";", "\\;")},
        {"SMTP_PASSWORD_COMMAND": "pass show a~b"},
        {"SMTP_PORT": "2465", "SMTP_SECURITY": "starttls"},
    ],
)
def test_what_may_work(values: dict[str, str]) -> None:
    """P86: what is odd and may be meant is let through."""
    assert account_of(environ(values), Profile()).host == "mail.example"


def test_an_address_in_brackets() -> None:
    """P86: an address of IPv6 may stand as it does in links."""
    account = account_of(environ({"SMTP_HOST": "[::1]", "SMTP_SECURITY": "local"}), Profile())

    assert account.host == "::1"


def test_nobody_is_called(run: Program, tmp_path: Path) -> None:
    """P86: doctor does not even connect where the settings cannot work."""
    with recording() as server:
        env = server.environ(tmp_path) | {"PROTESTMAIL_SMTP_HOST": f"127.0.0.1:{server.port}"}
        done = run("doctor", env=env)
        assert (done.code, server.connections()) == (78, 0)
