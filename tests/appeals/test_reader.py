"""The strict reading of YAML: what stands there is what is read, and its place is exact."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makers.appeals import SOUND, Folder, added, changed, found, told
from makers.program import Program
from protestmail.appeals.file import parsing
from protestmail.appeals.file.reader import MAX_BYTES, read
from protestmail.appeals.file.yaml_errors import MAX_DEPTH

DECORATED = [
    ("demands: &a [x]", "1:10: an anchor (&a)"),
    ("demands: [x, &b y]", "1:14: an anchor (&b)"),
    ("&c demands: [x]", "1:1: an anchor (&c)"),
    ("demands: [*a]", "1:11: an alias (*)"),
    ("*a : x", "1:1: an alias (*)"),
    ("demands: !!seq [x]", "1:10: a tag (!!seq)"),
    ("demands: [! x]", "1:11: a tag (!)"),
    ("risk: !local x", "1:7: a tag (!local)"),
    ("updates: [{<<: {text: x}, date: 2026-01-02}]", "1:12: a merge key (<<)"),
]


@pytest.mark.parametrize(("line", "expected"), DECORATED)
def test_decorations(line: str, expected: str) -> None:
    """P2: anchors, aliases, tags and merge keys are refused wherever they stand."""
    assert any(one.startswith(expected) for one in told(added(line)))


@pytest.mark.parametrize("end", ["---\n", "...\n---\nx: y\n", "--- x\n"])
def test_a_second_document(end: str) -> None:
    """P2: a second document is refused with its line, however the first one ends."""
    line = SOUND.count("\n") + 1 + end.startswith("...")

    assert told(SOUND + end) == [f"{line}:1: a second document starts here"]


DOUBLED = [
    ("updates: [{date: 2026-01-02, text: x, text: y}]", 39, "text"),
    ("actions: [{kind: call, text: a, kind: sms}]", 33, "kind"),
    ('"topics": [a]\ntopics: [b]', 1, "topics"),
    ("? risk\n: x\nrisk: y", 1, "risk"),
    ("x: {a: {b: {c: 1, c: 2}}}", 19, "c"),
    ("x: {caf\u00e9: 1, cafe\u0301: 2}", 14, "café"),
]


@pytest.mark.parametrize(("lines", "column", "key"), DOUBLED)
def test_a_key_given_twice(lines: str, column: int, key: str) -> None:
    """P3: at any depth, in either style, after NFC: the key, its place, and the first one's."""
    line = lines.count("\n") + 1
    twice = [one for one in found(added(lines)) if "stands here twice" in one.message]

    (one,) = twice
    assert (one.line, one.column) == (line, column)
    assert one.message == f'"{key}" stands here twice'
    assert one.hint == "the first is in line 1"


def test_keys_are_nfc() -> None:
    """P3: a key is read in NFC, so that the same letters are the same key."""
    decomposed = unicodedata.normalize("NFD", "é")

    assert read(f"{decomposed}: x".encode()).tree == {"é": "x"}


TEXTS = ["NO", "yes", "017", "0x1F", "1e3", ".inf", "1_000", "+49 30", "12:30:45", "null", "~", "="]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["x: {}", "x: [{}]", "x: {{{}: y}}", "x: {{y: {}}}"])
def test_scalars_are_text(form: str, text: str) -> None:
    """P4: values, entries and keys alike are the exact text that stands there."""
    reading = read(form.format(text).encode())
    expected = {"x: {}": text, "x: [{}]": [text], "x: {{{}: y}}": {text: "y"}}

    assert reading.problems == []
    assert reading.tree == {"x": expected.get(form, {"y": text})}


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("TRUE", True), ("NO", False), ("false", False)]
)
def test_text_becomes_a_boolean(text: str, value: bool) -> None:
    """P4: only where the schema asks for true or false does text become one, in copies too."""
    line = f"cc: [{{email: a@b.example, name: {text}, optional: {text}}}]"
    appeal = parsing.parse(added(f"together: {text}", line).encode(), "x", "f").appeal

    assert appeal.together is value
    assert (appeal.copies[0].optional, appeal.copies[0].name) == (value, text)


