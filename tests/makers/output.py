"""What is seen of the program, what must never be seen, and the messages that it has written."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What must never reach the output; a form feed between letters is taken out before."""


HOSTILE = "\x1b[31m\x1b]0;owned\x07\x7f\u202e\u2066"
"""What a stranger may put anywhere: colours, a window title, DEL, turned text."""


MARKUP = "[all] [/b] :bomb: [link=x]y"
"""What rich would take for markup, were it let."""


_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def plain(seen: str) -> str:
    """Give what is seen on a terminal without its colours and movements."""
    return _ESCAPE.sub("", seen)


def rows(seen: str, columns: int) -> list[str]:
    """Give what a terminal of so many columns shows, row by row: longer lines are broken there."""
    lines = [line.rpartition("\r")[2] for line in plain(seen).split("\n")]
    return [
        line[start : start + columns]
        for line in lines
        for start in range(0, max(len(line), 1), columns)
    ]


def arrived(folder: Path) -> list[EmailMessage]:
    """Read the messages that were kept in a folder, in their order, as a stranger would."""
    files = sorted(folder.glob("*.eml"), key=lambda one: int(one.stem.rpartition("-")[2]))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def text(message: EmailMessage) -> str:
    """Give a message's text as it was written."""
    body = message.get_body(("plain",))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n").removesuffix("\n")
