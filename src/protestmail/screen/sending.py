"""How a send looks: what is about to go, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from protestmail.address import COPY, SELF, TARGET
from protestmail.journal.entry import (
    ACCEPTED,
    DEFERRED,
    OPEN,
    QUEUED,
    UNKNOWN,
    Entry,
    Outcome,
    principal,
)
from protestmail.letters.sender import Sender
from protestmail.mail.message import Message
from protestmail.mail.recipients import Recipient
from protestmail.screen.config import PROVIDER
from protestmail.screen.journal import when
from protestmail.screen.letters import looked_up, mailbox, show_intent, show_letter
from protestmail.screen.output import Screen

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal
    from protestmail.letters.letter import Letter
    from protestmail.mail.plan import Plan
    from protestmail.mail.writing import Intent
    from protestmail.settings.account import Account

_SEPARATE = "Each target sees its own address and those of the copies, and no other target's."
_TOGETHER = "All targets are in one message, and see each other and the copies."
_COPIES = "Whoever gets a copy sees the target, the other copies and the whole letter."
_MANY = 20


def show_route(screen: Screen, sender: Sender, account: "Account") -> None:
    """Say from whom letters go, by which account, and where that was set."""
    screen.labelled("From", f"{sender.name} <{sender.email}>", "bold")
    screen.labelled("By", account.told)
    if account.user:
        screen.labelled("Login", account.user)
        screen.labelled("Password", account.secret.told)
    screen.labelled("Settings from", account.origin or "this program")


def show_appeal_notes(screen: Screen, appeal: "Appeal") -> None:
    """Show what the writer must know before anything goes: the risk, the last day."""
    if appeal.risk:
        screen.labelled("RISK", appeal.risk, "bold red")
    if appeal.send_before:
        screen.line(f"Letters until: {appeal.send_before}")


def show_recipients(screen: Screen, messages: Sequence[Message], *, together: bool) -> None:
    """Show who gets each letter, who gets copies, and who sees whom."""
    several = len({one.letter.language for one in messages}) > 1
    for number, one in enumerate(messages, 1):
        to = [mailbox(person) for person in one.recipients if person.role == TARGET]
        screen.listed(f"{number}. To", to)
        if several:
            screen.line(f"   Language: {one.letter.language}")
        for person in one.recipients:
            if person.role == COPY:
                screen.labelled("Cc", mailbox(person), indent=3)
            elif person.role == SELF:
                screen.labelled("To yourself only, seen by nobody", person.address.shown, indent=3)
        for where in looked_up(one.letter):
            screen.labelled("Looked up", where, indent=3)
    screen.prose(_TOGETHER if together else _SEPARATE)
    if any(person.role == COPY for one in messages for person in one.recipients):
        screen.prose(_COPIES)
    screen.prose(PROVIDER)


def show_repeated(screen: Screen, entries: Iterable[Entry]) -> None:
    """Show the letters that go again as they were."""
    for one in entries:
        to = [each.address for each in one.recipients if each.state in OPEN]
        screen.listed(f"Again, as it was on {when(one.at)}", to)


def show_anew(screen: Screen, entries: Iterable[Entry]) -> None:
    """Show who gets a letter for a second time."""
    for one in entries:
        for each in principal(one.recipients):
            screen.about(each.address, f"{each.state} on {when(one.at)}, and written to AGAIN")


def show_changes(screen: Screen, letter: "Letter", changes: "Iterable[tuple[str, str]]") -> None:
    """Show what its writer has changed in a model: what goes with ``-``, what comes with ``+``."""
    screen.line()
    screen.line(f'What you changed in the letter "{letter.id}" ({letter.language}):', "bold")
    for sign, text in changes:
        screen.prose(
            f"{sign} {text}".rstrip(), style={"-": "red", "+": "green"}.get(sign, ""), hang=2
        )


def show_first(screen: Screen, messages: Sequence[Message], again: "Sequence[Intent]") -> None:
    """Show the first letter in full, a new one or one that goes again."""
    screen.line()
    if messages:
        if len(messages) > 1:
            screen.line(f"The first of {len(messages)} letters:", "bold")
        show_letter(screen, messages[0].letter)
    elif again:
        show_intent(screen, again[0])
    screen.line()


def show_outcomes(
    screen: Screen, entries: Sequence[Entry], people: "Mapping[str, Recipient]"
) -> None:
    """Show what became of each letter, with the server's own words where it was not accepted."""
    for number, one in enumerate(entries, 1):
        to = principal(one.recipients)
        copies = sum(each.role == COPY for each in one.recipients)
        plural = "copy" if copies == 1 else "copies"
        names = [_name(each.address, people) for each in to]
        if screen.piped:
            reply = next((each.reply for each in to if each.state == one.state), "")
            screen.record(number, one.state, ", ".join(names), f"{copies} {plural}", reply)
        else:
            screen.listed(f"{number}. {one.state}, {copies} {plural}", names)
        for each in one.recipients:
            if each.state not in {ACCEPTED, QUEUED}:
                _tell(screen, number, each, _name(each.address, people))
        if one.due is not None and any(each.state == DEFERRED for each in one.recipients):
            screen.aside().prose(f"may be tried again from {when(one.due)} on", 3)


def _tell(screen: Screen, number: int, each: Outcome, name: str) -> None:
    if screen.piped:
        screen.record(number, each.state, name, each.role, each.reply)
    else:
        screen.labelled(f"   {each.role} {each.state}", name)
        screen.prose(each.reply, 5)


def _name(address: str, people: "Mapping[str, Recipient]") -> str:
    known = people.get(address)
    return mailbox(known) if known else address


def tell_skipped(screen: Screen, entries: Sequence[Entry]) -> None:
    """Say which letters do not go, and why: they are accepted, refused, in doubt, or not due."""
    aside = screen.aside()
    for one in entries[:_MANY]:
        for each in principal(one.recipients):
            aside.about(each.address, _why_not(one, each))
    if len(entries) > _MANY:
        screen.note(f"… and {len(entries) - _MANY} more: protestmail journal")


def _why_not(one: Entry, each: Outcome) -> str:
    if each.state == UNKNOWN:
        return f"in doubt since {when(one.at)}, not sent again: protestmail journal --unknown"
    if each.state in OPEN and one.due is not None:
        told = f"{each.state} on {when(one.at)}, not due before {when(one.due)}"
        return f"{told}; --retry does not wait"
    return f"{each.state} on {when(one.at)}, not sent again"


def tell_not_mailed(screen: Screen, planned: "Plan") -> None:
    """Say who gets nothing by mail, counted by the way that is left."""
    for person in planned.not_mailable:
        screen.note(f"{person.address.text} is not mailable: its name is not ASCII")
    for copy in planned.copies_left_out:
        screen.note(f"no copy to {copy.name or copy.lookup}: it has no e-mail address here")
    if planned.not_mailed:
        ways = Counter(reason.partition(":")[0] for _, reason in planned.not_mailed)
        told = ", ".join(f"{count} {way}" for way, count in ways.items())
        screen.note(f"not mailed: {len(planned.not_mailed)} ({told})")
