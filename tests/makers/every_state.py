"""What the tests of ``protestmail journal`` share: a journal in which each state is to be found."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from makers.cut_short import asking_nothing
from makers.fence import TRUSTING_NOBODY
from makers.forks import Forks
from makers.program import Program, Ran
from servers.recorder import HangUp, Mail, Recorder, journal_of, letters_of, recording

ACCEPTED, REFUSED, DEFERRED, UNKNOWN = (
    f"office@{name}.example" for name in ("accepted", "refused", "deferred", "unknown")
)
COPY = "copy@issuer.example"
TARGETS = [
    {"name": f"The {name}", "id": name, "email": f"office@{name}.example"}
    for name in ("accepted", "refused", "deferred", "unknown")
]


class Journals:
    """The program with a journal at a server that takes, refuses, defers or loses letters."""

    def __init__(self, run: Program, appeals: Folder, server: Recorder, state: Path) -> None:
        self.server, self.appeals, self.state = server, appeals, state
        self.env = server.environ(state)
        self._run = run
        self.losing = [UNKNOWN]
        server.at_rcpt, server.at_dot = self._rcpt, self._dot
        appeals.add(targets=TARGETS)

    @staticmethod
    def _rcpt(address: str) -> str:
        replies = {REFUSED: "550 5.1.1 no such office", DEFERRED: "450 4.2.0 come back"}
        return replies.get(address, "250 OK")

    def _dot(self, mail: Mail) -> str:
        if set(self.losing) & set(mail.recipients):
            raise HangUp
        return "250 2.0.0 taken"

    def send(self, *args: str, appeal: str = "strike") -> Ran:
        """Send an appeal."""
        given = [appeal if one == "strike" else one for one in asking_nothing(self.appeals)]
        return self._run(*given, *args, env=self.env)

    def walkout(self, **fields: Any) -> Ran:
        """Send another appeal, to the first office unless others are given."""
        self.appeals.add("walkout", **({"targets": TARGETS[:1]} | fields))
        return self.send(appeal="walkout")

    def __call__(self, *args: str) -> Ran:
        """Run ``protestmail journal``."""
        return self._run("journal", *args, env=self.env)

    @property
    def letters(self) -> list[dict[str, Any]]:
        """All letters."""
        return letters_of(self("--json"))

    @property
    def states(self) -> dict[str, str]:
        """The state of each recipient."""
        return journal_of(self.letters)


def filled(
    tmp_path_factory: pytest.TempPathFactory, forks: Forks
) -> Iterator[tuple[Program, Recorder, Path]]:
    """Give the program, a server, and a journal with each state: a fixture's function."""
    folder = tmp_path_factory.mktemp("past")
    environ = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    program = Program(folder / "cwd", environ | TRUSTING_NOBODY, forks)
    program.cwd.mkdir()
    with recording() as server:
        journal = Journals(program, Folder(folder / "appeals"), server, folder / "state")
        assert journal.send().code == 1
        server.connections()
        yield program, server, folder / "state"


def copied(past: tuple[Program, Recorder, Path], appeals: Folder, tmp_path: Path) -> Journals:
    """Give such a journal, for the test alone: a fixture's function."""
    run, server, state = past
    shutil.copytree(state, tmp_path / "state")
    server.connections()
    del server.heard[2:], server.taken[2:]
    return Journals(run, appeals, server, tmp_path / "state")
