"""Letters as PDFs, read back by poppler: nothing lost, added or in the wrong place."""

import os
import re
import stat
from pathlib import Path

import pytest
import typst
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from makers.appeals import SIGNED, Folder
from makers.paper import MINISTER, Word, draft, missing, poppler, posted, read, squeezed, words
from makers.program import Program, Ran
from protestmail.appeals.appeal import Copy, Target
from protestmail.cli.app import SHEETS
from protestmail.errors import MissingFont
from protestmail.letters.letter import Letter
from protestmail.letters.sender import Sender
from protestmail.paper import layout, pdf

POST = {"name": "Ministry", "post": ["1 Main Street", "Example City"]}
NO_FONTS = (
    "import typst\nreal = typst.Fonts\ntypst.Fonts = lambda: real(include_system_fonts=False)\n"
)
"""A machine that has no font but those that come with typst."""


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    """Say what is missing where these tests cannot run; CI must have it."""
    if why := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@pytest.fixture(scope="module")
def press(tools: None) -> pdf.Press:  # noqa: ARG001  it comes first
    """Give a typesetter for A4."""
    return pdf.Press("a4")


def made(press: pdf.Press, letter: Letter) -> bytes:
    return press.typeset(layout.lay_out(letter))


TEXTS = {
    "en": "The fine office of Quayside: “affidavits”, 1–2, £5, €6.",
    "kk": "Құрметті министр! Әділдік, ғұмыр, үміт, өмір, заң, һәм ұлттық құқық.",
    "pl": "Zażółć gęślą jaźń; ŁÓDŹ, 14 dni, „prawa”.",
    "ar": "السيد الوزير المحترم، نطالبكم بالإفراج عنهما",
    "hi": "माननीय मंत्री महोदय",
    "zh": "尊敬的部长：我们要求立即释放他们，并撤销所有指控。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_scripts(press: pdf.Press, language: str) -> None:
    """A letter in each of these scripts is shaped, and its words can be read back."""
    text = TEXTS[language]

    seen = squeezed(read(made(press, posted(text, language=language))))

    assert all(squeezed(word.strip("،")) in seen for word in text.split())


@pytest.mark.parametrize(("language", "right"), [("ar", True), ("he", True), ("en", False)])
def test_direction(press: pdf.Press, language: str, *, right: bool) -> None:
    """A letter that is written from right to left begins at the right margin."""
    text = {"ar": "مرحبا", "he": "שלום"}.get(language, "Hello")
    document = made(press, posted(text, "{text}\n\n{{{{ signature }}}}", language=language))
    body = [one for one in words(document) if squeezed(one.text) in {text, text[::-1]}]

    assert [one.right > 180 for one in body] == [right]
    assert [one.left < 30 for one in body] == [not right]


MARKUP = [
    "# heading",
    '#import "@preview/x:1.0.0"',
    '#read("/etc/passwd") #sys.inputs.letter',
    "*bold* _emphasis_ `raw` $x^2$ @ref <label> \\ ~ -- ---",
    "a // no comment\nb /* nor here */ c",
    "= heading\n- list\n+ enumeration\n/ term: definition",
    "https://example.example/a//b?c=d#e_f_*g*",
    "```\n#panic()\n```",
    "\"double\" 'single' {{ sender.name }} [content] (x) \\u{41} &amp; %s {0}",
]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_text(press: pdf.Press, text: str) -> None:
    """What typst would take for markup stands in the letter as it was written."""
    assert squeezed(text) in squeezed(read(made(press, posted(text))))


PRINTABLE = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(categories=["L", "N", "P", "S"], min_codepoint=0xA0, max_codepoint=0x4FF),
        st.sampled_from(" \n#*_$@<>\\/`~\"'"),
    ),
    min_size=1,
    max_size=700,
)


@settings(max_examples=150)
@given(text=PRINTABLE)
def test_any_text_comes_back(press: pdf.Press, text: str) -> None:
    """Whatever can be printed is printed: the same characters in the same order, none cut off."""
    given_ = posted(text)
    try:
        document = made(press, given_)
    except MissingFont:
        reject()
    seen = words(document)

    assert squeezed(given_.body.partition("\n\nYours")[0]) in squeezed(read(document))
    assert all(one.left > 20 and one.right < 192 for one in seen)


