"""Which letter goes to which target."""

from typing import Any

import pytest

from makers.letters import SENDER, TODAY, a_model, an_appeal
from protestmail.appeals.appeal import Appeal, Copy, ModelLetter, Target
from protestmail.errors import UsageProblem
from protestmail.letters.selection import Selection, letters, select
from protestmail.screen.letters import in_other_language, not_written

PROTEST, RUSSIAN = a_model(id="protest"), a_model(id="protest", language="ru")
FRIENDS = a_model(id="friends", kind="solidarity")
SECOND = a_model(id="second")
MODELS = (PROTEST, RUSSIAN, FRIENDS, SECOND)


def _target(id_: str, **fields: Any) -> Target:
    return Target(id=id_, name=id_.title(), email=(f"office@{id_}.example",), **fields)


def _appeal(*targets: Target, **fields: Any) -> Appeal:
    return an_appeal(targets=targets, **({"letters": MODELS} | fields))


def _table(selection: Selection) -> list[tuple[str, str, list[str]]]:
    return [
        (choice.model.id, choice.model.language, [target.id for target in choice.targets])
        for choice in selection.choices
    ]


@pytest.mark.parametrize(
    ("language", "version", "told"),
    [
        ("", "en", False),
        ("en", "en", False),
        ("en-GB", "en", False),
        ("ru", "ru", False),
        ("ru-KZ", "ru", False),
        ("RU", "ru", False),
        ("pt", "pt-BR", False),
        ("pt-PT", "pt-BR", False),
        ("zh-TW", "zh-Hant", False),
        ("kk", "en", True),
    ],
)
def test_a_targets_language(language: str, version: str, *, told: bool) -> None:
    """A target gets the version that serves its language, else the first with a note."""
    versions = (*MODELS, *(a_model(id="protest", language=one) for one in ("pt-BR", "zh-Hant")))
    selection = select(_appeal(_target("mine", language=language), letters=versions))

    assert _table(selection) == [("protest", version, ["mine"])]
    notes = [in_other_language(one) for one in selection.other_languages]
    assert bool(notes) is told
    assert all("Mine" in note and language in note for note in notes)


def test_a_language_that_is_asked_for() -> None:
    """A language given on the command line goes before the targets' own."""
    selection = select(_appeal(_target("a"), _target("b", language="en")), language="ru")

    assert _table(selection) == [("protest", "ru", ["a"]), ("protest", "ru", ["b"])]


@pytest.mark.parametrize("asked", ["RU", "ru-KZ"])
def test_a_language_is_asked_for_in_other_words(asked: str) -> None:
    """A language on the command line is served by the same rule as a target's own."""
    assert _table(select(_appeal(_target("a")), language=asked)) == [("protest", "ru", ["a"])]


def test_a_language_that_one_letter_lacks() -> None:
    """Where a target's letter is not there in the language asked for, its writer is told."""
    selection = select(_appeal(_target("a", letter=("second",))), language="ru")

    assert _table(selection) == [("second", "en", ["a"])]
    assert len(selection.other_languages) == 1


def test_only_the_first_kind_goes_by_default() -> None:
    """Letters of another kind go to nobody unless asked for, and are named."""
    appeal = _appeal(
        _target("a"), _target("b", letter=("friends",)), _target("c", letter=("second",))
    )
    selection = select(appeal)

    assert _table(selection) == [("protest", "en", ["a"]), ("second", "en", ["c"])]
    assert selection.others == {"friends": "solidarity"}


@pytest.mark.parametrize(
    ("letter", "targets"),
    [("friends", ["b"]), ("protest", ["a"]), ("second", ["a"])],
)
def test_a_letter_that_is_asked_for(letter: str, targets: list[str]) -> None:
    """A letter asked for goes to its own targets, or in the first one's place if it has none."""
    appeal = _appeal(_target("a"), _target("b", letter=("friends",)))
    selection = select(appeal, letter=letter)

    assert _table(selection) == [(letter, "en", [one]) for one in targets]
    assert letter not in selection.others


def test_a_letter_of_somebodys_own() -> None:
    """A letter that some target has for its own goes to no other, though it is of one kind."""
    appeal = _appeal(_target("a"), _target("c", letter=("second",)))

    assert _table(select(appeal, letter="second")) == [("second", "en", ["c"])]


