"""The rehearsal: a whole send over real SMTP, seen in the messages that arrive."""

import re
import stat
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import arrived, text
from makers.program import Program

MANGISTAU = ["send", "mangistau-oil-strike", "--rehearse"]
PUBLISHED = ["doverie@kmg.kz", "info@mangystau.kz", "ppo@s-k.kz", "P.Howes@s-k.kz", "kbm@kbm.kz"]
CAMPAIGN = ["info@paulmurphymep.eu", "solidar@socialismkz.info", "alex@socdeistvie.info"]
WHO = ["--name", "Aliya Example", "--organisation", "Example Branch", "--members", "240 workers"]
BLOCK = "Aliya Example\nExample Branch\nrepresenting 240 workers"


def kept(program: Program, *args: str, env: "dict[str, str] | None" = None) -> list[EmailMessage]:
    """Rehearse, and give what arrived."""
    done = program(*args, "--eml", "kept", env=env)
    assert done.code == 0, done.err
    return arrived(program.cwd / "kept")


def addresses(message: EmailMessage, *fields: str) -> list[str]:
    values = [str(value) for field in fields for value in message.get_all(field, [])]
    return [address for _, address in getaddresses(values)]


def test_the_main_job(run: Program) -> None:
    """The README's command: five letters accepted, one for each published address, exit 0."""
    done = run(*MANGISTAU, *WHO)
    accepted = [record for record in done.records if record[1:2] == ["accepted"]]

    assert done.code == 0
    assert [re.findall("<(.*)>", record[2]) for record in accepted] == [[a] for a in PUBLISHED]
    assert {record[3] for record in accepted} == {"3 copies"}
    assert BLOCK in done.out
    assert "closed since 2011-12-16" in done.err
    assert "5/5 sent" in done.err
    assert "5 accepted; nothing has left this machine" in done.err


def test_what_arrives(run: Program) -> None:
    """P48: each published address gets its own letter, copies go to the campaign, nobody else."""
    messages = kept(run, *MANGISTAU, *WHO)

    assert [addresses(one, "To") for one in messages] == [[address] for address in PUBLISHED]
    for one in messages:
        assert addresses(one, "Cc") == CAMPAIGN
        assert text(one).endswith(BLOCK)
        assert len(re.findall(r"^\d\. ", text(one), re.MULTILINE)) == 4
        everything = one.as_string().lower()
        others = {address.lower() for address in PUBLISHED} - {addresses(one, "To")[0].lower()}
        assert not [address for address in others if address in everything]


