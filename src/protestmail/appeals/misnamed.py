"""Files that were meant for appeals and have names by which none is found; loaded on a mistake."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_ENDS = re.compile(r"(?:\.txt|\.ya?ml)*\.ya?ml(?:\.txt)*\Z", re.IGNORECASE)
"""How editors and systems end the names: .yml, .YAML, .yaml.txt, .yaml.yaml."""


def hint(asked: str, folders: Iterable[Path]) -> str:
    """Say which file of another name may be the one that was asked for, or nothing."""
    wanted = _stem(asked).lower()
    for folder in folders:
        for name in within(folder):
            if _stem(name).lower() == wanted:
                return f"{folder / name} is there: name it {proper(name)}"
    return ""


def within(folder: Path) -> Iterator[str]:
    """The names in a folder that end nearly as an appeal's does, but not quite."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208  names are all that is asked for
    except OSError:
        return
    for name in names:
        if not name.startswith(".") and _ENDS.search(name) and name != proper(name):
            yield name


def proper(name: str) -> str:
    """Name a file as an appeal's is named."""
    return f"{_stem(name).lower()}.yaml"


def _stem(name: str) -> str:
    found = _ENDS.search(name)
    return name[: found.start()] if found else name
