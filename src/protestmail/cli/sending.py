"""A send that goes: the last look and the question, letters on their way, what became of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protestmail import files
from protestmail.cli import asking, editing
from protestmail.cli.app import App
from protestmail.cli.preparing import Prepared
from protestmail.errors import Exit, UsageProblem
from protestmail.journal.entry import ACCEPTED, Entry, broken_off
from protestmail.letters.selection import held_back
from protestmail.mail import message
from protestmail.screen.letters import show_intent, show_letter
from protestmail.screen.outcomes import Outcomes, sum_up, tell_left
from protestmail.screen.sending import (
    count,
    show_agenda,
    show_appeal_notes,
    show_first,
    show_route,
    tell_not_mailed,
)
from protestmail.sending import batch, consent
from protestmail.sending.batch import Batch, Result
from protestmail.sending.consent import Question
from protestmail.sending.pace import HISTORY, PER_MINUTE, Pace
from protestmail.sending.stop import interruptible
from protestmail.settings.account import Account

if TYPE_CHECKING:
    from protestmail.mail.writing import Intent

_ANSWERS = {"y": "yes", "n": "no", "v": "view", "e": "edit"}
_TOLD = "y sends, n does not, v shows every letter, e edits the letter first"


def go(
    send: Prepared, found: Batch, arrived: "Callable[[Sequence[Intent]], None]" = lambda _: None
) -> int:
    """Rehearse or, after the question, send; ``arrived`` gets what a rehearsal has received."""
    if not found.agenda.count:
        code = _told(send, found, Result(), send.appeal.id, _outcomes(send, found))
    elif send.account is None:
        code = _rehearse(send, found, arrived)
    else:
        return _send(send, found, send.account)
    tell_not_mailed(send.app.screen, send.appeal.id, found.mailing)
    return code


def _rehearse(send: Prepared, found: Batch, arrived: "Callable[[Sequence[Intent]], None]") -> int:
    """Go the whole way, to a server that delivers nowhere, and tell what arrived there."""
    from protestmail.mail import reading  # noqa: PLC0415  it brings asyncio, as the next does
    from protestmail.sending import rehearsal  # noqa: PLC0415

    eml, force = send.wish.eml, send.wish.force
    stems = [one.letter.stem for one in found.messages] if eml else []
    paths = files.paths(stems, eml or Path(), force=force)
    with rehearsal.serve() as server:
        outcomes = _outcomes(send, found)
        result = _carry_out(send, found, server.account, outcomes)
    got = {reading.read_back(data).message_id: data for data in server.messages}
    arrived([reading.read_back(data) for data in got.values()])
    code = _told(send, found, result, f"rehearsal of {send.appeal.id}", outcomes)
    for one, path in zip(found.messages, paths, strict=False):
        if data := got.get(one.message_id):
            files.write(data, path, force=force)
            send.app.screen.note(f"kept: {path}")
    return code


def _send(send: Prepared, found: Batch, account: Account) -> int:
    try:
        agreed = _agreed(send, found, account)
    except (click.Abort, asking.Left):
        _tell_unsent(send)
        raise
    if agreed is None:
        return _tell_unsent(send)
    send.typed.keep()
    secret = account.secret.reveal(partial(asking.secret, send.app) if asking.can_ask() else None)
    send.app.refresh()  # all that was asked may have taken until another day
    why_not = held_back(send.appeal, send.selected, send.app.today)
    if why_not and send.wish.real:
        raise why_not
    agreed = agreed.dated(send.app.now)
    outcomes = _outcomes(send, agreed)
    result = _carry_out(send, agreed, account, outcomes, secret, _pace(send, account))
    what = "sent to yourself" if send.wish.to_self else send.appeal.id
    code = _told(send, agreed, result, what, outcomes)
    if result.waiting:
        _tell_kept(send)
    else:
        send.typed.gone()
    return code


def _pace(send: Prepared, account: Account) -> Pace:
    """Go on at the pace at which this sender's letters went till now, by whichever run."""
    rate = send.wish.per_minute or account.per_minute or PER_MINUTE
    own, now = message.own_address(send.sender.email).ascii, int(send.app.now.timestamp())
    pace = Pace(rate, before=send.journal.ages(own, now, HISTORY))
    if pace.due():
        send.app.screen.note(f"letters went a moment ago, so these go at {rate:g} a minute")
    return pace


