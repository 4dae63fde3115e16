"""A page in a real browser: what it shows, what it lets out, and what it asks of the world."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from makers.appeals import Folder
from makers.browser import NARROW, WIDE, Browser, published, served
from makers.program import APPEALS

HOSTILE = '</script><img src=x onerror=alert(1)>"\'><a href="javascript:alert(1)" onload=x>'
PASTE = (
    "Your mail program opens with the letter in it. If it opens without, paste the letter there "
    "(Ctrl+V): it is copied."
)
BIG = {"name": "Aliya Example", "organisation": "Example Union", "members": "240"}


def page(appeals: Folder, site: Path, id_: str = "strike", /, **fields: object) -> Path:
    """Publish one appeal of these fields; give its page."""
    appeals.add(id_, **fields)
    published(appeals.path, site)
    return site / id_ / "index.html"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give the folder of a site to be."""
    return tmp_path / "site"


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """Give the site of the appeals that come with the program."""
    published(APPEALS, tmp_path / "practice")
    return tmp_path / "practice"


def test_a_page_asks_for_itself_and_nothing_else(
    browser: Browser, scriptless: Browser, practice: Path
) -> None:
    """P69: one request, nothing stored, an empty console; the same with its script and without."""
    for one in (browser, scriptless):
        with served(practice) as (address, asked):
            one.open(f"{address}practice-letter/index.html")
            assert [path for path in one.requests() if not path.startswith("data:")] == [
                f"{address}practice-letter/index.html"
            ]
        assert list(asked) == ["/practice-letter/index.html"]
        assert one.console() == []
    browser.fill(BIG)
    stored = "return [document.cookie, localStorage.length, sessionStorage.length]"
    assert browser.run(stored) == ["", 0, 0]


def test_no_other_script_and_no_form_runs(browser: Browser, practice: Path) -> None:
    """P69: the policy of the page stops whatever script, style or form it does not name."""
    browser.open(practice / "practice-letter" / "index.html")
    browser.run(
        """
        const script = document.createElement("script");
        script.textContent = "window.foreign = true";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<p style='color:red' onclick='foreign=1'>");
        """
    )

    assert browser.run("return window.foreign") is None
    assert "Content Security Policy" in " ".join(browser.console())


def test_without_script_the_letter_can_be_read_and_the_link_names_whom_it_is_for(
    scriptless: Browser, practice: Path
) -> None:
    """P70: without script there is the letter to copy, a link with no letter in it, and advice."""
    scriptless.open(practice / "practice-letter" / "index.html", NARROW)
    text = scriptless.driver.find_element("tag name", "body").text
    link = scriptless.driver.find_element("class name", "go")

    assert "Dear Director,\n\nI write about the dockers of the night shift" in text
    assert "sign it with your name" in text
    assert "Your name" not in text
    assert link.get_attribute("href") == (
        "mailto:office@harbour.example?cc=campaign%40practice.example"
        "&subject=Night%20canteen%20at%20Port%20Example%20%28PRACTICE%201%29"
    )


def test_nothing_unfinished_leaves(browser: Browser, appeals: Folder, site: Path) -> None:
    """P70: a button says what is missing and leads there; with all of it the letter goes."""
    letter = "{{ salutation }}\n\nI live in {{ sender.place }}. Free them.\n\n{{ signature }}"
    browser.open(page(appeals, site, letter=letter, needs=["own_words"]))
    go = browser.driver.find_element("class name", "go")
    browser.run("addEventListener('click', (one) => { window.stopped = one.defaultPrevented })")

    go.click()
    assert browser.run("return stopped")
    assert browser.texts(".say") == ["Still needed: Your name"]
    assert browser.driver.switch_to.active_element.get_attribute("id") == "name"
    (card,) = browser.fill({"name": "Aliya"})
    assert browser.texts(".say") == [""], "what it said of before is true no more"
    assert card
    assert card["wants"] == "Still needed: Town, Your own paragraph"
    assert "I live in [your town]." in card["body"]
    (card,) = browser.fill({"name": "a@b", "place": "Ayr", "own_words": "[MY REASONS HERE]"})
    assert card
    assert card["wants"] == "Still needed: Your name, [MY REASONS HERE]"
    (card,) = browser.fill({"name": "Aliya", "place": "xxx", "own_words": "[your reasons]"})
    assert card
    assert card["wants"] == "Still needed: xxx"
    (card,) = browser.fill({"name": "Aliya", "place": "[branch 7]", "own_words": "[your reasons]"})
    assert card
    assert card["wants"] == "Still needed: [your reasons]"
    (card,) = browser.fill({"name": "Aliya", "place": "Ayr", "own_words": "For my sister."})
    assert card
    assert card["wants"] == ""


