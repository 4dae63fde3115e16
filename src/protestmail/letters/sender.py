"""Who signs, and what they choose to leave out."""

from dataclasses import dataclass, fields

from protestmail import characters
from protestmail.errors import SettingsProblem


@dataclass(frozen=True, slots=True)
class Sender:
    """The writer of a letter; every empty field stays out of it.

    Raises SettingsProblem for a value that could not stand in a letter or a header as it is.
    """

    name: str = ""
    organisation: str = ""
    position: str = ""
    members: str = ""
    place: str = ""
    country: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    specimen: bool = False

    def __post_init__(self) -> None:
        for field in FIELDS:
            value = getattr(self, field)
            allowed = value.replace("\n", "") if field == "address" else value
            if characters.IN_LINE.search(allowed):
                raise SettingsProblem(
                    f"the sender's {field} holds a control character", f"write {field} in one line"
                )
            if "=?" in value:
                raise SettingsProblem(
                    f'the sender\'s {field} holds "=?", which mail programs take for coded text',
                    "leave it out",
                )
        if "@" in self.name:
            raise SettingsProblem(
                "the sender's name holds an @, so it could pass for an address",
                "give the name by itself and the address as --email",
            )


FIELDS = tuple(field.name for field in fields(Sender) if field.name != "specimen")

SPECIMEN = Sender(
    name="Specimen Sender",
    organisation="Specimen Organisation",
    members="100",
    place="Specimen Town",
    email="specimen@sender.example",
    specimen=True,
)
"""Stands in a letter that is only looked at, when nobody has said who writes."""
