"""Paths in settings: whole ones, since a file is read from wherever a command is given."""

import os
from collections.abc import Mapping
from pathlib import Path

from protestmail import files
from protestmail.errors import SettingsProblem
from protestmail.settings.fields import FOLDERS, TYPED

_PEM = b"-----BEGIN CERTIFICATE-----"
_MOST = 64 << 10


def whole(name: str, text: str, origin: str) -> Path:
    """Give a path that a setting names; raise SettingsProblem for one that depends on the folder.

    Elsewhere it would be another journal, in which no letter was sent.
    """
    path = at_home(name, text, origin)
    if not path.is_absolute():
        told = f'{name} is "{text}" ({origin}), which is another place from wherever you type'
        raise SettingsProblem(told, f"write the whole path, such as {path.absolute()}")
    return path


def folders(text: str, origin: str, beside: Path | None = None) -> list[Path]:
    """Give the folders of appeals that a setting names, parted as in PATH.

    In a file they are meant from its folder, ``beside`` it; in the environment from where one is,
    as in a shell. Raises SettingsProblem for a home that is nobody's.
    """
    named = (at_home(FOLDERS, part, origin) for part in text.split(os.pathsep) if part)
    return [beside.absolute() / one if beside else one for one in named]


def at_home(name: str, text: str, origin: str) -> Path:
    """Give a path that may begin with ~; raise SettingsProblem for a home that is nobody's."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        told = f'{name} is "{text}" ({origin}), and there is no user of that name here'
        raise SettingsProblem(told, "write the whole path, from the first / on") from None


def certificate(values: Mapping[str, str], name: str, origin: str) -> str:
    """Read the certificate that a setting names, if it does; raises SettingsProblem."""
    if not values.get(name):
        return ""
    path = whole(name, values[name].strip(), origin)
    try:
        data = files.read(path, _MOST)
    except OSError as why:
        told = f"{path} cannot be read: {files.reason(why)}"
        hint = "type its whole path" if origin == TYPED else f"mend {name} ({origin})"
        raise SettingsProblem(told, f"{hint}, or leave it out") from None
    if _PEM not in data or not data.isascii():
        told = f"{path} is no certificate in the form that is called PEM"
        raise SettingsProblem(told, f"it begins with {_PEM.decode()}; save it again")
    return data.decode("ascii")
