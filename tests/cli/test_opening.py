"""The offer to open a letter in one's own mail program, with a stand-in for ``xdg-open``."""

import os
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import arrived
from makers.program import Program

ASKED = "Open the letter to Ministry in your mail program? [y/N"
STAND_IN = """\
#!{python}
import os, sys
with open({log!r}, "a") as log:
    print(os.environ.get("PROTESTMAIL_SMTP_PASSWORD", "-"), *sys.argv[1:], sep="\\n", file=log)
sys.exit({code})
"""
LONG = "{{ salutation }}\n\n" + "Free them at once. " * 200 + "\n\n{{ signature }}"


class Desktop(NamedTuple):
    """A folder with an ``xdg-open`` of ours on PATH, and what it was given."""

    folder: Path
    env: dict[str, str]

    def answers(self, code: int) -> None:
        """Put a program there that notes what it is called with, and ends with this code."""
        program = self.folder / "xdg-open"
        log = str(self.folder / "log")
        program.write_text(STAND_IN.format(python=sys.executable, log=log, code=code), "utf-8")
        program.chmod(0o755)

    @property
    def opened(self) -> list[list[str]]:
        """Give each call: the password that it knew of, and what was to be opened."""
        log = self.folder / "log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [lines[at : at + 2] for at in range(0, len(lines), 2)]


@pytest.fixture
def desktop(tmp_path: Path, appeals: Folder) -> Desktop:
    """Give a desktop whose mail program opens; no browser is set."""
    (tmp_path / "bin").mkdir()
    env = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}", "BROWSER": "", "COLUMNS": "200"}
    env |= {"PROTESTMAIL_APPEALS": str(appeals), "PROTESTMAIL_STATE": str(tmp_path / "state")}
    found = Desktop(tmp_path / "bin", env)
    found.answers(0)
    return found


def test_a_link_is_opened_after_a_yes(run: Program, appeals: Folder, desktop: Desktop) -> None:
    """A yes opens the link in place of showing it; Enter is a no, and ends the questions."""
    appeals.add(targets=SEVERAL)
    env = desktop.env | {"PROTESTMAIL_SMTP_PASSWORD": "secret-1"}

    with run.dialogue("render", "strike", *SIGNED, "--mailto", env=env) as talk:
        talk.expect(ASKED)
        assert desktop.opened == []
        talk.type("y")
        talk.expect("Open the letter to")
        talk.type("")
        talk.expect("mailto:clerk@court.example")
        talk.expect("mailto:owner@mill.example")
        assert talk.end() == 0

    assert "mailto:office@ministry.example" not in talk.seen
    [[password, url]] = desktop.opened
    assert (password, urlsplit(url).path) == ("-", "office@ministry.example")
    assert "Aliya Example" in parse_qs(urlsplit(url).query)["body"][0]


def test_drafts_are_opened_after_a_yes(run: Program, appeals: Folder, desktop: Desktop) -> None:
    """``--eml`` writes all drafts first; each is then opened by its whole path, after a yes."""
    appeals.add(targets=SEVERAL)

    with run.dialogue(
        "render", "strike", *SIGNED, "--eml", "drafts", env=desktop.env, columns=200
    ) as talk:
        talk.expect(ASKED)
        assert len(list((run.cwd / "drafts").iterdir())) == 3
        talk.type("y")
        talk.expect("Open the letter to")
        talk.type("n")
        assert talk.end() == 0

    assert desktop.opened == [["-", str(run.cwd / "drafts" / "strike-ministry-1.eml")]]


