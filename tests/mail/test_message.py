"""Messages: the bytes hold exactly what was meant, and the envelope whom it was meant for."""

import mimetypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makers.appeals import SIGNED, Folder
from makers.letters import (
    COMMAS,
    GOLDEN,
    GOLDEN_MESSAGES,
    MINISTRY,
    OWN_APPEALS,
    PRESIDENT,
    SENDER,
    a_letter,
    a_message,
    an_appeal,
    decoded,
    own_letters,
    read,
    write_letter,
)
from makers.program import Program
from protestmail.appeals import library
from protestmail.appeals.appeal import Attachment, Copy, Target
from protestmail.appeals.file import parsing
from protestmail.errors import InvalidAppeal, SettingsProblem, UnsafeMessage
from protestmail.letters.sender import Sender
from protestmail.mail import message, reading, writing
from protestmail.mail.message import Message, new_id
from protestmail.mail.recipients import addressed
from protestmail.mail.writing import File, Intent

PLAIN = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
HEADERS = (*PLAIN, "Content-Transfer-Encoding")
WITH_COPIES = (*HEADERS[:2], "Cc", *HEADERS[2:])
CODED = ["=?utf-8?q?A=0ABcc=3A_x=40evil.example?=", "=?", "a =?x", "=?utf-8?b?eA==?="]
CONTROLS = [
    "a\r\nBcc: x@evil.example",
    "a\nb",
    "a\rb",
    "a\x00b",
    "a\x1b[31m",
    "a\u202eb",
    "a\u2028",
]
_CHARACTERS = "ab .,;:<>()[]\\\"'@=?_-\t\r\n\x00\x1f\x7f\x85é日😀\u202e\u200d"
_PIECES = [
    "=?",
    "?=",
    "From ",
    "\n.\n",
    "\r\n",
    "=?utf-8?q?a?=",
    "word" * 25,
    "Bcc: x@evil.example",
]
_PIECES += ["a, b", "=20", "=\n", "  "]
NASTY = st.lists(st.sampled_from([*_CHARACTERS, *_PIECES]), max_size=40).map("".join)
TEXT = st.one_of(st.text(max_size=200), NASTY)


def _assert_wire_safe(data: bytes, width: int = 76) -> None:
    """Only CRLF ends a line; 7 bits; no NUL; no line over 998, or ``width`` in what is coded."""
    assert data.endswith(b"\r\n")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data.isascii()
    assert b"\x00" not in data
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert max(map(len, lines[lines.index(b"") :])) <= width


def _read_modern(data: bytes) -> dict[str, Any]:
    """Read with the standard library's other parser, which shares no code for headers."""
    one = message_from_bytes(data, policy=policy.default)
    assert not one.defects
    body = one.get_content()
    return {
        "names": tuple(one.keys()),
        "addresses": {
            name: [each.addr_spec for each in one[name].addresses]
            for name in ("From", "To", "Cc", "Reply-To")
            if name in one
        },
        "body": body.replace("\r\n", "\n").removesuffix("\n"),
    }


@pytest.mark.parametrize("name", GOLDEN_MESSAGES)
def test_golden_bytes(name: str) -> None:
    """P17: the same letter gives the same bytes, on every machine and release of Python.

    Where a change of the bytes is meant: ``python tests/regenerate_golden.py``.
    """
    assert GOLDEN_MESSAGES[name]().data == (GOLDEN / f"{name}.eml").read_bytes()


@pytest.mark.parametrize("name", [PRESIDENT, COMMAS, f"{PRESIDENT}, {COMMAS}", "x," * 60])
def test_long_names_keep_their_address(name: str) -> None:
    """P18: a long name with brackets or commas stands before exactly the intended address."""
    target = Target(id="one", name=name, email=("office@palace.example",))
    data = a_message(a_letter(targets=(target, MINISTRY))).data

    assert read(data).addresses("To") == [
        (name, "office@palace.example"),
        ("Ministry", "office@ministry.example"),
    ]
    assert _read_modern(data)["addresses"]["To"] == [
        "office@palace.example",
        "office@ministry.example",
    ]


