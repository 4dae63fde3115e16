"""Letters as lines and marks, and the proof that a browser can put them together."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from makers.letters import MINISTRY, OWN_APPEALS, a_model, an_appeal, write
from protestmail.appeals import library
from protestmail.letters.languages import members_line
from protestmail.letters.selection import select
from protestmail.letters.sender import FIELDS as SENDER
from protestmail.letters.sender import Sender
from protestmail.site import combine, proof
from protestmail.site.combine import Filling, Source
from protestmail.site.joining import cleaned, folded, joined


def source(body: str, **fields: object) -> Source:
    """Give the source of a letter with this model."""
    model = a_model(body, **fields)
    return combine.of_letter(an_appeal(letters=(model,)), model, (MINISTRY,))


def tried(body: str, **fields: object) -> str:
    """Say why a browser could not fill in a letter with this model, if it could not."""
    one = source(body, **fields)
    return proof.differs(one, combine.combine(one))


def sources(path: Path) -> Iterator[Source]:
    """Give all letters of an appeal, in all languages, to all targets, written and spoken."""
    appeal = library.load(path).appeal
    for model in appeal.letters:
        for one in select(appeal, letter=model.id, language=model.language, spoken=True).choices:
            if one.targets:
                yield combine.of_letter(appeal, one.model, one.targets)
                yield combine.of_call(appeal, one.model, one.targets)


@pytest.mark.parametrize("path", OWN_APPEALS, ids=lambda path: path.stem)
def test_every_letter_that_comes_with_the_program_is_proven(path: Path) -> None:
    """P68: each letter and each call of the library can be filled in by a browser."""
    for one in sources(path):
        assert proof.differs(one, combine.combine(one)) == ""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{% if sender.country == "Norway" %}Hei{% endif %} {{ signature }}', "sender.country"),
        ("{% if sender.name|length > 20 %}Hei{% endif %} {{ signature }}", "sender.name"),
        ("{{ sender.name|upper }}\n\n{{ signature }}", "sender.name"),
        ("{{ own_words|first }}\n\n{{ signature }}", "own_words"),
        ("Since {{ today|upper }}.\n\n{{ signature }}", "read differently"),
    ],
)
def test_a_letter_that_looks_into_what_is_typed_is_not_filled_in(body: str, why: str) -> None:
    """P68: where more decides than what is there and what is not, the proof fails and says why."""
    assert why in tried(body)


@pytest.mark.parametrize(
    "body",
    [
        "On {{ today }}, {{ sender.place }}\n\nFree them.\n\nYours,\n\n{{ signature }}",
        "For {{ sender.members }} I write, {{ sender.name }}.",
        "{{ sender.address }}\n\nFree them.\n\n{{ own_words }}\n\nYours,\n{{ sender.name }}",
        "I, {{ sender.name }}{% if sender.phone %}, {{ sender.phone }}{% endif %}\n\nYours",
        "{{ sender.place|default('Nowhere') }} {{ sender.country }}\n\n{{ signature }}",
    ],
)
def test_what_only_depends_on_what_is_there_is_filled_in(body: str) -> None:
    """P68: blanks, days, members, guards and defaults: all of it can be filled in."""
    for language in ("en", "fr", "ru", "ja", "ar"):
        assert tried(body, language=language) == ""


BLANK = st.sampled_from([f"sender.{one}" for one in SENDER])
OTHER = st.sampled_from("signature salutation own_words today demands target.name".split())
WORDS = st.sampled_from(
    ["we write", "Free them.", "I, as", "Yours,", "Yours", "we ask:", "P.S. so"]
)
MARK = st.sampled_from([" ", " ", ", ", ": ", " (", ") ", " - ", ". ", "."])
SHAPES = [
    "{words}", "{{{{ {blank} }}}}", "{{{{ {other} }}}}", "{before}{{{{ {blank} }}}}{after}",
    "{{% if {blank} %}}{before}{{{{ {blank} }}}}{after}{{% endif %}}",
    "{{% if {blank} %}}{{{{ {blank} }}}}{{% else %}}{words}{{% endif %}}",
    "{{% if {blank} %}}{words}{{% endif %}}{after}", "{{{{ {blank}|default('nobody') }}}}",
]  # fmt: skip
PIECE = st.builds(str.format, st.sampled_from(SHAPES), words=WORDS, blank=BLANK, other=OTHER,
                  before=MARK, after=MARK)  # fmt: skip
LINES = st.lists(st.lists(PIECE, min_size=1, max_size=3).map(" ".join), min_size=2, max_size=5)


@settings(max_examples=80)
@given(LINES, st.sampled_from(["\n", "\n\n"]))
def test_whatever_stands_in_a_model_it_is_filled_in(lines: list[str], between: str) -> None:
    """P68: a letter that looks into nothing that is typed can always be filled in by a browser."""
    body = between.join(["Free them now.", *lines])
    assume(sum(f"sender.{one}" in body for one in SENDER) <= 5)

    assert tried(body) == ""


def filled(one: Source, **values: str) -> str:
    """Fill in a letter as the page does."""
    return joined(combine.combine(one), cleaned(values), proof.DAY).text


def test_own_words_that_stand_in_the_letter_are_not_said_twice() -> None:
    """P68: what the letter says already is not put in, whatever its case; a blank is filled."""
    plain, blank = source("Free them.\n\n{{ signature }}"), source("{{ own_words }}\n\nFree them.")

    assert filled(plain, name="A", own_words="FREE THEM.").count("ree") == 2  # with the subject
    assert filled(plain, name="A", own_words="Free us.").endswith("Free them.\n\nFree us.\n\nA")
    assert filled(blank, name="A", own_words="Free them.").endswith("Free them.\n\nFree them.")


def test_own_words_are_put_in_or_not_by_what_each_combination_says() -> None:
    """P68: neither a guard without a blank nor a blank in one branch only leads it astray."""
    guard = source("{% if own_words %}I add that I agree.\n\n{% endif %}Yours,\n\n{{ signature }}")
    branch = source(
        "{% if sender.place %}{{ own_words }} {% endif %}Free them.\n\n{{ sender.name }}"
    )

    assert filled(guard, name="A", own_words="I agree").endswith("I agree.\n\nYours,\n\nA")
    assert filled(branch, name="A", own_words="Free them.").endswith("them\nFree them.\n\nA")
    assert "them\nFree them. Free" in filled(branch, name="A", place="B", own_words="Free them.")
    for one in (guard, branch):
        assert proof.differs(one, combine.combine(one)) == ""


def test_what_is_typed_takes_no_point_from_a_call() -> None:
    """P68: the points of a call are what its model does not say, whatever its writer says."""
    model = a_model("I am {{ sender.name }}.\n\nOpen the gates.", kind="phone")
    appeal = an_appeal(letters=(model,), demands=("Open the gates", "Peace"))
    one = combine.of_call(appeal, model, (MINISTRY,))

    for name, words in (("A", "Peace now!"), ("Peace Smith", "Please."), ("A", "Peace")):
        said = one.write(Sender(name=name), words, proof.DAY).text
        assert said.endswith("Points not to forget:\n\n- Peace")
        assert said == filled(one, name=name, own_words=words)


def test_a_bare_number_is_of_members_and_nothing_else() -> None:
    """P63: members are as the language says, or as they were typed, in the signature alone."""
    one = source("I speak for {{ sender.members }}.\n\n{{ signature }}")

    for members in ("240", "1", "٢٤٠", "240 nurses"):
        assert members_line("en", members) in filled(one, name="A", members=members)
        assert f"I speak for {members}." in filled(one, name="A", members=members)


@given(st.text(), st.text())
def test_case_is_folded_as_letters_fold_it(one: str, other: str) -> None:
    """Texts that are equal without regard to case are so in the way that a browser knows."""
    assert (folded(one) == folded(other)) == (one.casefold() == other.casefold())


def test_every_character_is_folded_with_the_same_others() -> None:
    """Of all characters that have a case, the same ones are equal by both ways of folding."""

    def classes(fold: object) -> set[tuple[str, ...]]:
        assert callable(fold)
        every = sorted((str(fold(chr(one))), chr(one)) for one in range(0x20000)
                       if not 0xD800 <= one < 0xE100)  # fmt: skip
        return {tuple(c for _, c in same) for _, same in groupby(every, key=lambda pair: pair[0])}

    assert classes(folded) == classes(str.casefold)


def test_the_lines_are_kept_once() -> None:
    """Combinations share their lines: six fields and own words make 64, of few lines."""
    made: Filling = combine.combine(source("{{ salutation }}\n\nFree them.\n\n{{ signature }}"))

    assert len(made.combinations) == 64
    assert len(made.lines) == len({*made.lines}) < 20


def test_the_marks_of_a_name_are_not_the_texts() -> None:
    """P61: a name that ends in a full stop leaves no hole where the text goes on with one."""
    body = "My name is {{ sender.name }}{% if sender.country %} of {{ sender.country }}{% endif %}."

    assert write(body, sender=Sender(name="John Doe Jr.")) == "My name is John Doe Jr.."
    assert "[your town]" in write("I live in {{ sender.place }}.", sender=Sender(name="J."))