@pytest.mark.parametrize("way", [["--mailto"], ["--eml", "drafts"]])
def test_nothing_is_opened_or_asked_without_a_terminal(
    run: Program, appeals: Folder, desktop: Desktop, way: list[str]
) -> None:
    """In a pipe, with ``--plain`` and for an appeal that is over, nothing is asked or opened."""
    args = ["render", "strike", *SIGNED, *way, "--force"]
    appeals.add()
    piped = run(*args, env=desktop.env, stdin="y\n" * 9)
    with run.dialogue(*args, "--plain", env=desktop.env) as plain:
        assert plain.end() == 0
    appeals.add(status="closed", closed="2026-01-01", outcome="It is over.")
    with run.dialogue(*args, env=desktop.env) as talk:
        assert talk.end() == 0

    shown = "mailto:" if way == ["--mailto"] else "strike-ministry-1.eml"
    assert piped.code == 0
    assert all(shown in one for one in (piped.out, plain.seen, talk.seen))
    assert not any("Open the letter" in one for one in (piped.err, plain.seen, talk.seen))
    assert desktop.opened == []


@pytest.mark.parametrize("code", [3, 4, None])
@pytest.mark.parametrize("way", [["--mailto"], ["--eml", "drafts"]])
def test_no_mail_program(
    run: Program, appeals: Folder, desktop: Desktop, code: int | None, way: list[str]
) -> None:
    """Where nothing opens, it says what to do instead, shows the link, and asks no more."""
    appeals.add(targets=SEVERAL)
    if code is None:
        (desktop.folder / "xdg-open").unlink()
        desktop.env["PATH"] = str(desktop.folder)
    else:
        desktop.answers(code)

    with run.dialogue("render", "strike", *SIGNED, *way, env=desktop.env) as talk:
        talk.expect(ASKED)
        talk.type("y")
        talk.expect("no mail program could be opened here")
        talk.expect("copy the link" if way == ["--mailto"] else "open these files yourself")
        assert talk.end() == 0

    shown = "mailto:office@ministry" if way == ["--mailto"] else "strike-ministry-1.eml"
    assert shown in talk.seen
    assert talk.seen.count("Open the letter to") == 1


def test_the_risk_stands_above_the_question(
    run: Program, appeals: Folder, desktop: Desktop
) -> None:
    """What is to be known before a letter goes is told before it is offered to be opened."""
    appeals.add(risk="Letters are read by the police.")

    with run.dialogue(
        "render", "strike", *SIGNED, "--mailto", env=desktop.env, columns=200
    ) as talk:
        talk.expect("Letters are read by the police.")
        talk.expect(ASKED)
        talk.type("n")
        assert talk.end() == 0


@pytest.mark.parametrize("answer", ["y", "n"])
def test_what_is_too_long_for_a_link(
    run: Program, appeals: Folder, desktop: Desktop, answer: str
) -> None:
    """In ``answer`` it is opened as a draft; after a no, it is there to copy, and no file is."""
    appeals.add(letter=LONG)
    args = ["answer", "strike", *SIGNED, "--place", "Port Example", "--country", "Exampleland"]

    with run.dialogue(*args, env=desktop.env) as talk:
        talk.expect("Do you want to write?")
        talk.type("y")
        talk.expect("> ")
        talk.type("")
        talk.expect("Which? [r]")
        talk.type("l")
        talk.expect(ASKED)
        talk.type(answer)
        talk.expect("strike-ministry-1.eml" if answer == "y" else "copy these instead")
        talk.expect("Have you sent them from your mail program?")
        talk.type("y")
        assert talk.end() == 0

    if answer == "n":
        assert desktop.opened == []
        assert not (run.cwd / "letters").exists()
        return
    assert desktop.opened == [["-", str(run.cwd / "letters" / "strike-ministry-1.eml")]]
    [draft] = arrived(run.cwd / "letters")
    assert draft["X-Unsent"] == "1"


def test_a_link_too_long_in_render(run: Program, appeals: Folder, desktop: Desktop) -> None:
    """``render`` has no folder for a draft: it shows what to copy, and names ``--eml``."""
    appeals.add(letter=LONG)

    with run.dialogue(
        "render", "strike", *SIGNED, "--mailto", env=desktop.env, columns=200
    ) as talk:
        talk.expect("copy these instead")
        talk.expect("--eml DIR writes a draft instead")
        assert talk.end() == 0

    assert desktop.opened == []
