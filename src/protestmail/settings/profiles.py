"""The one file of settings, in dotenv form: which it is, and what it says.

It is the file named by ``--env-file``, or ``NAME.env`` (``default.env`` without ``--as``) in the
user's own config folder. A ``.env`` in the working folder is never read by itself: a cloned folder
of appeals could bring one along. No file enters the environment.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from protestmail import files
from protestmail.commands import to_type
from protestmail.errors import SettingsProblem
from protestmail.settings.environment import config_folder
from protestmail.settings.fields import ACCOUNT, PREFIX, variable

MAX_BYTES = 64 * 1024
_SECRET = f"{PREFIX}SMTP_PASSWORD"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Profile:
    """What one file says; no path and no values where there is none."""

    path: Path | None = None
    values: dict[str, str] = field(default_factory=dict)
    named: bool = False


def path_of(name: str) -> Path:
    """Where the profile of a name is kept; raises SettingsProblem for what names none."""
    if not name.replace("-", "").replace("_", "").isalnum():
        raise SettingsProblem(f'"{name}" cannot name a profile', "use letters, digits and -")
    return config_folder() / f"{name}.env"


def read(env_file: Path | None = None, name: str | None = None) -> Profile:
    """Read the file that is named, or the default one if it is there."""
    if env_file and name:
        raise SettingsProblem("--env-file and --as name two profiles", "name one of them")
    if env_file:
        if not env_file.exists() or env_file.is_dir():
            raise SettingsProblem(f"there is no settings file {env_file}", "check --env-file")
        return Profile(env_file, _values(env_file), named=True)
    path = path_of(name or "default")
    if os.path.lexists(path):
        return Profile(path, _values(path), named=bool(name))
    if name:
        hint = f"write it: {to_type('init', '--as', name)}"
        raise SettingsProblem(f'there is no profile "{name}" ({path})', hint)
    return Profile()


def to_change(origin: str) -> str:
    """Say how a login is changed: by ``init`` in a profile, else where it is set."""
    path = Path(origin)
    if path.parent != config_folder():
        return f"the login is set in {origin}"
    named = [] if path.stem == "default" else ["--as", path.stem]
    return f"{to_type('init', *named)} changes the login"


def write(path: Path, values: Mapping[str, str]) -> None:
    """Write a profile for its user only, whole or not at all: ``read`` gives the same values."""
    head = "# Who writes, and by which account."
    lines = [f"{variable(key)}={_quoted(value)}" for key, value in values.items() if value]
    try:
        data = os.linesep.join([head, *lines, ""]).encode()
    except UnicodeEncodeError:
        told = f"{path} is not written: what was typed is not UTF-8 text"
        raise SettingsProblem(told, "set the terminal to UTF-8") from None
    files.write(data, path, force=True)


def _quoted(value: str) -> str:
    """Quote for the dotenv form, in which single quotes keep all but themselves and backslashes."""
    plain = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain}'"


def _values(path: Path) -> dict[str, str]:
    from protestmail.settings import slips  # noqa: PLC0415  where there is a file only

    try:
        data, about = files.look(path, MAX_BYTES)
        text = data.decode("utf-8-sig")
    except OSError as why:
        raise SettingsProblem(f"{path} cannot be read: {files.reason(why)}") from None
    except UnicodeDecodeError:
        told = f"{path} cannot be read: it is not UTF-8 text"
        raise SettingsProblem(told, "save it as UTF-8") from None
    values = slips.settings(str(path), text, alone=path.parent == config_folder())
    _refuse_shared(path, values, about)
    return values


def _refuse_shared(path: Path, values: dict[str, str], about: os.stat_result) -> None:
    """Refuse a file whose secret others can read, or in which others can name a server."""
    if os.name != "posix" or not any(values.get(one) for one in ACCOUNT):
        return
    if about.st_uid != os.geteuid():
        raise SettingsProblem(f"{path} belongs to somebody else", "copy it to a file of your own")
    if stat.S_IMODE(about.st_mode) & (0o077 if values.get(_SECRET) else 0o022):
        raise SettingsProblem(f"{path} is open to others on this machine", f"chmod 600 {path}")


def forgotten() -> str:
    """Point to a ``.env`` that is there and was, on purpose, not read."""
    try:
        text = files.read(Path(".env"), MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    told = "a .env lies here and is not read by itself; name it: --env-file .env"
    return told if PREFIX in text else ""
