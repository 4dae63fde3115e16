"""A letter becomes a message: an envelope, and bytes that have been read a second time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

from protestmail import address, characters
from protestmail.address import COPY, SELF, TARGET, Address
from protestmail.appeals import library
from protestmail.appeals.appeal import Appeal
from protestmail.errors import SettingsProblem, UnsafeMessage
from protestmail.letters.letter import Letter
from protestmail.letters.sender import Sender
from protestmail.mail import reading, writing
from protestmail.mail.recipients import Addressed, Recipient
from protestmail.mail.writing import File, Intent, Mailbox

TO_SELF = "[to myself]"
"""Marks the subject of a letter that its writer sends to nobody else."""


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes ready for the wire, with the envelope that they travel in (RFC 5321)."""

    letter: Letter
    sender: Address
    recipients: tuple[Recipient, ...]
    message_id: str
    data: bytes

    @property
    def envelope(self) -> tuple[str, ...]:
        """The addresses that the server is given: the confirmed list, never read from headers."""
        return tuple(recipient.address.ascii for recipient in self.recipients)


@dataclass(frozen=True, slots=True)
class Manner:
    """How letters are to go, the same for all of a batch.

    ``blind_copy`` adds the sender to the envelope, and to no header; ``to_self`` gives the same
    message an envelope that holds nobody else, and marks its subject; ``draft`` marks a file that
    a mail program opens to be sent.
    """

    date: datetime
    reply_to: str = ""
    blind_copy: bool = False
    to_self: bool = False
    draft: bool = False


def compose_all(
    letters: Iterable[Addressed],
    appeal: Appeal,
    sender: Sender,
    manner: Manner,
    token: Callable[[], str],
) -> list[Message]:
    """Compose every letter of an appeal, so that nothing is sent if one of them cannot be.

    ``token`` gives 128 random bits, in 32 hex digits, for each Message-ID.
    """
    files = enclosures(appeal)
    return [compose(one, sender, manner, new_id(sender, token()), files) for one in letters]


def compose(
    addressed: Addressed,
    sender: Sender,
    manner: Manner,
    message_id: str,
    files: Sequence[File] = (),
) -> Message:
    """Compose the message.

    Raises UnsafeMessage where the bytes would not say exactly what the letter says, and
    SettingsProblem for a sender's address that cannot be written from.
    """
    from_ = own_address(sender.email)
    letter, people = addressed.letter, addressed.people
    if manner.to_self:
        letter = letter._replace(subject=f"{TO_SELF} {letter.subject}")
    reply_to = manner.reply_to
    intent = Intent(
        from_=Mailbox(sender.name, from_.ascii),
        to=_mailboxes(people, TARGET),
        cc=_mailboxes(people, COPY),
        reply_to=(Mailbox("", own_address(reply_to).ascii),) if reply_to else (),
        subject=letter.subject,
        date=_date(manner.date),
        message_id=message_id,
        body=letter.body,
        files=tuple(files),
        draft=manner.draft,
    )
    _refuse_unsafe(intent)
    data = writing.write(intent)
    reading.verify(data, intent)
    return Message(letter, from_, _envelope(people, from_, manner), message_id, data)


def dated(message: Message, now: datetime) -> Message:
    """Give a message with the moment at which it goes as its Date, and nothing else changed."""
    intent = reading.read_back(message.data)
    later = replace(intent, date=_date(now))
    if later == intent:
        return message
    data = writing.write(later)
    reading.verify(data, later)
    return replace(message, data=data)


def _envelope(
    people: tuple[Recipient, ...], from_: Address, manner: Manner
) -> tuple[Recipient, ...]:
    """Add the sender to whom the message goes, or let it go to nobody else, as is wanted."""
    own = Recipient("", from_, SELF)
    if manner.to_self:
        return (own,)
    known = {one.address.ascii.lower() for one in people}
    wanted = manner.blind_copy and from_.ascii.lower() not in known
    return (*people, own) if wanted else people


def enclosures(appeal: Appeal) -> list[File]:
    """Read what goes with every message of an appeal; raises InvalidAppeal for what may not."""
    folder = Path(appeal.file)
    return [File(one.file, library.attachment(appeal, one, folder)) for one in appeal.attachments]


def new_id(sender: Sender, token: str) -> str:
    """Make a Message-ID of 128 random bits (32 hex digits) at the sender's domain."""
    return f"<{token}@{own_address(sender.email).ascii.rpartition('@')[2]}>"


def own_address(text: str) -> Address:
    """Read the sender's own address; raise SettingsProblem for one that cannot be written from."""
    try:
        own = address.parse(text)
    except address.BadAddress as why:
        raise SettingsProblem(f"your own address: {why}", why.hint) from None
    if not own.mailable:
        raise SettingsProblem(
            f"your own address {text} cannot go out in 7 bits", "use one with an ASCII name"
        )
    return own


def _mailboxes(people: Iterable[Recipient], role: str) -> tuple[Mailbox, ...]:
    return tuple(Mailbox(one.name, one.address.ascii) for one in people if one.role == role)


@lru_cache(maxsize=8)  # drafts have one date, and what is sent one for each second
def _date(date: datetime) -> str:
    """RFC 5322 in UTC: the writer's zone is nobody's business, nor is the locale."""
    return format_datetime(date.astimezone(UTC))


def _refuse_unsafe(intent: Intent) -> None:
    names = [one.name for one in (intent.from_, *intent.to, *intent.cc)]
    for text in (intent.subject, *names, *(file.name for file in intent.files)):
        if "=?" in text or characters.IN_LINE.search(text):
            raise UnsafeMessage(
                f'"{text}" holds coded text (=?) or a control character', "write it in plain text"
            )
    if characters.IN_TEXT.search(intent.body):
        raise UnsafeMessage("the letter holds a control character", "type the passage anew")
    for name in names:
        if "@" in name:
            raise UnsafeMessage(f'the name "{name}" could pass for an address', "take out the @")
    if not intent.subject or not intent.to:
        raise UnsafeMessage("the message has no subject or nobody to go to")