def test_a_lookup_that_is_resolved() -> None:
    """A target that was to be looked up is written to once it has an address."""
    selection = select(_appeal(_target("embassy", lookup="embassy/KZ")))

    assert _table(selection) == [("protest", "en", ["embassy"])]
    assert selection.unwritten == ()


def test_mail_to_friends_never_goes_to_a_ministry() -> None:
    """A letter of another kind that is nobody's own reaches no target of the first letter."""
    assert _table(select(_appeal(_target("ministry")), letter="friends")) == [("friends", "en", [])]


@pytest.mark.parametrize(
    ("targets", "ids"), [((), ["a", "b", "c"]), (("c", "a"), ["a", "c"]), (("b",), ["b"])]
)
def test_some_targets_only(targets: tuple[str, ...], ids: list[str]) -> None:
    """Targets that are named are the only ones, in the appeal's order."""
    selection = select(_appeal(_target("a"), _target("b"), _target("c")), targets=targets)

    assert [one for _, _, names in _table(selection) for one in names] == ids


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"letter": "protst"}, 'did you mean "protest"?'),
        ({"language": "xx"}, "there are: en, ru"),
        ({"targets": ["mnie"]}, 'did you mean "mine"?'),
    ],
)
def test_a_name_that_is_none(given: dict[str, Any], hint: str) -> None:
    """A letter, language or target that the appeal has not is refused, with what it has."""
    with pytest.raises(UsageProblem) as refused:
        select(_appeal(_target("mine")), **given)

    assert refused.value.hint == hint


