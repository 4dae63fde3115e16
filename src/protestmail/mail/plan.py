"""The plan of a send: every letter is written and composed before the first byte leaves."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from protestmail.appeals.appeal import Appeal, Copy, Target
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.selection import Selection
from protestmail.letters.sender import Sender
from protestmail.mail import message
from protestmail.mail.message import Message
from protestmail.mail.recipients import Recipient, by_mail, recipients


@dataclass(slots=True)
class Plan:
    """What is going to be sent, and who is not mailed, with the reason."""

    letters: list[Letter] = field(default_factory=list)
    not_mailed: list[tuple[Target, str]] = field(default_factory=list)
    not_mailable: list[Recipient] = field(default_factory=list)
    copies_left_out: list[Copy] = field(default_factory=list)


def sort(written: Iterator[Letter], selection: Selection) -> Plan:
    """Sort the letters into those that can be mailed and those that cannot."""
    planned = Plan(not_mailed=[(one.target, one.why) for one in selection.unwritten])
    copies: set[Copy] = set()
    for one in written:
        good, bad = recipients(one)
        planned.not_mailable += [person for person in bad if person not in planned.not_mailable]
        if one.kind != PHONE:
            copies.update(copy for copy in one.copies if not copy.email)
        mailed: tuple[Target, ...] = ()
        if by_mail(one, good):
            mailed = tuple(target for target in one.targets if target.email)
            planned.letters.append(replace(one, targets=mailed))
        rest = (target for target in one.targets if target not in mailed)
        planned.not_mailed += [(target, _other_way(target, one.kind)) for target in rest]
    planned.copies_left_out = sorted(copies, key=lambda copy: copy.name or copy.lookup)
    return planned


def _other_way(target: Target, kind: str) -> str:
    ways = [
        name for name in target.channels if name != "email" and (name == PHONE or kind != PHONE)
    ]
    return f"by {ways[0]}" if ways else "no address"


def compose(
    letters: Iterable[Letter],
    appeal: Appeal,
    sender: Sender,
    *,
    date: datetime,
    token: Callable[[], str],
    reply_to: str = "",
    blind_copy: bool = False,
    to_self: bool = False,
    draft: bool = False,
) -> list[Message]:
    """Compose every planned letter, so that nothing is sent if one of them cannot be."""
    enclosed = message.enclosures(appeal)
    return [
        message.compose(
            one,
            sender,
            date=date,
            message_id=message.new_id(sender, token()),
            files=enclosed,
            reply_to=reply_to,
            blind_copy=blind_copy,
            to_self=to_self,
            draft=draft,
        )
        for one in letters
    ]
