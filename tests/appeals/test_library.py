"""The library: folders of appeals, found by id, listed whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.program import APPEALS, ROOT, TIMEOUT, Program
from protestmail.appeals import library
from protestmail.appeals.library import Headline
from protestmail.errors import InvalidAppeal, NoSuchAppeal


def test_the_earlier_folder_counts(tmp_path: Path) -> None:
    """Of two appeals with the same id, the one in the folder that is named first is found."""
    first, second = Folder(tmp_path / "1"), Folder(tmp_path / "2")
    wanted = first.add("both", title="First")
    other = second.add("both", title="Second")
    only = second.add("only")

    assert list(library.paths([first.path, second.path])) == [wanted, only]
    assert list(library.paths([second.path, first.path])) == [other, only]
    assert library.find("both", [first.path, second.path]).appeal.title == "First"
    assert library.find(str(other), [first.path]).appeal.title == "Second"


def test_what_is_no_appeal(appeals: Folder) -> None:
    """Only visible files that end in .yaml are appeals; they come in the order of their ids."""
    for name in (".hidden.yaml", "notes.txt", "x.yml", "x.yaml~", "x.YAML"):
        (appeals.path / name).write_text("x")
    expected = [appeals.add(id_) for id_ in ("a", "a-b", "b")]

    assert list(library.paths([appeals.path])) == expected


MISSING = [
    ("strike-comittee", 'did you mean "strike-committee"?'),
    ("strike", 'did you mean "strike-committee"?'),
    ("zzz", "looked in "),
    ("", "looked in "),
]


@pytest.mark.parametrize(("asked", "hint"), MISSING)
def test_an_id_that_is_none(asked: str, hint: str, appeals: Folder) -> None:
    """An appeal that is not there is never guessed; the likely one is only suggested."""
    appeals.add("strike-committee")

    with pytest.raises(NoSuchAppeal) as refused:
        library.find(asked, [appeals.path])

    assert refused.value.hint.startswith(hint)


MISNAMED = ["strike.yml", "strike.YAML", "Strike.yaml.txt", "strike.yaml.yaml", "STRIKE.YML"]


@pytest.mark.parametrize("name", MISNAMED)
@pytest.mark.parametrize("asked", ["strike", "strike.yml", "Strike"])
def test_a_file_of_another_name(asked: str, name: str, appeals: Folder) -> None:
    """A file that was meant for the appeal is pointed out with the name that it needs."""
    (appeals.path / name).write_text("x")

    with pytest.raises(NoSuchAppeal) as refused:
        library.find(asked, [appeals.path])

    assert refused.value.hint == f"{appeals.path / name} is there: name it strike.yaml"


@pytest.mark.parametrize("name", MISNAMED)
def test_a_path_of_another_name(name: str, run: Program, appeals: Folder) -> None:
    """The same holds for a path, and ``check`` of a folder warns of what it passes over."""
    (appeals.path / name).write_text("x")

    for command in ("render", "check"):
        done = run(command, appeals.path / "strike.yaml")
        assert done.code == 66
        assert f"{name} is there: name it strike.yaml" in done.err
    done = run("check", appeals.path)
    assert f"{name}:1:1: " in done.out
    assert ("this file is passed over" in done.out) == (done.code == 0) == (name[-5:] != ".yaml")


@pytest.mark.parametrize("name", ["notes.txt", ".strike.yml", "strike.json", "strikes.yml"])
def test_what_was_not_meant(name: str, appeals: Folder) -> None:
    """Hidden files, other files and other names are not pointed out."""
    (appeals.path / name).write_text("x")

    with pytest.raises(NoSuchAppeal) as refused:
        library.find("strike", [appeals.path])

    assert refused.value.hint.startswith("looked in ")


@pytest.mark.parametrize("asked", ["nowhere.yaml", "folder/nowhere"])
def test_a_path_that_is_none(asked: str, appeals: Folder) -> None:
    """A path names a file and is never looked up in the folders."""
    appeals.add("nowhere")

    with pytest.raises(NoSuchAppeal, match="there is no file"):
        library.find(asked, [appeals.path])


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_folder_that_is_none(kind: str, tmp_path: Path) -> None:
    """A folder that cannot be listed is told by name, with the way to name another."""
    path = tmp_path / "folder"
    if kind == "file":
        path.write_text("x")

    with pytest.raises(NoSuchAppeal) as refused:
        list(library.paths([path]))

    assert str(path) in refused.value.message
    assert "--appeals" in refused.value.hint


def test_the_own_folder() -> None:
    """In the source tree, the program's own appeals are those beside the source."""
    assert library.own_folder() == APPEALS


@pytest.mark.parametrize("packed", [True, False])
def test_where_the_appeals_lie(tmp_path: Path, *, packed: bool) -> None:
    """The appeals are found inside an installed package, and beside ``src`` in a checkout."""
    site = tmp_path / "src"
    shutil.copytree(ROOT / "src" / "protestmail", site / "protestmail")
    for folder in [tmp_path / "appeals", *([site / "protestmail" / "archive"] if packed else [])]:
        folder.mkdir()
    code = "from protestmail.appeals import library; print(library.own_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
    )

    expected = site / "protestmail" / "archive" if packed else tmp_path / "appeals"
    assert done.stdout.strip() == str(expected.resolve())


