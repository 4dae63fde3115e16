"""Problems as GitHub and GitLab read them, whatever a file and its name hold."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makers.output import CONTROL
from protestmail.errors import Problem
from protestmail.screen.check import GITHUB, GITLAB, show_problems
from protestmail.screen.output import Screen, clean

_HARMLESS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
_NAME = st.lists(_HARMLESS | st.sampled_from(list("%,:=\n\r")) | st.just("::"), min_size=1)
_PROBLEMS = st.builds(
    Problem,
    file=_NAME.map(lambda parts: "".join(parts).replace("/", "_").replace("\0", "_") + ".yaml"),
    line=st.integers(1, 9999),
    column=st.integers(1, 999),
    message=_NAME.map("".join),
    hint=st.just("") | _NAME.map("".join),
    severity=st.sampled_from(["error", "warning"]),
)
_SEVERAL = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def shown(
    capsys: pytest.CaptureFixture[str], problems: list[Problem], form: str, root: str = ""
) -> str:
    """Give what is shown of some problems in a format."""
    show_problems(Screen(), problems, form, root)
    return capsys.readouterr().out


def restored(text: str, *escapes: str) -> str:
    """Take the escapes of a workflow command out again, as GitHub's runner does."""
    for one in escapes:
        text = text.replace(f"%{ord(one):02X}", one)
    return text.replace("%25", "%")


def as_the_runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """Take a workflow command apart: its name, its properties, its text."""
    assert line.startswith("::")
    head, text = line[2:].split("::", 1)
    name, properties = head.split(" ", 1)
    pairs = [one.split("=", 1) for one in properties.split(",")]
    values = {key: restored(value, "\r", "\n", ":", ",") for key, value in pairs}
    return name, values, restored(text, "\r", "\n")


@_SEVERAL
@given(problem=_PROBLEMS)
def test_github_reads_what_was_meant(capsys: pytest.CaptureFixture[str], problem: Problem) -> None:
    """P28: one problem is one command, with its own file, place and text, whatever they hold."""
    out = shown(capsys, [problem], GITHUB)

    name, values, text = as_the_runner_reads(out.removesuffix("\n"))
    assert "\n" not in out[:-1]
    assert not CONTROL.search(out.removesuffix("\n"))
    assert name == problem.severity
    assert list(values) == ["file", "line", "col"]
    assert values["file"] == "\r".join(map(clean, problem.file.split("\r")))
    assert (values["line"], values["col"]) == (str(problem.line), str(problem.column))
    assert text.endswith(f":{problem.line}:{problem.column}: {clean(problem.told)}")


def test_github_escapes_as_it_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The escapes are those of the runner: more of them in a property than in the text."""
    problem = Problem("a,b:c%.yaml", 3, 9, "50% of\r\nit: no, none", "add", "warning")

    out = shown(capsys, [problem], GITHUB)

    where = "::warning file=a%2Cb%3Ac%25.yaml,line=3,col=9::"
    assert out == f"{where}a,b:c%25.yaml:3:9: 50%25 of it: no, none (add)\n"


@_SEVERAL
@given(problems=st.lists(_PROBLEMS, max_size=5))
def test_gitlab_tells_each_from_the_others(
    capsys: pytest.CaptureFixture[str], problems: list[Problem]
) -> None:
    """A report has an entry for each problem, no two of them taken for one another."""
    entries = json.loads(shown(capsys, [*problems, *problems], GITLAB))

    assert [one["description"] for one in entries] == [one.told for one in problems * 2]
    assert len({one["fingerprint"] for one in entries}) == 2 * len(problems)
    assert {one["severity"] for one in entries} <= {"major", "minor"}


def test_gitlab_knows_a_problem_that_moved(capsys: pytest.CaptureFixture[str]) -> None:
    """A problem that stands in another line now, and nothing else, has the same fingerprint."""
    before = Problem("x.yaml", 3, 9, "it is wrong", "mend it")
    moved = before._replace(line=8, column=2)
    first, second = (json.loads(shown(capsys, [one], GITLAB))[0] for one in (before, moved))

    assert first.pop("fingerprint") == second.pop("fingerprint")
    assert first == {
        "description": "it is wrong (mend it)",
        "check_name": "protestmail-error",
        "severity": "major",
        "location": {"path": "x.yaml", "lines": {"begin": 3}},
    }


@pytest.mark.parametrize("form", [GITHUB, GITLAB])
def test_paths_start_at_the_root(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    """A file is named from the root of the project on, however it was named; one outside is not."""
    inside, outside = tmp_path / "appeals" / ".." / "x.yaml", tmp_path.parent / "y.yaml"
    out = shown(capsys, [Problem(str(inside), 1, 1, "m")], form, str(tmp_path))

    assert str(tmp_path) not in out
    assert "x.yaml" in out
    assert str(outside) in shown(capsys, [Problem(str(outside), 1, 1, "m")], form, str(tmp_path))
