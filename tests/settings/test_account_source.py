"""Whose settings an account is made of: one source, that nobody else can read or write."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.program import Program
from protestmail.errors import SettingsProblem
from protestmail.settings.account import NONE, STARTTLS, TLS, Account, account_of
from protestmail.settings.profiles import Profile, path_of, read
from protestmail.settings.secret import COMMAND, PASSWORD, PROMPT, TOKEN_COMMAND, Secret
from protestmail.settings.settle import settle
from servers.recorder import recording

HIDDEN = "hunter2-of-aliya"
EMAIL = "aliya@branch.example"
SERVER = {"EMAIL": EMAIL, "SMTP_HOST": "mail.example"}


def environ(values: Mapping[str, str]) -> dict[str, str]:
    """Give settings as an environment has them."""
    return {f"PROTESTMAIL_{key}": value for key, value in values.items()}


def write(path: Path, values: Mapping[str, str], mode: int = 0o600) -> Path:
    """Write settings to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{key}='{value}'\n" for key, value in environ(values).items()))
    path.chmod(mode)
    return path


WAYS = {
    "password": {"SMTP_PASSWORD": HIDDEN},
    "command": {"SMTP_PASSWORD_COMMAND": "echo x"},
    "token": {"SMTP_TOKEN_COMMAND": "echo x"},
    "server": {"SMTP_PASSWORD": ""},
    "sender": {"SMTP_HOST": ""},
}
MODES = [0o600, 0o400, 0o640, 0o604, 0o644, 0o620, 0o602, 0o666, 0o610, 0o700]


@pytest.mark.parametrize("mode", MODES, ids=oct)
@pytest.mark.parametrize("way", WAYS)
def test_who_may_read_a_secret(tmp_path: Path, way: str, mode: int) -> None:
    """P40: a file with a password is for its owner only; one with an account, for no other hand."""
    forbidden = {"password": 0o077, "sender": 0}.get(way, 0o022)
    path = write(tmp_path / "my.env", SERVER | WAYS[way], mode)

    if mode & forbidden:
        with pytest.raises(SettingsProblem, match="open to others") as refused:
            read(path)
        assert refused.value.hint == f"chmod 600 {path}"
        assert HIDDEN not in str(refused.value)
    else:
        assert read(path).values["PROTESTMAIL_EMAIL"] == EMAIL


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("link", [False, True])
def test_whose_file_it_is(tmp_path: Path, way: str, *, link: bool) -> None:
    """P40: a file of another owner sets no account, nor does a link to it; only who writes."""
    path = write(tmp_path / "theirs.env", SERVER | WAYS[way])
    os.chown(path, 65534, 65534)
    given = path
    if link:
        given = tmp_path / "my.env"
        given.symlink_to(path)

    if way == "sender":
        assert read(given).values["PROTESTMAIL_EMAIL"] == EMAIL
    else:
        with pytest.raises(SettingsProblem, match="belongs to somebody else"):
            read(given)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_default_profile_is_judged_too() -> None:
    """P40: a profile of the user's own with a password that others can read is refused as well."""
    write(path_of("default"), SERVER | WAYS["password"], 0o644)

    with pytest.raises(SettingsProblem, match="open to others"):
        settle({}, {})


FILE = {
    "EMAIL": "file@branch.example",
    "SMTP_HOST": "file.example",
    "SMTP_PORT": "2525",
    "SMTP_SECURITY": STARTTLS,
    "SMTP_USER": "file-user",
    "SMTP_PASSWORD": "file-password",
}
OUTSIDE = {"EMAIL": "env@branch.example", "SMTP_HOST": "env.example"}


def parts(found: Account) -> tuple[object, ...]:
    """Give all that makes an account."""
    secret = found.secret.kind, found.secret.value
    return (found.email, found.host, found.port, found.security, found.user, *secret)


