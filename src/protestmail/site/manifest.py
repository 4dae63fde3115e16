"""What a site holds that we have written: its files, by their SHA-256.

Only these may be removed. (The whole manifest, which is signed, is the business of ``sources``.)
"""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from protestmail import files

FILE = "manifest.json"
_MOST = 16 * 1024 * 1024
_PLAIN = frozenset("\\:\x00")


def read(folder: Path) -> dict[str, str]:
    """Read the files that were ours; none where there is no manifest, or one of another make."""
    try:
        told = json.loads(files.read(folder / FILE, _MOST))["files"]
        return {str(path): str(sum_) for path, sum_ in told.items() if _inside(str(path))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(folder: Path, ours: Mapping[str, str]) -> None:
    """Write which files are ours now."""
    told = {"version": 1, "files": dict(sorted(ours.items()))}
    text = json.dumps(told, indent=1, ensure_ascii=False)
    files.replace(f"{text}\n".encode(), folder / FILE)


def _inside(path: str) -> bool:
    """Whether a path stays in its folder, on every system."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and not _PLAIN & {*path}
