"""The environment of the process: it is read here only, and handed on as an argument."""

import os
from collections.abc import Mapping


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
