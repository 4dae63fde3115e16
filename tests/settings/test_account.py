"""The account: where a password may go, and how it is come by without being shown."""

import traceback
from itertools import product
from pathlib import Path

import pytest

from protestmail.errors import ProtestmailError, SettingsProblem, UsageProblem
from protestmail.settings.account import NONE, STARTTLS, TLS, Account, account_of
from protestmail.settings.profiles import Profile
from protestmail.settings.secret import COMMAND, PASSWORD, PROMPT, TOKEN_COMMAND, Secret, shortened
from protestmail.settings.settle import settle

HIDDEN = "hunter2-of-aliya"
EMAIL = "aliya@branch.example"
HERE = ["127.0.0.1", "127.8.9.10", "::1", "localhost"]
ELSEWHERE = ["192.0.2.1", "mail.example", "0.0.0.0", "::", "localhost.example", "127.0.0.1.x", ""]


def environ(**values: str) -> dict[str, str]:
    """Give settings as an environment has them; a host and an address unless others are given."""
    given = {"email": EMAIL, "smtp_host": "mail.example"} | values
    return {f"PROTESTMAIL_{key.upper()}": value for key, value in given.items()}


@pytest.mark.parametrize("security", [TLS, STARTTLS, NONE])
@pytest.mark.parametrize("host", [*HERE, *ELSEWHERE])
def test_where_a_password_may_go(security: str, host: str) -> None:
    """P34: unencrypted, nothing goes elsewhere without the flag, and a password never.

    To this machine a password goes unencrypted with the flag only; a letter goes without it.
    """
    for user, flag in product(("", "aliya"), (False, True)):
        allowed = security != NONE or (flag and not user) or (host in HERE and (flag or not user))
        try:
            found = Account(host, 25, security, user, plain_text=flag)
        except SettingsProblem:
            assert not allowed, (user, flag)
        else:
            assert allowed, (user, flag)
            assert found.stays_here is (host in HERE)
            assert ("not encrypted" in found.told) is (security == NONE)


@pytest.mark.parametrize("security", [TLS, STARTTLS, NONE])
@pytest.mark.parametrize("flag", [False, True])
def test_settled_where_a_password_may_go(security: str, *, flag: bool) -> None:
    """P34: so it is for what is set, whatever brings the password in."""
    for way in ("smtp_user", "smtp_password", "smtp_password_command", "smtp_token_command"):
        values = environ(**{way: "x", "smtp_security": security})
        if security == NONE:
            with pytest.raises(SettingsProblem, match="password without encryption"):
                account_of(values, Profile(), plain_text=flag)
        else:
            assert account_of(values, Profile(), plain_text=flag).user


def reveal(secret: Secret) -> str:
    """Give what a secret shows of itself when it cannot be had."""
    try:
        secret.reveal(None)
    except ProtestmailError as why:
        parts = why, why.hint, vars(why), why.__cause__, *traceback.format_exception(why)
        return " ".join(map(str, parts))
    pytest.fail("it could be had")


@pytest.mark.parametrize("kind", [PASSWORD, COMMAND, TOKEN_COMMAND])
def test_a_secret_shows_itself_nowhere(tmp_path: Path, kind: str) -> None:
    """P39: neither a secret, nor the rest of its command, is in any ``repr`` or ``str``."""
    secret = Secret(kind, f"cat {HIDDEN}" if kind != PASSWORD else HIDDEN)
    key = f"smtp_{kind.replace(' ', '_')}"
    file = tmp_path / "my.env"
    values = environ(**{key: secret.value})
    file.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
    file.chmod(0o600)
    settled = settle({}, values, env_file=file)
    whole = account_of({}, settled.profile)

    for shown in (secret, Account("mail.example", 465, secret=secret), whole, settled):
        assert HIDDEN not in repr(shown)
        assert HIDDEN not in str(shown)
    assert HIDDEN not in whole.told + secret.told
    assert whole.secret == secret


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (f"false {HIDDEN}", "ended with 1"),
        (f"no-such-program {HIDDEN}", "cannot be run: No such file"),
        (f"/ {HIDDEN}", "cannot be run: Permission denied"),
        (f"true {HIDDEN}", "gives nothing"),
        (f"printf '\\n{HIDDEN}'", "gives nothing"),
        (f"echo '{HIDDEN}", "cannot be split into words"),
        (f"echo \0{HIDDEN}", "cannot be split into words"),
        ("", "cannot be split into words"),
        (" ", "cannot be split into words"),
        ("# comment", "cannot be run"),
        (f"printf 'a\\000b{HIDDEN}'", "gives nothing"),
    ],
)
@pytest.mark.parametrize("kind", [COMMAND, TOKEN_COMMAND])
def test_a_command_that_gives_nothing(command: str, told: str, kind: str) -> None:
    """P39: a password command that fails is told of by its first word, and nothing else of it."""
    shown = reveal(Secret(kind, command))

    assert told in shown
    assert HIDDEN not in shown


