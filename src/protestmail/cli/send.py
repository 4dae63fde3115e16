"""``protestmail send``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from protestmail.appeals.appeal import ACTIVE, WON, Appeal
from protestmail.cli import letters as shared
from protestmail.cli.app import App, appeal_argument, common_options, epilog
from protestmail.cli.options import Options, send_options
from protestmail.cli.sending import Wish
from protestmail.cli.typed import Typed
from protestmail.cli.ways import Send
from protestmail.errors import Refused, SettingsProblem, UsageProblem
from protestmail.journal.journal import FILE, Journal
from protestmail.letters.sender import Sender
from protestmail.settings import settle
from protestmail.settings.account import Account
from protestmail.settings.settle import Settings

_MOST_PER_MINUTE = 1_000_000


@click.command(
    "send",
    epilog=epilog(
        'protestmail send practice-letter --rehearse --name "Aliya Example"',
        "protestmail send practice-letter --dry-run",
        "protestmail send practice-letter",
    ),
)
@appeal_argument
@shared.letter_options
@send_options
@common_options
@click.pass_obj
def command(app: App, /, appeal_id: str, *, request: shared.Request, **given: Any) -> int:
    """Send the letters of an appeal over your own account, each once.

    First everything is shown, and you are asked. What was accepted before is not sent again, what
    was deferred is tried again when it is due, and what is in doubt waits for you to decide
    (protestmail journal). --rehearse goes the same way to a server here that delivers nowhere.
    """
    options = Options(**given)
    _refuse_contradictions(options, request)
    if appeal_id == "-" and options.real:
        hint = "save it as a file: the file's name is what keeps a letter from going twice"
        raise UsageProblem("an appeal from standard input can be rehearsed, not sent", hint)
    return perform(app, shared.open_appeal(app, appeal_id, request), request, options)


def perform(
    app: App,
    appeal: Appeal,
    request: shared.Request,
    options: Options,
    typed: Typed | None = None,
) -> int:
    """Do what is asked for, with what was ``typed`` by hand or lies there from before."""
    shared.refuse_withdrawn(appeal)
    settled = shared.settings_of(app, request)
    selected = shared.selection(appeal, request)
    goes = shared.tell_standing(app, appeal, selected, app.today)
    if options.real and not goes:
        raise not_to_be_sent(appeal)
    if options.dry_run or options.rehearse:
        account = None
        sender = shared.with_address(app, shared.or_specimen(app, settled))
    else:
        account = settle.account(app.environ, settled.profile, plain_text=options.plain_text)
        sender = _signed(settled, account)
    if typed is None:
        folder = settle.state_folder(settled)
        kept_in = folder if options.real else None
        typed = Typed(app, appeal, request.letter, shared.own_words(request), folder=kept_in)
        typed.take_up(folder, request.own_words)
    wish = Wish(
        again=options.again,
        retry=options.retry,
        to_self=options.to_self,
        bcc_self=settled.bcc_self if options.bcc_self is None else options.bcc_self,
        reply_to=options.reply_to,
        limit=options.limit,
    )
    with _journal(app, settled, options) as journal:
        send = Send(app, appeal, sender, typed, journal, wish, options)
        return send.run(typed.applied(selected), account, goes=goes)


def _refuse_contradictions(options: Options, request: shared.Request) -> None:
    ways = [
        name
        for name, on in (
            ("--dry-run", options.dry_run),
            ("--rehearse", options.rehearse),
            ("--to-self", options.to_self),
        )
        if on
    ]
    if options.per_minute is not None and not options.per_minute <= _MOST_PER_MINUTE:
        raise UsageProblem("--per-minute is no number that makes sense", "30 is a good one")
    if len(ways) > 1:
        raise UsageProblem(f"{' and '.join(ways)} exclude each other", "ask for one of them")
    if options.eml and not options.rehearse:
        raise UsageProblem("--eml keeps what a rehearsal has received", "add --rehearse")
    if request.flags["email"] is not None and not (options.dry_run or options.rehearse):
        told = "From comes from where the account is set, and cannot be given with --email"
        raise UsageProblem(told, "leave --email out; protestmail config shows the account")


def not_to_be_sent(appeal: Appeal) -> Refused:
    """Give the error that says why no letter of an appeal goes."""
    if appeal.status != ACTIVE:
        when = f" since {appeal.closed}" if appeal.closed else ""
        how = f" ({appeal.outcome})" if appeal.outcome else ""
        thanks = f"to say thanks: protestmail send {appeal.id} --letter {appeal.thanks}"
        hint = thanks if appeal.status == WON and appeal.thanks else "--rehearse shows how it was"
        return Refused(f"the appeal is {appeal.status}{when}{how}", hint)
    return Refused(f"the last day for letters was {appeal.send_before}", "--rehearse still works")


def _signed(settled: Settings, account: Account) -> Sender:
    if not settled.sender.name:
        told = "no name is given, and nobody signs the letter"
        raise SettingsProblem(told, 'say --name "Your Name", or protestmail init')
    return replace(settled.sender, email=account.email)


@contextmanager
def _journal(app: App, settled: Settings, options: Options) -> Iterator[Journal]:
    """Open the journal; for what does not count, a throw-away one in a folder of its own."""
    folder = settle.state_folder(settled)
    if options.real or (options.dry_run and (folder / FILE).exists()):
        with Journal(folder) as journal:
            if journal.new:
                app.screen.note(f"a new journal begins: {journal.path}")
            yield journal
    else:
        with TemporaryDirectory(prefix="protestmail-") as bin_, Journal(Path(bin_)) as journal:
            yield journal
