"""Take the numbers of letters that ``agenda`` has queued, and send them, over one or more sessions.

A session may end, a run goes on: servers hang up after so many messages, or after a silence. It
ends where twice in a row a connection has brought nothing to its end.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from protestmail.errors import ConnectionLost, JournalProblem, TryLater
from protestmail.journal.entry import Entry
from protestmail.journal.journal import Journal
from protestmail.sending import session
from protestmail.sending.pace import Pace
from protestmail.sending.run import Run
from protestmail.sending.stop import Stop
from protestmail.settings.account import Account

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
"""Seconds before a new connection, doubled each time that the one before was a short one."""
RESTART = 3.0
"""Seconds before the second attempt to reach a server that was there a moment ago."""
MOST_FAILURES = 2
SHORT = 2
"""A connection that brought fewer letters than this to their end was a short one."""


def carry_out(
    numbers: Sequence[int],
    journal: Journal,
    account: Account,
    secret: str = "",
    *,
    pace: Pace | None = None,
    stop: Stop | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Entry]:
    """Send letters that are queued, telling what became of each as soon as it is known.

    Raises TryLater where the server is away, or wants no more for now; AccountRefused or SameWords
    where the next letters would be refused as well; what was not told of is still queued. Raises
    NotRecorded where an outcome could not be noted.
    """
    run = Run(deque(numbers), journal, pace, stop or Stop(), clock)
    failures, pause = 0, FIRST_PAUSE
    while run.waiting and not run.stop.requested:
        before = run.ended
        run.rest()
        try:
            with session.conversation(account, secret) as talk:
                yield from run.letters(talk)
        except TryLater as why:
            done = run.ended - before
            failures = 0 if done else failures + 1
            if not run.waiting or not _another(why, failures, ever=bool(run.ended)):
                raise
            pause = FIRST_PAUSE if done >= SHORT else min(2 * pause, LONGEST_PAUSE)
            if run.ended:
                sleep(RESTART if failures else pause)


def _another(why: TryLater, failures: int, *, ever: bool) -> bool:
    """Whether a new connection may do: never after two in a row that came to nothing.

    A server that turns us away at the start is not called again, one that was there before is.
    """
    if isinstance(why, JournalProblem):
        return False
    if isinstance(why, ConnectionLost):
        return why.worth_another and failures < MOST_FAILURES
    return failures == 0 or (ever and failures < MOST_FAILURES)
