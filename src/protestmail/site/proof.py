"""Whether a browser would fill in a letter exactly as it is written here: tried, when it is made.

Each combination is filled in for an awkward writer, and the whole letter for all of them; what the
lines and marks give has to be what ``letter.write`` gives. The values are those by which a rule of
letters could be led astray: marks at their ends, closing words, bare numbers, scripts of either
direction, what programs take for code (``writers.json``).
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from protestmail.errors import ProtestmailError
from protestmail.letters.sender import Sender
from protestmail.site.combine import NAME, OWN_WORDS, Filling, Source, Text
from protestmail.site.joining import Values, cleaned, joined

DAY = date(2024, 2, 1)


@cache
def writers() -> tuple[Values, ...]:
    """Awkward writers; ``{letter}`` stands for words that the letter holds itself."""
    return tuple(json.loads(Path(__file__).with_name("writers.json").read_bytes()))


def differs(source: Source, filling: Filling) -> str:
    """Say in a few words why the page could not fill a text in; nothing where it can."""
    if source.compared:
        return f"its text depends on what {', '.join(source.compared)} says, word by word"
    for values in _cases(source, filling):
        if _written(source, values) != joined(filling, values, DAY):
            given = ", ".join(f'{name} "{text[:30]}"' for name, text in values.items())
            return f"filled in by a browser it would read differently for {' '.join(given.split())}"
    return ""


def _cases(source: Source, filling: Filling) -> Iterator[Values]:
    """Each combination for one of the writers, then all that can be given for each of them."""
    full = joined(filling, dict.fromkeys((NAME, *source.fields), "N"), DAY).text
    said = " ".join(full.partition("\n")[2].split()[:2])
    every = [_spoken(one, said) for one in writers()]
    for number in range(len(filling.combinations)):
        given = [one for bit, one in enumerate(source.fields) if number >> bit & 1]
        yield {one: every[number % len(every)][one] for one in (NAME, *given)}
    for one in every:
        yield {name: one[name] for name in (NAME, *source.fields)}


def _spoken(writer: Values, said: str) -> dict[str, str]:
    own = writer[OWN_WORDS].replace("{letter}", said)
    return cleaned({**writer, OWN_WORDS: own})


def _written(source: Source, values: Values) -> Text | None:
    fields = dict(values)
    own_words = fields.pop(OWN_WORDS, "")
    try:
        text = source.write(Sender(**fields), own_words, DAY)  # type: ignore[arg-type]
    except ProtestmailError:  # too long for a letter
        return None
    return text
