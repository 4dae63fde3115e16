"""What a damaged address may have been; loaded on a mistake, and only ever a suggestion."""

import re
from html import unescape
from urllib.parse import unquote

_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")
_OPEN, _SHUT = r"[\[({<_*-]\s*", r"\s*[\])}>_*-]"
_AT = r"(?:at|ät|a|@|arroba|chez|chiocciola|sobaka)"
_DOT = r"(?:dot|\.|punkt|punto|ponto|point|punt|tochka)"
_ATS = re.compile(rf"\s*{_OPEN}{_AT}{_SHUT}\s*|\s+(?:at|arroba)\s+|(?:\s*@)+\s*", re.IGNORECASE)
_DOTS = re.compile(rf"\s*{_OPEN}{_DOT}{_SHUT}\s*|\s+(?:dot|punkt|punto|ponto)\s+", re.IGNORECASE)
_SLIPS = re.compile(r"\s*[.,][\s.,]*")
_WRAPPED = re.compile(r"^[^<>]*<([^<>]{2,}[.@ ][^<>]{2,})>.*$", re.DOTALL)
_SCHEME = re.compile(r"^(?:mailto|e-?mail)\s*:\s*(?://)?", re.IGNORECASE)
_PARTED = re.compile(r"\s*[;,/|\n]\s*|\s+(?:and|or|und|oder|et|ou|y|o|e|и|или|&|\+)\s+")
_EDGES = " .,;:'\"`<>()[]\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
_MOST = 1000
"""A text that is longer holds no address, and is not worth the time."""


def repaired(text: str) -> str:
    """Undo the usual damage to one address; what comes out need not be one."""
    text = _plain(text)
    text = _WRAPPED.sub(r"\1", text)
    text = _SCHEME.sub("", text.strip(_EDGES)).partition("?")[0]
    if "%" in text:
        text = unquote(text)
    name, at, domain = _DOTS.sub(".", _ATS.sub("@", text)).strip(_EDGES).partition("@")
    return name + at + _SLIPS.sub(".", domain)


def addresses(text: str) -> list[str]:
    """The addresses that a text may have meant: several only if all of them are valid."""
    if len(text) > _MOST:
        return []
    plain = _plain(text)
    several = _several(_PARTED.split(plain)) or _several(plain.split())
    whole = repaired(text)
    return [whole] if len(several) < 2 and valid(whole) else several  # noqa: PLR2004  two are several


def _several(pieces: list[str]) -> list[str]:
    found = [one for one in map(repaired, pieces) if "@" in one]
    return list(dict.fromkeys(found)) if all(map(valid, found)) else []


def _plain(text: str) -> str:
    """Write what web pages and keyboards hide in a text as the characters that it shows."""
    shown = _UNSEEN.sub("", unescape(text)).replace("\uff20", "@").replace("\ufe6b", "@")
    return _BLANKS.sub(" ", shown).strip()


def valid(text: str) -> bool:
    """Whether it is an address, as email-validator sees it."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  heavy

    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
