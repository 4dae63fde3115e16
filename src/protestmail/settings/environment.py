"""The environment of the process: it is read here only, and handed on as an argument."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from protestmail.errors import SettingsProblem

_MADE = "SOURCE_DATE_EPOCH"


def variables() -> Mapping[str, str]:
    """Give the environment as it is."""
    return os.environ


def color(environ: Mapping[str, str], asked: str = "auto") -> str:
    """Say when to colour, as ``asked`` for or as it is the habit: always, never or auto."""
    if asked != "auto":
        return asked
    if environ.get("NO_COLOR"):
        return "never"
    if environ.get("FORCE_COLOR"):
        return "always"
    return "never" if environ.get("TERM") == "dumb" else "auto"


def config_folder() -> Path:
    """The folder of the user's profiles and contacts."""
    if found := _xdg("XDG_CONFIG_HOME", ".config"):
        return found
    from platformdirs import user_config_path  # noqa: PLC0415  see _xdg

    return user_config_path("protestmail", appauthor=False)


def state_folder() -> Path:
    """The folder of the journal, where no setting names another."""
    if found := _xdg("XDG_STATE_HOME", ".local/state"):
        return found
    from platformdirs import user_state_path  # noqa: PLC0415  see _xdg

    return user_state_path("protestmail", appauthor=False)


def _xdg(variable: str, usual: str) -> Path | None:
    """Give our folder where the XDG Base Directory Specification says it, on Linux.

    platformdirs knows it as well, and all other systems and cases; but each command asks, and to
    import it takes a tenth of ``protestmail list``.
    """
    if sys.platform != "linux":
        return None
    bases = Path(os.environ.get(variable, "")), Path(os.environ.get("HOME", ""), usual)
    return next((base / "protestmail" for base in bases if base.is_absolute()), None)


def made_on(environ: Mapping[str, str]) -> date | None:
    """The day that is to be written into what is made, by ``SOURCE_DATE_EPOCH`` (in UTC), if any.

    See https://reproducible-builds.org/specs/source-date-epoch/. Raises SettingsProblem.
    """
    if not (said := environ.get(_MADE)):
        return None
    try:
        return datetime.fromtimestamp(int(said), UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "it is a number of seconds since 1970; or leave it out"
        raise SettingsProblem(f'{_MADE} cannot be "{said}"', hint) from None


@contextmanager
def without(name: str) -> Iterator[None]:
    """Keep a variable from the programs that are started meanwhile."""
    kept = os.environ.pop(name, None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ[name] = kept
