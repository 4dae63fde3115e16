"""The next run: with another clock, with an appeal that has changed."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from makers.cut_short import add_appeal, asking_nothing
from makers.program import Program
from servers.recorder import hang_up_once, journal_of, letters_of, recording

send = pytest.fixture(asking_nothing)
CLOCK = """
import datetime, time
real = time.time
time.time = lambda: real() + {seconds}

class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

datetime.datetime = Shifted
"""
MINUTE, YEAR = 60, 365 * 24 * 60 * 60
CLOCKS = [
    ((0, 0), False),
    ((0, 4 * MINUTE), False),
    ((0, 6 * MINUTE), True),
    ((0, YEAR), True),
    ((0, -YEAR), True),  # the clock was set back: nobody can tell how long it has been
    ((YEAR, 0), True),
    ((-YEAR, 0), True),
    ((0, -MINUTE // 2), False),
]


@pytest.mark.parametrize(("clocks", "goes"), CLOCKS)
def test_a_deferred_letter_and_the_clock(
    run: Program,
    appeals: Folder,
    send: list[str],
    tmp_path: Path,
    clocks: tuple[int, int],
    *,
    goes: bool,
) -> None:
    """P60: a clock a year off neither holds up a deferred letter nor sends it before its time.

    Deferred once more, it waits anew by the clock as it is then. Accepted, it stays accepted.
    """
    late = partial(run, python=["-B"])  # a fork has taken its clock before the prelude
    deferred, accepted = add_appeal(appeals, 2)
    asked: list[str] = []

    def at_rcpt(to: str) -> str:
        asked.append(to)
        return "451 later" if to == deferred else "250 OK"

    first, second = (CLOCK.format(seconds=seconds) for seconds in clocks)
    with recording() as server:
        server.at_rcpt = at_rcpt
        env = server.environ(tmp_path / "state")
        codes = [late(*send, env=env, prelude=clock).code for clock in (first, second, second)]
        before_last = list(asked)
        server.at_rcpt = lambda _to: "250 OK"
        codes.append(late(*send, "--retry", env=env, prelude=first).code)
        codes.append(late(*send, env=env, prelude=second).code)
        copies = server.copies()

    assert before_last == [deferred, accepted, *([deferred] if goes else [])]
    assert codes == [1, 1, 1, 0, 0]
    assert copies == {deferred: 1, accepted: 1}


@pytest.mark.parametrize("seconds", [YEAR, -YEAR])
def test_a_letter_in_doubt_and_the_clock(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, seconds: int
) -> None:
    """P60: no clock sends a letter that is in doubt."""
    late = partial(run, python=["-B"])
    [address] = add_appeal(appeals, 1)
    with recording() as server:
        server.at_dot = hang_up_once()
        env = server.environ(tmp_path / "state")
        codes = [
            late(*send, *more, env=env, prelude=CLOCK.format(seconds=shift)).code
            for shift, more in ((0, []), (seconds, []), (seconds, ["--retry"]))
        ]
        copies = server.copies()

    assert codes == [1, 1, 1]
    assert copies == {address: 1}


OFFICES: list[dict[str, Any]] = [
    {"name": "Ministry", "email": "office@ministry.example"},
    {"name": "Court", "email": "clerk@court.example"},
]
RENAMED = [one | {"name": f"New {one['name']}", "id": f"new-{n}"} for n, one in enumerate(OFFICES)]
RUSSIAN = {"subject": "Свободу", "body": "{{ salutation }}\n\nСвободу.\n\n{{ signature }}"}
IN_TWO = [
    {"id": "letter", "language": "ru", **RUSSIAN},
    {"id": "letter", "subject": "Free them", "body": "Free them.\n\n{{ signature }}"},
]
CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "text": {"letter": "Release them, and soon.\n\n{{ signature }}"},
    "subject": {"subject": "Release them"},
    "title": {"title": "Release the committee", "summary": "They are in prison still."},
    "names": {"targets": RENAMED},
    "order": {"targets": OFFICES[::-1]},
    "capitals": {"targets": [one | {"email": one["email"].upper()} for one in OFFICES]},
    "language": {"subject": None, "letter": None, "letters": IN_TWO},
    "copies": {"cc": ["campaign@issuer.example"]},
    "demands": {"demands": ["Free them."]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_appeal_that_has_changed(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, change: dict[str, Any]
) -> None:
    """P60: whatever has changed in an appeal, what was accepted at an address does not go again.

    Nor does another display name of the writer make another letter.
    """
    with recording() as server:
        env = server.environ(tmp_path / "state")
        appeals.add(targets=OFFICES)
        run(*send, env=env)
        appeals.add(**({"targets": OFFICES} | change))
        runs = [run(*send, *args, env=env) for args in ([], ["--name", "A. Example"])]
        copies = server.copies()

    assert [one.code for one in runs] == [0, 0]
    assert all("not sent again" in one.err for one in runs)
    assert copies == {one["email"]: 1 for one in OFFICES}


def test_an_address_that_has_changed(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P60: a letter to another address is another letter; so is one from another address."""
    moved = [OFFICES[0] | {"email": "office@new.example"}, OFFICES[1]]
    with recording() as server:
        env = server.environ(tmp_path / "state")
        appeals.add(targets=OFFICES)
        run(*send, env=env)
        appeals.add(targets=moved)
        run(*send, env=env)
        after_move = server.copies()
        other = run(*send, env=env | {"PROTESTMAIL_EMAIL": "bela@branch.example"})
        copies = server.copies()

    assert after_move == {one["email"]: 1 for one in [*OFFICES, moved[0]]}
    assert other.code == 0
    assert copies - after_move == {one["email"]: 1 for one in moved}


def test_a_deferred_letter_goes_as_it_was(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P60: a letter that was offered goes again as it was; one that never was is written anew."""
    with recording() as server:
        env = server.environ(tmp_path / "state")
        appeals.add(targets=OFFICES)
        server.at_dot = lambda _mail: "421 4.3.2 closing"
        run(*send, env=env)
        [first] = server.heard
        states = journal_of(letters_of(run("journal", "--json", env=env)))
        appeals.add(targets=RENAMED, subject="Release them")
        server.at_dot = lambda _mail: "250 2.0.0 taken"
        done = run(*send, "--retry", env=env)

    assert states == {"office@ministry.example": "deferred", "clerk@court.example": "queued"}
    assert done.code == 0
    assert server.taken[0] == first
    assert [b"Subject: Release them" in mail.data for mail in server.taken] == [False, True]
    assert b"New Court" in server.taken[1].data
