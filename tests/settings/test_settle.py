"""Settings: what goes before what, and which files are never read."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from makers.program import ROOT, Program
from protestmail.errors import SettingsProblem
from protestmail.letters.sender import FIELDS
from protestmail.settings import profiles
from protestmail.settings.environment import config_folder
from protestmail.settings.fields import KNOWN, PREFIX
from protestmail.settings.settle import settle


def _file(path: Path, **values: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{PREFIX}{key.upper()}={value}\n" for key, value in values.items()))
    return path


@pytest.mark.parametrize("field", FIELDS)
def test_flags_before_environment_before_file(tmp_path: Path, field: str) -> None:
    """P41: each value comes from the first of flag, environment and file, and is named with it."""
    file = _file(tmp_path / "my.env", **{field: "from file"})
    environ = {PREFIX + field.upper(): "from environment"}

    for flags, env, value, origin in (
        ({field: "from flag"}, environ, "from flag", f"--{field}"),
        ({field: None}, environ, "from environment", "the environment"),
        ({}, {}, "from file", str(file)),
    ):
        settled = settle(flags, env, env_file=file)
        assert getattr(settled.sender, field) == value
        assert settled.origins == {field: origin}


def test_nothing_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any setting every field is empty, and comes from nowhere."""
    monkeypatch.chdir(tmp_path)
    settled = settle({}, {})

    assert [getattr(settled.sender, field) for field in FIELDS] == [""] * len(FIELDS)
    assert (settled.origins, settled.hint) == ({}, "")


def test_an_empty_flag_takes_a_value_out(tmp_path: Path) -> None:
    """What somebody leaves out for once stays out, though their file has it."""
    file = _file(tmp_path / "my.env", phone="017", name="Aliya")

    sender = settle({"phone": ""}, {}, env_file=file).sender

    assert (sender.phone, sender.name) == ("", "Aliya")


@pytest.mark.parametrize("place", [".", "..", "../.."])
def test_a_stray_env_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """P41: a .env in the working folder or above it gives no setting; one that is here is named."""
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    _file(here / place / ".env", name="Stranger", smtp_host="evil.example", email="x@evil.example")
    monkeypatch.chdir(here)

    settled = settle({}, {})

    assert not any(getattr(settled.sender, field) for field in FIELDS)
    assert settled.origins == {}
    assert ("--env-file .env" in settled.hint) is (place == ".")


def test_no_hint_where_it_would_not_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint is kept for a .env of ours, and for somebody who has named no settings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DJANGO_SECRET=x\n")
    assert settle({}, {}).hint == ""
    _file(tmp_path / ".env", name="Aliya")
    assert settle({}, {}, env_file=Path(".env")).hint == ""
    _file(config_folder() / "default.env", name="Aliya")
    assert settle({}, {}).hint == ""


@pytest.mark.parametrize("kind", ["fifo", "folder", "hanging link", "zero"])
def test_a_strange_env_file_does_no_harm(run: Program, kind: str) -> None:
    """P41: a .env in the working folder that is no plain file neither stops nor fills anything."""
    path = run.cwd / ".env"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "zero":
            path.symlink_to("/dev/zero")
        case _:
            path.symlink_to("nowhere")
    limits = (
        "import resource as r, signal; signal.alarm(5); "
        "r.setrlimit(r.RLIMIT_DATA, (200 << 20, 200 << 20))"
    )

    assert run("render", "practice-letter", prelude=limits).code == 0


def test_no_file_enters_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P41: what a file holds stays out of the environment, ours and others' alike."""
    file = _file(tmp_path / "my.env", name="Aliya", smtp_password="secret")
    file.chmod(0o600)
    with file.open("a") as more:
        more.write("OTHER=1\nexport PATH=/evil\n")
    monkeypatch.chdir(tmp_path)
    before = dict(os.environ)

    settle({}, {}, env_file=file)

    assert dict(os.environ) == before


def test_values_stand_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P41: no value is filled in from the environment; an address may hold marks for new lines."""
    monkeypatch.setenv("SECRET", "hidden")
    file = _file(
        tmp_path / "my.env",
        name="${SECRET}",
        place="$SECRET",
        address="1 Street\\nTown",
        phone="017",
    )

    sender = settle({}, {}, env_file=file).sender

    assert (sender.name, sender.place) == ("${SECRET}", "$SECRET")
    assert (sender.address, sender.phone) == ("1 Street\nTown", "017")


def test_profiles() -> None:
    """A profile is a file of the user's own; ``default`` is read where none is named."""
    default = _file(config_folder() / "default.env", name="Default")
    _file(config_folder() / "union.env", name="Union")

    assert settle({}, {}).sender.name == "Default"
    assert settle({}, {}).origins == {"name": str(default)}
    assert settle({}, {}, profile="union").sender.name == "Union"