def various(appeals: Folder, count: int) -> None:
    """Fill a folder with sound appeals and one of each that is not."""
    for number in range(count):
        appeals.add(f"s-{number:04}", title=f"Title {number}", country="KZ", topics=["a"])
    appeals.add("b-date", issued="2026-02-30")
    appeals.add("b-field", titel="x")
    appeals.add("B_name")
    appeals.add("f-full", status="won", closed="2026-02-01", outcome="x", letter="{{ x }}")
    (appeals.path / "b-bytes.yaml").write_bytes(b"\xff")
    (appeals.path / "b-large.yaml").write_bytes(b"#" * 300_000)
    (appeals.path / "b-folder.yaml").mkdir()
    (appeals.path / "b-link.yaml").symlink_to("nowhere")
    os.mkfifo(appeals.path / "b-fifo.yaml")
    block = APPEALS / "practice-letter.yaml"
    (appeals.path / "z-block.yaml").write_bytes(block.read_bytes())


BROKEN = ["B_name", "b-bytes", "b-date", "b-field", "b-fifo", "b-folder", "b-large", "b-link"]


@pytest.mark.parametrize("count", [3, 600])
def test_broken_files_hide_no_others(count: int, appeals: Folder) -> None:
    """P1, P7: in small folders and large ones, what is broken is told and the rest is listed."""
    various(appeals, count)
    paths = list(library.paths([appeals.path]))

    entries = dict(zip(paths, library.headlines([appeals.path]), strict=True))

    broken = [path.stem for path, one in entries.items() if not isinstance(one, Headline)]
    assert broken == BROKEN
    for path, one in entries.items():
        if isinstance(one, Headline):
            assert (one.id, one.file) == (path.stem, str(path))
        else:
            assert {problem.file for problem in one} == {str(path)}


def test_large_folders_list_like_small_ones(appeals: Folder, tmp_path: Path) -> None:
    """P7: among others, each file gives the very entry that it gives by itself."""
    various(appeals, 500)
    alone = tmp_path / "alone"
    alone.mkdir()

    for path, entry in zip(
        library.paths([appeals.path]), library.headlines([appeals.path]), strict=True
    ):
        if path.stem[:2] != "s-" or path.stem.endswith("00"):
            path.rename(alone / path.name)
            (single,) = library.headlines([alone])
            (alone / path.name).rename(path)
            if isinstance(entry, Headline):
                assert isinstance(single, Headline)
                assert single._replace(file="") == entry._replace(file="")
            else:
                assert not isinstance(single, Headline)
                assert [one._replace(file="") for one in single] == [
                    one._replace(file="") for one in entry
                ]


def test_a_headline(appeals: Folder) -> None:
    """A headline says what a list shows, and counts the targets that each channel reaches."""
    appeals.add(
        "strike",
        send_before="2026-12-31",
        country="KZ",
        targets=[
            {"name": "A", "email": ["a@b.example", "c@d.example"], "phone": "1"},
            {"name": "B", "post": "Street"},
            {"lookup": "embassy/KZ"},
        ],
    )
    (one,) = library.headlines([appeals.path])

    assert isinstance(one, Headline)
    assert (one.id, one.country, one.targets, one.closed) == ("strike", "KZ", 3, None)
    assert str(one.send_before) == "2026-12-31"
    assert one.channels == {"email": 1, "phone": 1, "post": 1, "lookup": 1}


@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "large", "link"])
def test_what_cannot_be_loaded(kind: str, tmp_path: Path) -> None:
    """P1: what is no regular file of a sensible size is refused without waiting for it."""
    path = tmp_path / "x.yaml"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "large":
            path.write_bytes(b"#" * (256 * 1024 + 1))
        case _:
            path.symlink_to("nowhere")

    with pytest.raises(InvalidAppeal) as refused:
        library.load(path)

    (one,) = refused.value.problems
    assert (one.file, one.line, one.column) == (str(path), 1, 1)


@pytest.mark.parametrize("path", sorted(APPEALS.glob("*.yaml")), ids=lambda one: one.stem)
def test_the_own_appeals_are_found(path: Path) -> None:
    """The program's own appeals, the eleven and two to practise on, are found by their ids."""
    assert len(list(APPEALS.glob("*.yaml"))) == 13
    assert library.find(path.stem, [library.own_folder()]).appeal.id == path.stem


WHO_READ = [["check", "{}"], ["check", "{}/x.yaml"], ["list"], ["show", "good"]]
RINGS = [{"x": "x"}, {"x": "y", "y": "x"}, {"x": "nowhere"}]


@pytest.mark.parametrize("links", RINGS, ids=["itself", "a ring", "dangling"])
@pytest.mark.parametrize("args", WHO_READ)
def test_a_link_that_leads_to_no_file(
    links: dict[str, str], args: list[str], run: Program, appeals: Folder
) -> None:
    """P7: it is a mistake of that one file, for every command, and the others are read."""
    appeals.add("good")
    for name, to in links.items():
        (appeals.path / f"{name}.yaml").symlink_to(f"{to}.yaml")

    done = run("--appeals", appeals.path, *(named.format(appeals.path) for named in args))

    assert done.code == (65 if args[0] == "check" else 0)
    told = "x.yaml:1:1: this is a link that leads to no file" in done.out + done.err
    assert told == (args[0] != "show")


def test_a_directory_in_a_ring(run: Program, appeals: Folder) -> None:
    """P7: a file of contacts that is such a link is told of, and not passed over."""
    appeals.add("good", targets=[{"lookup": "embassy"}])
    (appeals.path / "directory").mkdir()
    (appeals.path / "directory" / "embassy.yaml").symlink_to("embassy.yaml")

    for args in (["check", appeals.path], ["render", "good", "--country", "KZ"]):
        done = run("--appeals", appeals.path, *args)
        assert done.code == 65
        assert "embassy.yaml:1:1: this is a link that leads to no file" in done.out + done.err
