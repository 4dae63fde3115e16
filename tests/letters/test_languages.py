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
    members_line,
    version,
    words,
)
from protestmail.letters.placing import closes

FILE = Path(module.__file__).with_name("languages.json")
WORDS = Language._fields[: Language._fields.index("form")]
MAY = {"salutation_end"}
DATA = json.loads(FILE.read_bytes())
LANGUAGES = [tag for tag in DATA["words"] if known(tag)]
WANTED = "en fr de es it pt nl pl cs ru uk be kk tr ar fa id el hu ro sv ko ja zh hi".split()

DATES = [
    ("en", "1 November 2026", "29 February 2028"),
    ("en-GB", "1 November 2026", "29 February 2028"),
    ("en-US", "November 1, 2026", "February 29, 2028"),
    ("ru", "1 ноября 2026 г.", "29 февраля 2028 г."),
    ("fr", "1er novembre 2026", "29 février 2028"),
    ("es", "1 de noviembre de 2026", "29 de febrero de 2028"),
    ("de", "1. November 2026", "29. Februar 2028"),
    ("it", "1º novembre 2026", "29 febbraio 2028"),
    ("pl", "1 listopada 2026 r.", "29 lutego 2028 r."),
    ("pt", "1 de novembro de 2026", "29 de fevereiro de 2028"),
    ("uk", "1 листопада 2026 р.", "29 лютого 2028 р."),
    ("tr", "1 Kasım 2026", "29 Şubat 2028"),
    ("be", "1 лістапада 2026 г.", "29 лютага 2028 г."),
    ("kk", "2026 ж. 1 қараша", "2028 ж. 29 ақпан"),
    ("ar", "1 نوفمبر 2026", "29 فبراير 2028"),
    ("fa", "۱ نوامبر ۲۰۲۶", "۲۹ فوریه ۲۰۲۸"),
    ("hi", "1 नवंबर 2026", "29 फ़रवरी 2028"),
    ("id", "1 November 2026", "29 Februari 2028"),
    ("ko", "2026년 11월 1일", "2028년 2월 29일"),
    ("ja", "2026年11月1日", "2028年2月29日"),
    ("zh-TW", "2026年11月1日", "2028年2月29日"),
    ("hu", "2026. november 1.", "2028. február 29."),
    ("ca", "1 de novembre del 2026", "29 de febrer del 2028"),
    ("tg", "01 Ноябр 2026", "29 Феврал 2028"),
    ("sr-Latn", "1. novembar 2026.", "29. februar 2028."),
    ("tlh", "2026-11-01", "2028-02-29"),
]
SALUTATIONS = [
    ("en", "To whom it may concern"),
    ("ru", "Уважаемые дамы и господа"),
    ("uk", "Шановні пані та панове"),
    ("be", "Паважаныя спадарыні і спадары"),
    ("fr", "Madame, Monsieur"),
    ("es", "A quien corresponda"),
    ("de", "Sehr geehrte Damen und Herren"),
    ("ka", "To whom it may concern"),
]
MEMBERS = [
    ("en", "240", "representing 240 members"),
    ("en", "1", "representing 1 member"),
    ("en", "240 nurses", "representing 240 nurses"),
    ("en", "over 200 nurses", "representing over 200 nurses"),
    ("en", "", ""),
    ("ka", "240", "representing 240 members"),
    ("tr", "240", "Temsil edilen üye sayısı: 240"),
    ("kk", "240 мұғалім", "240 мұғалім атынан"),
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


@pytest.mark.parametrize("tag", DATA["dates"])
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
    assert words(tag) == words("ru")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_language_is_whole(tag: str) -> None:
    """Each language has all of the words, with the places that are filled in, and its closing."""
    one = words(tag)

    assert "{n}" in one.members
    assert "{name}" in one.attention
    assert "{who}" in one.hello
    assert "{subject}" in one.calling
    assert closes(one.closing)
    assert all(getattr(one, name) for name in Language._fields[: len(WORDS)] if name not in MAY)


def test_the_languages_file() -> None:
    """The languages of most writers have all words, others a customary mark; dates have twelve."""
    assert sorted(LANGUAGES) == sorted(WANTED)
    assert len(DATA["dates"]) > 45
    assert DATA["source"].startswith("dates: Unicode CLDR ")
    for tag, entry in DATA["words"].items():
        assert set(entry) <= {*Language._fields}, tag
        assert set(entry) >= ({*WORDS} if tag in WANTED else {"salutation_end"}), tag
        assert all(re.compile(one) for one in entry.get("closings", ()))


def test_no_break_space_before_a_french_colon() -> None:
    """No word of French stands with an ordinary blank before its colon, where a line may break."""
    assert not [one for one in words("fr") if isinstance(one, str) and " :" in one]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_closing_that_is_a_sentence_ends_as_one(tag: str) -> None:
    """A closing ends in a comma, or in nothing; one that is a whole sentence in a full stop."""
    sentence = tag in {"ar", "fr"}
    closing = words(tag).closing

    assert closing.endswith(".") if sentence else not closing.endswith(".")


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
