"""A second, independent reading of finished bytes: what they say must be what was meant.

The bytes were written by ``mime``; here the standard library's parser reads them, as a stranger
would. Any difference is a defect of ours or an attack, and the message is not written.
"""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, unquote
from functools import lru_cache

from protestmail.errors import UnsafeMessage
from protestmail.mime import File, Intent, Mailbox

MAX_LINE = 998
_HEADERS = {"from", "to", "cc", "reply-to", "subject", "date", "message-id", "x-unsent"}
_MIME = {"mime-version", "content-type", "content-transfer-encoding"}
_END = b"\r\n\r\n"


def verify(data: bytes, intent: Intent) -> None:
    """Raise UnsafeMessage unless the bytes are safe on the wire and say exactly ``intent``."""
    ends = data.count(b"\r\n")
    bare = data.count(b"\r") != ends or data.count(b"\n") != ends
    longest = max(map(len, data.split(b"\r\n")))
    if bare or not data.isascii() or b"\x00" in data or longest > MAX_LINE:
        raise UnsafeMessage("the message's bytes are not safe on the wire", _REPORT)
    read = read_back(data)
    for field in Intent.__slots__:
        if getattr(read, field) != getattr(intent, field):
            raise UnsafeMessage(
                f"read again, the message differs from what was meant in its {field.strip('_')}",
                _REPORT,
            )


_REPORT = "nothing was written or sent; please report this with the appeal"


def read_back(data: bytes) -> Intent:
    """Read a message as a stranger's mail program does; raise UnsafeMessage for any extra."""
    head, _, text = data.partition(_END)
    message = message_from_bytes(head + _END, policy=policy.compat32)
    if message.get_content_maintype() == "multipart":
        message = message_from_bytes(data, policy=policy.compat32)
    else:  # the parser would go through it line by line, and leave it as it is
        message.set_payload(text.decode("ascii", "surrogateescape"))
    names = [name.lower() for name in message]
    extra = [name for name in names if name not in _HEADERS | _MIME]
    if message.defects or extra or len(names) != len(set(names)):
        raise UnsafeMessage("the message has headers that nobody meant", _REPORT)
    _require_type(_leaves(message)[0])
    body, *files = _leaves(message)
    return Intent(
        from_=_mailboxes(message, "From")[0],
        to=_mailboxes(message, "To"),
        cc=_mailboxes(message, "Cc"),
        reply_to=_mailboxes(message, "Reply-To"),
        subject=_decoded(str(message["Subject"])),
        date=str(message["Date"]),
        message_id=str(message["Message-ID"]),
        body=_payload(body).decode().replace("\r\n", "\n").removesuffix("\n"),
        files=tuple(File(_filename(part), _payload(part)) for part in files),
        draft=message["X-Unsent"] == "1",
    )


def _leaves(message: "Message[str, str]") -> "list[Message[str, str]]":
    """The text, and the files that come with it."""
    parts = message.get_payload() if message.is_multipart() else [message]
    return [part for part in parts if isinstance(part, Message)]


def _require_type(text: "Message[str, str]") -> None:
    """Refuse a text that a reader would decode differently from how it was coded."""
    charset, coding = text.get_content_charset(), text["Content-Transfer-Encoding"]
    if (text.get_content_type(), charset, coding) != ("text/plain", "utf-8", "quoted-printable"):
        raise UnsafeMessage("the message's text is not coded as it should be", _REPORT)


def _mailboxes(message: "Message[str, str]", field: str) -> tuple[Mailbox, ...]:
    value = message[field]
    return _addresses(str(value)) if value is not None else ()


@lru_cache(maxsize=256)  # copies are the same from letter to letter
def _addresses(value: str) -> tuple[Mailbox, ...]:
    pairs = getaddresses([re.sub(r"\r?\n", "", value)])
    return tuple(Mailbox(_decoded(name), address) for name, address in pairs)


def _decoded(text: str) -> str:
    unfolded = re.sub(r"\r?\n", "", text)
    return str(make_header(decode_header(unfolded))) if "=?" in unfolded else unfolded


def _payload(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _filename(part: "Message[str, str]") -> str:
    return unquote(part.get_filename() or "")
