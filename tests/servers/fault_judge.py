"""Three letters sent to a server that may misbehave, and a comparison of what both sides know."""

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from makers.letters import a_letter, a_message
from protestmail.appeals.appeal import Copy, Target
from protestmail.journal.entry import ACCEPTED, UNKNOWN, Entry
from protestmail.journal.journal import Journal
from protestmail.mail.message import Message
from protestmail.sending import dispatch, wire
from protestmail.sending.batch import Result, carry_out, exit_code
from protestmail.sending.pace import Pace
from protestmail.settings.account import NONE
from servers.fault_server import SECRET, FaultServer
from servers.fault_session import Delivery

BRIEF = wire.Limits(0.3, 0.3, 0.3)
"""Deadlines for a server that makes one wait."""
HASTE = """
from protestmail.sending import dispatch
dispatch.FIRST_PAUSE = dispatch.LONGEST_PAUSE = dispatch.RESTART = 0
"""
"""No pauses between connections, where nobody needs them."""
OFFICES = "ministry", "court", "mill"
COPY = Copy(name="Campaign", email="copy@issuer.example")


def _message(number: int, office: str) -> Message:
    target = Target(id=office, name=office.title(), email=(f"office@{office}.example",))
    letter = a_letter(targets=(target,), copies=(COPY,), body=f"..\n. a\nFree them.\n\n{office}")
    return a_message(letter, message_id=f"<{number:032x}@union.example>")


MESSAGES = [_message(number, office) for number, office in enumerate(OFFICES)]


def send(
    numbers: Sequence[int], journal: Journal, server: FaultServer, pace: Pace | None = None
) -> Result:
    """Send letters of the journal, as ``protestmail send`` does, but in haste."""
    secret = SECRET if server.security != NONE else ""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("FIRST_PAUSE", "LONGEST_PAUSE", "RESTART"):
            patch.setattr(dispatch, name, 0)
        return carry_out(numbers, journal, server.account, secret, pace=pace)


def states(entries: Sequence[Entry]) -> str:
    """Give the first character of each letter's state."""
    return "".join(one.state[0].upper() for one in entries)


def seen(result: Result, entries: Sequence[Entry], server: FaultServer) -> str:
    """Give what a row of the table tells: states, exit code, exception, connections."""
    end = type(result.problem).__name__ if result.problem else "-"
    return f"{states(entries)} {exit_code(result, ()):d} {end} {len(server.connections)}"


def message_id(delivery: Delivery) -> str:
    """Give the Message-ID of what came; nothing where it is none of ours."""
    found = re.search(rb"(?m)^Message-ID: (<.*>)\r$", delivery.data)
    return found[1].decode() if found else ""


def judge(entries: Sequence[Entry], server: FaultServer) -> None:
    """Compare what the journal holds with what the server has, person by person."""
    state = {
        (entry.message_id, one.address): one.state for entry in entries for one in entry.recipients
    }
    perhaps: Counter[tuple[str, str]] = Counter()
    taken: set[tuple[str, str]] = set()
    for one in server.deliveries:
        people = {(message_id(one), address) for address in one.recipients}
        assert people <= state.keys(), "something came that is no letter of ours"
        perhaps.update(set() if one.turned_down else people)
        taken |= people if one.accepted else set()
    assert not [who for who, count in perhaps.items() if count > 1], "a letter went twice"
    for who, told in state.items():
        assert who not in taken or told in {ACCEPTED, UNKNOWN}, f"{who} has it, and is {told}"
        assert told != ACCEPTED or who in taken, f"{who} has it not, and is accepted"
    assert not server.complaints, server.complaints
    assert server.flooded < 20_000_000, server.flooded