def _agreed(send: Prepared, found: Batch, account: Account) -> Batch | None:
    """Show everything and ask, once more after an edit; None where the answer is no."""
    wish = send.wish
    while True:
        _show(send, found, account)
        special = consent.needed(send.appeal, found.messages, wish)
        if not wish.yes and not asking.can_ask():
            hint = "look at it with --dry-run, then say --yes"
            raise UsageProblem("there is no terminal to ask at before sending", hint)
        if not _consented(send.app, special):
            return None
        if wish.yes:
            return found
        to = " to yourself" if wish.to_self else ""
        question = f"Send {count(found.agenda.count)}{to}?"
        while (answer := asking.choose(send.app, question, _ANSWERS, "n", _TOLD)) == "v":
            _view(send, found)
        if answer != "e":
            return found if answer == "y" else None
        if found.messages:
            found = send.edited()
        else:
            send.app.screen.note("what goes again goes as it was, and is not edited")


def _consented(app: App, wanted: Sequence[Question]) -> bool:
    """Ask for each; raise UsageProblem where nobody can be asked."""
    if wanted and not asking.can_ask():
        question, flag = wanted[0]
        hint = f"say {flag}" if flag else "send it from a terminal, or leave it out with --target"
        raise UsageProblem(f"this would have to be asked, --yes or not: {question}", hint)
    return all(asking.yes(app, one.text) for one in wanted)


def _show(send: Prepared, found: Batch, account: Account) -> None:
    """Show from whom, to whom and what: last, right above the question, what to mind."""
    aside, appeal = send.app.screen.aside(), send.appeal
    show_route(aside, send.sender, account)
    show_agenda(aside, found, together=appeal.together)
    editing.tell_edited(aside, appeal, send.typed, [one.letter for one in found.messages])
    show_first(aside, found.messages, _again(send, found)[:1])
    show_appeal_notes(aside, appeal)
    if send.wish.to_self:
        aside.line(f"All of it goes to {send.sender.email} only: no target gets anything.")
    tell_not_mailed(send.app.screen, appeal.id, found.mailing)
    if send.wish.real and (nowhere := consent.nowhere(found)):
        send.app.screen.note(nowhere, "bold")


def _view(send: Prepared, found: Batch) -> None:
    """Show every letter in full."""
    aside = send.app.screen.aside()
    for one in found.messages:
        show_letter(aside, one.letter)
        aside.separator()
    for intent in _again(send, found):
        show_intent(aside, intent)
        aside.separator()


def _again(send: Prepared, found: Batch) -> "list[Intent]":
    from protestmail.mail.reading import read_back  # noqa: PLC0415  where there are any only

    return [read_back(send.journal.load(one.number).data) for one in found.agenda.repeated]


def _outcomes(send: Prepared, found: Batch) -> Outcomes:
    """Give what tells of the letters, in the form that is wanted."""
    ways = {"rehearsal": send.wish.rehearse, "to_self": send.wish.to_self}
    head = {"version": 1} | {name: True for name, is_so in ways.items() if is_so}
    wanted = head if send.wish.as_json else None
    return Outcomes(send.app.screen, found.people, wanted, found.agenda.skipped)


def _carry_out(
    send: Prepared,
    found: Batch,
    account: Account,
    outcomes: Outcomes,
    secret: str = "",
    pace: Pace | None = None,
) -> Result:
    """Queue the letters and send them; Ctrl-C ends with the letter in hand, told truthfully."""
    app = send.app
    numbers = batch.queue(found, send.journal, app.now)

    def tell(one: Entry) -> None:
        outcomes.tell(one)
        advance("sent" if one.state == ACCEPTED else one.state)

    with (
        interruptible(partial(_tell_stopping, send)) as stop,
        app.screen.progress(len(numbers), "sent") as advance,
    ):
        return batch.carry_out(
            numbers,
            send.journal,
            account,
            secret,
            pace=pace,
            stop=stop,
            tell=tell,
        )


def _tell_stopping(send: Prepared) -> None:
    with suppress(OSError):  # there may be no terminal any more
        send.app.screen.note("stopping after the letter in hand; Ctrl-C again does not wait")


def _tell_unsent(send: Prepared) -> Exit:
    send.app.screen.note("nothing was sent")
    _tell_kept(send)
    return Exit.NOT_ALL


def _tell_kept(send: Prepared) -> None:
    if where := editing.where(send.typed, send.selected):
        send.app.screen.note(where)


def _told(send: Prepared, found: Batch, result: Result, what: str, outcomes: Outcomes) -> int:
    """Show what became of each letter, and give the exit code."""
    screen, wish = send.app.screen, send.wish
    outcomes.end(result.entries, _waiting(send, result))
    if result.problem is not None:
        screen.error(result.problem.message, result.problem.hint)
    sum_up(screen, what, result, "; nothing has left this machine" if wish.rehearse else "")
    if wish.real:
        tell_left(screen, result, send.appeal.issued_by)
    return batch.exit_code(result, found.agenda.skipped)


def _waiting(send: Prepared, result: Result) -> list[Entry]:
    """The letters that were asked for, and have not come to their end."""
    known = {one.number for one in result.entries}
    return [broken_off(send.journal.entry(one)) for one in result.numbers if one not in known]