def test_from_one_file(tmp_path: Path) -> None:
    """P41: an account comes whole from a file, and the file is named."""
    path = write(tmp_path / "my.env", FILE)

    found = account_of({}, read(path))

    file = ("file@branch.example", "file.example", 2525, STARTTLS, "file-user")
    assert parts(found) == (*file, PASSWORD, "file-password")
    assert found.origin == str(path)


@pytest.mark.parametrize("key", ["SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD"])
def test_from_the_environment_alone(key: str) -> None:
    """P41: if the environment says anything of a server, nothing comes from the default profile.

    So nobody's password goes to a server that somebody else has named.
    """
    write(path_of("default"), FILE)
    values = environ(OUTSIDE | {key: "env.example" if key == "SMTP_HOST" else "465"})

    found = account_of(values, read())

    secret = (PASSWORD, "465") if key == "SMTP_PASSWORD" else (PROMPT, "")
    user = "465" if key == "SMTP_USER" else "env@branch.example"
    assert parts(found) == ("env@branch.example", "env.example", 465, TLS, user, *secret)
    assert found.origin == "the environment"
    assert HIDDEN not in repr(found)
    assert "file" not in repr(found)


@pytest.mark.parametrize("key", [one for one in FILE if one != "EMAIL"])
def test_a_part_from_outside_takes_nothing_along(key: str) -> None:
    """P41: one setting of the environment is not completed from the profile, but told of."""
    write(path_of("default"), FILE)

    with pytest.raises(SettingsProblem, match="no address to send from is set in the environment"):
        account_of(environ({key: FILE[key]}), read())


@pytest.mark.parametrize("named", ["--env-file", "--as"])
@pytest.mark.parametrize("key", [one for one in FILE if one != "EMAIL"])
def test_both_at_once(tmp_path: Path, named: str, key: str) -> None:
    """P41: a file that was named and an environment that speaks of an account exclude each other.

    What is to be unset is named, and no value is shown.
    """
    own = write(path_of("union"), FILE)
    file = write(tmp_path / "my.env", FILE)
    found = read(file) if named == "--env-file" else read(name="union")
    values = environ(OUTSIDE | {"SMTP_PASSWORD": HIDDEN, key: HIDDEN})

    with pytest.raises(SettingsProblem) as refused:
        account_of(values, found)

    path = file if named == "--env-file" else own
    assert f"both the environment and {path} say" in refused.value.message
    assert f"PROTESTMAIL_{key}" in refused.value.hint
    assert "PROTESTMAIL_SMTP_PASSWORD" in refused.value.hint
    assert HIDDEN not in refused.value.message + refused.value.hint


def test_empty_settings_say_nothing(tmp_path: Path) -> None:
    """P41: a setting that is empty, as .env.example has it, is none, in either source."""
    path = write(
        tmp_path / "my.env", FILE | {"SMTP_PASSWORD_COMMAND": "", "SMTP_TOKEN_COMMAND": ""}
    )

    assert account_of(environ(dict.fromkeys(FILE, "")), read(path)).host == "file.example"


def test_from_is_of_the_same_source(tmp_path: Path) -> None:
    """P42: the address that letters are from comes from where the server does."""
    path = write(tmp_path / "my.env", FILE)
    only_file = account_of(environ({"EMAIL": "env@branch.example"}), read(path))

    assert (only_file.email, only_file.host) == ("file@branch.example", "file.example")
    with pytest.raises(SettingsProblem, match="no address to send from"):
        account_of(
            environ({"EMAIL": "env@branch.example"}),
            read(write(tmp_path / "bare.env", {"SMTP_HOST": "file.example"})),
        )


def test_nothing_is_set() -> None:
    """Without any account the way to one is shown."""
    with pytest.raises(SettingsProblem, match="no mail account is set up here yet") as refused:
        account_of({}, Profile())

    assert "protestmail init" in refused.value.hint


def test_nothing_is_set_in_a_file_that_was_named(tmp_path: Path) -> None:
    """Where somebody has named their own file, it is that which they are told to fill in."""
    path = write(tmp_path / "my.env", {"NAME": "Aliya"})

    with pytest.raises(SettingsProblem, match=f"no mail account is set up in {path}") as refused:
        account_of({}, read(path))

    assert "fill in PROTESTMAIL_EMAIL there" in refused.value.hint


