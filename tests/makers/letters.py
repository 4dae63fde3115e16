"""What the tests of letters and messages share: builders, golden messages, a reader of our own.

The reader knows nothing of ``protestmail`` nor of the ``email`` package, so that neither can hide
the other's mistakes: it unfolds, splits addresses and decodes words and quoted-printable by hand.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from protestmail.appeals import library
from protestmail.appeals.appeal import Appeal, Copy, Issuer, ModelLetter, Target
from protestmail.letters import letter, selection
from protestmail.letters.letter import Letter
from protestmail.letters.sender import Sender
from protestmail.mail import message
from protestmail.mail.message import Manner, Message
from protestmail.mail.recipients import addressed
from protestmail.mail.writing import File

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
TODAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 12, 30, 5, tzinfo=UTC)
TOKEN = "00112233445566778899aabbccddeeff"
SENDER = Sender(
    name="Aliya Example",
    organisation="Example Union",
    position="Secretary",
    members="240",
    place="Port Example",
    country="Example Islands",
    email="aliya@union.example",
)
MINISTRY = Target(id="ministry", name="Ministry", email=("office@ministry.example",))
PRESIDENT = (
    "His Excellency Dr. João Manuel Gonçalves Lourenço (President of the Republic of Angola)"
)
COMMAS = (
    "Committee for Labour, Mines, Oil, Gas, Ports, Roads, Rail, Health, Schools, Water, Housing, "
    "Pensions and Public Services"
)
OWN_APPEALS = sorted(library.own_folder().glob("*.yaml"))


def an_appeal(**fields: Any) -> Appeal:
    """Build a sound small appeal with some fields changed."""
    base: dict[str, Any] = {
        "id": "strike",
        "title": "Free the committee",
        "status": "active",
        "issued": date(2026, 10, 1),
        "issued_by": Issuer("Campaign", email="campaign@issuer.example"),
        "summary": "A committee is in prison.",
        "targets": (MINISTRY,),
        "letters": (a_model(),),
    }
    return Appeal(**(base | fields))


def a_model(body: str = "Free them.\n\n{{ signature }}", **fields: Any) -> ModelLetter:
    """Build a model letter."""
    base = {"id": "letter", "language": "en", "subject": "Free them"}
    return ModelLetter(**(base | fields | {"body": body}))


def write(body: str, **fields: Any) -> str:
    """Write a body for one target and give the text of the letter."""
    return write_letter(body, **fields).body


def write_letter(
    body: str,
    *,
    sender: Sender = SENDER,
    targets: tuple[Target, ...] = (MINISTRY,),
    own_words: str = "",
    language: str = "en",
    subject: str = "Free them",
    kind: str = "protest",
    **fields: Any,
) -> Letter:
    """Write a model letter; other ``fields`` are the appeal's."""
    model = a_model(body, language=language, subject=subject, kind=kind)
    appeal = an_appeal(**fields)
    return letter.write(appeal, model, targets, sender, own_words=own_words, today=TODAY)


def a_letter(
    *,
    subject: str = "Free them",
    body: str = "Free them.",
    targets: tuple[Target, ...] = (MINISTRY,),
    copies: tuple[Copy, ...] = (),
) -> Letter:
    """Build a letter that is written already."""
    return Letter("strike", "letter", "protest", "en", targets, copies, subject, body)


def a_message(one: "Letter | None" = None, sender: Sender = SENDER, **given: Any) -> Message:
    """Compose a letter, with a date and a Message-ID that never change."""
    id_ = given.pop("message_id", f"<{TOKEN}@union.example>")
    files = given.pop("files", ())
    manner = Manner(given.pop("date", NOW), **given)
    return message.compose(addressed(one or a_letter()), sender, manner, id_, files)


def own_letters(id_: str, own_words: str = "", **choice: Any) -> list[Letter]:
    """Write the letters of an appeal that comes with the program."""
    appeal = library.find(id_, [library.own_folder()]).appeal
    chosen = selection.select(appeal, **choice)
    return list(selection.letters(appeal, chosen, SENDER, own_words=own_words, today=TODAY))


