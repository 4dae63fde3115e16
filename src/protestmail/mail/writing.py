"""What a message is meant to say, and the bytes that say it.

The headers are written here and not by the ``email`` package: on CPython 3.11.7 its modern API
loses the address behind a long bracketed name and makes a real header of a coded line break, and
its older one folds differently from one release to the next, where ours are golden bytes. They
need little: every value is checked before, and every byte is read again afterwards (``reading``).
RFC 5322 (form), 2045 to 2047 (MIME, encoded words), 2231 (file names).
"""

import re
from base64 import b64encode
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

LINE = 76
TEXT_TYPE = 'text/plain; charset="utf-8"'
_ASCII = bytes(range(128))
_TYPES = {  # few, and our own: the tables of the machine would show in the bytes
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_FROM = re.compile(rb"^From ([^\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name, which may be empty, and an address in ASCII."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Intent:
    """All that a message says; two are equal when no reader could tell them apart."""

    from_: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    subject: str
    date: str
    message_id: str
    body: str
    files: tuple[File, ...] = ()
    draft: bool = False

    @property
    def boundary(self) -> str:
        """What parts the parts: made of the Message-ID, so that it tells nothing more."""
        return "=_" + sha256(self.message_id.encode()).hexdigest()[:40]


def write(intent: Intent) -> bytes:
    """Write the message in 7 bits, its lines ending in CRLF."""
    lines = [*_headers(intent), *(_parts(intent) if intent.files else [_text(intent.body)])]
    return "\n".join([*lines, ""]).replace("\n", "\r\n").encode("ascii")


def _headers(intent: Intent) -> Iterator[str]:
    yield from addresses("From", (intent.from_,))
    yield from addresses("To", intent.to)
    yield from addresses("Cc", intent.cc)
    yield from addresses("Reply-To", intent.reply_to)
    yield from _subject(intent.subject)
    yield f"Date: {intent.date}"
    yield f"Message-ID: {intent.message_id}"
    if intent.draft:
        yield "X-Unsent: 1"
    yield "MIME-Version: 1.0"


def addresses(field: str, mailboxes: tuple[Mailbox, ...]) -> Iterator[str]:
    """Write a field of addresses, one a line: easy to read, and no line too long."""
    start = f"{field}: "
    for number, mailbox in enumerate(mailboxes, 1):
        comma = "," if number < len(mailboxes) else ""
        *before, last = _phrase(mailbox.name) if mailbox.name else [""]
        for line in before:
            yield start + line
            start = " "
        address = f"<{mailbox.address}>{comma}" if mailbox.name else mailbox.address + comma
        if last and len(start) + len(last) + 1 + len(address) > LINE:
            yield start + last
            start, last = " ", ""
        yield start + (f"{last} {address}" if last else address)
        start = " "


def _phrase(name: str) -> list[str]:
    """A display name in lines: atoms, one quoted string, or encoded words."""
    if _ATOMS.fullmatch(name) and len(name) < LINE and "=?" not in name:
        return [name]
    if name.isascii() and len(name) < LINE:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{quoted}"']
    return _encoded_words(name)


def _subject(text: str) -> Iterator[str]:
    """Fold at blanks where the text is ASCII and its words are short, else encode."""
    if not text.isascii() or any(len(word) > LINE for word in text.split(" ")):
        first, *rest = _encoded_words(text)
        yield f"Subject: {first}"
        yield from (f" {word}" for word in rest)
        return
    line = "Subject:"
    for word in text.split(" "):
        if len(line) + 1 + len(word) > LINE and line != "Subject:":
            yield line
            line = ""
        line += f" {word}"
    yield line


def _encoded_words(text: str) -> list[str]:
    """RFC 2047, base 64: each word holds whole characters and is at most 75 characters long."""
    words, chunk = [], b""
    for char in text:
        piece = char.encode()
        if len(chunk) + len(piece) > 42:  # noqa: PLR2004  56 characters of base 64, 68 in all
            words.append(chunk)
            chunk = b""
        chunk += piece
    return [f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, chunk]]


@lru_cache(maxsize=8)  # most letters of an appeal have the same text
def _text(body: str) -> str:
    """Code a text in 7 bits: quoted-printable or base 64, whichever is shorter."""
    plain = body.encode()
    most = len(plain.replace(b"\n", b"\r\n")) * 78 // 57  # what base 64 would come to
    high = len(plain.translate(None, _ASCII))
    coded = b"" if len(plain) + 2 * high > most else _quoted_printable(plain)
    way, lines = "quoted-printable", [coded.decode()]
    if not coded or len(coded) > most:
        way, lines = "base64", list(_base64(plain.replace(b"\n", b"\r\n") + b"\r\n"))
    head = [f"Content-Type: {TEXT_TYPE}", f"Content-Transfer-Encoding: {way}", ""]
    return "\n".join([*head, *lines])


def _quoted_printable(plain: bytes) -> bytes:
    coded = b2a_qp(plain, istext=True)
    while b"From " in coded and _FROM.search(
        coded
    ):  # a line that was broken may bring another to a line's start
        coded = _FROM.sub(_hide_from, coded)
    return coded


def _base64(data: bytes) -> Iterator[str]:
    coded = b2a_base64(data, newline=False).decode()
    for start in range(0, len(coded), 76):
        yield coded[start : start + 76]


def _hide_from(match: "re.Match[bytes]") -> bytes:
    """Keep mailbox formats from quoting ``From `` at a line's start; no line gets too long."""
    rest: bytes = match.group(1)
    return b"=46rom " + (b"=\n" if len(rest) > LINE - 7 else b"") + rest


def _parts(intent: Intent) -> Iterator[str]:
    yield f'Content-Type: multipart/mixed; boundary="{intent.boundary}"'
    yield ""
    yield f"--{intent.boundary}"
    yield _text(intent.body)
    for file in intent.files:
        yield f"--{intent.boundary}"
        yield f"Content-Type: {_type(file.name)}"
        yield "Content-Transfer-Encoding: base64"
        yield "Content-Disposition: attachment;"
        yield f" {_filename(file.name)}"
        yield ""
        yield from _base64(file.data)
    yield f"--{intent.boundary}--"


def _type(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _filename(name: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415  for attachments only

    plain = name.isascii() and '"' not in name and "\\" not in name
    return f'filename="{name}"' if plain else f"filename*=utf-8''{quote(name, safe='')}"
