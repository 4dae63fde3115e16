"""Take the letters that are written for a send; make all of them messages before a byte leaves.

They go by ``agenda`` into the journal's queue, and by ``dispatch`` to the server.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from protestmail.appeals.appeal import Appeal
from protestmail.commands import to_type
from protestmail.errors import Exit, JournalProblem, ProtestmailError, Refused
from protestmail.journal import origin
from protestmail.journal.entry import (
    ACCEPTED,
    OPEN,
    QUEUED,
    REFUSED,
    UNKNOWN,
    Entry,
    broken_off,
)
from protestmail.journal.journal import Journal
from protestmail.letters.leftovers import NotFinished
from protestmail.letters.letter import Letter
from protestmail.letters.sender import Sender
from protestmail.mail import message, recipients
from protestmail.mail.message import Manner, Message
from protestmail.mail.recipients import Mailing, Recipient
from protestmail.sending import agenda, dispatch
from protestmail.sending.agenda import Agenda
from protestmail.sending.pace import Pace
from protestmail.sending.run import NotRecorded
from protestmail.sending.stop import Stop
from protestmail.settings.account import Account


@dataclass(frozen=True, slots=True)
class Wish:
    """The switches of a send: which way it goes, what is not asked, what goes again, and how."""

    dry_run: bool = False
    rehearse: bool = False
    to_self: bool = False
    yes: bool = False
    risk_read: bool = False
    stale: bool = False
    edit: bool = False
    bcc_self: bool | None = None
    reply_to: str = ""
    again: bool = False
    renewed: bool = False
    retry: bool = False
    limit: int | None = None
    per_minute: float | None = None
    plain_text: bool = False
    eml: Path | None = None
    force: bool = False
    as_json: bool = False

    @property
    def real(self) -> bool:
        """Whether letters really go to those they are for."""
        return not (self.dry_run or self.rehearse or self.to_self)


class NobodyByMail(Refused):
    """E-mail reaches nobody of those who were chosen; ``mailing`` says why."""

    def __init__(self, mailing: Mailing, hint: str) -> None:
        super().__init__("there is nobody to write to by e-mail", hint)
        self.mailing = mailing


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that are written, checked and compared with the journal: nothing is queued yet.

    ``left`` is how many stay for another time, where there is a limit; ``origin`` tells the appeal
    from another of its name.
    """

    mailing: Mailing
    agenda: Agenda
    messages: Sequence[Message]
    left: int = 0
    origin: str = ""

    @property
    def people(self) -> dict[str, Recipient]:
        """Whom the addresses belong to."""
        return {one.address.ascii: one for each in self.messages for one in each.recipients}

    def dated(self, now: datetime) -> "Batch":
        """Give it with its new letters as of now: they may have been looked at for an hour."""
        return replace(self, messages=[message.dated(one, now) for one in self.messages])


def write(
    appeal: Appeal,
    letters: Iterable[Letter],
    sender: Sender,
    journal: Journal,
    wish: Wish,
    *,
    now: datetime,
    token: Callable[[], str],
) -> Batch:
    """Compose every letter, so that nothing is sent if one of them cannot be.

    ``token`` gives 32 random hex digits for each. Raises NobodyByMail, NotFinished, and what
    ``message.compose_all`` raises.
    """
    own = message.own_address(sender.email).ascii
    mailing = recipients.sort(letters)
    _refuse(appeal.id, mailing)
    at = int(now.timestamp())
    here = origin.of(appeal)
    drawn = agenda.draw_up(
        mailing.letters,
        own,
        journal,
        at,
        again=wish.again,
        retry=wish.retry,
        ids={one.id for one in appeal.letters},
        origin=here,
        renewed=wish.renewed,
    )
    left = drawn.limit(wish.limit) if wish.limit is not None else 0
    manner = Manner(now, wish.reply_to, blind_copy=bool(wish.bcc_self), to_self=wish.to_self)
    messages = message.compose_all(drawn.new, appeal, sender, manner, token)
    return Batch(mailing, drawn, messages, left, here)


def _refuse(appeal: str, mailing: Mailing) -> None:
    """Stop before anything is composed: nobody to write to, or something still to be written."""
    if not mailing.letters:
        other = any(way for _, way in mailing.not_mailed)
        name, does = (
            ("answer", "goes through the other ways with you")
            if other
            else ("show", "names everybody")
        )
        raise NobodyByMail(mailing, f"{to_type(name, appeal)} {does}")
    if leftovers := [piece for one in mailing.letters for piece in one.letter.leftovers]:
        raise NotFinished(leftovers)


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
    numbers: Sequence[int],
    journal: Journal,
    account: Account,
    secret: str = "",
    *,
    pace: Pace | None = None,
    stop: Stop | None = None,
    tell: Callable[[Entry], None] = lambda _: None,
) -> Result:
    """Send letters that are queued, and ``tell`` of each as soon as its fate is known.

    A wish to stop ends it with the letter in hand; whatever ends it is in the result, raised by
    nobody, so that what was done till then is told truthfully.
    """
    result = Result(numbers)
    stop = stop or Stop()
    try:
        for one in dispatch.carry_out(numbers, journal, account, secret, pace=pace, stop=stop):
            result.entries.append(one)
            tell(one)
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


def queue(batch: Batch, journal: Journal, now: datetime) -> list[int]:
    """Queue a batch, all of it or none: gives the numbers of its letters, old ones first."""
    numbers = [one.number for one in batch.agenda.repeated]
    replaced, at = batch.agenda.replaced, int(now.timestamp())
    return numbers + agenda.queue(
        journal, batch.messages, at, instead_of=replaced, origin=batch.origin
    )


def _broken_off(journal: Journal, numbers: Iterable[int]) -> list[Entry]:
    """Give the letters that have come to an end, of those that nothing was told of."""
    with suppress(JournalProblem):  # what cannot be read now is told the next time
        ended = (broken_off(journal.entry(one)) for one in numbers)
        return [one for one in ended if one.state != QUEUED]
    return []


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
