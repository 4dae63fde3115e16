"""The commands that the program tells its user to type: each keeps the profile it was told by."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.program import ROOT, Program
from protestmail.cli.main import COMMANDS
from protestmail.commands import Held, bare, to_type

TOLD = re.compile(rf"protestmail (?:(?:{'|'.join(COMMANDS)})\b|$)")
EXAMPLES = {"epilog"}
"""What is called with examples for a command's help, which are typed by nobody in particular."""
TEXTS = {("cli/main.py", "EXAMPLES"), ("cli/new.py", "FORM")}
"""Constants that are the help, or a file that is kept."""


def not_told(tree: ast.Module, path: str) -> Iterator[ast.AST]:
    """Give what holds texts that are not told: docstrings, examples of the help, files."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                yield node
            case ast.Call(func=ast.Name(id=name)) if name in EXAMPLES:
                yield node
            case ast.Assign(targets=[ast.Name(id=name)]) if (path, name) in TEXTS:
                yield node


def commands_in(source: str, path: str) -> list[str]:
    """Give the texts of a module that name a command and do not mark it."""
    tree = ast.parse(source)
    left_out = {id(one) for node in not_told(tree, path) for one in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in left_out and TOLD.search(text):
                found.append(f"{path}:{node.lineno}: {text}")
    return found


def test_every_hint_goes_through_one_function() -> None:
    """P64: no text in the source names a command to type but by ``to_type``."""
    source = ROOT / "src" / "protestmail"

    found = [
        one
        for path in source.rglob("*.py")
        for one in commands_in(path.read_text("utf-8"), path.relative_to(source).as_posix())
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    ['hint = "see protestmail list"', 'f"protestmail show {id}"', 'told(f"protestmail {name} x")'],
)
def test_a_hint_that_does_not_is_found(text: str) -> None:
    """P64: the test above finds a command that is written out, in an f-string as well."""
    assert len(commands_in(text if "=" in text else f"x = {text}", "cli/x.py")) == 1


QUIET = "PROTESTMAIL_NAME='A. E.'\n"
TAILS = (" changes the", " goes through", " asks for", " shows")
"""What the sentences say that a command stands in."""
MAILED = {"name": "Ministry", "email": "office@ministry.example"}
POSTED = {"name": "Council", "post": ["Town Hall"]}


@pytest.fixture
def appeals(tmp_path: Path) -> Folder:
    """Give a folder of appeals whose name a shell would take apart, and a quiet profile."""
    profile = tmp_path / "home" / "protestmail" / "quiet.env"
    profile.parent.mkdir(parents=True)
    profile.write_text(QUIET, "utf-8")
    folder = Folder(tmp_path / "my appeals")
    folder.add(targets=[MAILED, POSTED])
    return folder


def typed(told: str) -> list[str]:
    """Give the last command that was told, as a shell would read it."""
    line = next(one for one in reversed(told.splitlines()) if "protestmail " in one)
    told = line[line.index("protestmail ") :]
    for tail in TAILS:
        told = told.partition(tail)[0]
    return shlex.split(told)[1:]


def test_answer_is_taken_up_by_the_same_writer(run: Program, appeals: Folder) -> None:
    """P64: what is left is taken up with the profile, folder and options that were given."""
    given = ["answer", "strike", "--as", "quiet", "--plain", "--name", "A. Weaver", "--target"]
    line = ["--appeals", str(appeals), *given, "council"]
    with run.dialogue(*line) as talk:
        talk.expect("Do you want to write? [Y/n/q]")
        talk.type("q")
        assert talk.end() == 1

    taken_up = typed(talk.seen)
    assert taken_up[:4] == ["--appeals", str(appeals), "answer", "strike"]
    assert sorted(taken_up[4:]) == sorted([*given[2:], "council"])
    with run.dialogue(*taken_up) as talk:
        talk.expect("Do you want to write? [Y/n/q]")
        talk.type("y")
        talk.expect("You sign as A. Weaver")


@pytest.mark.parametrize("settings", [["--as", "quiet"], ["--env-file", "my own.env"]])
@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["send", "strike", "--dry-run"], ["answer", "strike"]),
        (["render", "strike"], ["send", "strike", "--edit"]),
        (["news"], ["list"]),
        (["show", "no-such-appeal"], ["list", "--all"]),
        (["doctor"], ["init"]),
        (["journal", "strike"], ["config"]),
    ],
    ids=" ".join,
)
def test_each_command_tells_the_next(
    run: Program, appeals: Folder, args: list[str], told: list[str], settings: list[str]
) -> None:
    """P64: whatever a command tells to type names the profile or file that it was given itself."""
    (run.cwd / "my own.env").write_text(QUIET, "utf-8")
    line = ["--appeals", str(appeals), *args, *settings, "--plain"]
    done = run(*line)
    taken = told[0] not in {"list", "init"} or (told[0], settings[0]) == ("init", "--as")

    one = typed(done.err)
    before = ["--appeals", str(appeals), *told, *settings * taken]
    assert one[: len(before)] == before, done.err
    assert one[len(before)] == "--plain"


def test_an_appeal_that_is_a_file(run: Program, appeals: Folder, tmp_path: Path) -> None:
    """P64: of an appeal that was given as a file, the next command names the file."""
    path = appeals.path.rename(tmp_path / "elsewhere") / "strike.yaml"

    done = run("render", str(path), "--name", "A")

    assert typed(done.err) == ["send", str(path), "--edit"]


def test_nothing_was_given(run: Program, appeals: Folder) -> None:
    """A command that was given neither tells the next one as short as it is."""
    done = run("list", env={"PROTESTMAIL_APPEALS": str(appeals)})
    nothing = run("show", "no-such-appeal")

    assert "protestmail" not in done.err
    assert nothing.err.endswith("; see protestmail list --all\n")


def test_a_long_command_is_copied_whole() -> None:
    """P64: a command in text that is broken into lines keeps to one of them."""
    held = Held(f"Do it: {to_type('answer', 'strike', '--target', 'a b')}; or not", bare, 10)

    line = next(one for one in held.text.split() if one.endswith(";"))

    assert len(line) == 11
    assert held.put_back(line) == "protestmail answer strike --target 'a b';"
