"""What a page says of its own, in each language that has a file of it in ``words``.

Such a file holds, for each English sentence, what stands in its place (as a catalogue of gettext
does), with the same ``%(placeholders)s``. It has all of them, or a test tells which are missing.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from protestmail.letters import languages

FOLDER = Path(__file__).with_name("words")
_ENGLISH = "en"


class Words(NamedTuple):
    """The words of one language: called with an English sentence, they say it."""

    tag: str
    known: Mapping[str, str]

    def __call__(self, text: str, **values: str) -> str:
        """Say a sentence, with these values in it."""
        return self.known.get(text, text) % values


@cache
def of(*tags: str) -> Words:
    """The words of the first of these languages that has any: pt for pt-BR, English for none."""
    there = {_ENGLISH: b"{}"} | {one.stem: one.read_bytes() for one in FOLDER.glob("*.json")}
    tag = next(filter(None, (languages.version(one, there) for one in tags)), _ENGLISH)
    return Words(tag, json.loads(there[tag]))
