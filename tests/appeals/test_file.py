"""The appeal file: what is kept, what is refused, and at which place."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makers import appeals as appeals_for_tests
from makers.appeals import TODAY, Folder
from makers.program import APPEALS, Program
from protestmail.appeals import library
from protestmail.appeals.file import parsing
from protestmail.checking.proofread import proofread

SOUND = appeals_for_tests.SOUND.encode()


def problems(data: bytes, id_: str = "strike") -> list[str]:
    """All that ``check`` finds, each as it is printed."""
    parsed = parsing.parse(data, id_, "f")
    return [str(one) for one in proofread(parsed, today=TODAY, known=set())]


def changed(old: str, new: str) -> bytes:
    text = SOUND.decode()
    assert old in text
    return text.replace(old, new).encode()


def test_a_sound_file_has_no_problems() -> None:
    """The file that the other tests damage is sound, with Windows' line ends and a BOM, too."""
    assert problems(SOUND) == []
    assert problems(b"\xef\xbb\xbf" + SOUND.replace(b"\n", b"\r\n")) == []


STRUCTURE = [
    ("name: Ministry", "name: &a Ministry", "f:8:11: an anchor (&a)"),
    ("{name: Campaign}", "{name: *a}", "f:4:19: "),
    ("name: Ministry", "name: !!str Ministry", "f:8:11: a tag (!!str)"),
    ("subject: Free them", "subject: Free them\n<<: {country: KZ}", "f:11:1: a merge key"),
    ("  {{ signature }}\n", "  {{ signature }}\n---\ntitle: x\n", "f:17:1: a second document"),
    ("    email", "    name: Court\n    email", 'f:9:5: "name" stands here twice (the first is in'),
    ("summary", "title: x\nsummary", 'f:5:1: "title" stands here twice'),
    ("status", "\tstatus", "f:2:1: "),
    ("issued:", "issued", "f:3:1: this is neither a field nor part of the one above"),
]


@pytest.mark.parametrize(("old", "new", "told"), STRUCTURE)
def test_structure(old: str, new: str, told: str) -> None:
    """P2, P3: anchors, aliases, tags, merge keys, documents and doubled keys, with their line."""
    assert any(one.startswith(told) for one in problems(changed(old, new)))


def test_keys_are_compared_after_nfc() -> None:
    """P3: two keys that look alike, at any depth, are one key given twice."""
    key = "é"
    mapping = f"{{{key}: Dear, {unicodedata.normalize('NFD', key)}: Dear}}"
    data = changed("name: Ministry", f"name: Ministry\n    salutation: {mapping}")

    assert any("stands here twice" in one and one.startswith("f:9:") for one in problems(data))


@pytest.mark.parametrize("value", ["NO", "017", "+49 30 123", "null", "1_000", "2026-01-01", "~"])
def test_scalars_stay_text(value: str) -> None:
    """P4: what YAML would take for something else stays the text that stands there."""
    data = changed("subject:", f"reference: {value}\nsubject:")
    appeal = parsing.parse(data, "strike", "f").appeal

    assert appeal.reference == value


def test_norway() -> None:
    """P4: the country NO is Norway."""
    appeal = parsing.parse(changed("subject:", "country: NO\nsubject:"), "strike", "f").appeal

    assert appeal.country == "NO"


MISTAKES = [
    ("them\n", "them: case #12\n".replace(":", ""), 'f:10:10: "subject" is cut off at its #'),
    ("title: Free the strike committee", 'title: "Free\\e[31m"', 'f:1:8: "title" holds a control'),
    ("title: Free the strike committee", 'title: "Free\\u202e"', 'f:1:8: "title" holds a control'),
    ("title: Free the strike committee", 'title: "Free\\u2028"', 'f:1:8: "title" holds a control'),
    ("title: Free the strike committee", 'title: "=?utf-8?q?x?="', 'f:1:8: "title" holds'),
    ("active", "activ", 'f:2:9: "status" cannot be "activ" (did you mean "active"?)'),
    ("summary:", "sumary:", 'f:5:1: there is no field "sumary" (did you mean "summary"?)'),
    ("summary:", "sumary:", 'f:1:1: "summary" is missing'),
    ("2026-01-01", "1.1.2026", 'f:3:9: "issued" should be a date'),
    ("2026-01-01", "2026-02-30", 'f:3:9: "issued" is not a day of the calendar'),
    ("summary", "send_before: 2025-01-01\nsummary", 'f:5:14: "send_before" (2025-01-01) lies'),
    ("active", "closed", 'f:1:1: "closed" is missing'),
    ("active", "closed", 'f:1:1: "outcome" is missing'),
    ("{name: Campaign}", "Campaign", 'f:4:12: "issued_by" should be a group of fields'),
    ("office@ministry.example", "office (at) ministry.example", "f:9:12: "),
    ("office@ministry.example", "a@x.example,b@y.example", "f:9:12: "),
    ("office@ministry.example", "-x@y.example", "f:9:12: "),
    ("office@ministry.example", "'|x@y.example'", "f:9:12: "),
    ("name: Ministry", "name: x@y.example", 'f:8:11: the name "x@y.example" could pass for'),
    ("name: Ministry", "name: Министерство", "f:8:11: no id can be made"),
    ("    email", "    letter: other\n    email", 'f:9:13: there is no letter "other"'),
    ("    email", "    salutation: Dear =? Sir\n    email", 'f:9:17: "salutation" holds a'),
    ("{{ signature }}", "{{ signatur }}", 'f:16:6: there is no blank "signatur" (did you mean'),
    ("  {{ signature }}", "  {% if today %}{{ x }}{% endif %}\n  {{ signature }}", "f:16:20: "),
    ("  {{ signature }}", "  Yours", 'f:11:9: the letter "letter" is not signed'),
    ("Free them.", "Free [YOUR NAME].", 'f:14:8: "[YOUR NAME]" is still to be filled in'),
    ("subject: Free them", "subject: INSERT a subject", 'f:10:10: "INSERT a subject"'),
]


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_mistakes(old: str, new: str, told: str) -> None:
    """P5, P6, P7, P12, P13, P20, P22: each mistake is told at its place, with a way out."""
    found = problems(changed(old, new))

    assert any(one.startswith(told) for one in found), found


