"""Settings that cannot work: told in a sentence when they are read, before any connection."""

from pathlib import Path

import pytest

from makers.program import Program
from protestmail.settings.account import account_of
from protestmail.settings.profiles import Profile
from servers.recorder import recording

OWN = {"EMAIL": "aliya@branch.example", "SMTP_HOST": "mail.example", "SMTP_USER": "aliya"}
TLS, LOCAL = {"SMTP_SECURITY": "tls"}, {"SMTP_SECURITY": "local"}
CANNOT: list[tuple[dict[str, str], str, str]] = [
    ({"SMTP_HOST": "mail.example:587"}, "more than a name", "_HOST=mail.example and PROTESTMAIL"),
    ({"SMTP_HOST": "mail.example 587"}, "more than a name", "_PORT=587"),
    ({"SMTP_HOST": "mail.example,587"}, "more than a name", "_PORT=587"),
    ({"SMTP_HOST": "smtp://mail.example"}, "more than a name", "write PROTESTMAIL_SMTP_HOST=mail"),
    ({"SMTP_HOST": "smtp:mail.example"}, "more than a name", "write PROTESTMAIL_SMTP_HOST=mail"),
    ({"SMTP_HOST": "smtps://mail.example:465/"}, "more than a name", "_PORT=465"),
    ({"SMTP_HOST": "mail.example/x"}, "more than a name", "write PROTESTMAIL_SMTP_HOST=mail.ex"),
    ({"SMTP_HOST": "[::1]:25", **LOCAL}, "more than a name", "_HOST=::1 and"),
    (
        {"SMTP_HOST": "::1:25", **LOCAL},
        "more than a name",
        "_HOST=::1 and PROTESTMAIL_SMTP_PORT=25",
    ),
    ({"SMTP_HOST": "smtp://a:secret@mail.example"}, "more than a name", "_HOST=mail.example, and"),
    ({"SMTP_HOST": "aliya@mail.example:25"}, "more than a name", "_PORT=25, and the user as"),
    ({"SMTP_HOST": "aliya@branch.example"}, "more than a name", "only, such as mail.example.org"),
    ({"SMTP_HOST": "mail.example:abc"}, '"abc" is no port', "_PORT=NUMBER"),
    ({"SMTP_HOST": "a.example,b.example"}, "only one server", "_HOST=a.example, or another"),
    ({"SMTP_HOST": "a.example; b.example"}, "only one server", "_HOST=a.example, or another"),
    ({"SMTP_HOST": "[]"}, "no name of a server", "the server's name"),
    ({"SMTP_HOST": "mail example"}, "no name of a server", "the server's name"),
    ({"SMTP_HOST": "mail..example"}, "no name of a server", "the server's name"),
    ({"SMTP_HOST": "587"}, "no name of a server", "the server's name"),
    ({"SMTP_HOST": "mail\u200b.example"}, "that nobody sees", "type it anew"),
    ({"SMTP_PORT": "0587", **TLS}, "is 0587, which is for starttls", "_SECURITY=starttls"),
    ({"SMTP_PORT": "587", **TLS}, "is 587, which is for starttls", "_SECURITY=starttls"),
    ({"SMTP_PORT": "25", **TLS}, "is 25, which is for starttls", "_SECURITY=starttls"),
    ({"SMTP_PORT": "465", "SMTP_SECURITY": "starttls"}, "which is for tls", "_SECURITY=tls"),
    ({"SMTP_PORT": "465", "SMTP_SECURITY": "none"}, "which is for tls", "_SECURITY=tls"),
    ({"SMTP_PORT": "993"}, "is 993, at which mail is fetched", "tls mostly has 465"),
    ({"SMTP_PORT": "995"}, "is 995, at which mail is fetched", "tls mostly has 465"),
    ({"SMTP_PORT": "143", "SMTP_SECURITY": "starttls"}, "mail is fetched", "mostly has 587"),
    ({"SMTP_PORT": "110"}, "is 110, at which mail is fetched", "outgoing mail"),
    *(
        ({key: f"sec{one}ret"}, f"{key} has a character in it that nobody sees", "type it anew")
        for key in ("SMTP_PASSWORD", "SMTP_USER")
        for one in "\t\r\u00a0\u00ad\u200b\u200d\u2028\u2060\u2800\u3000\u3164\ufeff"
    ),
    ({"SMTP_PASSWORD": "secret\u00a0"}, "that nobody sees", "type it anew"),
    ({"SMTP_PASSWORD": "secret "}, "begins or ends with a blank", "take it out"),
    ({"SMTP_PASSWORD": " secret"}, "begins or ends with a blank", "take it out"),
    ({"SMTP_PASSWORD_COMMAND": "pass show mail | head -1"}, "has a | for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "cat ~/.secret"}, "has a ~ for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "echo $SECRET"}, "has a $ for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": 'echo "$SECRET"'}, "has a $ for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "a; b"}, "has a ; for a shell", "sh -c '…'"),
    ({"SMTP_PASSWORD_COMMAND": "PASS=secret show"}, "begins with PASS=", "write env before PASS="),
    ({"SMTP_PASSWORD_COMMAND": "echo 'secret"}, "quotes that do not end", "close them"),
    ({"SMTP_TOKEN_COMMAND": "it's"}, "TOKEN_COMMAND has quotes that do not end", "close them"),
    ({"SMTP_TOKEN_COMMAND": " "}, "names no program", "write the command"),
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
        {"SMTP_PASSWORD": "with  plain blanks"},
        {"SMTP_PASSWORD": "pässwörd \u2764\ufe0f"},
        {"SMTP_USER": " aliya bo "},
        {"SMTP_PASSWORD_COMMAND": "env PASS=x show"},
        {"SMTP_PASSWORD_COMMAND": "show PASS=x"},
        {"SMTP_PORT": "587", "SMTP_SECURITY": "starttls"},
        {"SMTP_PORT": "25", "SMTP_SECURITY": "starttls"},
        {"SMTP_PASSWORD_COMMAND": "sh -c 'pass show mail | head -1'"},
        {"SMTP_PASSWORD_COMMAND": "secret-tool lookup account a;b".replace(";", "\\;")},
        {"SMTP_PASSWORD_COMMAND": "pass show a~b"},
        {"SMTP_PORT": "2465", "SMTP_SECURITY": "starttls"},
    ],
)
def test_what_may_work(values: dict[str, str]) -> None:
    """P86: what is odd and may be meant is let through."""
    assert account_of(environ(values), Profile()).host == "mail.example"


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("2001:db8::25", "2001:db8::25"),
        ("[2001:db8::1:25]", "2001:db8::1:25"),
        ("2001:db8:0:0:0:0:1:25", "2001:db8:0:0:0:0:1:25"),
        (" mail.example ", "mail.example"),
        ("mail.bücher.example", "mail.bücher.example"),
        ("_smtp.mail-1.example.", "_smtp.mail-1.example."),
    ],
)
def test_names_of_servers(said: str, host: str) -> None:
    """P86: names in any script, and addresses of IPv6 as they stand in links, are taken."""
    assert account_of(environ({"SMTP_HOST": said}), Profile()).host == host


def test_nobody_is_called(run: Program, tmp_path: Path) -> None:
    """P86: doctor does not even connect where the settings cannot work."""
    with recording() as server:
        env = server.environ(tmp_path) | {"PROTESTMAIL_SMTP_HOST": f"127.0.0.1:{server.port}"}
        done = run("doctor", env=env)
        assert (done.code, server.connections()) == (78, 0)
