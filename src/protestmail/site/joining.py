"""What the page's script does when somebody types, told once more in Python, line by line.

``proof`` compares it with the letters that are really written; ``templates/page.js`` is its twin,
which a browser is tested with.
"""

import re
from collections.abc import Mapping
from datetime import date

from protestmail import characters
from protestmail.letters import languages
from protestmail.letters.filled import tidy
from protestmail.site.combine import (
    MARKS,
    MEMBERS,
    OWN_WORDS,
    TODAY,
    Filling,
    Text,
)

_MARK = re.compile("[\ue000-\ue021]")
_MANY = ("address", OWN_WORDS)
"""The fields of several lines."""
Values = Mapping[str, str]


def cleaned(values: Values) -> dict[str, str]:
    """What is typed, without what no letter may hold; of several lines, tidied."""
    return {name: _clean(name, value) for name, value in values.items()}


def _clean(name: str, value: str) -> str:
    pattern = characters.IN_TEXT if name in _MANY else characters.IN_LINE
    return tidy(pattern.sub("", value.replace("\r\n", "\n")).strip())


def joined(filling: Filling, values: Values, day: date) -> Text:
    """Join the lines for a writer and put the values in place of the marks."""
    given = [one for one in filling.fields if values.get(one)]
    text = _text(filling, given, values, day)
    own = values.get(OWN_WORDS)
    if own and filling.inserted:
        without = _text(filling, [one for one in given if one != OWN_WORDS], values, day)
        if folded(own) in folded(without.text.partition("\n")[2]):
            return Text(without.text, text.wants)
    return text


def _text(filling: Filling, given: list[str], values: Values, day: date) -> Text:
    bits = sum(1 << number for number, one in enumerate(filling.fields) if one in given)
    wanted, *numbers = filling.combinations[bits]
    values = {MARKS[name]: value for name, value in values.items()}
    members = values.get(MARKS["members"], "")
    values[MEMBERS] = languages.members_line(filling.language, members)
    values[TODAY] = languages.day(filling.language, day)

    def filled(lines: list[int]) -> str:
        text = "\n".join(filling.lines[number] for number in lines)
        return _MARK.sub(lambda mark: values.get(mark[0], mark[0]), text)

    subject = " ".join(filled(numbers[:1]).split())
    return Text(f"{subject}\n{filled(numbers[1:])}", filling.wants[wanted])


def folded(text: str) -> str:
    """Fold the case of a text in a way that browsers can follow; they know no ``casefold``."""
    text = text.replace("\u0131", "\ue030")  # a letter of its own in Turkish, the capital of i
    return text.lower().upper().lower().replace("\u03c2", "\u03c3")
