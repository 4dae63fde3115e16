"""The one file of settings, in dotenv form: which it is, and what it says.

It is the file named by ``--env-file``, or ``NAME.env`` (``default.env`` without ``--as``) in the
user's own config folder. A ``.env`` in the working folder is never read by itself: a cloned folder
of appeals could bring one along. No file enters the environment.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from protestmail import files
from protestmail.commands import to_type
from protestmail.errors import SettingsProblem, nearest
from protestmail.settings.environment import config_folder
from protestmail.settings.fields import PREFIX, SENDER, variable

MAX_BYTES = 64 * 1024
ACCOUNT = tuple(
    f"{PREFIX}SMTP_{name}"
    for name in (
        "HOST PORT SECURITY CERTIFICATE USER PASSWORD_COMMAND PASSWORD TOKEN_COMMAND HELO".split()
    )
)
STATE = f"{PREFIX}STATE"
HABITS = (f"{PREFIX}BCC_SELF", STATE)
FOLDERS = f"{PREFIX}APPEALS"
KNOWN = (*map(variable, SENDER), *ACCOUNT, *HABITS, FOLDERS)
_SECRET = f"{PREFIX}SMTP_PASSWORD"
_NAME = re.compile("[A-Z_]+")
_CUT = re.compile(r"[^'\"#][^#]*\s#\S")


@dataclass(frozen=True, slots=True)
class Profile:
    """What one file says; no path and no values where there is none."""

    path: Path | None = None
    values: dict[str, str] = field(default_factory=dict, repr=False)
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
    from dotenv.parser import parse_stream  # noqa: PLC0415  11 ms, where there is a file only

    try:
        data, about = files.look(path, MAX_BYTES)
        text = data.decode("utf-8-sig")
    except OSError as why:
        raise SettingsProblem(f"{path} cannot be read: {files.reason(why)}") from None
    except UnicodeDecodeError:
        told = f"{path} cannot be read: it is not UTF-8 text"
        raise SettingsProblem(told, "save it as UTF-8") from None
    named = list(_named(path, text))
    # not dotenv_values, which writes a line to the log for each that it cannot read
    found = {one.key: one.value for one in parse_stream(StringIO(text)) if one.key}
    for key in found:
        if key.startswith(PREFIX) and key not in KNOWN:
            name = _NAME.match(key)  # what follows it may be a secret, put there by a slip
            told = f"{path}: there is no setting {name[0] if name else PREFIX}"
            close = nearest(key, KNOWN)
            raise SettingsProblem(told, f"did you mean {close}?" if close else "see .env.example")
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
    if os.name != "posix" or not any(values.get(one) for one in ACCOUNT):
        return
    if about.st_uid != os.geteuid():
        raise SettingsProblem(f"{path} belongs to somebody else", "copy it to a file of your own")
    if stat.S_IMODE(about.st_mode) & (0o077 if values.get(_SECRET) else 0o022):
        raise SettingsProblem(f"{path} is open to others on this machine", f"chmod 600 {path}")


def _named(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Give the settings of ours that a file names, each with its line.

    Refuses what python-dotenv would pass over: a line that is none, a value cut at its #.
    """
    for number, line in enumerate(StringIO(text, newline=None), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        *before, last = name.split() or [""]
        if equals and last.upper().startswith(PREFIX) and (before or not last.isupper()):
            if name.startswith("#"):
                continue
            told = f"{path}:{number}: this is no setting of protestmail"
            raise SettingsProblem(told, f"write {last.upper()}=value, with nothing before it")
        if not equals and PREFIX in name and not name.startswith("#"):
            raise SettingsProblem(f"{path}:{number}: this is no setting", "write NAME=value")
        if not (equals and name.strip().startswith(PREFIX)):
            continue
        if _CUT.match(value.strip()):
            told = f"{path}:{number}: the value is cut off at its #"
            raise SettingsProblem(told, "put the whole value in quotes")
        yield number, name.strip()


def forgotten() -> str:
    """Point to a ``.env`` that is there and was, on purpose, not read."""
    try:
        text = files.read(Path(".env"), MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    told = "a .env lies here and is not read by itself; name it: --env-file .env"
    return told if PREFIX in text else ""
