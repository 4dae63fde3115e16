"""The blanks of a letter and the filters on them, each with what it holds, takes and gives."""

TEXT, LIST, NUMBER, TRUTH = "text", "list", "number", "truth"

BLANKS: dict[str, "str | dict[str, str]"] = {
    "salutation": TEXT,
    "signature": TEXT,
    "own_words": TEXT,
    "demands": LIST,
    "today": TEXT,
    "sender": dict.fromkeys(
        "name organisation position members place country address email phone".split(), TEXT
    ),
    "target": dict.fromkeys("name role organisation attention".split(), TEXT),
    "appeal": dict.fromkeys("title reference issued country".split(), TEXT),
    "issuer": dict.fromkeys("name email url".split(), TEXT),
}
CALLED = {
    "own_words": "your own words",
    "sender.name": "your name",
    "sender.organisation": "your organisation",
    "sender.position": "your position",
    "sender.members": "for how many you speak",
    "sender.place": "your town",
    "sender.country": "your country",
    "sender.address": "your postal address",
    "sender.email": "your e-mail address",
    "sender.phone": "your telephone number",
}
"""The blanks that only a writer can fill, in words."""
LOOP = {"index": NUMBER, "first": TRUTH, "last": TRUTH}
FILTERS = {  # name: (takes, gives)
    **dict.fromkeys(("upper", "lower", "title", "capitalize", "trim"), (TEXT, TEXT)),
    "default": (TEXT, TEXT),
    "length": ("text or list", NUMBER),
    "first": ("text or list", TEXT),
    "last": ("text or list", TEXT),
    "join": (LIST, TEXT),
}
LOOKING = frozenset(FILTERS) - {"default", "trim"}
"""The filters by which more of a value counts than whether it is there."""
