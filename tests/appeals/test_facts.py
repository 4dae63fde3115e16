"""Facts: real dates in order, names given once, references that hold, addresses that are some."""

import pytest

from makers.appeals import added, changed, found, told
from protestmail.appeals.file import parsing

NO_DAYS = [
    (changed(("2026-01-01", "2026-02-29")), "3:9", "issued"),
    (added("send_before: 2026-13-01"), "1:14", "send_before"),
    (added("closed: 0000-00-00", "outcome: x").replace("active", "won"), "1:9", "closed"),
    (added("updates: [{date: 2026-04-31, text: x}]"), "1:18", "date"),
    (changed(("{title: A report}", "{title: x}, {date: 2026-06-31}")), "6:30", "date"),
    (changed(("    email", "    checked: 2026-00-10\n    email")), "9:14", "checked"),
]


@pytest.mark.parametrize(("text", "place", "field"), NO_DAYS, ids=range(len(NO_DAYS)))
def test_days_of_no_calendar(text: str, place: str, field: str) -> None:
    """P7: a date that no calendar has is told at its place, wherever a date can stand."""
    (one,) = told(text)

    assert one.startswith(f'{place}: "{field}" is not a day of the calendar: ')


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize(("day", "wrong"), [("2025-12-31", True), ("2026-01-01", False)])
def test_the_order_of_dates(day: str, *, wrong: bool, ended: bool) -> None:
    """P7: an appeal neither ends nor falls due before its issue; the same day is in order."""
    field = "closed" if ended else "send_before"
    text = added(f"{field}: {day}")
    if ended:
        text = "outcome: x\n" + text.replace("status: active", "status: closed")
    expected = f'{1 + ended}:{len(field) + 3}: "{field}" ({day}) lies before "issued" (2026-01-01)'

    assert told(text) == ([expected] if wrong else [])


LETTERS = """letters:
  - {id: a, subject: s, body: "{{ signature }}"}
  - {id: a, language: ru, subject: s, body: "{{ signature }}"}
  - {id: b, kind: thanks, subject: s, body: "{{ signature }}"}
"""


def several(old: str = "a", new: str = "a") -> str:
    """Give the sound file with three letters in place of its one."""
    head, _, _ = changed().partition("subject: ")
    assert old in LETTERS
    return (head + LETTERS).replace(old, new)


TWICE = [
    ("language: ru", "language: en", 'there are two letters "a" in the language en', (12, 10)),
    ("language: ru", "kind: thanks", 'there are two letters "a" in the language en', (12, 10)),
    ("language: ru", "language: ru, kind: thanks", 'the letter "a" is of two kinds', (12, 10)),
]


@pytest.mark.parametrize(("old", "new", "message", "place"), TWICE)
def test_letters_of_one_name(old: str, new: str, message: str, place: tuple[int, int]) -> None:
    """P7: id and language name one letter, and its versions are of one kind."""
    assert told(several()) == []
    wrong = found(several(old, new))
    assert {(one.line, one.column) for one in wrong} == {place}
    assert any(one.message.startswith(message) for one in wrong)


def test_a_letter_that_is_not_there() -> None:
    """P7: a target's letter is one of the appeal's, and the others are named."""
    text = several().replace("    email:", "    letter: c\n    email:")
    (one,) = found(text)

    assert (one.line, one.column, one.message) == (9, 13, 'there is no letter "c"')
    assert one.hint == "the letters are a, b"
    assert told(text.replace("letter: c", "letter: a")) == []


IDS = [
    ("- {name: Ministry}", '10:5: the targets 1 and 2 have the same id, "ministry"'),
    ("- {name: MÍNISTRY!}", '10:5: the targets 1 and 2 have the same id, "ministry"'),
    ("- {name: Court, id: ministry}", '10:5: the targets 1 and 2 have the same id, "ministry"'),
    ("- {name: Министерство}", '10:12: no id can be made of the name "Министерство"'),
    ("- {name: '!'}", '10:12: no id can be made of the name "!"'),
    ("- {lookup: embassy/KZ, email: a@b.example}", "10:14: a lookup stands in place of an address"),
    ("- {name: Court, salutation: 'Dear {{ x }}'}", "10:31: a salutation is written out"),
]


@pytest.mark.parametrize(("line", "expected"), IDS)
def test_targets(line: str, expected: str) -> None:
    """P7: each target has an id of its own, and one way to find its address."""
    (one,) = told(changed(("subject:", f"  {line}\nsubject:")))

    assert one.startswith(expected)


@pytest.mark.parametrize("line", ["- {name: Министерство, id: m}", "- {lookup: embassy/KZ}"])
def test_targets_that_are_in_order(line: str) -> None:
    """P7: an explicit id, or a lookup, serves where no id can be made of a name."""
    assert told(changed(("subject:", f"  {line}\nsubject:"))) == []


NAMES = [
    changed(("name: Ministry", "name: president@state.example")),
    added("cc: [{name: president@state.example, post: x}]"),
    several(
        '"{{ signature }}"}', '"{{ signature }}", cc: [{name: president@state.example, post: x}]}'
    ),
]


