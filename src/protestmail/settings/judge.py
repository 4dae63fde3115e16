"""Settings that cannot work, told when they are read and not by a minute of silence."""

import re
from collections.abc import Mapping
from unicodedata import category

from protestmail.errors import SettingsProblem
from protestmail.settings.fields import PREFIX

_NAME = f"{PREFIX}SMTP_"
_WITH_MORE = re.compile(
    r"(?:(?P<scheme>[A-Za-z]+)://)?(?P<host>\[[^\]]*\]|[^:/\[\]]+)(?::(?P<port>\d+))?/?"
)
_OTHERS_PORT = {("tls", "587"): "starttls", ("starttls", "465"): "tls"}
_QUOTED = re.compile(r"'[^']*'|\"[^\"$`]*\"|\\.")
_FOR_A_SHELL = re.compile(r"[|;$`<>&*]|(?:^|\s)~")
_BLANK = {"Zs", "Zl", "Zp", "Cf"}


def host(text: str, origin: str) -> str:
    """Give the name of a server; raise SettingsProblem for more than that."""
    text = text.strip()
    if "@" in text:  # a password may stand before it, and is shown to nobody
        told = f"{_NAME}HOST is more than a name ({origin})"
        raise SettingsProblem(told, f"write the server's name only, and the user as {_NAME}USER")
    if text.startswith("[") and text.endswith("]") and len(text) > len("[]"):
        return text[1:-1]  # an address of IPv6, as it stands in links
    found = _WITH_MORE.fullmatch(text)
    if found and (found["scheme"] or found["port"]):
        port = f" and {_NAME}PORT={found['port']}" if found["port"] else ""
        told = f'{_NAME}HOST is "{text}", which is more than a name ({origin})'
        raise SettingsProblem(told, f"write {_NAME}HOST={found['host'].strip('[]')}{port}")
    if not text.isprintable() or any(one in text for one in " /[]"):
        told = f'{_NAME}HOST cannot be "{text}" ({origin})'
        raise SettingsProblem(told, "write the server's name, such as mail.example.org")
    return text


def port(number: str, security: str, origin: str) -> None:
    """Refuse a port on which the other kind of encryption is spoken: both sides would wait."""
    if other := _OTHERS_PORT.get((security, number.strip().lstrip("0"))):
        told = f"port {number.strip()} is for {other}, and {_NAME}SECURITY is {security} ({origin})"
        raise SettingsProblem(told, f"set {_NAME}SECURITY={other}, or leave the port out")


def secrets(values: Mapping[str, str], origin: str) -> None:
    """Refuse a password with what nobody sees, a command that only a shell understands."""
    password = values.get("password", "")
    if any(one != " " and category(one) in _BLANK for one in password):
        told = f"{_NAME}PASSWORD has a character in it that nobody sees ({origin})"
        raise SettingsProblem(told, "it came along when it was copied: type the password anew")
    for key in ("password_command", "token_command"):
        if found := _FOR_A_SHELL.search(_QUOTED.sub("", values.get(key, ""))):
            told = f"{_NAME}{key.upper()} has a {found[0].strip()} for a shell, and runs without"
            raise SettingsProblem(f"{told} ({origin})", "write sh -c '…' around the whole of it")
