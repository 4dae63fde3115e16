"""A letter as a PDF for the post: set by ``typst``, from what ``layout`` has laid out."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unicodedata import bidirectional, category, name

from protestmail.errors import MissingFont, UsageProblem
from protestmail.letters import languages
from protestmail.paper.layout import Paper, parts

_SERIF = "Libertinus Serif"
"""Comes with typst: Latin, Cyrillic, Greek, Hebrew."""
_OWN = {
    "ar": "Noto Naskh Arabic",
    "ja": "Noto Serif CJK JP",
    "ko": "Noto Serif CJK KR",
    "ur": "Noto Nastaliq Urdu",
    "zh": "Noto Serif CJK SC",
    "zh-hk": "Noto Serif CJK HK",
    "zh-hant": "Noto Serif CJK TC",
    "zh-tw": "Noto Serif CJK TC",
}
WINDOW = {"a4": (11, 16), "us-letter": (7, 10)}
"""The lines of an address that a window shows in type of 8.5 points, and in any type at all."""
_ORDER = ("Noto Naskh Arabic", "Noto Serif CJK SC", "Noto Serif", "Noto Sans", "DejaVu S")
"""How the families that are here begin which are taken before any other."""
_UNFIT = re.compile(r"^\.|Math|Mono|Unifont|Last ?Resort")
"""Families that have characters, and cannot join them into the words of a script."""
_EAST_ASIAN = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"))
_EMOJI = "\U0001f000"
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

INSTEAD = ", or use --print"
"""How one does without a document, where that is asked for."""


class Press:
    """A typesetter for one size of sheet; fonts are looked for once.

    Raises UsageProblem where typst is not installed.
    """

    def __init__(self, sheet: str) -> None:
        try:
            import typst  # noqa: PLC0415  30 MB, for documents only
        except ImportError:
            hint = f"pip install typst (or pipx inject protestmail typst){INSTEAD}"
            raise UsageProblem("documents need typst, which is not installed", hint) from None
        self._typst = typst
        self._fonts = typst.Fonts()
        there = {font.family for font in self._fonts.fonts() if font.path}
        self._families = sorted((one for one in there if not _UNFIT.search(one)), key=_rank)
        self._sheet = sheet

    def typeset(self, paper: Paper) -> bytes:
        """Set a letter; the same letter gives the same bytes, in which there is no date.

        Raises MissingFont for text that no font here can show. Who finds that is typst itself,
        since it writes an accessible document (PDF/UA-1), in which a glyph that stands for "no
        glyph" is an error; in any other it draws a box and says nothing. A table of characters
        beside it would have to guess how it shapes marks, joiners and ligatures.
        """
        source = Path(__file__).with_name("letter.typ").read_bytes()
        given = {"letter": json.dumps(self._letter(paper))}
        try:
            return self._typst.compile(
                source,
                font_paths=self._fonts,
                sys_inputs=given,
                format="pdf",
                pdf_standards="ua-1",
            )
        except self._typst.TypstError as why:
            unshown = _UNSHOWN.findall(why.diagnostic)
            if not unshown:
                raise
            raise _missing("".join(unshown)) from None

    def _letter(self, paper: Paper) -> dict[str, object]:
        """What the template is given: the blocks, and how their language is set."""
        tag = paper.language.lower().split("-")
        base = "rtl" if languages.right_to_left(paper.language) else "ltr"
        blocks: dict[str, Any] = {name: _visible(block) for name, block in asdict(paper).items()}
        if base == "rtl":
            blocks |= {name: [*map(_isolated, blocks[name])] for name in ("address", "body")}
        for head in ("sender", "address"):  # what is isolated stays in one piece
            blocks[head] = [[one] if "\u2066" in one else parts(one) for one in blocks[head]]
        return blocks | {
            "sheet": self._sheet,
            "title": paper.subject or paper.dateline,
            "lang": tag[0] if re.fullmatch("[a-z]{2,3}", tag[0]) else "und",
            "region": next((one for one in tag[1:] if re.fullmatch("[a-z]{2}", one)), None),
            "direction": base,
            "sender_direction": _direction(paper.sender, base),
            "address_direction": _direction(paper.address, base),
            "foot_direction": _direction(tuple(label for label, _ in paper.foot), base),
            "fonts": self._choose(paper.language),
        }

    def _choose(self, tag: str) -> list[object]:
        """The fonts in their order: typst's serif, the language's, then any other.

        Left alone, typst takes any font that has a character: one that comes with it for
        mathematics has those of Hindi, and sets them one by one.
        """
        own = _OWN.get(languages.version(tag, _OWN), "")
        covers = {"covers": "latin-in-cjk"} if "CJK" in own else {}
        first = [own] if own in self._families else []
        return [{"name": _SERIF} | covers, *first, *self._families]


def _rank(family: str) -> tuple[int, str]:
    starts = (at for at, start in enumerate(_ORDER) if family.startswith(start))
    return next(starts, len(_ORDER)), family


def _visible(block: object) -> object:
    """A block without byte order marks, which PDF/UA refuses, and tabs, which typst drops."""
    if isinstance(block, str):
        return block.replace("\ufeff", "").replace("\t", "    ")
    return [_visible(one) for one in block] if isinstance(block, list | tuple) else block


def _isolated(text: str) -> str:
    """Keep Latin lines within right-to-left ones in their own order: "1209 Geneva"."""
    lines = text.split("\n")
    return "\n".join(
        f"\u2066{one}\u2069" if one and _direction((one,), "rtl") == "ltr" else one for one in lines
    )


def _direction(lines: tuple[str, ...], base: str) -> str:
    """The direction of a block, by its first letter: a Latin address in an Arabic letter."""
    strong = (bidirectional(one) for one in "".join(lines))
    first = next((one for one in strong if one in {"L", "R", "AL"}), "")
    return {"L": "ltr", "R": "rtl", "AL": "rtl"}.get(first, base)


def _missing(escaped: str) -> MissingFont:
    """Say which scripts lack a font, and where there is one."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), escaped)
    unshown = list(dict.fromkeys(text))
    scripts = sorted({_script(one) for one in unshown})
    packages = sorted({_package(one) for one in unshown} - {""})
    shown = "".join(one for one in unshown[:10] if one.isprintable())
    told = f"no font here can show {' and '.join(scripts)}" + (f" ({shown})" if shown else "")
    get = f"install a font (on Debian: {', '.join(packages)})" if packages else "take it out"
    return MissingFont(told, f"{get}{INSTEAD}")


def _script(character: str) -> str:
    first = name(character, "").partition(" ")[0].partition("-")[0]
    if first == "CJK":
        return "Chinese characters"
    if not first or category(character)[0] not in "LM":
        return f"U+{ord(character):04X}"
    return f"{first.title()} script"


def _package(character: str) -> str:
    first = name(character, "").partition(" ")[0].partition("-")[0]
    if not first:
        return ""
    if first in _EAST_ASIAN:
        return "fonts-noto-cjk"
    return "fonts-noto-color-emoji" if character >= _EMOJI else "fonts-noto-core"
