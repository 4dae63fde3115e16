"""Addresses: what is one, what is none, and what is only suggested."""

import re

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from protestmail import address

DAMAGED = [
    *("office (at) court.example", "office (a) court.example", "office[at]court[dot]example"),
    *("office AT court.example", "office at court dot example", "office{at}court.example"),
    *("office(at)court(punkt)example", "office arroba court punto example"),
    *("office_at_court.example", "office＠court.example", "office%40court.example"),
    *(
        "office&#64;court.example",
        "office&commat;court.example",
        "office&#x40;court&period;example",
    ),
    *("mailto:office@court.example", "MAILTO:office@court.example?subject=x"),
    *("<office@court.example>", "<mailto:office@court.example>", "office@court.example>"),
    *("Office of the Court <office@court.example>", '"Smith, John" <office@court.example>'),
    *("E-mail: office@court.example", "office@court.example (press office)"),
    *("office@court.example.", "office@court.example,", "office@court.example;"),
    *("office @ court.example", "office@ court.example", "office @court.example"),
    *("office@@court.example", "office@court..example", "office@court,example"),
    *("office@court . example", "office@court.example)", "'office@court.example'"),
    *(
        "“office@court.example”",
        "„office@court.example“",
        "‘office@court.example",
        "«office@court.example»",
    ),
    *("office\u200b@court.example", "\u00a0office@court.example", "\ufeffoffice@court.example"),
    *("office@co\u00adurt.example", "office@court.example; office@court.example"),
]
SEVERAL = [
    *("a@x.example; b@y.example", "a@x.example, b@y.example", "a@x.example b@y.example"),
    *("a@x.example/b@y.example", "a@x.example / b@y.example", "a@x.example | b@y.example"),
    *("a@x.example and b@y.example", "a@x.example und b@y.example", "a@x.example и b@y.example"),
    *("a (at) x.example or b (at) y.example", "A <a@x.example>, B <b@y.example>"),
    *("a@x.example\u00a0b@y.example", "mailto:a@x.example,b@y.example", "a@x.example\nb@y.example"),
]
NOT_REPAIRED = [
    *("office (at) court", "x (at) y", "the office, see page", "https://court.example/contact"),
    *("a@x.example; broken@", "office.court.example", "x" * 5000 + " (at) y.example", "&#64;"),
]
TAKEN = [
    "mary-a-smith@Court.example",
    "r&d@Court.example",
    "o'neil@Court.example",
    "a/b@Court.example",
]
REFUSED = [
    "a@x.example,b@y.example", "a@x.example\r\nBcc: b@y.example", "a b@x.example", "-f@x.example",
    "|x@y.example", "`x`@y.example", "x@localhost", "x@[127.0.0.1]", "x@@y.example", "x", "@",
    "[email protected]", "=?utf-8?q?a?=@x.example", "a..b@x.example", "x@y.test", "x@-y.example",
]  # fmt: skip

NAMES = st.from_regex(r"[A-Za-z0-9]{1,9}([._+-]{1,2}[A-Za-z0-9]{1,40}){0,3}", fullmatch=True)
LABELS = st.from_regex(r"[A-Za-z0-9-]{1,50}(\.[a-z0-9-]{1,30}){0,3}", fullmatch=True)


@settings(max_examples=500)
@given(st.builds("{}@{}.{}".format, NAMES, LABELS, st.sampled_from(["org", "example", "museum"])))
def test_plain_addresses_are_addresses(text: str) -> None:
    """P20: what is let through by its looks is accepted, unchanged, by email-validator."""
    if address._PLAIN.match(text):  # noqa: SLF001
        assert validate_email(text, check_deliverability=False).normalized == text
        assert address.parse(text) == address.Address(text, text)


def refused(text: str) -> address.BadAddress:
    """How an address is refused."""
    with pytest.raises(address.BadAddress) as why:
        address.parse(text)
    return why.value


@pytest.mark.parametrize("text", DAMAGED)
def test_damaged_addresses(text: str) -> None:
    """P20: a damaged address is refused, and the repaired one only suggested."""
    assert refused(text).hint == 'did you mean "office@court.example"?'


@pytest.mark.parametrize("text", SEVERAL)
def test_several_addresses(text: str) -> None:
    """P20: two addresses in one text are two, of which none is taken for the other."""
    why = refused(text)

    assert why.several == ["a@x.example", "b@y.example"]
    assert str(why).endswith("holds 2 addresses")


@pytest.mark.parametrize("text", NOT_REPAIRED)
def test_what_cannot_be_repaired(text: str) -> None:
    """P20: nothing is suggested that is no address itself."""
    why = refused(text)

    assert "did you mean" not in why.hint
    assert not why.several


@pytest.mark.parametrize("text", TAKEN)
def test_odd_addresses(text: str) -> None:
    """P20: what only looks like damage is taken for what it is."""
    assert address.parse(text).text == text.replace("Court", "court")


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab@. \u00a0()<>,;/&#64;&commat;[at]%mailto:“”-_\n")))
def test_only_addresses_are_suggested(text: str) -> None:
    """P20: whatever the text, what is suggested would be taken as it stands."""
    try:
        address.parse(text)
    except address.BadAddress as why:
        for one in [*why.several, *re.findall('did you mean "(.+)"', why.hint)]:
            assert address.parse(one)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    """P20: two addresses, line ends, blanks, options and pipes are no address."""
    with pytest.raises(address.BadAddress):
        address.parse(text)


def test_an_international_domain() -> None:
    """P20, P21: it goes out as xn--, and is shown in both forms."""
    found = address.parse("office@президент.example")

    assert found.ascii == "office@xn--d1abbgf6aiiy.example"
    assert found.shown == "office@президент.example (xn--d1abbgf6aiiy.example)"
    assert found.international
    assert not found.mixed


def test_a_mixed_domain() -> None:
    """P21: a domain that mixes scripts says so."""
    found = address.parse("office@pаypal.example")  # its first a is Cyrillic

    assert found.mixed
    assert "MIXED SCRIPTS" in found.shown


def test_a_name_that_is_not_ascii() -> None:
    """P20: an address whose name is not ASCII is one, and cannot be mailed."""
    assert not address.parse("министр@court.example").mailable


@pytest.mark.parametrize(
    ("domain", "nowhere"),
    [
        *(("office.example", True), ("EXAMPLE.org", True), ("mail.example.com", True)),
        *(("a.test", True), ("a.invalid", True), ("localhost", True), ("example", True)),
        *(("myexample.org", False), ("example.de", False), ("test.org", False)),
        *(("example.com.br", False), ("justice.gov.kz", False)),
    ],
)
def test_domains_that_belong_to_nobody(domain: str, *, nowhere: bool) -> None:
    """An address leads nowhere where its domain is reserved (RFC 2606, 6761), and only there."""
    assert address.leads_nowhere(f"office@{domain}") == nowhere
