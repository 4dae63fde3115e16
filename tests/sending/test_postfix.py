"""The whole way to a real mail server: Postfix takes the letters, and they lie in Maildirs."""

import os
import random
import re
import shutil
import signal
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme

from makers.appeals import SEVERAL, Folder
from makers.program import TIMEOUT, Program, Ran
from servers.postfix import HOST, PASSWORD, USER, Mail, missing, postfix

OFFICE, CLERK, COPY = "office@ministry.example", "clerk@court.example", "copy@issuer.example"
ONCE = {OFFICE: 1, CLERK: 1, "judge@court.example": 1, "owner@mill.example": 1, COPY: 3}
"""How many messages come to whom when the three letters to SEVERAL go, each with a copy."""
GONE = "550 5.1.1 no such office"
LETTER = """\
{{ salutation }}

Свободу стачечному комитету!
.
..
From now on nobody is to be held for a strike, and this line is longer than any line may be in a \
message, so that it has to be broken somewhere. = and =3D stay what they are.

{{ signature }}"""
TOP = re.compile(
    rb"Return-Path: <aliya@branch\.example>\nX-Original-To: (\S+)\nDelivered-To: \1\n"
    rb"Received: from \[127\.0\.0\.1\] \(unknown \[127\.0\.0\.1\]\)\n"
    rb"\tby mail\.branch\.example \(Postfix\) with ESMTPSA id \w+(?:;\n\t|\n\tfor <\1>; ).*\n"
)
"""All that Postfix puts above a message; what it says of us is the name that we gave at EHLO."""


class Keys(NamedTuple):
    authority: Path
    certificate: Path
    key: Path


