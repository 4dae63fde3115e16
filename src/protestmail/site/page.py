"""One appeal as a page, from its title to its outcome: all that a writer needs, and nothing else.

Everything stands in one file: the style, the script, and the letters as lines and marks.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from protestmail import address
from protestmail.appeals.appeal import ACTIVE, THANKS, WON, Appeal, Copy, Target
from protestmail.appeals.library import Headline
from protestmail.letters import languages
from protestmail.letters.letter import Letter
from protestmail.mail.link import link
from protestmail.mail.recipients import Addressed
from protestmail.paper.layout import lay_out
from protestmail.site import data, markup, words
from protestmail.site.cards import Card, Offer, Version
from protestmail.site.combine import OWN_WORDS
from protestmail.site.words import Words

_PLAIN = r"(?:(?!=\?).)*"
"""Mail programs would take what this refuses for coded text."""


class Field(NamedTuple):
    """One field of the form; ``autocomplete`` is what a browser knows it by (WCAG 1.3.5)."""

    name: str
    label: str
    autocomplete: str
    hint: str = ""
    type: str = "text"
    rows: int = 0
    pattern: str = _PLAIN
    needed: bool = False


def _fields(say: Words) -> tuple[Field, ...]:
    """All that a form may ask for."""
    many = say("“240” or “240 nurses”")
    return (
        Field("name", say("Your name"), "name", pattern=r"(?:(?!=\?)[^@])*", needed=True),
        Field("position", say("Position"), "organization-title"),
        Field("organisation", say("Organisation"), "organization"),
        Field("members", say("For how many you speak"), "off", many),
        Field("place", say("Town"), "address-level2"),
        Field("country", say("Country"), "country-name"),
        Field("address", say("Postal address"), "street-address", rows=3),
        Field("email", say("E-mail address"), "email", type="email", pattern=""),
        Field("phone", say("Telephone"), "tel", type="tel"),
    )


class Setting(NamedTuple):
    """What a page says of things outside its appeal.

    ``day`` is as of when it tells; ``newer`` follows the appeal up; ``languages`` are other pages
    of it, each by its tag, with its place; ``up`` leads to the site, and is empty where a page
    stands by itself. ``language`` is that of its letters, where it is not the appeal's.
    """

    day: date
    newer: Headline | None = None
    languages: tuple[tuple[str, str], ...] = ()
    up: str = ""
    key: str = ""
    language: str = ""


def goes(appeal: Appeal) -> bool:
    """Whether letters of an appeal may go, but for its last day, of which a clock tells."""
    return appeal.status == ACTIVE or bool(appeal.status == WON and appeal.thanks)


def write(appeal: Appeal, offer: Offer, setting: Setting) -> bytes:
    """Write the page of an appeal."""
    say = words.of(setting.language, appeal.language)
    chosen = (one for one in offer.unwritten if not (offer.countries and one.target.lookup))
    return markup.page(
        "page.html",
        say=say,
        appeal=appeal,
        offer=offer,
        goes=goes(appeal),
        thanks=_thanks(offer),
        groups=_groups(appeal, offer, say),
        form=_form(offer, say),
        countries=offer.countries,
        versions=any(one.country for card in offer.cards for one in card.versions),
        mailed=any(one.mailed for card in offer.cards for one in card.versions),
        rest=tuple(chosen),
        data=markup.safe(data.of_page(offer.cards, appeal.send_before, say)),
        title=appeal.title,
        language=appeal.language,
        summary=" ".join(appeal.summary.split()),
        state=state(appeal, say),
        facts=facts(appeal, say),
        home=f"{setting.up}index.html" if setting.up else "",
        alternates=(),
        as_of=setting.day,
        newer=setting.newer,
        languages=setting.languages,
        up=setting.up,
        key=setting.key,
        ways=lambda copy: _ways(copy, say),
        **_HELPERS,
    )


def state(appeal: Appeal, say: Words) -> str:
    """How an appeal stands that is not active."""
    known = {
        "paused": say("This appeal is paused"),
        "won": say("Won"),
        "lost": say("Lost"),
        "closed": say("This appeal has ended"),
        "withdrawn": say("Stop action"),
    }
    return known.get(appeal.status, appeal.status)


def facts(appeal: Appeal, say: Words) -> tuple[list[str], str]:
    """Who issues an appeal, when, and its number; until when to write, or how it stands."""
    issued = languages.day(say.tag, appeal.issued)
    parts = [one for one in (appeal.issued_by.name, issued, appeal.reference) if one]
    if appeal.status != ACTIVE:
        return parts, state(appeal, say)
    if not appeal.send_before:
        return parts, ""
    return parts, say("Write until %(day)s", day=languages.day(say.tag, appeal.send_before))


def _thanks(offer: Offer) -> bool:
    """Whether all that is to be written are thanks."""
    return {one.versions[0].letter.kind for one in offer.cards if not one.apart} == {THANKS}


def _groups(appeal: Appeal, offer: Offer, say: Words) -> tuple[tuple[str, list[Card]], ...]:
    """The cards below their headings; those that wait to be asked for come last."""
    headings = (
        say("Say thanks") if _thanks(offer) else say("The letters"),
        say("Calls"),
        say("Other letters, also to those whom the case is about"),
    )
    if not goes(appeal):
        past = say("The letters as they were"), say("The calls as they were")
        headings = (*past, say("Other letters"))
    first = [one for one in offer.cards if not one.apart]
    written = [one for one in first if not one.call]
    called = [one for one in first if one.call]
    return tuple(zip(headings, (written, called, [c for c in offer.cards if c.apart]), strict=True))


def _form(offer: Offer, say: Words) -> list[Field]:
    """The fields that these letters use; the address for a draft, where one can be saved."""
    every = [one for card in offer.cards for one in card.versions]
    used = {name for one in every if one.filling for name in one.filling.fields} | {"name"}
    needed = {name for one in every if one.filling for wants in one.filling.wants for name in wants}
    fields = _fields(say)
    form = [one._replace(needed=one.needed or one.name in needed) for one in fields]
    form = [one for one in form if one.name in used]
    if "email" not in used and any(one.mailed for one in every):
        draft = say("Only if you save a draft: it is written there as yours.")
        form += [one._replace(hint=draft) for one in fields if one.name == "email"]
    return form


def _mailed(one: Version) -> str:
    """The mail link of a page without script: whom it goes to, and no letter."""
    kept = {copy.email for copy in one.letter.copies}
    copies = tuple(each for each in one.copies if each.address.text in kept)
    plain = one.letter._replace(subject=one.text.text.partition("\n")[0], body="")
    return link(Addressed(plain, (*one.to, *copies))).url.removesuffix("&body=")


def _postal(one: Version, target: Target) -> str:
    """The lines for the envelope, and the head of a printed letter."""
    return "\n".join(lay_out(_to(one.letter, target)).address)


def _to(letter: Letter, target: Target) -> Letter:
    return letter._replace(targets=(target,))


def _optional(one: Version) -> list[str]:
    """The addresses of the copies that its writer may leave out."""
    kept = {copy.email for copy in one.letter.copies}
    return [copy.email for copy in one.optional if copy.email and copy.email not in kept]


def _copies(one: Version) -> Sequence[Copy]:
    """Whoever gets a copy for a reason that is told, or by another way than e-mail."""
    return [copy for copy in one.letter.copies if copy.why or not copy.email]


def _ways(copy: Copy, say: Words) -> list[tuple[str, str, str]]:
    """How a copy goes that no e-mail carries: by what, to whom, and in which direction it reads."""
    called = {
        "post": say("Post"),
        "fax": say("Fax"),
        "phone": say("Telephone"),
        "web": say("Form"),
        "social": say("Social media"),
    }
    return [
        (called[one], "; ".join(getattr(copy, one)), "auto" if one == "post" else "ltr")
        for one in copy.by_hand
    ]


_HELPERS: dict[str, Any] = {
    "link": _mailed,
    "postal": _postal,
    "optional": _optional,
    "copies": _copies,
    "ascii": lambda text: address.parse(text).ascii,
}
__all__ = ["OWN_WORDS", "Field", "Setting", "facts", "goes", "state", "write"]
