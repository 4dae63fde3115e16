"""One run over the letters that wait: what is said of each, and what becomes of it in the journal.

This is the only room that knows both the journal and the wire.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from protestmail.errors import ConnectionLost, Exit, JournalProblem, SessionOver
from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, UNKNOWN, Entry, Outcome
from protestmail.journal.journal import Journal, Parcel
from protestmail.sending import blame
from protestmail.sending.blame import DATA, DOT, MAIL, RCPT
from protestmail.sending.pace import Pace
from protestmail.sending.reply import BUSY, Answer, Envelope, Reply
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
    words: str


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
    _before: str = ""

    def letters(self, talk: Conversation) -> Iterator[Entry]:
        """Send all that is waiting, over one connection, up to a long pause of the rate."""
        parcel: Parcel | None = None
        try:
            while self.waiting and not self.stop.requested:
                if not parcel and self.pace and self.pace.due() > _LONG:
                    break
                parcel = parcel or self._offer(talk)
                answer = talk.answer()
                if answer.ready:
                    yield from self._release()
                    parcel = yield from self._send(talk, parcel, answer)
                else:
                    self._end_where_unwanted(parcel, answer)
                    yield from self._turned_down(parcel, answer)
                    parcel = None
            yield from self._release()
        finally:
            if self._held:
                self.waiting.appendleft(self._held.parcel.entry.number)
                self._held = None
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
    ) -> Generator[Entry, None, Parcel | None]:
        """Send a text that the server waits for. From the mark in the journal on it may arrive."""
        after = None if _rest(answer) else self._next(talk)
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
            entry = self._record(parcel, answer, reply)
        finally:
            self.stop.in_hand = False
        if any(one.state == QUEUED for one in entry.recipients):
            self.waiting.appendleft(number)  # those that were too many for one transaction
            return None
        yield entry
        self._end_after(parcel, answer, reply)
        return after

    def _put_back(self, parcel: Parcel, reply: Reply, step: str) -> None:
        """Queue a letter again and end the session, where a refusal is not about this letter."""
        found = blame.fault(reply, step)
        away = step != DOT and (reply.code == BUSY or (step == MAIL and reply.state == DEFERRED))
        if found or away:
            self.journal.requeue(parcel.entry.number)
        if found:
            raise blame.refused(found, reply, _envelope(parcel))
        if away:
            raise _over(reply)

    def _end_where_unwanted(self, parcel: Parcel, answer: Answer) -> None:
        """End a session before a text is sent, where the refusal is not about the letter."""
        self._put_back(parcel, answer.mail, MAIL)
        if answer.mail.state == ACCEPTED:
            for reply in answer.recipients:
                self._put_back(parcel, reply, RCPT)
            if _taken(answer) or answer.data.code == BUSY:
                self._put_back(parcel, answer.data, DATA)

    def _turned_down(self, parcel: Parcel, answer: Answer) -> Iterator[Entry]:
        """Note a letter that goes to nobody, once it is clear that the next one fares better."""
        said = _words(answer)
        if said and self._held and self._held.words == said:
            raise blame.refused(blame.OTHER, _refusal(answer), _envelope(parcel))
        yield from self._release()
        if said:
            self._held = _Held(parcel, answer, said)
            self.waiting.popleft()
        else:
            yield self._record(parcel, answer, answer.data)

    def _release(self) -> Iterator[Entry]:
        """Note what was held: the next letter has shown that it was about that one."""
        if self._held:
            parcel, answer, _ = self._held
            self.waiting.appendleft(parcel.entry.number)
            self._held = None
            yield self._record(parcel, answer, answer.data)

    def _record(self, parcel: Parcel, answer: Answer, reply: Reply) -> Entry:
        """Note what became of a letter; it is not waiting any more."""
        outcomes = tuple(_outcomes(parcel, answer, reply))
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
        for one in answer.recipients:
            if found := blame.fault(one, RCPT):
                raise blame.refused(found, one, _envelope(parcel))
        if reply.code == BUSY and self.waiting:
            raise _over(reply)
        said = blame.words(reply) if blame.unclear(reply, DOT) else ""
        if said and said == self._before and self.waiting:
            raise blame.same_words(reply)
        self._before = said


def _over(reply: Reply) -> SessionOver:
    hint = "the rest is still queued: give the same command again later"
    return SessionOver(f"the server takes no more for now: {reply}", hint)


def _envelope(parcel: Parcel) -> Envelope:
    return Envelope(parcel.entry.sender, parcel.recipients, len(parcel.data))


def _taken(answer: Answer) -> bool:
    """Whether anybody was accepted."""
    return any(one.state == ACCEPTED for one in answer.recipients)


def _rest(answer: Answer) -> bool:
    """Whether some recipients were too many for one transaction (RFC 5321, 4.5.3.1.10)."""
    return any(blame.too_many(one) for one in answer.recipients)


def _refusal(answer: Answer) -> Reply:
    """What stands in a letter's way, where that is one thing."""
    return answer.data if _taken(answer) else answer.recipients[0]


def _words(answer: Answer) -> str:
    """In which words all recipients were refused, if it is not clear that it is about them."""
    replies = (answer.data,) if _taken(answer) else answer.recipients
    step = DATA if _taken(answer) else RCPT
    said = {blame.words(one) for one in replies if blame.unclear(one, step)}
    alike = len(said) == 1 and all(blame.unclear(one, step) for one in replies)
    return said.pop() if alike and answer.mail.state == ACCEPTED else ""


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
        yield one._replace(state=_state(answer, own, reply), reply=str(own))


def _state(answer: Answer, own: Reply, reply: Reply) -> str:
    """What a recipient's own reply, or the ``reply`` to the text, means for whether it goes."""
    sent = answer.ready and own is reply
    if not sent and answer.ready and reply.state == ACCEPTED and blame.too_many(own):
        return QUEUED
    if not sent and blame.fault(own, RCPT):
        return DEFERRED
    final = own.state in {DEFERRED, REFUSED} or (sent and own.state in {ACCEPTED, UNKNOWN})
    return own.state if final else DEFERRED
