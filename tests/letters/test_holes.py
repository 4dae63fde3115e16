"""What a blank without a value leaves: a line that reads on, or a gap that stops the letter."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from makers.letters import OWN_APPEALS, SENDER, TODAY, a_model, an_appeal
from protestmail.appeals import library
from protestmail.letters.leftovers import find
from protestmail.letters.letter import Letter, write
from protestmail.letters.needs import needed
from protestmail.letters.selection import select
from protestmail.letters.sender import FIELDS, Sender

NAMED = Sender(name="Aliya Example")
FULL = replace(SENDER, address="Main Street 5", phone="555 0100")
SCAR = re.compile(
    r"\(\s*\)|\[\s*\]|\S  +\S|^\s*[,;:.!?)\]]|\s[,.;)]|[,;(\[-]$|[,;:(]\s*[,;:.!?)]|:\s*$"
)


def letter(body: str, sender: Sender = NAMED, own_words: str = "", **fields: object) -> Letter:
    """Write one letter with this body."""
    appeal = an_appeal(letters=(a_model(body=body, **fields),))
    [target] = appeal.targets
    return write(appeal, appeal.letters[0], (target,), sender, own_words=own_words, today=TODAY)


def gaps(one: Letter) -> list[str]:
    """The blanks that are missed."""
    return [piece.blank for piece in one.leftovers]


HOLES = [
    ("As a resident of {{ sender.place }}, I write.", ["sender.place"]),
    ("I live in {{ sender.place }}.", ["sender.place"]),
    ("the {{ sender.members }} members", ["sender.members"]),
    ("Tel.: {{ sender.phone }}", ["sender.phone"]),
    ("({{ sender.position }})", ["sender.position"]),
    ("- {{ sender.phone }}", ["sender.phone"]),
    ("{{ sender.place }}, {{ today }}", ["sender.place"]),
    ("{{ sender.name }}, {{ sender.organisation | upper }}", ["sender.organisation"]),
    ("{{ sender.place | default('') }} is where I live", ["sender.place"]),
    ("My reason is this: {{ own_words }}", ["own_words"]),
    ("Dear all,\n\nMy reasons:\n\n{{ own_words }}\n\nYours,", ["own_words"]),
    ("Dear all,\n\nAddress:\n{{ sender.address }}\n\nb", ["sender.address"]),
    ("I live in {% if sender.place %}{{ sender.place }}{% endif %}.", ["sender.place"]),
    ("{% if sender.place %}{{ sender.place }}{% endif %}, {{ today }}", ["sender.place"]),
    ("A ({% if sender.place %}{{ sender.place }}{% endif %}) b", ["sender.place"]),
    ("Tel.: {% if sender.phone %}{{ sender.phone }}{% endif %}", ["sender.phone"]),
    ("{{ sender.name }} / {% if sender.phone %}{{ sender.phone }}{% endif %}", ["sender.phone"]),
    (
        "{{ sender.name }} · {% if sender.phone %}{{ sender.phone }}{% endif %} · b",
        ["sender.phone"],
    ),
    (
        "{{ sender.name }} - {% if sender.phone %}{{ sender.phone }}{% endif %} - b",
        ["sender.phone"],
    ),
    ('the "{% if sender.place %}{{ sender.place }}{% endif %}" branch', ["sender.place"]),
    ("la « {% if sender.place %}{{ sender.place }}{% endif %} » b", ["sender.place"]),
    ("der „{% if sender.place %}{{ sender.place }}{% endif %}“ b", ["sender.place"]),
    ("{{ sender.place | default(' ') }} is where I live", ["sender.place"]),
    ("{% if sender.name %}I, of {{ sender.place }}{% endif %}", ["sender.place"]),
    ("See {{ appeal.reference }} for it", ["appeal.reference"]),
    ("You are {{ target.role }} of it", ["target.role"]),
    ("We ask: {{ demands }}", ["demands"]),
]


@pytest.mark.parametrize(("body", "missed"), HOLES)
def test_a_hole_is_a_gap(body: str, missed: list[str]) -> None:
    """P61, P62: a blank that running text needs and that is empty is named where it stands."""
    written = letter(body)

    assert gaps(written) == missed
    [gap] = written.leftovers
    assert gap.text in written.body.split("\n")[gap.line - 1]
    assert gap.blank in body.split("\n")[gap.written - 1]


WHOLE = [
    ("{{ sender.place }}", ""),
    ("a\n{{ sender.place }}\nb", "a\nb"),
    ("{{ sender.name }} {{ sender.position }} {{ sender.phone }}", "Aliya Example"),
    ("a{% if sender.place %} in {{ sender.place }}{% endif %}.", "a."),
    ("a {% if sender.place %}in {{ sender.place }}{% endif %} b", "a b"),
    ("{% if sender.place %}{{ sender.place }}, {% endif %}b", "b"),
    ("{{ sender.place | default('here') }}, b", "here, b"),
    ("{% if sender.place %}in {{ sender.place }}{% else %}here{% endif %}: b", "here: b"),
    ("{{ sender.name }}{% if sender.position %}, {{ sender.position }}{% endif %}", NAMED.name),
    ('"a" {% if sender.place %}{{ sender.place }} {% endif %}"b"', '"a" "b"'),
    ("„a“ {% if sender.place %}{{ sender.place }} {% endif %}„b“", "„a“ „b“"),
    ("a / {% if sender.place %}{{ sender.place }} / {% endif %}b", "a / b"),
    ("Dear Director:\n\n{{ own_words }}\n\na", "Dear Director:\n\na"),
    ("{{ sender.name }}\nMain Street\n\nSir:\n\n{{ own_words }}\n\na", None),
]


@pytest.mark.parametrize(("body", "text"), WHOLE)
def test_what_reads_on_is_no_hole(body: str, text: str | None) -> None:
    """P61: a line of blanks alone, and what a guard takes away whole, leave no scar and no gap."""
    written = letter(body)

    assert gaps(written) == []
    assert text is None or written.body == text


def test_a_subject_has_holes_too() -> None:
    """P61: a blank that the subject needs keeps the letter here as well."""
    assert gaps(letter("a", subject="Letter from {{ sender.organisation }}")) == [
        "sender.organisation"
    ]


def test_the_edge_of_a_line_is_not_a_gap_of_its_own() -> None:
    """What stands for a hole is told once, as the blank that it is, and not as a leftover too."""
    written = letter("As a resident of {{ sender.place }}, I write.")

    assert [one.blank for one in written.leftovers] == ["sender.place"]
    assert find(written.body) != []  # should it come back from an editor, it is still seen


@pytest.mark.parametrize("kind", ["protest", "phone"])
def test_needs_that_no_text_shows(kind: str) -> None:
    """P61: ``needs`` of a letter and of its appeal holds it back; a call obeys only its own."""
    own = a_model(body="a", kind=kind, needs=("own_words",))
    appeal = an_appeal(letters=(own,), needs=("address",))
    written = write(appeal, own, appeal.targets, NAMED, today=TODAY)
    full = write(appeal, own, appeal.targets, FULL, own_words="Because.", today=TODAY)

    assert gaps(written) == (["own_words"] if kind == "phone" else ["sender.address", "own_words"])
    assert gaps(full) == []


def test_what_is_needed_may_depend_on_what_is_said() -> None:
    """P61: a blank in a branch that only some writers see is among what the letter needs."""
    body = "a{% if sender.organisation %} as {{ sender.position }} of it{% endif %}."
    appeal = an_appeal(letters=(a_model(body=body),))

    found = needed(appeal, appeal.letters[0], appeal.targets, TODAY)
    assert [one.blank for one in found] == ["sender.position"]
    assert gaps(letter(body)) == []


def scars(one: Letter) -> set[str]:
    """The lines that look as if something had been cut out of them."""
    return {line for line in one.body.split("\n") if SCAR.search(line)}


def without(left: Iterable[str]) -> Sender:
    """The full sender, but for what is left out."""
    missing: dict[str, Any] = dict.fromkeys(left, "")
    return replace(FULL, **missing)


def senders() -> list[Sender]:
    """Every combination of given and missing fields, a name always among them."""
    names = [name for name in FIELDS if name != "name"]
    every = (left for size in range(len(names) + 1) for left in combinations(names, size))
    return [without(left) for left in every]


@pytest.mark.parametrize("file", OWN_APPEALS, ids=lambda file: file.stem)
def test_own_appeals_have_no_holes(file: Path) -> None:
    """P61: whatever a writer leaves out, no letter of the library shows it: 512 combinations."""
    appeal = library.find(file.stem, [file.parent]).appeal
    for model, words in product(select(appeal, spoken=True).choices, ("x.", "")):
        write_ = partial(write, appeal, model.model, appeal.targets[:1], own_words=words)
        whole = scars(write_(FULL, today=TODAY))
        for sender in senders():
            written = write_(sender, today=TODAY)
            unfinished = model.model.skeleton and not words  # and so refused, as it should be
            assert bool(written.leftovers) == unfinished
            assert scars(written) <= whole, sender


def test_every_combination() -> None:
    """Of 9 fields 8 may be missing beside the name, and one's own words: 512 combinations."""
    assert 2 * len(set(senders())) == 512


