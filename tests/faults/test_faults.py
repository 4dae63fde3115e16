"""Servers that misbehave at every step: what becomes of each letter, and what must never happen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from protestmail.journal.entry import ACCEPTED, REFUSED, UNKNOWN, Entry
from protestmail.journal.journal import RETRY, RETRY_MOST, Journal
from protestmail.sending import dispatch, wire
from protestmail.sending.agenda import queue
from protestmail.sending.pace import Pace
from servers.authority import Authority, authority
from servers.fault_acts import bye, die, drip, extra, freeze, omit, reset, say, sip
from servers.fault_judge import BRIEF, MESSAGES, judge, seen, send, states
from servers.fault_server import EVERY, Fault, FaultServer, leaks
from servers.fault_session import Act
from servers.fault_table import EARLY, TABLE, Row

WAYS = {"": False, "piped": True}
LARGE = b"A line of a letter that no kernel takes as a whole.\r\n" * 120_000
"""More than is kept on the way while nobody reads."""


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority, and its certificate for 127.0.0.1."""
    return authority(tmp_path_factory.mktemp("authority"))


def test_the_table_is_large() -> None:
    """There are enough rows, no two have a name, and every step goes wrong in several ways."""
    ways = Counter(fault.step for row in TABLE for fault in row.script)

    assert len(TABLE) > 75
    assert len({(row.what, row.security) for row in TABLE}) == len(TABLE)
    assert len(ways) == 16
    assert min(ways.values()) > 1


CASES = [
    pytest.param(row, piped, id=f"{row.what} {row.security} {name}".strip())
    for row in TABLE
    for name, piped in WAYS.items()
    if piped or not (row.brief and row in EARLY)
]


@pytest.mark.parametrize(("row", "pipelining"), CASES)
def test_a_fault(
    row: Row,
    pipelining: bool,
    tmp_path: Path,
    trusted: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P36, P53, P57, P58: a row of the table; then a good server gets what is left, once."""
    trusted.trust(monkeypatch)
    if row.brief:
        monkeypatch.setattr(wire, "LIMITS", BRIEF)
    context, expected = trusted.server, (pipelining and row.piped) or row.seen
    with FaultServer(
        *row.script, pipelining=pipelining, security=row.security, context=context
    ) as server:
        with Journal(tmp_path) as journal:
            result = send(queue(journal, MESSAGES, 0), journal, server)
            entries = list(journal.entries())

        assert seen(result, entries, server) in expected.split(" or ")
        judge(entries, server)

        monkeypatch.setattr(wire, "LIMITS", wire.Limits())
        entries = _send_the_rest(tmp_path, server)

    judge(entries, server)
    data = {one.data for one in server.deliveries if one.accepted and one.recipients}
    assert data <= {one.data for one in MESSAGES}
    assert not leaks(server.plain)


def _send_the_rest(folder: Path, server: FaultServer) -> list[Entry]:
    """Send again what may be sent again, to a server that behaves: then nobody waits any more."""
    server.behave()
    with Journal(folder) as journal:
        left = [one.number for one in journal.entries() if one.due is not None]
        assert send(left, journal, server).problem is None
        entries = list(journal.entries())
    people = {one.state for entry in entries for one in entry.recipients}
    assert people <= {ACCEPTED, REFUSED, UNKNOWN}
    return entries


def test_deadlines() -> None:
    """P37: a minute for a step, three without progress in a text, ten for what became of it."""
    assert wire.Limits() == wire.LIMITS == (60, 180, 600)


@pytest.mark.parametrize(("step", "state"), [("greeting", "Q"), ("rcpt1", "Q"), ("dot", "U")])
def test_a_deadline_is_a_total(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, state: str
) -> None:
    """P37: a server that says a byte now and then is cut off all the same, and it is said why."""
    monkeypatch.setattr(wire, "LIMITS", BRIEF)
    with FaultServer(Fault(step, drip, EVERY)) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES[:1], 0), journal, server)
        entries = list(journal.entries())

    assert states(entries) == state
    assert "no answer in time" in str(result.problem)
    judge(entries, server)


LARGE_FAULTS = [
    ([Fault("body", reset)], "A 0 - 2"),
    ([Fault("body", reset, EVERY)], "Q 75 ConnectionLost 2"),
    ([Fault("body", freeze)], "A 0 - 2"),
    ([Fault("body", die)], "U 1 ConnectionLost 1 or A 0 - 2"),
]


@pytest.mark.parametrize("security", ["none", "tls"])
@pytest.mark.parametrize(("script", "expected"), LARGE_FAULTS)
def test_a_large_letter(
    tmp_path: Path,
    trusted: Authority,
    monkeypatch: pytest.MonkeyPatch,
    script: Sequence[Fault],
    expected: str,
    security: str,
) -> None:
    """P37, P58: a text that cannot have left as a whole is still queued.

    Where the server goes on reading behind its end, it may have left as a whole.
    """
    trusted.trust(monkeypatch)
    monkeypatch.setattr(wire, "LIMITS", wire.Limits(10, 0.5, 10))
    message = replace(MESSAGES[0], data=MESSAGES[0].data + LARGE)
    with (
        FaultServer(*script, security=security, context=trusted.server, narrow=True) as server,
        Journal(tmp_path) as journal,
    ):
        result = send(queue(journal, [message], 0), journal, server)
        entries = list(journal.entries())

    assert seen(result, entries, server) in expected.split(" or ")
    judge(entries, server)


def test_a_slow_server_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P37: a text may take longer than its deadline as long as it gets on."""
    monkeypatch.setattr(wire, "LIMITS", wire.Limits(10, 0.4, 10))
    message = replace(MESSAGES[0], data=MESSAGES[0].data + 2 * LARGE)
    with FaultServer(Fault("body", sip), narrow=True) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, [message], 0), journal, server)
        entries = list(journal.entries())

    assert seen(result, entries, server) == "A 0 - 1"


