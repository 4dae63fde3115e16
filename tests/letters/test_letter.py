"""The letter: a model, filled in for its targets."""

from dataclasses import replace
from pathlib import Path

import pytest

from makers.letters import (
    MINISTRY,
    OWN_APPEALS,
    SENDER,
    TODAY,
    a_model,
    an_appeal,
    own_letters,
    write,
    write_letter,
)
from protestmail.appeals.appeal import Copy, Target
from protestmail.characters import IN_TEXT
from protestmail.letters import letter
from protestmail.letters.letter import signature
from protestmail.letters.model import SKELETON_GAP, skeleton
from protestmail.letters.sender import Sender
from protestmail.letters.template import BadTemplate

COURT = Target(id="court", name="Court", email=("clerk@court.example",))
CLOSED = "Dear all,\n\nFree them.\n\nYours faithfully,\n\n{{ signature }}"
NAMED = Sender(name="Aliya Example")
BLOCK = signature(SENDER, "en")


@pytest.mark.parametrize(
    ("language", "own", "opening"),
    [
        ("en", "Dear Minister", "Dear Minister,"),
        ("en", "", "To whom it may concern,"),
        ("ru", "", "Уважаемые дамы и господа!"),
        ("ky", "Урматтуу министр", "Урматтуу министр!"),
        ("ckb", "بەڕێز وەزیر", "بەڕێز وەزیر،"),
        ("ja", "大臣殿", "大臣殿"),
        ("fr", "Madame la Ministre", "Madame la Ministre,"),
        ("es", "", "A quien corresponda:"),
        ("de", "", "Sehr geehrte Damen und Herren,"),
        ("tr", "", "Sayın Yetkili,"),
        ("ka", "", "To whom it may concern,"),
        ("pl", "Szanowny Panie Prezydencie!", "Szanowny Panie Prezydencie!"),
        ("en", "Estimado Sr. Ministro:", "Estimado Sr. Ministro:"),
        ("en", "Dear Minister,", "Dear Minister,"),
        ("fr", "Madame la Ministre\u00a0!", "Madame la Ministre\u00a0!"),
        ("ar", "معالي الوزير،", "معالي الوزير،"),
        ("zh", "尊敬的部长：", "尊敬的部长："),
        ("en", "Dear Mr. Example Jr.", "Dear Mr. Example Jr.,"),
        ("en", "Good day.", "Good day."),
        ("en", {"en": "Dear Minister", "fr": "Madame"}, "Dear Minister,"),
        ("fr-BE", {"en": "Dear Minister", "fr": "Madame"}, "Madame,"),
        ("fr-BE", {"fr-BE": "Madame B.", "fr": "Madame"}, "Madame B.,"),
        ("fr", {"en": "Dear Minister", "fr-BE": "Madame B."}, "Madame B.,"),
        ("FR-be", {"en": "Dear Minister", "fr": "Madame"}, "Madame,"),
        ("de", {"en": "Dear Minister"}, "Sehr geehrte Damen und Herren,"),
    ],
)
def test_salutation(language: str, own: "str | dict[str, str]", opening: str) -> None:
    """The salutation is the target's own in the letter's language; the letter ends it."""
    target = Target(id="minister", salutation=own)

    written = write("{{ salutation }}\n\nFree them.", targets=(target,), language=language)

    assert written == f"{opening}\n\nFree them."


