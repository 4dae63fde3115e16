"""Which appeal a name stood for: two campaigns may publish different ones under the same."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Protocol, TypeVar

from protestmail.appeals.appeal import Appeal


class Known(Protocol):
    """A letter or a note: something that was of some appeal; the ``origin`` is empty if unknown."""

    @property
    def origin(self) -> str:
        """Give what ``of`` gave of that appeal."""


_K = TypeVar("_K", bound=Known)


def of(appeal: Appeal) -> str:
    """Short digests of who issued an appeal, and of its title."""
    return "-".join(map(_digest, (appeal.issued_by.name, appeal.title)))


def same_issuer(known: Iterable[Known], origin: str) -> bool:
    """Whether all were of this issuer, so that most likely the title has changed."""
    return all(one.origin.partition("-")[0] == origin.partition("-")[0] for one in known)


def _digest(text: str) -> str:
    said = " ".join(text.casefold().split())
    return blake2b(said.encode(), digest_size=8).hexdigest()


def ours(known: Iterable[_K], origin: str) -> list[_K]:
    """Give what is of this very appeal, and that of which the journal does not know it."""
    return [one for one in known if one.origin in {"", origin}]


def doubtful(known: Sequence[_K], origin: str) -> list[_K]:
    """Give what is of another appeal of the name, as long as nothing is known to be of this."""
    if any(one.origin == origin for one in known):
        return []
    return [one for one in known if one.origin not in {"", origin}]
