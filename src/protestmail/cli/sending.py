"""The steps of a send: write the letters, set them against the journal, carry out, sum up."""

import secrets
import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from protestmail.appeals.appeal import Appeal
from protestmail.cli import letters as shared
from protestmail.cli.app import App
from protestmail.errors import Exit, JournalProblem, ProtestmailError, Refused, UnfinishedLetter
from protestmail.journal.entry import (
    ACCEPTED,
    DEFERRED,
    OPEN,
    QUEUED,
    REFUSED,
    UNKNOWN,
    Entry,
    broken_off,
    principal,
)
from protestmail.journal.journal import Journal
from protestmail.letters import selection
from protestmail.letters.selection import Selection
from protestmail.letters.sender import Sender
from protestmail.mail import message, plan
from protestmail.mail.message import Message
from protestmail.mail.plan import Plan
from protestmail.mail.recipients import Recipient
from protestmail.sending import agenda, dispatch
from protestmail.sending.agenda import Agenda
from protestmail.sending.dispatch import NotRecorded, Stop
from protestmail.sending.pace import Pace
from protestmail.settings.account import Account


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks of a send, beyond which letters it is about."""

    again: bool = False
    retry: bool = False
    to_self: bool = False
    bcc_self: bool = False
    reply_to: str = ""
    limit: int | None = None


@dataclass(slots=True)
class Batch:
    """Letters that are written, checked and compared with the journal: nothing is queued yet."""

    planned: Plan
    agenda: Agenda
    messages: list[Message]
    left: int = 0

    @property
    def people(self) -> dict[str, Recipient]:
        """Whom the addresses belong to."""
        return {one.address.ascii: one for each in self.messages for one in each.recipients}


def write(
    app: App,
    appeal: Appeal,
    selected: Selection,
    sender: Sender,
    words: str,
    journal: Journal,
    wish: Wish,
) -> Batch:
    """Write every letter, so that nothing is sent if one of them cannot be."""
    own = message.own_address(sender.email)
    copied = agenda.copied(journal, appeal.id, own.ascii) if appeal.cc_once else ()
    written = selection.letters(
        appeal, selected, sender, own_words=words, today=app.today, copied=copied
    )
    planned = plan.sort(written, selected)
    _refuse(app, appeal.id, planned, selected)
    now = int(app.now.timestamp())
    drawn = agenda.draw_up(
        planned.letters, own.ascii, journal, now, again=wish.again, retry=wish.retry
    )
    left = drawn.limit(wish.limit) if wish.limit is not None else 0
    messages = plan.compose(
        drawn.new,
        appeal,
        sender,
        date=app.now,
        token=lambda: secrets.token_hex(16),
        reply_to=wish.reply_to,
        blind_copy=wish.bcc_self,
        to_self=wish.to_self,
    )
    return Batch(planned, drawn, messages, left)


def _refuse(app: App, appeal: str, planned: Plan, selected: Selection) -> None:
    """Stop before anything is composed: nobody to write to, or something still to be written."""
    if not planned.letters:
        shared.tell_selection(app, selected)
        from protestmail.screen.sending import tell_not_mailed  # noqa: PLC0415  not every command

        tell_not_mailed(app.screen, planned)
        other = any(reason.startswith("by ") for _, reason in planned.not_mailed)
        does = (
            "answer {} goes through the other ways with you" if other else "show {} names everybody"
        )
        hint = f"protestmail {does.format(appeal)}"
        raise Refused("there is nobody to write to by e-mail", hint)
    if shared.tell_unfinished(app, planned.letters):
        hint = "fill in what is named above; --own-words adds your own paragraph"
        raise UnfinishedLetter("the letter is not finished, so it does not go", hint)


@dataclass(slots=True)
class Result:
    """What became of a batch, as far as it got, and what ended it before its time."""

    numbers: Sequence[int] = ()
    entries: list[Entry] = field(default_factory=list)
    problem: ProtestmailError | None = None
    interrupted: bool = False

    @property
    def waiting(self) -> int:
        """How many letters are still queued."""
        return len(self.numbers) - len(self.entries)


def carry_out(
    app: App,
    batch: Batch,
    journal: Journal,
    account: Account,
    secret: str = "",
    *,
    pace: Pace | None = None,
) -> Result:
    """Queue the letters and send them; Ctrl-C ends with the letter in hand, told truthfully."""
    numbers = [one.number for one in batch.agenda.repeated]
    now = int(app.now.timestamp())
    numbers += agenda.queue(journal, batch.messages, now, instead_of=batch.agenda.replaced)
    result = Result(numbers)
    stop = Stop()
    with _interruptible(app, stop), app.screen.progress(len(numbers), "sent") as advance:
        try:
            for one in dispatch.carry_out(numbers, journal, account, secret, pace=pace, stop=stop):
                result.entries.append(one)
                advance("sent" if one.state == ACCEPTED else one.state)
        except NotRecorded as why:
            result.entries.append(why.entry)
            result.problem = why
        except ProtestmailError as why:
            result.problem = why
        except KeyboardInterrupt:
            result.interrupted = True
    result.interrupted = result.interrupted or stop.requested
    result.entries += _broken_off(journal, numbers[len(result.entries) :])
    return result


def _broken_off(journal: Journal, numbers: Iterable[int]) -> list[Entry]:
    """Give the letters that have come to an end, of those that nothing was told of."""
    with suppress(JournalProblem):  # what cannot be read now is told the next time
        ended = (broken_off(journal.entry(one)) for one in numbers)
        return [one for one in ended if one.state != QUEUED]
    return []


@contextmanager
def _interruptible(app: App, stop: Stop) -> Iterator[None]:
    """Let the first Ctrl-C wait for the letter in hand; a second does not wait."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.requested or not stop.in_hand:
            raise KeyboardInterrupt
        stop.requested = True
        with suppress(OSError):  # there may be no terminal any more
            app.screen.note("stopping after the letter in hand; Ctrl-C again does not wait")

    names = ("SIGINT", "SIGTERM", "SIGHUP")  # the terminal may be closed, the machine go down
    before = {
        one: signal.signal(one, interrupt)
        for one in (getattr(signal, name, None) for name in names)
        if one is not None and signal.getsignal(one) is not signal.SIG_IGN  # nohup
    }
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def exit_code(result: Result, skipped: Sequence[Entry]) -> int:
    """Give the exit code: 0 only where every letter that was asked for is accepted by all."""
    if result.interrupted:
        return Exit.INTERRUPTED
    states = Counter(each.state for one in (*result.entries, *skipped) for each in one.recipients)
    states.update([QUEUED] * result.waiting)
    if states.keys() <= {ACCEPTED} and result.problem is None:
        return Exit.DONE
    done = {one.state for one in result.entries}
    if result.problem is not None and not done & {ACCEPTED, UNKNOWN}:
        return result.problem.exit_code
    if not states[ACCEPTED] and not states[UNKNOWN]:
        if states.keys() <= OPEN:
            return Exit.TRY_LATER
        if states.keys() <= {REFUSED}:
            return Exit.REFUSED
    return Exit.NOT_ALL