def test_after_the_last_day_the_buttons_are_gone(
    browser: Browser, appeals: Folder, site: Path
) -> None:
    """P70: a page that was published in time lets nothing out when its day is over."""
    today = date.today()  # noqa: DTZ011  the day of the browser
    last = page(appeals, site, send_before=str(today))
    late = page(appeals, site, "late", send_before=str(today - timedelta(days=1)))

    browser.open(last)
    assert browser.texts(".go")
    browser.open(late)
    assert browser.texts(".go, #you, button") == []
    assert browser.driver.find_element("id", "late").is_displayed()


def test_a_stop_action_shows_no_letter(browser: Browser, appeals: Folder, site: Path) -> None:
    """P70: a withdrawn appeal is its notice alone, and the first thing of the index."""
    appeals.add("going-on")
    one = page(
        appeals, site, status="withdrawn", closed="2026-02-01", outcome="He asks you to stop."
    )

    browser.open(one)
    assert "He asks you to stop." in " ".join(browser.texts("main"))
    assert browser.texts("pre, button, .go, [href^=mailto]") == []
    browser.open(site / "index.html")
    assert browser.texts("h2")[0].startswith("Stop actions")


def skeleton(browser: Browser) -> list[list[str]]:
    """What a page is made of: each element with the names of its attributes, and its links."""
    script = """
    return [...document.querySelectorAll("*")].map((one) => [one.tagName,
      ...[...one.attributes].map(({name, value}) => name === "href" ? value.split(":")[0] : name)]);
    """
    found: list[list[str]] = browser.run(script)
    return found


def test_a_hostile_appeal_changes_no_element_of_the_page(
    browser: Browser, scriptless: Browser, appeals: Folder, site: Path
) -> None:
    """P71: markup, scripts and turned text in every field of an appeal remain text."""

    def fields(text: str, url: str) -> dict[str, object]:
        target = {"name": f"A {text}", "role": text, "note": text, "email": "a@b.example",
                  "web": url, "phone": text, "post": [text]}  # fmt: skip
        return {
            "title": text,
            "summary": text,
            "background": text,
            "demands": [text],
            "guidance": [text],
            "risk": text,
            "issued_by": {"name": text},
            "sources": [{"title": text, "url": url}],
            "actions": [{"kind": "other", "text": text, "url": url}],
            "updates": [{"date": "2026-02-01", "text": text}],
            "targets": [target],
            "cc": [{"email": "c@d.example", "name": text, "optional": True, "why": text}],
            "subject": text,
            "letter": f"{{{{ salutation }}}}\n\n{text}\n\n<!-- {text}\n\n{{{{ signature }}}}",
        }

    page(appeals, site, "tame", **fields("1 plain (1) text (1)", "https://a.example/"))
    page(appeals, site, "hostile", **fields(f"1 {HOSTILE}", "https://a.example/&quot;onload=x"))
    for one in (browser, scriptless):
        one.open(site / "tame" / "index.html")
        tame = skeleton(one)
        one.open(site / "hostile" / "index.html")
        assert skeleton(one) == tame
        assert one.console() == []
    assert HOSTILE in "".join(browser.texts("pre"))
    assert browser.fill({"name": HOSTILE.replace("=", "-")})
    browser.open(site / "index.html")
    assert browser.texts("script, img") == []


