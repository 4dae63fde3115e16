"""What a person must say yes to by itself before letters go: what ``--yes`` does not cover."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from protestmail import address
from protestmail.address import TARGET
from protestmail.appeals.appeal import Appeal
from protestmail.appeals.shelf import missed
from protestmail.journal.entry import principal
from protestmail.mail.message import Message
from protestmail.mail.recipients import Recipient
from protestmail.sending.batch import Batch, Wish


class Question(NamedTuple):
    """What is asked, and the switch that answers it, if there is one."""

    text: str
    flag: str = ""


def needed(appeal: Appeal, messages: Sequence[Message], wish: Wish) -> list[Question]:
    """Give what must be agreed to: the risk, a silent campaign, each doubtful address once.

    ``--yes`` covers none of it but a domain in another script that is not mixed.
    """
    risk = Question("You have read the risk note, and want to write?", "--risk-read")
    once: dict[str, Recipient] = {}
    for person in (one for message in messages for one in message.recipients):
        once.setdefault(person.address.ascii, person)
    doubts = [doubt for person in once.values() for doubt in _doubts(person, wish)]
    told = missed(appeal.campaign, appeal.unheard)
    late = Question(f"{told[:1].upper()}{told[1:]}. Write all the same?", "--stale")
    asked = ((risk, appeal.risk and not wish.risk_read), (late, told and not wish.stale))
    return [*(one for one, needed in asked if needed), *doubts]


def nowhere(found: Batch) -> str:
    """Say which targets have addresses that are for practice; nothing where there are none."""
    letters = [one.recipients for one in found.messages]
    everybody = [one.address.ascii for each in letters for one in each if one.role == TARGET]
    again = (one.recipients for one in found.agenda.repeated)
    everybody += [one.address for each in again for one in principal(each)]
    there = [one for one in dict.fromkeys(everybody) if address.leads_nowhere(one)]
    if not there:
        return ""
    some = "" if len(there) == len({*everybody}) else f", that is {', '.join(there)}"
    return f"this is for practice: its addresses lead nowhere{some}; nobody there will read it"


def _doubts(person: Recipient, wish: Wish) -> Iterator[Question]:
    shown = person.address.shown
    if person.role == TARGET and address.is_webmail(person.address.ascii):
        yield Question(f"{shown} may be a private mailbox, not an office. Write to it?")
    if person.address.mixed or (person.address.international and not wish.yes):
        script = "that mixes scripts" if person.address.mixed else "written in another script"
        yield Question(f"{shown} is a domain {script}. Is it the right one?")