@pytest.mark.parametrize("text", ["1", "on", "nein", '""', "[yes]"])
def test_what_is_no_boolean(text: str) -> None:
    """P4: what says neither true nor false is a mistake, never taken for one of them."""
    (one,) = told(added(f"together: {text}"))

    assert one.startswith('1:11: "together" ')


CUT = [
    ("reference: case #12", "1:12", "reference"),
    ("risk: many\t#dangers", "1:7", "risk"),
    ("demands:\n- drop case #12\n- y", "2:3", "demands"),
    ("background: one\n  two #3", "1:13", "background"),
    ("updates:\n- date: 2026-01-02\n  text: case #12", "3:9", "text"),
    ("cc:\n- email: a@b.example\n  name: Local #7", "3:9", "name"),
]
UNCUT = [
    "reference: 'case #12'",
    "reference: case#12",
    "reference: case # 12 is meant",
    "risk: |\n  case #12",
    "country: KZ #12",
    "send_before: 2026-12-31 #later",
    "topics: [a] #tag",
]


@pytest.mark.parametrize(("lines", "place", "field"), CUT)
def test_a_value_cut_at_its_comment(lines: str, place: str, field: str) -> None:
    """P5: prose that YAML cuts at ``#`` is a mistake at its place."""
    assert told(added(lines)) == [f'{place}: "{field}" is cut off at its #, which starts a comment']


@pytest.mark.parametrize("lines", UNCUT)
def test_what_is_not_cut(lines: str) -> None:
    """P5: quotes, blocks, notes behind a blank, and codes are left in peace."""
    assert told(added(lines)) == []


ONE_LINE: list[tuple[str, Callable[[str], str]]] = [
    ("title", lambda text: changed(("title: Free the strike committee", f"title: {text}"))),
    ("subject", lambda text: changed(("subject: Free them", f"subject: {text}"))),
    ("name", lambda text: changed(("{name: Campaign}", f"{{name: {text}}}"))),
    ("name", lambda text: changed(("name: Ministry", f"name: {text}"))),
    ("reference", lambda text: added(f"reference: {text}")),
    ("demands", lambda text: added(f"demands: [{text}]")),
    ("guidance", lambda text: added(f"guidance: [{text}]")),
    ("name", lambda text: added(f"cc: [{{email: a@b.example, name: {text}}}]")),
    *(
        (name, lambda text, name=name: changed(("    email", f"    {name}: {text}\n    email")))
        for name in ("role", "organisation", "attention", "salutation", "fax", "phone", "social")
    ),
]
UNSEEN = [
    "0",
    "a",
    "e",
    "r",
    "x1b",
    "x7f",
    "x9b",
    "N",
    "L",
    "P",
    "u202a",
    "u202e",
    "u2066",
    "u2069",
]


@pytest.mark.parametrize(("field", "file"), ONE_LINE)
def test_unseen_characters_in_a_line(field: str, file: Callable[[str], str]) -> None:
    """P6: a control, bidi or line-separator character in a one-line field names the field."""
    for escape in UNSEEN:
        for text in (f'"a\\{escape}b"', f'"ab\\{escape}"'):
            assert any(f'"{field}" ' in one for one in told(file(text))), text
    assert told(file('"a b"')) == []


@pytest.mark.parametrize("char", "\u202e\u2066\u2028\u2029\x85")
def test_unseen_characters_as_they_are(char: str) -> None:
    """P6: the bare characters are refused at their place, and later places stay right."""
    text = changed(("strike committee", f"strike{char} committee"), ("active", "activ"))
    (first, *others) = found(text)

    assert (first.line, first.column) == (1, 23)
    assert f"U+{ord(char):04X}" in first.message
    assert [(one.line, one.column) for one in others] == [(2, 9)]


