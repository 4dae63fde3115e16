"""Proofreading: letters written as a sender would, files, age; all that is beyond the form."""

import hashlib
import itertools
import json
import os
import re
from pathlib import Path

import pytest

from makers.appeals import SOUND, TODAY, Folder, added, changed, found, told
from makers.program import Program
from protestmail.appeals.file import parsing
from protestmail.checking.proofread import proofread
from protestmail.errors import InvalidAppeal
from protestmail.letters.selection import select

LETTERS = [
    (
        "Free them.\n",
        "{% if sender.place == 'x' %}{{ oops }}{% endif %}\n",
        "14:34: there is no blank",
    ),
    ("Free them.\n", "{% for d in demands %}{{ oops }}{% endfor %}\n", "14:28: there is no blank"),
    ("Free them.\n", "{% include 'x' %}\n", "14:6: "),
    ("Free them.\n", "{% set x = 1 %}\n", "14:6: "),
    ("Free them.\n", "{{ today\n", "16:3: a blank is not written"),
    ("subject: Free them", "subject: '{{ demand }}'", '10:14: there is no blank "demand"'),
    ("subject: Free them", "subject: '{{ sender.organisation }}'", "10:10: the subject of"),
    ("subject: Free them", "subject: '{% if today %}={% endif %}?x'", "10:10: the subject of"),
    ("subject: Free them", f"subject: '{'{{ today }} ' * 70}'", "10:10: the subject of"),
    ("{{ signature }}", "{% if today %}{{ signature }}{% else %}{{ sender.name }}{% endif %}", ""),
    ("{{ signature }}", "{{ sender.name | upper }}", ""),
    ("{{ signature }}", "Yours", '11:9: the letter "letter" is not signed'),
    ("{{ signature }}", "{# {{ signature }} #}", '11:9: the letter "letter" is not signed'),
    (
        "{{ signature }}",
        "{% if sender.organisation %}{{ signature }}{% endif %}",
        '11:9: the letter "letter" is not signed',
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), LETTERS)
def test_letters(old: str, new: str, expected: str) -> None:
    """P7, P12, P13: what a letter may not say, or cannot come to, is told at its place."""
    all_of_it = told(changed((old, new)))

    if expected:
        assert any(one.startswith(expected) for one in all_of_it), all_of_it
    else:
        assert all_of_it == []


def test_one_letter_to_all() -> None:
    """P7: the blanks of a target have no meaning where one letter goes to all targets."""
    text = changed(("Free them.\n", "{{ target.name }}\n"))

    assert told(text) == []
    (one,) = told("together: yes\n" + text)
    assert one.endswith("has no meaning where one message goes to all targets")
    assert one.startswith("15:")


LANGUAGES = """letters:
  - {id: a, subject: s, body: "{{ signature }}"}
  - {id: a, language: ru, subject: s, body: "{{ signatur }}"}
  - {id: b, kind: solidarity, subject: "{{ x }}", body: "{{ signature }}"}
"""


def test_every_letter_in_every_language() -> None:
    """P7: letters that no target gets, and versions in other languages, are proofread as well."""
    text = changed().partition("subject: ")[0] + LANGUAGES

    assert told(text) == [
        '12:49: there is no blank "signatur"',
        '13:10: no target gets the letter "b"',
        '13:44: there is no blank "x"',
    ]


GAPS = [
    ("title: Free the strike committee", 'title: "Free [NAME]"', (1, 14)),
    ("summary: The", "summary: ____ The", (5, 10)),
    ("{name: Campaign}", '{name: "[YOUR ORGANISATION]"}', (4, 20)),
    ("{title: A report}", '{title: "INSERT a title"}', (6, 20)),
    ("name: Ministry", "name: <name>", (8, 11)),
    ("Free them.\n", "Free xxx.\n", (14, 8)),
    ("Free them.\n", "Free [1] [ILO] them… TODO el mundo.\n", None),
    ("Free them.\n", "{{ sender.place | default('____') }}\n", (14, 30)),
]


