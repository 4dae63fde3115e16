"""A send that is stopped by Ctrl-C: what is told stays true, and the next run completes it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.cut_short import Points, add_appeal, asking_nothing, sent_in_the_end
from makers.program import Program
from servers.recorder import Hold, journal_of, letters_of, recording, untrue

INTERRUPT = b"\x03"
send = pytest.fixture(asking_nothing)


INTERRUPTS = [
    pytest.param(["SIGINT"], True, id="once, pipelining"),
    pytest.param(["SIGINT"], False, id="once, one by one"),
    pytest.param(["SIGINT", "SIGINT"], True, id="twice"),
]


@pytest.mark.parametrize(("by", "pipelining"), INTERRUPTS)
def test_interrupted_at_every_step(
    run: Program,
    appeals: Folder,
    send: list[str],
    tmp_path: Path,
    *,
    by: list[str],
    pipelining: bool,
) -> None:
    """P59: Ctrl-C at any step ends in 130, what is told is true, and a rerun completes the send.

    Pressed once, it leaves no letter in doubt.
    """
    addresses = add_appeal(appeals, 2 if pipelining else 1)
    points = Points(tmp_path / "steps")
    with recording(pipelining=pipelining) as server:
        run(*send, env=server.environ(tmp_path / "0"), prelude=points.prelude())
        wrong = {}
        for number, step in queueing_and_after(points.passed):
            server.taken.clear()
            env = server.environ(tmp_path / str(number))
            cut = run(*send, env=env, prelude=points.prelude(number, by=by))
            told = untrue(letters_of(cut), server) if cut.out else []
            told += untrue(letters_of(run("journal", "--json", env=env)), server)
            more, unknown = sent_in_the_end(run, send, env, server, addresses)
            told += more + ([cut.err] if "Traceback" in cut.err or "ignored" in cut.err else [])
            if (cut.code, told) != (130, []) or len(unknown) >= len(by):
                wrong[f"{number}: {step}"] = [cut.code, unknown, *told]

    assert wrong == {}


def queueing_and_after(steps: Sequence[str]) -> list[tuple[int, str]]:
    """Leave out the steps in which the journal is opened."""
    numbered = list(enumerate(steps, 1))
    return numbered[next(at for at, (_, step) in enumerate(numbered) if step.startswith("add: ")) :]


def test_an_impatient_person(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P59: Ctrl-C pressed again and again, from any step on, leaves a true journal as well."""
    addresses = add_appeal(appeals, 1)
    points = Points(tmp_path / "steps")
    with recording() as server:
        run(*send, env=server.environ(tmp_path / "0"), prelude=points.prelude())
        wrong = {}
        for number, step in queueing_and_after(points.passed):
            server.taken.clear()
            env = server.environ(tmp_path / str(number))
            cut = run(*send, env=env, prelude=points.prelude(number, 9999, by=["SIGINT"]))
            told, unknown = sent_in_the_end(run, send, env, server, addresses)
            if (cut.code, told) != (130, []) or len(unknown) > 1:
                wrong[f"{number}: {step}"] = [cut.code, unknown, *told]

    assert wrong == {}


def test_ctrl_c_waits_for_the_letter_in_hand(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P59: Ctrl-C while a reply is awaited waits for it, then stops; the rest stays queued.

    Nothing more is said on that connection, and the next run completes the send on another.
    """
    run.fresh = True  # no fork here: as the writer has it
    first, *rest = add_appeal(appeals, 3)
    hold = Hold()
    with recording() as server:
        server.at_dot = hold
        env = server.environ(tmp_path / "state")
        with run.dialogue("--plain", *send[:-1], env=env) as person:
            hold.wait()
            person.press(INTERRUPT)
            person.expect("stopping after the letter in hand")
            hold.released.set()
            person.expect("1 accepted, 2 queued")
            code = person.end()
        states = journal_of(letters_of(run("journal", "--json", env=env)))
        connections, taken = server.connections(), len(server.taken)
        again = run(*send, env=env)
        copies = server.copies()

    assert (code, connections, taken) == (130, 1, 1)
    assert states == {first: "accepted"} | dict.fromkeys(rest, "queued")
    assert again.code == 0
    assert copies == dict.fromkeys([first, *rest], 1)


def test_ctrl_c_twice_waits_no_longer(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P59: a second Ctrl-C does not wait: the letter in hand is unknown, and stays so."""
    first, *rest = add_appeal(appeals, 3)
    hold = Hold()
    with recording() as server:
        server.at_dot = hold
        env = server.environ(tmp_path / "state")
        with run.dialogue("--plain", *send[:-1], env=env) as person:
            hold.wait()
            person.press(INTERRUPT)
            person.expect("stopping after the letter in hand")
            person.press(INTERRUPT)
            person.expect("1 unknown, 2 queued")
            code = person.end()
        hold.released.set()
        states = journal_of(letters_of(run("journal", "--json", env=env)))
        connections = server.connections()
        again = run(*send, env=env)
        copies = server.copies()

    assert (code, connections) == (130, 1)
    assert states == {first: "unknown"} | dict.fromkeys(rest, "queued")
    assert again.code == 1
    assert copies == dict.fromkeys([first, *rest], 1)


@pytest.mark.parametrize("where", ["greeting", "recipient", "pace"])
def test_ctrl_c_with_no_letter_in_hand(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path, where: str
) -> None:
    """P59: with no text on its way Ctrl-C ends at once, and nothing is in doubt.

    It may come while the server is silent, or while the rate asks for a pause.
    """
    addresses = add_appeal(appeals, 2)
    hold = Hold("220 recorder.example" if where == "greeting" else "250 2.1.5 OK")
    with recording(pipelining=False) as server:
        server.at_greeting = hold if where == "greeting" else server.at_greeting
        server.at_rcpt = hold if where == "recipient" else server.at_rcpt
        env = server.environ(tmp_path / "state")
        pace = ["--per-minute=1"] if where == "pace" else []
        with run.dialogue("--plain", *send[:-1], *pace, env=env) as person:
            if where == "pace":
                person.expect("1/2 sent")
            else:
                hold.wait()
            person.press(INTERRUPT)
            code = person.end()
        hold.released.set()
        states = journal_of(letters_of(run("journal", "--json", env=env)))
        server.connections()
        heard = len(server.heard)
        again = run(*send, env=env)
        copies = server.copies()

    assert code == 130
    assert "Traceback" not in person.seen
    assert heard == (where == "pace")
    assert states == {addresses[0]: ["queued", "accepted"][heard], addresses[1]: "queued"}
    assert again.code == 0
    assert copies == dict.fromkeys(addresses, 1)


def test_ctrl_c_before_the_connection(
    run: Program, appeals: Folder, send: list[str], tmp_path: Path
) -> None:
    """P59: Ctrl-C while the password command runs ends in 130, and nothing was connected to."""
    add_appeal(appeals, 2)
    command = "sh -c 'echo asking >&2; exec cat'"
    with recording() as server:
        env = server.environ(tmp_path / "state") | {"PROTESTMAIL_SMTP_PASSWORD_COMMAND": command}
        with run.dialogue("--plain", *send[:-1], "--insecure-plain-text", env=env) as person:
            person.expect("asking")
            person.press(INTERRUPT)
            code = person.end()
        letters = letters_of(run("journal", "--json", env=env))
        connections = server.connections()

    assert code == 130
    assert "Traceback" not in person.seen
    assert (letters, connections) == ([], 0)
