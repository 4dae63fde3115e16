"""Who gets a letter by e-mail, who does not and why: what is confirmed, and the server is given."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from protestmail import address
from protestmail.address import COPY, TARGET, Address
from protestmail.appeals.appeal import Copy, Target
from protestmail.letters.letter import PHONE, Letter


class Recipient(NamedTuple):
    """One address of the envelope, and in which part its owner gets the message."""

    name: str
    address: Address
    role: str


class Addressed(NamedTuple):
    """A letter and whom e-mail brings it to, targets first; ``unmailable`` is who cannot get it."""

    letter: Letter
    people: tuple[Recipient, ...] = ()
    unmailable: tuple[Recipient, ...] = ()

    @property
    def mailed(self) -> bool:
        """Whether e-mail carries it: a script to be spoken, it never does."""
        return self.letter.kind != PHONE and any(one.role == TARGET for one in self.people)

    @property
    def keys(self) -> list[str]:
        """The addresses that it is for, in the form by which the journal knows them."""
        return [one.address.ascii.lower() for one in self.people if one.role == TARGET]

    def narrowed(self, free: Callable[[str], bool]) -> "Addressed":
        """Leave out the targets' addresses that are not ``free`` to be written to."""
        closed = [one for one in self.people if one.role == TARGET and not free(_key(one))]
        if not closed:
            return self
        gone = {one.address.text.lower() for one in closed}
        targets = (_without(target, gone) for target in self.letter.targets)
        letter = self.letter._replace(targets=tuple(one for one in targets if one.email))
        return Addressed(letter, tuple(one for one in self.people if one not in closed))


def _key(one: Recipient) -> str:
    return one.address.ascii.lower()


def _without(target: Target, gone: set[str]) -> Target:
    kept = (one for one in target.email if address.parse(one).text.lower() not in gone)
    return target._replace(email=tuple(kept))


def addressed(letter: Letter) -> Addressed:
    """Find who gets a letter by e-mail, targets first and each address once, and who cannot."""
    wanted = [(target.name, text, TARGET) for target in letter.targets for text in target.email]
    wanted += [(copy.name, copy.email, COPY) for copy in letter.copies if copy.email]
    found: dict[str, Recipient] = {}
    for name, text, role in wanted:
        one = Recipient(name, address.parse(text), role)
        found.setdefault(one.address.text.lower(), one)
    everyone = found.values()
    return Addressed(
        letter,
        tuple(one for one in everyone if one.address.mailable),
        tuple(one for one in everyone if not one.address.mailable),
    )


def on_paper(letter: Letter) -> list[Copy]:
    """Who gets a copy of a letter by post, and by no mail."""
    return [one for one in letter.copies if "post" in one.by_hand]


def by_hand(letter: Letter) -> list[Copy]:
    """Who gets a copy by other ways than post and e-mail, so that somebody has to see to it."""
    return [one for one in letter.copies if one.by_hand and "post" not in one.by_hand]


class Mailing(NamedTuple):
    """The letters that e-mail carries; who gets nothing by it, and by which way instead.

    That way is the name of a channel, or empty where there is none.
    """

    letters: tuple[Addressed, ...] = ()
    not_mailed: tuple[tuple[Target, str], ...] = ()
    unmailable: tuple[Recipient, ...] = ()
    copies_left_out: tuple[Copy, ...] = ()


def sort(written: Iterable[Letter]) -> Mailing:
    """Sort letters into those that e-mail carries, each to whom it reaches, and the rest."""
    letters, not_mailed = [], []
    unmailable: dict[Recipient, None] = {}
    copies: set[Copy] = set()
    for one in map(addressed, written):
        letter = one.letter
        unmailable |= dict.fromkeys(one.unmailable)
        if letter.kind != PHONE:
            copies.update(copy for copy in letter.copies if not copy.email)
        mailed = [target for target in letter.targets if target.email] if one.mailed else []
        if mailed:
            letters.append(one._replace(letter=letter._replace(targets=tuple(mailed))))
        rest = (target for target in letter.targets if target not in mailed)
        not_mailed += [(target, _other_way(target, letter.kind)) for target in rest]
    left_out = sorted(copies, key=lambda copy: copy.name or copy.lookup)
    return Mailing(tuple(letters), tuple(not_mailed), tuple(unmailable), tuple(left_out))


def _other_way(target: Target, kind: str) -> str:
    """Name the first way that is left: for a letter to be spoken, the telephone or none."""
    ways = [
        name for name in target.channels if name != "email" and (name == PHONE or kind != PHONE)
    ]
    return ways[0] if ways else ""
