"""``protestmail send``."""

import secrets
from collections import Counter
from pathlib import Path

import click

from protestmail import dispatch, outbox, selection
from protestmail.appeal import Appeal
from protestmail.cli import letters as shared
from protestmail.cli.app import App, appeal_argument, common_options, epilog
from protestmail.dispatch import Plan
from protestmail.errors import Exit, Refused, SettingsProblem, UnfinishedLetter, UsageProblem
from protestmail.message import Message
from protestmail.screen import letters as screen


@click.command(
    "send",
    epilog=epilog(
        'protestmail send practice-letter --rehearse --name "Aliya Example"',
        "protestmail send practice-letter --dry-run",
        "protestmail send practice-letter --rehearse --eml arrived/",
    ),
)
@appeal_argument
@shared.letter_options
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("--rehearse", is_flag=True, help="Send to a server here that delivers nowhere.")
@click.option("--eml", type=click.Path(path_type=Path), metavar="DIR", help="Keep what arrived.")
@click.option("--force", is_flag=True, help="Let --eml replace files that are there.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON with stable keys.")
@common_options
@click.pass_obj
def command(
    app: App,
    /,
    appeal_id: str,
    *,
    request: shared.Request,
    dry_run: bool,
    rehearse: bool,
    eml: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Send the letters of an appeal, or rehearse it: real SMTP to a server that delivers nowhere.

    For now, letters are rehearsed only: sending for good is not there yet.
    """
    if dry_run and rehearse:
        raise UsageProblem("--dry-run and --rehearse exclude each other", "ask for one of them")
    if eml and not rehearse:
        raise UsageProblem("--eml keeps what a rehearsal has received", "add --rehearse")
    if not (dry_run or rehearse):
        hint = "rehearse it with --rehearse, or write drafts with protestmail render ID --eml DIR"
        raise SettingsProblem("sending is not there yet", hint)
    appeal = shared.open_appeal(app, appeal_id)
    sender = shared.with_address(app, shared.settle_sender(app, request))
    selected = shared.selection(appeal, request)
    goes = shared.tell_standing(app, appeal, app.today)
    words = shared.own_words(request)
    written = selection.letters(appeal, selected, sender, own_words=words, today=app.today)
    planned = dispatch.plan(written, selected)
    _refuse(app, planned)
    messages = dispatch.compose(
        planned, appeal, sender, date=app.now, token=lambda: secrets.token_hex(16)
    )
    shared.tell_selection(app, selected)
    shared.tell_words(app, planned.letters, words)
    if dry_run:
        code = _dry_run(app, messages, goes=goes, as_json=as_json)
    else:
        code = _rehearse(app, appeal, messages, eml, force=force, as_json=as_json)
    _tell_not_mailed(app, planned)
    return code


def _refuse(app: App, planned: Plan) -> None:
    """Stop before anything is composed: nobody to write to, or something still to be written."""
    if not planned.letters:
        _tell_not_mailed(app, planned)
        raise Refused(
            "there is nobody to write to by e-mail", "protestmail show ID names the other ways"
        )
    if shared.tell_unfinished(app, planned.letters):
        raise UnfinishedLetter(
            "the letter is not finished, so it does not go",
            "fill in what is named above; --own-words adds your own paragraph",
        )


def _dry_run(app: App, messages: list[Message], *, goes: bool, as_json: bool) -> int:
    """Show what would go; the exit code is that of a real send that cannot go."""
    if as_json:
        listed = [screen.letter_json(one.letter) for one in messages]
        app.screen.json({"version": 1, "dry_run": True, "letters": listed})
        return Exit.DONE if goes else Exit.REFUSED
    first = messages[0]
    app.screen.line(f"From: {first.sender.shown}")
    screen.show_letter(app.screen, first.letter)
    for one in messages[1:]:
        app.screen.line()
        for name, value in screen.addressees(one.letter):
            app.screen.labelled(name, value)
    would = "would go" if goes else "written, none of which would go"
    app.screen.note(f"dry run: {_count(len(messages))} {would}, nothing was sent")
    return Exit.DONE if goes else Exit.REFUSED


def _rehearse(
    app: App,
    appeal: Appeal,
    messages: list[Message],
    eml: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> int:
    from protestmail import reading, rehearsal  # noqa: PLC0415  asyncio, for a rehearsal only

    letters = [one.letter for one in messages]
    paths = outbox.paths(letters, eml, force=force) if eml else []
    with rehearsal.serve() as server, app.screen.progress(len(messages), "sent") as advance:
        deliveries = []
        for one in dispatch.carry_out(messages, server.account):
            deliveries.append(one)
            advance()
    arrived = {read.message_id: read for read in map(reading.read_back, server.messages)}
    if as_json:
        listed = [screen.delivery_json(one) for one in deliveries]
        app.screen.json({"version": 1, "rehearsal": True, "letters": listed})
    else:
        screen.show_arrival(app.screen, deliveries, list(arrived.values()))
    bytes_of = dict(zip(arrived, server.messages, strict=True))
    for message, path in zip(messages, paths, strict=False):
        if data := bytes_of.get(message.message_id):
            outbox.write(data, path, force=force)
            app.screen.note(f"kept: {path}")
    states = Counter(one.state for one in deliveries)
    told = ", ".join(f"{count} {state}" for state, count in states.items())
    app.screen.note(f"rehearsal of {appeal.id}: {told}; nothing has left this machine", "bold")
    return Exit.DONE if all(one.complete for one in deliveries) else Exit.NOT_ALL


def _tell_not_mailed(app: App, planned: Plan) -> None:
    for person in planned.not_mailable:
        app.screen.note(f"{person.address.text} is not mailable: its name is not ASCII")
    for copy in planned.copies_left_out:
        app.screen.note(f"no copy to {copy.name or copy.lookup}: it has no e-mail address here")
    if planned.not_mailed:
        ways = Counter(reason.partition(":")[0] for _, reason in planned.not_mailed)
        told = ", ".join(f"{count} {way}" for way, count in ways.items())
        app.screen.note(f"not mailed: {len(planned.not_mailed)} ({told})")


def _count(number: int) -> str:
    return f"{number} letter{'' if number == 1 else 's'}"
