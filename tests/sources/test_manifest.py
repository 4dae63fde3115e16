"""The manifest: written for the same folder the same, read to the letter."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from protestmail.errors import Untrusted
from protestmail.sources import manifest
from protestmail.sources.manifest import Stop

DAY, LATER = date(2026, 11, 29), date(2026, 12, 5)
SUM = "0" * 64


def write(folder: Folder, *paths: str, **given: Any) -> manifest.Manifest:
    """Write the next manifest of a folder, and give it."""
    asked: dict[str, Any] = {"name": "Campaign", "today": DAY} | given
    sums = {path: manifest.sum_of(folder.path, path) for path in paths or ["strike.yaml"]}
    made = manifest.compose(folder.path, sums, **asked)
    manifest.write(folder.path, made)
    return made


def test_the_same_folder_gives_the_same_bytes(appeals: Folder) -> None:
    """P73: where nothing has changed no byte is, whatever the day, and the serial stays."""
    appeals.add()
    write(appeals)
    path = appeals.path / manifest.NAME
    before = path.read_bytes(), path.stat().st_mtime_ns

    made = write(appeals, today=LATER)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert made == manifest.read(before[0])
    assert made.serial == 1


def test_the_serial_grows_with_every_change(appeals: Folder) -> None:
    """A changed file, another file, a stop, a new name and a renewal are each a new number."""
    file = appeals.add()
    write(appeals)
    file.write_text(file.read_text() + "\n")
    serials = [write(appeals).serial]
    appeals.add("other")
    stop = Stop("other", DAY, "They asked us.")
    both = "strike.yaml", "other.yaml"
    serials += [write(appeals, *both).serial, write(appeals, *both, stopped=[stop]).serial]
    serials += [write(appeals, *both, name="Another").serial]
    last = write(appeals, *both, name="Another", today=LATER, renew=True)
    again = write(appeals, *both, name="Another", today=LATER, renew=True)

    assert [*serials, last.serial, again.serial] == [2, 3, 4, 5, 6, 6]
    assert last.stopped == (stop,), "a stop is never taken back"
    assert (last.issued, last.expires) == (LATER, date(2026, 12, 19))


def changed(**fields: Any) -> bytes:
    """Give the bytes of a manifest with some fields changed; None takes one out."""
    tree = {
        "version": 1,
        "name": "Campaign",
        "serial": 1,
        "issued": "2026-11-29",
        "expires": "2026-12-13",
        "files": {"strike.yaml": SUM},
        "stopped": [{"id": "strike", "day": "2026-11-29", "reason": "They asked us."}],
    } | fields
    return json.dumps({key: one for key, one in tree.items() if one is not None}).encode()


def test_a_sound_one_is_read() -> None:
    """What the tests below damage is one that is taken, and is written as it was read."""
    read = manifest.read(changed())

    assert read.stopped[0].id == "strike"
    assert manifest.read(manifest.written(read)) == read


WRONG: dict[str, bytes] = {
    "no JSON": b"{",
    "no UTF-8": b"\xff",
    "a list": b"[]",
    "a number": b"1",
    "deep": b"[" * 100_000,
    "a key twice": changed()[:-1] + b', "serial": 2}',
    "a field too many": changed(more=1),
    "a field too few": changed(stopped=None),
    "another version": changed(version=2),
    "a name in two lines": changed(name="a\nb"),
    "a name that turns text around": changed(name="a\u202eb"),
    "half a surrogate": changed(name="\ud800"),
    "no name": changed(name=""),
    "a serial of zero": changed(serial=0),
    "a serial that is true": changed(serial=True),
    "a serial with a point": changed(serial=1.0),
    "a serial past counting": changed(serial=10**30),
    "no day": changed(issued="2026-02-30"),
    "another form of day": changed(issued="20261129"),
    "an end before the beginning": changed(expires="2026-11-28"),
    "a stop without a reason": changed(stopped=[{"id": "strike", "day": "2026-11-29"}]),
    "a stop of a path": changed(stopped=[{"id": "../x", "day": "2026-11-29", "reason": "x"}]),
    "a stop twice": changed(stopped=[{"id": "x", "day": "2026-11-29", "reason": "x"}] * 2),
    "stops by name": changed(stopped={"strike": 1}),
    "a stop that is text": changed(stopped=["strike"]),
    "files in a list": changed(files=["strike.yaml"]),
    "a sum that is a number": changed(files={"strike.yaml": 1}),
    "days as numbers": changed(issued=20261129),
    "a name that is a list": changed(name=["Campaign"]),
    "a stop whose id is a number": changed(stopped=[{"id": 1, "day": "2026-11-29", "reason": "x"}]),
    "a sum that is none": changed(files={"strike.yaml": "0" * 63}),
    "two names that some systems take for one": changed(files={"a.yaml": SUM, "A.yaml": SUM}),
    "two names that a Mac takes for one": changed(files={"a/\u00e9": SUM, "a/e\u0301": SUM}),
    "a file that is a folder": changed(files={"a.yaml": SUM, "a.yaml/b.yaml": SUM}),
}
PATHS = (
    "../x.yaml /x.yaml x/../y.yaml ./x.yaml x//y.yaml x/ C:x.yaml \\\\host\\x.yaml a\\b.yaml "
    ".git/config .x.yaml x. con:x con.yaml Aux/x.pdf manifest.json manifest.json.sig"
)
WRONG |= {f"the path {path}": changed(files={path: SUM}) for path in [*PATHS.split(), "", "x\0y"]}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_anything_else_is_refused(data: bytes) -> None:
    """P74: what is not a manifest to the letter is refused in one sentence."""
    with pytest.raises(Untrusted) as told:
        manifest.read(data)

    assert manifest.NAME in told.value.message
    assert "\n" not in told.value.message


def test_a_damaged_one_is_not_written_over(appeals: Folder, tmp_path: Path) -> None:
    """A manifest that cannot be read is left as it is: the stops in it would be lost."""
    appeals.add()
    path = appeals.path / manifest.NAME
    path.write_bytes(b"{}")

    with pytest.raises(Untrusted):
        write(appeals)

    assert path.read_bytes() == b"{}"
    assert tmp_path.exists()
