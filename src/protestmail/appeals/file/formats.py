"""What a file is that holds no fields in UTF-8; loaded only where one does not."""

import re

_SAVE = "save it as UTF-8: in most editors, Save as, then the encoding UTF-8"
_COPY = "copy its text into a plain file that ends in .yaml, and save that as UTF-8"
_DOCUMENTS = {
    b"PK\x03\x04": ("a packed document, such as those of Word", _COPY),
    b"\xd0\xcf\x11\xe0": ("a document of Word", _COPY),
    b"{\\rtf": ("a document in rich text", _COPY),
    b"%PDF": ("a PDF", _COPY),
    b"<": ("a web page", "save the file itself (Raw, Download), not the page that shows it"),
}
_MARKS = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32"}
_MARKS |= {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UNMARKED = {"utf-32-le": "UTF-32", "utf-32-be": "UTF-32"}
_UNMARKED |= {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_FIELD = re.compile(r"^\s*[a-z_]+\s*:", re.MULTILINE)
_LONG = re.compile(rb"[\x80-\xff]{4}")


def other(data: bytes) -> tuple[int, int, str, str] | None:
    """Say what a file is in place of an appeal, and what to do, where that can be told."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, (what, hint) in _DOCUMENTS.items():
        if start.startswith(mark):
            return 1, 1, f"the file is {what}, not a plain text", hint
    if encoding := _marked(data) or _unmarked(data):
        return 1, 1, f"the file is saved as {encoding}, not as UTF-8", _SAVE
    return None


def undecoded(data: bytes, first: int) -> tuple[int, int, str, str]:
    """Say what a file is that is not UTF-8 from its byte ``first`` on."""
    if found := other(data):
        return found
    line = data.count(b"\n", 0, first) + 1
    column = first - data.rfind(b"\n", 0, first)
    told = "the file is not UTF-8 text"
    if data[:first].isascii() and _western(data):
        told = "the file is saved as Windows-1252 or Latin-1, it seems, not as UTF-8"
    return line, column, told, _SAVE


def _marked(data: bytes) -> str:
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")


def _unmarked(data: bytes) -> str:
    """Name the encoding in which, every second byte being zero, fields can be read."""
    if b"\0" not in data:
        return ""
    found = (name for codec, name in _UNMARKED.items() if _FIELD.search(_decoded(data, codec)))
    return next(found, "")


def _decoded(data: bytes, codec: str) -> str:
    return data.decode(codec, errors="ignore")


def _western(data: bytes) -> bool:
    """Whether its letters beyond ASCII stand among others, as they do in Latin scripts only."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return not _LONG.search(data)
