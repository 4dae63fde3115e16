"""A letter as a mail link (RFC 6068)."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makers.letters import MINISTRY, OWN_APPEALS, a_letter, own_letters
from protestmail.appeals.appeal import Copy, Target
from protestmail.letters.letter import Letter
from protestmail.mail.link import MAX_LENGTH, Link, link
from protestmail.mail.recipients import addressed

SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:?@,&=%-._~")


def link_of(letter: Letter) -> Link:
    """Make the link of a letter."""
    return link(addressed(letter))


def _opened(url: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Read a link as a mail program does; a + is a plus here, and no blank."""
    parts = urlsplit(url)
    assert parts.scheme == "mailto"
    fields = parse_qsl(parts.query.replace("+", "%2B"), strict_parsing=True, keep_blank_values=True)
    return [unquote(one) for one in parts.path.split(",")], fields


@settings(max_examples=200)
@given(subject=st.text(), body=st.text(st.characters(exclude_characters="\r", codec="utf-8")))
def test_a_link_carries_the_letter(subject: str, body: str) -> None:
    """P31: a link carries exactly the subject and the body, and nothing can add a field."""
    copies = (Copy(email="info@campaign.example"), Copy(email="press@gazette.example"))
    made = link_of(a_letter(subject=subject, body=body, copies=copies))
    to, fields = _opened(made.url)

    assert set(made.url) <= SAFE
    assert to == list(made.to) == ["office@ministry.example"]
    assert fields == [
        ("cc", "info@campaign.example,press@gazette.example"),
        ("subject", subject),
        ("body", body.replace("\n", "\r\n")),
    ]


@pytest.mark.parametrize(
    ("email", "written"),
    [
        ("a+b@union.example", "a+b@union.example"),
        ("a&bcc=x@union.example", "a&bcc=x@union.example"),
        ("a%2Cb@union.example", "a%2Cb@union.example"),
        ("a?b@union.example", "a?b@union.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
    ],
)
def test_addresses_in_a_link(email: str, written: str) -> None:
    """An address with signs of its own stays one address; an international domain is xn--."""
    to, fields = _opened(link_of(a_letter(targets=(Target(id="x", email=(email,)),))).url)

    assert to == [written]
    assert [name for name, _ in fields] == ["subject", "body"]


def test_several_targets() -> None:
    """A letter to several has them all in its link, those that cannot be mailed left out."""
    others = Target(id="x", email=("a@b.example", "почта@b.example"))
    made = link_of(a_letter(targets=(MINISTRY, others)))

    assert _opened(made.url)[0] == ["office@ministry.example", "a@b.example"]


@pytest.mark.parametrize("file", OWN_APPEALS, ids=lambda one: one.stem)
def test_no_blind_copies(file: object) -> None:
    """P47: no link has a Bcc."""
    for one in own_letters(getattr(file, "stem", "")):
        assert {name for name, _ in _opened(link_of(one).url)[1]} <= {"cc", "subject", "body"}


def test_too_long_is_told() -> None:
    """A link that mail programs may cut is known as such, by its exact length."""
    short = link_of(a_letter(body=""))
    room = MAX_LENGTH - len(short.url)

    assert not link_of(a_letter(body="x" * room)).too_long
    assert link_of(a_letter(body="x" * (room + 1))).too_long
