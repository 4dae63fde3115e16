"""Ids made of names."""

import re
import unicodedata

MAIN_LETTER = "letter"
"""The id of the one letter of an appeal that does not name its letters."""
MAX_ID = 60
_SLUG = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Make an id of a name: Latin letters without their accents, ``-`` for all else."""
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name)
        name = "".join(char for char in plain if not unicodedata.combining(char))
    return _SLUG.sub("-", name.lower())[:MAX_ID].strip("-")