@pytest.mark.parametrize(
    ("domain", "server"),
    [
        ("gmail.com", ("smtp.gmail.com", 465, TLS)),
        ("icloud.com", ("smtp.mail.me.com", 587, STARTTLS)),
        ("GMX.de", ("mail.gmx.net", 465, TLS)),
    ],
)
def test_large_providers_are_known(domain: str, server: tuple[str, int, str]) -> None:
    """An address at a large provider is enough: its server is known, and who logs in."""
    email = f"aliya@{domain}"

    found = account_of(environ({"EMAIL": email}), Profile())

    assert (found.host, found.port, found.security) == server
    assert (found.user.lower(), found.secret.kind) == (email.lower(), PROMPT)


def test_a_server_that_is_set_is_the_one() -> None:
    """Where a server is set, what is known of the provider does not matter: neither its port."""
    values = {"EMAIL": "aliya@icloud.com", "SMTP_HOST": "127.0.0.1"}

    found = account_of(environ(values), Profile())

    assert (found.host, found.port, found.security) == ("127.0.0.1", 465, TLS)


@pytest.mark.parametrize(
    ("security", "port"), [("starttls", 587), ("tls", 465), (" TLS ", 465), ("StartTLS", 587)]
)
def test_each_way_has_its_port(security: str, port: int) -> None:
    """Without a port, the usual one of the way to encrypt is taken, at a known provider too."""
    for values in (SERVER, {"EMAIL": "aliya@gmail.com"}):
        found = account_of(environ(values | {"SMTP_SECURITY": security}), Profile())
        assert (found.security, found.port) == (security.strip().lower(), port)


@pytest.mark.parametrize(
    ("port", "security"),
    [("587", STARTTLS), ("25", STARTTLS), ("465", TLS), (" 0587 ", STARTTLS), ("2525", TLS)],
)
@pytest.mark.parametrize("server", [SERVER, {"EMAIL": "aliya@gmail.com"}], ids=["own", "known"])
def test_a_port_alone_says_what_is_spoken(server: dict[str, str], port: str, security: str) -> None:
    """P86: where only the port is said, the way to encrypt is the one that is spoken there."""
    found = account_of(environ(server | {"SMTP_PORT": port}), Profile())

    assert (found.port, found.security) == (int(port), security)


def test_no_server_is_known() -> None:
    """Where no server is set or known, or there is none, that is told as the provider tells it."""
    with pytest.raises(SettingsProblem, match=r"none is known for branch\.example") as unknown:
        account_of(environ({"EMAIL": EMAIL}), Profile())
    with pytest.raises(SettingsProblem, match="Tuta has no SMTP access"):
        account_of(environ({"EMAIL": "aliya@tuta.com"}), Profile())

    assert "PROTESTMAIL_SMTP_HOST" in unknown.value.hint


NONSENSE = [
    ("SMTP_PORT", "x"),
    ("SMTP_PORT", "0"),
    ("SMTP_PORT", "-25"),
    ("SMTP_PORT", "65536"),
    ("SMTP_PORT", "25.0"),
    ("SMTP_PORT", "0x19"),
    ("SMTP_PORT", "2 5"),
    ("SMTP_PORT", "٢٥"),
    ("SMTP_PORT", "²"),
    ("SMTP_PORT", "9" * 5000),
    ("SMTP_SECURITY", "ssl"),
    ("SMTP_SECURITY", "yes"),
    ("SMTP_SECURITY", "tls, please"),
    ("SMTP_SECURITY", "nonе"),  # its last letter is Cyrillic
]


@pytest.mark.parametrize(("key", "value"), NONSENSE, ids=lambda one: one[:12])
def test_nonsense(key: str, value: str) -> None:
    """A port or a security that is none is refused, with where it stands and what it can be."""
    with pytest.raises(SettingsProblem) as refused:
        account_of(environ(SERVER | {key: value}), Profile())

    assert (
        f"PROTESTMAIL_{key} {'is' if key == 'SMTP_PORT' else 'cannot be'}" in refused.value.message
    )
    assert "(the environment)" in refused.value.message
    assert ("465" if key == "SMTP_PORT" else "tls, starttls, local or none") in refused.value.hint


