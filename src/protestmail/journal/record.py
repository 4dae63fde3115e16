"""What is done of one appeal, and what is left of it: what was mailed, what was done by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from protestmail.journal.entry import ACCEPTED
from protestmail.journal.journal import FILE, Journal
from protestmail.letters.tasks import EMAIL, Task

_PAPER = ("post", "fax")
"""Ways of which one is enough."""


@dataclass(slots=True)
class Record:
    """What is done already, by (who, channel); nothing is noted where it does not ``count``."""

    appeal: str
    folder: Path
    count: bool = True
    done: set[tuple[str, str]] = field(default_factory=set)

    def read(self) -> None:
        """Read it anew; there may be no journal yet."""
        if not (self.count and (self.folder / FILE).exists()):
            return
        with Journal(self.folder) as journal:
            self.done = {(one.target, one.channel) for one in journal.noted(self.appeal)}
            for entry in journal.entries(self.appeal):
                if entry.state == ACCEPTED:
                    self.done |= {(target, EMAIL) for target in entry.target.split(",")}

    def has(self, task: Task) -> bool:
        """Whether this very thing is done."""
        return (task.who, task.channel) in self.done

    def left(self, tasks: Iterable[Task]) -> list[Task]:
        """Give what is not done; whoever was reached by post needs no fax, nor the reverse."""
        return [
            task
            for task in tasks
            if not any((task.who, way) in self.done for way in _enough(task.channel))
        ]

    def note(self, task: Task, now: int) -> None:
        """Note that something was done by hand; ``now`` is in seconds since 1970."""
        if self.count:
            with Journal(self.folder) as journal:
                journal.note(self.appeal, task.who, task.channel, now)
            self.done.add((task.who, task.channel))


def _enough(channel: str) -> tuple[str, ...]:
    return _PAPER if channel in _PAPER else (channel,)
