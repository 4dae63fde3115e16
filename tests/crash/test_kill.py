"""A send that is killed: at every step, at random, by a power cut; and who comes after it."""

import random
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.cut_short import (
    Points,
    add_appeal,
    asking_nothing,
    sent_in_the_end,
    started,
)
from makers.program import TIMEOUT, Process, Program
from protestmail.journal.store import WITNESS
from servers.recorder import Hold, hang_up_once, journal_of, letters_of, recording, untrue

PIPELINING = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one by one"])
send = pytest.fixture(asking_nothing)


def doubt(steps: Sequence[str]) -> set[int]:
    """Tell how many letters may be in doubt after a kill at the last of these steps."""
    marks = [one for one in steps if one.startswith(("in_doubt: ", "record: "))]
    if not marks:
        return {0}
    if steps[-1] is marks[-1]:
        return {0, 1}
    return {1} if marks[-1].startswith("in_doubt: ") else {0}


@PIPELINING
def test_killed_at_every_step(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, *, pipelining: bool
) -> None:
    """P52: killed at any step and run again, no letter is accepted twice and none is missing.

    A letter is in doubt only where the kill came between the mark and the note of the answer. No
    other file than the journal is left lying about.
    """
    addresses = add_appeal(appeals, 3)
    points = Points(tmp_path / "steps")
    with recording(pipelining=pipelining) as server:
        whole = run(*send, env=server.environ(tmp_path / "0"), prelude=points.prelude())
        steps = points.passed
        wrong = {}
        for number, step in enumerate(steps, 1):
            server.taken.clear()
            env = server.environ(tmp_path / str(number))
            killed = run(*send, env=env, prelude=points.prelude(number))
            may = doubt(points.passed)
            told, unknown = sent_in_the_end(run, send, env, server, addresses)
            files = {one.name for one in (tmp_path / str(number)).iterdir()}
            told += sorted(files ^ {"journal.sqlite", WITNESS})
            if (killed.code, len(unknown) in may, told) != (-signal.SIGKILL, True, []):
                wrong[f"{number}: {step}"] = [killed.code, unknown, *told]

    assert whole.code == 0
    assert len(steps) >= 60
    assert sum("write from" in one and "write from 0 of" not in one for one in steps) >= 6
    assert wrong == {}


TORN = """
import resource, signal
from protestmail.journal.journal import Journal

def tear(most):
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

def torn(*args, real=Journal.{step}, **given):
    tear({most})
    return real(*args, **given)

Journal.{step} = torn
"""
"""Kills the process, at a step, amid a write beyond a size; a core of one byte is none."""


@pytest.mark.parametrize("step", ["add", "in_doubt", "record"])
def test_killed_amid_a_write_to_the_journal(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, step: str
) -> None:
    """P52: a write to the journal that is torn anywhere, by a kill, is as if it had not begun."""
    addresses = add_appeal(appeals, 3)
    with recording() as server:
        wrong, ended = {}, set()
        for most in range(1000, 200_000, 3100):
            server.taken.clear()
            env = server.environ(tmp_path / str(most))
            killed = run(*send, env=env, prelude=TORN.format(most=most, step=step))
            if killed.code == 0:
                break
            told, unknown = sent_in_the_end(run, send, env, server, addresses)
            ended.add(len(unknown))
            if (killed.code, told) != (-signal.SIGXFSZ, []):
                wrong[most] = [killed.code, *told]

    assert wrong == {}
    assert ended == ({0, 1} if step == "record" else {0})
    assert most > 12_000


class Killer:
    """Kills a process at a random step of the server that it talks to."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._left = 0
        self.process: Process | None = None

    def aim(self, process: Process, most: int) -> None:
        """Choose the step."""
        self._left = self._random.randint(1, most)
        self.process = process

    def __call__(self, _step: str) -> None:
        """Count a step."""
        self._left -= 1
        if self._left == 0 and self.process:
            self.process.kill()


@PIPELINING
def test_killed_at_random(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, *, pipelining: bool
) -> None:
    """P52: of 500 letters, sent by processes that are killed at any moment, none comes twice."""
    addresses = add_appeal(appeals, 500)
    killer = Killer(seed=52 + pipelining)
    kills = 0
    with recording(pipelining=pipelining) as server:
        env = server.environ(tmp_path / "state")
        server.watch = killer
        code = -signal.SIGKILL
        while code == -signal.SIGKILL:
            with started(run, send, env) as process:
                killer.aim(process, 1200)
                code = process.wait(TIMEOUT)
            kills += code == -signal.SIGKILL
        letters = letters_of(run("journal", "--json", env=env))
        told = untrue(letters, server)

    states = journal_of(letters)
    unknown = [one for one in addresses if states[one] == "unknown"]
    assert told == []
    assert kills >= 5
    assert len(unknown) <= kills
    assert {states[one] for one in addresses} <= {"accepted", "unknown"}
    assert code == (1 if unknown else 0)


@PIPELINING
def test_the_mark_is_durable_before_the_text_leaves(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, *, pipelining: bool
) -> None:
    """P54: after each 354 the journal is written and forced to the disk, then the text leaves.

    That is the file itself, not its WAL, whose end may be lost without a word.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("install strace (Debian package strace)")
    add_appeal(appeals, 3)
    log = tmp_path / "strace.log"
    calls = "trace=fdatasync,fsync,write,pwrite64,sendto,recvfrom"
    with recording(pipelining=pipelining) as server:
        traced = [strace, "-f", "-y", "-s", "100000", "-e", calls, "-o", str(log), *run.command()]
        environ = run.environ | server.environ(tmp_path / "state")
        done = subprocess.run(
            [*traced, *send], capture_output=True, env=environ, cwd=run.cwd, check=False
        )
        ids = [one.message_id for one in server.taken]

    assert done.returncode == 0, done.stderr
    assert len(ids) == 3
    assert texts_sent(log.read_text("utf-8").splitlines()) == [(one, True) for one in ids]


