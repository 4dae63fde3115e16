"""Letters laid out for paper: the blocks, and the page as plain text."""

import re
from dataclasses import replace

import pytest

from makers.appeals import SIGNED, Folder
from makers.letters import GOLDEN, SENDER, a_letter, own_letters, write_letter
from makers.paper import MINISTER, posted
from makers.program import Program
from protestmail.appeals.appeal import Attachment, Copy, Target
from protestmail.letters import languages
from protestmail.letters.letter import one_by_one
from protestmail.letters.sender import Sender
from protestmail.paper import layout

TEXT = (
    "Two lawyers were arrested in November for advising strikers; see "
    "https://campaign.example/reports/2026/the-lawyers-of-the-strike-committee-and-their-trial.html"
)


def test_a_page() -> None:
    """The blocks of a page stand in the order of a letter, in 72 columns, with room to sign."""
    one = posted(
        TEXT,
        copies=(
            Copy("campaign@issuer.example"),
            Copy("u@issuer.example", name="The Example Union"),
        ),
        attachments=(Attachment("report.pdf", "Report of the mission"),),
    )

    golden = (GOLDEN / "page.txt").read_text("utf-8")

    assert layout.text(layout.lay_out(one)) + "\n" == golden


@pytest.mark.parametrize("index", range(3))
def test_no_line_is_too_long(index: int) -> None:
    """No line is wider than the page, but one that is a single word; not a word is lost."""
    letter = next(one_by_one(own_letters("mangistau-oil-strike")[index : index + 1]))

    page = layout.text(layout.lay_out(letter))

    assert all(len(line) <= 72 or " " not in line.strip() for line in page.split("\n"))
    assert [one for one in letter.body.split() if one not in page.split()] == []


def test_wide_characters_take_two_columns() -> None:
    """Chinese is broken between characters, and never before a closing mark."""
    page = layout.text(layout.lay_out(posted("我们要求立即释放他们，" * 12, language="zh")))

    lines = [line for line in page.split("\n") if "释放" in line]
    assert "".join(lines) == "我们要求立即释放他们，" * 12
    assert all(len(line) <= 36 and not line.startswith("，") for line in lines)


HOME = "Flat 7, 12 Example Street\nPort Example 10115"
BLOCKS = [
    (Sender(), ()),
    (Sender(name="A"), ("A",)),
    (Sender(name="A", place="Oslo", country="Norway"), ("A", "Oslo, Norway")),
    (Sender(name="A", position="Chair", organisation="B"), ("A", "Chair, B")),
    (
        replace(SENDER, address=HOME),
        ("Aliya Example", "Secretary, Example Union", *HOME.split("\n"), "Example Islands"),
    ),
    (Sender(name="A", email="a@b.example", phone="555"), ("A",)),
]


@pytest.mark.parametrize(("sender", "block"), BLOCKS)
def test_the_senders_block(sender: Sender, block: tuple[str, ...]) -> None:
    """The head says who writes, nothing twice, no telephone and no e-mail, no empty lines."""
    assert layout.lay_out(posted(sender=sender)).sender == block


ADDRESSES = [
    (Target(id="x", name="Court", post=("1 Lane",)), ("Court", "1 Lane")),
    (Target(id="x", name="Court", post=("The Court", "1 Lane")), ("The Court", "1 Lane")),
    (Target(id="x", name="Ion", post=("Station Road",)), ("Ion", "Station Road")),
    (Target(id="x", name="Hill", post=("Hill Road 1",)), ("Hill", "Hill Road 1")),
    (Target(id="x", name="Parliament", post=("PARLIAMENT, Room 1",)), ("PARLIAMENT, Room 1",)),
    (
        Target(id="x", name="Union", organisation="Union Federation", post=("Union House",)),
        ("Union", "Union Federation", "Union House"),
    ),
    (Target(id="x", name="A", role="Judge", organisation="Court"), ("A", "Judge", "Court")),
    (Target(id="x", name="A", attention="B"), ("For the attention of B", "A")),
    (
        Target(id="x", name="Prof. A", role="Chair", post=("Prof. A", "Union", "City")),
        ("Prof. A", "Chair", "Union", "City"),
    ),
    (
        Target(
            id="x", name="Jo B", role="Chair", organisation="C", post=("Ms. Jo B, 1 Lane, City",)
        ),
        ("Ms. Jo B", "Chair", "C", "1 Lane, City"),
    ),
    (
        Target(id="x", name="Jo B, Director", organisation="C", post=("Jo B", "Director", "City")),
        ("Jo B", "Director", "C", "City"),
    ),
    (
        Target(id="x", name="Jo B", role="Judge", post=("High Court", "Jo B", "City")),
        ("High Court", "Jo B", "Judge", "City"),
    ),
]


