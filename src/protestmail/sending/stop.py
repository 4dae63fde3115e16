"""How a person stops a send: once, and the letter in hand is waited for; twice, and it is not."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # the terminal may be closed, the machine go down


@dataclass(slots=True)
class Stop:
    """The wish to stop; ``in_hand`` tells that a letter is on its way."""

    requested: bool = False
    in_hand: bool = False


@contextmanager
def interruptible(tell: Callable[[], None]) -> Iterator[Stop]:
    """Let the first signal wait for the letter in hand, and ``tell``; a second does not wait."""
    stop = Stop()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.requested or not stop.in_hand:
            raise KeyboardInterrupt
        stop.requested = True
        tell()

    before = {
        one: signal.signal(one, interrupt)
        for one in (getattr(signal, name, None) for name in _NAMES)
        if one is not None and signal.getsignal(one) is not signal.SIG_IGN  # nohup
    }
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