BLANK = st.sampled_from(["place", "position", "organisation", "members", "country", "phone"])
WORDS = st.sampled_from(["we write", "to you", "from", "as", "members of", "Tel", "now"])
MARK = st.sampled_from([" ", " ", " ", ", ", ": ", " (", ") ", " - ", ". ", ""])


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """A word, a blank, or a clause with or without a guard around what it holds."""
    name = draw(BLANK)
    blank = f"{{{{ sender.{name} }}}}"
    before, after = draw(MARK), draw(MARK)
    return draw(
        st.sampled_from(
            [
                draw(WORDS),
                blank,
                f"{before}{blank}{after}",
                f"{{% if sender.{name} %}}{before}{blank}{after}{{% endif %}}",
                f"{{% if sender.{name} %}}{before}{draw(WORDS)}{{% endif %}}{after}",
                f"{{% if sender.{name} %}}{blank}{{% else %}}{draw(WORDS)}{{% endif %}}",
            ]
        )
    )


@settings(max_examples=400)
@given(
    st.lists(st.lists(pieces(), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4),
    st.sets(st.sampled_from([name for name in FIELDS if name != "name"])),
)
def test_no_template_lets_a_hole_through(lines: list[str], left: set[str]) -> None:
    """P61: a letter whose whole version is sound shows no scar, unless it is held back."""
    body = "\n".join(lines)
    assume(not scars(letter(body, FULL)))
    written = letter(body, without(left))

    assert gaps(written) or not scars(written)
