"""What is told of letters: at once to a program, as it was, and again where that went wrong."""

import json
import shlex
import subprocess
import threading
from typing import Any

import pytest

from makers.appeals import SEVERAL
from makers.program import TIMEOUT
from makers.sending import Handler, Sending
from servers.fault_acts import say
from servers.fault_server import EVERY, Fault, FaultServer
from servers.fault_session import Session

COPY = "copy@issuer.example"


def test_a_refused_letter_on_the_next_run(sending: Sending, handler: Handler) -> None:
    """P84: what was refused for good is named by the next run, with a command that tries it again.

    The command is typed as it stands, and reaches that target only. Whose a wrong address is to
    mend is said at once.
    """
    sending.appeals.add(targets=SEVERAL)
    handler.rcpt["owner"] = "550 5.1.1 no such office"
    first, second = sending("--yes"), sending("--yes")
    handler.rcpt.clear()
    before = len(handler.got)
    line = next(one for one in second.err.splitlines() if "--again" in one)
    told = line[line.index("protestmail send") : line.index(" tries once more")]
    third = sending.run(*shlex.split(told)[1:], "--yes", env=sending.env)

    assert (first.code, second.code, third.code) == (1, 1, 0)
    assert "if an address is wrong, please tell Campaign: campaign@issuer.example" in first.err
    assert line.startswith("owner@mill.example: refused on ")
    assert "for good: 550 5.1.1 no such office" in line
    assert handler.to[before:] == [["owner@mill.example"]]


def test_a_refused_copy_on_the_next_run(sending: Sending, handler: Handler) -> None:
    """P84: a second run says why its exit code is 1: a copy was refused, in which words."""
    sending.appeals.add(cc=[COPY, "other@issuer.example"])
    handler.rcpt["copy"] = "550 5.1.1 gone"

    first, second = sending("--yes"), sending("--yes")

    assert (first.code, second.code) == (1, 1)
    assert first.records[0][3] == "1 copy"
    assert "strike: 1 accepted, of their copies 1 refused" in first.err
    assert f"{COPY}: a copy, refused on " in second.err
    assert "so not all is accepted: 550 5.1.1 gone" in second.err
    assert "other@issuer.example" not in second.err
    assert "--again" not in second.err


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["lines", "json"])
def test_a_program_hears_at_once(sending: Sending, form: list[str]) -> None:
    """A letter's line is there before the next letter has its answer; as a whole it is JSON."""
    sending.appeals.add(targets=SEVERAL)
    came, heard, whole = threading.Event(), list[bool](), ""

    def when_read(session: Session, reply: bytes) -> bool:
        heard.append(came.wait(TIMEOUT))
        session.say(reply)
        return True

    with FaultServer(Fault("dot", when_read, 2)) as server:
        env = sending.env | {"PROTESTMAIL_SMTP_PORT": str(server.port)}
        with subprocess.Popen(
            [*sending.run.command(), *sending.args("--yes", *form)],
            cwd=sending.run.cwd,
            env=sending.run.environ | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            for line in process.stdout or ():
                whole += line
                if "@ministry.example" in line:
                    came.set()

    assert (process.returncode, heard) == (0, [True])
    if form:
        letters: list[Any] = json.loads(whole)["letters"]
        assert [one["state"] for one in letters] == ["accepted"] * 3
    else:
        assert [line.split("\t")[:2] for line in whole.splitlines()] == [
            [number, "accepted"] for number in "123"
        ]


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["lines", "json"])
def test_a_reader_that_has_gone(sending: Sending, handler: Handler, form: list[str]) -> None:
    """Whoever closes the pipe after the first line keeps no letter from going."""
    sending.appeals.add(targets=SEVERAL)
    command = shlex.join([*sending.run.command(), *sending.args("--yes", *form)])

    done = subprocess.run(
        ["sh", "-c", f"{command} | true"],
        cwd=sending.run.cwd,
        env=sending.run.environ | sending.env,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert len(handler.got) == 3


def test_what_waits_is_in_the_json(sending: Sending) -> None:
    """Letters that are known, told of and still queued make one whole."""
    sending.appeals.add(targets=SEVERAL)
    limit = say(b"550 5.4.5 Daily sending limit exceeded")
    with FaultServer(Fault("rcpt1", limit, EVERY)) as server:
        port = {"PROTESTMAIL_SMTP_PORT": str(server.port)}
        first = sending("--yes", "--target", "court")
        second = sending("--yes", "--json", env=port)

    assert (first.code, second.code) == (0, 75)
    told = [(one["target"], one["state"]) for one in second.json["letters"]]
    assert told == [("court", "accepted"), ("ministry", "queued"), ("mill", "queued")]