@pytest.mark.parametrize("kind", [COMMAND, TOKEN_COMMAND])
@pytest.mark.parametrize(
    ("command", "secret"),
    [
        ("echo secret", "secret"),
        (r"printf 'first\nsecond'", "first"),
        (r"printf 'first\r\nsecond'", "first"),
        (r"printf 'no end of line'", "no end of line"),
        ("echo '  spaces  '", "  spaces  "),
        ("echo '$(touch made)'", "$(touch made)"),
        ("echo $(touch made)", "$(touch made)"),
        ("echo x; touch made", "x; touch made"),
        ("echo x && touch made", "x && touch made"),
        ("echo x | cat", "x | cat"),
        ("echo `touch made` > made", "`touch made` > made"),
        ("echo $HOME ~ *", "$HOME ~ *"),
        ("printf pässwörd", "pässwörd"),
    ],
)
def test_a_command_is_run_without_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, command: str, secret: str
) -> None:
    """P39: a command is split into words and run, with nothing in it done by a shell.

    The first line that it prints is the secret.
    """
    monkeypatch.chdir(tmp_path)

    assert Secret(kind, command).reveal(None) == secret
    assert not Path("made").exists()


def test_what_a_command_complains_of_is_seen(capfd: pytest.CaptureFixture[str]) -> None:
    """What a password command says on its standard error is for its user, and no secret."""
    assert Secret(COMMAND, "sh -c 'echo locked >&2; echo secret'").reveal(None) == "secret"
    assert capfd.readouterr() == ("", "locked\n")


def test_asking_for_it() -> None:
    """P39: a password is asked for at a terminal, and where there is none that is told."""
    with pytest.raises(UsageProblem, match="no terminal") as refused:
        Secret(PROMPT).reveal(None)

    assert refused.value.exit_code == 2
    assert "PASSWORD_COMMAND" in refused.value.hint
    assert Secret(PROMPT).reveal(lambda: HIDDEN) == HIDDEN
    for nothing in ("", "\n", "\0"):
        with pytest.raises(SettingsProblem, match="the password gives nothing"):
            Secret(PROMPT).reveal(lambda nothing=nothing: nothing)  # type: ignore[misc]


def test_no_login_needs_no_secret() -> None:
    """Where nobody logs in there is nothing to ask for, and nothing missing."""
    assert Secret().reveal(None) == ""


@pytest.mark.parametrize("value", [HIDDEN, "a b", "a  b", "pässwörd", "a\\n#$'\""])
def test_a_password_stands_as_it_is(value: str) -> None:
    """P39: a password that is set is taken as it stands, and asks for nothing."""
    secret = account_of(environ(smtp_password=value), Profile()).secret

    assert (secret.kind, secret.reveal(None), secret.token) == (PASSWORD, value, False)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("pass show mail", "pass …"),
        ("pass", "pass"),
        (" pass  ", "pass"),
        (f"echo\t{HIDDEN}", "echo …"),
        (f"PASS={HIDDEN} show", "PASS= …"),
        (f"PASS={HIDDEN}", "PASS= …"),
        (f"echo\n{HIDDEN}", "echo …"),
        ("", ""),
    ],
)
def test_a_command_is_named_by_its_first_word(command: str, shown: str) -> None:
    """P39: the rest of a command may be a password, and is not shown."""
    assert shortened(command) == shown