@pytest.mark.parametrize("text", ["W" * 300, "_" * 300, "/" * 300, "." * 300, "ж" * 300])
def test_a_long_word_stays_on_the_page(press: pdf.Press, text: str) -> None:
    """A word that is longer than a line is broken, and loses nothing."""
    document = made(press, posted(f"see {text} end"))

    assert squeezed(f"see{text}end") in squeezed(read(document))
    assert max(one.right for one in words(document)) < 191


LONG = Target(
    id="long",
    name="Office of the Example High Commissioner for Labour Rights and Trade Union Freedom",
    post=tuple(f"Line {number} of a very long address in a large building" for number in range(10)),
)
WINDOWS = {  # left, top, right, bottom in millimetres
    "a4": (20, 45, 105, 90),
    "us-letter": (22.2, 51.8, 111.1, 80.5),
}


@pytest.mark.parametrize("target", [MINISTER, LONG])
@pytest.mark.parametrize("sheet", SHEETS)
def test_the_address_stands_in_the_window(sheet: str, target: Target) -> None:
    """The whole address, and nothing else, is seen through the window of an envelope."""
    left, top, right, bottom = WINDOWS[sheet]
    lines = target.post if sheet == "a4" else target.post[:6]
    page = layout.lay_out(posted(target=target._replace(post=lines)))
    document = pdf.Press(sheet).typeset(page)

    inside = [
        one.text
        for one in words(document)
        if left <= one.left <= one.right <= right and top <= one.top <= one.bottom <= bottom
    ]
    touched = [
        one.text
        for one in words(document)
        if one.right > left and one.left < right and one.bottom > top and one.top < bottom
    ]

    assert inside == touched == " ".join(page.address).split()


def test_a_tab_is_a_gap(press: pdf.Press) -> None:
    """What a tab parts stays apart on the page."""
    assert "name age" in " ".join(read(made(press, posted("name\tage"))).split())


@pytest.mark.parametrize("sheet", SHEETS)
def test_what_a_window_shows(sheet: str) -> None:
    """So many lines as are said stand in the window, and so many of them in type to be read."""
    press = pdf.Press(sheet)

    def last(lines: int) -> Word:
        target = Target(id="x", post=tuple(f"line{n}" for n in range(1, lines + 1)))
        document = press.typeset(layout.lay_out(posted(target=target)))
        return next(one for one in words(document) if one.text == f"line{lines}")

    readable, most = pdf.WINDOW[sheet]
    size = last(readable).bottom - last(readable).top

    assert last(most).bottom <= WINDOWS[sheet][3] < last(most + 1).bottom
    assert last(1).bottom - last(1).top == pytest.approx(size * 11.5 / 8.5, rel=0.02)
    assert last(readable + 1).bottom - last(readable + 1).top < size * 0.95


def test_the_sheet_is_the_one_asked_for() -> None:
    """A4 and US letter have their own sizes."""
    page = layout.lay_out(posted())
    sizes = [poppler("pdfinfo", pdf.Press(sheet).typeset(page)) for sheet in SHEETS]

    assert "(A4)" in sizes[0]
    assert "(letter)" in sizes[1]


def test_a_page_never_holds_the_signature_alone(press: pdf.Press) -> None:
    """Wherever the page ends, some of the letter stands above the name that signs it."""
    for count in range(14, 34):
        document = made(press, posted("\n".join(["A line."] * count) + "\n\nThe last words."))
        pages = read(document).split("\f")[:-1]
        signed = next(page for page in pages if "Yours faithfully" in page)

        assert "The last words." in signed
        assert "representing 240 members" in signed
        assert bool(re.search("1 ?/ ?2\n", pages[0])) == (len(pages) == 2)


def test_there_is_room_to_sign(press: pdf.Press) -> None:
    """Between the closing words and the printed name there is room for a hand."""
    seen = words(made(press, posted()))
    closing = next(one for one in seen if one.text == "faithfully,")
    name = [one for one in seen if one.text == "Aliya"][-1]

    assert 15 < name.top - closing.bottom < 30


def test_the_same_letter_gives_the_same_bytes(press: pdf.Press) -> None:
    """A document depends on its letter and on nothing else, not on the hour either."""
    assert made(press, posted()) == made(pdf.Press("a4"), posted())


