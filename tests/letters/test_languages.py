"""The words that the program itself writes into a letter."""

from datetime import date

import pytest

from protestmail.letters.languages import members_line, words
from protestmail.letters.phrases import LANGUAGES
from protestmail.letters.placing import closes

DATES = [
    ("en", "1 November 2026", "29 February 2028"),
    ("ru", "1 ноября 2026 г.", "29 февраля 2028 г."),
    ("fr", "1er novembre 2026", "29 février 2028"),
    ("es", "1 de noviembre de 2026", "29 de febrero de 2028"),
    ("de", "1. November 2026", "29. Februar 2028"),
    ("it", "1º novembre 2026", "29 febbraio 2028"),
    ("pl", "1 listopada 2026 r.", "29 lutego 2028 r."),
    ("pt", "1 de novembro de 2026", "29 de fevereiro de 2028"),
    ("uk", "1 листопада 2026 р.", "29 лютого 2028 р."),
    ("tr", "2026-11-01", "2028-02-29"),
]
SALUTATIONS = [
    ("en", "To whom it may concern"),
    ("ru", "Всем, кого это касается"),
    ("fr", "Madame, Monsieur"),
    ("es", "A quien corresponda"),
    ("de", "Sehr geehrte Damen und Herren"),
    ("tr", "To whom it may concern"),
]
MEMBERS = [
    ("en", "240", "representing 240 workers"),
    ("en", "1", "representing 1 worker"),
    ("en", "240 nurses", "representing 240 nurses"),
    ("en", "over 200 nurses", "representing over 200 nurses"),
    ("en", "", ""),
    ("tr", "240", "representing 240 workers"),
    ("ru", "", ""),
    ("ru", "240", "Число представляемых работников: 240"),
    ("ru", "1", "Число представляемых работников: 1"),
    ("ru", "240 nurses", "Число представляемых работников: 240"),
    ("fr", "21", "Nombre de travailleurs représentés : 21"),
    ("es", "2", "Número de trabajadores representados: 2"),
    ("de", "240", "Zahl der vertretenen Beschäftigten: 240"),
]


@pytest.mark.parametrize(("tag", "first", "leap"), DATES)
def test_dates(tag: str, first: str, leap: str) -> None:
    """A day is written as the letter's language writes it; ISO 8601 where that is not known."""
    assert words(tag).today(date(2026, 11, 1)) == first
    assert words(tag).today(date(2028, 2, 29)) == leap


@pytest.mark.parametrize("tag", LANGUAGES)
def test_twelve_months(tag: str) -> None:
    """Every month has a name of its own."""
    months = {words(tag).today(date(2026, month, 3)) for month in range(1, 13)}

    assert len(months) == 12


@pytest.mark.parametrize(("tag", "salutation"), SALUTATIONS)
def test_default_salutations(tag: str, salutation: str) -> None:
    """A letter to nobody in particular starts as its language does, in English if unknown."""
    assert words(tag).salutation == salutation


@pytest.mark.parametrize(("tag", "members", "line"), MEMBERS)
def test_members(tag: str, members: str, line: str) -> None:
    """A number gets the language's own form, which needs no plural; words stand as in English."""
    assert members_line(tag, members) == line


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("members", ["16 000", "16\u00a0000", "16,000", "16.000"])
def test_members_in_thousands(tag: str, members: str) -> None:
    """A number with its thousands set apart is never cut down to the part before the gap."""
    line = members_line(tag, members)

    assert members in line or "16000" in line


@pytest.mark.parametrize("tag", ["ru-KZ", "RU", "ru-Cyrl-RU"])
def test_a_tag_is_known_by_its_language(tag: str) -> None:
    """A region, a script or capitals in a tag change no words."""
    assert words(tag) is words("ru")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_language_is_whole(tag: str) -> None:
    """Each language has all of the words, with the places that are filled in, and its closing."""
    one = words(tag)

    assert "{n}" in one.members
    assert "{name}" in one.attention
    assert "{who}" in one.hello
    assert "{subject}" in one.calling
    assert closes(one.closing)
    assert all(getattr(one, name) for name in one.__slots__)