@pytest.mark.parametrize(
    "line", ["{{ salutation }},", "{{ salutation }}!", "To: {{ salutation }}."]
)
def test_salutation_in_a_line_of_its_author(line: str) -> None:
    """Where the model ends the line itself, nothing is added."""
    target = Target(id="minister", salutation="Dear Minister")

    assert write(line, targets=(target,)) == line.replace("{{ salutation }}", "Dear Minister")


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("{{ salutation }},", "Dear Minister!"),
        ("{{ salutation }} :", "Dear Minister!"),
        ("{{ salutation }}, dear colleagues,", "Dear Minister! dear colleagues,"),
        ("{{ salutation }} I write to you.", "Dear Minister! I write to you."),
        ("To: {{ salutation }}", "To: Dear Minister!"),
    ],
)
def test_a_salutation_with_its_own_mark(line: str, opening: str) -> None:
    """A mark that a salutation brings is kept, and is the only one."""
    target = Target(id="minister", salutation="Dear Minister!")

    assert write(line, targets=(target,)) == opening


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("{{ today }}", "le 1er novembre 2026"),
        ("{{ sender.place }}, {{ today }}", "Port Example, le 1er novembre 2026"),
        ("Port Example, le {{ today }}", "Port Example, le 1er novembre 2026"),
        ("Du {{ today }} au 3", "Du 1er novembre 2026 au 3"),
        ("votre appel du {{ appeal.issued }}", "votre appel du 1er octobre 2026"),
    ],
)
def test_a_french_day(line: str, written: str) -> None:
    """The day at a letter's head has its article in French, one in a sentence has none."""
    text = f"{line}\n\n{{{{ salutation }}}}\n\nLettre."

    assert write(text, language="fr").partition("\n")[0] == written


@pytest.mark.parametrize(("second", "opening"), [("Sir", "Sir,"), ("", "To whom it may concern,")])
def test_salutation_of_several(second: str, opening: str) -> None:
    """A letter to several targets greets as they share it, and else nobody by name."""
    targets = tuple(Target(id=x, salutation=y) for x, y in (("a", "Sir"), ("b", second)))

    assert write("{{ salutation }}", targets=targets, together=True) == opening


@pytest.mark.parametrize(
    ("sender", "block"),
    [
        (
            SENDER,
            """Aliya Example
Secretary, Example Union
representing 240 members
Port Example, Example Islands""",
        ),
        (Sender(name="A"), "A"),
        (Sender(name="A", organisation="Union"), "A\nUnion"),
        (Sender(name="A", position="Secretary"), "A\nSecretary"),
        (Sender(name="A", place="Town"), "A\nTown"),
        (Sender(name="A", country="Islands", members="1"), "A\nrepresenting 1 member\nIslands"),
        (Sender(organisation="Union"), "Union"),
        (Sender(address="1 Street", phone="017", email="a@union.example"), ""),
    ],
)
def test_signature(sender: Sender, block: str) -> None:
    """The signature holds what the sender says of themselves, and no empty line."""
    assert signature(sender, "en") == block
    assert write("a\n\n{{ signature }}", sender=sender) == f"a\n\n{block}".strip()


def test_signature_in_another_language() -> None:
    """The number of members is written in the letter's language."""
    assert "\nЧисло представляемых членов: 240\n" in signature(SENDER, "ru")


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("a\n\n{{ own_words }}\n\nb\n\n{{ signature }}", "a\n\nOWN\n\nb\n\nAliya Example"),
        (CLOSED, "Dear all,\n\nFree them.\n\nOWN\n\nYours faithfully,\n\nAliya Example"),
        ("a.\n\nYours,\n{{ signature }}", "a.\n\nOWN\n\nYours,\nAliya Example"),
        ("a.\n\nb.\n\n{{ signature }}", "a.\n\nb.\n\nOWN\n\nAliya Example"),
        ("a.\n\nb.\n\n{{ sender.name }}", "a.\n\nb.\n\nOWN\n\nAliya Example"),
        ("{{ signature }}", "OWN\n\nAliya Example"),
        ("Dear all,\n\n{{ signature }}", "Dear all,\n\nOWN\n\nAliya Example"),
        ("a.\n\n{{ signature }}\n\nP.S. b.", "a.\n\nOWN\n\nAliya Example\n\nP.S. b."),
        ("a.\n\nb.", "a.\n\nb.\n\nOWN"),
        (CLOSED.replace("signature", "signature|trim"), None),
        (CLOSED.replace("signature", "sender.name|upper"), None),
    ],
)
def test_own_words(body: str, written: "str | None") -> None:
    """The writer's paragraph stands where the model wants it, else before the closing words."""
    got = write(body, own_words="  OWN\n", sender=NAMED)

    assert got == written or (written is None and got.index("OWN") < got.index("Yours faith"))


