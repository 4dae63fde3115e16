"""Ids: which there can be, and how one is made of a name."""

import re
import unicodedata

MAIN_LETTER = "letter"
"""The id of the one letter of an appeal that does not name its letters."""
MAX_ID = 60
ID = re.compile(r"[a-z0-9-]{1,60}")
DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\..*)?", re.IGNORECASE | re.DOTALL)
"""The names that Windows gives to devices, whatever stands behind a point: no file has them."""
_SLUG = re.compile(r"[^a-z0-9]+")


def unfit(id_: str) -> str:
    """Say how an id that no appeal can have has to be; nothing of one that it can have."""
    if DEVICE.fullmatch(id_):
        return "on Windows no file can have this name; add a word to it"
    return "" if ID.fullmatch(id_) else "only a-z, 0-9 and -, at most 60, as in free-us.yaml"


def slug(name: str) -> str:
    """Make an id of a name: Latin letters without their accents, ``-`` for all else."""
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name)
        name = "".join(char for char in plain if not unicodedata.combining(char))
    return _SLUG.sub("-", name.lower())[:MAX_ID].strip("-")
