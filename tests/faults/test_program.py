"""Servers that misbehave, met by the real program: its exit code, its sentence, its memory."""

from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.program import Program, Ran
from protestmail.journal.entry import Entry
from protestmail.journal.journal import Journal
from protestmail.settings.account import NONE
from servers.authority import Authority, authority
from servers.fault_acts import die, flood, say
from servers.fault_judge import HASTE, judge, message_id, states
from servers.fault_server import SECRET, USER, Fault, FaultServer, leaks
from servers.fault_table import TABLE, Row

TARGETS = [
    {"name": name, "email": f"office@{name.lower()}.example"}
    for name in ("Ministry", "Court", "Mill")
]
COPY = "copy@issuer.example"
BRIEF = "from protestmail.sending import wire\nwire.LIMITS = wire.Limits(0.5, 0.5, 0.5)\n"
SCARCE = """
import resource
from pathlib import Path
from protestmail.sending import dial

connect = dial.connect

def with_little_memory(*given):
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + 20_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return connect(*given)

dial.connect = with_little_memory
"""
"""From the connection on, the program gets no more than 20 MB beyond what it has."""


class Sender:
    """Somebody who sends the three letters of an appeal with the real program."""

    def __init__(self, run: Program, appeals: Folder, state: Path, authority: Authority) -> None:
        self.run, self.appeals, self.state, self.authority = run, appeals, state, authority
        appeals.add(targets=TARGETS, cc=[COPY])

    def send(self, server: FaultServer, *args: str, prelude: str = "") -> Ran:
        """Send, and look at what every run must keep to: a sentence, no traceback, no secret."""
        env = {
            "PROTESTMAIL_NAME": "Aliya Example",
            "PROTESTMAIL_EMAIL": "aliya@branch.example",
            "PROTESTMAIL_SMTP_HOST": "127.0.0.1",
            "PROTESTMAIL_SMTP_PORT": str(server.port),
            "PROTESTMAIL_SMTP_SECURITY": server.security,
            "PROTESTMAIL_STATE": str(self.state),
            "SSL_CERT_FILE": str(self.authority.file),
        }
        if server.security != NONE:
            env |= {"PROTESTMAIL_SMTP_USER": USER, "PROTESTMAIL_SMTP_PASSWORD": SECRET}
        given = ["--appeals", str(self.appeals), "send", "strike", "--yes", "--json", *args]
        done = self.run(*given, env=env, prelude=prelude)
        assert "Traceback" not in done.err
        assert "defect" not in done.err
        assert not leaks((done.out + done.err).encode() + server.plain)
        return done

    @property
    def entries(self) -> list[Entry]:
        """What the journal knows."""
        with Journal(self.state) as journal:
            return list(journal.entries())


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority, and its certificate for 127.0.0.1."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def sender(run: Program, appeals: Folder, tmp_path: Path, trusted: Authority) -> Sender:
    """Give somebody who sends."""
    return Sender(run, appeals, tmp_path / "state", trusted)


ROWS = [pytest.param(row, id=f"{row.what} {row.security}") for row in TABLE if row.process]


@pytest.mark.parametrize("row", ROWS)
def test_the_program_meets_a_fault(sender: Sender, trusted: Authority, row: Row) -> None:
    """P36, P53, P58: exit code, outcomes and a sentence; the rest goes once the server behaves."""
    letters, code, end, connections = (row.piped or row.seen).split()
    with FaultServer(*row.script, security=row.security, context=trusted.server) as server:
        done = sender.send(server, prelude=HASTE + BRIEF * row.brief)

        told = "".join(one["state"][0].upper() for one in done.json["letters"])
        lines = [line for line in done.err.splitlines() if line.startswith("protestmail: ")]
        assert (told, done.code, len(server.connections)) == (letters, int(code), int(connections))
        assert len(lines) == (end != "-"), done.err
        judge(sender.entries, server)

        server.behave()
        if set(letters) & set("QD"):
            again = sender.send(server, "--retry")
            told = "".join(one["state"][0].upper() for one in again.json["letters"])
            assert set(told) <= set("ARU")
            assert again.code == (0 if set(told) == {"A"} else 1)
            judge(sender.entries, server)


@pytest.mark.parametrize(
    ("script", "letters"),
    [
        (Fault("greeting", flood(b"x")), "QQQ"),
        (Fault("greeting", flood(b"220-and\r\n")), "QQQ"),
        (Fault("dot", flood(b"250-and\r\n")), "UQQ"),
        (Fault("quit", flood(b"x")), "AAA"),
    ],
    ids=lambda one: one.step if isinstance(one, Fault) else "",
)
def test_a_flood_in_little_memory(sender: Sender, script: Fault, letters: str) -> None:
    """P36: an endless reply is cut off while 20 MB would do for it."""
    with FaultServer(script) as server:
        done = sender.send(server, prelude=SCARCE)

    assert states(sender.entries) == letters
    assert (done.code == 0) == (letters == "AAA")
    judge(sender.entries, server)


def test_a_letter_in_doubt_waits_for_its_writer(sender: Sender) -> None:
    """P53: it is not sent again by itself, and goes with the same Message-ID when it is told to."""
    journal = "journal", "strike", "--resend"
    state = {"PROTESTMAIL_STATE": str(sender.state)}
    with FaultServer(Fault("dot", die)) as server:
        assert sender.send(server).code == 1
        assert states(sender.entries) == "UAA"
        for args in ([], ["--retry"], ["--again"]):
            done = sender.send(server, *args, "--target", "ministry")
            assert done.code == 1
            assert "in doubt" in done.err
        assert len(server.deliveries) == 3
        assert sender.run(*journal, env=state).code == 0
        assert sender.send(server).code == 0

    first, *_, last = server.deliveries
    assert len(server.deliveries) == 4
    assert message_id(first) == message_id(last) == sender.entries[0].message_id
    assert first.data == last.data
    assert states(sender.entries) == "AAA"


def test_one_password_is_tried_once(sender: Sender, trusted: Authority) -> None:
    """P38: a 535 ends the run with 77 after exactly one attempt, and the server's own words."""
    refusal = Fault("auth", say(b"535 5.7.8 not with this password"), 0)
    with FaultServer(refusal, security="tls", context=trusted.server) as server:
        done = sender.send(server)

    assert done.code == 77
    assert "5.7.8 not with this password" in done.err
    assert [one.count("AUTH") for one in server.connections] == [1]
    assert states(sender.entries) == "QQQ"
