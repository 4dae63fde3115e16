"""Where appeals are looked for, by the settings."""

from pathlib import Path

import pytest

from makers.program import Program


def test_folders_of_appeals_in_a_profile(run: Program, tmp_path: Path) -> None:
    """PROTESTMAIL_APPEALS in the default profile is where appeals are looked for."""
    folder = tmp_path / "mine"
    folder.mkdir()
    assert run("new", "free-them", "-o", str(folder / "free-them.yaml")).code == 0
    profile = Path(run.environ["XDG_CONFIG_HOME"]) / "protestmail" / "default.env"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text(f"PROTESTMAIL_APPEALS={folder}\n")

    in_profile = run("check")
    outside = run("check", env={"PROTESTMAIL_APPEALS": str(tmp_path / "none")})

    assert "free-them.yaml" in in_profile.out
    assert "free-them.yaml" not in outside.out


@pytest.mark.parametrize("said", ["mine", "./mine", "../{parent}/mine"])
def test_folders_beside_a_file_of_settings(run: Program, tmp_path: Path, said: str) -> None:
    """P90: a folder that a file names is meant from that file's folder, wherever one stands."""
    folder = tmp_path / "mine"
    folder.mkdir()
    assert run("new", "free-them", "-o", str(folder / "free-them.yaml")).code == 0
    file = tmp_path / "my.env"
    file.write_text(f"PROTESTMAIL_APPEALS={said.format(parent=tmp_path.name)}\n")

    shown = run("show", "free-them", "--env-file", str(file))
    configured = run("config", "--env-file", str(file), "--json").json["settings"]

    assert "free-them.yaml" in shown.out + shown.err
    [found] = [one["value"] for one in configured if one["name"] == "PROTESTMAIL_APPEALS"]
    assert Path(found).resolve() == folder


def test_folders_in_the_environment(run: Program) -> None:
    """A folder that the environment names is meant from where one stands, as in a shell."""
    (run.cwd / "mine").mkdir()
    assert run("new", "free-them", "-o", "mine/free-them.yaml").code == 0

    assert "free-them" in run("check", env={"PROTESTMAIL_APPEALS": "mine"}).out


@pytest.mark.parametrize("name", ["APPEALS", "STATE", "SMTP_CERTIFICATE"])
def test_a_home_that_is_nobodys(run: Program, name: str) -> None:
    """P86: a path in the home of a user whom nobody knows is told, and what to write."""
    command = "list" if name == "APPEALS" else "doctor"
    server = {"EMAIL": "aliya@branch.example", "SMTP_HOST": "mail.example", "SMTP_PASSWORD": "x"}
    said = server | {name: "~nobody-of-this-name/mine"}

    done = run(command, env={f"PROTESTMAIL_{key}": one for key, one in said.items()})

    assert done.code == 78
    assert "no user of that name" in " ".join(done.err.split())
