"""Send letters through the library: ``FILE COUNT HOST PORT``.

This is the program that the benchmark of deliveries measures, start-up and journal included.
"""

import argparse
import gc
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from protestmail.appeals import library
from protestmail.journal.entry import ACCEPTED
from protestmail.journal.journal import Journal
from protestmail.journal.store import Store
from protestmail.letters.selection import letters, select
from protestmail.letters.sender import Sender
from protestmail.mail import message
from protestmail.mail.message import Manner, Message
from protestmail.mail.recipients import addressed
from protestmail.sending import dispatch
from protestmail.sending.agenda import queue
from protestmail.settings.account import NONE, STARTTLS, Account
from protestmail.settings.secret import PASSWORD, Secret


def main() -> None:
    """Write the appeal's letters for one sender after another, and send them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--state", type=Path, help="the folder of the journal")
    parser.add_argument("--memory-journal", action="store_true")
    parser.add_argument("--keep-wal", action="store_true", help="do without the checkpoints")
    parser.add_argument("--times", type=Path, help="where to write how long the sending took")
    parser.add_argument("--starttls", type=Path, metavar="CAFILE")
    parser.add_argument("--user")
    parser.add_argument("--password-env", metavar="NAME")
    asked = parser.parse_args()
    gc.set_threshold(50_000, 20, 20)  # as the program itself does
    if asked.keep_wal:  # to see what they cost
        Store._empty_wal = lambda _: None  # type: ignore[assignment, method-assign]  # noqa: SLF001
    send(_messages(asked.file, asked.count), asked)


def send(messages: Iterator[Message], asked: argparse.Namespace) -> None:
    """Queue the messages and send them; leave with 1 if one was not accepted."""
    secret = os.environ[asked.password_env] if asked.password_env else ""
    if asked.starttls:
        os.environ["SSL_CERT_FILE"] = str(asked.starttls)
    account = Account(
        asked.host,
        asked.port,
        STARTTLS if asked.starttls else NONE,
        user=asked.user or "",
        secret=Secret(PASSWORD, secret) if secret else Secret(),
    )
    spare_at = "/dev/shm" if asked.memory_journal else None  # to see what keeping it costs
    with tempfile.TemporaryDirectory(dir=spare_at) as spare:
        states, seconds = _states(messages, asked.state or Path(spare), account, secret)
    if asked.times:
        asked.times.write_text(str(seconds))
    sys.exit(0 if states == {ACCEPTED} else 1)


def _states(
    messages: Iterator[Message], state: Path, account: Account, secret: str
) -> tuple[set[str], float]:
    """Give what became of them, and the seconds from the first step of delivery to the last."""
    with Journal(state) as journal:
        numbers = queue(journal, messages, int(time.time()))
        begun = time.perf_counter()
        states = {one.state for one in dispatch.carry_out(numbers, journal, account, secret)}
        return states, time.perf_counter() - begun


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
            yield message.compose(addressed(letter), sender, Manner(now), new)
            written += 1


if __name__ == "__main__":
    main()