@pytest.mark.parametrize(
    "body",
    [
        "a.\n\n{% if sender.organisation %}{{ own_words }}{% endif %}\n\n{{ signature }}",
        "a.\n\n{% if own_words %}I add a word.{% endif %}\n\n{{ signature }}",
        "a.\n\n{% for d in demands %}{{ own_words }}{% endfor %}\n\n{{ signature }}",
    ],
)
def test_own_words_are_never_dropped(body: str) -> None:
    """A model that mentions the writer's paragraph in a branch not taken still gets it."""
    assert "OWN" in write(body, own_words="OWN", sender=NAMED)


@pytest.mark.parametrize("body", ["a.\n\n{{ own_words }}\n\n{{ signature }}", CLOSED])
def test_own_words_are_tidied_alike(body: str) -> None:
    """Runs of blank lines in the writer's paragraph become one, wherever it is put."""
    assert "one\n\ntwo\nthree\n" in write(body, own_words="one\n\n\n\ntwo  \nthree")


def test_own_words_count_for_the_cap() -> None:
    """P11: a letter is no longer than 64 KiB, the writer's paragraph included."""
    with pytest.raises(BadTemplate):
        write("x" * 60_000 + "\n\n{{ signature }}", own_words="y" * 60_000)


def test_no_own_words() -> None:
    """Without a paragraph of the writer's own, its blank leaves nothing behind."""
    assert write("a.\n\n{{ own_words }}\n\n{{ signature }}", sender=NAMED) == "a.\n\nAliya Example"


def test_subject_is_a_template_in_one_line() -> None:
    """P42: a subject is filled in like a letter, and stays one line whatever fills it."""
    one = write_letter(
        "{{ signature }}",
        subject="{{ appeal.title }}  ({{ appeal.reference }}) {{ own_words }}",
        own_words="x\nBcc: all@world.example",
        reference="UA 1",
    )

    assert one.subject == "Free the committee (UA 1) x Bcc: all@world.example"


def test_leftovers_of_subject_and_body() -> None:
    """What is unfinished is noted with the letter, from its subject as well."""
    one = write_letter("I, [YOUR NAME], write.", subject="About xxx")

    assert [(left.line, left.text) for left in one.leftovers] == [(1, "[YOUR NAME]"), (1, "xxx")]


@pytest.mark.parametrize("language", ["en", "ru", "fr", "es", "de", "tr"])
def test_skeleton(language: str) -> None:
    """Demands alone make a letter that waits for its writer's words, in the appeal's language."""
    appeal = an_appeal(language=language, letters=(), demands=("One.", "Two."))
    model = skeleton(appeal)

    empty = letter.write(appeal, model, (MINISTRY,), NAMED, today=TODAY)
    full = letter.write(appeal, model, (MINISTRY,), NAMED, own_words="I care.", today=TODAY)

    assert [left.text for left in empty.leftovers] == [SKELETON_GAP]
    assert full.leftovers == ()
    assert (full.subject, full.language) == ("Free the committee", language)
    assert full.body == empty.body.replace(SKELETON_GAP, "I care.")
    assert "\n\n1. One.\n2. Two.\n\n" in full.body
    assert full.body.endswith("\n\nAliya Example")


@pytest.mark.parametrize(
    ("own", "with_copies", "emails"),
    [
        (None, True, ["info@campaign.example"]),
        (None, False, []),
        ((), True, []),
        ((Copy(email="friends@union.example"),), True, ["friends@union.example"]),
    ],
)
def test_copies(own: "tuple[Copy, ...] | None", emails: list[str], *, with_copies: bool) -> None:
    """A letter's copies replace the appeal's; optional ones are off."""
    copies = (
        Copy(email="info@campaign.example"),
        Copy(email="press@gazette.example", optional=True),
    )

    one = letter.write(
        an_appeal(copies=copies),
        a_model(copies=own),
        (MINISTRY,),
        SENDER,
        today=TODAY,
        with_copies=with_copies,
    )

    assert [copy.email for copy in one.copies] == emails


