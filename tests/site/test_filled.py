"""The letters of a page, filled in by a real browser, against those that the program writes."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from makers.appeals import Folder
from makers.browser import Browser, published
from makers.letters import OWN_APPEALS
from protestmail.appeals import directories, library, lookups
from protestmail.appeals.appeal import Appeal, Copy
from protestmail.letters import letter, selection
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.selection import select
from protestmail.letters.sender import Sender
from protestmail.mail import message, reading
from protestmail.mail.link import link
from protestmail.mail.message import Manner
from protestmail.mail.recipients import addressed
from protestmail.paper import call
from protestmail.site import proof
from protestmail.site.joining import Values, cleaned

MORE = [
    {"name": "A"},
    {"name": "  Spaces Around  ", "place": "\u3000Wide\u3000", "own_words": "\n\n a \n\n\n b \t\n"},
    {"name": "Zero\u200dWidth\u200cJoiner", "organisation": "\ufeffMark", "country": "e\u0301"},
    {"name": "Tab\tin", "own_words": "a\tb\n\tc\u2028d \u2028e"},
    {"name": "\u202eoverridden\u202c", "own_words": "\u202eoverridden\u202c\x07"},
    {"name": "😀 Emoji 👩‍👩‍👧", "own_words": "😀" * 100, "members": "𝟙𝟚"},
    {"name": "X Y", "members": "240 000", "own_words": "One line."},
    {"name": "X Y", "members": "1'000", "position": "\\u0041 \\n", "own_words": "$$ $& \ue003"},
    {"name": "Fred", "organisation": "a" * 200, "own_words": "word " * 300},
    {"name": "ΑΣΣΟΣ ΣΑΣ", "own_words": "ΣΑΣ"},
    {"name": "İıIi ßẞ", "own_words": "ß ẞ ss İ ı", "country": "Türkiye"},
]
WRITERS: Sequence[Values] = [*proof.writers(), *MORE]


def opened(path: Path, folder: Path) -> Path:
    """Copy an appeal as one that is active, and what lies beside it."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept, skipping = [], False
    for line in lines:
        key = line.partition(":")[0]
        skipping = key in {"closed", "outcome", "send_before"} or (skipping and line[:1] == " ")
        if not skipping:
            kept.append("status: active\n" if key == "status" else line)
    folder.mkdir(exist_ok=True)
    there = folder / path.name
    there.write_text("".join(kept), "utf-8")
    for one in (path.parent / "directory").glob("*"):
        (folder / "directory").mkdir(exist_ok=True)
        (folder / "directory" / one.name).write_bytes(one.read_bytes())
    return there


def expected(appeal: Appeal, values: Values, copied: bool) -> Iterator[tuple[bool, Letter]]:
    """Each letter and each call, as the program writes them: those of other kinds at the end."""
    today = datetime.now(UTC).astimezone().date()
    fields = cleaned(values)
    own_words = fields.pop("own_words", "")
    sender = Sender(**fields)  # type: ignore[arg-type]
    chosen: list[Copy] = list(appeal.offered_copies) if copied else []
    appeal = appeal.with_copies(chosen)
    first = select(appeal, spoken=True)
    for one in (first, *(select(appeal, letter=id_) for id_ in first.others)):
        every = list(selection.letters(appeal, one, sender, own_words=own_words, today=today))
        for each in every:
            ways = {way for target in each.targets for way in target.channels}
            if each.kind != PHONE and not ways <= {PHONE, "lookup"}:
                yield False, each
        yield from ((True, each) for each in letter.calls(every) if each.targets[0].phone)


def check(card: dict[str, str], one: Letter, called: bool) -> None:
    """Hold a card against a letter."""
    if called:
        assert card["body"] == call.spoken(call.script(one))
        assert card["link"] == card["draft"] == "", "what is to be said is not mailed"
        return
    assert (card["subject"], card["body"]) == (one.subject, one.body)
    mailing = addressed(one)
    if mailing.mailed:
        expect = link(mailing)
        short = expect.too_long or card["wants"]
        assert card["link"] == (expect.url.partition("&body=")[0] if short else expect.url)
        assert dict(parse_qsl(card["link"].partition("?")[2]))["subject"] == one.subject
        assert unquote(card["link"].partition(":")[2].partition("?")[0]) == ",".join(expect.to)
        draft(card["draft"], one)


def draft(text: str, one: Letter) -> None:
    """Read a draft as ``mail.reading`` does, and hold it against the message of the letter."""
    lines = text.split("\r\n")
    date = next(line for line in lines if line.startswith("Date: "))
    if not lines[0].startswith("From: "):  # who gives no address leaves it to the mail program
        assert "@" not in one.sender.email
        mine = "From: a@b.example", f"Message-ID: <{'0' * 32}@b.example>"
        at = lines.index(date)
        lines = [mine[0], *lines[: at + 1], mine[1], *lines[at + 1 :]]
        sender = Sender(email="a@b.example")
    else:
        sender = Sender(name=one.sender.name, email=one.sender.email)
    read = reading.read_back("\r\n".join(lines).encode("ascii"))
    when = datetime.strptime(date, "Date: %a, %d %b %Y %H:%M:%S %z")
    made = message.compose(addressed(one), sender, Manner(when, draft=True), read.message_id)
    assert read == reading.read_back(made.data)