@pytest.mark.parametrize(("target", "block"), ADDRESSES)
def test_the_address(target: Target, block: tuple[str, ...]) -> None:
    """The address says who and where, and does not repeat what the postal lines say."""
    assert layout.lay_out(posted(target=target)).address == block


SIGNATURES = [
    ("{text}\n\nYours,\n\n{{{{ signature }}}}", "Yours,", True),
    ("{text}\n\nYours,\n{{{{ signature }}}}", "Yours,", True),
    ("{text}\n\n{{{{ signature }}}}", "", True),
    ("{text} I am {{{{ sender.name }}}}, and I ask you.", "", False),
]


@pytest.mark.parametrize(("model", "closing", "parted"), SIGNATURES)
def test_room_to_sign(model: str, closing: str, *, parted: bool) -> None:
    """Wherever the name stands, there is room for a hand above it, or below the whole letter."""
    page = layout.lay_out(posted(model=model))

    assert page.closing == closing
    assert page.signed.startswith("Aliya Example") == parted
    assert re.search("\n" * 4 + ("Aliya Example\nSecretary" if parted else "$"), layout.text(page))


def test_what_follows_the_signature_stays_below_it() -> None:
    """A postscript stands where its writer put it, below the name."""
    page = layout.lay_out(posted(model="{text}\n\n{{{{ signature }}}}\n\nP.S. Answer me."))

    assert page.after == ("P.S. Answer me.",)


def test_a_name_with_what_its_writer_is() -> None:
    """A printed name may say more on its line, and there is room to sign above it."""
    page = layout.lay_out(
        posted(model="{text}\n\nYours,\n\n{{{{ sender.name }}}}, member of X\n\nP.S. Answer me.")
    )

    assert (page.closing, page.signed) == ("Yours,", "Aliya Example, member of X")
    assert page.after == ("P.S. Answer me.",)


def test_labels_in_the_letters_language() -> None:
    """Labels and date are in the letter's language; in one that is not known, English."""
    pages = {
        language: layout.lay_out(posted(language=language, copies=(Copy("c@issuer.example"),)))
        for language in ("fr", "ru", "kk", "ka")
    }

    assert pages["fr"].foot == (("Copie à\u00a0:", ("c@issuer.example",)),)
    assert pages["fr"].address[0] == "À l\u2019attention de Dr. Jane Example"
    assert pages["ru"].fax == "Факс: +49 30 1234567"
    assert pages["ru"].dateline == "Port Example, 1 ноября 2026 г."
    assert pages["fr"].dateline == "Port Example, le 1er novembre 2026"
    assert pages["kk"].foot[0][0] == "Көшірмесі:"
    assert pages["ka"].foot[0][0] == "cc:"


@pytest.mark.parametrize("tag", ["ar", "fa-IR", "he", "ur", "ps", "ckb", "pa-Arab-PK"])
def test_right_to_left(tag: str) -> None:
    """Languages that are written from right to left are known by their tag."""
    assert languages.right_to_left(tag)


@pytest.mark.parametrize("tag", ["en", "kk", "pa", "az-Latn", "ku-Latn-TR", "zh"])
def test_left_to_right(tag: str) -> None:
    """Others are not taken for them; a script in the tag decides."""
    assert not languages.right_to_left(tag)


