"""The server's words: its replies, what they mean for a letter, and its answer to an offer."""

from typing import NamedTuple

from protestmail.journal.entry import ACCEPTED, DEFERRED, REFUSED, UNKNOWN

MAX_REPLY = 500
BUSY = 421
"""What a server says that wants no more of us for now."""
_MEANING = {2: ACCEPTED, 4: DEFERRED, 5: REFUSED}


class Reply(NamedTuple):
    """What the server said, line by line; code 0 where it said nothing that could be read."""

    code: int
    text: str

    @property
    def state(self) -> str:
        """What a reply means for what it answers."""
        return _MEANING.get(self.code // 100, UNKNOWN)

    def __str__(self) -> str:
        """The reply as the server gave it, on one line of a sensible length."""
        return " ".join(f"{self.code or ''} {self.text}".split())[:MAX_REPLY]


class Envelope(NamedTuple):
    """Addresses in ASCII, and the size of the text in octets (RFC 1870)."""

    sender: str
    recipients: tuple[str, ...]
    size: int


class Answer(NamedTuple):
    """What the server says to an offer; ``data`` is its 354, or what stands in its way.

    ``ready`` tells that the text may follow: there is a 354, and somebody to get it.
    """

    mail: Reply
    recipients: tuple[Reply, ...]
    data: Reply
    ready: bool

    @property
    def closing(self) -> bool:
        """Whether the server wants no more of us for now."""
        return any(one.code == BUSY for one in (self.mail, *self.recipients, self.data))