BYTES = [
    (
        b"title: caf\xe9\n",
        "1:11: the file is saved as Windows-1252 or Latin-1, it seems, not as UTF-8",
    ),
    ("a: é\nb: é".encode() + b"\xff", "2:6: the file is not UTF-8 text"),
    ("a: é\nbé: \x07".encode(), "2:5: a control character stands here"),
    (b"a: \x00", "1:4: a control character stands here"),
    (b"\xff\xfea\x00", "1:1: the file is saved as UTF-16, not as UTF-8"),
    (b"a: \xed\xa0\x80\xed\xa0\x80", "1:4: the file is not UTF-8 text"),
    (b"", "1:1: the file is empty"),
    (b"# only a note\n", "1:1: the file is empty"),
    (b"\xef\xbb\xbf", "1:1: the file is empty"),
    (b"- a\n- b\n", "1:1: the file should be fields, each as name: value"),
    (b"just words", "1:1: the file should be fields, each as name: value"),
    (b"#" * (MAX_BYTES + 1), "1:1: the file is larger than 256 KiB"),
]


@pytest.mark.parametrize(("data", "expected"), BYTES, ids=range(len(BYTES)))
def test_what_is_no_file_of_fields(data: bytes, expected: str) -> None:
    """P8: bytes that hold no fields are refused in one clean message, at their place."""
    assert told(data) == [expected]


SAMPLE = changed(("Free them", "Libérez-les"))
SHAPES = [
    *(
        (SAMPLE.encode(codec), "saved as UTF-16, not as UTF-8")
        for codec in ("utf-16-le", "utf-16-be")
    ),
    *(
        (SAMPLE.encode(codec), "saved as UTF-32, not as UTF-8")
        for codec in ("utf-32-le", "utf-32-be")
    ),
    *((SAMPLE.encode(f"utf-{n}"), f"saved as UTF-{n}, not as UTF-8") for n in (16, 32)),
    (SAMPLE.replace("Free", "Свобода").encode("utf-16-be"), "saved as UTF-16, not as UTF-8"),
    (SAMPLE.encode("cp1252"), "saved as Windows-1252 or Latin-1, it seems, not as UTF-8"),
    (SAMPLE.replace("-", "’").encode("cp1252"), "saved as Windows-1252 or Latin-1, it seems, not"),
    (SAMPLE.encode("iso-8859-15"), "saved as Windows-1252 or Latin-1, it seems, not as UTF-8"),
    (SAMPLE.replace("é", "Свободу").encode("cp1251"), "not UTF-8 text"),
    (SAMPLE.replace("é", "自由自由").encode("gb18030"), "not UTF-8 text"),
    (SAMPLE.encode() + b"# \xe9", "not UTF-8 text"),
    (b"PK\x03\x04\x14\0\0\xff", "a packed document, such as those of Word, not a plain text"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "a document of Word, not a plain text"),
    (b"{\\rtf1\\ansi{\\f0 Arial;}\ntitle: x}", "a document in rich text, not a plain text"),
    (b"%PDF-1.7\n\xe2\xe3", "a PDF, not a plain text"),
    (b"<!DOCTYPE html>\n<title>x</title>", "a web page, not a plain text"),
    (b"\xef\xbb\xbf\n <html>\n<p>title: x", "a web page, not a plain text"),
]


@pytest.mark.parametrize(("data", "what"), SHAPES, ids=range(len(SHAPES)))
def test_a_file_of_another_sort(data: bytes, what: str) -> None:
    """P8: encodings and documents that are taken for YAML are named, with the cure."""
    (one,) = found(data)

    assert one.message.startswith(f"the file is {what}")
    assert "save" in one.hint


def test_the_largest_file() -> None:
    """P1: exactly 256 KiB are read, one byte more is not."""
    full = SOUND.encode() + b"#" * (MAX_BYTES - len(SOUND))

    assert told(full) == []
    assert told(full + b"#") == ["1:1: the file is larger than 256 KiB"]


def test_the_deepest_file() -> None:
    """P8: twenty levels are read, and the twenty-first is refused at its place."""
    lists = MAX_DEPTH - 1  # the fields themselves are the first level

    assert read(b"x: " + b"[" * lists + b"]" * lists).problems == []
    (problem,) = read(b"x: " + b"[" * (lists + 1) + b"]" * (lists + 1)).problems
    assert (problem.line, problem.column) == (1, 4 + lists)
    assert problem.message == "the file nests more than 20 deep"


