"""A second, independent reading of finished bytes: do they say what was meant, and no more?

The bytes were written by ``mime``; here the standard library's parser reads them, as a stranger
would. Any difference is a defect of ours or an attack, and the message is not written.
"""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, unquote

from protestmail.errors import UnsafeMessage
from protestmail.mime import File, Intent, Mailbox

MAX_LINE = 998
_HEADERS = {"from", "to", "cc", "reply-to", "subject", "date", "message-id", "x-unsent"}
_MIME = {"mime-version", "content-type", "content-transfer-encoding"}
_UNSAFE = re.compile(rb"[\x00\x80-\xff]|\r(?!\n)|(?<!\r)\n|[^\n]{999}[^\n]*\n")


def verify(data: bytes, intent: Intent) -> None:
    """Raise UnsafeMessage unless the bytes are safe on the wire and say exactly ``intent``."""
    if found := _UNSAFE.search(data):
        raise UnsafeMessage(f"the message's bytes are unsafe at {found.start()}", _REPORT)
    read = read_back(data)
    for field in Intent.__slots__:
        if getattr(read, field) != getattr(intent, field):
            raise UnsafeMessage(
                f"read again, the message does not say what was meant: its {field.strip('_')} differs",
                _REPORT,
            )


_REPORT = "nothing was written or sent; please report this with the appeal"


def read_back(data: bytes) -> Intent:
    """Read a message as a stranger's mail program does; raise UnsafeMessage for any extra."""
    message = message_from_bytes(data, policy=policy.compat32)
    names = [name.lower() for name in message]
    extra = [name for name in names if name not in _HEADERS | _MIME]
    if message.defects or extra or len(names) != len(set(names)):
        raise UnsafeMessage("the message has headers that nobody meant", _REPORT)
    body, *files = message.get_payload() if message.is_multipart() else [message]
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


def _mailboxes(message: "Message[str, str]", field: str) -> tuple[Mailbox, ...]:
    values = [re.sub(r"\r?\n", "", str(value)) for value in message.get_all(field, [])]
    return tuple(Mailbox(_decoded(name), address) for name, address in getaddresses(values))


def _decoded(text: str) -> str:
    unfolded = re.sub(r"\r?\n", "", text)
    return str(make_header(decode_header(unfolded))) if "=?" in unfolded else unfolded


def _payload(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _filename(part: "Message[str, str]") -> str:
    return unquote(part.get_filename() or "")