def test_each_target_once() -> None:
    """A shared letter is printed once for each target that may be written to."""
    forbidden = Target(id="no", name="No", do_not_write="private")
    shared = write_letter("Free them.\n\n{{ signature }}")
    shared = shared._replace(targets=(MINISTER, forbidden, Target(id="b", name="B")))
    spoken = a_letter()._replace(kind="phone")

    assert [one.targets[0].id for one in one_by_one([shared, spoken])] == ["minister", "b"]
    assert len(list(one_by_one([spoken], spoken=True))) == 1


def test_printing(run: Program, appeals: Folder) -> None:
    """``render --print`` needs nothing else installed; a form feed parts the pages in a pipe."""
    targets = [
        {"name": "Ministry", "post": ["1 Main Street", "Example City"]},
        {"name": "Court", "email": "clerk@court.example"},
    ]
    appeals.add(targets=targets)
    words = ["--own-words", "I care."]
    args = ["--appeals", str(appeals), "render", "strike", "--print", *SIGNED, *words]

    done = run(*args, prelude="import sys; sys.modules['typst'] = None")
    code, seen = run.on_terminal(*args)

    assert (done.code, code) == (0, 0)
    assert len(done.letters) == 2
    assert "\nMinistry\n1 Main Street\nExample City\n\nFree them\n\nTo whom" in done.letters[0]
    assert done.err.startswith("Court: no postal address is known\n")
    assert "1 Main Street" in seen


@pytest.mark.parametrize("other", ["--script", "--json", "--mailto", "--print"])
def test_one_way_at_a_time(run: Program, other: str) -> None:
    """The ways out of ``render`` exclude each other."""
    done = run("render", "practice-letter", "--pdf", "out", other)

    assert done.code == 2
    assert "exclude each other" in done.err
    assert not (run.cwd / "out").exists()


HOME_LINE = replace(SENDER, address=HOME)


@pytest.mark.parametrize("kind", ["solidarity", "condolence"])
def test_to_people_at_risk(kind: str) -> None:
    """P66: a page to somebody at risk has of its writer, and of others, what its text names."""
    card = posted(
        model="Dear Jo,\n\n{text}\n\n{{{{ sender.name }}}}",
        sender=HOME_LINE,
        copies=(Copy("campaign@issuer.example"),),
    )

    page = layout.lay_out(card._replace(kind=kind))

    assert (page.sender, page.foot, page.signed) == ((), (), "Aliya Example")
    text = layout.text(page)
    assert not any(one in text for one in ("Union", "Secretary", "Port Example", "Flat 7"))
    assert "Union" in layout.text(layout.lay_out(card))


HEADS = [
    ("{{{{ sender.address }}}}\n{{{{ today }}}}\n\n{{{{ salutation }}}}\n\n{text}", True),
    ("{{{{ sender.place }}}}, {{{{ today }}}}\n\n{{{{ salutation }}}}\n\n{text}", True),
    ("{{{{ sender.name }}}}\n{{{{ sender.address }}}}\n\nDear Minister,\n\n{text}", True),
    ("{{{{ salutation }}}}\n\nSince {{{{ today }}}}\nnothing happened. {text}", False),
    ("On {{{{ today }}}} we met, Minister.\n\n{text}", False),
    ("{{{{ salutation }}}}\n\n{text}\n\n{{{{ sender.address }}}}", False),
]


@pytest.mark.parametrize(("model", "headed"), HEADS)
def test_a_letter_with_its_own_head(model: str, *, headed: bool) -> None:
    """A letter that opens with its writer's address or the day gets no second head."""
    page = layout.lay_out(posted(model=model + "\n\n{{{{ signature }}}}", sender=HOME_LINE))

    assert (page.sender == ()) == headed
    assert (page.dateline == "") == headed
    assert not layout.text(page).startswith((" " * 72, "\n"))


def test_an_address_of_one_line_is_broken_between_its_parts() -> None:
    """A long address in one line is broken where a part of it ends, and nowhere else."""
    where = "Department of Public Affairs, 12 A Rather Long Street Name, 10000 Example City"
    target = MINISTER._replace(attention="", post=(f"{where}, EXAMPLE ISLANDS",))

    text = layout.text(layout.lay_out(posted(target=target)))

    assert "Affairs, 12 A Rather Long Street Name,\n10000 Example City, EXAMPLE" in text
