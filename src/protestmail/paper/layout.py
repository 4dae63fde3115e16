"""A letter as it lies on paper: the blocks of the page, and the page as plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category, east_asian_width

from protestmail.appeals.appeal import Copy, Target
from protestmail.appeals.postal import postal
from protestmail.letters import languages
from protestmail.letters.letter import PERSONAL, Letter
from protestmail.letters.placing import closes
from protestmail.letters.sender import Sender

COLUMNS = 72
"""The width of a page of plain text."""
ROOM_TO_SIGN = 4
"""The empty lines between the closing words and the name, for a signature by hand."""

_WIDE = "\u1100-\u11ff\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_STICKS = (
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01"
    "\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\u2019\u201d"
)
"""Closing marks, which begin no line."""
_PIECE = re.compile(rf"[{_WIDE}][{_STICKS}]*\s*|[^\s{_WIDE}]+\s*|\s+")
"""What is never broken: a word, or a character of a script that has no spaces."""

_PART = re.compile(r"[^,;\u060c]+[,;\u060c]*|[,;\u060c]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """One letter to one target, block by block, from the top of the page to its end.

    ``signed`` is the printed name below the room to sign; ``foot`` has labels and their lines.
    """

    language: str
    sender: tuple[str, ...]
    dateline: str
    address: tuple[str, ...]
    fax: str
    subject: str
    body: tuple[str, ...]
    closing: str
    signed: str
    after: tuple[str, ...]
    foot: tuple[tuple[str, tuple[str, ...]], ...]


def lay_out(letter: Letter) -> Paper:
    """Lay out a letter to its first target.

    One to a person at risk says of its writer, and of others, nothing that its text does not. One
    that opens with its own head gets no second one.
    """
    target, personal = letter.targets[0], letter.kind in PERSONAL
    words = languages.words(letter.language)
    body, signed, after = _parted(letter)
    closing = body.pop() if signed and body and closes(body[-1]) else ""
    enclosed = tuple(one.title or one.file for one in letter.attachments)
    copies = () if personal else tuple(filter(None, map(_copy, letter.copies)))
    place = "" if personal else letter.sender.place
    day = words.dateline.format(date=words.today(letter.day))
    dateline = ", ".join(filter(None, (place, day)))
    return Paper(
        language=letter.language,
        sender=() if personal or letter.headed else _sender(letter.sender),
        dateline="" if letter.headed else dateline,
        address=_address(target, words.attention),
        fax=f"{words.fax} {', '.join(target.fax)}" if target.fax else "",
        subject=letter.subject,
        body=tuple(body),
        closing=closing,
        signed=signed,
        after=tuple(after),
        foot=tuple(one for one in ((words.enclosed, enclosed), (words.copies, copies)) if one[1]),
    )


def text(paper: Paper) -> str:
    """Set a page as plain text, for a printer that knows no more, or to copy from."""
    blocks = [
        _packed(paper.sender),
        paper.dateline
        and paper.dateline.rjust(COLUMNS - _width(paper.dateline) + len(paper.dateline)),
        _packed(paper.address),
        paper.fax,
        paper.subject,
        *paper.body,
        "\n".join([*filter(None, [paper.closing]), *[""] * ROOM_TO_SIGN, paper.signed]),
        *paper.after,
        *("\n".join(_labelled(label, lines)) for label, lines in paper.foot),
    ]
    wrapped = ("\n".join(_wrapped(block)) for block in blocks if block)
    return "\n\n".join(wrapped)


def _sender(sender: Sender) -> tuple[str, ...]:
    """The writer's block; telephone and e-mail stay out, as everywhere but where asked for."""
    role = ", ".join(filter(None, (sender.position, sender.organisation)))
    place = ", ".join(_new(sender.address, sender.place, sender.country))
    return (
        *_new(sender.address, sender.name, role),
        *filter(None, sender.address.split("\n")),
        *filter(None, [place]),
    )


def _address(target: Target, attention: str) -> tuple[str, ...]:
    """The block for the window; what the postal lines say themselves is not said twice."""
    whose = (attention.format(name=target.attention),) if target.attention else ()
    return (*whose, *postal(target.post, target.name, target.role, target.organisation))


def _new(said: str, *lines: str) -> list[str]:
    """The lines that hold something which is not said yet, each once."""
    new = (
        one
        for one in lines
        if not re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said, re.IGNORECASE)
    )
    return [one for one in dict.fromkeys(new) if one]


def _copy(copy: Copy) -> str:
    """How a page names who gets a copy, if it goes by mail or on paper, as the page does."""
    return copy.label if copy.email or copy.post else ""


def _parted(letter: Letter) -> tuple[list[str], str, list[str]]:
    """Part a body where it is signed.

    A letter signed in running text has none: there is room for the hand below it all.
    """
    if letter.signed is None:
        return letter.body.split("\n\n"), "", []
    above, below = letter.body[: letter.signed.start], letter.body[letter.signed.start :]
    signed, *after = below.split("\n\n")
    return [one for one in above.rstrip("\n").split("\n\n") if one], signed, after


def parts(line: str) -> list[str]:
    """The parts of an address's line, each with its comma: it is broken between them only."""
    return [one.strip() for one in _PART.findall(line)]


def _packed(lines: tuple[str, ...]) -> str:
    """Break the lines of an address that are too long for the page where a part of them ends."""
    rows: list[str] = []
    for line in lines:
        first, *others = parts(line) or [""]
        rows.append(first)
        for one in others:
            fits = _width(f"{rows[-1]} {one}") <= COLUMNS
            rows[-1:] = [f"{rows[-1]} {one}"] if fits else [rows[-1], one]
    return "\n".join(rows)


def _labelled(label: str, lines: tuple[str, ...]) -> Iterator[str]:
    first, *others = lines
    yield f"{label} {first}"
    yield from (" " * (_width(label) + 1) + one for one in others)


def _wrapped(block: str) -> Iterator[str]:
    """Break lines that are too long; an address of the web, or a long word, stays whole."""
    for line in block.split("\n"):
        row = ""
        for piece in _PIECE.findall(line):
            if row.strip() and _width(row + piece.rstrip()) > COLUMNS:
                yield row.rstrip()
                row = ""
            row += piece
        yield row.rstrip()


def _width(text: str) -> int:
    """The columns that a text takes on a terminal or a line printer."""
    zero = {"Mn", "Me", "Cf"}
    seen = (one for one in text if category(one) not in zero)
    return sum(2 if east_asian_width(one) in {"W", "F"} else 1 for one in seen)
