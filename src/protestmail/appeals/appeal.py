"""The records that an appeal file becomes; ``docs/appeal-format.md`` says what each field means.

The small ones are named tuples, which cost a tenth of a dataclass to load.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from protestmail.appeals.channels import BY_HAND, CHANNELS, LOOKUP
from protestmail.errors import UsageProblem

ACTIVE, DRAFT, WON, WITHDRAWN = "active", "draft", "won", "withdrawn"
THANKS = "thanks"
"""The kind of letter that may still go when an appeal is won."""


class Issuer(NamedTuple):
    """Who answers for the appeal."""

    name: str
    email: str = ""
    url: str = ""
    post: tuple[str, ...] = ()
    phone: str = ""


class Target(NamedTuple):
    """Someone who is written to, by whichever of the channels are filled in.

    ``source`` is set once a ``lookup`` has been filled in, and says from where; ``one_of`` where it
    stands for several, of which each is a target: the id of the one in the file.
    """

    id: str
    name: str = ""
    role: str = ""
    organisation: str = ""
    salutation: "str | Mapping[str, str]" = ""
    language: str = ""
    attention: str = ""
    email: tuple[str, ...] = ()
    post: tuple[str, ...] = ()
    fax: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    web: tuple[str, ...] = ()
    social: tuple[str, ...] = ()
    note: str = ""
    checked: date | None = None
    do_not_write: str = ""
    letter: tuple[str, ...] = ()
    lookup: str = ""
    source: str = ""
    one_of: str = ""

    @property
    def label(self) -> str:
        """How it is called where there is room for one thing: by its name, else by its id."""
        return self.name or self.id

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that have an address, in the order in which they are tried."""
        open_ = (LOOKUP,) if self.lookup and not self.source else ()
        return (*(name for name in CHANNELS if getattr(self, name)), *open_)


class Copy(NamedTuple):
    """Someone who gets a copy; ``optional`` ones are offered and off by default.

    ``source`` is as in a target.
    """

    email: str = ""
    name: str = ""
    post: tuple[str, ...] = ()
    fax: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    web: tuple[str, ...] = ()
    social: tuple[str, ...] = ()
    lookup: str = ""
    optional: bool = False
    why: str = ""
    source: str = ""

    @property
    def label(self) -> str:
        """How it is called: by name, else by address."""
        ways = (", ".join(getattr(self, name)) for name in self.by_hand)
        return self.name or self.email or self.lookup or next(ways, "")

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The channels of a copy that no e-mail carries."""
        return () if self.email else tuple(one for one in BY_HAND if getattr(self, one))


class ModelLetter(NamedTuple):
    """A template that becomes a letter; ``copies`` replace the appeal's where not None."""

    id: str
    language: str
    subject: str
    body: str
    kind: str = "protest"
    copies: tuple[Copy, ...] | None = None
    skeleton: bool = False
    needs: tuple[str, ...] = ()


class Action(NamedTuple):
    """Something to do besides writing."""

    kind: str
    text: str
    when: str = ""
    where: str = ""
    url: str = ""


class Update(NamedTuple):
    """What happened after the appeal was published."""

    date: date
    text: str


class Source(NamedTuple):
    """Where the facts come from."""

    title: str = ""
    url: str = ""
    date: "date | None" = None


class Attachment(NamedTuple):
    """A file in the appeal's own folder that goes with every message."""

    file: str
    title: str = ""
    sha256: str = ""


class Appeal(NamedTuple):
    """One appeal, its file read and found to be well formed.

    ``campaign`` is the source that it is of, by the name that its follower gave it; ``unheard``,
    for how many days nothing was heard of it, where it promised more.
    """

    id: str
    title: str
    status: str
    issued: date
    issued_by: Issuer
    summary: str
    targets: tuple[Target, ...]
    letters: tuple[ModelLetter, ...]
    language: str = "en"
    send_before: date | None = None
    closed: date | None = None
    outcome: str = ""
    reference: str = ""
    supersedes: str = ""
    country: str = ""
    topics: tuple[str, ...] = ()
    background: str = ""
    demands: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    risk: str = ""
    sources: tuple[Source, ...] = ()
    updates: tuple[Update, ...] = ()
    actions: tuple[Action, ...] = ()
    copies: tuple[Copy, ...] = ()
    cc_once: bool = False
    together: bool = False
    attachments: tuple[Attachment, ...] = ()
    file: str = ""
    campaign: str = ""
    unheard: int = 0

    @property
    def stop_action(self) -> str:
        """Why nobody may write any more, in one line, where the issuer has withdrawn the appeal."""
        if self.status != WITHDRAWN:
            return ""
        return f"{' '.join(self.outcome.split())} (withdrawn on {self.closed})"

    @property
    def thanks(self) -> str:
        """The id of its letter of thanks, if it has one."""
        return next((one.id for one in self.letters if one.kind == THANKS), "")

    @property
    def every_copy(self) -> tuple[Copy, ...]:
        """The appeal's copies, and those of each letter that has its own."""
        own = (one for letter in self.letters for one in letter.copies or ())
        return (*self.copies, *own)

    @property
    def offered_copies(self) -> tuple[Copy, ...]:
        """The copies that its writer may send, each once."""
        return tuple(dict.fromkeys(one for one in self.every_copy if one.optional))

    def offered(self, name: str) -> Copy:
        """The copy of this name or address that its writer may send; raises UsageProblem."""
        copies = self.offered_copies
        called = {text.casefold(): one for one in copies for text in (one.email, one.label) if text}
        if name.casefold() in called:
            return called[name.casefold()]
        there = ", ".join(one.label for one in copies) or "none"
        told = f'"{name}" is no copy that this appeal leaves to you'
        raise UsageProblem(told, f"there are: {there}")

    def with_copies(self, chosen: Collection[Copy]) -> "Appeal":
        """Give the appeal with these copies as if they were not optional."""
        return self.with_each_copy(
            lambda one: [one._replace(optional=one.optional and one not in chosen)]
        )

    def with_each_copy(self, change: Callable[[Copy], Iterable[Copy]]) -> "Appeal":
        """Give the appeal with what becomes of each of its copies, and of its letters'."""

        def changed(copies: tuple[Copy, ...]) -> tuple[Copy, ...]:
            return tuple(new for one in copies for new in change(one))

        letters = tuple(
            one if one.copies is None else one._replace(copies=changed(one.copies))
            for one in self.letters
        )
        return self._replace(copies=changed(self.copies), letters=letters)

    @property
    def lookups(self) -> dict[str, str]:
        """What depends on the writer: each lookup, with the name that it has here."""
        found: dict[str, str] = {}
        everyone: tuple[Target | Copy, ...] = (*self.targets, *self.every_copy)
        for one in everyone:
            if one.lookup:
                found[one.lookup] = found.get(one.lookup) or one.name
        return found

    def overdue(self, today: date) -> bool:
        """Whether the last day for letters has passed."""
        return self.send_before is not None and today > self.send_before
