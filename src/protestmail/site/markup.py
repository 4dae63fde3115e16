"""Pages as text: templates that escape all they are given, one style, one script, one policy."""

import re
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protestmail import characters
from protestmail.letters import languages
from protestmail.site.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context
    from markupsafe import Markup

_TEMPLATES = Path(__file__).with_name("templates")
_NOWHERE = re.compile(f"{characters.IN_TEXT.pattern}|[\ufffe\uffff]")
"""What no text may hold, nor XML."""
_WEB = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_NOT_DIALLED = re.compile(r"[^0-9+]")
_FEWEST_DIGITS = 2
_REMARK = re.compile(r" // .*")


@cache
def file(name: str) -> str:
    """A file of the templates' folder as it stands in a page: without remarks for its writers."""
    return _REMARK.sub("", (_TEMPLATES / name).read_text("utf-8").strip())


@cache
def policy() -> str:
    """What the page may do (CSP 3): run and wear what is in it, by its hash, and load nothing."""
    script, style = (
        b64encode(sha256(file(name).encode()).digest()).decode() for name in ("page.js", "page.css")
    )
    return (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; "
        "img-src data:; form-action 'none'; base-uri 'none'"
    )


@cache
def _environment() -> "Environment":
    from protestmail.letters import jinja  # noqa: F401, I001, PLC0415  its door, which spares much
    from jinja2 import Environment, pass_context  # noqa: PLC0415
    from jinja2.loaders import FileSystemLoader  # noqa: PLC0415  letters have no use for it

    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        finalize=_shown,
        extensions=["jinja2.ext.i18n"],
    )
    said = pass_context(_said)
    environment.install_gettext_callables(said, said, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = pass_context(_day)
    own = {"of": pass_context(_of), "policy": policy(), "style": _safe("page.css")}
    environment.globals.update(own, web=web, tel=tel)
    return environment


def _shown(value: Any) -> Any:
    """Take out of a text what could turn the text around it."""
    if isinstance(value, str) and _NOWHERE.search(value):
        return type(value)(_NOWHERE.sub("\ufffd", value))
    return value


def page(template: str, **given: Any) -> bytes:
    """Write a page; what is not marked as safe is escaped.

    Lines that the templates leave empty go, those of a letter stay: they stand beside text.
    """
    text = _environment().get_template(template).render(script=_safe("page.js"), **given)
    return re.sub(r"(?<=>)\n{2,}(?=<)", "\n", text).encode() + b"\n"


def safe(text: str) -> "Markup":
    """Mark a text of our own as one that may stand in a page as it is."""
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(text)  # noqa: S704  the style, the script, and JSON without any <


def _safe(name: str) -> "Markup":
    return safe(file(name))


def _words(context: "Context") -> Words:
    """The words of the page that is being written."""
    found: Words = context["say"]
    return found


def _said(context: "Context", text: str) -> str:
    """What stands in place of an English sentence of a template, its placeholders unfilled."""
    return _words(context).known.get(text, text)


def _of(context: "Context", language: str, around: str | None = None) -> "Markup | str":
    """The attributes of an element in a language, where that ``around`` it (the page's) differs."""
    from markupsafe import Markup  # noqa: PLC0415

    if language == (_words(context).tag if around is None else around):
        return ""
    direction = "rtl" if languages.right_to_left(language) else "ltr"
    return Markup(' lang="{}" dir="{}"').format(language, direction)


def _day(context: "Context", one: date, language: str = "") -> str:
    """A day as a language writes it, or the page's own."""
    return languages.day(language or _words(context).tag, one)


def web(url: str) -> "Markup | str":
    """A link to the web; what is no such address stands there as text."""
    from markupsafe import Markup  # noqa: PLC0415

    if not _WEB.fullmatch(url):
        return url
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, url)


def tel(number: str) -> "Markup | str":
    """A telephone number that a telephone can dial."""
    from markupsafe import Markup  # noqa: PLC0415

    dialled = _NOT_DIALLED.sub("", number)
    if len(dialled) < _FEWEST_DIGITS:
        return number
    return Markup('<a href="tel:{}">{}</a>').format(dialled, number)
