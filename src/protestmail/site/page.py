"""One appeal as a page, from its title to its outcome: all that a writer needs, and nothing else.

Everything stands in one file: the style, the script, and the letters as lines and marks.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from protestmail import address
from protestmail.appeals.appeal import ACTIVE, THANKS, WON, Appeal, Copy, Target
from protestmail.appeals.library import Headline
from protestmail.letters.letter import Letter
from protestmail.mail.link import link
from protestmail.mail.recipients import Addressed
from protestmail.paper.layout import lay_out
from protestmail.site import data, markup
from protestmail.site.cards import Card, Offer, Version
from protestmail.site.combine import OWN_WORDS

_PLAIN = r"(?:(?!=\?).)*"
"""Mail programs would take what this refuses for coded text."""
STATES = {
    "paused": "This appeal is paused",
    "won": "Won",
    "lost": "Lost",
    "closed": "This appeal has ended",
    "withdrawn": "Stop action",
}


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


_FORM = (
    Field("name", "Your name", "name", pattern=r"(?:(?!=\?)[^@])*", needed=True),
    Field("position", "Position", "organization-title"),
    Field("organisation", "Organisation", "organization"),
    Field("members", "For how many you speak", "off", "“240” or “240 nurses”"),
    Field("place", "Town", "address-level2"),
    Field("country", "Country", "country-name"),
    Field("address", "Postal address", "street-address", rows=3),
    Field("email", "E-mail address", "email", type="email", pattern=""),
    Field("phone", "Telephone", "tel", type="tel"),
)
_DRAFT = "Only if you save a draft: it is written there as yours."


class Setting(NamedTuple):
    """What a page says of things outside its appeal.

    ``day`` is as of when it tells; ``newer`` follows the appeal up; ``languages`` are other pages
    of it, each by its tag, with its place; ``up`` leads to the site, and is empty where a page
    stands by itself.
    """

    day: date
    newer: Headline | None = None
    languages: tuple[tuple[str, str], ...] = ()
    up: str = ""
    key: str = ""


def goes(appeal: Appeal) -> bool:
    """Whether letters of an appeal may go, but for its last day, of which a clock tells."""
    return appeal.status == ACTIVE or bool(appeal.status == WON and appeal.thanks)


def write(appeal: Appeal, offer: Offer, setting: Setting) -> bytes:
    """Write the page of an appeal."""
    chosen = (one for one in offer.unwritten if not (offer.countries and one.target.lookup))
    return markup.page(
        "page.html",
        appeal=appeal,
        offer=offer,
        goes=goes(appeal),
        groups=_groups(appeal, offer),
        form=_form(offer),
        countries=offer.countries,
        versions=any(one.country for card in offer.cards for one in card.versions),
        mailed=any(one.mailed for card in offer.cards for one in card.versions),
        rest=tuple(chosen),
        data=markup.safe(data.of_page(offer.cards, appeal.send_before)),
        title=appeal.title,
        language=appeal.language,
        summary=" ".join(appeal.summary.split()),
        state=STATES.get(appeal.status, appeal.status),
        facts=facts(appeal),
        home=f"{setting.up}index.html" if setting.up else "",
        alternates=(),
        as_of=setting.day,
        newer=setting.newer,
        languages=setting.languages,
        up=setting.up,
        key=setting.key,
        **_HELPERS,
    )


def facts(appeal: Appeal) -> list[str]:
    """Who issues an appeal and when; until when to write, or how it stands."""
    issued = markup.day(appeal.issued)
    lines = [" · ".join(filter(None, (appeal.issued_by.name, issued, appeal.reference)))]
    if appeal.status == ACTIVE and appeal.send_before:
        lines.append(f"Write until {markup.day(appeal.send_before)}")
    if appeal.status != ACTIVE:
        lines.append(STATES.get(appeal.status, appeal.status))
    return lines


def _groups(appeal: Appeal, offer: Offer) -> tuple[tuple[str, list[Card]], ...]:
    """The cards below their headings; those that wait to be asked for come last."""
    first = [one for one in offer.cards if not one.apart]
    kinds = {card.versions[0].letter.kind for card in first}
    letters = "Say thanks" if kinds == {THANKS} else "The letters"
    headings = (
        letters,
        "Calls",
        "Other letters, also to those whom the case is about",
    )
    written = [one for one in first if not one.call]
    called = [one for one in first if one.call]
    if not goes(appeal):
        headings = ("The letters as they were", "The calls as they were", "Other letters")
    return tuple(zip(headings, (written, called, [c for c in offer.cards if c.apart]), strict=True))


def _form(offer: Offer) -> list[Field]:
    """The fields that these letters use; the address for a draft, where one can be saved."""
    every = [one for card in offer.cards for one in card.versions]
    used = {name for one in every if one.filling for name in one.filling.fields} | {"name"}
    needed = {name for one in every if one.filling for wants in one.filling.wants for name in wants}
    form = [
        one._replace(needed=one.needed or one.name in needed) for one in _FORM if one.name in used
    ]
    if "email" not in used and any(one.mailed for one in every):
        email = next(one for one in _FORM if one.name == "email")
        form.append(email._replace(hint=_DRAFT))
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


def _ways(copy: Copy) -> str:
    return ", ".join(f"{name} {'; '.join(getattr(copy, name))}" for name in copy.by_hand)


_HELPERS: dict[str, Any] = {
    "link": _mailed,
    "postal": _postal,
    "optional": _optional,
    "copies": _copies,
    "ways": _ways,
    "ascii": lambda text: address.parse(text).ascii,
}
__all__ = ["OWN_WORDS", "Field", "Setting", "facts", "goes", "write"]
