"""A second, independent reading of finished bytes: what they say must be what was meant.

The bytes were written by ``writing``. Here they are read twice over: by the standard library's
parser, as a stranger's mail program would, and against a narrow form of RFC 5322 that allows
nothing but what we mean to write. Any difference is a defect of ours or an attack, and the
message is not written.
"""

import re
from binascii import Error as Base64Error
from email import message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses, unquote
from functools import lru_cache

from protestmail.errors import UnsafeMessage
from protestmail.mail.writing import TEXT_TYPE, File, Intent, Mailbox

MAX_LINE = 998
_REPORT = "nothing was written or sent; please report this with the appeal"
_END = b"\r\n\r\n"
_FIELDS = {"From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "X-Unsent"}
_CODING = "Content-Transfer-Encoding"
_MIME = {"MIME-Version", "Content-Type", _CODING}
_FIELD = re.compile(r"([A-Za-z-]+): ([ -~]*(?:\r\n [!-~][ -~]*)*)\r\n")
_WORD = r"=\?utf-8\?b\?[A-Za-z0-9+/]+=*\?="
_ATOM = r"(?!=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_NAME = rf'(?:{_WORD}(?: {_WORD})*|{_ATOM}(?: {_ATOM})*|"(?:[^"\\]|\\["\\])*")'
_PLAIN = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+"
_MAILBOXES = re.compile(rf"(?:{_NAME} <{_PLAIN}>|{_PLAIN})(?:, (?:{_NAME} <{_PLAIN}>|{_PLAIN}))*")
_SUBJECT = re.compile(rf"{_WORD}(?: {_WORD})*|(?!.*=\?)[!-~]+(?: [!-~]+)*")


def verify(data: bytes, intent: Intent) -> None:
    """Raise UnsafeMessage unless the bytes are safe on the wire and say exactly ``intent``."""
    lines = data.split(b"\r\n")
    bare = b"\r" in b"".join(lines) or data.count(b"\n") != len(lines) - 1
    if bare or not data.isascii() or b"\x00" in data or max(map(len, lines)) > MAX_LINE:
        raise _unsafe("the message's bytes are not safe on the wire")
    read = read_back(data)
    for field in Intent.__slots__:
        if getattr(read, field) != getattr(intent, field):
            raise _unsafe(f"read again, the message differs in its {field.strip('_')}")


def read_back(data: bytes) -> Intent:
    """Read a message as a stranger's mail program does; raise UnsafeMessage for any extra."""
    head, _, text = data.partition(_END)
    fields = _fields(head.decode("ascii", "replace") + "\r\n")
    if fields.get("Content-Type", "").startswith("multipart/"):
        message = message_from_string(data.decode("ascii", "replace"))
    else:  # the parser would go through the text line by line, and leave it as it is
        message = HeaderParser().parsestr(head.decode("ascii", "replace") + "\r\n\r\n")
        message.set_payload(text.decode("ascii", "replace"))
    if message.defects or message.keys() != list(fields):
        raise _unsafe("two readings of the message find different headers")
    body, files = _leaves(message, fields)
    try:
        return _intent(fields, body, files)
    except (ValueError, Base64Error, LookupError) as why:
        raise _unsafe(f"read again, the message cannot be decoded: {why}") from None


def _unsafe(message: str) -> UnsafeMessage:
    return UnsafeMessage(message, _REPORT)


def _fields(head: str) -> dict[str, str]:
    """Split the head into its fields, unfolded; nothing may stand between them."""
    found, at = {}, 0
    for match in _FIELD.finditer(head):
        name, value = match.groups()
        if match.start() != at or name in found or name not in _FIELDS | _MIME:
            break
        found[name], at = value.replace("\r\n", ""), match.end()
    if at != len(head) or not {"From", "To", "Subject", "Date", "Message-ID"} <= found.keys():
        raise _unsafe("the message has headers that nobody meant")
    if found.get("MIME-Version") != "1.0" or found.get("X-Unsent", "1") != "1":
        raise _unsafe("the message has headers that say something else")
    return found


def _intent(fields: dict[str, str], body: str, files: tuple[File, ...]) -> Intent:
    (from_,) = _mailboxes(fields["From"])
    if not _SUBJECT.fullmatch(fields["Subject"]):
        raise _unsafe("the message's subject is not written as it should be")
    return Intent(
        from_=from_,
        to=_mailboxes(fields["To"]),
        cc=_mailboxes(fields.get("Cc")),
        reply_to=_mailboxes(fields.get("Reply-To")),
        subject=_decoded(fields["Subject"]),
        date=fields["Date"],
        message_id=fields["Message-ID"],
        body=body,
        files=files,
        draft="X-Unsent" in fields,
    )


def _leaves(message: "Message[str, str]", fields: dict[str, str]) -> tuple[str, tuple[File, ...]]:
    """The text, and the files that come with it."""
    if not message.is_multipart():
        return _text(message, fields), ()
    whole = fields["Content-Type"], fields.get(_CODING)
    if whole != (f'multipart/mixed; boundary="{message.get_boundary()}"', None):
        raise _unsafe("the message's parts are not put together as they should be")
    text, *others = [part for part in message.walk() if part is not message]
    files = tuple(File(unquote(part.get_filename() or ""), _payload(part)) for part in others)
    return _text(text, dict(text.items())), files


def _text(part: "Message[str, str]", fields: dict[str, str]) -> str:
    """Decode a text; refuse one that another reader would decode differently."""
    coding = fields.get(_CODING, "")
    known = coding in {"quoted-printable", "base64"} and coding == part[_CODING]
    if not known or fields.get("Content-Type") != TEXT_TYPE:
        raise _unsafe("the message's text is not coded as it should be")
    return _decoded_text(coding, str(part.get_payload()))


@lru_cache(maxsize=8)  # most letters of an appeal have the same text
def _decoded_text(coding: str, payload: str) -> str:
    part: Message[str, str] = Message()
    part[_CODING] = coding
    part.set_payload(payload)
    return _payload(part).decode().replace("\r\n", "\n").removesuffix("\n")


@lru_cache(maxsize=256)  # copies are the same from letter to letter
def _mailboxes(value: str | None) -> tuple[Mailbox, ...]:
    if value is None:
        return ()
    if not _MAILBOXES.fullmatch(value):
        raise _unsafe("the message's addresses are not written as they should be")
    found = tuple(Mailbox(_decoded(name), address) for name, address in getaddresses([value]))
    if len(found) != len(re.findall(r", (?=(?:[^\"\\]|\\.|\"(?:[^\"\\]|\\.)*\")*\Z)", value)) + 1:
        raise _unsafe("two readings of the message find different addresses")
    return found


@lru_cache(maxsize=256)
def _decoded(text: str) -> str:
    return str(make_header(decode_header(text))) if "=?" in text else text


def _payload(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