@pytest.mark.parametrize("reply", [b"250 taken", b"554 no", b"hello"])
def test_a_verdict_before_the_dot(tmp_path: Path, reply: bytes) -> None:
    """P43: what a server says of a text before its dot was sent counts for nothing."""
    message = replace(MESSAGES[0], data=MESSAGES[0].data + LARGE)
    early = Fault("body", say(reply)), Fault("dot", omit)
    with FaultServer(*early, narrow=True) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, [message], 0), journal, server)
        entries = list(journal.entries())

    assert states(entries) in {"Q", "U"}
    assert type(result.problem).__name__ == "ConnectionLost"
    judge(entries, server)


@pytest.mark.parametrize("pipelining", WAYS.values())
def test_nobody_gets_an_empty_letter(tmp_path: Path, pipelining: bool) -> None:
    """RFC 2920, 3.1: where a recipient was accepted, no lone dot ends what was not to be sent."""
    lie = Fault("mail", say(b"451 later", counts=True))
    with (
        FaultServer(lie, pipelining=pipelining) as server,
        Journal(tmp_path) as journal,
    ):
        send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    assert states(entries)[0] in "DQ"
    judge(entries, server)


@pytest.mark.parametrize("pipelining", WAYS.values())
@pytest.mark.parametrize("end", [die, bye(b"421 idle for too long"), extra(b"421 bye\r\n")])
def test_the_server_leaves_in_a_pause(tmp_path: Path, pipelining: bool, end: Act) -> None:
    """P58: where the rate makes a pause and the server leaves meanwhile, it is called once more."""
    waits: list[float] = []
    now = iter(range(0, 60 * 60, 5))
    pace = Pace(2, clock=lambda: float(next(now)), sleep=waits.append)
    script = Fault("letters", end, 2)
    with (
        FaultServer(script, pipelining=pipelining) as server,
        Journal(tmp_path) as journal,
    ):
        result = send(queue(journal, MESSAGES, 0), journal, server, pace)
        entries = list(journal.entries())

    assert waits
    assert seen(result, entries, server) == "AAA 0 - 2"
    judge(entries, server)


def test_a_deferred_letter_waits_longer_each_time(tmp_path: Path) -> None:
    """P57: five minutes, then twice as long each time, and never more than four hours."""
    with (
        FaultServer(Fault("dot", say(b"451 later"), EVERY)) as server,
        Journal(tmp_path) as journal,
    ):
        numbers = queue(journal, MESSAGES[:1], 0)
        waits = []
        for _ in range(9):
            [entry] = dispatch.carry_out(numbers, journal, server.account, clock=lambda: 1000)
            waits.append((entry.due or 0) - entry.at)

    assert waits[:4] == [RETRY, 2 * RETRY, 4 * RETRY, 8 * RETRY] == [300, 600, 1200, 2400]
    assert waits[-2:] == [RETRY_MOST, RETRY_MOST] == [14400, 14400]


def test_only_those_put_off_are_asked_again(tmp_path: Path) -> None:
    """P57: a second run names the recipients that were put off, and nobody else."""
    script = (
        Fault("rcpt1", say(b"450 later"), 1),
        Fault("rcpt1", say(b"550 gone"), 2),
        Fault("rcpt2", say(b"450 later"), 2),
    )
    with FaultServer(*script) as server:
        with Journal(tmp_path) as journal:
            send(queue(journal, MESSAGES, 0), journal, server)
        entries = _send_the_rest(tmp_path, server)

    again = [one for one in server.connections[1].commands if one.startswith("RCPT")]
    assert again == ["RCPT TO:<office@ministry.example>", "RCPT TO:<copy@issuer.example>"]
    assert states(entries) == "ARA"
    judge(entries, server)