@pytest.mark.parametrize("email", ["aliya", "a@b,c@d.example", "-x@b.example", "a@b.example x"])
def test_an_address_that_is_none(email: str) -> None:
    """P20: an own address that is none is refused, and its source is named."""
    with pytest.raises(SettingsProblem, match=r"your own address: .*\(the environment\)"):
        account_of(environ(SERVER | {"EMAIL": email}), Profile())


@pytest.mark.parametrize(
    "two", [("password", "command"), ("password", "token"), ("command", "token")]
)
def test_two_ways_to_the_password(two: tuple[str, str]) -> None:
    """P41: there is one way to the secret; two that are set are refused without being shown."""
    first, second = (WAYS[one] for one in two)

    with pytest.raises(SettingsProblem, match="two ways to the password") as refused:
        account_of(environ(SERVER | first | second), Profile())

    assert HIDDEN not in str(refused.value)


def test_who_logs_in() -> None:
    """Without a user the address logs in; without encryption and password nobody does."""
    for values, user, kind in (
        ({}, EMAIL, PROMPT),
        ({"SMTP_USER": "aliya"}, "aliya", PROMPT),
        ({"SMTP_HOST": "127.0.0.1", "SMTP_SECURITY": NONE}, "", ""),
        ({"SMTP_PASSWORD": HIDDEN}, EMAIL, PASSWORD),
    ):
        found = account_of(environ(SERVER | values), Profile())
        assert (found.user, found.secret.kind) == (user, kind)


@pytest.mark.parametrize(
    "line",
    [
        "PROTESTMAIL_STATE='/media/stick",
        "PROTESTMAIL_STATE='/media/stick' x",
        'PROTESTMAIL_STATE="/media/stick',
        "PROTESTMAIL_STATE='/media/it's'",
    ],
)
def test_a_line_that_cannot_be_read(tmp_path: Path, line: str) -> None:
    """P60: a setting whose quotes do not match is told of, and not passed over.

    Passed over, another journal would be taken, and every letter would go once more.
    """
    path = tmp_path / "my.env"
    path.write_text(f"PROTESTMAIL_EMAIL={EMAIL}\n{line}\nPROTESTMAIL_SMTP_HOST=mail.example\n")

    with pytest.raises(SettingsProblem, match=f"{path}:2"):
        read(path)


def test_a_command_gets_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """P39: whatever prints the password is told nothing of who writes, nor of the account."""
    monkeypatch.setenv("PROTESTMAIL_NAME", "Aliya")
    monkeypatch.setenv("PROTESTMAIL_SMTP_USER", "aliya")
    monkeypatch.setenv("OTHER", "kept")
    said = 'printf %s "${PROTESTMAIL_NAME-none} ${PROTESTMAIL_SMTP_USER-none} $OTHER"'

    for kind in (COMMAND, TOKEN_COMMAND):
        assert Secret(kind, f"sh -c '{said}'").reveal(None) == "none none kept"


def test_letters_are_from_the_accounts_own_address(
    run: Program, appeals: Folder, tmp_path: Path
) -> None:
    """P41: an address in the environment takes nothing from the profile whose account sends."""
    appeals.add()
    with recording() as server:
        env = server.environ(tmp_path / "state")
        file = tmp_path / "my.env"
        file.write_text("".join(f"{key}={value}\n" for key, value in env.items()))
        given = ["--appeals", str(appeals), "send", "strike", "--yes", "--env-file", str(file)]
        done = run(*given, env={"PROTESTMAIL_EMAIL": "another@elsewhere.example"})
        [mail] = server.taken

    assert done.code == 0
    assert b"From: Aliya Example <aliya@branch.example>\r\n" in mail.data
    assert b"elsewhere" not in mail.data
