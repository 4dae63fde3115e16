"""One run over the letters that wait: what is said of each, and what becomes of it in the journal.

This is the only room that knows both the journal and the wire.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from protestmail.errors import ConnectionLost, Exit, JournalProblem, SessionOver
from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, UNKNOWN, Entry
from protestmail.journal.journal import Journal, Parcel
from protestmail.sending import blame, fate, faults
from protestmail.sending.blame import DATA, DOT, MAIL, RCPT
from protestmail.sending.pace import Pace
from protestmail.sending.reply import Answer, Envelope, Reply
from protestmail.sending.smtp import Conversation
from protestmail.sending.stop import Stop

_LONG = 10
"""Seconds of a pause over which no connection is kept: servers end what is idle."""


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


class _Held(NamedTuple):
    """A letter that nobody was to get, for a reason that the next letter will make clear."""

    parcel: Parcel
    answer: Answer
    reply: Reply
    words: str

    @property
    def for_text(self) -> bool:
        """Whether only the fate of another text makes it clear, be it over another connection."""
        return self.answer.ready


@dataclass(slots=True)
class Run:
    """Letters that are ``waiting``, and how many of the run have ``ended`` one way or another."""

    waiting: deque[int]
    journal: Journal
    pace: Pace | None
    stop: Stop
    clock: Callable[[], float]
    ended: int = 0
    _held: _Held | None = None
    _cut_short: int = 0
    _paced: int = 0

    def letters(self, talk: Conversation) -> Iterator[Entry]:
        """Send all that is waiting, over one connection, up to a long pause of the rate."""
        parcel: Parcel | None = None
        try:
            while self.waiting and not self.stop.requested:
                if not parcel and self.pace and not self._paid and self.pace.due() > _LONG:
                    break
                parcel = parcel or self._offer(talk)
                answer = talk.answer()
                if answer.ready:
                    if self._held and not self._held.for_text:
                        yield from self._release()
                    parcel = yield from self._send(talk, parcel, answer)
                else:
                    self._end_where_unwanted(parcel, answer)
                    yield from self._turned_down(parcel, answer)
                    parcel = None
            yield from self._release()
        finally:
            if self._held and not self._held.for_text:
                self.waiting.appendleft(self._held.parcel.entry.number)
                self._held = None
            with suppress(JournalProblem):  # else it is done when the journal is opened again
                self.journal.recover()

    def rest(self) -> None:
        """Wait for the time of the next letter, so that no server is kept waiting for it."""
        if self.pace and not self._paid:
            self.pace.rest()

    @property
    def _paid(self) -> bool:
        """Whether the next letter has its place already, from a session that ended before it."""
        return self.waiting[0] == self._paced

    def _offer(self, talk: Conversation) -> Parcel:
        if self.pace and not self._paid:
            self.pace.wait()
        number = self.waiting[0]
        parcel = self.journal.load(number)
        self.journal.trying(number)
        talk.offer(_envelope(parcel))
        return parcel

    def _next(self, talk: Conversation) -> Parcel | None:
        """The letter whose offer may travel behind the dot of the one in hand."""
        if len(self.waiting) < 2 or not talk.pipelining:  # noqa: PLR2004
            return None
        if self.pace and not self.pace.free():
            return None
        self._paced = self.waiting[1]
        return self.journal.load(self._paced)

    def _send(
        self, talk: Conversation, parcel: Parcel, answer: Answer
    ) -> Generator[Entry, None, Parcel | None]:
        """Send a text that the server waits for. From the mark in the journal on it may arrive."""
        after = None if fate.rest(answer) else self._next(talk)
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
            self._put_back(parcel, reply, DOT)
            if (yield from self._holds(parcel, answer, reply)):
                return after
            entry = self._record(parcel, answer, reply)
        finally:
            self.stop.in_hand = False
        if any(one.state == QUEUED for one in entry.recipients):
            self.waiting.appendleft(number)  # those that were too many for one transaction
            return None
        if blame.ends_session(reply) and number != self._cut_short:
            self._cut_short = number  # once more only: such a text must not hold up the others
            self.waiting.appendleft(number)
            raise _over(reply)
        yield entry
        self._end_after(parcel, answer, reply)
        return after

    def _holds(self, parcel: Parcel, answer: Answer, reply: Reply) -> Generator[Entry, None, bool]:
        """Hold a letter whose text was refused till the next one shows what that was about."""
        number, said = parcel.entry.number, ""
        if blame.unclear(reply, DOT):
            said = blame.words(reply)
            self.journal.requeue(number)
        if said and self._held and self._held.words == said:
            raise blame.same_words(reply)
        yield from self._release()
        if not said or len(self.waiting) < 2:  # noqa: PLR2004
            return False
        self.journal.trying(number)
        self._held = _Held(parcel, answer, reply, said)
        self.waiting.popleft()
        self._end_by_account(parcel, answer)
        return True

    def _put_back(self, parcel: Parcel, reply: Reply, step: str) -> None:
        """Queue a letter again and end the session, where a refusal is not about this letter."""
        found = blame.fault(reply, step)
        away = blame.ends_session(reply) or (step == MAIL and reply.state == DEFERRED)
        away = away and step != DOT
        if found or away:
            self.journal.requeue(parcel.entry.number)
        if found:
            raise blame.refused(found, reply, parcel.entry.sender)
        if away:
            raise _over(reply)

    def _end_where_unwanted(self, parcel: Parcel, answer: Answer) -> None:
        """End a session before a text is sent, where the refusal is not about the letter."""
        self._put_back(parcel, answer.mail, MAIL)
        if answer.mail.state == ACCEPTED:
            for reply in answer.recipients:
                self._put_back(parcel, reply, RCPT)
            if fate.taken(answer) or blame.ends_session(answer.data):
                self._put_back(parcel, answer.data, DATA)

    def _turned_down(self, parcel: Parcel, answer: Answer) -> Iterator[Entry]:
        """Note a letter that goes to nobody, once it is clear that the next one fares better."""
        said = fate.words(answer)
        if said and self._held and self._held.words == said:
            raise blame.refused(faults.OTHER, fate.refusal(answer), parcel.entry.sender)
        yield from self._release()
        if said:
            self._held = _Held(parcel, answer, answer.data, said)
            self.waiting.popleft()
        else:
            yield self._record(parcel, answer, answer.data)

    def _release(self) -> Iterator[Entry]:
        """Note what was held: the next letter has shown that it was about that one."""
        if self._held:
            parcel, answer, reply, _ = self._held
            self.waiting.appendleft(parcel.entry.number)
            self._held = None
            yield self._record(parcel, answer, reply)

    def _record(self, parcel: Parcel, answer: Answer, reply: Reply) -> Entry:
        """Note what became of a letter; it is not waiting any more."""
        outcomes = tuple(fate.outcomes(parcel, answer, reply))
        self.waiting.popleft()
        self.ended += any(one.state in {ACCEPTED, REFUSED} for one in outcomes)
        try:
            return self.journal.record(parcel.entry, outcomes, int(self.clock()))
        except JournalProblem as why:
            if not answer.ready:
                raise
            raise NotRecorded(parcel, reply, why) from None

    def _end_after(self, parcel: Parcel, answer: Answer, reply: Reply) -> None:
        """End a run where a letter has ended, and the next ones would end no better."""
        self._end_by_account(parcel, answer)
        if blame.ends_session(reply) and self.waiting:
            raise _over(reply)

    def _end_by_account(self, parcel: Parcel, answer: Answer) -> None:
        for one in answer.recipients:
            if found := blame.fault(one, RCPT):
                raise blame.refused(found, one, parcel.entry.sender)


def _over(reply: Reply) -> SessionOver:
    hint = "the rest is still queued: give the same command again later"
    return SessionOver(f"the server takes no more for now: {reply}", hint)


def _envelope(parcel: Parcel) -> Envelope:
    return Envelope(parcel.entry.sender, parcel.recipients, len(parcel.data))
