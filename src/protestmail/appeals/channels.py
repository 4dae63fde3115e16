"""The ways in which a target can be reached, listed once.

They stand apart from the records, which a list does not load.
"""

CHANNELS = {
    "email": "e-mail",
    "post": "post",
    "fax": "fax",
    "phone": "phone",
    "web": "web",
    "social": "social media",
}
"""Each channel, by the name of its field, with the word for people; in the order of their use."""

BY_HAND = tuple(name for name in CHANNELS if name != "email")
"""The channels that a person sees to."""

LOOKUP = "lookup"
"""What stands in place of an address that depends on the writer."""

WORDS = CHANNELS | {LOOKUP: "to look up"}