def test_the_corpus_is_as_long_as_promised() -> None:
    """P18: the name with commas has its 120 characters."""
    assert (len(COMMAS), COMMAS.count(",")) == (120, 11)


@settings(max_examples=400)
@given(name=TEXT, subject=TEXT, body=TEXT, copy=TEXT, own=TEXT)
def test_a_message_says_what_was_meant(
    name: str, subject: str, body: str, copy: str, own: str
) -> None:
    """P17, P23: any texts are refused, or two other readers find exactly them in safe bytes."""
    one = a_letter(
        subject=subject,
        body=body,
        targets=(Target(id="one", name=name, email=("one@office.example", "two@office.example")),),
        copies=(Copy(email="copy@campaign.example", name=copy),),
    )
    try:
        made = a_message(one, Sender(name=own, email="own@union.example"))
    except (UnsafeMessage, SettingsProblem):
        return
    got, modern = read(made.data), _read_modern(made.data)

    _assert_wire_safe(made.data)
    assert got.names == modern["names"] == WITH_COPIES
    assert got.addresses("From") == [(own, "own@union.example")]
    assert got.addresses("To") == [(name, "one@office.example"), (name, "two@office.example")]
    assert got.addresses("Cc") == [(copy, "copy@campaign.example")]
    assert modern["addresses"] == {
        "From": ["own@union.example"],
        "To": ["one@office.example", "two@office.example"],
        "Cc": ["copy@campaign.example"],
    }
    assert decoded(got.fields["Subject"]) == subject
    assert got.body == body
    assert modern["body"] == body


@settings(max_examples=300)
@given(name=st.text(max_size=150), text=st.text(max_size=150))
def test_ordinary_texts_are_not_refused(name: str, text: str) -> None:
    """P17: what is printable in one line goes out, whatever its script and length."""
    name = " ".join("".join(x for x in name if x.isprintable() and x != "@").split())
    text = " ".join("".join(x for x in text if x.isprintable()).split()) or "x"
    if "=?" in name + text:
        return
    target = Target(id="one", name=name, email=("one@office.example",))

    got = read(a_message(a_letter(subject=text, body=text, targets=(target,))).data)

    assert got.addresses("To") == [(name, "one@office.example")]
    assert (decoded(got.fields["Subject"]), got.body) == (text, text)


@pytest.mark.parametrize("text", ["\udcff", "Aliya \ud800", "a\udfffb"])
@pytest.mark.parametrize("field", ["subject", "body", "target", "copy", "sender"])
def test_half_characters_are_refused(field: str, text: str) -> None:
    """P17: half a surrogate, as a broken argument holds it, is refused and no defect of ours."""
    words = {"subject": text} if field == "subject" else {"body": text} if field == "body" else {}
    targets = (Target(id="x", name=text if field == "target" else "", email=("a@b.example",)),)
    copies = (Copy(email="c@d.example", name=text if field == "copy" else ""),)

    with pytest.raises((UnsafeMessage, SettingsProblem)):
        a_message(
            a_letter(targets=targets, copies=copies, **words),
            Sender(name=text if field == "sender" else "A", email="a@union.example"),
        )


def test_half_characters_as_an_argument(run: Program, appeals: Folder) -> None:
    """P17: an argument that is not UTF-8 is told in a sentence, and nothing is written."""
    words = (b"--own-words", b"caf\xe9", "--eml", "out")

    done = run("render", appeals.add(), *SIGNED, *words)

    assert 0 < done.code < 70
    assert not list(run.cwd.rglob("*.eml"))


