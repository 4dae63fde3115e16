"""Leftovers stop a letter; what only looks like one does not."""

import pytest

from makers.letters import OWN_APPEALS, own_letters
from protestmail.letters.leftovers import Leftover, find

LEFT = [
    "[YOUR NAME]",
    "[Your Name]",
    "[name]",
    "[NAME]",
    "[insert date]",
    "[INSERT NAME HERE]",
    "[COUNTRY NAME]",
    "[your city/country]",
    "[ваше имя]",
    "[Votre nom]",
    "[Ihr Name]",
    "<name>",
    "<your name>",
    "<NAME>",
    "___",
    "____________",
    "xxx",
    "xxxxx",
    "......",
    "……",
    "INSERT DATE",
    "INSERT: your town",
    "TODO: the facts",
]
FINE = [
    "[1]",
    "[12]",
    "[ILO]",
    "[sic]",
    "[...]",
    "[see above]",
    "...",
    "…",
    "wait....",
    "__init__",
    "XXX",
    "XXX congress",
    "TODO EL MUNDO",
    "todo: nada",
    "exxxtra",
    "inserted",
    "We INSERTED it",
    "<https://union.example>",
    "a < b > c",
    "<office@ministry.example>",
    "my name is in your address",
]


@pytest.mark.parametrize("text", LEFT)
@pytest.mark.parametrize("frame", ["{}", "Dear {}, good day", "«{}»"])
def test_a_leftover_is_found(text: str, frame: str) -> None:
    """What stands for something unwritten is found, wherever in a line it stands."""
    (found,) = find(frame.format(text))

    assert found.text.startswith(text)


@pytest.mark.parametrize("text", FINE)
def test_what_is_none(text: str) -> None:
    """Footnote marks, acronyms, an ellipsis, Spanish and the like are no leftovers."""
    assert find(f"We say {text} here.") == []


def test_places() -> None:
    """Leftovers come in their order, with line and column; overlapping ones count once."""
    text = "Dear [INSERT YOUR NAME],\n\nI live in ___ and <your town>.\n"

    assert find(text) == [
        Leftover(1, 6, "[INSERT YOUR NAME]"),
        Leftover(3, 11, "___"),
        Leftover(3, 19, "<your town>"),
    ]


def test_own_appeals_have_none() -> None:
    """The letters of the appeals that come with the program can go as they are.

    Where there are only demands, the writer's own words make the skeleton a letter.
    """
    written = [one for file in OWN_APPEALS for one in own_letters(file.stem, "Please act.")]

    assert written
    assert [one.leftovers for one in written if one.leftovers] == []