def test_all_mistakes_at_once() -> None:
    """P7: one run tells what is wrong with the form, the facts, the addresses and the letter."""
    text = SOUND.decode()
    for old, new in [
        ("status: active", "status: activ"),
        ("summary:", "sumary:"),
        ("2026-01-01", "2026-02-30"),
        ("office@ministry.example", "office (at) ministry.example"),
        ("{{ salutation }}", "{{ salutaton }}"),
        ("Free them.", "Free ____."),
    ]:
        text = text.replace(old, new)
    places = [":".join(one.split(":")[1:3]) for one in problems(text.encode())]

    assert places == ["1:1", "2:9", "3:9", "5:1", "9:12", "12:6", "14:8"]


def test_a_file_of_nothing_but_mistakes() -> None:
    """P8: very many mistakes are counted and not all told."""
    found = parsing.parse(b"".join(b"k%d: 1\n" % i for i in range(20_000)), "x", "f").problems

    assert len(found) < 300
    assert "more mistakes" in found[-1].message


WARNINGS = [
    ("sources: [{title: A report}]\n", "", "f:1:1: warning: the appeal names no sources"),
    ("    email", "    checked: 2025-01-01\n    email", "f:9:14: warning: the addresses of"),
    ("office@ministry.example", "office@gmail.com", "f:9:12: warning: Ministry has an address at"),
    ("office@ministry.example", "бюро@ministry.example", "f:9:12: warning: бюро@ministry.example"),
    ("subject:", "supersedes: other\nsubject:", 'f:10:13: warning: "other" is not in this'),
]


@pytest.mark.parametrize(("old", "new", "told"), WARNINGS)
def test_warnings(old: str, new: str, told: str) -> None:
    """What is only doubtful is a warning and no mistake."""
    (found,) = problems(changed(old, new))

    assert found.startswith(told)


LINES = st.sampled_from(SOUND.decode().splitlines(keepends=True))
JUNK = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), st.lists(st.one_of(LINES, JUNK)).map("".join)))
@example(b"\x00")
@example(b"? [a, b]\n: c\n")
@example(b'title: "\\ud800"\n')
@example("%TAG ! tag:x,2000:\n---\n!a b\n")
def test_any_bytes(data: "bytes | str") -> None:
    """P8: whatever the bytes, the answer is an appeal or problems with a place."""
    data = data.encode() if isinstance(data, str) else data
    parsed = parsing.parse(data, "strike", "f")

    assert all(one.line >= 1 and one.column >= 1 for one in parsed.problems)
    if not parsed.problems:
        assert parsed.appeal.title
        proofread(parsed, today=TODAY)


@pytest.mark.parametrize("kind", ["fifo", "device", "large", "folder"])
def test_no_regular_file(kind: str, run: Program, tmp_path: Path) -> None:
    """P1: a FIFO, a device, a folder, or more than 256 KiB, is refused at once."""
    path = tmp_path / "x.yaml"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "large":
            path.write_bytes(SOUND + b"#" * 256 * 1024)
        case _:
            path.mkdir()

    done = run("render", path, prelude="import signal; signal.alarm(5)")

    assert done.code == 65
    assert done.err.startswith(f"{path}:1:1: ")


def test_a_folder_with_a_broken_file(run: Program, appeals: Folder) -> None:
    """P7: a broken file is told with its line, and the others still list."""
    appeals.add("good")
    appeals.add("broken", status="activ")

    done = run("--appeals", appeals.path, "list")

    assert [record[0] for record in done.records] == ["good"]
    assert "broken.yaml:1:" in done.err
    assert done.code == 0


def test_many_files_list_alike(run: Program, appeals: Folder) -> None:
    """P7: a large folder lists like a small one, and tells what is broken."""
    for number in range(500):
        appeals.add(f"a-{number:04d}")
    appeals.add("b-broken", send_before="2026-02-30")
    (appeals.path / "c-plain.yaml").write_bytes(SOUND)
    (appeals.path / "d-broken.yaml").write_bytes(changed("active", "activ"))

    done = run("--appeals", appeals.path, "list")

    assert len(done.records) == 501
    assert done.records[-1][0] == "c-plain"
    assert "b-broken.yaml:1:" in done.err
    assert "d-broken.yaml:2:9:" in done.err


@pytest.mark.parametrize("path", sorted(APPEALS.glob("*.yaml")), ids=lambda one: one.stem)
def test_the_appeals(path: Path) -> None:
    """The appeals that come with the program have no mistakes."""
    known = {one.stem for one in APPEALS.glob("*.yaml")}

    assert proofread(library.load(path), today=TODAY, known=known) == []
