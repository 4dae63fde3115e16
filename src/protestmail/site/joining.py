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
from protestmail.paper.call import POINTS
from protestmail.site.combine import (
    INSERTED,
    MARKS,
    MEMBERS,
    OWN_WORDS,
    TODAY,
    Filling,
    Text,
    apart,
)

_MARK = re.compile("[\ue000-\ue022]")
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
    """Join the lines for a writer and put the values in place of the marks.

    Own words that the text holds already are not put in again; the points of a call are none of it.
    """
    bits = sum(1 << number for number, one in enumerate(filling.fields) if values.get(one))
    wanted, *numbers = filling.combinations[bits]
    subject, *body = (filling.lines[number] for number in numbers)
    whole, said = "\n".join(body), _said(filling.language, values, day)
    without = _filled(apart(whole), said)
    own = folded(values.get(OWN_WORDS, ""))
    text = without if own in folded(without.partition(POINTS)[0]) else _filled(whole, said)
    return Text(f"{' '.join(_filled(subject, said).split())}\n{text}", filling.wants[wanted])


def _said(language: str, values: Values, day: date) -> Values:
    """What comes in place of each mark."""
    return {
        **{MARKS[name]: value for name, value in values.items()},
        MEMBERS: languages.members_line(language, values.get("members", "")),
        TODAY: languages.day(language, day),
        INSERTED: values.get(OWN_WORDS, ""),
    }


def _filled(text: str, said: Values) -> str:
    return _MARK.sub(lambda mark: said.get(mark[0], mark[0]), text)


def folded(text: str) -> str:
    """Fold the case of a text in a way that browsers can follow; they know no ``casefold``."""
    text = text.replace("\u0131", "\ue030")  # a letter of its own in Turkish, the capital of i
    return text.lower().upper().lower().replace("\u03c2", "\u03c3")