@pytest.mark.parametrize("text", [*CODED, *CONTROLS])
@pytest.mark.parametrize("field", ["subject", "target", "copy", "sender", "file", "reply_to"])
def test_coded_text_and_controls_are_refused(field: str, text: str) -> None:
    """P16: ``=?`` and control characters are refused in every header field."""
    put = {name: text if field == name else "x" for name in ("target", "copy", "sender", "file")}
    subject = text if field == "subject" else "x"
    targets = (Target(id="x", name=put["target"], email=("a@b.example",)),)
    copies = (Copy(email="c@d.example", name=put["copy"]),)
    reply_to = f"{text}@union.example" if field == "reply_to" else ""

    with pytest.raises((UnsafeMessage, SettingsProblem)):
        a_message(
            a_letter(subject=subject, targets=targets, copies=copies),
            Sender(name=put["sender"], email="a@union.example"),
            files=[File(put["file"], b"x")],
            reply_to=reply_to,
        )


@pytest.mark.parametrize(
    "email", ["=?utf-8?q?a?=@b.example", "a@=?utf-8?q?b?=.example", "=?@b.example"]
)
def test_coded_addresses_are_refused(email: str) -> None:
    """P16: an address that looks like coded text is none, a target's or the sender's."""
    with pytest.raises(SettingsProblem):
        a_message(sender=Sender(name="A", email=email))
    with pytest.raises(ValueError, match="taken for something other"):
        a_message(a_letter(targets=(Target(id="x", email=(email,)),)))


@pytest.mark.parametrize("who", ["target", "copy"])
def test_a_name_with_an_at_is_refused(who: str) -> None:
    """P22: a display name that could pass for an address is refused."""
    name = "president@palace.example"
    target = Target(id="x", name=name if who == "target" else "", email=("a@b.example",))
    copies = (Copy(email="c@d.example", name=name),) if who == "copy" else ()

    with pytest.raises(UnsafeMessage, match="could pass for an address"):
        a_message(a_letter(targets=(target,), copies=copies))


@pytest.mark.parametrize("email", ["", "nobody", "a@b.example,c@d.example", "почта@union.example"])
def test_the_sender_needs_an_address(email: str) -> None:
    """A sender's address that is none, or cannot go in 7 bits, is a problem of the settings."""
    with pytest.raises(SettingsProblem):
        a_message(sender=Sender(name="A", email=email))


def test_no_subject_or_nobody_is_refused() -> None:
    """A message needs a subject and somebody to go to."""
    for one in (a_letter(subject=""), a_letter(targets=())):
        with pytest.raises(UnsafeMessage):
            a_message(one)


