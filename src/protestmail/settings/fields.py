"""What a writer may say of themselves: each thing as an option, a question and a setting."""

from collections.abc import Collection
from typing import NamedTuple

ENVIRONMENT, TYPED = "the environment", "as typed"
"""Where a setting may come from, other than a file; an answer has no name to be called by."""
PREFIX = "PROTESTMAIL_"


class Field(NamedTuple):
    """What the help of its option says, and its question; few letters need a ``rare`` one."""

    help: str
    question: str = ""
    rare: bool = False


SENDER = {
    "name": Field("Your name, as the letter is signed.", "Your name, as you sign"),
    "organisation": Field(
        "The organisation for which you write.",
        "Your organisation, if you write for one",
    ),
    "position": Field("Your position in it.", "Your position there"),
    "members": Field(
        'For how many you speak: 240, or "240 nurses".',
        "For how many you speak, such as 240 nurses",
        rare=True,
    ),
    "place": Field("Your town.", "Your town"),
    "country": Field("Your country.", "Your country"),
    "address": Field(
        "Your postal address.",
        "Your postal address, parted by commas, for printed pages",
        rare=True,
    ),
    "phone": Field(
        "Your telephone number.",
        "Your telephone number, for letters that ask for it",
        rare=True,
    ),
    "email": Field(
        "Your address, for drafts and rehearsals.",
        "Your e-mail address, for letters that ask for it",
        rare=True,
    ),
}
"""By the field's name in a Sender."""


def variable(name: str) -> str:
    """Give the name of a setting, in the environment and in a profile."""
    return PREFIX + name.upper()


def to_ask(also: Collection[str] = ()) -> list[str]:
    """Name the fields that are asked for: the usual ones, and those that are needed ``also``."""
    return [name for name, one in SENDER.items() if not one.rare or name in also]


ACCOUNT = tuple(
    f"{PREFIX}SMTP_{name}"
    for name in (
        "HOST PORT SECURITY CERTIFICATE USER PASSWORD_COMMAND PASSWORD TOKEN_COMMAND HELO".split()
    )
)
STATE = f"{PREFIX}STATE"
HABITS = (f"{PREFIX}BCC_SELF", STATE)
FOLDERS = f"{PREFIX}APPEALS"
KNOWN = (*map(variable, SENDER), *ACCOUNT, *HABITS, FOLDERS)
"""The names of all settings: those of the sender, of the account, and of habits and places."""