@pytest.mark.parametrize("indent", [1, 2, 4, 9])
def test_the_place_in_a_block(indent: int) -> None:
    """P7: a mistake in a letter has its exact column, however far the letter is indented."""
    body = changed(("{{ signature }}", "{{ signature }} {{ nobody }}")).replace(
        "\n  {{", "\n" + " " * indent + "{{"
    )
    text = body.replace("\n  Free them.", "\n" + " " * indent + "Free them.")

    assert told(text) == [f'16:{indent + 20}: there is no blank "nobody"']


SNIPPETS = ["\r", "\n", "\t", " #x", ": ", "- ", "&a ", "*a", "!!b ", "<<: ", "---\n", "...\n"]
SNIPPETS += ["{", "}", "[", "]", "{{", "}}", "{% if %}", '"', "'", "|", ">", "? ", "%", "\\", "\0"]
SNIPPETS += [
    "é",
    "\u0301",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\U0001f600",
    "=?",
    "\x85",
    "  ",
    "a: b\n",
]
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(SOUND)),
        st.integers(0, 12),
        st.lists(st.sampled_from(SNIPPETS), max_size=3),
    ),
    min_size=1,
    max_size=6,
)


def edited(edits: list[tuple[int, int, list[str]]]) -> bytes:
    text = SOUND
    for start, length, new in edits:
        text = text[:start] + "".join(new) + text[start + length :]
    return text.encode()


@settings(max_examples=400)
@given(EDITS.map(edited) | st.binary(max_size=200).map(lambda tail: SOUND.encode() + tail))
@example(b"a: b\rc: d\re: f #g\r")
@example(SOUND.replace("\n", "\r").encode() + b"# a note")
@example(edited([(243, 12, [])]))
def test_damaged_files(data: bytes) -> None:
    """P8: a damaged file is proofread to its end, and each problem lies inside the file."""
    lines = len(re.split(rb"\r\n|\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9]", data))

    for one in found(data):
        assert 1 <= one.line <= lines + 1  # libyaml's end of a file is a line of its own
        assert one.column >= 1


HEAVY = {
    "unknown fields": SOUND + "".join(f"titl{number}: x\n" for number in range(17_000)),
    "unclosed blanks": added(f"background: '{'{{' * 120_000} ____'"),
    "unclosed comments": added(f"risk: '{'{#' * 120_000} ____'"),
    "gaps": added(f"background: '{'[NAME] ' * 30_000}'"),
    "half gaps": added(f"background: '{'[AB ' * 60_000} ____'"),
    "unknown blanks": SOUND + "  {{ sendr }}\n" * 4_500,
    "broken entries": SOUND + "updates:\n" + "- {}\n" * 45_000,
    "targets": SOUND + "cc:\n" + "- x (at) y\n" * 20_000,
    "aliases": "a: &a [x, x]\n" + "".join(f"k{n}: [*a, *a, *a, *a]\n" for n in range(9_000)),
    "open lists": "[" * 250_000,
    "entries": "- " * 125_000,
    "flow": SOUND + f"topics: [{'a,' * 120_000}]",
}


@pytest.mark.parametrize("kind", HEAVY)
def test_heavy_files(kind: str, run: Program, appeals: Folder) -> None:
    """P8: the heaviest files are told of within few seconds of work and 200 MB."""
    path = appeals.path / "heavy.yaml"
    path.write_text(HEAVY[kind], "utf-8")
    assert path.stat().st_size <= MAX_BYTES
    limits = "import resource as r; r.setrlimit(r.RLIMIT_CPU, (6, 6))"
    limits += "; r.setrlimit(r.RLIMIT_DATA, (200 << 20, 200 << 20))"

    done = run("check", path, prelude=limits)

    assert done.code == 65, done.code
    assert len(done.out.splitlines()) > 0
    assert done.err.startswith("1 file: ")