def sum_up(app: App, what: str, result: Result, tail: str = "") -> None:
    """Say in one line what became of all."""
    states = Counter(one.state for one in result.entries)
    states[QUEUED] += result.waiting
    order = (ACCEPTED, REFUSED, DEFERRED, *states)
    told = ", ".join(f"{states[one]} {one}" for one in dict.fromkeys(order) if states[one])
    app.screen.note(f"{what}: {told or 'nothing to send'}{tail}", "bold")


def tell_agenda(app: App, batch: Batch) -> None:
    """Say what of the letters that were asked for does not go now, and why."""
    from protestmail.screen.sending import tell_skipped  # noqa: PLC0415  not for every command

    tell_skipped(app.screen, batch.agenda.skipped)
    for one in batch.agenda.shared:
        names = ", ".join(target.name or target.id for target in one.targets)
        app.screen.note(f"{names}: another target of this appeal has the same address; one goes")
    for entry in batch.agenda.orphans:
        to = ", ".join(one.address for one in principal(entry.recipients))
        app.screen.note(f"{to}: a letter to it is {entry.state}, and not among these")
    if batch.left:
        app.screen.note(f"{batch.left} more stay for another time, as --limit says")


def count(number: int) -> str:
    """So many letters."""
    return f"{number} letter{'' if number == 1 else 's'}"
