"""The one file of settings, in dotenv form: which it is, and what it says.

It is the file named by ``--env-file``, or ``NAME.env`` (``default.env`` without ``--as``) in the
user's own config folder. A ``.env`` in the working folder is never read by itself: a cloned folder
of appeals could bring one along. No file enters the environment.
"""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from protestmail import files
from protestmail.errors import SettingsProblem
from protestmail.settings.fields import PREFIX, SENDER, variable

MAX_BYTES = 64 * 1024
ACCOUNT = tuple(
    f"{PREFIX}SMTP_{name}"
    for name in "HOST PORT SECURITY USER PASSWORD_COMMAND PASSWORD TOKEN_COMMAND".split()
)
HABITS = (f"{PREFIX}BCC_SELF", f"{PREFIX}STATE")
KNOWN = (*map(variable, SENDER), *ACCOUNT, *HABITS)
_FOLDERS = f"{PREFIX}APPEALS"
_SECRET = f"{PREFIX}SMTP_PASSWORD"
_NAME = re.compile("[A-Z_]+")
_CUT = re.compile(r"[^'\"#][^#]*\s#\S")


@dataclass(frozen=True, slots=True)
class Profile:
    """What one file says; no path and no values where there is none."""

    path: Path | None = None
    values: dict[str, str] = field(default_factory=dict, repr=False)
    named: bool = False


def folder() -> Path:
    """The folder of the user's profiles."""
    from platformdirs import user_config_path  # noqa: PLC0415  not needed where a file is named

    return user_config_path("protestmail", appauthor=False)


def path_of(name: str) -> Path:
    """Where the profile of a name is kept; raises SettingsProblem for what names none."""
    if not name.replace("-", "").replace("_", "").isalnum():
        raise SettingsProblem(f'"{name}" cannot name a profile', "use letters, digits and -")
    return folder() / f"{name}.env"


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
        hint = f"write it: protestmail init --as {name}"
        raise SettingsProblem(f'there is no profile "{name}" ({path})', hint)
    return Profile()


def _values(path: Path) -> dict[str, str]:
    from io import StringIO  # noqa: PLC0415  not needed where there is no file

    from dotenv import dotenv_values  # noqa: PLC0415

    try:
        data, about = files.look(path, MAX_BYTES)
        text = data.decode("utf-8-sig")
    except OSError as why:
        raise SettingsProblem(f"{path} cannot be read: {files.reason(why)}") from None
    except UnicodeDecodeError:
        raise SettingsProblem(
            f"{path} cannot be read: it is not UTF-8 text", "save it as UTF-8"
        ) from None
    _refuse_slips(path, text)
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    for key in found:
        if key == _FOLDERS:
            raise SettingsProblem(f"{path}: {key} is taken from the environment only")
        if key.startswith(PREFIX) and key not in KNOWN:
            name = _NAME.match(key)  # what follows it may be a secret, put there by a slip
            told = f"{path}: there is no setting {name[0] if name else PREFIX}"
            raise SettingsProblem(told, _did_you_mean(key))
    named = _named(text)
    for number, key in named:
        if found.get(key) is None:
            raise SettingsProblem(f"{path}:{number}: this cannot be read", "check its quotes")
        if [one for _, one in named].count(key) > 1:
            raise SettingsProblem(f"{path}:{number}: {key} is set twice", "keep one of them")
    values = {key: value for key, value in found.items() if value is not None}
    _refuse_shared(path, values, about)
    return values


def _refuse_shared(path: Path, values: dict[str, str], about: os.stat_result) -> None:
    """Refuse a file whose secret others can read, or in which others can name a server."""
    secret = bool(values.get(_SECRET))
    if os.name != "posix" or not any(values.get(one) for one in ACCOUNT):
        return
    if about.st_uid != os.geteuid():
        raise SettingsProblem(f"{path} belongs to somebody else", "copy it to a file of your own")
    if stat.S_IMODE(about.st_mode) & (0o077 if secret else 0o022):
        raise SettingsProblem(f"{path} is open to others on this machine", f"chmod 600 {path}")


def _refuse_slips(path: Path, text: str) -> None:
    """Refuse what python-dotenv would pass over: a line that is none, a value cut at its #."""
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        name, equals, value = plain.partition("=")
        if not equals and PREFIX in name:
            raise SettingsProblem(f"{path}:{number}: this is no setting", "write NAME=value")
        if name.strip().startswith(PREFIX) and _CUT.match(value.strip()):
            told = f"{path}:{number}: the value is cut off at its #"
            raise SettingsProblem(told, "put the whole value in quotes")


def _named(text: str) -> list[tuple[int, str]]:
    """The settings of ours that a file names, each with its line."""
    lines = enumerate(text.splitlines(), 1)
    named = ((number, line.strip().removeprefix("export ").lstrip()) for number, line in lines)
    return [
        (number, line.partition("=")[0].strip())
        for number, line in named
        if line.startswith(PREFIX) and "=" in line
    ]


def _did_you_mean(key: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only where there is a mistake

    close = get_close_matches(key, KNOWN, n=1)
    return f"did you mean {close[0]}?" if close else "see .env.example"


def forgotten() -> str:
    """Point to a ``.env`` that is there and was, on purpose, not read."""
    try:
        text = files.read(Path(".env"), MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    return (
        "a .env lies here and is not read by itself; name it: --env-file .env"
        if PREFIX in text
        else ""
    )