def whole(trace: Sequence[str]) -> Iterator[str]:
    """Give each call in one line, where strace has parted it since another thread came between."""
    begun: dict[str, str] = {}
    for line in trace:
        process = line.partition(" ")[0]
        if line.endswith(" <unfinished ...>"):
            begun[process] = line.removesuffix(" <unfinished ...>")
        elif resumed := re.fullmatch(r"\d+ +<\.\.\. \w+ resumed>(.*)", line):
            yield begun.pop(process, process) + resumed[1]
        else:
            yield line


def texts_sent(trace: Sequence[str]) -> list[tuple[str, bool]]:
    """Find each letter that left, and whether a durable note lay between the 354 and it."""
    found = []
    order = 0
    for line in whole(trace):
        journal = "journal.sqlite>" in line
        if "recvfrom(" in line and "354 " in line:
            order = 1
        elif "pwrite64(" in line and journal and order == 1:
            order = 2
        elif re.search(r"\bf(data)?sync\(", line) and journal and line.endswith("= 0") and order:
            order = 3 if order == 2 else 0
        elif "sendto(" in line and (id_ := re.search(r"Message-ID: (<[^>]*>)", line)):
            found.append((id_[1], order == 3))
            order = 0
    return found


def test_a_second_sender_stays_out(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P56: while a send runs, another ends in 75 without connecting, and so does ``journal``.

    Killed, it leaves no lock behind.
    """
    [address] = add_appeal(appeals, 1)
    hold = Hold()
    with recording() as server:
        server.at_dot = hold
        env = server.environ(tmp_path / "state")
        with started(run, send, env) as process:
            hold.wait()
            others = [
                run(*args, env=env)
                for args in (send, [*send, "--dry-run"], ["journal"], ["journal", "--forget", "1"])
            ]
            process.kill()
        hold.released.set()
        letters = letters_of(run("journal", "--json", env=env))
        after = run(*send, env=env)
        connections = server.connections()

    for other in others:
        assert (other.code, other.out) == (75, "")
        assert "another protestmail is at work with the journal" in other.err
    assert connections == 1
    assert journal_of(letters) == {address: "unknown"}
    assert after.code == 1
    assert "in doubt" in after.err


@PIPELINING
def test_a_lost_reply_leaves_a_letter_in_doubt(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, *, pipelining: bool
) -> None:
    """P53: a reply that is lost after the dot leaves the letter unknown, and it goes no more.

    The others go, over one new connection. Let go again, it goes as it was.
    """
    addresses = add_appeal(appeals, 3)
    with recording(pipelining=pipelining) as server:
        server.at_dot = hang_up_once()
        env = server.environ(tmp_path / "state")
        runs = [run(*send, *more, env=env) for more in ([], [], ["--retry"], ["--again"])]
        unknown = journal_of(letters_of(run("journal", "--unknown", "--json", env=env)))
        heard = [mail.recipients for mail in server.heard]
        resolved = run("journal", "--resend", env=env), len(server.heard)
        last = run(*send, env=env)
        again = [mail for mail in server.heard if mail.recipients == (addresses[0],)]

    assert [one.code for one in runs] == [1, 1, 1, 1]
    assert unknown == {addresses[0]: "unknown"}
    assert heard == [(one,) for one in [*addresses, *addresses[1:]]]  # --again: but not the first
    assert (resolved[0].code, resolved[1]) == (0, len(heard))
    assert last.code == 0
    assert len(again) == 2
    assert again[0] == again[1]


def test_a_letter_that_is_marked_as_sent_stays_sent(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P53: a letter in doubt that its writer marks as sent counts as accepted, and goes no more."""
    [address] = add_appeal(appeals, 1)
    with recording() as server:
        server.at_dot = hang_up_once()
        env = server.environ(tmp_path / "state")
        codes = [run(*args, env=env).code for args in (send, ["journal", "--mark-sent", "1"], send)]
        letters = letters_of(run("journal", "--json", env=env))
        copies = server.copies()

    assert codes == [1, 0, 0]
    assert journal_of(letters) == {address: "accepted"}
    assert copies == {address: 1}