@pytest.mark.parametrize(("old", "new", "place"), GAPS)
def test_gaps(old: str, new: str, place: tuple[int, int] | None) -> None:
    """What is still to be filled in is a mistake at its place, anywhere in the file."""
    problems = [one for one in found(changed((old, new))) if "still to be filled" in one.message]

    assert [(one.line, one.column) for one in problems] == ([place] if place else [])
    assert {one.severity for one in problems} <= {"error"}


@pytest.mark.parametrize("name", ["Your representative", "Your own embassy"])
def test_who_is_looked_up(name: str, run: Program, appeals: Folder) -> None:
    """P11: whom a lookup will find has a name in the letter, and a label that is no gap."""
    target = {"name": name, "lookup": "representative/GB"}
    copy = {"name": "Office", "email": "office@example.org", "why": "Your representative"}
    appeals.add(targets=[target], cc=[copy], letter="Dear {{ target.name }},\n\n{{ signature }}")
    sound = run("check", str(appeals))
    appeals.add(targets=[{"name": "Your name", "email": "office@example.org"}])
    gap = run("check", str(appeals))

    assert (sound.code, sound.out) == (0, "")
    assert (gap.code, '"Your name" is still to be filled in' in gap.out) == (65, True)


@pytest.mark.parametrize(("day", "warned"), [("2025-11-23", True), ("2025-11-25", False)])
def test_the_age_of_addresses(day: str, *, warned: bool) -> None:
    """Addresses that were checked more than a year ago are a warning, at the date."""
    problems = found(changed(("    email", f"    checked: {day}\n    email")))

    assert [(one.severity, one.line, one.column) for one in problems] == (
        [("warning", 9, 14)] if warned else []
    )


VERSIONS = """letters:
  - {id: a, subject: "{{ appeal.title }}", body: "{{ demands }}{{ signature }}"}
  - {id: a, language: ru-KZ, subject: s, body: "{{ demands }}{{ signature }}"}
  - {id: a, language: fr, subject: "{{ appeal.title }}", body: "{{ signature }}"}
"""


def test_a_check_that_is_to_come() -> None:
    """A check dated on a day to come is doubtful, else it would never grow old."""
    text = changed(("    email", "    checked: 2062-01-01\n    email"))

    assert told(text) == ["9:14: the addresses of Ministry were checked on a day to come"]


def test_what_is_not_translated() -> None:
    """A letter in another language than the appeal's is doubted where it takes its texts over."""
    problems = found(changed().partition("subject: ")[0] + "demands: [One.]\n" + VERSIONS)

    assert [(one.severity, one.line, one.column, one.message) for one in problems] == [
        ("warning", 13, 48, "{{ demands }} stays in en in this letter in ru-KZ"),
        ("warning", 14, 36, "{{ appeal.title }} stays in en in this letter in fr"),
    ]


@pytest.mark.parametrize(
    ("lines", "warned"),
    [
        (["All of this paragraph stands in lines of one length, as an"] * 3, True),
        (["A line that is long enough to be one of a list of them, of its own."] * 2, False),
        (["1. Free them.", "2. Let them go home.", "3. Pay them."], False),
        (["A paragraph that stands on one line, as it should, however long it is, " * 9], False),
    ],
)
def test_a_paragraph_that_is_broken(lines: list[str], *, warned: bool) -> None:
    """Paragraphs that an editor has broken into lines are a warning: they are sent as they are."""
    text = changed(("  Free them.\n", "".join(f"  {one}\n" for one in lines)))

    expected = '11:9: the paragraph that begins "All of this paragraph" is broken into lines'
    assert told(text) == ([expected] if warned else [])


def test_demands_that_are_not_there() -> None:
    """A letter that names demands of which the appeal has none is a warning."""
    told_ = "the appeal has no demands, so {{ demands }} writes nothing"

    assert told(changed(("  Free them.\n", "  {{ demands }}\n"))) == [f"11:9: {told_}"]


FOR_A = '11:10: no target gets the letter "a"'
FOR_B = '12:10: no target gets the letter "b"'


