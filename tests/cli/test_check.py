"""``check`` and ``new``: from an empty form to a file without mistakes."""

import json
import re
from pathlib import Path

import jsonschema
import yaml

from makers.appeals import Folder
from makers.program import APPEALS, Program
from protestmail.appeals.file import grammar
from protestmail.cli.new import FORM, SCHEMA

FILLED = {
    "[YOUR ADDRESS]": "campaign@organisation.example",
    "[ADDRESS OF THE OFFICE]": "office@ministry.example",
}


class Editor(yaml.SafeLoader):
    """YAML 1.2 as far as appeals hold it: its core schema knows no dates, nor yes and no."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  PyYAML wants it so


Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])
Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?\d+$"), [*"-+0123456789"])


def test_new_is_checked_once_filled(run: Program) -> None:
    """A new file has a mistake for each of its gaps, and none once they are filled in."""
    assert run("new", "free-them").code == 0
    path = run.cwd / "free-them.yaml"
    gaps = re.findall(r"\[[A-Z][A-Z ,]+\]", re.sub(r"#.*", "", path.read_text("utf-8")))
    before = run("check", path)
    text = path.read_text("utf-8")
    for gap in gaps:
        text = text.replace(gap, FILLED.get(gap, "The strike committee"), 1)
    path.write_text(text, "utf-8")
    after = run("check", path)

    assert (before.code, len(before.out.splitlines())) == (65, len(gaps))
    assert (after.code, after.out) == (0, "")
    assert "1 file: no mistakes" in after.err
    assert run("render", path, "--name", "Aliya Example").code == 0


def test_new_replaces_nothing(run: Program) -> None:
    """A file that is there already is left alone, and an id that is none is refused."""
    (run.cwd / "x.yaml").write_text("mine")

    assert run("new", "x").code == 2
    assert (run.cwd / "x.yaml").read_text() == "mine"
    assert run("new", "Not an id").code == 2
    assert run("new", "x", "-o", "-").out.startswith("# x: an urgent appeal.")


def test_new_is_known_to_editors(run: Program) -> None:
    """The first line of a new file leads to the schema beside it, which is the program's own."""
    run("new", "free-them", "--output", "appeals/free-them.yaml")
    folder = run.cwd / "appeals"
    first = (folder / "free-them.yaml").read_text("utf-8").splitlines()[0]
    schema = folder / first.removeprefix("# yaml-language-server: $schema=")

    assert schema.read_text("utf-8") == run("schema").out
    assert json.loads(run("schema").out)["$id"].startswith("https://")
    assert run("check", folder).err.startswith("1 file:")


def test_new_replaces_no_schema(run: Program) -> None:
    """A schema of another version stays as it is, and how to renew it is told; ours is not told."""
    (run.cwd / SCHEMA).write_text("{}")
    told = run("new", "x").err

    assert (run.cwd / SCHEMA).read_text() == "{}"
    assert f"to renew it: protestmail schema > {SCHEMA}\n" in told
    (run.cwd / SCHEMA).write_text(run("schema").out, "utf-8")
    assert SCHEMA not in run("new", "y").err


def test_an_editor_finds_no_fault_but_the_gaps() -> None:
    """By YAML 1.2 and the schema, as editors read, our appeals are sound as they are written."""
    validator = jsonschema.Draft202012Validator(grammar.schema())
    plain = [path.read_text("utf-8") for path in sorted(APPEALS.glob("*.yaml"))]
    form = FORM.format(id="x", today="2026-11-01")

    for text in [*plain, form]:
        validator.validate(yaml.load(text, Editor))


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
