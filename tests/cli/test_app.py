"""The command line as a whole: help, mistakes, exit codes, pipes, interruptions, completion."""

import errno
import os
import re
import shlex
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SIGNED, Folder
from makers.program import APPEALS, TIMEOUT, Program
from protestmail import __version__

COMMANDS = "list show render send answer journal news init doctor config contacts".split()
COMMANDS += "source check new sign publish schema".split()


def test_no_arguments(run: Program) -> None:
    """No arguments: a short help on stderr that ends in what to try, exit 2."""
    done = run()

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1] == "try: protestmail list"
    assert len(done.err.splitlines()) < 15


OWN = {"answer", "init", "doctor", "journal", "config", "contacts", "source", "sign", "publish"}


def examples(text: str) -> list[str]:
    """Give the examples that a help holds."""
    lines = [line.strip() for line in text.partition("Examples:")[2].splitlines()]
    return [line for line in lines if line.startswith("protestmail ")]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(run: Program, command: str) -> None:
    """Every command has -h and --help: two or three examples that work, and where to report."""
    done = run(*command.split(), "--help")

    assert run(*command.split(), "-h") == done
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: protestmail {command}".rstrip())
    assert len(examples(done.out)) in {2, 3}
    assert all(f" {command}" in one for one in examples(done.out))
    assert "Report a problem" in done.out
    for example in examples(done.out) * (
        command not in {"check", "publish"}
    ):  # those name files of one's own
        line = example.partition(" ")[2]
        own = line == "send practice-letter" or line.split()[0] in OWN  # an account, a terminal
        tried = in_shell(run, f"{line} --help" if own else line)
        assert tried.returncode == 0, (example, tried.stderr)