@pytest.mark.parametrize("text", NAMES, ids=["target", "cc", "letters"])
def test_names_with_an_at(text: str) -> None:
    """P22: a name that could pass for an address is refused, wherever it would be written."""
    messages = {one.message for one in found(text)}

    assert messages == {'the name "president@state.example" could pass for an address'}


def addressed(text: str) -> list[tuple[str, str]]:
    """Give files with an address at each place that can hold one: (file, place)."""
    body = '"{{ signature }}"}'
    return [
        (changed(("{name: Campaign}", f'{{name: C, email: "{text}"}}')), "4:29"),
        (changed(("office@ministry.example", f'"{text}"')), "9:12"),
        (changed(("office@ministry.example", f'[a@b.example, "{text}"]')), "9:26"),
        (added(f'cc: [a@b.example, "{text}"]'), "1:19"),
        (added(f'cc: [{{email: "{text}"}}]'), "1:14"),
        (
            several(
                f"kind: thanks, subject: s, body: {body}",
                f'cc: ["{text}"], subject: s, body: {body}',
            ),
            "13:18",
        ),
    ]


BAD = [
    ("office (at) ministry.example", 'did you mean "office@ministry.example"?'),
    ("office@ministry.example.", 'did you mean "office@ministry.example"?'),
    ("office@minis\\u200btry.example", 'did you mean "office@ministry.example"?'),
    ("office@ministry.example\\nBcc: all", ""),
    ("[email protected]", "copy the address from the page itself"),
    ("a@b.example / c@d.example", ""),
    ("-oX@b.example", "use the office's plain address"),
    ("|sh@b.example", "use the office's plain address"),
    ("a@b.example\\0", ""),
]


@pytest.mark.parametrize(
    "index", range(6), ids=["issuer", "target", "list", "cc", "group", "letter"]
)
@pytest.mark.parametrize(("text", "hint"), BAD)
def test_addresses_that_are_none(index: int, text: str, hint: str) -> None:
    """P20: a damaged or hostile address is refused wherever it stands, and never repaired."""
    sound, _ = addressed("office@ministry.example")[index]
    file, place = addressed(text)[index]
    refused = [one for one in found(file) if f"{one.line}:{one.column}" == place]

    assert told(sound) == []
    (one,) = refused
    assert one.severity == "error"
    assert one.hint
    assert hint in one.hint


@pytest.mark.parametrize(
    "id_", ["", "Case", "a.b", "a_b", "é", "a" * 61, "a b", "../a", "con", "com1"]
)
def test_ids_that_are_none(id_: str) -> None:
    """The name of a file is the id of an appeal, and not every name can be one."""
    (one,) = found(changed(), id_)

    assert (one.line, one.column) == (1, 1)
    assert one.message == f'"{id_}" cannot be the id of an appeal'
    assert found(changed(), "a" * 60) == found(changed(), "con-artists") == []


def test_a_list_looks_less_closely() -> None:
    """A list does not judge addresses, and tells every other mistake all the same."""
    text = changed(("office@ministry.example", "office@x"), ("2026-01-01", "2026-02-30"))
    problems = parsing.parse(text.encode(), "x", "f", complete=False).problems

    assert [(one.line, one.column) for one in problems] == [(3, 9)]


BOTH = "a@x.example, b@y.example"
HELD = [
    ("email: office@ministry.example", "email: a@x.example; b@y.example", f"write email: [{BOTH}]"),
    (
        "email: office@ministry.example",
        "email: [c@z.example, a@x.example / b@y.example]",
        f"write each as an entry of its own: {BOTH}",
    ),
    (
        "subject",
        "cc: [a@x.example; b@y.example]\nsubject",
        f"write each as an entry of its own: {BOTH}",
    ),
    (
        "subject",
        "cc: [{email: a@x.example b@y.example}]\nsubject",
        f"write a copy for each: {BOTH}",
    ),
    ("{name: Campaign}", "{name: C, email: a@x.example;b@y.example}", f"write one of them: {BOTH}"),
    ("subject", "cc: a@x.example und b@y.example\nsubject", f"write cc: [{BOTH}]"),
    ("subject", "cc: a@x.example\nsubject", "write cc: [a@x.example]"),
    ("subject", "cc: Office <a (at) x.example>\nsubject", "write cc: [a@x.example]"),
    ("subject", "topics: labour\nsubject", "write topics: [labour]"),
    ("subject", "topics: labour, strike\nsubject", "write topics: [labour, strike]"),
    (
        "subject",
        "demands: Free them.\nsubject",
        'write each entry in a line of its own, with "- " before it',
    ),
    (
        "- name: Ministry\n    email: office@ministry.example",
        "- {name: Ministry, email: a@x.example, b@y.example}",
        "write several addresses in brackets: email: [first@…, b@y.example]",
    ),
]


@pytest.mark.parametrize(("old", "new", "hint"), HELD)
def test_several_addresses_in_one_text(old: str, new: str, hint: str) -> None:
    """P20: several addresses in one text are told with the list of them, to be pasted."""
    (one,) = found(changed((old, new)))

    assert one.hint == hint
