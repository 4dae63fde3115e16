"""Write letters through the library, up to the bytes of ``.eml`` files: ``FILE COUNT``.

This is the program that the benchmark of many letters measures. It keeps no message.
"""

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from protestmail.appeals import library
from protestmail.letters.selection import letters, select
from protestmail.letters.sender import Sender
from protestmail.mail import message
from protestmail.mail.message import Manner
from protestmail.mail.recipients import addressed


def main(file: str, count: int) -> None:
    """Write the appeal's letters for one sender after another, until there are enough."""
    appeal = library.load(Path(file)).appeal
    now = datetime.now(UTC)
    written = 0
    while written < count:
        name = f"Aliya Example {written // len(appeal.targets)}"
        sender = Sender(name, "Example Branch", place="Example Town", email="aliya@example.org")
        selection = select(appeal)
        for letter in letters(appeal, selection, sender, own_words="", today=now.date()):
            if written == count:
                break
            new = message.new_id(sender, secrets.token_hex(16))
            done = message.compose(addressed(letter), sender, Manner(now, draft=True), new)
            sys.stdout.buffer.write(done.data)
            written += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
