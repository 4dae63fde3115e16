"""What a writer may say of themselves: each thing as an option, a question and a setting."""

from typing import NamedTuple

PREFIX = "PROTESTMAIL_"


class Field(NamedTuple):
    """What the help of its option says, and the question for it where it is asked for."""

    help: str
    question: str = ""


SENDER = {
    "name": Field("Your name, as the letter is signed.", "Your name, as you sign"),
    "organisation": Field(
        "The organisation for which you write.",
        "Your organisation, if you write for one (may stay empty)",
    ),
    "position": Field("Your position in it.", "Your position there (may stay empty)"),
    "members": Field('For how many you speak: 240, or "240 nurses".'),
    "place": Field("Your town.", "Your town (may stay empty)"),
    "country": Field("Your country.", "Your country (may stay empty)"),
    "address": Field(
        "Your postal address.",
        "Your postal address, parted by commas, for printed pages (may stay empty)",
    ),
    "phone": Field("Your telephone number."),
    "email": Field("Your address, for drafts and rehearsals."),
}
"""By the field's name in a Sender."""


def variable(name: str) -> str:
    """Give the name of a setting, in the environment and in a profile."""
    return PREFIX + name.upper()


def to_ask(*, printed: bool = False) -> list[str]:
    """Name the fields that are asked for; the postal address is for pages only."""
    return [name for name, one in SENDER.items() if one.question and (printed or name != "address")]
