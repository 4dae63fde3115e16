"""What the journal knows of one appeal: what was mailed, and what was done by hand."""

from dataclasses import dataclass, field
from pathlib import Path

from protestmail.appeals.appeal import Target
from protestmail.cli.app import App
from protestmail.journal.entry import ACCEPTED
from protestmail.journal.journal import FILE, Journal

EMAIL = "email"
UNFINISHED = "  the letter is not finished: it needs words of your own first"
"""Why a step is left for another time."""


@dataclass(slots=True)
class Record:
    """What is done already, by (target, channel); nothing is noted where it does not ``count``."""

    app: App
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

    def has(self, target: Target, channel: str) -> bool:
        """Whether a target was reached by a channel."""
        return (target.id, channel) in self.done

    def note(self, target: str, channel: str) -> None:
        """Note that something was done by hand."""
        if self.count:
            self.app.refresh()
            with Journal(self.folder) as journal:
                journal.note(self.appeal, target, channel, int(self.app.now.timestamp()))
            self.done.add((target, channel))
