"""What the documentation shows is what the program gives: sessions, commands, mistakes."""

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from makers.campaign import key
from makers.output import plain
from makers.program import APPEALS, ROOT, Program
from makers.sending import Handler
from protestmail.__main__ import BROKEN_PIPE
from protestmail.cli.main import COMMANDS
from protestmail.errors import Exit
from servers.authority import authority
from servers.plain import Serve

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:^|\$ |`|bin/|run: |- )protestmail ([^`|>\n]+)", re.MULTILINE)
_IN_TEXT = re.compile(rf"`({'|'.join(COMMANDS)})((?: [^`]*)?)`")
_GAP = "…"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def sessions(page: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Give each command that a page shows, with the lines that it shows of its output."""
    for block in _BLOCK.findall(page.read_text("utf-8")):
        for session in block.split("$ protestmail ")[1:]:
            command, *lines = session.rstrip("\n").split("\n")
            yield shlex.split(command, comments=True), [line for line in lines if line != _GAP]


def must_show(command: Iterable[str], lines: Iterable[str], given: str) -> None:
    """Fail where a line that is shown, up to its gap, is not among those that were given."""
    seen = _MOMENT.sub("MOMENT", given).split("\n")
    found = [one.rpartition("\r")[2] for one in seen]
    for line in lines:
        start, gap, _ = _MOMENT.sub("MOMENT", line).partition(_GAP)
        if not any(one.startswith(start) if gap else one == start for one in found):
            pytest.fail(f"{shlex.join(command)}\ndoes not say\n{line}\nbut\n{given}")


@pytest.mark.parametrize(("page", "least"), [("answering", 6), ("contacts", 1)])
def test_sessions_are_as_they_are_shown(run: Program, page: str, least: int) -> None:
    """Every line that a page shows is one that the command above it gives, word for word."""
    shown = list(sessions(ROOT / "docs" / f"{page}.md"))

    assert len(shown) >= least
    for command, lines in shown:
        done = run(*command)
        must_show(command, lines, f"{done.err}{done.out}")


def test_the_rehearsal_is_as_it_is_shown(run: Program) -> None:
    """The first command of the README gives what stands below it."""
    command, shown = _FENCED.findall((ROOT / "README.md").read_text("utf-8"))[:2]
    args = shlex.split(command.partition(".venv/bin/protestmail ")[2])

    code, seen = run.on_terminal(*args, columns=120)

    assert code == 0
    must_show(args, [one for one in shown.splitlines() if one != _GAP], plain(seen))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_send_is_as_it_is_shown(run: Program, serve: Serve, tmp_path: Path) -> None:
    """The README sends an appeal that there is, and each line is what a real server leads to."""
    secure, handler = authority(tmp_path, "localhost"), Handler()
    own_pass = tmp_path / "pass"
    own_pass.write_text("#!/bin/sh\necho secret\n")
    own_pass.chmod(0o700)
    with serve(
        handler,
        pipelining=True,
        tls_context=secure.server,
        authenticator=lambda *_: AuthResult(success=True),
    ) as account:
        env = {
            "PROTESTMAIL_NAME": "Aliya Example",
            "PROTESTMAIL_EMAIL": "aliya@branch.example",
            "PROTESTMAIL_SMTP_HOST": "localhost",
            "PROTESTMAIL_SMTP_PORT": str(account.port),
            "PROTESTMAIL_SMTP_SECURITY": "starttls",
            "PROTESTMAIL_SMTP_PASSWORD_COMMAND": "pass show mail",
            "PATH": f"{tmp_path}:{run.environ['PATH']}",
            "SSL_CERT_FILE": str(secure.file),
        }
        for command, lines in sessions(ROOT / "README.md"):
            if command == ["init"]:
                continue  # its questions are those of tests/cli/test_init.py
            with run.dialogue(*command, env=env, columns=120) as talk:
                for line in lines:
                    question, bracket, answer = line.partition("] ")
                    if bracket:
                        talk.expect(question)
                        talk.type(answer)
                assert talk.end() == 0, talk.seen
            seen = talk.seen.replace(f"localhost:{account.port}", "mail.branch.example:587")
            must_show(command, lines, seen)

    assert len(handler.got) == 2


_YAML = re.compile(r"^```yaml\n(title.*?)^```$", re.MULTILINE | re.DOTALL)


def test_a_campaign_and_its_follower(run: Program) -> None:
    """From an empty folder to a letter rehearsed on the other side, and to a stop, as it is shown.

    The page's own commands are typed at a terminal, by the campaign and by who follows it.
    """
    page = ROOT / "docs" / "sources.md"
    (run.cwd / "appeals").mkdir()
    (appeal,) = _YAML.findall(page.read_text("utf-8"))
    (run.cwd / "appeals" / "night-canteen.yaml").write_text(appeal, "utf-8")
    key(run.cwd, "campaign-key")
    shown = list(sessions(page))

    for command, lines in shown:
        with run.dialogue(*command, columns=250) as talk:
            for line in lines:
                question, bracket, answer = line.partition("] ")
                if bracket:
                    talk.expect(question)
                    talk.type(answer)
            code = talk.end()
        assert code == (69 if any("stop action:" in one for one in lines) else 0), talk.seen
        must_show(command, lines, talk.seen)

    assert len(shown) == 8


MENDED = {"[YOUR ADDRESS]": "campaign@organisation.example"}
DAMAGED = [
    ("status: draft", "status: activ"),
    ("[ADDRESS OF THE OFFICE]", "minister (at) justice.example"),
    ("{{ signature }}", "{{ sender.nmae }}"),
]


def test_mistakes_are_as_they_are_shown(run: Program) -> None:
    """What the docs show of ``check`` is what it says of a new file with these slips."""
    page = (ROOT / "docs" / "coordinating.md").read_text("utf-8")
    (shown,) = (one for one in _FENCED.findall(page) if '"activ"' in one)
    run("new", "free-the-lawyers")
    path = run.cwd / "free-the-lawyers.yaml"
    text = path.read_text("utf-8")
    for old, new in DAMAGED:
        assert old in text
        text = text.replace(old, new)
    for gap in re.findall(r"\[[A-Z][A-Z ,]+\]", re.sub("#.*", "", text)):
        text = text.replace(gap, MENDED.get(gap, "The strike committee"), 1)
    path.write_text(text, "utf-8")

    assert run("check", path.name).out == shown


def commands() -> list[str]:
    """Give every command that a page names, in a block or in its text."""
    pages = [page.read_text("utf-8") for page in PAGES]
    found = [one for page in pages for one in _COMMAND.findall(page)]
    found += ["".join(one) for page in pages for one in _IN_TEXT.findall(page)]
    return sorted({one.partition(" #")[0].strip() for one in found})


@pytest.mark.parametrize("command", commands())
def test_commands_are_there(run: Program, command: str) -> None:
    """Every command in the documentation is one, with options that it has."""
    done = run(*shlex.split(command), "--help")

    assert done.code == 0, done.err


def test_appeals_are_there() -> None:
    """Every appeal that a command of the documentation names is one that comes with the program."""
    ids = {path.stem for path in APPEALS.glob("*.yaml")} | {"ID"}
    named = re.findall(r"^(?:send|show|render|answer) ([a-z][\w-]*)(?: |$)", "\n".join(commands()))

    assert set(named) <= ids


def test_every_exit_code_is_there() -> None:
    """The README, and so the manual, tells each exit code that the program ends with."""
    _, _, told = (ROOT / "README.md").read_text("utf-8").partition("## Exit codes")

    assert {int(one) for one in re.findall(r"\| (\d+) ", told)} == {*Exit, BROKEN_PIPE}
