"""A letter as a link that opens the writer's own mail program (RFC 6068)."""

from dataclasses import dataclass
from urllib.parse import quote

from protestmail.address import COPY, TARGET
from protestmail.mail.recipients import Addressed

MAX_LENGTH = 2000
"""Common mail programs and shells cut links somewhere beyond this many characters."""


@dataclass(frozen=True, slots=True)
class Link:
    """A mail link and the fields that it carries, to be copied by hand where it is too long."""

    url: str
    to: tuple[str, ...]
    cc: tuple[str, ...]

    @property
    def too_long(self) -> bool:
        """Whether a mail program may cut it."""
        return len(self.url) > MAX_LENGTH


def link(addressed: Addressed) -> Link:
    """Make the link; line breaks go as CRLF, everything but plain letters as %XX."""
    letter, people = addressed.letter, addressed.people
    to = tuple(one.address.ascii for one in people if one.role == TARGET)
    cc = tuple(one.address.ascii for one in people if one.role == COPY)
    fields = [("subject", letter.subject), ("body", letter.body.replace("\n", "\r\n"))]
    if cc:
        fields.insert(0, ("cc", ",".join(cc)))
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields)
    return Link(f"mailto:{','.join(quote(one, safe='@') for one in to)}?{query}", to, cc)
