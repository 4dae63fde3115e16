"""What is done of one appeal, and what is left of it: what was mailed, what was done by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from protestmail.journal import origin
from protestmail.journal.entry import ACCEPTED, Entry
from protestmail.journal.journal import Journal, there
from protestmail.journal.notes import Noted
from protestmail.letters.tasks import EMAIL, Task

_PAPER = ("post", "fax")
"""Ways of which one is enough."""
Done = set[tuple[str, str]]
"""What is done, by (who, channel)."""


@dataclass(slots=True)
class Record:
    """What is done already, by (who, channel); nothing is noted where it does not ``count``."""

    appeal: str
    origin: str
    folder: Path
    count: bool = True
    done: Done = field(default_factory=set)

    def read(self) -> None:
        """Read it anew; there may be no journal yet."""
        if not (self.count and there(self.folder)):
            return
        with Journal(self.folder, reading=True) as journal:
            entries = origin.ours(journal.entries(self.appeal), self.origin)
            self.done = done(entries, origin.ours(journal.noted(self.appeal), self.origin))

    def has(self, task: Task) -> bool:
        """Whether this very thing is done."""
        return (task.who, task.channel) in self.done

    def left(self, tasks: Iterable[Task]) -> list[Task]:
        """Give what is not done of these."""
        return left(tasks, self.done)

    def note(self, task: Task, now: int) -> None:
        """Note that something was done by hand; ``now`` is in seconds since 1970."""
        if self.count:
            with Journal(self.folder) as journal:
                journal.note(self.appeal, task.who, task.channel, now, self.origin)
            self.done.add((task.who, task.channel))


def done(entries: Iterable[Entry], noted: Iterable[Noted]) -> Done:
    """Give what is done, by (who, channel), of all that the journal knows of one appeal."""
    found = {(one.target, one.channel) for one in noted}
    for entry in entries:
        if entry.state == ACCEPTED:
            found |= {(target, EMAIL) for target in entry.target.split(",")}
    return found


def left(tasks: Iterable[Task], done: Done) -> list[Task]:
    """Give what is not done; whoever was reached by post needs no fax, nor the reverse."""
    return [
        task for task in tasks if not any((task.who, way) in done for way in _enough(task.channel))
    ]


def _enough(channel: str) -> tuple[str, ...]:
    return _PAPER if channel in _PAPER else (channel,)
