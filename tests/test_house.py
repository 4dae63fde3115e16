"""The house itself: its floors, and what it does not load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from makers.program import ROOT, Program
from mutants import MUTANTS, Mutant, source_of

HEAVY = {"typst", "jinja2", "rich", "email_validator", "dotenv", "asyncio", "smtplib", "aiosmtpd"}


def test_the_floors_import_downwards_only() -> None:
    """The contracts of import-linter hold: floors, a core without terminal or wire."""
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}


def reads_the_environment(node: ast.AST) -> bool:
    """Whether a piece of a program speaks of the process's environment."""
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr=name):
            return name in ENVIRONMENT
        case ast.ImportFrom(module="os", names=names):
            return bool(ENVIRONMENT & {one.name for one in names})
    return False


def test_only_the_settings_read_the_environment() -> None:
    """Whatever else depends on the environment gets it as an argument, from one place."""
    source = ROOT / "src" / "protestmail"
    readers = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if any(map(reads_the_environment, ast.walk(ast.parse(path.read_bytes()))))
    }

    assert readers == {"settings/environment.py"}


@pytest.mark.parametrize(
    "args",
    [
        *(["list"], ["list", "--all"], ["list", "--json"], ["--version"]),
        *(["journal"], ["news"], ["contacts"], ["doctor", "--help"], ["init", "--help"]),
        ["publish", "--help"],
    ],
)
def test_a_start_loads_little(run: Program, args: list[str]) -> None:
    """Lists are quick in a pipe: no templates, no wire and no terminal are loaded for them."""
    done = run(*args, python=["-X", "importtime"])
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.err.splitlines()}

    assert done.code == 0
    assert {"protestmail", "click"} <= loaded
    assert not HEAVY & loaded


@pytest.mark.parametrize("command", ["journal", "news", "contacts", "doctor"])
def test_what_writes_no_letter_loads_no_templates(run: Program, command: str) -> None:
    """Commands that write no letter do not wait for what writes letters."""
    done = run(command, python=["-X", "importtime"])
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.err.splitlines()}

    assert "protestmail" in loaded
    assert "jinja2" not in loaded


@pytest.mark.parametrize("args", [["list"], ["render", "practice-letter"], ["publish", "--help"]])
def test_only_publish_waits_for_what_makes_pages(run: Program, args: list[str]) -> None:
    """Pages are the business of one command; no other one loads anything of them."""
    done = run(*args, python=["-X", "importtime"])
    loaded = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}

    assert done.code == 0
    assert "protestmail.cli" in loaded
    assert not {one for one in loaded if one.startswith("protestmail.site")}


FOLLOWING_NOBODY = ["list", "show practice-letter", "news", "render practice-letter", "journal"]


@pytest.mark.parametrize("line", FOLLOWING_NOBODY)
def test_who_follows_nobody_loads_nothing_for_it(run: Program, line: str) -> None:
    """Where no source was ever followed, a command loads nothing of sources, nor http for them."""
    done = run(*line.split(), python=["-X", "importtime"])
    loaded = {one.rpartition("|")[2].strip() for one in done.err.splitlines()}

    assert "protestmail.cli.app" in loaded
    assert not [one for one in loaded if one.startswith("protestmail.sources")]
    assert not {"http.client", "ssl"} & loaded


ON_MISTAKES = {"repair", "appeals.misnamed"}
ON_MISTAKES |= {
    f"appeals.file.{one}" for one in ("formats", "habits", "lines", "relations", "stops")
}


@pytest.mark.parametrize("args", [["list", "--all"], ["render", "practice-letter"]])
def test_what_words_mistakes_waits_for_one(run: Program, args: list[str]) -> None:
    """Sound appeals do not wait for what looks for the slips of others."""
    done = run(*args, python=["-X", "importtime"])
    loaded = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}

    assert done.code == 0
    assert "protestmail.appeals.file.reader" in loaded
    assert not {f"protestmail.{one}" for one in ON_MISTAKES} & loaded


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.promise} {one.file}")
def test_the_faults_still_fit(mutant: Mutant) -> None:
    """Each fault of ``mutants.py`` finds its place in the source, once, and tests to notice it."""
    assert source_of(mutant).count(mutant.before) == 1
    for name in mutant.tests.split():
        assert (ROOT / "tests" / name).exists()