@pytest.mark.parametrize("file", OWN_APPEALS, ids=lambda one: one.stem)
def test_own_appeals(file: Path) -> None:
    """P48: each appeal that comes with the program gives whole letters, one for each target."""
    written = own_letters(file.stem)

    assert written
    for one in written:
        assert one.subject
        assert "Aliya Example" in one.body
        assert len(one.targets) <= 1
        assert "\n\n\n" not in one.body
        assert not any("\x00" <= char < " " and char != "\n" for char in one.body)


@pytest.mark.parametrize("name", ["Hope", "Will", "Aliya Example"])
def test_a_word_of_the_model_is_nobodys_signature(name: str) -> None:
    """P68: who is called as a word of the campaign's letter writes it as everybody does."""
    body = "{{ salutation }}, I am {{ sender.name }}. We ask for:\n\nHope\n\nWill\n\nYour neighbour"
    appeal = an_appeal(letters=(a_model(body),))
    sender = Sender(name=name)

    one = letter.write(
        appeal, appeal.letters[0], (MINISTRY,), sender, own_words="OWN.", today=TODAY
    )

    assert one.body.endswith("Hope\n\nWill\n\nOWN.\n\nYour neighbour")
    assert one.signed is None


PLACES = [
    ("{{ salutation }}\n\na.\n\nYours,\n\n{{ signature }}", "Dear Minister", BLOCK),
    (
        "\n\n{{ own_words }}\n  {{ salutation }}  \n\n\n\na.  \n\nYours,\n{{ signature }}\n\nP.S.",
        "Dear Minister",
        BLOCK,
    ),
    ("{{ salutation }},\n\na.\n\n{{ sender.name }}, member of X", "Dear Minister", "Aliya Example"),
    (
        "a.\n\nYours,\n\n{{ sender.name }}\n\nP.S. {{ sender.name }} lives here.",
        "",
        "Aliya Example",
    ),
    ("a.\n\nYours,\n\n{{ sender.name|upper }}", "", "ALIYA EXAMPLE"),
    ("{{ sender.name }} writes.\n\nYours,\n\nAliya Example", "", "Aliya Example"),
    ("{{ signature }}\n\n{{ salutation }}\n\nI, {{ sender.name }}, write.", "Dear Minister", ""),
    ("To: {{ salutation }}\n\na. I am {{ sender.name }}, and I ask you.", "Dear Minister", ""),
]


@pytest.mark.parametrize("own_words", ["", "OWN\n\nmore, by Aliya Example herself."])
@pytest.mark.parametrize(("body", "greeted", "signed"), PLACES)
def test_a_letter_knows_where_it_is_signed(
    body: str, greeted: str, signed: str, own_words: str
) -> None:
    """The places of salutation and signature hold for the finished text, own words in it or not."""
    target = Target(id="minister", salutation="Dear Minister")

    one = write_letter(body, targets=(target,), own_words=own_words)

    assert not IN_TEXT.search(one.body + one.subject)
    for place, text in ((one.greeted, greeted), (one.signed, signed)):
        assert (one.body[place.start : place.stop] if place else "") == text
    if one.signed:
        assert "OWN" not in one.body[one.signed.start :]


AGREER = "Veuillez agréer, Monsieur le Ministre, l\u2019expression de ma haute considération"


