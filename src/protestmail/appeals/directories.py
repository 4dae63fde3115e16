"""The files that lookups are looked up in: the writer's contacts, and folders of directories.

A directory is a stranger's file, as an appeal is: ``directory/<lookup>.yaml`` in a folder of
appeals.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from protestmail.appeals import contacts, library
from protestmail.appeals.contacts import Contact, known
from protestmail.appeals.file.parsing import Parsed
from protestmail.appeals.library import Read
from protestmail.appeals.lookups import Directory, Sources
from protestmail.errors import InvalidAppeal, Problem

FILE = "contacts.yaml"
FOLDER = "directory"
_PLAIN = re.compile(r"\w[\w .,@/()+-]*")


def read(path: Path) -> dict[str, Contact]:
    """Read the writer's contacts, none where there is no file; raises InvalidAppeal."""
    return known(parse(path)) if os.path.lexists(path) else {}


def parse(path: Path, reader: Read = library.read_bytes, *, directory: bool = False) -> Parsed:
    """Read a file of contacts or of a directory; raises InvalidAppeal where it is no file."""
    return contacts.parse(reader(path), str(path), directory=directory)


def sources(
    lookups: Iterable[str],
    own: Path,
    folders: Sequence[Path],
    file: str,
    country: str,
    reader: Read = library.read_bytes,
) -> Sources:
    """Read all that may know these lookups, for an appeal that was read from ``file``.

    The directory beside that file comes first, then those of the folders of appeals. Raises
    InvalidAppeal with what is wrong in a file: what cannot be read is not passed over.
    """
    beside = [Path(file).parent] if file != "-" else []
    found = read(own)
    directories = {
        one: [
            Directory(
                f"{FOLDER}/{one}.yaml in {folder}", known(parse(path, reader, directory=True))
            )
            for folder in dict.fromkeys([*beside, *folders])
            if os.path.lexists(path := at(folder, one))
        ]
        for one in lookups
        if one not in found
    }
    return Sources(found, directories, country)


def at(folder: Path, lookup: str) -> Path:
    """Where the directory's file for a lookup stands in a folder of appeals."""
    return folder / FOLDER / f"{lookup}{library.SUFFIX}"


def directory(folder: Path) -> dict[Path, str]:
    """All files of the directory in a folder of appeals, and the lookups that they are for."""
    found = sorted((folder / FOLDER).rglob(f"*{library.SUFFIX}"))
    return {one: one.relative_to(folder / FOLDER).with_suffix("").as_posix() for one in found}


def lookup_of(path: Path) -> str:
    """The lookup that a file is for; nothing where it is not one of a directory."""
    whole = Path(os.path.realpath(path)).with_suffix("")  # ``resolve`` would raise for a ring
    for above in (whole.parent, whole.parent.parent):
        lookup = whole.relative_to(above).as_posix()
        if above.name == FOLDER and not contacts.refused(lookup):
            return lookup
    return ""


def problems(path: Path, lookup: str = "") -> list[Problem]:
    """All that is wrong with the writer's contacts or, for a lookup, with a directory's file."""
    told = contacts.refused(lookup) if lookup else None
    named = [Problem(str(path), 1, 1, told.message, told.hint)] if told else []
    try:
        return named + parse(path, directory=bool(lookup)).problems
    except InvalidAppeal as why:
        return named + why.problems


def appended(path: Path, lookup: str, fields: Mapping[str, Sequence[str]]) -> bytes:
    """The writer's file with a contact at its end, and all else as it stands there.

    Raises InvalidAppeal where that could not be read again.
    """
    data = library.read_bytes(path) if path.exists() else b""
    end = b"" if not data or data.endswith(b"\n") else b"\n"
    data += end + block(lookup, fields).encode(errors="surrogateescape")
    known(contacts.parse(data, str(path)))
    return data


def block(lookup: str, fields: Mapping[str, Sequence[str]]) -> str:
    """A contact as it stands in the file."""
    lines = [f"{lookup}:"]
    for name, values in fields.items():
        if len(values) == 1:
            lines.append(f"  {name}: {_quoted(values[0])}")
        elif values:
            lines += [f"  {name}:", *(f"    - {_quoted(one)}" for one in values)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
