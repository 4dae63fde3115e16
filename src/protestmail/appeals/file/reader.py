"""A strict reading of YAML: bytes in, a plain tree with the place of every value out.

Every scalar is kept as the text that stands there (no ``NO`` that means false, no number that
loses its zeros), which PyYAML's loaders do not do; its node tree has lost anchors and tags, and
its mappings keep the last of two equal keys in silence. So we read the event stream of libyaml's
parser, which has all of it and is fast.
"""

import re
from types import ModuleType
from typing import Any
from unicodedata import normalize

from protestmail.appeals.file.libyaml import yaml
from protestmail.appeals.file.reading import Cut, Reading, place_of
from protestmail.appeals.file.yaml_errors import MAX_DEPTH, complain

MAX_BYTES = 256 * 1024
_BLANKS = " \t\n"  # not all that Python takes for white space: U+2028 is to be seen

_PART = "take it out, or put the whole value in quotes if it is part of the text"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNSEEN = re.compile("[\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def read(data: bytes, file: str = "") -> Reading:
    """Read one document; the problems say all that is wrong with it as YAML."""
    reading = Reading(file)
    if len(data) > MAX_BYTES:
        reading.refuse(1, 1, "the file is larger than 256 KiB")
        return reading
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        reading.refuse(*_formats().undecoded(data, why.start))
        return reading
    if not text.isascii():
        text = _seen(text, reading)
    try:
        _Reader(text, reading).run()
    except _TooDeep:
        pass
    except yaml.YAMLError as why:
        reading.refuse(*complain(why, text))
        reading.tree = reading.places = None
    if not isinstance(reading.tree, dict) and (other := _formats().other(data)):
        reading.tree = reading.places = None
        reading.problems.clear()
        reading.refuse(*other)
    return reading


def _formats() -> ModuleType:
    from protestmail.appeals.file import formats  # noqa: PLC0415  only where there is a mistake

    return formats


def _seen(text: str, reading: Reading) -> str:
    """Tell every character that turns text around or ends a line unseen, and take it out."""
    for found in _UNSEEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        told = f"a control character stands here, U+{ord(found.group()):04X}, which nobody sees"
        reading.refuse(line, column, told, "take it out, or type the line anew")
    return _UNSEEN.sub(" ", text)


class _TooDeep(Exception):
    pass


class _Reader:
    def __init__(self, text: str, reading: Reading) -> None:
        self._reading = reading
        self._parser = _LOADER(text)
        self._next = self._parser.get_event
        reading.text = text
        self._lines = reading.lines if " #" in text or "\t#" in text else None

    def run(self) -> None:
        reading = self._reading
        self._next()  # the start of the stream
        event = self._next()
        if type(event) is yaml.StreamEndEvent:
            reading.refuse(1, 1, "the file is empty")
            return
        reading.tree, reading.places = self._value(self._next(), 1)
        self._next()  # the end of the document
        event = self._next()
        if type(event) is not yaml.StreamEndEvent:
            self._refuse(event, "a second document starts here", "a file holds one only")

    def _value(self, event: Any, depth: int) -> tuple[Any, Any]:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                self._refuse_decoration(event)
            value = event.value
            if event.style == "" or event.style is None:
                if self._lines is not None and self._cut(event):
                    return Cut(value), event
                return value, event
            return (value.rstrip(_BLANKS) if event.style in "|>" else value.strip(_BLANKS)), event
        if kind is yaml.AliasEvent:
            self._refuse(event, "an alias (*) has no place here", _PART)
            return "", event
        if event.anchor is not None or event.tag is not None:
            self._refuse_decoration(event)
        if depth > MAX_DEPTH:
            self._refuse(event, f"the file nests more than {MAX_DEPTH} deep")
            raise _TooDeep
        if kind is yaml.MappingStartEvent:
            return self._mapping(event, depth)
        return self._list(event, depth)

    def _list(self, start: Any, depth: int) -> tuple[list[Any], Any]:
        values: list[Any] = []
        places: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            value, place = self._value(event, depth + 1)
            values.append(value)
            places.append(place)
        return values, (start, places)

    def _mapping(self, start: Any, depth: int) -> tuple[dict[str, Any], Any]:
        values: dict[str, Any] = {}
        places: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key, _ = self._value(event, depth + 1)
            value, place = self._value(self._next(), depth + 1)
            if not isinstance(key, str):
                self._refuse(event, "a key is a list or a mapping", "write key: value")
                continue
            if not key.isascii():
                key = normalize("NFC", key)
            if key == "<<" and not event.style:
                self._refuse(event, "a merge key (<<) has no place here", "write it out")
            elif key in values:
                first = places[key][0].start_mark.line + 1
                self._refuse(event, f'"{key}" stands here twice', f"the first is in line {first}")
            else:
                values[key] = value
                places[key] = (event, place)
        return values, (start, places)

    def _cut(self, event: Any) -> bool:
        mark = event.end_mark
        rest = self._lines[mark.line][mark.column :] if self._lines else ""
        return bool(re.match(r"\s+#\S", rest))

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"an anchor (&{event.anchor}) has no place here", _PART)
        if event.tag is not None:
            self._refuse(event, f"a tag ({_tag(event)}) has no place here", _PART)

    def _refuse(self, event: Any, message: str, hint: str = "") -> None:
        self._reading.refuse(*place_of(event), message, hint)


def _tag(event: Any) -> str:
    """A tag as it is written in the file."""
    name: str = event.tag
    return name.replace("tag:yaml.org,2002:", "!!")
