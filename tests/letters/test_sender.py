"""Who signs."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from protestmail.errors import SettingsProblem
from protestmail.letters.sender import FIELDS, SPECIMEN, Sender

BAD = ["a\x00b", "a\x1b[31m", "a\rb", "a\tb", "a\x7f", "a\x85b", "a\u2028b", "a\u2029", "a\u202eb"]


def _sender(field: str, text: str) -> Sender:
    fields: dict[str, Any] = {field: text}
    return Sender(**fields)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", [*BAD, "a\u2066b", "=?utf-8?q?a?=", "=?"])
def test_what_no_line_holds(field: str, text: str) -> None:
    """P16: control, bidi and coded text in any field is refused, naming the field."""
    with pytest.raises(SettingsProblem, match=f"sender's {field} ") as refused:
        _sender(field, text)

    assert refused.value.hint
    assert int(refused.value.exit_code) == 78


@pytest.mark.parametrize("field", [field for field in FIELDS if field != "address"])
def test_one_line_only(field: str) -> None:
    """P42: no field but the postal address may have a second line, which a header could take."""
    with pytest.raises(SettingsProblem):
        _sender(field, "a\nBcc: x@evil.example")
    assert Sender(address="1 Street\nTown").address == "1 Street\nTown"


@pytest.mark.parametrize("name", ["president@palace.example", "A (a@b.example)", "@"])
def test_a_name_with_an_at(name: str) -> None:
    """P22: a name that could pass for an address is refused."""
    with pytest.raises(SettingsProblem, match="could pass for an address"):
        Sender(name=name)


@pytest.mark.parametrize(
    "text", ["Алия Пример", "علی\u200cرضا", 'O\'Neill, "Bo"', "{{ 7*7 }}", "[/b]", "日本"]
)
def test_any_script_and_sign(text: str) -> None:
    """P15: a name in any script, with any sign, is kept as it is."""
    assert Sender(name=text, organisation=text, place=text).name == text


def test_it_never_changes() -> None:
    """A sender is settled once."""
    with pytest.raises(FrozenInstanceError):
        SPECIMEN.name = "Other"  # type: ignore[misc]


def test_the_specimen_is_nobody() -> None:
    """The specimen says what it is, at a domain that can belong to nobody."""
    assert SPECIMEN.specimen
    assert "Specimen" in SPECIMEN.name
    assert SPECIMEN.email.endswith(".example")
    assert not Sender().specimen
    assert "specimen" not in FIELDS
