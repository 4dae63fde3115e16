"""What the tests of cut-short sends share: steps to cut it at, a small disk."""

import errno
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from makers.program import Process, Program
from servers.recorder import Recorder, journal_of, letters_of, untrue

PAGE = 4096


POINTS = """
import os, signal, sqlite3, sys
from protestmail.sending import dial, wire
from protestmail.journal.journal import Journal

start, end = told("FROM"), told("TO")
signals = [getattr(signal, name) for name in told("BY")]
log = os.open(told("LOG"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
passed, doing = 0, []

def point(name):
    global passed
    passed += 1
    os.write(log, ("%s%s\\n" % ("".join(one + ": " for one in doing[-1:]), name)).encode())
    if start <= passed <= end:
        for one in signals:
            os.kill(os.getpid(), one)

class Counted(sqlite3.Connection):
    def execute(self, sql, *values):
        if not sql.startswith("SELECT"):
            point(" ".join(sql.split())[:40])
        return super().execute(sql, *values)

    def executemany(self, sql, *values):
        point(sql)
        return super().executemany(sql, *values)

    def close(self):
        point("close")
        super().close()

def labelled(name, real):
    def method(self, *args, **given):
        doing.append(name)
        try:
            return real(self, *args, **given)
        finally:
            doing.pop()
    return method

for name in "add trying in_doubt record requeue forget resolve".split():
    setattr(Journal, name, labelled(name, getattr(Journal, name)))

def connect(*args, real=dial.connect):
    point("connect")
    return real(*args)

def line(self, end, real=wire.Wire.line):
    point("read")
    return real(self, end)

def write(self, data, most, *, dot=0, real=wire.Wire.write):
    done = 0
    for cut in sorted({0, dot // 2, max(dot - 1, 0), dot} - {len(data)}):
        if start <= passed + 1 <= end:
            real(self, data[done:cut], most, dot=dot)
            done = cut
        point("write from %s of %s" % (cut, len(data)))
    real(self, data[done:], most, dot=max(dot - done, 0))

sqlite3.connect = lambda *args, real=sqlite3.connect, **given: real(
    *args, factory=Counted, **given)
dial.connect, wire.Wire.line, wire.Wire.write = connect, line, write
"""
"""Counts each statement that could change the journal, and each step on the wire.

A letter's text has four steps: nothing of it sent, half, all but its last byte, and all of it
without the offer behind it. What follows a step is the step before the next: it is counted once.
"""


@dataclass(frozen=True, slots=True)
class Points:
    """Makes preludes that cut a run short at a step, and tells which steps it has come to."""

    log: Path

    def prelude(self, start: int = 0, end: int = 0, by: Sequence[str] = ("SIGKILL",)) -> str:
        """Send the signals at each of the steps from ``start`` to ``end``, counted from one."""
        told = {"FROM": start, "TO": end or start, "BY": [*by], "LOG": str(self.log)}
        return f"told = {told!r}.get\n{POINTS}"

    @property
    def passed(self) -> list[str]:
        """The steps that the latest run came to; it was about to take the last one."""
        return self.log.read_text().splitlines()


def add_appeal(appeals: Folder, count: int, **fields: Any) -> list[str]:
    """Write an appeal to so many targets; give their addresses."""
    addresses = [f"office{number}@ministry{number}.example" for number in range(count)]
    targets = [{"name": f"Ministry {number}", "email": one} for number, one in enumerate(addresses)]
    appeals.add(**({"targets": targets} | fields))
    return addresses


def asking_nothing(appeals: Folder) -> list[str]:
    """Give the command line of a send that neither asks nor waits: a fixture's function."""
    return ["--appeals", str(appeals), "send", "strike", "--yes", "--per-minute=100000", "--json"]


def started(run: Program, send: Sequence[str], env: dict[str, str], *, umask: int = -1) -> Process:
    """Start the program, and do not wait for it."""
    with Path(os.devnull).open("r+b") as nothing:
        return run.start(send, (nothing.fileno(),) * 3, env, umask=umask)


def sent_in_the_end(
    run: Program, send: Sequence[str], env: dict[str, str], server: Recorder, addresses: list[str]
) -> tuple[list[str], list[str]]:
    """Send again after a run was cut short; give what is wrong then, and who is in doubt."""
    again = run(*send, env=env)
    letters = letters_of(again)
    states = journal_of(letters)
    unknown = [one for one in addresses if states.get(one) == "unknown"]
    wrong = untrue(letters, server)
    wrong += [f"{one} is {states.get(one)}" for one in addresses if states.get(one) != "accepted"]
    wrong = [one for one in wrong if not one.endswith("is unknown")]
    if again.code != (1 if unknown else 0):
        wrong.append(f"exit {again.code} with {len(unknown)} in doubt: {again.err}")
    if unknown:
        before = list(server.taken)
        third = run(*send, env=env)
        if (third.code, server.taken) != (1, before):
            wrong.append(f"the third run is another: {third.code} {third.err}")
        wrong += [f"{one} is not told of" for one in unknown if f"{one}: in doubt" not in third.err]
    return wrong, unknown


class Disk:
    """A small disk, mounted in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = path / "state"
        self._filler = path / "filler"

    def fill(self, *, leave: int = 0) -> None:
        """Take all its room but so many bytes."""
        with self._filler.open("ab", buffering=0) as file:
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                _write_on(file)
            file.truncate(file.tell() - leave)

    def make_room(self) -> None:
        """Give its room back."""
        self._filler.unlink()

    def make_read_only(self) -> None:
        """Let nobody write to it any more."""
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)


def _write_on(file: FileIO) -> None:
    while True:
        file.write(bytes(PAGE))


def mounted(tmp_path: Path) -> Iterator[Disk]:
    """Give a disk of 1 MiB, or fail where none can be mounted: a fixture's function."""
    path = tmp_path / "disk"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"run this as root: a small disk has to be mounted ({done.stderr.strip()})")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", path], check=True)
