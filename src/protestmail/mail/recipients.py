"""Who gets a letter by e-mail: the list that is confirmed, and that the server is given."""

from dataclasses import dataclass

from protestmail import address
from protestmail.address import COPY, TARGET, Address
from protestmail.appeals.appeal import Copy
from protestmail.letters.letter import PHONE, Letter


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of the envelope, and in which part its owner gets the message."""

    name: str
    address: Address
    role: str


def by_mail(letter: Letter, people: list[Recipient]) -> bool:
    """Whether e-mail carries a letter to those ``people``: a script to be spoken, it never does."""
    return letter.kind != PHONE and any(one.role == TARGET for one in people)


def on_paper(letter: Letter) -> list[Copy]:
    """Who gets a copy of a letter by post, and by no mail."""
    return [one for one in letter.copies if one.post and not one.email]


def recipients(letter: Letter) -> tuple[list[Recipient], list[Recipient]]:
    """Give who gets a letter by e-mail, targets first and each address once; then who cannot."""
    wanted = [(target.name, text, TARGET) for target in letter.targets for text in target.email]
    wanted += [(copy.name, copy.email, COPY) for copy in letter.copies if copy.email]
    found: dict[str, Recipient] = {}
    for name, text, role in wanted:
        one = Recipient(name, address.parse(text), role)
        found.setdefault(one.address.text.lower(), one)
    good = [one for one in found.values() if one.address.mailable]
    return good, [one for one in found.values() if not one.address.mailable]
