"""Addresses: what is one, what is none, and what is only suggested."""

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from protestmail import address

DAMAGED = [
    ("office (at) court.example", "office@court.example"),
    ("office[at]court.example", "office@court.example"),
    ("office at court dot example", "office@court.example"),
    ("office@court.example.", "office@court.example"),
    ("office@court.example,", "office@court.example"),
    ("office\u200b@court.example", "office@court.example"),
    ("mailto:office@court.example", "office@court.example"),
    ("<office@court.example>", "office@court.example"),
    ("a@court.example / b@court.example", "a@court.example"),
]
REFUSED = [
    "a@x.example,b@y.example", "a@x.example\r\nBcc: b@y.example", "a b@x.example", "-f@x.example",
    "|x@y.example", "`x`@y.example", "x@localhost", "x@[127.0.0.1]", "x@@y.example", "x", "@",
    "[email protected]", "=?utf-8?q?a?=@x.example", "a..b@x.example", "x@y.test", "x@-y.example",
]  # fmt: skip

NAMES = st.from_regex(r"[A-Za-z0-9]{1,9}([._+-]{1,2}[A-Za-z0-9]{1,40}){0,3}", fullmatch=True)
LABELS = st.from_regex(r"[A-Za-z0-9-]{1,50}(\.[a-z0-9-]{1,30}){0,3}", fullmatch=True)


@settings(max_examples=500, deadline=None)
@given(st.builds("{}@{}.{}".format, NAMES, LABELS, st.sampled_from(["org", "example", "museum"])))
def test_plain_addresses_are_addresses(text: str) -> None:
    """P20: what is let through by its looks is accepted, unchanged, by email-validator."""
    if address._PLAIN.match(text):  # noqa: SLF001
        assert validate_email(text, check_deliverability=False).normalized == text
        assert address.parse(text) == address.Address(text, text)


@pytest.mark.parametrize(("text", "repaired"), DAMAGED)
def test_damaged_addresses(text: str, repaired: str) -> None:
    """P20: a damaged address is refused, and the repaired one only suggested."""
    with pytest.raises(address.BadAddress) as refused:
        address.parse(text)

    assert refused.value.hint == f'did you mean "{repaired}"?'


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