def test_a_document_tells_nothing_but_the_letter(press: pdf.Press) -> None:
    """No author, no date of its making, no path: title, language, and that typst made it."""
    secret = Sender(name="A. E.", email="real-name@home.example", phone="555 0100")
    document = made(press, posted(sender=secret))
    about = poppler("pdfinfo", document)
    metadata = poppler("pdfinfo", document, "-meta")

    assert {line.partition(":")[0] for line in about.splitlines()[:3]} == {
        "Title", "Creator", "Custom Metadata",
    }  # fmt: skip
    assert re.search(r"Creator: +Typst [\d.]+\n", about)
    assert "Date" not in metadata
    assert "creator>" not in metadata
    for private in ("real-name", "555 0100", os.environ.get("HOME", "/root"), str(Path.cwd())):
        assert private.encode() not in document
        assert private not in read(document)


def test_copies_and_enclosures_are_named(press: pdf.Press) -> None:
    """Who gets a copy is printed below the letter, also who has no e-mail, in its words."""
    copies = (
        Copy("c@issuer.example"),
        Copy("u@issuer.example", name="The Union"),
        Copy(post=("Box 1", "Example")),
    )

    seen = read(made(press, posted(copies=copies, language="de")))

    assert re.search(r"Kopie an: c@issuer\.example\n +The Union\n +Box 1, Example\n", seen)
    assert "Zu Händen: Dr. Jane Example" in seen
    assert "1. November 2026" in seen


SHOWN = ["a\u200db\u200cc", "\u200ea\u200f", "a\ufe0f", "e\u0301 q\u0323\u0301", "a\u00a0b\u202fc",
         "so\u00adft", "w\u2060x", "\ufeffx", "a\u200bb", "a\tb", "x\u034fy\u061c"]  # fmt: skip