def make_keys(folder: Path, name: str = HOST) -> Keys:
    """Make an authority, and a certificate of it for a server of this name."""
    keys = Keys(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")
    authority = trustme.CA()
    issued = authority.issue_cert(name)
    authority.cert_pem.write_to_path(str(keys.authority))
    issued.cert_chain_pems[0].write_to_path(str(keys.certificate))
    issued.private_key_pem.write_to_path(str(keys.key))
    return keys


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who sends with the real program, over an account at a mail server."""

    run: Program
    appeals: Folder
    mail: Mail
    env: dict[str, str]

    def __call__(self, *args: str, prelude: str = "", **env: str) -> Ran:
        """Run the program with this account, parts of which can be changed."""
        args = ("--appeals", str(self.appeals), *args)
        return self.run(*args, env=self.env | env, prelude=prelude)

    def send(self, *args: str, prelude: str = "", **env: str) -> Ran:
        """Send the letters of the appeal."""
        return self("send", "strike", "--yes", "--json", *args, prelude=prelude, **env)

    def counted(self) -> dict[str, int]:
        """Give how many messages have come to whom."""
        return {address: len(all_) for address, all_ in self.mail.came().items()}


Account = Callable[..., AbstractContextManager[Writer]]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Give the server's certificate, and who has signed it."""
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def account(run: Program, appeals: Folder, tmp_path: Path, keys: Keys) -> Account:
    """Give what runs a mail server, and an account there for the writer of letters to SEVERAL."""
    if why := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    appeals.add(targets=SEVERAL, cc=[COPY])

    @contextmanager
    def at(own: Keys = keys, **options: Any) -> Iterator[Writer]:
        folder = tmp_path / "mail"
        folder.mkdir()
        with postfix(folder, certificate=own.certificate, key=own.key, **options) as mail:
            smtp = {"HOST": HOST, "PORT": str(mail.port), "SECURITY": "starttls"}
            smtp |= {"USER": USER, "PASSWORD": PASSWORD}
            env = {f"PROTESTMAIL_SMTP_{name}": value for name, value in smtp.items()}
            env |= {"PROTESTMAIL_NAME": "Aliya Example", "PROTESTMAIL_EMAIL": USER}
            env |= {"PROTESTMAIL_STATE": str(tmp_path / "state")}
            yield Writer(run, appeals, mail, env | {"SSL_CERT_FILE": str(keys.authority)})

    return at


def own_part(raw: bytes) -> bytes:
    """Give a message as it was sent: without what Postfix writes above it."""
    top = TOP.match(raw)
    assert top, raw
    return raw[top.end() :]


def field(message: bytes, name: str) -> str:
    """Give the one header of a name."""
    head = message.partition(b"\n\n")[0].decode("ascii")
    [value] = re.findall(rf"(?im)^{name}: (.*)$", head)
    return str(value)


def timeless(message: bytes) -> bytes:
    """Put what differs from one composition to the next out of a message."""
    boundary = field(message, "Content-Type").partition("boundary=")[2].strip('"')
    for value in (boundary, field(message, "Date"), field(message, "Message-ID")):
        message = message.replace(value.encode(), b"-")
    return message


def add_with_report(appeals: Folder, report: bytes, **fields: Any) -> None:
    """Write an appeal to SEVERAL with a file that goes with each letter."""
    attached = [{"file": "report.pdf"}]
    folder = appeals.add(targets=SEVERAL, attachments=attached, **fields).with_suffix("")
    folder.mkdir()
    (folder / "report.pdf").write_bytes(report)


def outcomes(done: Ran) -> list[tuple[str, str, str]]:
    """Give whom the letters were for, what became of each there, and the server's words."""
    people = [person for one in done.json["letters"] for person in one["recipients"]]
    return [(one["address"], one["state"], one["reply"]) for one in people]


def states(done: Ran) -> dict[str, str]:
    """Give what became of the letters at each address."""
    return {address: state for address, state, _ in outcomes(done)}


@pytest.mark.parametrize("pipelining", [True, False])
def test_letters_arrive_as_they_were_composed(account: Account, *, pipelining: bool) -> None:
    """P23: with PIPELINING or not, every letter lies in its Maildir byte for byte as composed.

    The drafts show it, but for Message-ID and time: they are written without any wire.
    """
    report = random.Random(1).randbytes(200_000)
    with account(pipelining=pipelining) as writer:
        add_with_report(writer.appeals, report, cc=[COPY], letter=LETTER)
        done, _ = writer.send(), writer("render", "strike", "--eml", "drafts")
        came = writer.mail.came()

    names = (writer.run.cwd / "drafts").iterdir()
    drafts = sorted(names, key=lambda name: int(name.stem.rpartition("-")[2]))
    expected: dict[str, list[bytes]] = {}
    for one, file in zip(done.json["letters"], drafts, strict=True):
        data = file.read_bytes().replace(b"\r\n", b"\n").replace(b"X-Unsent: 1\n", b"")
        for person in one["recipients"]:
            expected.setdefault(person["address"], []).append(timeless(data))
    assert done.code == 0
    assert {to: [timeless(own_part(raw)) for raw in raws] for to, raws in came.items()} == expected
    assert {to: len(raws) for to, raws in came.items()} == ONCE


def test_what_the_server_learns(account: Account) -> None:
    """P44, P45, P46: no name of the machine, a Message-ID of the sender's domain, a Date in UTC.

    The first Received line is Postfix's, and holds what it was told at EHLO.
    """
    with account() as writer:
        done = writer.send(TZ="Asia/Almaty")
        raws = [raw for all_ in writer.mail.came().values() for raw in all_]

    assert all(raw.partition(b"\nReceived: from ")[2].startswith(b"[127.0.0.1] (") for raw in raws)
    sent = [own_part(raw) for raw in raws]
    ids = {field(message, "Message-ID") for message in sent}
    assert ids == {one["message_id"] for one in done.json["letters"]}
    assert len(ids) == 3
    assert all(re.fullmatch(r"<[0-9a-f]{32}@branch\.example>", one) for one in ids)
    dates = [field(message, "Date") for message in sent]
    at = datetime.fromisoformat(done.json["letters"][0]["at"])
    assert all(date.endswith(" +0000") for date in dates)
    assert all(abs(parsedate_to_datetime(date) - at) < timedelta(hours=1) for date in dates)


class Traced(Program):
    """The program under strace, which notes every write to the mail server."""

    fresh = True

    def command(self, prelude: str = "", python: Sequence[str] = ()) -> list[str]:
        """Give the start of the command line."""
        strace = shutil.which("strace") or pytest.fail("install strace (Debian package strace)")
        options = "-f -yy -s0 -e trace=write,writev,sendto,sendmsg -o strace.log"
        return [strace, *options.split(), *super().command(prelude, python)]

    def writes(self, port: int) -> int:
        """Count the writes to a port here."""
        return (self.cwd / "strace.log").read_text().count(f"->{HOST}:{port}]>")


@pytest.mark.parametrize(("pipelining", "each"), [(True, 1), (False, 5)])
def test_one_write_a_letter(account: Account, *, pipelining: bool, each: int) -> None:
    """Seen from the kernel: a letter more is one write, and with it goes the offer of the next.

    Without PIPELINING it is one for MAIL, for each RCPT, for DATA, and for the text.
    """
    targets = [{"name": f"Mill {at}", "email": f"owner{at}@mill.example"} for at in range(6)]
    with account(pipelining=pipelining) as untraced:
        traced = Traced(untraced.run.cwd, untraced.run.environ, untraced.run.forks)
        writer = replace(untraced, run=traced)
        writer.appeals.add(targets=targets, cc=[COPY])
        few, first = writer.send("--limit", "1"), traced.writes(writer.mail.port)
        many, then = writer.send(), traced.writes(writer.mail.port)
        counted = writer.counted()

    assert (few.code, many.code) == (0, 0)
    assert counted == {COPY: 6} | {target["email"]: 1 for target in targets}
    assert then - first == 4 * each


def test_a_refused_recipient(account: Account) -> None:
    """P57: who is refused at RCPT is told with the server's words; all others get the letter."""
    with account(reject={CLERK: GONE}) as writer:
        done, again = writer.send(), writer.send()
        counted = writer.counted()

    assert done.code == again.code == 1
    assert states(done) == states(again) == dict.fromkeys(ONCE, "accepted") | {CLERK: "refused"}
    [reply] = [words for to, _, words in outcomes(done) if to == CLERK]
    assert re.fullmatch("550 5.1.1 .* no such office", reply)
    assert counted == {to: count for to, count in ONCE.items() if to != CLERK}


def test_all_are_refused(account: Account) -> None:
    """P57: where nobody is accepted it is 69, and the words of the server are on the screen."""
    with account(reject=dict.fromkeys(ONCE, GONE)) as writer:
        done = writer("send", "strike", "--yes")
        counted = writer.counted()

    told = [record for record in done.records if record[-1].endswith("no such office")]
    assert done.code == 69
    assert {record[2].rpartition("<")[2].removesuffix(">") for record in told} >= ONCE.keys()
    assert "3 refused" in done.err
    assert counted == {}


def test_a_letter_that_is_too_large(account: Account) -> None:
    """P57: what is over the server's SIZE is refused with 552, for good, and does not travel."""
    with account(size_limit=50_000) as writer:
        add_with_report(writer.appeals, bytes(60_000))
        done = writer.send()
        [said] = writer.mail.conversations(1)
        counted = writer.counted()

    assert done.code == 69
    assert {(state, words[:4]) for _, state, words in outcomes(done)} == {("refused", "552 ")}
    assert " mail=0/3 " in said
    assert counted == {}


def test_greylisting(account: Account) -> None:
    """P57: put off, a letter waits until it is due or --retry, and then comes once, as it was."""
    with account(greylist=[OFFICE]) as writer:
        writer.appeals.add()
        first, waits = writer.send(), writer.send()
        before = writer.counted()
        retried, after = writer.send("--retry"), writer.send("--retry")
        came = writer.mail.came()

    assert [one.code for one in (first, waits, retried, after)] == [75, 75, 0, 0]
    assert states(first) == states(waits) == {OFFICE: "deferred"}
    assert "450 4.2.0 " in first.out
    assert "not due before" in waits.err
    assert before == {}
    assert came.keys() == {OFFICE}
    [raw] = came[OFFICE]
    assert field(own_part(raw), "Message-ID") == first.json["letters"][0]["message_id"]


def test_greylisting_of_a_copy(account: Account) -> None:
    """P57: only the recipient who was put off is tried again."""
    with account(greylist=[COPY]) as writer:
        first, retried = writer.send(), writer.send("--retry")
        counted = writer.counted()

    assert (first.code, retried.code) == (1, 0)
    assert [to for to, state, _ in outcomes(first) if state == "deferred"] == [COPY]
    assert counted == ONCE


def test_a_wrong_password(account: Account) -> None:
    """P38: a refused login is tried once and ends in 77; nothing is lost."""
    with account() as writer:
        wrong = writer.send(PROTESTMAIL_SMTP_PASSWORD="open barley")
        said = writer.mail.conversations(1)
        right = writer.send()
        counted = writer.counted()

    assert (wrong.code, right.code) == (77, 0)
    assert USER in wrong.err
    assert said == ["ehlo=2 starttls=1 auth=0/1 commands=3/4"]
    assert writer.mail.log().count("authentication failed") == 1
    assert counted == ONCE


def test_doctor(account: Account) -> None:
    """The doctor says what the server can do, logs in, and sends nothing."""
    with account() as writer:
        done = writer("doctor")
        said = writer.mail.conversations(1)
        counted = writer.counted()

    found = dict(done.records)
    assert done.code == 0
    assert found["largest message"] == "10,240,000 bytes"
    assert "PIPELINING" in found["round trips"]
    assert found["encryption"].startswith("TLSv1.3, ")
    assert found["login"].startswith(f"as {USER}, ")
    assert said == ["ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 rset=1 quit=1 commands=8"]
    assert counted == {}


def test_to_self(account: Account) -> None:
    """The letters come to their writer and nobody else, marked, and can still be sent."""
    with account() as writer:
        done, came = writer.send("--to-self"), writer.mail.came()
        sent, counted = writer.send(), writer.counted()

    assert (done.code, sent.code) == (0, 0)
    assert came.keys() == {USER}
    own = [own_part(raw) for raw in came[USER]]
    assert [field(one, "Subject") for one in own] == ["[to myself] Free them"] * 3
    assert [field(one, "Cc") for one in own] == [COPY] * 3
    assert counted == ONCE | {USER: 3}


def test_bcc_self(account: Account) -> None:
    """P47: with --bcc-self each message comes to its writer too, and no header tells of it."""
    with account() as writer:
        done = writer.send("--bcc-self")
        came = writer.mail.came()

    assert done.code == 0
    assert {to: len(raws) for to, raws in came.items()} == ONCE | {USER: 3}
    assert [own_part(raw) for raw in came[USER]] == [own_part(raw) for raw in came[COPY]]
    heads = [own_part(raw).partition(b"\n\n")[0] for raws in came.values() for raw in raws]
    assert not any(re.search(rb"(?im)^bcc", head) for head in heads)
    assert all(head.count(USER.encode()) == 1 for head in heads)


def broken_off(writer: Writer, by: signal.Signals) -> int:
    """Start a send that pauses after its first letter, end it there, and give its exit code."""
    args = ["--appeals", str(writer.appeals), "send", "strike", "--yes", "--per-minute", "1"]
    with subprocess.Popen(
        [*writer.run.command(), *args],
        cwd=writer.run.cwd,
        env=writer.run.environ | writer.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        try:
            assert any(line.startswith("1/3 sent") for line in process.stderr)
            process.send_signal(by)
            return process.wait(TIMEOUT)
        finally:
            process.kill()


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_send_that_is_broken_off(account: Account, by: signal.Signals, code: int) -> None:
    """P52, P59: after Ctrl-C or a kill the same command sends the rest, and nothing twice."""
    with account() as writer:
        ended, before = broken_off(writer, by), writer.counted()
        rest, counted = writer.send(), writer.counted()

    assert ended == code
    assert before == {OFFICE: 1, COPY: 1}
    assert rest.code == 0
    assert counted == ONCE


KILLED_BEFORE_IT_NOTES = """
import os, signal
from protestmail.sending.smtp import Conversation
heard = Conversation.verdict
def verdict(self):
    heard(self)
    os.kill(os.getpid(), signal.SIGKILL)
Conversation.verdict = verdict
"""


def test_a_kill_before_the_answer_is_noted(account: Account) -> None:
    """P52, P53: what the server took and nobody noted is in doubt, and does not go by itself.

    The next letter, whose offer had travelled along, has not gone: it goes with the rest.
    """
    with account() as writer:
        killed, before = writer.send(prelude=KILLED_BEFORE_IT_NOTES), writer.counted()
        rest = writer.send()
        marked, done = writer("journal", "--mark-sent", "--all"), writer.send()
        counted = writer.counted()

    assert killed.code == -signal.SIGKILL
    assert before == {OFFICE: 1, COPY: 1}
    assert rest.code == 1
    assert [to for to, state, _ in outcomes(rest) if state == "unknown"] == [OFFICE, COPY]
    assert (marked.code, done.code) == (0, 0)
    assert counted == ONCE


@pytest.mark.parametrize("trusted", [True, False])
def test_a_server_that_proves_nothing(
    account: Account, tmp_path: Path, keys: Keys, *, trusted: bool
) -> None:
    """P32: another's name, or an authority that we do not trust: 78, and not even a login."""
    other = make_keys(tmp_path, "mail.elsewhere.example")
    with account(other if trusted else keys) as writer:
        done = writer.send(SSL_CERT_FILE=str(other.authority))
        said = writer.mail.conversations(1)
        counted = writer.counted()

    assert done.code == 78
    assert "cannot prove that it is" in done.err
    assert said == ["ehlo=1 starttls=0/1 commands=1/2"]
    assert counted == {}


def test_the_password_is_nowhere(account: Account, tmp_path: Path) -> None:
    """P39: not in an output, the journal, a log, or any other file, coded or not."""
    way = {"PROTESTMAIL_SMTP_PASSWORD": ""}
    way |= {"PROTESTMAIL_SMTP_PASSWORD_COMMAND": f"printf '%s\\n' '{PASSWORD}'"}
    send = ["send", "strike", "--yes"]
    with account(greylist=[OFFICE], reject={CLERK: GONE}) as writer:
        done = [
            writer("doctor", **way),
            writer("config", **way),
            writer(*send, SSL_CERT_FILE="/dev/null", **way),
            writer(*send, **way),
            writer.send("--retry"),
            writer("journal"),
            writer("config"),
        ]
        writer.mail.came()

    assert [one.code for one in done] == [0, 0, 78, 1, 1, 0, 0]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {tmp_path / "state/journal.sqlite", tmp_path / "mail/maillog"} <= set(files)
    plain = PASSWORD.encode()
    for secret in (plain, b64encode(plain), b64encode(f"\0{USER}\0{PASSWORD}".encode())):
        assert not any(secret in (one.out + one.err).encode() for one in done)
        assert not [file for file in files if secret in file.read_bytes()]


def living(home: Path) -> int:
    """Count the processes whose working folder lies in a folder."""
    count = 0
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            count += process.readlink().is_relative_to(home)
    return count


def test_nothing_of_the_server_stays(account: Account) -> None:
    """The mail server of these tests ends with its block, also when a test fails within it."""
    with suppress(ZeroDivisionError), account() as writer:
        home = writer.mail.home
        before = living(home)
        raise ZeroDivisionError

    assert before > 2
    assert living(home) == 0
    assert not home.exists()
