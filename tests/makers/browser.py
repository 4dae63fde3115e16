"""A real browser, Debian's Chromium, and the pages that it opens."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from protestmail.site import publish
from protestmail.site.checked import Wish
from protestmail.site.publish import Result

TODAY = date(2026, 11, 25)
NARROW, WIDE = (390, 844), (1280, 900)
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars "
    "--disable-background-networking --disable-component-update --no-first-run"
)
_FILL = """
const [values, options] = arguments;
for (const one of document.querySelectorAll("#you [name]")) one.value = values[one.name] ?? "";
if (options.where !== undefined) document.querySelector("#where").value = options.where;
for (const one of document.querySelectorAll("input[type=checkbox]")) one.checked = !!options.copies;
document.dispatchEvent(new Event("input", {bubbles: true}));
return [...document.querySelectorAll(".card")].map((card) => card.hidden ? null : ({
  subject: card.querySelector(".subject")?.textContent ?? "",
  body: card.querySelector("pre").textContent,
  wants: card.querySelector(".wants").textContent,
  link: card.querySelector(".go:not([hidden])")?.getAttribute("href") ?? "",
  draft: state(card).letter.to.length ? draft(state(card)) : "",
}));
"""


class Browser:
    """One browser for many pages; ``script`` says whether it runs their scripts."""

    def __init__(self, *, script: bool = True) -> None:
        binary, driver = which("chromium"), which("chromedriver")
        if not (binary and driver):
            pytest.skip("no Chromium with its driver here: apt-get install chromium-driver")
        options = Options()
        options.binary_location = binary
        for flag in _FLAGS.split():
            options.add_argument(flag)
        if not script:
            off = {"profile.managed_default_content_settings.javascript": 2}
            options.add_experimental_option("prefs", off)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(driver))

    def quit(self) -> None:
        """End it."""
        self.driver.quit()

    def open(self, page: Path | str, size: tuple[int, int] = WIDE, *, dark: bool = False) -> None:
        """Open a page at a size, in the light or in the dark; its messages begin anew."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setDeviceMetricsOverride", **metrics)
        self.command("Emulation.setEmulatedMedia", features=[scheme])
        self._log("browser")
        self._log("performance")
        self.driver.get(page if isinstance(page, str) else page.as_uri())

    def command(self, name: str, **given: Any) -> dict[str, Any]:
        """Give a command of the DevTools."""
        answer: dict[str, Any] = self.driver.execute_cdp_cmd(name, given)
        return answer

    def run(self, script: str, *given: Any) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *given)

    def fill(self, values: Mapping[str, str], **options: Any) -> list[dict[str, str] | None]:
        """Type into the form, and read each card: what it says, where its link leads, its draft."""
        cards: list[dict[str, str] | None] = self.run(_FILL, dict(values), options)
        return cards

    def texts(self, selector: str) -> list[str]:
        """What the elements say."""
        script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)"
        found: list[str] = self.run(script, selector)
        return found

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA, and its best practices of structure."""
        script = "const done = arguments[0]; axe.run(document, {runOnly: %s}).then(done)"
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        self.run(_axe())
        found = self.driver.execute_async_script(script % json.dumps(tags))
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def console(self) -> list[str]:
        """What the page has told its console."""
        return [str(one["message"]) for one in self._log("browser")]

    def _log(self, name: str) -> list[dict[str, Any]]:
        """What has been logged since this was last asked."""
        told: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call]
        return told

    def requests(self) -> list[str]:
        """What it has asked of any network."""
        told = (json.loads(one["message"])["message"] for one in self._log("performance"))
        sent = (one for one in told if one["method"] == "Network.requestWillBeSent")
        return [one["params"]["request"]["url"] for one in sent]


def _axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("no axe here: pip install --no-deps axe-playwright-python")
    return (Path(next(iter(found.submodule_search_locations))) / "axe.min.js").read_text("utf-8")


def published(folder: Path, site: Path, **given: Any) -> Result:
    """Publish a folder as the command does."""
    return publish.publish(Wish(folder, site, TODAY, **given))


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Serve a folder on loopback; give its address, and what is asked of it."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