RTL: dict[str, object] = {
    "language": "ar",
    "title": "الحرية لأعضاء لجنة الإضراب",
    "summary": "أعضاء اللجنة في السجن.",
    "demands": ["يُفرج عن أعضاء اللجنة."],
    "risk": "لا تذكروا أسماء الشهود.",
    "subject": "الحرية للجنة",
    "letter": "{{ salutation }}\n\nأطالب بالإفراج عنهم.\n\n{{ signature }}",
}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_axe_finds_nothing(
    browser: Browser, appeals: Folder, site: Path, practice: Path, size: tuple[int, int]
) -> None:
    """P72: no violation of WCAG 2.2 AA, in the light, in the dark, written from right to left."""
    rtl = page(appeals, site, **RTL)
    shown = [practice / one / "index.html" for one in ("practice-lookup", "mangistau-oil-strike")]
    shown += [practice / "practice-letter" / "index.html", practice / "index.html", rtl]
    for one in shown:
        for dark in (False, True):
            browser.open(one, size, dark=dark)
            if "practice-l" in str(one):
                browser.fill({"name": "Aliya"})
                browser.driver.find_element("css selector", "[data-do=change]").click()
            assert browser.violations() == [], f"{one} dark={dark}"
            wide = "return document.documentElement.scrollWidth - innerWidth"
            assert browser.run(wide) <= 0


def test_a_letter_goes_by_keyboard_alone(browser: Browser, practice: Path) -> None:
    """P72: with the keys Tab, Enter and those of letters, somebody fills in and copies a letter."""
    browser.open(practice / "practice-letter" / "index.html", NARROW)
    keys = ActionChains(browser.driver)

    def here() -> str:
        script = "const at = document.activeElement; return at.id || at.dataset.do || at.tagName"
        return str(browser.run(script))

    def on_to(wanted: str) -> None:
        for _ in range(40):
            keys.send_keys(Keys.TAB).perform()
            if here() == wanted:
                return
        pytest.fail(f"no way by Tab to {wanted}")

    def said() -> list[str]:
        """What a screen reader says here: the name, what is added to it, and the group."""
        at = browser.driver.switch_to.active_element
        added = browser.driver.find_element("id", at.get_attribute("aria-describedby") or "").text
        return [
            at.accessible_name,
            added,
            at.find_element("xpath", "ancestor::*[@role='group']").accessible_name,
        ]

    on_to("name")
    keys.send_keys("Aliya Example").perform()
    on_to("own_words")
    keys.send_keys("My father is a docker.").perform()
    on_to("go")
    assert said() == [
        "Copy the letter and open your mail program",
        PASTE,
        "Example Harbour Company",
    ]
    href = browser.driver.switch_to.active_element.get_attribute("href")
    on_to("body")
    keys.send_keys(Keys.ENTER).perform()

    assert "My%20father%20is%20a%20docker." in (href or "")
    assert browser.texts(".say")[0] == "The letter is copied."


def test_a_language_is_called_by_its_own_name(browser: Browser, practice: Path) -> None:
    """Who reads no English finds their language by its name, above the form."""
    browser.open(practice / "practice-letter" / "index.html")

    assert browser.texts("#write + nav a") == ["français"]


def test_a_text_keeps_its_paragraphs(browser: Browser, appeals: Folder, site: Path) -> None:
    """P68: a letter that has no name yet, or is of the past, stands in its paragraphs."""
    letter = "Dear all,\n\nFree them.\n\n{{ signature }}"
    over = {"status": "won", "closed": "2026-02-01", "outcome": "Free.\n\nAll of them."}
    for fields in ({}, over):
        browser.open(page(appeals, site, letter=letter, background="One.\n\nTwo.", **fields))
        assert browser.texts("pre")[0].startswith("Dear all,\n\nFree them.")
        assert "One.\n\nTwo." in browser.texts(".pre")


def test_a_changed_text_is_left_alone(browser: Browser, practice: Path) -> None:
    """What somebody has written by hand stays, until they start again from the model."""
    browser.open(practice / "practice-letter" / "index.html")
    change = browser.driver.find_element("css selector", "[data-do=change]")

    change.click()
    assert browser.texts(".say")[0].startswith("Still needed")
    browser.fill({"name": "Aliya"})
    change.click()
    browser.run("document.querySelector('.card textarea').value = 'All by myself.\\n\\nA.'")
    first, second, *_ = browser.fill({"name": "Somebody Else"})
    assert first
    assert second
    assert first["body"] == "All by myself.\n\nA."
    assert first["link"].endswith("body=All%20by%20myself.%0D%0A%0D%0AA.")
    assert "Somebody Else" in second["body"]
    change.click()
    (first, *_) = browser.fill({"name": "Somebody Else"})
    assert first
    assert first["body"].endswith("Somebody Else")