def in_shell(run: Program, line: str) -> "subprocess.CompletedProcess[str]":
    """Run the program through a shell, with what follows its name on the line."""
    return subprocess.run(
        ["/bin/sh", "-c", f"{shlex.join(run.command())} {line}"],
        stdin=subprocess.DEVNULL,
        cwd=run.cwd,
        env=run.environ,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def test_help_lists_every_command(run: Program) -> None:
    """The program's own help names its commands, and each of them is there."""
    section = run("--help").out.partition("Commands:")[2].partition("Examples:")[0]

    assert [line.split()[0] for line in section.splitlines() if line.strip()] == COMMANDS


def test_help_states_the_separator(run: Program) -> None:
    """The form feed that parts letters in a pipe is stated in the help."""
    assert "form feed" in run("render", "--help").out.replace("\n", " ")


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_version(run: Program, flag: str) -> None:
    """The program tells its version on stdout."""
    done = run(flag)

    assert (done.code, done.err) == (0, "")
    assert done.out.split()[-1] == __version__


P = "practice-letter"
MISTAKES: list[tuple[int, str, list[str]]] = [
    (2, 'did you mean "list"?', ["lst"]),
    (2, 'did you mean "render"?', ["rendre", P]),
    (2, "there is no command", ["zzzz"]),
    (2, "--appeals", ["--apeals", "x", "list"]),
    (2, "--name", ["render", P, "--nmae", "x"]),
    (2, "--rehearse", ["send", P, "--rehears"]),
    (2, "won", ["list", "--status", "wno"]),
    (2, "always", ["list", "--color", "alway"]),
    (2, "id", ["show"]),
    (2, "unexpected", ["show", P, P]),
    (2, "requires an argument", ["render", P, "--name"]),
    (2, 'did you mean "ministry-of-ports"?', ["render", P, "--target", "ministry-of-port"]),
    (2, "protest", ["render", P, "--letter", "solidarity"]),
    (2, "en, fr", ["render", P, "--language", "zz"]),
    (2, "exclude each other", ["send", P, "--rehearse", "-n"]),
    (2, "exclude each other", ["render", P, "--eml", "x", "--json"]),
    (2, "add --rehearse", ["send", P, "-n", "--eml", "x"]),
    (2, "nowhere.txt", ["render", P, "--own-words", "@nowhere.txt"]),
    (2, "cannot be the id", ["new", "Bad Id"]),
    (66, 'did you mean "practice-letter"?', ["show", "practice-leter"]),
    (66, 'did you mean "mangistau-oil-strike"?', ["send", "mangistau", "--rehearse"]),
    (66, "protestmail list --all", ["show", "zzzzzz"]),
    (66, "nowhere", ["--appeals", "nowhere", "list"]),
    (66, "nowhere", ["check", "nowhere"]),
    (66, "nowhere.yaml", ["render", "nowhere.yaml"]),
    (78, "nobody", ["render", P, "--as", "nobody"]),
    (78, "nowhere.env", ["render", P, "--env-file", "nowhere.env"]),
    (78, "name two profiles", ["render", P, "--as", "x", "--env-file", "y"]),
    (78, "no mail account is set up here yet", ["send", P]),
    (69, "this appeal is closed", ["send", "mangistau-oil-strike"]),
    (78, "@", ["render", P, "--name", "A <a@b.example>"]),
    (78, "not an e-mail address", ["render", P, "--eml", "x", "--name", "A", "--email", "nix"]),
]


@pytest.mark.parametrize(("code", "told", "args"), MISTAKES, ids=lambda one: str(one)[:50])
def test_mistakes(run: Program, code: int, told: str, args: list[str]) -> None:
    """A mistake is told in a sentence on stderr with its exit code; a guess is never run."""
    done = run(*args)

    assert (done.code, done.out) == (code, "")
    assert re.search("^protestmail: ", done.err, re.MULTILINE)
    assert told in done.err.lower()
    assert "defect" not in done.err
    assert not list(run.cwd.iterdir())


BROKEN = b"title: A\nstatus: maybe\ntitel: B\n"


@pytest.mark.parametrize(
    "args", [["check", "-"], ["check", "-", "--json"], ["render", "-"], ["send", "-", "--rehearse"]]
)
def test_an_invalid_appeal(run: Program, args: list[str]) -> None:
    """P7: an invalid appeal ends in 65, with all its mistakes, each with its place."""
    done = run(*args, stdin=BROKEN)
    told = done.out if "check" in args else done.err
    places = (
        {(one["line"], one["column"]) for one in done.json["problems"]}
        if "--json" in args
        else {tuple(map(int, line.split(":")[1:3])) for line in told.splitlines()}
    )

    assert done.code == 65
    assert {(2, 9), (3, 1)} <= places
    if "check" not in args:
        assert done.out == ""


def test_check_as_json(run: Program) -> None:
    """``check --json`` has a version and, for each problem, the stable keys."""
    data = run("check", "-", "--json", stdin=BROKEN).json

    assert data["version"] == 1
    keys = "file line column severity message hint".split()
    assert [list(one) for one in data["problems"]] == [keys] * len(data["problems"])
    assert {one["severity"] for one in data["problems"]} <= {"error", "warning"}
    assert {one["file"] for one in data["problems"]} == {"-"}


def test_check_of_what_is_sound(run: Program, appeals: Folder) -> None:
    """``check`` of good files says nothing on stdout and ends in 0; warnings leave it at that."""
    sound = run("check", str(APPEALS))
    appeals.add(sources=None)
    warned = run("check", str(appeals))

    assert (sound.code, sound.out) == (0, "")
    assert "14 files: no mistakes" in sound.err
    assert warned.code == 0
    assert ": warning: " in warned.out
    assert "1 warning" in warned.err


def test_standard_input(run: Program, appeals: Folder) -> None:
    """``check -`` and ``render -`` read standard input, whatever the locale says."""
    data = appeals.add(letter="{{ salutation }}\n\nĞazı ж 中\n\n{{ signature }}").read_bytes()

    checked = run("check", "-", stdin=data, env={"PYTHONIOENCODING": "cp1252"})
    rendered = run("render", "-", *SIGNED, stdin=data)

    assert (checked.code, checked.out) == (0, "")
    assert rendered.bodies == ["To whom it may concern,\n\nĞazı ж 中\n\nAliya Example"]
    assert rendered.code == 0


OUTPUTS = [
    ["list", "--all"],
    ["render", "mangistau-oil-strike", *SIGNED],
    ["render", P, "--json"],
    ["send", P, "--rehearse", "--json"],
    ["check", "-"],
    ["schema"],
    ["--help"],
    ["--version"],
]


@pytest.mark.parametrize("args", OUTPUTS, ids=" ".join)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_broken_pipe(run: Program, args: list[str], unbuffered: str) -> None:
    """A reader that has gone is no reason for a traceback, nor for silence about a failure."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [*run.command(), *args],
            input=BROKEN,
            stdout=pipe,
            stderr=subprocess.PIPE,
            cwd=run.cwd,
            env=run.environ | {"PYTHONUNBUFFERED": unbuffered},
            timeout=TIMEOUT,
            check=False,
        )

    assert done.returncode == 128 + signal.SIGPIPE
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert b"protestmail: " not in done.stderr


def test_the_first_line_only(run: Program) -> None:
    """``| head -1`` gives the first line and nothing else on either output."""
    done = in_shell(run, "list --all | head -1")

    assert done.stdout.startswith("dissenters-detained\t")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


CLOSED = [
    (f"{closing} {command}", full)
    for command in ("list", "check -", "render practice-letter", "lst")
    for closing, full in ((">&-", False), ("<&-", False), ("2>&-", False), (">/dev/full", True))
]


@pytest.mark.parametrize(("line", "full"), CLOSED)
def test_closed_streams_and_full_disks(run: Program, line: str, *, full: bool) -> None:
    """A stream that is closed, or a full disk behind it, is told in a sentence, never thrown."""
    closing, _, command = line.partition(" ")
    done = in_shell(run, f"{command} {closing}")

    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception ignored" not in done.stderr
    assert "defect" not in done.stderr
    if full and command not in {"check -", "lst"}:
        assert done.returncode not in {0, 70}
        assert os.strerror(errno.ENOSPC).lower() in done.stderr.lower()


@pytest.mark.parametrize(
    "args",
    [
        ["render", "mangistau-oil-strike", "--language", "ru", "--name", "Әлия"],
        ["send", "mangistau-oil-strike", "--rehearse", "--language", "ru", *SIGNED],
        ["show", "Ж"],
        ["render", P, "--target", "Ж"],
    ],
    ids=" ".join,
)
def test_an_encoding_that_cannot_show_it(run: Program, args: list[str]) -> None:
    """A terminal that lacks a letter gets something else for it, and never a traceback."""
    here = run(*args)

    for encoding in ("cp1252", "ascii", "utf-8:strict"):
        there = run(*args, env={"PYTHONIOENCODING": encoding})
        assert there.code == here.code
        assert "Traceback" not in there.err
        assert "UnicodeEncodeError" not in there.err
        assert len(there.out.splitlines()) == len(here.out.splitlines())
        assert len(there.err.splitlines()) == len(here.err.splitlines())


NOT_UTF8 = b"caf\xe9\x9b31m"


@pytest.mark.parametrize(
    ("codes", "args"),
    [
        ({66}, ["show", NOT_UTF8]),
        ({2}, [NOT_UTF8]),
        ({66}, ["check", NOT_UTF8]),
        ({66}, ["--appeals", NOT_UTF8, "list"]),
        ({2, 78}, ["render", P, "--name", NOT_UTF8]),
        ({2, 78}, ["send", P, "--rehearse", "--organisation", NOT_UTF8]),
        ({2, 78}, ["render", P, "--own-words", NOT_UTF8]),
        ({2, 78}, ["render", P, "--eml", "x", "--name", "A", "--email", NOT_UTF8]),
    ],
    ids=str,
)
def test_arguments_that_are_not_utf8(run: Program, codes: set[int], args: list[Any]) -> None:
    """P28: bytes that are no UTF-8 are a mistake like any other, and do not come out again."""
    done = run(*args, env={"PYTHONIOENCODING": "utf-8:strict"})

    assert done.code in codes, done.err
    assert done.out == ""
    assert "codec" not in done.err
    assert "defect" not in done.err


INTERRUPTED_AT = ["protestmail.cli.main", "protestmail.screen", "protestmail.cli.render", "jinja2"]


@pytest.mark.parametrize("module", INTERRUPTED_AT)
def test_ctrl_c_while_loading(run: Program, module: str) -> None:
    """Ctrl-C while the program is still being loaded: exit 130, no traceback."""
    prelude = f"""
import signal, sys
class Interrupt:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(Interrupt)
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt)
"""
    done = run("render", P, prelude=prelude, python=["-B"])

    assert (done.code, done.out) == (130, "")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "args", [["render", "-"], ["check", "-"], ["send", "-", "-n"]], ids=" ".join
)
def test_ctrl_c_while_reading(run: Program, args: list[str]) -> None:
    """Ctrl-C while the program waits for what it reads: exit 130, no traceback."""
    prelude = """