BODIES = [
    ".",
    "a\n.\nb",
    "..\n...",
    "From me",
    "a\nFrom me\nFrom you " + "x" * 200,
    ">From me",
    "From " * 40,
    "a \nb\t\n \nc",
    "x" * 5000,
    "é" * 5000,
    "سلام\u200c‌خوب\u200f",
    "=20=\n=",
    "--=_boundary--",
    "\t",
    "a\n\n\n\nb",
    "\n\na",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("files", [(), (File("a.pdf", b"\x00\r\n.\r\nFrom x\n" * 99),)])
def test_bodies_survive(body: str, files: tuple[File, ...]) -> None:
    """P23: lone dots, From-lines, blanks at a line's end and long lines survive in safe bytes."""
    data = a_message(a_letter(body=body), files=files).data
    one = message_from_bytes(data, policy=policy.default)
    text = one.get_body(("plain",))
    assert text is not None

    _assert_wire_safe(data)
    assert text.get_content().replace("\r\n", "\n").removesuffix("\n") == body
    assert b"\r\n.\r\n" not in data
    assert b"\r\nFrom " not in data
    assert [part.get_content() for part in one.iter_attachments()] == [x.data for x in files]
    assert files or read(data).body == body


@pytest.mark.parametrize("file", OWN_APPEALS, ids=lambda one: one.stem)
def test_own_appeals_as_messages(file: Path) -> None:
    """P31, P47, P48: the body sent is the letter; no Bcc; no other target's address."""
    appeal = library.load(file).appeal
    ids = sorted({model.id for model in appeal.letters}) or [""]
    written = [one for id_ in ids for one in own_letters(file.stem, letter=id_)]
    mailable = [one for one in written if any(target.email for target in one.targets)]
    for one in mailable:
        made = a_message(one)
        got = read(made.data)
        (target,) = one.targets
        copies = [copy.email for copy in one.copies if copy.email]
        others = {x for other in appeal.targets for x in other.email} - {*target.email, *copies}

        _assert_wire_safe(made.data)
        assert (got.body, decoded(got.fields["Subject"])) == (one.body, one.subject)
        assert not any(other in made.data.decode() for other in others)
        assert got.names == (WITH_COPIES if "Cc" in got.names else HEADERS)
        assert list(made.envelope) == list(dict.fromkeys([*target.email, *copies]))


def test_together_everybody_is_seen() -> None:
    """P48: a letter to all targets names them all, in their order."""
    other = Target(id="court", name="Court", email=("clerk@court.example", "judge@court.example"))
    got = read(a_message(a_letter(targets=(MINISTRY, other))).data)

    assert [address for _, address in got.addresses("To")] == [*MINISTRY.email, *other.email]


def test_the_envelope_is_the_confirmed_list() -> None:
    """P19: the envelope holds each recipient once, targets first, whatever the headers say."""
    targets = (
        Target(id="a", name="Evil, <x at evil.example>", email=("a@b.example",)),
        Target(id="b", email=("B@b.example", "b@bücher.example")),
    )
    copies = tuple(Copy(email=x) for x in ("A@B.example", "c@d.example", "почта@d.example", ""))
    one = a_letter(targets=targets, copies=copies)
    made = a_message(one)

    found = addressed(one)
    assert made.recipients == found.people
    assert made.envelope == tuple(person.address.ascii for person in found.people)
    assert made.envelope == ("a@b.example", "B@b.example", "b@xn--bcher-kva.example", "c@d.example")
    assert sorted(read(made.data).everyone) == sorted([*made.envelope, SENDER.email])
    assert [person.address.text for person in found.unmailable] == ["почта@d.example"]


@pytest.mark.parametrize("draft", [True, False])
def test_only_drafts_say_so(*, draft: bool) -> None:
    """A draft carries ``X-Unsent: 1``, and the bytes that are sent do not."""
    assert (b"\r\nX-Unsent: 1\r\n" in a_message(draft=draft).data) is draft


@pytest.mark.parametrize(
    "extra",
    [
        "from: x@evil.example",
        "sender: x@evil.example",
        "bcc: [x@evil.example]",
        "reply_to: x@evil.example",
        "reply-to: x@evil.example",
        "headers: {Bcc: x@evil.example}",
        "envelope: [x@evil.example]",
        "smtp_host: evil.example",
        "server: evil.example",
        "targets: [{name: A, email: a@b.example, bcc: x@evil.example}]",
        "letters: [{id: a, subject: a, body: a, from: x@evil.example}]",
    ],
)
def test_an_appeal_sets_no_other_header(extra: str) -> None:
    """P42: an appeal has no field for a server, From, an envelope or another header."""
    base = "title: T\nstatus: active\nissued: 2026-01-01\nissued_by: {name: X}\nsummary: S\n"
    words = "" if extra.startswith("letters") else "subject: S\nletter: '{{ signature }}'\n"
    targets = "" if extra.startswith("targets") else "targets: []\n"
    parsed = parsing.parse(f"{base}{words}{targets}{extra}\n".encode(), "strike", "strike.yaml")
    key = extra.rpartition("{" if "[{" in extra else "\n")[2].split(", ")[-1].partition(":")[0]

    assert any(key in problem.message for problem in parsed.problems)


def test_an_appeal_reaches_subject_to_and_cc_only() -> None:
    """P42: whatever stands in an appeal's texts, the headers are ours and From is the sender's."""
    evil = "x\nBcc: y@evil.example\n\nFrom: y@evil.example"
    one = write_letter(
        evil, subject="{{ own_words }}{{ demands }}", own_words=evil, demands=(evil,)
    )
    got = read(a_message(one).data)

    assert got.names == HEADERS
    assert got.everyone == [SENDER.email, *MINISTRY.email]


@pytest.mark.parametrize(
    ("email", "domain"),
    [("a@union.example", "union.example"), ("a@bücher.example", "xn--bcher-kva.example")],
)
def test_the_message_id_is_at_the_senders_domain(email: str, domain: str) -> None:
    """P45: the Message-ID is the token that it is given, at the sender's domain."""
    assert new_id(Sender(email=email), "ab" * 16) == f"<{'ab' * 16}@{domain}>"


def test_message_ids_are_128_random_bits(run: Program) -> None:
    """P45, P47: the program's Message-IDs are 32 hex digits, never the same; there is no Bcc."""
    for folder in ("one", "two"):
        assert run("render", "mangistau-oil-strike", "--eml", folder, *SIGNED).code == 0
    read_ = [read(file.read_bytes()) for file in sorted(run.cwd.rglob("*.eml"))]
    ids = [one.fields["Message-ID"] for one in read_]

    assert len(ids) == len(set(ids)) == 10
    for one in ids:
        token, _, domain = one.strip("<>").partition("@")
        assert (len(bytes.fromhex(token)), domain) == (16, "branch.example")
    assert not any("bcc" in name.lower() for one in read_ for name in one.names)


@contextmanager
def _zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.parametrize("zone", ["UTC0", "EST5EDT", "XXX-5:30", "Asia/Almaty", "NZST-12NZDT"])
@pytest.mark.parametrize("hours", [0, 14, -11])
def test_the_date_tells_no_zone(zone: str, hours: int) -> None:
    """P46: Date is +0000 whatever the machine's zone, and the moment's."""
    there = timezone(timedelta(hours=hours))
    with _zone(zone):
        moment = datetime(2026, 11, 1, 12, 30, 5, tzinfo=there)
        date = read(a_message(date=moment).data).fields["Date"]

    expected = {0: "Sun, 01 Nov 2026 12:30:05", 14: "Sat, 31 Oct 2026 22:30:05"}
    assert date == f"{expected.get(hours, 'Sun, 01 Nov 2026 23:30:05')} +0000"


def test_the_program_tells_no_zone(run: Program) -> None:
    """P46: the same holds for the program as a whole."""
    done = run("render", "practice-letter", "--eml", "out", *SIGNED, env={"TZ": "XXX-5:30"})

    assert done.code == 0
    assert {read(x.read_bytes()).fields["Date"][-6:] for x in run.cwd.rglob("*.eml")} == {" +0000"}


def _intent(one: Message) -> Intent:
    return reading.read_back(one.data)


INSERTIONS = [
    b"\r\nBcc: x@evil.example",
    b"\r\nTo: x@evil.example",
    b"\r\nX-Evil: 1",
    b"\r\nSender: x@evil.example\r\n ",
    b"\nBcc: x@evil.example\n",
    b"\r\n\r\n",
    b"\r\n",
    b"\r\n ",
    b", x@evil.example",
    b"x@evil.example,",
    b" <x@evil.example>",
    b"<",
    b",",
    b'"',
    b"(",
    b"=?utf-8?q?=0D=0ABcc=3A?=",
]


@pytest.mark.parametrize("insertion", INSERTIONS)
def test_tampering_is_found(insertion: bytes) -> None:
    """P17: whatever byte a header or a recipient is slipped in at, the second reading finds it."""
    target = Target(id="x", name='The "Court", (first)', email=("a@b.example", "c@d.example"))
    copies = (Copy(email="e@f.example", name="Jürgen"),)
    made = a_message(a_letter(targets=(target,), copies=copies, subject="Über uns"))
    meant, honest = _intent(made), read(made.data)
    found = 0
    for at in range(made.data.index(b"\r\n\r\n") + 4):
        data = made.data[:at] + insertion + made.data[at:]
        got = read(data) if b"\n" not in data.replace(b"\r\n", b"") else None
        if got and got.names == honest.names and got.everyone == honest.everyone:
            continue  # no header and no recipient more
        found += 1
        with pytest.raises(UnsafeMessage):
            reading.verify(data, meant)

    assert found


@pytest.mark.parametrize("byte", [b"\n", b"\r", b"\x00", b"\xff", b",", b":", b" ", b"<", b"@"])
def test_changed_bytes_are_found(byte: bytes) -> None:
    """P17: no change of one byte in the head gives other headers or recipients unnoticed."""
    made = a_message(a_letter(copies=(Copy(email="e@f.example", name="Jürgen, Dr."),)))
    meant, honest = _intent(made), read(made.data)
    for at in range(made.data.index(b"\r\n\r\n") + 4):
        data = made.data[:at] + byte + made.data[at + 1 :]
        try:
            reading.verify(data, meant)
        except UnsafeMessage:
            continue
        got = read(data)
        assert (got.names, got.everyone, got.body) == (honest.names, honest.everyone, honest.body)


@pytest.mark.parametrize("field", [name for name in Intent.__slots__ if name != "draft"])
def test_each_field_is_compared(field: str) -> None:
    """P17: a message that differs from what was meant in one field alone is not let through."""
    made = a_message(files=[File("a.pdf", b"x")], reply_to="reply@union.example")
    meant = _intent(made)
    other = reading.read_back(
        a_message(
            a_letter(
                subject="Other",
                body="Other",
                targets=(Target(id="o", name="Other", email=("o@o.example",)),),
                copies=(Copy(email="o@c.example"),),
            ),
            Sender(name="Other", email="o@union.example"),
            files=[File("b.pdf", b"y")],
            reply_to="o@union.example",
            date=datetime(2020, 1, 1, tzinfo=UTC),
            message_id="<other@union.example>",
        ).data
    )
    reading.verify(made.data, meant)
    with pytest.raises(UnsafeMessage):
        reading.verify(made.data, replace(meant, **{field: getattr(other, field)}))


@pytest.mark.parametrize(
    "id_", ["<a@b>\r\nBcc: x@evil.example", "<a@b>\nBcc: x@evil.example", "<a@b>\r\n\r\nx"]
)
def test_a_message_id_brings_no_header(id_: str) -> None:
    """P17: a Message-ID that is none, or more than one, gives no message."""
    with pytest.raises((UnsafeMessage, SettingsProblem)):
        a_message(message_id=id_)


NAMES = ["a.pdf", "Отчёт.pdf", 'a "b".txt', "a; b=c.txt", "a.tar.gz", "noext", "a b.PDF", "'x'.txt"]


@pytest.mark.parametrize("name", [*NAMES, "letter.eml", "page.mht", "%41.txt", "é" * 60 + ".pdf"])
@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 20])
def test_attachments_survive(name: str, data: bytes) -> None:
    """P17: a file of any name goes out as the bytes it is, and under its name."""
    made = a_message(files=[File(name, data), File("second.bin", b"2")])
    first, second = message_from_bytes(made.data, policy=policy.default).iter_attachments()

    _assert_wire_safe(made.data, width=998)
    assert (first.get_filename(), first.get_payload(decode=True)) == (name, data)
    assert (second.get_filename(), second.get_payload(decode=True)) == ("second.bin", b"2")


