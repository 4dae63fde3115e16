"""How a send looks: what is about to go, and what became of it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from protestmail.address import COPY, SELF, TARGET
from protestmail.appeals.channels import WORDS
from protestmail.commands import to_type
from protestmail.journal.entry import (
    ACCEPTED,
    OPEN,
    QUEUED,
    REFUSED,
    UNKNOWN,
    Entry,
    Outcome,
    principal,
)
from protestmail.letters.sender import Sender
from protestmail.mail.message import Message
from protestmail.mail.recipients import Mailing
from protestmail.screen.journal import when
from protestmail.screen.letters import addressees, looked_up, mailbox, show_intent, show_letter
from protestmail.screen.output import Screen
from protestmail.settings.account import Account

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal
    from protestmail.letters.letter import Letter
    from protestmail.mail.writing import Intent
    from protestmail.sending.batch import Batch

_SEPARATE = "Each target sees its own address and those of the copies, and no other target's"
_TOGETHER = "All targets are in one message, and see each other and the copies"
_COPIES = "; a copy shows all that stands in the letter"
_MANY = 20


def count(number: int) -> str:
    """So many letters."""
    return f"{number} letter{'' if number == 1 else 's'}"


def show_route(screen: Screen, sender: Sender, account: Account) -> None:
    """Say in three lines from whom letters go, by which account, and where that was set."""
    screen.labelled("From", f"{sender.name} <{sender.email}>", "bold")
    login = f", login {account.user}, password {account.secret.told}" if account.user else ""
    screen.labelled("By", f"{account.told}{login}", state="not encrypted")
    screen.labelled("Settings from", account.origin or "this program")


def show_appeal_notes(screen: Screen, appeal: "Appeal") -> None:
    """Show what the writer must know before anything goes: the risk, the last day."""
    if appeal.risk:
        screen.labelled("RISK", appeal.risk, "bold red")
    if appeal.send_before:
        screen.line(f"Letters until: {appeal.send_before}")


def show_agenda(screen: Screen, batch: "Batch", *, together: bool) -> None:
    """Show who gets what: those written to again first, then a line a letter; who sees whom."""
    for entry in batch.agenda.anew:
        for each in principal(entry.recipients):
            told = f"{each.state} on {when(entry.at)}, and written to AGAIN"
            screen.labelled(each.address, told, state=each.state)
    show_repeated(screen, batch.agenda.repeated)
    if batch.messages:
        _show_recipients(screen, batch.messages)
        copies = any(one.role == COPY for each in batch.messages for one in each.recipients)
        screen.prose((_TOGETHER if together else _SEPARATE) + (_COPIES if copies else "") + ".")


def show_repeated(screen: Screen, entries: Iterable[Entry]) -> None:
    """Show the letters that go again as they were."""
    for one in entries:
        to = [each.address for each in one.recipients if each.state in OPEN]
        screen.listed(f"Again, as it was on {when(one.at)}", to)


def _show_recipients(screen: Screen, messages: Sequence[Message]) -> None:
    """Show a line a letter; copies that all of them have stand once, at the end."""
    several = len({one.letter.language for one in messages}) > 1
    shared = _others(messages[0])
    alike = all(_others(one) == shared for one in messages)
    for number, one in enumerate(messages, 1):
        language = f" ({one.letter.language})" if several else ""
        to = [mailbox(person) for person in one.recipients if person.role == TARGET]
        screen.listed(f"{number}. To{language}", to)
        for label, told in () if alike else _others(one):
            screen.labelled(label, told, indent=3)
        for where in looked_up(one.letter):
            screen.labelled("Looked up", where, indent=3)
    for label, told in shared if alike else ():
        screen.labelled(label if len(messages) == 1 else f"{label}, each", told)


def _others(message: Message) -> list[tuple[str, str]]:
    """Who else gets a message: copies, and its writer."""
    labels = {COPY: "Cc", SELF: "To yourself only, seen by nobody"}
    return [(labels[one.role], mailbox(one)) for one in message.recipients if one.role in labels]


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


def show_dry_run(screen: Screen, batch: "Batch") -> None:
    """Show what would go: the first letter in full, of the others who gets them."""
    show_repeated(screen, batch.agenda.repeated)
    for number, one in enumerate(batch.messages):
        if number:
            screen.line()
            for name, value in addressees(one.letter):
                screen.labelled(name, value)
        else:
            screen.line(f"From: {one.sender.shown}")
            show_letter(screen, one.letter)


def tell_agenda(screen: Screen, batch: "Batch") -> None:
    """Say what of the letters that were asked for does not go now, and why."""
    agenda = batch.agenda
    _tell_skipped(screen, agenda.skipped)
    for one in agenda.shared:
        names = ", ".join(target.label for target in one.targets)
        screen.note(f"{names}: another target of this appeal has the same address; one goes")
    for entry in agenda.orphans:
        to = ", ".join(one.address for one in principal(entry.recipients))
        screen.note(f"{to}: a letter to it is {entry.state}, and not among these")
    if batch.left:
        screen.note(f"{batch.left} more stay for another time, as --limit says")


def _tell_skipped(screen: Screen, entries: Sequence[Entry]) -> None:
    """Say which letters do not go, and why: they are accepted, refused, in doubt, or not due.

    Of the others who get a letter only those are named who have not got it: the exit code tells
    of them as well.
    """
    aside = screen.aside()
    for one in entries[:_MANY]:
        to = principal(one.recipients)
        for each in one.recipients:
            if each in to or each.state not in {ACCEPTED, QUEUED}:
                told = _why_not(one, each, each in to)
                aside.labelled(each.address, told, state=each.state)
    if len(entries) > _MANY:
        screen.note(f"… and {len(entries) - _MANY} more: {to_type('journal')}")


def _why_not(one: Entry, each: Outcome, principal_: bool) -> str:
    since = f"{each.state} on {when(one.at)}"
    if each.state == UNKNOWN:
        return f"in doubt since {when(one.at)}, not sent again: {to_type('journal', '--unknown')}"
    if each.state in OPEN and one.due is not None:
        return f"{since}, not due before {when(one.due)}; --retry does not wait"
    if each.state == REFUSED and not principal_:
        return f"a copy, {since}, so not all is accepted: {each.reply}"
    if each.state == REFUSED:
        targets = (word for id_ in one.target.split(",") for word in ("--target", id_))
        again = to_type("send", one.appeal, "--again", *targets)
        return f"{since}, for good: {each.reply}; {again} tries once more"
    return f"{since}, not sent again"


def tell_not_mailed(screen: Screen, appeal: str, mailing: Mailing) -> None:
    """Say who gets nothing by mail, by which way they can be reached, and how to go on."""
    for person in mailing.unmailable:
        screen.note(f"{person.address.text} is not mailable: its name is not ASCII")
    for copy in mailing.copies_left_out:
        why = f"it goes by {WORDS[copy.by_hand[0]]}" if copy.by_hand else "it has no address here"
        screen.note(f"no copy to {copy.label} by e-mail: {why}")
    missed = mailing.not_mailed
    if not missed and any(copy.by_hand for copy in mailing.copies_left_out):
        screen.note(f"  {to_type('answer', appeal)} goes through these ways with you")
    if missed:
        told = [f"{one.label} ({WORDS[way] if way else 'no address'})" for one, way in missed]
        more = f", and {len(told) - _MANY} more" if len(told) > _MANY else ""
        screen.note(f"not mailed: {len(missed)}: {', '.join(told[:_MANY])}{more}")
        if any(way for _, way in missed):
            screen.note(f"  {to_type('answer', appeal)} goes through these ways with you")