@pytest.mark.parametrize(
    "closing",
    [
        "Yours faithfully.",
        "In solidarity!",
        f"{AGREER}.",
        AGREER.replace("Ministre, ", "Ministre,\n"),
        "Sin otro particular, le saluda atentamente y queda a la espera de su respuesta.",
        "In the hope that you will look into this case yourself, and soon, I remain,",
        "С глубоким уважением.",
        "Thank you.",
        "Please accept, Excellency, the assurances of my highest consideration.",
        "Dans cette attente, je vous prie d\u2019agréer, Madame, mes salutations.",
        "Je vous adresse, Madame la Ministre, mes salutations distinguées.",
        "Quedo a la espera de su respuesta y le saludo muy atentamente.",
        "Aprovecho para saludarle atentamente.",
        "Reitero a usted las seguridades de mi más alta consideración.",
        "In Erwartung Ihrer Antwort verbleibe ich mit freundlichen Grüßen",
        "Sem outro assunto de momento, apresento os meus melhores cumprimentos.",
        "In attesa di un cortese riscontro, porgo distinti saluti.",
        "Gereğini arz ederim.",
        "Thank you.\n\nYours faithfully,",
        "此致\n\n敬礼！",
        "此致\n敬礼",
        "此致\n敬礼！",
    ],
)
def test_closing_words_stay_below_ones_own(closing: str) -> None:
    """A paragraph of one's own goes above a closing formula, be it long, or a whole sentence."""
    written = write(f"a.\n\n{closing}\n\n{{{{ signature }}}}", own_words="OWN", sender=NAMED)

    assert written == f"a.\n\nOWN\n\n{closing}\n\nAliya Example"


HEAD = "{{ signature }}\n\n{{ today }}\n\nDear Minister,\n\na.\n\nYours,\n\n{{ sender.name }}"
RUNNING = "Dear Minister,\n\nI, {{ sender.name }}, am worried.\n\nb.\n\nYours sincerely,"
UNDONE = "Dear Minister,\n\nFree them\n\nYours,\n\n{{ signature }}"


@pytest.mark.parametrize(
    ("body", "before"),
    [(HEAD, "\n\nYours,"), (RUNNING, "\n\nYours sincerely,"), (UNDONE, "\n\nYours,")],
)
def test_a_signature_at_the_top_is_none(body: str, before: str) -> None:
    """A letterhead or a name in passing signs nothing: own words still go above the closing."""
    without, written = write(body, sender=NAMED), write(body, own_words="OWN", sender=NAMED)

    assert written == without.replace(before, f"\n\nOWN{before}")


@pytest.mark.parametrize("last", ["Free them now.", "释放他们。", "آزاد کنید۔", "Will you?"])
def test_a_last_sentence_is_no_closing(last: str) -> None:
    """A short last sentence that is none of the formulas stays above a paragraph of one's own."""
    written = write(f"a.\n\n{last}\n\n{{{{ signature }}}}", own_words="OWN", sender=NAMED)

    assert written == f"a.\n\n{last}\n\nOWN\n\nAliya Example"


@pytest.mark.parametrize(
    "end",
    [
        "{{ sender.name }}, member of X\n\nP.S. b.",
        "{{ sender.name }}, {{ sender.place }}\n\nTel. 555",
        "Name: {{ sender.name }}\nDate: {{ today }}\n\nCopies to A",
    ],
)
def test_a_signature_that_says_more(end: str) -> None:
    """A name with what its writer is signs the letter, whatever stands below it."""
    body, sender = f"a.\n\nYours,\n\n{end}", replace(NAMED, place="Leeds")
    without, written = write(body, sender=sender), write(body, sender=sender, own_words="OWN")

    assert written == without.replace("\n\nYours,", "\n\nOWN\n\nYours,")


def test_own_words_come_after_the_matter_of_a_call() -> None:
    """Where only a greeting names the writer, own words stand before the thanks at the end."""
    body = "Hello, my name is {{ sender.name }}.\n\nPlease free them.\n\nThank you."

    assert write(body, own_words="I know them.").split("\n\n") == [
        "Hello, my name is Aliya Example.",
        "Please free them.",
        "I know them.",
        "Thank you.",
    ]