def test_bytes_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    """P17: the machine's own table of media types changes no byte of a message."""
    before = GOLDEN_MESSAGES["attachment"]().data
    table = tmp_path / "mime.types"
    table.write_text("application/x-ours pdf\n")
    mimetypes.init([str(table)])
    try:
        assert GOLDEN_MESSAGES["attachment"]().data == before
    finally:
        mimetypes.init()


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "appeals" / "strike"
    folder.mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    return folder


def _enclosed(tmp_path: Path, name: str, sha256: str = "") -> list[File]:
    attachment = Attachment(name, sha256=sha256)
    file = str(tmp_path / "appeals" / "strike.yaml")
    return message.enclosures(an_appeal(attachments=(attachment,), file=file))


def test_an_attachment_is_read(tmp_path: Path) -> None:
    """P25: a regular file in the appeal's own folder goes with the message."""
    (_folder(tmp_path) / "a.pdf").write_bytes(b"%PDF")

    assert _enclosed(tmp_path, "a.pdf") == [File("a.pdf", b"%PDF")]


@pytest.mark.parametrize(
    "name",
    """/etc/passwd ../../secret.txt .. . x/../../../secret.txt sub/a.txt missing link hanging folder
    fifo linkfolder/secret.txt large""".split(),
)
def test_what_is_no_attachment(tmp_path: Path, name: str) -> None:
    """P25: absolute, with .., a link, not regular, outside, or too large: refused, never read."""
    folder = _folder(tmp_path)
    (folder / "a.txt").write_text("x")
    (folder / "link").symlink_to(tmp_path / "secret.txt")
    (folder / "hanging").symlink_to(tmp_path / "nothing")
    (folder / "linkfolder").symlink_to(tmp_path)
    (folder / "folder").mkdir()
    (folder / "sub").mkdir()
    (folder / "sub" / "a.txt").write_text("x")
    os.mkfifo(folder / "fifo")
    with (folder / "large").open("wb") as large:
        large.truncate(library.MAX_ATTACHMENT + 1)

    with pytest.raises(InvalidAppeal):
        _enclosed(tmp_path, name)


