"""E-mail addresses: text in, an address or one sentence out. Nothing here asks the network.

The syntax is email-validator's (RFC 5321, 5322, 6531, IDNA 2008). On top of it stand the rules
of a program that writes to strangers on the word of strangers: nothing that a mailer downstream
could take for an option, a pipe or a second address.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

TARGET, COPY, SELF = "target", "copy", "self"
"""In which part somebody gets a message: it is to them, they get a copy, or it is their own."""

# Typographers' quotes and what nobody sees: email-validator takes some for letters of a name.
_NO_LETTER = re.compile(
    "[\u00ab\u00ad\u00bb\u061c\u180e\u200b-\u200f\u2018-\u201f\u2039\u203a\u2060-\u2064\ufeff]"
)

# Plain addresses, which nearly all are, need not wait for the import of email-validator and its
# tables (22 ms). A property test holds that it accepts, unchanged, all that this accepts.
_PLAIN = re.compile(
    r"(?=.{1,64}@)(?=.{1,200}\Z)[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,40}(?<!-)\.)+[a-z]{2,24}\Z"
)
_SPECIAL_USE = ("arpa", "invalid", "local", "localhost", "onion", "test")


class BadAddress(ValueError):
    """Not an address; ``hint`` says what to do, with the repaired form where one is likely.

    ``several`` are the addresses where the text holds more than one.
    """

    def __init__(self, message: str, hint: str = "", several: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.several = several


class Address(NamedTuple):
    """An address as people read it, and as it goes over the wire.

    ``ascii`` has the domain in its ``xn--`` form; it is empty, and the address not mailable,
    where the part before the @ is not ASCII (that would need SMTPUTF8, RFC 6531).
    """

    text: str
    ascii: str

    @property
    def mailable(self) -> bool:
        """Whether it can go out in 7 bits."""
        return bool(self.ascii)

    @property
    def domain(self) -> str:
        """The part behind the @, as people read it."""
        return self.text.rpartition("@")[2]

    @property
    def international(self) -> bool:
        """Whether its domain is written in other than ASCII letters."""
        return not self.domain.isascii()

    @property
    def mixed(self) -> bool:
        """Whether one label of the domain mixes scripts, as look-alike domains do."""
        return any(len(_scripts(label)) > 1 for label in self.domain.split("."))

    @property
    def shown(self) -> str:
        """For a person to read: an international domain in both of its forms."""
        if not self.international:
            return self.text
        domain = self.ascii.rpartition("@")[2] or self.domain.encode("idna").decode()
        warning = ", MIXED SCRIPTS" if self.mixed else ""
        return f"{self.text} ({domain}{warning})"


@lru_cache(maxsize=4096)  # one address stands in many letters
def parse(text: str) -> Address:
    """Read one address; raise BadAddress with a sentence and a hint."""
    if _PLAIN.match(text) and text.rpartition(".")[2] not in _SPECIAL_USE:
        return Address(text, text)
    _refuse_hostile(text)
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  heavy

    if _NO_LETTER.search(text):
        raise _damaged(text, "write one plain address")
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as why:
        raise _damaged(text, _sentence(str(why))) from None
    return Address(found.normalized, found.ascii_email or "")


def _refuse_hostile(text: str) -> None:
    """Refuse what a web page has masked, and what could do harm in another program."""
    if "[email" in text.lower() and "protected]" in text.lower():
        raise BadAddress(
            f'"{text}" is a web page\'s mask over an address',
            "copy the address from the page itself",
        )
    if text[:1] in {"-", "|"} or "=?" in text or "`" in text:
        raise BadAddress(
            f'"{text}" could be taken for something other than an address',
            "use the office's plain address",
        )


def _damaged(text: str, otherwise: str) -> BadAddress:
    from protestmail import repair  # noqa: PLC0415  only where there is a mistake

    match repair.addresses(text):
        case []:
            return BadAddress(f'"{text}" is not an e-mail address', otherwise)
        case [one]:
            return BadAddress(f'"{text}" is not an e-mail address', f'did you mean "{one}"?')
        case several:
            told = f'"{text}" holds {len(several)} addresses'
            return BadAddress(told, f"write one of them: {', '.join(several)}", several)


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _scripts(label: str) -> set[str]:
    """The scripts of a label's letters; the three that Japanese mixes count as one."""
    names = {unicodedata.name(char, "?").split()[0] for char in label if char.isalpha()}
    return {"CJK" if name in {"HIRAGANA", "KATAKANA"} else name for name in names}


_RESERVED = re.compile(r"(?:.+[.@])?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)\.?")
"""Domains that belong to nobody, and never will: RFC 2606, RFC 6761."""


def leads_nowhere(address: str) -> bool:
    """Whether an address is for practice only: no server anywhere takes mail for it."""
    return _RESERVED.fullmatch(address.lower()) is not None


WEBMAIL = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr ymail.com hotmail.com hotmail.co.uk "
    "outlook.com live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com web.de "
    "proton.me protonmail.com pm.me tutanota.com tuta.com yandex.ru yandex.com ya.ru mail.ru "
    "inbox.ru list.ru bk.ru rambler.ru qq.com 163.com 126.com sina.com naver.com zoho.com "
    "fastmail.com hey.com wp.pl o2.pl seznam.cz libero.it orange.fr free.fr laposte.net".split()
)
"""Domains at which private people have their mailboxes; an office seldom does."""


def is_webmail(address: str) -> bool:
    """Whether an address is at a domain that gives mailboxes to anybody."""
    return address.rpartition("@")[2].lower() in WEBMAIL
