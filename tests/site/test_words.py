"""The words of a page's own: all of them in each language, in the right places, and no others."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from jinja2 import Environment
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from makers import tongues
from makers.appeals import Folder
from makers.browser import NARROW, WIDE, Browser, published
from protestmail.letters import languages
from protestmail.site import markup, origin, words

SITE = Path(words.__file__).parent
CATALOGUES = sorted(words.FOLDER.glob("*.json"))
TONGUES = [tongues.RUSSIAN, tongues.ARABIC, tongues.JAPANESE]
HOLE = re.compile(r"%\((\w+)\)s")
each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
each_tongue = pytest.mark.parametrize("tongue", TONGUES, ids=lambda one: one["language"])


def read(path: Path) -> dict[str, str]:
    """Read a catalogue, in which no sentence may stand twice."""
    pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def sentences() -> Iterator[str]:
    """Every English sentence that a template or a module of the site says."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in SITE.glob("templates/*.html"):
        for _, _, message in environment.extract_translations(path.read_text("utf-8")):  # type: ignore[attr-defined]
            yield message if isinstance(message, str) else message[0]
    for path in SITE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Call(func=ast.Name(id="say"), args=[ast.Constant(value=str(text))]):
                    yield text


@each_catalogue
def test_a_language_has_every_sentence(path: Path) -> None:
    """P72: no page is in two languages: a catalogue has what is said, and nothing else."""
    catalogue = read(path)

    assert set(catalogue) == set(sentences())
    assert all(catalogue.values())
    assert languages.known(path.stem), "its letters have words, too"


@each_catalogue
def test_a_translation_has_the_same_holes(path: Path) -> None:
    """P71: what is put into a sentence is put into its translation, which holds no markup."""
    for text, said in read(path).items():
        assert sorted(HOLE.findall(said)) == sorted(HOLE.findall(text)), said
        assert not re.search(r"[<>&\"'%]", HOLE.sub("", said)), said
        assert markup._shown(said) == said  # noqa: SLF001  no control that turns text


@each_catalogue
def test_a_button_is_called_by_what_it_shows(path: Path) -> None:
    """P72: who speaks to a browser says what stands on the button (WCAG 2.5.3)."""
    say = words.of(path.stem)

    assert say("Copy").casefold() in say("Copy the addresses: %(whose)s", whose="A").casefold()


def test_the_script_says_what_it_was_given() -> None:
    """P72: the script has no sentence of its own; it takes them from the page's data."""
    script = markup.file("page.js")
    of_python = (SITE / "data.py").read_text("utf-8")

    used = set(re.findall(r"data\.say\.(\w+)", script))
    assert used == set(re.findall(r'"(\w+)": say\(', of_python))
    assert not re.search(r'[`"][A-Z][a-z]+ [a-z]+[^`"]*[`"]', script)


@pytest.mark.parametrize(
    ("tags", "tag"),
    [
        (["pt-BR"], "pt"),
        (["ru-KZ"], "ru"),
        (["kk"], "en"),
        (["kk", "ru"], "ru"),
        (["en-GB", "ru"], "en"),
        (["", "ar"], "ar"),
        ([], "en"),
    ],
)
def test_the_nearest_words_are_taken(tags: list[str], tag: str) -> None:
    """P72: words are the letters' language's, else the appeal's, else English ones."""
    assert words.of(*tags).tag == tag


def test_each_page_speaks_the_language_of_its_letters(appeals: Folder, tmp_path: Path) -> None:
    """P72: the page of an appeal, of its letters in another language, and the index: each one."""
    appeals.add("strike", **tongues.RUSSIAN)
    published(appeals.path, tmp_path / "site")

    def start(name: str) -> str:
        text = (tmp_path / "site" / name).read_text("utf-8")
        return text.partition("<html ")[2].partition(">")[0]

    assert start("strike/index.html") == start("index.html") == 'lang="ru" dir="ltr"'
    assert start("strike/en/index.html") == 'lang="en" dir="ltr"'
    appeals.add("bread", **tongues.ARABIC)
    published(appeals.path, tmp_path / "site")
    assert start("bread/index.html") == 'lang="ar" dir="rtl"'
    assert start("index.html") == 'lang="en" dir="ltr"'


def test_a_number_is_read_in_its_own_direction(appeals: Folder, tmp_path: Path) -> None:
    """P72: among Arabic words a telephone number of a copy is not turned around."""
    appeals.add("strike", **tongues.ARABIC)

    published(appeals.path, tmp_path / "site")

    page = (tmp_path / "site" / "strike" / "index.html").read_text("utf-8")
    assert '<bdi dir="ltr">+20 2 555 01 02</bdi>' in page


def test_other_words_make_other_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P73: where a translation is corrected, the pages that are there are written anew."""
    copytree(SITE, tmp_path / "site")
    monkeypatch.setattr(origin, "_HERE", tmp_path / "site")
    monkeypatch.setattr(origin, "_program", origin._program.__wrapped__)  # noqa: SLF001
    before = origin.key(b"an appeal")
    path = tmp_path / "site" / "words" / "ru.json"
    path.write_text(path.read_text("utf-8").replace("Кому", "Куда"), "utf-8")

    assert origin.key(b"an appeal") != before


def page(appeals: Folder, site: Path, tongue: dict[str, Any]) -> Path:
    """Publish an appeal in a language, and the directory that it needs; give its page."""
    (appeals.path / "directory").mkdir(exist_ok=True)
    (appeals.path / "directory" / "embassy.yaml").write_text(tongues.EMBASSIES)
    appeals.add(**tongue)
    published(appeals.path, site)
    return site / "strike" / "index.html"


SPOKEN = """
const own = document.documentElement.lang, walk = document.createTreeWalker(document.body, 4);
const found = [];
while (walk.nextNode()) {
  const at = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
  if (!text || at.closest("script, style, bdi, [hreflang], a[href^=http], #where")) continue;
  const around = at.closest("[lang]");
  found.push([around.lang, getComputedStyle(around).direction, text]);
}
return found;
"""
"""Each text of a page with the language and the direction that it is said to have."""
LATIN = re.compile(r"[A-Za-z]{3,}")
PRODUCTS = re.compile(r"protestmail|Ctrl|\.eml|\w+@[\w.]+")


@each_tongue
def test_every_text_says_its_language(
    browser: Browser, appeals: Folder, tmp_path: Path, tongue: dict[str, Any]
) -> None:
    """P72: language and direction are the page's, and English is named where a letter is in it."""
    browser.open(page(appeals, tmp_path / "site", tongue))
    browser.fill({"name": "Я", "place": "Ω"}, where="FR")
    texts: list[tuple[str, str, str]] = [tuple(one) for one in browser.run(SPOKEN)]
    own = tongue["language"]
    right = "rtl" if own == "ar" else "ltr"

    assert {(lang, way) for lang, way, _ in texts} == {(own, right), ("en", "ltr")}
    for lang, _, text in texts:
        assert bool(LATIN.search(PRODUCTS.sub("", text))) == (lang == "en"), text
    assert browser.run("return document.documentElement.lang") == own
    assert browser.texts("[lang=en][dir=ltr]:not(title)")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@each_tongue
def test_axe_finds_nothing(
    browser: Browser,
    appeals: Folder,
    tmp_path: Path,
    tongue: dict[str, Any],
    size: tuple[int, int],
) -> None:
    """P72: no violation of WCAG 2.2 AA in another script, in the light and in the dark."""
    one = page(appeals, tmp_path / "site", tongue)
    for shown in (one, tmp_path / "site" / "index.html"):
        for dark in (False, True):
            browser.open(shown, size, dark=dark)
            if shown == one:
                browser.fill({"name": "Я"}, where="DE")
            assert browser.violations() == []
            wide = "return document.documentElement.scrollWidth - innerWidth"
            assert browser.run(wide) <= 0
    assert browser.console() == []


@each_tongue
def test_what_is_missing_is_said_in_the_language_of_the_page(
    browser: Browser, appeals: Folder, tmp_path: Path, tongue: dict[str, Any]
) -> None:
    """P70: nothing unfinished leaves by keyboard, and the page says why in its reader's words."""
    browser.open(page(appeals, tmp_path / "site", tongue), NARROW)
    say = words.of(str(tongue["language"]))
    keys = ActionChains(browser.driver)
    browser.run("addEventListener('click', (one) => { window.stopped = one.defaultPrevented })")
    go = browser.driver.find_element("class name", "go")

    def needs(*what: str) -> str:
        return say("Still needed: %(what)s", what=say(", ").join(say(one) for one in what))

    browser.run("arguments[0].focus()", go)
    keys.send_keys(Keys.ENTER).perform()
    assert browser.run("return stopped")
    assert browser.texts(".say")[0] == needs("Your name")
    keys.send_keys("Aliya").perform()
    assert browser.run("return document.activeElement.id") == "name"
    assert browser.texts(".wants")[0] == needs("Town", "Your own paragraph")
    (card, *_) = browser.fill({"name": "Aliya", "place": "Ayr", "own_words": "[MY REASONS HERE]"})
    assert card
    assert card["wants"] == needs("[MY REASONS HERE]")
    browser.run("arguments[0].focus()", go)
    keys.send_keys(Keys.ENTER).perform()
    assert browser.texts(".say")[0] == needs("[MY REASONS HERE]")
    (card, *_) = browser.fill({"name": "Aliya", "place": "Ayr", "own_words": "Ω."})
    assert card
    assert card["wants"] == ""
    assert "Ayr" in card["body"]