def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    """P25: the appeal's folder itself may not be a link to somewhere else."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text("secret")
    (tmp_path / "appeals").mkdir()
    (tmp_path / "appeals" / "strike").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidAppeal):
        _enclosed(tmp_path, "a.txt")


def test_another_sum_is_refused(tmp_path: Path) -> None:
    """P25: a file that is not the one whose SHA-256 the appeal gives does not go."""
    (_folder(tmp_path) / "a.txt").write_text("x")
    sha = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

    assert _enclosed(tmp_path, "a.txt", sha)
    with pytest.raises(InvalidAppeal, match="not the file it was"):
        _enclosed(tmp_path, "a.txt", sha[::-1])


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../secret.txt", "a/b.txt", "..", ".hidden", "C:x", "a\\b", "a\u202eb", "a\nb"],
)
def test_the_grammar_refuses_them_already(appeals: Folder, name: str) -> None:
    """P25: a name that leads out of the folder is a mistake of the appeal file."""
    file = appeals.add(attachments=[{"file": name}])
    (problem,) = parsing.parse(file.read_bytes(), file.stem, str(file)).problems

    assert "plain name of a file" in problem.message


def test_the_writer_is_not_its_own_judge() -> None:
    """P17: ``compose`` reads again what ``writing`` wrote; nothing unread leaves it."""
    made = a_message()

    assert writing.write(_intent(made)) == made.data


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        ("Free them.", "quoted-printable"),
        ("Libérez-les, nous vous en prions instamment.", "quoted-printable"),
        ("Освободите их.", "base64"),
        ("释放他们。\n\nX", "base64"),
    ],
)
def test_the_shorter_coding(text: str, coding: str) -> None:
    """A text goes as quoted-printable or in base 64, whichever has fewer bytes, and arrives."""
    data = a_message(a_letter(body=text)).data
    found = read(data)

    assert found.fields["Content-Transfer-Encoding"] == coding
    assert found.body == text
    assert (
        message_from_bytes(data, policy=policy.default).get_content().splitlines()
        == text.splitlines()
    )
