"""The name of a server, and what is written in its place: a link, a port beside it, two names."""

import re
from collections.abc import Mapping
from ipaddress import ip_address

from protestmail.settings import judge
from protestmail.settings.fields import PREFIX, TYPED

_HOST = re.compile(r"(?!\d+\Z)\w[\w-]{0,62}(?:\.[\w-]{1,63})*\.?")
_WITH_MORE = re.compile(
    r"(?P<scheme>smtps?:|[a-z]+://)?/*(?P<user>.*@)?"
    r"(?P<host>\[[^\]]*\]|[\w.-]+?)(?:[:;, ]\s*(?P<port>\d+))?(?:/\S*)?",
    re.IGNORECASE,
)
_PORTS = {str(one) for one in (*judge.SPOKEN, *judge.FETCHED, *judge.PORTS.values())}


def judged(text: str, origin: str) -> str:
    """Give the name or address of a server as it is used.

    Raises SettingsProblem for more than that, and for what names none, with what to write.
    """
    text = text.strip()
    judge.seen(text, "HOST", origin)
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else ""
    if _is_address(bare):
        return bare  # of IPv6, as it stands in links
    if _is_host(text) and not _ends_in_port(text):
        return text
    told, hint = _told(text, _parts(text), origin)
    raise judge.refusal("HOST", told, origin, hint)


def is_here(host: str) -> bool:
    """Whether a server is this machine, by name or by address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _told(text: str, parts: Mapping[str, str], origin: str) -> tuple[str, str]:
    """Say what is wrong with it, and what to write."""
    if "@" in text:  # a password may stand before it, and is shown to nobody
        as_user = "" if origin == TYPED else f", and the user as {PREFIX}SMTP_USER"
        return "is more than a name", _cure(parts, origin) + as_user
    if parts:
        known = f", or HOST=[{text}] if that is its address" if _is_address(text) else ""
        return f'is "{text}", which is more than a name', _cure(parts, origin) + known
    names = [one.strip() for one in re.split("[,;]", text)]
    if len(names) > 1 and all(map(_is_host, names)):
        cure = _cure({"HOST": names[0]}, origin)
        return f'is "{text}", and only one server can be named', f"{cure}, or another of them"
    name, _, port = text.partition(":")
    if port and _is_host(name):
        cure = _cure({"HOST": name, "PORT": "NUMBER"}, origin)
        return f'is "{text}", and "{port}" is no port', cure
    return f'is "{text}", which is no name of a server', _cure({}, origin)


def _parts(text: str) -> dict[str, str]:
    """Take a name apart from what stands around it; nothing where that is not certain."""
    if _ends_in_port(text):
        name, _, port = text.rpartition(":")
        return {"HOST": name, "PORT": port}
    found = _WITH_MORE.fullmatch(text)
    if not found or not _is_host(name := found["host"].strip("[]")):
        return {}
    if found["user"] and not (found["scheme"] or found["port"]):
        return {}  # somebody's address: its domain is seldom the server's name
    return {"HOST": name} | ({"PORT": found["port"]} if found["port"] else {})


def _is_host(text: str) -> bool:
    return _is_address(text) or _HOST.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _ends_in_port(text: str) -> bool:
    """Whether an address of IPv6 ends in a port of mail, and is one without that as well."""
    before, _, last = text.rpartition(":")
    return ":" in before and last in _PORTS and _is_address(before) and _is_address(text)


def _cure(parts: Mapping[str, str], origin: str) -> str:
    """Say what to write: each of the parts where it belongs, or an example."""
    if origin == TYPED:
        then = ", the port is asked for below" if "PORT" in parts else ""
        return f"type {parts.get('HOST', 'its name only, such as mail.example.org')}{then}"
    if not parts:
        return "write the server's name only, such as mail.example.org"
    return "write " + " and ".join(f"{PREFIX}SMTP_{key}={one}" for key, one in parts.items())
