"""How letters look, before they go and after they have arrived."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from protestmail.address import COPY, TARGET
from protestmail.appeals.appeal import Copy, Target
from protestmail.appeals.channels import WORDS
from protestmail.appeals.postal import postal
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.selection import OtherLanguage, Unwritten, Why
from protestmail.mail.recipients import Recipient, addressed, by_hand, on_paper
from protestmail.screen.output import Screen
from protestmail.screen.show import who

if TYPE_CHECKING:
    from protestmail.mail.link import Link
    from protestmail.mail.writing import Intent


def mailbox(one: Recipient) -> str:
    """One recipient: the name, and the address in every form that it has."""
    return f"{one.name} <{one.address.shown}>" if one.name else one.address.shown


def _other_ways(target: Target, kind: str) -> list[str]:
    """The ways to reach a target without e-mail; for a script to be spoken, the telephone."""
    names = [name for name in target.channels if name not in {"email", "lookup"}]
    names = ["phone"] if kind == PHONE and target.phone else names
    attention = f", for the attention of {target.attention}" if target.attention else ""
    return [
        f"{who(target)}{attention}, by {WORDS[name]}: {', '.join(getattr(target, name))}"
        for name in names
    ]


def addressees(letter: Letter) -> list[tuple[str, str]]:
    """The lines above a letter: to whom, who gets a copy, what it is about."""
    found = addressed(letter)
    mailed = letter.kind != PHONE
    lines = [("To", mailbox(one)) for one in found.people if mailed and one.role == TARGET]
    for target in letter.targets:
        if not (mailed and target.email):
            lines += [("To", way) for way in _other_ways(target, letter.kind) or [who(target)]]
    lines += [("To", "nobody: no target here gets this letter")] if not letter.targets else []
    lines += [("Cc", mailbox(one)) for one in found.people if mailed and one.role == COPY]
    lines += [("Cc by post", by_post(one)) for one in on_paper(letter) if mailed]
    lines += [(f"Cc by {WORDS[one.by_hand[0]]}", reached(one)) for one in by_hand(letter) if mailed]
    lines += [("Not mailable", mailbox(one)) for one in found.unmailable]
    lines += [("Looked up", one) for one in looked_up(letter)]
    lines += [("Attached", one.file) for one in letter.attachments]
    return [*lines, ("Subject", letter.subject)]


def reached(copy: Copy) -> str:
    """Whoever gets a copy by hand, with the first way to do it."""
    return ", ".join(filter(None, (copy.name, *getattr(copy, copy.by_hand[0]))))


def by_post(copy: Copy) -> str:
    """Whoever gets a copy by post, with the address in one line."""
    return ", ".join(postal(copy.post, copy.name))


def not_written(one: Unwritten) -> str:
    """Who gets no letter, and why."""
    target = one.target
    reason = target.do_not_write if one.why == Why.FORBIDDEN else f"add your {target.lookup}"
    return f"{target.name or target.id}: {one.why}: {reason}"


def in_other_language(one: OtherLanguage) -> str:
    """Who is written to in another language than was asked for, and why."""
    name, model = one.target.name or one.target.id, one.model
    why = "one letter goes to all" if one.shared else f'the letter "{model.id}" is not there in it'
    return f"{name} would be written to in {one.asked}, and is in {model.language}: {why}"


def looked_up(letter: Letter) -> list[str]:
    """Where those addresses come from that the appeal left to be looked up."""
    everyone: tuple[Target | Copy, ...] = (*letter.targets, *letter.copies)
    found = [one for one in everyone if one.source]
    return list(dict.fromkeys(f"{one.lookup}, from {one.source}" for one in found))


def show_letter(screen: Screen, letter: Letter) -> None:
    """Show one letter; in a pipe as it is sent, on a terminal wrapped and with its gaps marked."""
    for name, value in addressees(letter):
        screen.labelled(name, value, "bold" if name == "Subject" else "")
    screen.line()
    if screen.piped:
        screen.raw(letter.body)
    else:
        screen.marked(letter.body, [one.text for one in letter.leftovers])


def letter_json(letter: Letter) -> dict[str, Any]:
    """The stable keys of a letter in ``render --json``."""
    found = addressed(letter)
    return {
        "appeal": letter.appeal,
        "letter": letter.id,
        "kind": letter.kind,
        "language": letter.language,
        "targets": [target.id for target in letter.targets],
        "to": [_person(one) for one in found.people if one.role == TARGET],
        "cc": [_person(one) for one in found.people if one.role == COPY],
        "cc_by_post": [{"name": one.name, "post": list(one.post)} for one in on_paper(letter)],
        "cc_by_hand": [
            {"name": one.name} | {way: list(getattr(one, way)) for way in one.by_hand}
            for one in by_hand(letter)
        ],
        "not_mailable": [_person(one) for one in found.unmailable],
        "attachments": [one.file for one in letter.attachments],
        "subject": letter.subject,
        "body": letter.body,
        "leftovers": [
            {"line": one.line, "column": one.column, "text": one.text} for one in letter.leftovers
        ],
    }


def _person(one: Recipient) -> dict[str, str]:
    return {"name": one.name, "address": one.address.text, "ascii": one.address.ascii}


def show_link(screen: Screen, letter: Letter, link: "Link") -> None:
    """Show a mail link with its length, or what to copy where it would be cut."""
    name = ", ".join(who(target) for target in letter.targets if target.email)
    if not link.too_long:
        screen.note(f"{name}: a link of {len(link.url)} characters")
        screen.raw(link.url)
        return
    screen.note(
        f"{name}: the link has {len(link.url)} characters, more than mail programs take; "
        "copy these instead"
    )
    show_letter(screen, letter)


def show_arrival(screen: Screen, arrived: "Sequence[Intent]") -> None:
    """Show what the rehearsal's server has received: the first letter in full."""
    if arrived:
        first = "The letter" if len(arrived) == 1 else f"The first of {len(arrived)} letters"
        screen.line(f"{first}, as it arrived:", "bold")
        screen.line()
        show_intent(screen, arrived[0])
        screen.line()


def show_intent(screen: Screen, intent: "Intent") -> None:
    """Show a message as it was read back from its bytes."""
    rows = [("From", intent.from_), *(("To", one) for one in intent.to)]
    rows += [("Cc", one) for one in intent.cc]
    for name, one in rows:
        screen.labelled(name, f"{one.name} <{one.address}>" if one.name else one.address)
    screen.line(f"Date: {intent.date}")
    screen.labelled("Subject", intent.subject, "bold")
    for file in intent.files:
        screen.line(f"Attached: {file.name}, {len(file.data)} bytes")
    screen.line()
    if screen.piped:
        screen.raw(intent.body)
    else:
        screen.marked(intent.body, [])