def test_together() -> None:
    """P48: only ``together`` puts several targets into one letter, one for each model."""
    targets = [_target("a"), _target("b", letter=("second",)), _target("c", language="ru")]

    assert _table(select(_appeal(*targets, together=True))) == [
        ("second", "en", ["b"]),
        ("protest", "en", ["a", "c"]),
    ]
    assert [len(names) for _, _, names in _table(select(_appeal(*targets)))] == [1, 1, 1]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"do_not_write": "in hiding"}, "do not write: in hiding"),
        ({"do_not_write": "in hiding", "email": ("a@b.example",)}, "do not write: in hiding"),
        ({"lookup": "embassy/KZ"}, "not written: add your embassy/KZ"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_who_is_not_written_to(fields: dict[str, Any], reason: str, *, together: bool) -> None:
    """A target not to be written to, or one to be looked up, gets no letter, with the reason."""
    gone = Target(id="gone", name="Gone", **fields)
    selection = select(_appeal(_target("a"), gone, together=together))

    assert _table(selection) == [("protest", "en", ["a"])]
    assert [one.target for one in selection.unwritten] == [gone]
    assert [not_written(one) for one in selection.unwritten] == [f"Gone: {reason}"]


def test_only_targets_that_are_not_written_to() -> None:
    """Where nobody may be written to there is no letter, not one to nobody."""
    assert select(_appeal(Target(id="gone", lookup="embassy/KZ"))).choices == ()


def test_an_appeal_without_targets() -> None:
    """Without targets there is the letter itself, to be read and to be taken elsewhere."""
    assert _table(select(_appeal())) == [("protest", "en", [])]
    assert _table(select(_appeal(), letter="friends")) == [("friends", "en", [])]


def test_demands_alone() -> None:
    """An appeal with demands and no letter gives a skeleton to every target."""
    selection = select(_appeal(_target("a"), _target("b"), letters=(), demands=("One.",)))

    assert [choice.model.skeleton for choice in selection.choices] == [True, True]


@pytest.mark.parametrize(("once", "counts"), [(False, [1, 1, 1]), (True, [1, 0, 1])])
def test_copies_once(counts: list[int], *, once: bool) -> None:
    """With ``cc_once`` copies go with the first of each letter, and else with every one."""
    targets = _target("a"), _target("b"), _target("c", letter=("second",))
    appeal = _appeal(*targets, copies=(Copy(email="info@campaign.example"),), cc_once=once)

    written = letters(appeal, select(appeal), SENDER, own_words="", today=TODAY)

    assert [len(one.copies) for one in written] == counts


@pytest.mark.parametrize("kind", ["solidarity", "condolence", "thanks", "enquiry"])
def test_the_first_letter_may_be_of_any_kind(kind: str) -> None:
    """The kind that goes by default is the first letter's, which the letter keeps."""
    appeal = _appeal(_target("a"), letters=(a_model(id="first", kind=kind), PROTEST))
    selection = select(appeal)
    (one,) = letters(appeal, selection, SENDER, own_words="", today=TODAY)

    assert (one.id, one.kind) == ("first", kind)
    assert selection.others == {"protest": "protest"}


CALL = a_model(id="call", kind="phone")


@pytest.mark.parametrize(
    ("fields", "called"),
    [
        ([{"phone": ("1",)}, {}], ["a"]),
        ([{"phone": ("1",)}, {"letter": ("call",)}], ["a", "b"]),
        ([{"phone": ("1",), "do_not_write": "ill"}, {}], []),
        ([{"phone": ("1",), "letter": ("second",)}, {}], ["a"]),
        ([{"phone": ("1",), "letter": ("friends",)}, {}], []),
        ([{"phone": ("1",), "letter": ("friends", "call")}, {}], ["a"]),
    ],
)
def test_letters_to_be_spoken(fields: list[dict[str, Any]], called: list[str]) -> None:
    """P65: a call is for all who name it or have a telephone, but for people at risk."""
    targets = [_target(id_, **one) for id_, one in zip("ab", fields, strict=True)]
    appeal = _appeal(*targets, letters=(*MODELS, CALL))

    spoken = select(appeal, spoken=True)

    assert [names for id_, _, names in _table(spoken) if id_ == "call"] == [[one] for one in called]
    assert "call" not in spoken.others
    assert select(appeal).others["call"] == "phone"


@pytest.mark.parametrize("order", [(CALL, PROTEST), (PROTEST, CALL)])
@pytest.mark.parametrize("named", [(), ("call",), ("protest",), ("call", "protest")])
def test_a_call_and_a_letter_to_one_office(
    order: tuple[ModelLetter, ...], named: tuple[str, ...]
) -> None:
    """P65: whichever comes first, and whichever a target names, it is written to and called."""
    appeal = _appeal(_target("a", phone=("1",), letter=named), letters=order)

    assert _table(select(appeal)) == [("protest", "en", ["a"])]
    both = [("protest", "en", ["a"]), ("call", "en", ["a"])]
    assert _table(select(appeal, spoken=True)) == both
    assert _table(select(appeal, letter="call")) == both[1:]
    assert _table(select(appeal, targets=["a"], spoken=True)) == both


def test_only_calls() -> None:
    """P65: where an appeal has nothing but calls, they are what it asks for."""
    appeal = _appeal(_target("a", phone=("1",)), letters=(CALL,))

    assert _table(select(appeal)) == _table(select(appeal, spoken=True)) == [("call", "en", ["a"])]


def test_a_letter_to_people_at_risk_is_not_sent_to_who_is_called() -> None:
    """P65: whoever names a call alone gets no letter that is for people at risk."""
    friends = a_model(id="friends", kind="solidarity")
    appeal = _appeal(_target("a", phone=("1",), letter=("call",)), letters=(friends, CALL))

    assert _table(select(appeal, spoken=True)) == [("call", "en", ["a"])]


def test_a_telephone_beside_an_open_lookup() -> None:
    """P65: who is still to be looked up and has a telephone in the appeal is called."""
    appeal = _appeal(Target(id="a", phone=("1",), lookup="embassy/KZ"), letters=(PROTEST, CALL))
    selection = select(appeal, spoken=True)

    assert ("call", "en", ["a"]) in _table(selection)
    assert [one.why for one in selection.unwritten] == ["not written"]


def test_a_salutation_stays_in_its_language() -> None:
    """Where another language is asked for, a salutation in the usual one is not taken over."""
    plain = _target("a", salutation="Dear Minister")
    both = _target("b", salutation={"ru": "Министр"})
    appeal = _appeal(plain, both)

    chosen = select(appeal, language="ru").choices

    assert [one.targets[0].salutation for one in chosen] == ["", {"ru": "Министр"}]
    assert select(appeal).choices[0].targets[0].salutation == "Dear Minister"


def test_one_letter_to_all_is_in_one_language() -> None:
    """Where one letter goes to all, a target's own language gives way, and that is told truly."""
    selection = select(_appeal(_target("a"), _target("c", language="ru"), together=True))
    [other] = selection.other_languages

    assert (
        in_other_language(other)
        == "C would be written to in ru, and is in en: one letter goes to all"
    )
