"""The words that the program itself writes into a letter."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

import protestmail.letters.languages as module
from protestmail.letters.languages import (
    Language,
    known,
    languages,
    members_line,
    version,
    words,
)
from protestmail.letters.placing import closes

FILE = Path(module.__file__).with_name("languages.json")
LANGUAGES = [tag for tag in languages() if known(tag)]

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
    ("en", "240", "representing 240 members"),
    ("en", "1", "representing 1 member"),
    ("en", "240 nurses", "representing 240 nurses"),
    ("en", "over 200 nurses", "representing over 200 nurses"),
    ("en", "", ""),
    ("tr", "240", "representing 240 members"),
    ("ru", "", ""),
    ("ru", "240", "Число представляемых членов: 240"),
    ("ru", "1", "Число представляемых членов: 1"),
    ("ru", "240 nurses", "От имени: 240 nurses"),
    ("fr", "240 avocats", "représentant 240 avocats"),
    ("fr", "21", "Nombre de membres représentés\u00a0: 21"),
    ("es", "2", "Número de miembros representados: 2"),
    ("de", "240", "Zahl der vertretenen Mitglieder: 240"),
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
    assert len(one.months) == 12
    assert all(one)


def test_the_languages_file() -> None:
    """Every language of the file has every word, or is one of which only the customs are known."""
    read = json.loads(FILE.read_bytes())

    assert len(LANGUAGES) == 9
    assert read.keys() - set(LANGUAGES) == {"ar", "fa", "hi", "ja", "kk", "nl", "tr", "ur", "zh"}
    for tag, entry in read.items():
        every = Language._fields if tag in LANGUAGES else ("salutation_end", "closings")
        assert [name for name in every if name in entry] == list(entry)
        assert len(entry) == len(every) or tag not in LANGUAGES
        assert all(re.compile(one) for one in entry.get("closings", ()))


VERSIONS = [
    ("pt", "en pt-BR", "pt-BR"),
    ("pt", "pt-BR pt", "pt"),
    ("pt", "pt-BR pt-PT", "pt-BR"),
    ("pt-PT", "en pt-BR pt", "pt"),
    ("pt-PT", "en pt-BR", "pt-BR"),
    ("pt-br", "pt pt-BR", "pt-BR"),
    ("PT", "en pt", "pt"),
    ("ru-KZ", "en RU", "RU"),
    ("ru-Cyrl-KZ", "ru ru-Cyrl", "ru-Cyrl"),
    ("zh-TW", "en zh-Hans zh-Hant", "zh-Hans"),
    ("zh-Hant", "zh-TW zh", "zh"),
    ("zh-Hant-HK", "zh-Hans zh-Hant-TW", "zh-Hant-TW"),
    ("zh-Hant-TW", "zh-Hans zh zh-Hant", "zh-Hant"),
    ("kk", "en ru", ""),
    ("por", "pt en", ""),
    ("", "en", ""),
]


@pytest.mark.parametrize(("tag", "there", "served"), VERSIONS)
def test_which_version_serves_a_tag(tag: str, there: str, served: str) -> None:
    """A tag is served by itself, a wider one, any version of its language; capitals are one."""
    assert version(tag, there.split()) == served
