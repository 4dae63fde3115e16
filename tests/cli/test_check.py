"""``check``: mistakes in files, told to people and programs."""

import re
from pathlib import Path

import yaml

from makers.appeals import Folder
from makers.program import APPEALS, ROOT, Program


def test_check_as_json(run: Program, appeals: Folder) -> None:
    """``check --json`` has a version and, for each problem, the stable keys."""
    path = appeals.add("strike", status="activ", sources=None)
    done = run("check", path, "--json")

    assert (done.code, done.json["version"]) == (65, 1)
    problems = done.json["problems"]
    keys = ["file", "line", "column", "severity", "message", "hint"]
    assert [list(one) for one in problems] == [keys] * len(problems)
    assert {one["severity"] for one in problems} == {"error", "warning"}
    assert {one["file"] for one in problems} == {str(path)}


def test_check_files_folders_and_stdin(run: Program, appeals: Folder, tmp_path: Path) -> None:
    """Files, folders and standard input are checked in one run; what is not there is told."""
    good, bad = appeals.add("good"), appeals.add("bad", status="activ")

    assert run("check", appeals.path).code == 65
    assert run("check", good).code == 0
    assert run("check", "-", stdin=bad.read_bytes()).out.startswith("-:1:")
    assert "3 files" in run("check", appeals.path, "-", stdin=good.read_bytes()).err
    assert run("check", tmp_path / "nowhere").code == 66
    assert run("check").code == 0


def test_what_a_file_follows_up(run: Program) -> None:
    """An appeal beside the file that is checked is one of the library."""
    path = APPEALS / "zhanaozen-riot-police.yaml"

    assert run("--appeals", str(run.cwd), "check", path).out == ""


def test_check_on_a_machine_of_github(run: Program, appeals: Folder) -> None:
    """On GitHub's machines ``check`` writes notes beside the lines; a format that is named wins."""
    path = appeals.add("strike", status="activ", sources=None)
    there = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(appeals.path.parent)}

    done = run("check", path, env=there)

    assert done.code == 65
    assert done.out.startswith("::warning file=appeals/strike.yaml,line=1,col=1::")
    assert "\n::error file=appeals/strike.yaml,line=1,col=" in done.out
    assert "::" not in run("check", path, "--format", "text", env=there).out
    assert run("check", path, "--json", env=there).json["version"] == 1


def test_check_for_gitlab(run: Program, appeals: Folder) -> None:
    """``--format gitlab`` is a list, empty where all is well; the exit codes are as ever."""
    good, bad = appeals.add("good"), appeals.add("bad", status="activ")
    project = {"CI_PROJECT_DIR": str(appeals.path)}

    well = run("check", good, "--format", "gitlab", env=project)
    ill = run("check", bad, "--format", "gitlab", env=project)

    assert (well.code, well.json) == (0, [])
    assert (ill.code, ill.json[0]["location"]) == (65, {"path": "bad.yaml", "lines": {"begin": 1}})


def test_the_hook_of_pre_commit(run: Program, appeals: Folder) -> None:
    """The hook checks the files that it is given, which are those where appeals are."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    name, *args = hook["entry"].split()

    assert (name, hook["language"], hook["types"]) == ("protestmail", "python", ["yaml"])
    assert run(*args, appeals.add("good")).code == 0
    assert run(*args, appeals.add("bad", status="activ")).code == 65
    assert re.search(hook["files"], "appeals/strike.yaml")
    assert re.search(hook["files"], "appeals/directory/embassy/KZ.yaml")
    assert not re.search(hook["files"], "compose.yaml")