def test_what_is_copied_and_saved_is_what_is_shown(browser: Browser, practice: Path) -> None:
    """P68: the buttons hand over the text of the page, without https as well."""
    browser.open(practice / "practice-letter" / "index.html")
    browser.run(
        """
        window.copied = []; window.saved = [];
        document.execCommand = () => copied.push(document.activeElement.value);
        Object.defineProperty(navigator, "clipboard", {configurable: true, value: undefined});
        URL.createObjectURL = (blob) => { saved.push(blob.type); return "#"; };
        """
    )
    (card, *_) = browser.fill(BIG | {"email": "aliya@branch.example"})
    for what in ("body", "subject", "to", "cc", "eml"):
        browser.driver.find_element("css selector", f"[data-do={what}]").click()
    copied = browser.driver.execute_async_script(
        "const done = arguments[0]; Promise.resolve().then(() => done(copied))"
    )

    assert card
    assert copied == [
        card["body"], card["subject"], "office@harbour.example", "campaign@practice.example"
    ]  # fmt: skip
    assert browser.run("return saved") == ["message/rfc822"]


def test_one_letter_is_printed_as_a_page(browser: Browser, practice: Path) -> None:
    """P65: for the post, the letter stands on paper below its address and the day, and alone."""
    browser.open(practice / "practice-letter" / "index.html")
    browser.fill(BIG | {"place": "Ayr"})
    card = browser.driver.find_elements("class name", "card")[2]
    browser.run("window.print = () => { window.seen = document.body.className; }")
    card.find_element("css selector", "[data-do=print]").click()
    browser.command("Emulation.setEmulatedMedia", media="print")
    text = browser.driver.find_element("tag name", "body").text
    browser.command("Emulation.setEmulatedMedia", media="")

    assert browser.run("return seen") == "one"
    assert text.startswith(
        "Port Example Town Council\nTown Hall\n1 Practice Street\nPort Example\n"
    )
    assert text.split("\n")[4].startswith("Ayr, ")
    assert text.split("\n")[5].startswith("Night canteen at Port Example")
    assert text.endswith(
        "Yours faithfully,\n\nAliya Example\nExample Union\nrepresenting 240 members\nAyr"
    )


def test_whom_one_writes_to_follows_the_country(browser: Browser, practice: Path) -> None:
    """P65: the office of the writer's country is chosen; without script, all of them are listed."""
    browser.open(practice / "practice-lookup" / "index.html")
    links = [
        [one["link"] for one in browser.fill({"name": "A"}, where=where) if one]
        for where in ("", "FR", "US")
    ]

    assert [[link.partition("?")[0] for link in some] for some in links] == [
        ["mailto:minister@ports.example"],
        ["mailto:minister@ports.example", "mailto:france@office.example,paris@office.example"],
        ["mailto:minister@ports.example", ""],
    ]


def test_people_at_risk_are_not_the_first_that_is_offered(
    browser: Browser, appeals: Folder, site: Path
) -> None:
    """P66: letters of solidarity stand below their own heading, after all others."""
    text = (APPEALS / "mangistau-oil-strike.yaml").read_text("utf-8")
    text = text.replace("status: closed", "status: active")
    kept = [one for one in text.splitlines() if not one.startswith(("closed:", "outcome:"))]
    (appeals.path / "one.yaml").write_text("\n".join(kept), "utf-8")
    published(appeals.path, site)
    browser.open(site / "one" / "index.html")

    cards = browser.texts(".card h3")
    assert cards[-1] == "Solidarity addresses for the strikers"
    assert browser.texts("#apart .card h3") == cards[-1:]
    assert json.loads(browser.texts("#data")[0])["letters"]
