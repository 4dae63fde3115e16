"""Send letters through the library: ``FILE COUNT HOST PORT``.

This is the program that the benchmark of deliveries measures, start-up and journal included.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from protestmail import library, message
from protestmail.message import Message
from protestmail.selection import letters, select
from protestmail.sender import Sender


def main() -> None:
    """Write the appeal's letters for one sender after another, and send them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--state", type=Path, help="the folder of the journal")
    parser.add_argument("--memory-journal", action="store_true")
    parser.add_argument("--starttls", type=Path, metavar="CAFILE")
    parser.add_argument("--user")
    parser.add_argument("--password-env", metavar="NAME")
    asked = parser.parse_args()
    send(_messages(asked.file, asked.count), asked)


def send(messages: Iterator[Message], asked: argparse.Namespace) -> None:
    """Stub: hand the messages to the library's delivery; leave with 1 if one was not accepted."""
    _password = os.environ[asked.password_env] if asked.password_env else ""
    sys.exit(f"not written yet: {messages} {asked}")


def _messages(file: Path, count: int) -> Iterator[Message]:
    appeal = library.load(file).appeal
    now = datetime.now(UTC)
    written = 0
    while written < count:
        at = written // len(appeal.targets)
        email = f"aliya{at}@example.org"
        sender = Sender(f"Aliya Example {at}", "Example Branch", place="Example Town", email=email)
        for letter in letters(appeal, select(appeal), sender, own_words="", today=now.date()):
            if written == count:
                return
            new = message.new_id(sender, secrets.token_hex(16))
            yield message.compose(letter, sender, date=now, message_id=new)
            written += 1


if __name__ == "__main__":
    main()