@pytest.mark.parametrize(
    ("kind", "target", "warning"),
    [
        ("solidarity", "", FOR_B),
        ("solidarity", "    letter: b\n", FOR_A),
        ("enquiry", "    letter: b\n", FOR_A),
        ("thanks", "", ""),
        ("protest", "", ""),
        ("protest", "    letter: b\n", ""),
        ("phone", "", FOR_B),
        ("phone", "    phone: 555 0100\n", ""),
    ],
)
def test_a_letter_for_nobody(kind: str, target: str, warning: str) -> None:
    """P65: a letter that goes to no target at all is a warning, the first one too."""
    text = changed(("subject: Free them\n", ""), ("    email", f"{target}    email"))
    rest = 'subject: s, body: "{{ signature }}"}\n'
    letters = f"letters:\n  - {{id: a, {rest}  - {{id: b, kind: {kind}, {rest}"

    problems = told(text.partition("letter: |")[0] + letters)

    shift = target.count("\n")
    expected = [warning.replace(warning[:2], str(int(warning[:2]) + shift))] if warning else []
    assert [one for one in problems if "no target gets" in one] == expected


FACTS = {
    "title": "Free them",
    "status": "active",
    "issued": "2026-01-01",
    "issued_by": {"name": "Campaign"},
    "summary": "They are in prison.",
    "sources": [{"title": "A report"}],
}
BODY = "{{ salutation }}\n\nFree them.\n\n{{ signature }}"
KINDS = ("protest", "phone", "solidarity", "enquiry", "thanks")
WAYS: list[dict[str, str]] = [
    {"email": "a@b.example"},
    {"phone": "017"},
    {"email": "a@b.example", "phone": "017"},
    {"post": "1 Road, Town"},
]
ORDERS = [order for many in (1, 2, 3) for order in itertools.permutations(KINDS, many)]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_advice_leads_to_letters(order: tuple[str, ...], way: dict[str, str]) -> None:
    """P65: whoever does what check says, until it is silent, has letters that go by default."""
    targets = [{"name": "Office", **way}]
    letters = [{"id": kind, "kind": kind, "subject": "s", "body": BODY} for kind in order]
    for _ in range(len(order) + 1):
        text = json.dumps(FACTS | {"targets": targets, "letters": letters})
        parsed = parsing.parse(text.encode(), "x", "x")
        hints = [one.hint for one in proofread(parsed, today=TODAY, known=set())]
        if not hints:
            break
        for_whom = re.findall("with letter: ([a-z]+)", "\n".join(hints))
        targets += [{"name": f"For {x}", "email": f"{x}@b.example", "letter": x} for x in for_whom]
        targets[0] |= {"phone": "017"} if any("add phone" in one for one in hints) else {}

    assert not hints
    assert all(one.targets for one in select(parsed.appeal).choices)


@pytest.mark.parametrize(
    ("language", "more", "warned"),
    [
        ("kk", "", True),
        ("ru", "", False),
        ("ru-KZ", "", False),
        ("ru-UA", "", False),
        ("FR", "", False),
        ("kk", "    do_not_write: he is dead\n", False),
    ],
)
def test_a_target_in_a_language_that_is_not_there(
    language: str, more: str, *, warned: bool
) -> None:
    """A target whose language its letter does not have is a warning, at that language."""
    text = changed(("    email", f"    language: {language}\n{more}    email"))

    problems = found(text.partition("subject: ")[0] + VERSIONS.replace("{{ demands }}", ""))

    places = [(one.line, one.message) for one in problems if "written to" in one.message]
    told = "Ministry is written to in en, not in kk"
    assert places == ([(9, told)] if warned else [])


@pytest.mark.parametrize("kind", ["sound", "missing", "link", "folder", "fifo", "changed"])
def test_attachments(kind: str, appeals: Folder) -> None:
    """P25: an attachment is a regular file of the appeal's own folder, with the sum it had."""
    own = appeals.path / "strike"
    own.mkdir()
    path, data = own / "a.pdf", b"%PDF"
    total = hashlib.sha256(data).hexdigest()
    match kind:
        case "sound" | "changed":
            path.write_bytes(data if kind == "sound" else b"other")
        case "link":
            (own / "b.pdf").write_bytes(data)
            path.symlink_to("b.pdf")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
    text = added(f"attachments: [{{file: a.pdf, sha256: {total}}}]")
    problems = found(text, "strike", str(appeals.path / "strike.yaml"))

    assert [(one.line, one.column) for one in problems] == ([] if kind == "sound" else [(1, 22)])


