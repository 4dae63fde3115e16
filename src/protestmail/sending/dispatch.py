"""Take the numbers of letters that ``agenda`` has queued, send them, note what became of each.

This is the only room that knows both the journal and the wire.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from protestmail.errors import ConnectionLost, Exit, JournalProblem, Refused, TryLater
from protestmail.journal.entry import ACCEPTED, DEFERRED, REFUSED, UNKNOWN, Entry, Outcome
from protestmail.journal.journal import Journal, Parcel
from protestmail.sending import smtp
from protestmail.sending.pace import Pace
from protestmail.sending.reply import BUSY, Answer, Envelope, Reply
from protestmail.sending.smtp import Conversation
from protestmail.sending.stop import Stop
from protestmail.settings.account import Account

_CONNECTIONS = 2
"""After a lost connection there is one more, and then none."""
_TOO_LARGE = 552


class NotRecorded(JournalProblem):
    """A letter's outcome is known, and could not be written down; ``entry`` has it as unknown."""

    exit_code = Exit.NOT_ALL

    def __init__(self, parcel: Parcel, reply: Reply, why: JournalProblem) -> None:
        told = f"the letter to {', '.join(parcel.recipients)} was {reply.state}, but not recorded"
        hint = "it is listed as unknown when there is room again, and not sent by itself"
        super().__init__(f"{told}: {why.message}", hint)
        outcomes = tuple(
            one._replace(state=UNKNOWN, reply=f"{reply} (not recorded)")
            if one.address in parcel.recipients
            else one
            for one in parcel.entry.recipients
        )
        self.entry = replace(parcel.entry, state=UNKNOWN, due=None, recipients=outcomes)


def carry_out(
    numbers: Sequence[int],
    journal: Journal,
    account: Account,
    secret: str = "",
    *,
    pace: Pace | None = None,
    stop: Stop | None = None,
    clock: Callable[[], float] = time.time,
) -> Iterator[Entry]:
    """Send letters that are queued, telling what became of each as soon as it is known.

    Raises TryLater where the server is away, breaks off twice, or wants no more for now; what was
    not told of is still queued. Raises NotRecorded where an outcome could not be noted.
    """
    run = _Run(deque(numbers), journal, pace, stop or Stop(), clock)
    connections = _CONNECTIONS
    while run.waiting and not run.stop.requested:
        connections -= 1
        try:
            with smtp.conversation(account, secret) as talk:
                yield from run.letters(talk)
        except ConnectionLost as why:
            if not (connections and why.worth_another and run.waiting):
                raise


@dataclass(slots=True)
class _Run:
    waiting: deque[int]
    journal: Journal
    pace: Pace | None
    stop: Stop
    clock: Callable[[], float]

    def letters(self, talk: Conversation) -> Iterator[Entry]:
        """Send all that is waiting, over one connection."""
        parcel: Parcel | None = None
        try:
            while self.waiting and not self.stop.requested:
                parcel = parcel or self._offer(talk)
                answer = talk.answer()
                if answer.ready:
                    reply, after = yield from self._send(talk, parcel, answer)
                else:
                    yield self._record(parcel, answer, answer.data)
                    reply, after = answer.data, None
                self._end_where_unwanted(answer, reply)
                parcel = after
        finally:
            with suppress(JournalProblem):  # else it is done when the journal is opened again
                self.journal.recover()

    def _offer(self, talk: Conversation) -> Parcel:
        if self.pace:
            self.pace.wait()
        parcel = self.journal.load(self.waiting[0])
        self.journal.trying(parcel.entry.number)
        talk.offer(_envelope(parcel))
        return parcel

    def _next(self, talk: Conversation) -> Parcel | None:
        """The letter whose offer may travel behind the dot of the one in hand."""
        if len(self.waiting) < 2 or not talk.pipelining:  # noqa: PLR2004
            return None
        if self.pace and not self.pace.free():
            return None
        return self.journal.load(self.waiting[1])

    def _send(
        self, talk: Conversation, parcel: Parcel, answer: Answer
    ) -> Generator[Entry, None, tuple[Reply, Parcel | None]]:
        """Send a text that the server waits for. From the mark in the journal on it may arrive."""
        after = self._next(talk)
        number = parcel.entry.number
        self.stop.in_hand = True
        try:
            self.journal.in_doubt(number, after.entry.number if after else None)
            try:
                talk.transmit(parcel.data, _envelope(after) if after else None)
                reply = talk.verdict()
            except BaseException as why:
                if isinstance(why, ConnectionLost) and why.unsent:
                    self.journal.requeue(number)
                else:
                    yield self._record(parcel, answer, Reply(0, str(why) or "broken off"))
                raise
            entry = self._record(parcel, answer, reply)
        finally:
            self.stop.in_hand = False
        yield entry
        return reply, after

    def _record(self, parcel: Parcel, answer: Answer, reply: Reply) -> Entry:
        """Note what became of a letter; it is not waiting any more."""
        outcomes = tuple(_outcomes(parcel, answer, reply))
        self.waiting.popleft()
        try:
            return self.journal.record(parcel.entry, outcomes, int(self.clock()))
        except JournalProblem as why:
            if not answer.ready:
                raise
            raise NotRecorded(parcel, reply, why) from None

    def _end_where_unwanted(self, answer: Answer, reply: Reply) -> None:
        """Stop where the server says that it is not about this one letter."""
        mail = answer.mail
        if not self.waiting or mail.code == _TOO_LARGE:
            return
        if answer.closing or reply.code == BUSY or mail.state != ACCEPTED:
            told = mail if mail.state != ACCEPTED else reply
            if told.state == REFUSED:
                hint = "ask your provider; the rest is still queued"
                raise Refused(f"the server takes no letters from you: {told}", hint)
            hint = "the rest is still queued: give the same command again later"
            raise TryLater(f"the server takes no more for now: {told}", hint)


def _envelope(parcel: Parcel) -> Envelope:
    return Envelope(parcel.entry.sender, parcel.recipients, len(parcel.data))


def _outcomes(parcel: Parcel, answer: Answer, reply: Reply) -> Iterator[Outcome]:
    """Give each recipient its outcome: whoever was accepted shares the fate of the text."""
    said = dict(zip(parcel.recipients, answer.recipients, strict=True))
    for one in parcel.entry.recipients:
        if one.address not in said:
            yield one
            continue
        own = said[one.address]
        own = answer.mail if answer.mail.state != ACCEPTED else own
        own = reply if own.state == ACCEPTED else own
        sent = answer.ready and own is reply
        final = own.state in {DEFERRED, REFUSED} or (sent and own.state in {ACCEPTED, UNKNOWN})
        yield one._replace(state=own.state if final else DEFERRED, reply=str(own))
