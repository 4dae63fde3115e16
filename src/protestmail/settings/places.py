"""The folders that settings name, without all the rest of a file that most commands do not need."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from protestmail import files
from protestmail.settings import environment, fields, paths, profiles


def folders(environ: Mapping[str, str], file: Path | None, profile: str | None) -> list[Path]:
    """The folders of appeals that the environment or the one file names; most name none."""
    if said := environ.get(fields.FOLDERS):
        return paths.folders(said, fields.ENVIRONMENT)
    path, said = _in_file(fields.FOLDERS, file, profile)
    return paths.folders(said, str(path), path.parent)


def state(environ: Mapping[str, str], file: Path | None, profile: str | None) -> Path:
    """The folder of the journal and the sources, as ``settle.state_folder`` gives it.

    Raises SettingsProblem for one that depends on where a command is given.
    """
    said, origin = environ.get(fields.STATE), fields.ENVIRONMENT
    if said is None:
        path, said = _in_file(fields.STATE, file, profile)
        origin = str(path)
    if not said.strip():
        return environment.state_folder()
    return paths.whole(fields.STATE, said.strip(), origin)


def _in_file(name: str, file: Path | None, profile: str | None) -> tuple[Path, str]:
    """What the one file of settings says of a place; it is read where it may say anything."""
    path = file or profiles.path_of(profile or "default")
    word = name.removeprefix(fields.PREFIX).encode()
    with suppress(OSError):
        if word in files.read(path, profiles.MAX_BYTES).upper():
            return path, profiles.read(file, profile).values.get(name, "")
    return path, ""
