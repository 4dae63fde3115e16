"""``protestmail config``: each setting, and where it comes from; secrets are never shown."""

from pathlib import Path
from typing import Any

import pytest

from makers.output import CONTROL, HOSTILE, plain
from makers.program import Program
from protestmail.settings.fields import KNOWN

HIDDEN = "hunter2-of-aliya"
MASK = "(set, not shown)"
ENVIRONMENT = "the environment"


def write(path: Path, **values: str) -> Path:
    """Write a file of settings, for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"PROTESTMAIL_{key}='{value}'\n" for key, value in values.items()))
    path.chmod(0o600)
    return path


def environ(**values: str) -> dict[str, str]:
    """Give settings as an environment has them."""
    return {f"PROTESTMAIL_{key}": value for key, value in values.items()}


@pytest.fixture
def default(run: Program) -> Path:
    """Give the place of the default profile."""
    return Path(run.environ["XDG_CONFIG_HOME"]) / "protestmail" / "default.env"


def rows(listed: Any) -> dict[str, tuple[str, str]]:
    """Give value and source of each setting."""
    assert list(listed) == ["version", "settings"]
    assert listed["version"] == 1
    assert [list(one) for one in listed["settings"]] == [["name", "value", "source"]] * len(
        listed["settings"]
    )
    names = [one["name"].removeprefix("PROTESTMAIL_") for one in listed["settings"]]
    assert sorted(names) == sorted(set(names)), "a setting is there twice"
    return {
        name: (one["value"], one["source"])
        for name, one in zip(names, listed["settings"], strict=True)
    }


EVERY = {
    "NAME": "Aliya Example",
    "ORGANISATION": "Example Union",
    "POSITION": "Secretary",
    "MEMBERS": "240",
    "PLACE": "Port Example",
    "COUNTRY": "Example Islands",
    "ADDRESS": "1 Street\\nTown",
    "PHONE": "017",
    "EMAIL": "aliya@branch.example",
    "SMTP_HELO": "branch.example",
    "SMTP_HOST": "mail.example",
    "SMTP_PORT": "2525",
    "SMTP_SECURITY": "starttls",
    "SMTP_USER": "aliya",
    "SMTP_PASSWORD": HIDDEN,
    "BCC_SELF": "yes",
    "STATE": "/media/stick",
    "APPEALS": "/media/appeals",
}


@pytest.mark.parametrize("where", ["environment", "default", "--as", "--env-file"])
def test_each_setting_with_its_source(
    run: Program, default: Path, tmp_path: Path, where: str
) -> None:
    """P41: each setting that is set is shown with the one place that it comes from."""
    file, args = {
        "environment": (None, []),
        "default": (default, []),
        "--as": (default.with_name("union.env"), ["--as", "union"]),
        "--env-file": (tmp_path / "my.env", ["--env-file", str(tmp_path / "my.env")]),
    }[where]
    if file:
        write(file, **EVERY)
    env = {} if file else environ(**EVERY)
    source = str(file or ENVIRONMENT)

    done = run("config", "--json", *args, env=env)

    expected = {key: (value, source) for key, value in EVERY.items()}
    expected |= {"SMTP_PASSWORD": (MASK, source), "journal": ("/media/stick", source)}
    expected["account"] = ("mail.example:2525 (starttls)", source)
    assert (done.code, rows(done.json)) == (0, expected)
    assert {f"PROTESTMAIL_{key}" for key in EVERY} == set(KNOWN) - {
        "PROTESTMAIL_SMTP_CERTIFICATE",  # it must be there: tests/faults/test_trust.py
        "PROTESTMAIL_SMTP_PASSWORD_COMMAND",
        "PROTESTMAIL_SMTP_TOKEN_COMMAND",
    }


def test_from_two_places(run: Program, default: Path) -> None:
    """P41: who writes may be pieced together; the account comes whole from one place."""
    write(default, **EVERY)
    env = environ(NAME="A. E.", PHONE="", EMAIL="x@env.example", BCC_SELF="no", STATE="/tmp/x")

    found = rows(run("config", "--json", env=env).json)

    assert found["NAME"] == ("A. E.", ENVIRONMENT)
    assert found["PHONE"] == ("", ENVIRONMENT)
    assert found["PLACE"] == ("Port Example", str(default))
    assert found["BCC_SELF"] == ("no", ENVIRONMENT)
    assert found["STATE"] == found["journal"] == ("/tmp/x", ENVIRONMENT)
    for key in ("EMAIL", "SMTP_HOST", "SMTP_USER"):
        assert found[key] == (EVERY[key], str(default))
    assert found["account"] == ("mail.example:2525 (starttls)", str(default))


def test_the_environment_has_an_account(run: Program, default: Path) -> None:
    """P41: where the environment names a server, nothing is shown of the account in the file."""
    write(default, **EVERY)

    found = rows(
        run("config", "--json", env=environ(EMAIL="x@env.example", SMTP_HOST="env.example")).json
    )

    assert found["EMAIL"] == ("x@env.example", ENVIRONMENT)
    assert found["account"] == ("env.example:465 (tls)", ENVIRONMENT)
    assert not {"SMTP_USER", "SMTP_PORT", "SMTP_PASSWORD"} & found.keys()


SECRETS = [
    ("SMTP_PASSWORD", HIDDEN, MASK),
    ("SMTP_PASSWORD_COMMAND", f"echo {HIDDEN}", "echo …"),
    ("SMTP_PASSWORD_COMMAND", f"sh -c \"echo '{HIDDEN}'\"", "sh …"),
    ("SMTP_TOKEN_COMMAND", f"oauth --secret {HIDDEN}", "oauth …"),
]


@pytest.mark.parametrize(("key", "value", "shown"), SECRETS)
@pytest.mark.parametrize("outside", [False, True])
def test_secrets_are_not_shown(
    run: Program, default: Path, key: str, value: str, shown: str, *, outside: bool
) -> None:
    """P39: no secret is shown: in JSON, in a pipe, on a terminal, from a file or from outside."""
    values = {"EMAIL": "aliya@branch.example", "SMTP_HOST": "mail.example", key: value}
    env = environ(**values) if outside else {}
    if not outside:
        write(default, **{name: one.replace("'", "\\'") for name, one in values.items()})

    as_json, piped = run("config", "--json", env=env), run("config", env=env)
    code, seen = run.on_terminal("config", env=env)

    assert (as_json.code, piped.code, code) == (0, 0, 0)
    assert rows(as_json.json)[key][0] == shown
    assert [record[1] for record in piped.records if record[0].endswith(key)] == [shown]
    assert f"PROTESTMAIL_{key}: {shown}" in plain(seen)
    for output in (as_json.out, as_json.err, piped.out, piped.err, seen):
        assert HIDDEN not in output


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"SMTP_PASSWORD_COMMAND": f"echo {HIDDEN}"}, "two ways to the password"),
        ({"SMTP_PORT": "x"}, 'SMTP_PORT is "x", which is no port'),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY cannot be"),
        ({"SMTP_SECURITY": "none"}, "password without encryption"),
        ({"EMAIL": "aliya"}, "is not an e-mail address"),
        ({"SMTP_HOST": ""}, "no mail server is set"),
    ],
)
def test_what_stands_in_the_way(run: Program, values: dict[str, str], told: str) -> None:
    """P39: settings that no letter can be sent by are shown all the same, with what is wrong.

    That says nothing of a secret either.
    """
    base = {"EMAIL": "aliya@branch.example", "SMTP_HOST": "mail.example", "SMTP_PASSWORD": HIDDEN}

    done = run("config", "--json", env=environ(**base | values))

    assert done.code == 0
    assert "no letter can be sent yet" in done.err
    assert told in done.err
    assert "account" not in rows(done.json)
    assert HIDDEN not in done.out + done.err


def test_nothing_is_set(run: Program, default: Path) -> None:
    """Where nothing is set that is said, with where it could be, and where the journal is."""
    done = run("config", env={})

    assert done.code == 0
    assert [record[0] for record in done.records] == ["journal"]
    assert done.records[0][1].startswith(str(default.parent.parent))
    assert f"there is no settings file {default}" in done.err
    assert "protestmail init" in done.err


def test_a_stray_file_is_pointed_to(run: Program) -> None:
    """P41: a .env that lies here is not read; how to name it is told."""
    write(run.cwd / ".env", NAME="Stranger", SMTP_PASSWORD=HIDDEN)

    done = run("config")

    assert "Stranger" not in done.out
    assert "--env-file .env" in done.err
    assert HIDDEN not in done.out + done.err


def test_a_line_each(run: Program) -> None:
    """In a pipe a setting is a line, whatever is in its value: name, value, source."""
    env = environ(ADDRESS="1 Street\\nTown", PLACE="Port\u00a0Example")

    records = run("config", env=env).records

    assert ["PROTESTMAIL_ADDRESS", "1 Street\\nTown", ENVIRONMENT] in records
    assert all(len(one) in {2, 3} for one in records)


def test_hostile_values(run: Program) -> None:
    """P28: what stands in a setting steers no terminal."""
    env = environ(SMTP_HOST=f"mail.example{HOSTILE}", SMTP_USER=HOSTILE, EMAIL="a@branch.example")

    piped, as_json = run("config", env=env), run("config", "--json", env=env)
    _, seen = run.on_terminal("--color", "never", "config", env=env)

    for output in (piped.out, piped.err, as_json.out, as_json.err, seen):
        assert not CONTROL.search(output)
    assert rows(as_json.json)["SMTP_USER"] == (HOSTILE, ENVIRONMENT)


def test_on_a_narrow_terminal(run: Program, default: Path) -> None:
    """P30: at 40 columns an address stands whole; settings are grouped by their source."""
    write(default, **EVERY)

    code, seen = run.on_terminal("config", columns=40, env=environ(NAME="A. E."))

    assert code == 0
    assert any(line.strip().endswith("aliya@branch.example") for line in plain(seen).splitlines())
    assert f"from {ENVIRONMENT}:" in plain(seen)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--as", "nobody"), 'no profile "nobody"'),
        (("--as", "../x"), "cannot name a profile"),
        (("--env-file", "none.env"), "there is no settings file none.env"),
        (("--env-file", "none.env", "--as", "union"), "two profiles"),
    ],
)
def test_mistakes(run: Program, args: tuple[str, ...], told: str) -> None:
    """A file that is not there is told of: exit 78."""
    done = run("config", *args, env={})

    assert (done.code, done.out) == (78, "")
    assert told in done.err