FORGED = "x.yaml:1:1: forged"
HOSTILE = [
    changed(("office@ministry.example", f'"a@b.example\\n{FORGED}"')),
    changed(("status: active", f'status: "act\\n{FORGED}"')),
    added(f'"a\\n{FORGED}": x'),
    added(f'"a\\n{FORGED}": x', f'"a\\n{FORGED}": y'),
    added(f'updates: [{{"a\\n{FORGED}": x}}]'),
    added(f'cc: ["a@b.example\\r\\n{FORGED}"]'),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_problem_is_one_line(text: str, run: Program, appeals: Folder) -> None:
    """P28: no text of a file can break a problem's line and forge another one."""
    path = appeals.path / "strike.yaml"
    path.write_text(text)

    done = run("check", path)
    lines = done.out.splitlines()

    assert done.code == 65
    assert all(line.startswith(f"{path}:") for line in lines), lines
    assert all("\n" not in str(one) and "\r" not in str(one) for one in found(text))


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\x1b[31mb.yaml", "a\u202eb.yaml"])
def test_a_file_of_a_hostile_name(name: str, run: Program, appeals: Folder) -> None:
    """P28: nor can the name of a file, which keeps to one line and steers no terminal."""
    (appeals.path / name).write_text(SOUND)

    done = run("check", appeals.path)

    assert done.code == 65
    assert len(done.out.splitlines()) == 1
    assert not set(done.out) & {"\x1b", "\u202e"}


def test_warnings_alone(run: Program, appeals: Folder) -> None:
    """Warnings are told and leave the exit code at 0."""
    path = appeals.add("strike", sources=None)

    done = run("check", path)

    assert done.code == 0
    assert done.out.startswith(f"{path}:1:1: warning: the appeal names no sources")
    assert "1 file: no mistakes, 1 warning" in done.err


def test_an_endless_input(run: Program) -> None:
    """P1: standard input that never ends is read no further than an appeal can be long."""
    prelude = "import os; os.dup2(os.open('/dev/zero', os.O_RDONLY), 0)"

    done = run("check", "-", prelude=prelude)

    assert done.code == 65
    assert done.out == "-:1:1: the file is larger than 256 KiB\n"


@pytest.mark.parametrize("command", ["check", "show", "render"])
@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_files_that_would_wait(command: str, kind: str, run: Program, tmp_path: Path) -> None:
    """P1: no command waits for a FIFO or reads a device."""
    path = tmp_path / "x.yaml"
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")

    done = run(command, path)

    assert done.code == 65
    assert "not a regular file" in done.out + done.err


def test_every_gap_of_a_new_file(run: Program) -> None:
    """A new file with one gap left has one mistake, whichever gap that is."""
    form = run("new", "strike", "-o", "-").out
    gaps = [part.partition("]")[0] for part in form.split("\n", 2)[2].split("[")[1:]]
    gaps = [f"[{gap}]" for gap in gaps if gap.isupper()]
    assert len(gaps) > 8

    for left in gaps:
        text = form
        for gap in gaps:
            filled = "a@b.example" if "ADDRESS" in gap else f"Words {gaps.index(gap)}"
            text = text if gap == left else text.replace(gap, filled)
        problems = found(text)
        assert problems, left
        assert all(left in one.message for one in problems), left
        assert found(text.replace(left, "a@b.example" if "ADDRESS" in left else "Words")) == []


def test_a_draft_of_a_broken_file() -> None:
    """P7: of a file with mistakes there is no appeal, only a draft to look for more."""
    parsed = parsing.parse(changed(("active", "activ")).encode(), "x", "f")

    assert parsed.problems
    assert parsed.draft() is not None
    with pytest.raises(InvalidAppeal):
        _ = parsed.appeal