def test_the_kept_files(run: Program) -> None:
    """``--eml`` keeps what arrived byte for byte: no X-Unsent, CRLF, 7 bits, mode 0600."""
    prelude = """
import os
os.umask(0)
from protestmail.sending import rehearsal
class Dumping(rehearsal._Handler):
    async def handle_DATA(self, server, session, envelope):
        with open(f"{len(self._received)}.raw", "wb") as file:
            file.write(envelope.content)
        return await super().handle_DATA(server, session, envelope)
rehearsal._Handler = Dumping
"""
    done = run(*MANGISTAU, *WHO, "--eml", "kept", prelude=prelude)
    files = sorted((run.cwd / "kept").iterdir(), key=lambda one: one.stem[-1])
    raw = [file.read_bytes() for file in sorted(run.cwd.glob("*.raw"))]

    assert done.code == 0
    assert [file.read_bytes() for file in files] == raw
    assert all(f"kept: kept/{file.name}" in done.err for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((run.cwd / "kept").stat().st_mode) == 0o700
    for data in raw:
        assert data.isascii()
        assert b"x-unsent" not in data.lower()
        assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")


def test_the_kept_files_replace_nothing(run: Program) -> None:
    """P27: where a file is there already, the rehearsal stops before anything is sent."""
    kept(run, *MANGISTAU, *WHO)
    before = {file: file.read_bytes() for file in (run.cwd / "kept").iterdir()}

    again = run(*MANGISTAU, *WHO, "--eml", "kept")

    assert (again.code, again.out) == (2, "")
    assert "/5 sent" not in again.err
    assert {file: file.read_bytes() for file in (run.cwd / "kept").iterdir()} == before
    assert run(*MANGISTAU, *WHO, "--eml", "kept", "--force").code == 0
    assert {file: file.read_bytes() for file in (run.cwd / "kept").iterdir()} != before


def test_message_ids(run: Program) -> None:
    """P45: a Message-ID is 128 random bits at the sender's domain, and never the same."""
    first = kept(run, *MANGISTAU, *SIGNED)
    again = kept(run, *MANGISTAU, *SIGNED, "--force")
    ids = [str(one["Message-ID"]) for one in [*first, *again]]

    assert all(re.fullmatch(r"<[0-9a-f]{32}@branch\.example>", one) for one in ids)
    assert len(set(ids)) == 10


@pytest.mark.parametrize("zone", ["UTC", "Asia/Almaty", "America/St_Johns", "XYZ-13:45"])
def test_dates(run: Program, zone: str) -> None:
    """P46: the date is now, and +0000 whatever the zone and the language of the machine."""
    before = datetime.now(UTC).replace(microsecond=0)
    [message] = kept(
        run,
        *MANGISTAU,
        *SIGNED,
        "--target",
        "kazmunaigas",
        env={"TZ": zone, "LC_ALL": "ru_RU.UTF-8"},
    )
    date = str(message["Date"])

    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000", date)
    assert before <= parsedate_to_datetime(date) <= datetime.now(UTC)


TRICKY = "\n".join(
    [
        "{{ salutation }}",
        "",
        ".",
        "..",
        "From here on, all is well.",
        ">From there, too.",
        "A line that ends in blanks   ",
        "word " * 300 + "end",
        "=3D = =?utf-8?q?no?= \t tab",
        "سلام\u200cدنیا, नमस्\u200dते, Ğ, Ж, 中",
        "",
        "{{ signature }}",
    ]
)


@pytest.mark.parametrize("way", [["render"], ["send", "--dry-run"], ["send", "--rehearse"]])
def test_the_letter_that_is_printed_is_sent(run: Program, appeals: Folder, way: list[str]) -> None:
    """P31: what is printed, in whichever way, is the text that arrives, to the last character."""
    appeals.add(letter=TRICKY)
    args = ["--appeals", str(appeals)]
    [message] = kept(run, *args, "send", "strike", "--rehearse", *SIGNED)

    printed = run(*args, way[0], "strike", *way[1:], *SIGNED).out.partition("\n\n")[2]
    if "--rehearse" in way:  # the letter comes after a line and its headers, before the records
        printed = printed.partition("\n\n")[2].rpartition("\n\n")[0] + "\n"

    assert printed == text(message) + "\n"
    assert "From here on, all is well.\n" in printed


@pytest.mark.parametrize("language", ["en", "ru"])
def test_all_that_are_printed_are_sent(run: Program, language: str) -> None:
    """P31: with several targets, each letter that is printed is the one that arrives."""
    flags = [*WHO, "--language", language, "--own-words", "Я пишу. I write."]
    printed = run("render", "mangistau-oil-strike", *flags)
    data = run("render", "mangistau-oil-strike", *flags, "--json").json

    bodies = [text(one) for one in kept(run, *MANGISTAU, *flags)]

    assert len(bodies) == 5
    assert bodies == printed.bodies
    assert bodies == [one["body"] for one in data["letters"]]


def test_no_bcc_and_nothing_more_than_meant(run: Program, appeals: Folder) -> None:
    """P47: the headers that arrive are these and no others; there is no Bcc in any bytes."""
    appeals.add(targets=SEVERAL, cc=["campaign@issuer.example"])
    args = ["--appeals", str(appeals)]
    sent = kept(run, *args, "send", "strike", "--rehearse", *SIGNED)
    run(*args, "render", "strike", "--eml", "drafts", *SIGNED)
    both = [*(run.cwd / "kept").iterdir(), *(run.cwd / "drafts").iterdir()]

    assert len(both) == 6
    assert not [one for one in both if re.search(rb"(?im)^[a-z-]*bcc\b", one.read_bytes())]
    for message in sent:
        assert message.keys() == [
            *("From", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version"),
            *("Content-Type", "Content-Transfer-Encoding"),
        ]


OPTIONS: list[tuple[dict[str, Any], list[list[str]], list[int]]] = [
    (
        {},
        [
            ["office@ministry.example"],
            ["clerk@court.example", "judge@court.example"],
            ["owner@mill.example"],
        ],
        [1, 1, 1],
    ),
    (
        {"cc_once": True},
        [
            ["office@ministry.example"],
            ["clerk@court.example", "judge@court.example"],
            ["owner@mill.example"],
        ],
        [1, 0, 0],
    ),
    (
        {"together": True},
        [
            [
                *("office@ministry.example", "clerk@court.example"),
                *("judge@court.example", "owner@mill.example"),
            ]
        ],
        [1],
    ),
]


@pytest.mark.parametrize(("fields", "to", "copies"), OPTIONS)
def test_who_sees_whom(
    run: Program, appeals: Folder, fields: dict[str, Any], to: list[list[str]], copies: list[int]
) -> None:
    """P48: targets share a message only with ``together``; ``cc_once`` spares the campaign."""
    appeals.add(targets=SEVERAL, cc=["campaign@issuer.example"], **fields)

    messages = kept(run, "--appeals", str(appeals), "send", "strike", "--rehearse", *SIGNED)

    assert [addresses(one, "To") for one in messages] == to
    assert [len(addresses(one, "Cc")) for one in messages] == copies
    everyone = {address for some in to for address in some}
    for message, some in zip(messages, to, strict=True):
        named = {address for address in everyone if address in message.as_string()}
        assert named == set(some)


def test_optional_copies_stay_out(run: Program) -> None:
    """A copy that is optional does not go by itself."""
    messages = kept(run, "send", "practice-letter", "--rehearse", *SIGNED)

    assert [addresses(one, "Cc") for one in messages] == [["campaign@practice.example"]] * 2


@pytest.mark.parametrize(
    ("flags", "from_"),
    [
        ([], "Specimen Sender <specimen@sender.example>"),
        (["--name", "Aliya Example"], "Aliya Example <aliya-example@rehearsal.example>"),
        (["--name", "Әлия"], "Әлия <"),
        (SIGNED, "Aliya Example <aliya@branch.example>"),
    ],
)
def test_a_sender_without_an_address(run: Program, flags: list[str], from_: str) -> None:
    """Who gives no address gets one in a rehearsal that says what it is; a name stays theirs."""
    done = run("send", "practice-letter", "--rehearse", "--eml", "kept", *flags)
    [message, _] = arrived(run.cwd / "kept")

    assert str(message["From"]).startswith(from_)
    assert addresses(message, "From")[0].endswith(".example")
    stand_in = ["stands in"] if flags and "--email" not in flags else []
    assert [one for one in ("stands in",) if one in done.err] == stand_in


def test_a_rehearsal_as_json(run: Program) -> None:
    """``send --rehearse --json`` has a version and the outcome of each recipient."""
    done = run(*MANGISTAU, *SIGNED, "--json")
    data = done.json

    assert (done.code, data["version"], data["rehearsal"]) == (0, 1, True)
    keys = "appeal letter language target state at message_id recipients".split()
    assert [list(one) for one in data["letters"]] == [keys] * 5
    for one, address in zip(data["letters"], PUBLISHED, strict=True):
        assert [each["address"] for each in one["recipients"]] == [address, *CAMPAIGN]
        assert [each["role"] for each in one["recipients"]] == ["target", *["copy"] * 3]
        assert {each["state"] for each in [one, *one["recipients"]]} == {"accepted"}


REFUSING = """
from protestmail.sending import rehearsal
class Refusing(rehearsal._Handler):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == {address!r}:
            return {reply!r}
        envelope.rcpt_tos.append(address)
        return "250 OK"
rehearsal._Handler = Refusing
"""


@pytest.mark.parametrize(
    ("address", "reply", "states"),
    [
        (CAMPAIGN[1], "550 5.1.1 unknown", ["accepted"] * 5),
        (CAMPAIGN[1], "451 4.3.0 later", ["accepted"] * 5),
        (PUBLISHED[1], "550 5.1.1 unknown", ["accepted", "refused", *["accepted"] * 3]),
        (PUBLISHED[1], "451 4.3.0 later", ["accepted", "deferred", *["accepted"] * 3]),
    ],
)
def test_any_refused_recipient_shows(
    run: Program, address: str, reply: str, states: list[str]
) -> None:
    """P57: a recipient that is refused, target or copy, gives exit 1 and is named as such."""
    prelude = REFUSING.format(address=address, reply=reply)

    done = run(*MANGISTAU, *SIGNED, "--json", prelude=prelude)
    plain = run(*MANGISTAU, *SIGNED, prelude=prelude)

    assert (done.code, plain.code) == (1, 1)
    letters = done.json["letters"]
    assert [one["state"] for one in letters] == states
    told = {e["address"]: e["state"] for one in letters for e in one["recipients"]}
    assert told[address] == ("refused" if reply.startswith("5") else "deferred")
    assert address in plain.out + plain.err
    assert reply.partition(" ")[2] in plain.out + plain.err


def test_the_kept_files_belong_to_their_targets(run: Program, appeals: Folder) -> None:
    """Where one letter is refused, each of the others is still kept under its own name."""
    appeals.add(targets=SEVERAL)
    prelude = REFUSING.format(address="office@ministry.example", reply="550 no")

    done = run(
        *("--appeals", str(appeals), "send", "strike", "--rehearse", "--eml", "kept", *SIGNED),
        prelude=prelude,
    )

    assert done.code == 1
    for message, target in zip(arrived(run.cwd / "kept"), ("court", "mill"), strict=True):
        assert all(target in address for address in addresses(message, "To"))
    names = sorted(file.name for file in (run.cwd / "kept").iterdir())
    assert names == ["strike-court-2.eml", "strike-mill-3.eml"]
