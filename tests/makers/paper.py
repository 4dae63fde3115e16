"""What the tests of printed letters share: a letter for the post, and what poppler reads."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import typst

from makers.letters import write_letter
from protestmail.appeals.appeal import Target
from protestmail.letters.letter import Letter

MINISTER = Target(
    id="minister",
    name="Ministry of Justice",
    organisation="Government of the Example Islands",
    attention="Dr. Jane Example",
    post=("1 Main Street", "10000 Example City", "EXAMPLE ISLANDS"),
    fax=("+49 30 1234567",),
)
MODEL = "Dear Minister,\n\n{text}\n\nYours faithfully,\n\n{{{{ signature }}}}"
FONTS = {"Noto Serif Devanagari": "fonts-noto-core", "Noto Serif CJK SC": "fonts-noto-cjk"}


def missing() -> str:
    """Say what the machine lacks for these tests, or nothing."""
    families = typst.Fonts().families()
    lacks = [package for family, package in FONTS.items() if family not in families]
    lacks += [] if shutil.which("pdftotext") else ["poppler-utils"]
    return f"install {' '.join(lacks)} (Debian packages)" if lacks else ""


def posted(text: str = "Free them.", model: str = MODEL, **given: Any) -> Letter:
    """Write a letter that has an address for the post; ``text`` is what it says, as it stands."""
    target = given.pop("target", MINISTER)
    body = model.format(text="{{ own_words }}")
    return write_letter(body, targets=(target,), own_words=text, **given)


class Word(NamedTuple):
    """A word on a page, and its box in millimetres from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def poppler(tool: str, data: bytes, *options: str) -> str:
    """Give what one of poppler's tools says of a PDF."""
    command = [tool, *options, "-", *(["-"] if tool == "pdftotext" else [])]
    done = subprocess.run(command, input=data, capture_output=True, check=True, timeout=30)
    return done.stdout.decode()


def words(data: bytes, page: int = 1) -> list[Word]:
    """Give the words of a page and where they stand."""
    told = poppler("pdftotext", data, "-bbox", "-f", str(page), "-l", str(page))
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)<', told)
    mm = 25.4 / 72
    return [Word(one[4], *(float(number) * mm for number in one[:4])) for one in found]


def squeezed(text: str) -> str:
    """Give a text without what no eye sees: spaces, line ends, marks of direction, forms."""
    seen = (one for one in text if not one.isspace() and unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen))


def read(data: bytes) -> str:
    """Give the text of a PDF as poppler lays it out."""
    return poppler("pdftotext", data, "-layout")


def draft(folder: Path) -> list[Path]:
    """Give the documents of a folder in the order of their numbers."""
    return sorted(folder.glob("*.pdf"), key=lambda one: int(one.stem.rpartition("-")[2]))