@pytest.mark.parametrize("text", SHOWN, ids=ascii)
def test_what_has_no_shape_is_no_alarm(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Joiners, marks, selectors and odd spaces need no font of their own."""
    real = typst.Fonts
    monkeypatch.setattr(typst, "Fonts", lambda: real(include_system_fonts=False))

    assert made(pdf.Press("a4"), posted(text))


@pytest.mark.parametrize(
    ("text", "script", "package"),
    [
        ("नमस्ते", "Devanagari script", "fonts-noto-core"),
        ("مرحبا", "Arabic script", "fonts-noto-core"),
        ("বাংলা", "Bengali script", "fonts-noto-core"),
        ("你好", "Chinese characters", "fonts-noto-cjk"),
        ("ひらがな", "Hiragana script", "fonts-noto-cjk"),
        ("\U0001f54a", "U+1F54A", "fonts-noto-color-emoji"),
        ("\U0010ffff", "U+10FFFF", "take it out"),
    ],
)
def test_a_missing_font_is_told(
    monkeypatch: pytest.MonkeyPatch, text: str, script: str, package: str
) -> None:
    """No box is ever drawn: the script is named, and the package that brings a font for it."""
    real = typst.Fonts
    monkeypatch.setattr(typst, "Fonts", lambda: real(include_system_fonts=False))

    with pytest.raises(MissingFont) as told:
        made(pdf.Press("a4"), posted(f"Hello {text} Қазақ"))

    assert script in told.value.message
    assert " and " not in told.value.message
    assert package in told.value.hint
    assert "--print" in told.value.hint


def documents(run: Program, appeals: Folder, *args: str, prelude: str = "") -> Ran:
    args = ("--appeals", str(appeals), "render", "strike", *SIGNED, "--pdf", "out", *args)
    return run(*args, prelude=prelude)


def test_one_document_a_target(run: Program, appeals: Folder) -> None:
    """Each target gets a document of its own, together or not, except whom nobody may write to."""
    targets = [
        POST,
        {"name": "Court", "email": "clerk@court.example"},
        {"name": "Mill", "post": "1 Mill Lane", "do_not_write": "They asked us not to."},
    ]
    appeals.add(targets=targets, together=True)

    done = documents(run, appeals)

    files = draft(run.cwd / "out")
    assert done.code == 0
    assert done.out.split() == ["out/strike-ministry-1.pdf", "out/strike-court-2.pdf"]
    assert [one.name for one in files] == ["strike-ministry-1.pdf", "strike-court-2.pdf"]
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert "Court: no postal address is known" in done.err
    assert "Ministry: no postal" not in done.err
    assert ["Ministry" in read(one.read_bytes()) for one in files] == [True, False]


@pytest.mark.parametrize(
    ("lines", "told"),
    [(10, ""), (12, "has 12 lines, so its type is small"), (20, "so only 16 of them show")],
)
def test_a_long_address_is_told(run: Program, appeals: Folder, lines: int, told: str) -> None:
    """An address that the window shows in small type, or not whole, is named on stderr."""
    post = ["Ministry", *(f"Line {number}" for number in range(lines - 1))]
    appeals.add(targets=[{"name": "Ministry", "post": post}])

    done = documents(run, appeals)

    assert done.code == 0
    assert ("the address has" in done.err) == bool(told)
    assert told in done.err


def test_copies_by_post_are_told(run: Program, appeals: Folder) -> None:
    """Whoever gets a copy by post is named once, with the address to write on the envelope."""
    union = {"name": "Union", "post": ["3 Lane", "Port Example"]}
    appeals.add(targets=[POST, {"name": "Court", "post": "1 Lane"}], cc=[union, "a@b.example"])

    done = documents(run, appeals)

    told = "a copy goes by post, so print each page once more for it: Union, 3 Lane, Port Example"
    assert done.err.count("goes by post") == 1
    assert told in " ".join(done.err.split())


def test_a_document_replaces_nothing(run: Program, appeals: Folder) -> None:
    """A file that is there stays, without --force."""
    appeals.add(targets=[POST])
    place = run.cwd / "out" / "strike-ministry-1.pdf"
    place.parent.mkdir()
    place.write_bytes(b"mine")

    refused = documents(run, appeals)
    kept = place.read_bytes()
    forced = documents(run, appeals, "--force")

    assert (refused.code, kept, forced.code) == (2, b"mine", 0)
    assert "is there already" in refused.err
    assert place.read_bytes().startswith(b"%PDF")


def test_the_others_are_written(run: Program, appeals: Folder) -> None:
    """Where one letter lacks a font, the rest is written, and the exit code says "not all"."""
    letters = [
        {"id": "a", "language": "en", "subject": "S", "body": "Free them.\n\n{{ signature }}"},
        {"id": "a", "language": "hi", "subject": "S", "body": "रिहा करें।\n\n{{ signature }}"},
    ]
    targets = [{**POST, "language": "hi"}, {"name": "Court", "post": "1 Court Lane"}]
    appeals.add(subject=None, letter=None, letters=letters, targets=targets)

    done = documents(run, appeals, prelude=NO_FONTS)

    assert done.code == 1
    assert done.out == "out/strike-court-2.pdf\n"
    assert "Ministry: no font here can show Devanagari script" in done.err
    assert "fonts-noto-core" in done.err
    assert [one.name for one in (run.cwd / "out").iterdir()] == ["strike-court-2.pdf"]


def test_without_typst(run: Program, appeals: Folder) -> None:
    """Where typst is not installed, one sentence says how to get it, or how to do without."""
    appeals.add(targets=[POST])

    done = documents(run, appeals, prelude="import sys; sys.modules['typst'] = None")

    assert done.code == 2
    assert "pip install typst" in done.err
    assert "--print" in done.err
    assert not (run.cwd / "out").exists()


def test_nothing_for_paper(run: Program, appeals: Folder) -> None:
    """A script to be spoken is not printed as a letter, and the way out is named."""
    model = {"id": "a", "kind": "phone", "language": "en", "subject": "S"}
    letters = [{**model, "body": "Free them, says {{ sender.name }}."}]
    appeals.add(subject=None, letter=None, letters=letters)

    done = documents(run, appeals)

    assert done.code == 69
    assert "--script" in done.err


def test_a_latin_line_of_an_address_stays_in_order() -> None:
    """In a right-to-left letter, a line that starts in Latin letters or digits is not turned."""
    target = MINISTER._replace(name="وزارت", post=("1 Example Road", "1209 Geneva"))
    letter = posted(language="fa")._replace(targets=(target,))

    read_back = read(pdf.Press("a4").typeset(layout.lay_out(letter)))

    assert "1209 Geneva" in read_back


def test_a_long_address_in_one_line(press: pdf.Press) -> None:
    """An address of one line is broken between its parts; type gets smaller before one breaks."""
    part = "Department of Public Affairs of the Example Islands"
    target = MINISTER._replace(attention="", post=(f"{part}, 12 A Street, 10000 Example City",))

    seen = read(made(press, posted(target=target)))

    lines = [" ".join(line.split()) for line in seen.splitlines()]
    assert f"{part}," in lines
    assert "12 A Street, 10000 Example City" in lines


def test_no_line_for_a_head_that_is_not_there(press: pdf.Press) -> None:
    """P66: a card to somebody at risk is set without a head."""
    card = posted(model="{text}\n\n{{{{ sender.name }}}}")._replace(kind="solidarity")

    seen = read(made(press, card))

    assert "Union" not in seen
    assert seen.count("Aliya Example") == 1
