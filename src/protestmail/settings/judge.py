"""Settings that cannot work, told when they are read or typed, and not by a minute of silence.

``origin`` says where a setting stands; TYPED is for an answer, which has no name to be called by.
Each raises SettingsProblem, which shows no password.
"""

import re
import shlex
from unicodedata import category

from protestmail.errors import SettingsProblem
from protestmail.settings.fields import PREFIX, TYPED

PORTS = {"tls": 465, "starttls": 587, "local": 1025, "none": 25}
"""The usual port of each way to encrypt (RFC 8314; RFC 6409), and of proxies on this machine."""
SPOKEN = {25: "starttls", 587: "starttls", 465: "tls"}
"""What is spoken at a port, whatever else is said or not."""
FETCHED = {110: "POP3", 143: "IMAP", 993: "IMAP", 995: "POP3"}
"""Where mail is fetched, and none taken."""

_MOST = 65535
_WRONG = {("tls", 25), ("tls", 587), ("starttls", 465), ("none", 465)}
_QUOTED = re.compile(r"'[^']*'|\"[^\"$`]*\"|\\.")
_FOR_A_SHELL = re.compile(r"[|;$`<>&*]|(?:^|\s)~")
_BLANK = {"Zs", "Zl", "Zp", "Cf", "Cc"}
_EMPTY = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and signs that no font shows: fillers, a cell of Braille without dots."""


def refusal(setting: str, told: str, origin: str, hint: str) -> SettingsProblem:
    """Make what is raised for a setting of the account: its name, what is told, and where it is."""
    if origin == TYPED:
        return SettingsProblem(f"this {told}", hint)
    return SettingsProblem(f"{PREFIX}SMTP_{setting} {told} ({origin})", hint)


def spoken(number: str) -> str:
    """Give the way to encrypt that a port stands for by itself, if it stands for one."""
    return next(
        (way for port, way in SPOKEN.items() if number.strip().lstrip("0") == str(port)), ""
    )


def port(text: str, security: str, origin: str) -> int:
    """Give a port, or the usual one where none is said.

    Refused are those at which another kind of encryption is spoken, since both sides would wait,
    and those at which mail is fetched.
    """
    text, usual = text.strip(), PORTS[security]
    if not text:
        return usual
    short = len(text) <= len(str(_MOST)) and text.isascii() and text.isdecimal()
    if not (short and 0 < (number := int(text)) <= _MOST):
        hint = f"it is a number; {security} mostly has {usual}"
        raise refusal("PORT", f'is "{text}", which is no port', origin, hint)
    if number in FETCHED:
        told = f"is {text}, at which mail is fetched ({FETCHED[number]})"
        hint = f"take the one for outgoing mail (SMTP); {security} mostly has {usual}"
        raise refusal("PORT", told, origin, hint)
    if (security, number) in _WRONG:
        way = SPOKEN[number]
        told = f"is {text}, which is for {way}, and the encryption is {security}"
        cure = f"type {usual}" if origin == TYPED else f"set {PREFIX}SMTP_SECURITY={way}"
        raise refusal("PORT", told, origin, cure)
    return number


def seen(text: str, setting: str, origin: str) -> str:
    """Refuse a character that nobody sees, other than a blank: it comes along in copying."""
    if any(one != " " and (category(one) in _BLANK or one in _EMPTY) for one in text):
        hint = "it came along when this was copied: type it anew"
        raise refusal(setting, "has a character in it that nobody sees", origin, hint)
    return text


def password(text: str, origin: str) -> str:
    """Give a password that may be kept; refuse a blank at its ends, which comes from copying."""
    if seen(text, "PASSWORD", origin) != text.strip():
        hint = "take it out; if your password has it, keep none here: you are asked at each send"
        raise refusal("PASSWORD", "begins or ends with a blank", origin, hint)
    return text


def command(text: str, setting: str, origin: str) -> str:
    """Give a command that runs in words, without a shell; refuse what only a shell understands."""
    try:
        first = next(iter(shlex.split(text)), "")
    except ValueError:
        raise refusal(setting, "has quotes that do not end", origin, "close them") from None
    if not first:
        raise refusal(setting, "names no program", origin, "write the command, or leave it out")
    if found := re.match(r"[A-Za-z_]\w*=", first):
        told = f"begins with {found[0]} for a shell, and runs without"
        raise refusal(setting, told, origin, f"write env before {found[0]}")
    if found := _FOR_A_SHELL.search(_QUOTED.sub("", text)):
        told = f"has a {found[0].strip()} for a shell, and runs without"
        raise refusal(setting, told, origin, "write sh -c '…' around the whole of it")
    return text
