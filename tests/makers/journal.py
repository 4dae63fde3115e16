"""What the tests of the journal share: letters, and what becomes of them without a server."""

from makers.letters import a_letter, a_message
from protestmail.appeals.appeal import Copy, Target
from protestmail.journal.entry import ACCEPTED, DEFERRED, REFUSED, UNKNOWN, Entry
from protestmail.journal.journal import Journal
from protestmail.mail.message import Message
from protestmail.sending.agenda import queue

COPY = "copy@issuer.example"
SENDER = "aliya@union.example"
MINUTE = 60
_SAID = {ACCEPTED: "250 OK", REFUSED: "550 no", DEFERRED: "451 later", UNKNOWN: "lost"}


def letter_to(office: str, *more: str, **fields: str) -> Message:
    """Compose a letter to the addresses of an office, with a copy to the campaign."""
    addresses = tuple(f"{name}@{office}.example" for name in ("office", *more))
    target = Target(id=office, name=office.title(), email=addresses)
    letter = a_letter(targets=(target,), copies=(Copy(email=COPY),), **fields)
    return a_message(letter, message_id=f"<{office}@union.example>")


def queued(journal: Journal, *offices: str) -> list[int]:
    """Queue letters to these offices."""
    return queue(journal, [letter_to(one) for one in offices], 100)


def become(journal: Journal, number: int, *states: str, now: int = 200) -> Entry:
    """Send a letter as a run does, and note what becomes of it, recipient by recipient."""
    entry = journal.load(number).entry
    journal.trying(number)
    journal.in_doubt(number)
    outcomes = [
        one._replace(state=state, reply=_SAID[state])
        for one, state in zip(entry.recipients, states, strict=True)
    ]
    return journal.record(entry, outcomes, now)


def states(entry: Entry) -> list[str]:
    """Give the states of a letter and of its recipients."""
    return [entry.state, *(one.state for one in entry.recipients)]