def test_one_file_only(tmp_path: Path) -> None:
    """P41: a named file is the only one; nothing of the default profile is mixed in."""
    _file(config_folder() / "default.env", name="Default", phone="017")
    file = _file(tmp_path / "my.env", name="Aliya")

    settled = settle({}, {}, env_file=file)

    assert (settled.sender.name, settled.sender.phone) == ("Aliya", "")
    assert settled.origins == {"name": str(file)}


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/b", "..", ".", "a b", "a\x00b", "-"])
def test_what_names_no_profile(tmp_path: Path, name: str) -> None:
    """P41: a profile's name leads to no other folder."""
    _file(config_folder() / "x.env")
    _file(tmp_path / "home" / "evil.env", name="Stranger")

    with pytest.raises(SettingsProblem, match="cannot name a profile"):
        settle({}, {}, profile=name)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("PROTESTMAIL_NAM=x", "no setting PROTESTMAIL_NAM", "did you mean PROTESTMAIL_NAME?"),
        ("PROTESTMAIL_SMTP_HSOT=x", "PROTESTMAIL_SMTP_HSOT", "did you mean PROTESTMAIL_SMTP_HOST?"),
        ("PROTESTMAIL_QQQQQQ=x", "PROTESTMAIL_QQQQQQ", ""),
        ("PROTESTMAIL_NAME=a@b.example", "could pass for an address", ""),
        ('PROTESTMAIL_NAME="a\\tb"', "control character", ""),
        (b"PROTESTMAIL_NAME=\xff", "cannot be read", ""),
        (None, "there is no settings file", "check --env-file"),
        ("folder", "there is no settings file", "check --env-file"),
    ],
)
def test_a_file_that_says_nonsense(
    tmp_path: Path, text: "str | bytes | None", message: str, hint: str
) -> None:
    """A file that is not there, or holds what no setting can be, is told in a sentence."""
    file = tmp_path / "my.env"
    if text == "folder":
        file.mkdir()
    elif text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(SettingsProblem, match=message) as refused:
        settle({}, {}, env_file=file)

    assert hint in refused.value.hint


def test_two_files_are_one_too_many(tmp_path: Path) -> None:
    """P41: the settings come from one source; two that are named are refused."""
    file = _file(tmp_path / "my.env", name="Aliya")

    with pytest.raises(SettingsProblem, match="two profiles"):
        settle({}, {}, env_file=file, profile="union")
    with pytest.raises(SettingsProblem, match="there is no profile"):
        settle({}, {}, profile="union")


LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1)


@given(st.dictionaries(st.sampled_from(KNOWN), LINES))
@example({f"{PREFIX}NAME": "a\u2028PROTESTMAIL_PLACE"})
@example({f"{PREFIX}SMTP_PASSWORD": "p\x0cPROTESTMAIL_NAME=a b #c"})
@example({f"{PREFIX}NAME": "\\", f"{PREFIX}PLACE": "'"})
def test_what_is_written_is_read_back(values: dict[str, str]) -> None:
    """P41: whatever a line can hold, under any setting, is read back as it was typed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "my.env"
        profiles.write(path, {key.removeprefix(PREFIX): value for key, value in values.items()})

        assert profiles.read(path).values == values


def test_the_file_to_start_from_names_all() -> None:
    """What somebody starts from names every setting that there is, and sets none."""
    assert profiles.read(ROOT / ".env.example").values == dict.fromkeys(KNOWN, "")


def test_what_is_no_text_is_not_written(tmp_path: Path) -> None:
    """Bytes that a terminal could not tell the letters of are told of, and not kept."""
    with pytest.raises(SettingsProblem, match="not UTF-8 text"):
        profiles.write(tmp_path / "my.env", {"SMTP_PASSWORD": "\udcfc"})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("state", ["state", "./state", "../state"])
@pytest.mark.parametrize("way", ["environment", "profile"])
def test_a_state_folder_that_depends_on_where_one_stands(
    run: Program, tmp_path: Path, state: str, way: str
) -> None:
    """P90: elsewhere it would be another journal, so it is refused, with the path to write."""
    file = _file(tmp_path / "my.env", state=state)
    given = ["--env-file", str(file)] if way == "profile" else []
    environ = {f"{PREFIX}STATE": state} if way == "environment" else {}

    runs = [run(*args, *given, env=environ) for args in (["journal"], ["config"], ["news"])]

    for done in runs:
        assert done.code == 78
        assert f'PROTESTMAIL_STATE is "{state}" (' in done.err
        assert "write the whole path, such as /" in done.err.replace("\n ", "")
    assert not (run.cwd / state).exists()


def test_a_state_folder_at_home(run: Program) -> None:
    """P90: a path that begins with ~ is a whole one."""
    done = run("config", env={f"{PREFIX}STATE": "~/stick"})

    assert f"{run.environ['HOME']}/stick" in done.out