def _golden_names() -> Message:
    targets = (
        Target(id="president", name=PRESIDENT, email=("president@angola.example",)),
        Target(id="commas", name=COMMAS, email=("committee@parliament.example",)),
    )
    copies = (Copy(email="info@campaign.example", name='The "Free Press", Example'),)
    return a_message(a_letter(targets=targets, copies=copies, subject="Über die Häftlinge"))


def _golden_attachment() -> Message:
    pdf = File("report.pdf", b"%PDF-1.4\n" + bytes(range(256)) + b"\n%%EOF\n")
    return a_message(a_letter(body="See the report.\n.\nFrom all of us"), files=[pdf], draft=True)


GOLDEN_MESSAGES: dict[str, Callable[[], Message]] = {
    "mangistau-en": lambda: a_message(own_letters("mangistau-oil-strike")[0]),
    "mangistau-ru": lambda: a_message(own_letters("mangistau-oil-strike", language="ru")[0]),
    "attachment": _golden_attachment,
    "names": _golden_names,
}


@dataclass(frozen=True, slots=True)
class Read:
    """A message as our own reader understands it."""

    names: tuple[str, ...]
    fields: dict[str, str]
    body: str

    def addresses(self, field: str) -> list[tuple[str, str]]:
        """Give the (name, address) pairs of a header field."""
        return [_mailbox(one) for one in _split(self.fields.get(field, ""))]

    @property
    def everyone(self) -> list[str]:
        """Every address that a header field for addresses holds."""
        fields = [name for name in self.names if name.lower() in _ADDRESSES]
        return [address for name in fields for _, address in self.addresses(name)]


_ADDRESSES = {"from", "sender", "to", "cc", "bcc", "reply-to", "resent-to", "resent-bcc"}


def read(data: bytes) -> Read:
    """Read a finished message without attachments."""
    head, _, body = data.decode("ascii").partition("\r\n\r\n")
    lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    split = (line.partition(":") for line in lines)
    pairs = [(name, value.removeprefix(" ")) for name, _, value in split]
    coding = dict(pairs).get("Content-Transfer-Encoding")
    plain = _base64(body) if coding == "base64" else _quoted_printable(body)
    text = plain.decode().replace("\r\n", "\n").removesuffix("\n")
    return Read(tuple(name for name, _ in pairs), dict(pairs), text)


def decoded(text: str) -> str:
    """Decode the encoded words of a header's value (RFC 2047)."""
    joined = re.sub(r"(\?=)[ \t]+(?==\?)", r"\1", text)
    word = r"=\?utf-8\?b\?([A-Za-z0-9+/=]*)\?="
    return re.sub(word, lambda found: b64decode(found[1], validate=True).decode(), joined)


def _base64(text: str) -> bytes:
    *full, last, end = text.split("\r\n")
    assert end == "" and len(last) <= 76 and {len(one) for one in full} <= {76}  # noqa: PT018
    return b64decode("".join([*full, last]), validate=True)


def _quoted_printable(text: str) -> bytes:
    pieces = re.split(r"=([0-9A-F]{2})", text.replace("=\r\n", ""))
    coded = (bytes.fromhex(x) if i % 2 else x.encode("ascii") for i, x in enumerate(pieces))
    return b"".join(coded)


def _split(value: str) -> list[str]:
    """Split a list of addresses at its commas, but not within quotes."""
    tokens = re.findall(r'"(?:\\.|[^"\\])*"|[^",]+|,|"', value)
    parts = [""]
    for token in tokens:
        if token == ",":
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip(" \t") for part in parts if part.strip(" \t")]


def _mailbox(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?)[ \t]*<([^<>]*)>", text)
    if not found:
        return "", text
    name = found[1]
    if name.startswith('"') and name.endswith('"'):
        return re.sub(r"\\(.)", r"\1", name[1:-1]), found[2]
    return decoded(name), found[2]
