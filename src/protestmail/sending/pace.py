"""How fast letters go: within what mail providers take from one person."""

import time
from collections.abc import Callable, Iterable

PER_MINUTE = 30
BURST = 20
"""What the strictest large provider accepts, and how many may go at once before that counts."""
HISTORY = 60 * 60
"""Seconds after which no letter counts any more, however slow the pace."""


class Pace:
    """So many letters a minute, with a burst at the start (a token bucket).

    ``before`` are the ages in seconds of letters that went in earlier runs, the oldest first: for
    a provider's limit they are one run with this one.
    """

    def __init__(
        self,
        per_minute: float = PER_MINUTE,
        burst: int = BURST,
        *,
        before: Iterable[float] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = per_minute / 60
        self._burst = min(burst, max(int(per_minute), 1))
        self._left = float(self._burst)
        self._clock, self._sleep = clock, sleep
        now = clock()
        self._since = now - HISTORY
        for age in before:
            self._fill(now - age)
            self._left = max(self._left - 1, 0)
        self._fill(now)

    def _fill(self, now: float) -> None:
        self._left = min(self._left + (now - self._since) * self._rate, self._burst)
        self._since = now

    def free(self) -> bool:
        """Take a place for a letter if there is one now."""
        self._fill(self._clock())
        if self._left < 1 - 1e-9:
            return False
        self._left -= 1
        return True

    def due(self) -> float:
        """In how many seconds there will be a place; none is taken."""
        if self.free():
            self._left += 1
            return 0
        return (1 - self._left) / self._rate

    def rest(self) -> None:
        """Wait until there is a place, and take none."""
        while seconds := self.due():
            self._sleep(seconds)

    def wait(self) -> None:
        """Take a place for a letter, waiting for it."""
        self.rest()
        self.free()