import sys
class Telling:
    def read(self, size):
        print("reading", flush=True)
        return sys.__stdin__.buffer.read(size)
class Input:
    buffer = Telling()
sys.stdin = Input
"""
    with subprocess.Popen(
        [*run.command(prelude), *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=run.cwd,
        env=run.environ,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=TIMEOUT)

    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_ctrl_c_in_a_rehearsal(run: Program) -> None:
    """Ctrl-C in the middle of a rehearsal: exit 130, no traceback from either side."""
    prelude = """
import os, signal
from protestmail.sending import rehearsal
class Interrupting(rehearsal._Handler):
    async def handle_DATA(self, *given):
        os.kill(os.getpid(), signal.SIGINT)
        return await super().handle_DATA(*given)
rehearsal._Handler = Interrupting
"""
    done = run("send", "mangistau-oil-strike", "--rehearse", *SIGNED, prelude=prelude)

    assert done.code == 130
    assert "Traceback" not in done.err
    assert "5 accepted" not in done.err


def complete(run: Program, line: str, shell: str = "bash") -> list[str]:
    """Ask the program, as a shell does, for what can stand at the end of a line."""
    words = line.split(" ")
    env = {
        "_PROTESTMAIL_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = run(env=env)
    assert (done.code, done.err) == (0, "")
    return [one.partition(",")[2] for one in done.out.splitlines() if one]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("protestmail re", ["render"]),
        ("protestmail show mang", ["mangistau-oil-strike"]),
        (
            "protestmail render zhana",
            ["zhanaozen-killings", "zhanaozen-riot-police", "zhanartu-leaders-in-danger"],
        ),
        ("protestmail send prac", ["practice-letter", "practice-lookup"]),
        ("protestmail show nothing-like-it", []),
        ("protestmail list --sta", ["--status"]),
        ("protestmail list --status w", ["won", "withdrawn"]),
    ],
)
def test_completion(run: Program, line: str, expected: list[str]) -> None:
    """A shell completes commands, options, and the ids of appeals."""
    assert complete(run, line) == expected


def test_completion_in_other_folders(run: Program, appeals: Folder) -> None:
    """The ids come from the folders that the line names, or the environment; none is no noise."""
    appeals.add("strike-one")
    appeals.add("other")

    assert complete(run, f"protestmail --appeals {appeals} show st") == ["strike-one"]
    assert complete(run, "protestmail --appeals nowhere show st") == []
    run.environ["PROTESTMAIL_APPEALS"] = str(appeals)
    assert complete(run, "protestmail show ") == ["other", "strike-one"]


SHELLS = ["bash", "zsh", "fish", *["powershell"] * (version("click") >= "8.5")]


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts(run: Program, shell: str) -> None:
    """There is a completion script for each shell that is promised."""
    done = run(env={"_PROTESTMAIL_COMPLETE": f"{shell}_source", "SHELL": "/bin/sh"})

    assert done.code == 0
    assert "protestmail" in done.out
    assert "Traceback" not in done.err


def test_a_defect_is_told_like_an_error(run: Program) -> None:
    """A defect of the program is a sentence, too; only the debug switch shows where."""
    prelude = "from protestmail.appeals import library\nlibrary.headlines = None\n"
    told = run("list", prelude=prelude)
    shown = run("list", prelude=prelude, env={"PROTESTMAIL_DEBUG": "1"})

    assert told.code == 70
    assert "Traceback" not in told.err
    assert "PROTESTMAIL_DEBUG" in told.err
    assert "Traceback" in shown.err


def test_a_second_run_in_one_process(run: Program) -> None:
    """Whoever calls the program from Python can do so again: each run is like the first."""
    before = "from protestmail.cli.main import run\n"
    for args in (
        ["list"],
        ["show", "practice-letter"],
        ["nonsense"],
        ["list", "--color", "always"],
    ):
        before += f"run({args})\n"

    for args in (["list"], ["show", "practice-letter"], ["config"]):
        alone, done = run(*args), run(*args, prelude=before)
        assert (done.code, alone.code) == (0, 0)
        assert done.out.endswith("\n" + alone.out)
        assert done.err.endswith(alone.err)


def test_the_installed_command(run: Program) -> None:
    """The entry point ``protestmail`` is the same program."""
    script = Path(sys.executable).with_name("protestmail")

    done = subprocess.run(
        [script, "list"],
        cwd=run.cwd,
        env=run.environ,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, run("list").out)


def test_help_under_headings(run: Program) -> None:
    """A long list of options stands under headings, each option under one of them, all of them."""
    shown = run("send", "--help").out
    headings = ["Which letters:", "Who signs:", "How they go:", "Settings and output:"]
    parts = re.split("|".join(headings), shown)

    assert [line for line in shown.splitlines() if line in headings] == headings
    assert "--target ID" in parts[1]
    assert "--members TEXT" in parts[2]
    assert "--rehearse" in parts[3]
    assert "--json" in parts[4]
    assert all(shown.count(f"\n  {one} ") == 1 for one in ("--again", "--name", "--as", "--edit"))


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("columns", ["40", "80"])
def test_help_on_a_narrow_terminal(run: Program, command: str, columns: str) -> None:
    """Help fits into the terminal, and no word of it is torn."""
    args = [command, "--help"] if command else ["--help"]
    wide = run(*args, env={"COLUMNS": "400"}).out
    shown = run(*args, env={"COLUMNS": columns}).out
    examples = shown.find("\n  Examples:")

    assert max(map(len, shown[:examples].splitlines())) <= int(columns)
    assert set(re.split(r"[\s|]+", shown)) <= set(re.split(r"[\s|]+", wide))
