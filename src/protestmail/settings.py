"""Settings: flags before environment before one profile file; and where each came from.

The profile is the file named by ``--env-file``, or ``NAME.env`` (``default.env`` without
``--as``) in the user's own config folder. A ``.env`` in the working folder is never read by
itself: a cloned folder of appeals could bring one along. No file enters the environment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from protestmail import files
from protestmail.errors import SettingsProblem
from protestmail.sender import FIELDS, Sender

PREFIX = "PROTESTMAIL_"
MAX_BYTES = 64 * 1024
_CUT = re.compile(r"[^'\"#][^#]*\s#\S")
_KNOWN = frozenset(
    [*(PREFIX + name.upper() for name in FIELDS), f"{PREFIX}APPEALS", f"{PREFIX}STATE"]
    + [f"{PREFIX}SMTP_{name}" for name in "HOST PORT SECURITY USER PASSWORD TOKEN_COMMAND".split()]
    + [f"{PREFIX}SMTP_PASSWORD_COMMAND"]
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The sender as settled, and for each filled field the place that it came from."""

    sender: Sender
    origins: dict[str, str] = field(default_factory=dict)
    hint: str = ""


def profile_folder() -> Path:
    """The folder of the user's profiles."""
    from platformdirs import user_config_path  # noqa: PLC0415  not needed where a file is named

    return user_config_path("protestmail", appauthor=False)


def settle(
    flags: Mapping[str, str | None],
    environ: Mapping[str, str],
    *,
    env_file: Path | None = None,
    profile: str | None = None,
) -> Settings:
    """Settle who writes; raise SettingsProblem for a file that is not there or says nonsense."""
    path = _profile_path(env_file, profile)
    saved = _read(path) if path else {}
    values: dict[str, Any] = {}
    origins = {}
    for name in FIELDS:
        key = PREFIX + name.upper()
        for origin, value in (
            (f"--{name}", flags.get(name)),
            ("the environment", environ.get(key)),
            (str(path), saved.get(key)),
        ):
            if value is not None:
                values[name], origins[name] = value.strip().replace("\\n", "\n"), origin
                break
    hint = "" if path or env_file else _forgotten()
    return Settings(replace(Sender(), **values), origins, hint)


def _profile_path(env_file: Path | None, profile: str | None) -> Path | None:
    if env_file and profile:
        raise SettingsProblem("--env-file and --as name two profiles", "name one of them")
    if env_file:
        if not env_file.exists() or env_file.is_dir():
            raise SettingsProblem(f"there is no settings file {env_file}", "check --env-file")
        return env_file
    folder = profile_folder()
    path = folder / f"{profile or 'default'}.env"
    if profile is None:
        return path if path.is_file() else None
    if not profile.replace("-", "").replace("_", "").isalnum():
        raise SettingsProblem(f'"{profile}" cannot name a profile', "use letters, digits and -")
    if not path.is_file():
        raise SettingsProblem(f'there is no profile "{profile}"', f"write it as {path}")
    return path


def _read(path: Path) -> dict[str, str]:
    from io import StringIO  # noqa: PLC0415  not needed where there is no file

    from dotenv import dotenv_values  # noqa: PLC0415

    try:
        text = files.read(path, MAX_BYTES).decode("utf-8-sig")
    except OSError as why:
        raise SettingsProblem(f"{path} cannot be read: {files.reason(why)}") from None
    except UnicodeDecodeError:
        raise SettingsProblem(
            f"{path} cannot be read: it is not UTF-8 text", "save it as UTF-8"
        ) from None
    _refuse_slips(path, text)
    values = dotenv_values(stream=StringIO(text), interpolate=False)
    for key in values:
        if key.startswith(PREFIX) and key not in _KNOWN:
            raise SettingsProblem(f"{path}: there is no setting {key}", _did_you_mean(key))
    return {key: value for key, value in values.items() if value is not None}


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


def _did_you_mean(key: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only where there is a mistake

    close = get_close_matches(key, _KNOWN, n=1)
    return f"did you mean {close[0]}?" if close else "see .env.example"


def _forgotten() -> str:
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
