"""Which appeal a name stood for: two campaigns may publish different ones under the same."""

from collections.abc import Sequence
from hashlib import blake2b

from protestmail.appeals.appeal import Appeal
from protestmail.journal.entry import Entry


def of(appeal: Appeal) -> str:
    """Short digests of who issued an appeal, and of its title."""
    return "-".join(map(_digest, (appeal.issued_by.name, appeal.title)))


def same_issuer(entries: Sequence[Entry], origin: str) -> bool:
    """Whether all were of this issuer, so that most likely the title has changed."""
    return all(one.origin.partition("-")[0] == origin.partition("-")[0] for one in entries)


def _digest(text: str) -> str:
    said = " ".join(text.casefold().split())
    return blake2b(said.encode(), digest_size=8).hexdigest()


def ours(entries: Sequence[Entry], origin: str) -> list[Entry]:
    """Give the letters of this very appeal, and those of which the journal does not know it."""
    return [one for one in entries if one.origin in {"", origin}]


def doubtful(entries: Sequence[Entry], origin: str) -> list[Entry]:
    """Give the letters of another appeal of the name, as long as none is known to be of this."""
    if any(one.origin == origin for one in entries):
        return []
    return [one for one in entries if one.origin not in {"", origin}]