def compare(file: Path, site: Path, browser: Browser) -> int:
    """Publish an appeal, and hold its page against the program for all writers; count its cards."""
    done = published(file.parent, site)
    appeal = library.load(file).appeal
    known = directories.sources(
        appeal.lookups, site.parent / "none", [file.parent], str(file), ""
    ).directories

    assert done.by_hand == ()
    browser.open(site / file.stem / "index.html")
    if not browser.run("return !!document.querySelector('#data')"):
        assert not list(expected(appeal, {"name": "A"}, copied=False))
        return 0
    places = ["", *{code for every in known.values() for one in every for code in one.countries}]
    for number, values in enumerate(WRITERS):
        where, copied = places[number % len(places)], bool(number % 2)
        here = lookups.resolve(appeal, lookups.Sources({}, known, where))[0] if where else appeal
        options = {"where": where} if len(places) > 1 else {}
        cards = [one for one in browser.fill(values, copies=copied, **options) if one]
        letters = list(expected(here, values, copied))
        assert len(cards) == len(letters)
        for card, (called, one) in zip(cards, letters, strict=True):
            check(card, one, called)
    assert browser.console() == []
    return len(browser.texts(".card"))


@pytest.mark.parametrize("path", OWN_APPEALS, ids=lambda path: path.stem)
def test_every_letter_on_the_page_is_what_render_writes(
    path: Path, browser: Browser, tmp_path: Path
) -> None:
    """P68: for each appeal and twenty awkward writers, text, link and draft are the program's."""
    compare(opened(path, tmp_path / "appeals"), tmp_path / "site", browser)


ASK, NAME = "{{ target.name }}, free them.", "{{ sender.name }}"


def test_each_card_has_its_own_letter(browser: Browser, appeals: Folder, tmp_path: Path) -> None:
    """P68: where countries, calls and letters that wait meet, no card says what is another's.

    Cards stand in the order of the appeal's targets, whatever depends on a country; nor is a copy
    lost that does.
    """
    file = appeals.add(
        targets=[
            {"name": "Embassy", "lookup": "embassy"},
            {"name": "Mill", "phone": "555 0100"},
            {"name": "Ministry", "email": "office@ministry.example", "phone": "555 0101"},
            {"name": "Consulate", "lookup": "consulate", "letter": ["protest", "call"]},
            {"name": "Prisoner", "post": "Prison 1", "letter": "greeting"},
        ],
        cc=[{"lookup": "member", "why": "Elected where you live"}, "press@paper.example"],
        subject=None,
        letter=None,
        letters=[
            {"id": "protest", "subject": "Free", "body": f"{ASK}\n\n{{{{ signature }}}}"},
            {"id": "call", "kind": "phone", "subject": "Free", "body": f"{ASK} {NAME}"},
            {"id": "greeting", "kind": "solidarity", "subject": "You", "body": f"Hello.\n\n{NAME}"},
        ],
    )  # fmt: skip
    folder = appeals.path / "directory"
    folder.mkdir()
    (folder / "embassy.yaml").write_text(
        "FR: {name: Ambassade, email: a@fr.example, phone: 01}\nDE: {name: Botschaft, post: Berlin}"
    )
    (folder / "member.yaml").write_text("FR: {name: A, email: a@an.example}")
    (folder / "consulate.yaml").write_text(
        "FR: [{name: Paris, email: p@fr.example}, {name: Lyon, phone: 04 00}]\n"
        "US: {name: New York, email: n@us.example, phone: 555 0102}"
    )

    assert compare(file, tmp_path / "site", browser) > 6


@pytest.mark.parametrize("guard", ["", "{% if sender.country == 'Norway' %}Hei.{% endif %}"])
def test_before_it_is_filled_in_it_is_to_whoever_is_chosen(
    browser: Browser, appeals: Folder, tmp_path: Path, guard: str
) -> None:
    """P68: a letter without a name yet, or one filled in by hand, is the chosen country's own."""
    letter = f"{ASK}\n\n{guard}\n\n{{{{ signature }}}}"
    mill = {"name": "Mill", "email": "owner@mill.example"}
    appeals.add(targets=[{"name": "Embassy", "lookup": "embassy"}, mill], letter=letter)
    (appeals.path / "directory").mkdir()
    (appeals.path / "directory" / "embassy.yaml").write_text(
        "FR: {name: Ambassade, email: a@fr.example}\nDE: {name: Botschaft, email: b@de.example}"
    )
    published(appeals.path, tmp_path / "site")
    browser.open(tmp_path / "site" / "strike" / "index.html")

    for where, name in (("DE", "Botschaft"), ("FR", "Ambassade")):
        card, _ = [one for one in browser.fill({}, where=where) if one]
        assert card["body"].startswith(f"{name}, free them.")
        assert card["wants"]
