"""Paths in settings: whole ones, since a file is read from wherever a command is given."""

from collections.abc import Mapping
from pathlib import Path

from protestmail import files
from protestmail.errors import SettingsProblem

_PEM = b"-----BEGIN CERTIFICATE-----"
_MOST = 64 << 10


def whole(name: str, text: str, origin: str) -> Path:
    """Give a path that a setting names; raise SettingsProblem for one that depends on the folder.

    Elsewhere it would be another journal, in which no letter was sent.
    """
    path = Path(text).expanduser()
    if not path.is_absolute():
        told = f'{name} is "{text}" ({origin}), which is another place from wherever you type'
        raise SettingsProblem(told, f"write the whole path, such as {path.absolute()}")
    return path


def certificate(values: Mapping[str, str], name: str, origin: str) -> str:
    """Read the certificate that a setting names, if it does; raises SettingsProblem."""
    if not values.get(name):
        return ""
    path = whole(name, values[name].strip(), origin)
    try:
        data = files.read(path, _MOST)
    except OSError as why:
        told = f"{path} cannot be read: {files.reason(why)}"
        raise SettingsProblem(told, f"mend {name} ({origin}), or leave it out") from None
    if _PEM not in data or not data.isascii():
        told = f"{path} is no certificate in the form that is called PEM"
        raise SettingsProblem(told, f"it begins with {_PEM.decode()}; save it again")
    return data.decode("ascii")
