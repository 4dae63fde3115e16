"""Settings: flags before environment before one profile file; and where each came from.

Who writes may be pieced together from all three. The account may not, see ``account``.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from protestmail.errors import SettingsProblem
from protestmail.letters.sender import Sender
from protestmail.settings import environment, paths, profiles
from protestmail.settings.fields import ENVIRONMENT, HABITS, PREFIX, SENDER, variable
from protestmail.settings.profiles import Profile

_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0", ""}
_NO_PROFILE = Profile()


class Settings(NamedTuple):
    """The sender as settled, and for each filled field the place that it came from."""

    sender: Sender
    origins: Mapping[str, str] = MappingProxyType({})
    hint: str = ""
    profile: Profile = _NO_PROFILE
    bcc_self: bool = False
    state: str = ""


def settle(
    flags: Mapping[str, str | None],
    environ: Mapping[str, str],
    *,
    env_file: Path | None = None,
    profile: str | None = None,
) -> Settings:
    """Settle who writes; raise SettingsProblem for a file that is not there or says nonsense."""
    read = profiles.read(env_file, profile)
    values: dict[str, Any] = {}
    origins = {}
    for name in (*SENDER, *(key.removeprefix(PREFIX).lower() for key in HABITS)):
        key = variable(name)
        for origin, value in (
            (f"--{name}", flags.get(name)),
            (ENVIRONMENT, environ.get(key)),
            (str(read.path), read.values.get(key)),
        ):
            if value is not None:
                lines = value.replace("\\n", "\n") if name == "address" else value
                values[name], origins[name] = lines.strip(), origin
                break
    bcc_self, state = values.pop("bcc_self", ""), values.pop("state", "")
    if bcc_self.lower() not in _YES | _NO:
        told = f'{PREFIX}BCC_SELF cannot be "{bcc_self}" ({origins["bcc_self"]})'
        raise SettingsProblem(told, "say yes or no")
    return Settings(
        sender=replace(Sender(), **values),
        origins=origins,
        hint="" if read.path or env_file else profiles.forgotten(),
        profile=read,
        bcc_self=bcc_self.lower() in _YES,
        state=state,
    )


def state_folder(settings: Settings) -> Path:
    """Where the journal is kept: in one place, from wherever a command is given.

    Raises SettingsProblem for one that depends on where that is.
    """
    if not settings.state:
        return environment.state_folder()
    return paths.whole(f"{PREFIX}STATE", settings.state, settings.origins["state"])
