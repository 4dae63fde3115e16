"""The wire, against real servers: what is said, and what becomes of a letter at each reply."""

import socket
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import CONTROL, HOSTILE, MARKUP
from makers.program import Program
from protestmail.appeals import library
from protestmail.errors import ProtestmailError, SettingsProblem, TryLater
from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, Entry
from protestmail.journal.journal import Journal
from protestmail.letters import selection
from protestmail.letters.sender import Sender
from protestmail.mail.message import Manner, Message, compose_all
from protestmail.mail.recipients import sort
from protestmail.screen.outcomes import Outcomes
from protestmail.screen.output import Screen
from protestmail.sending import dispatch
from protestmail.sending.agenda import queue
from protestmail.settings.account import NONE, Account
from servers.plain import Serve

OFFICE, COPY = "office@ministry.example", "copy@issuer.example"


def compose(appeals: Folder, **fields: Any) -> list[Message]:
    """Compose an appeal's letters as ``send`` does."""
    appeal = library.load(appeals.add(**({"cc": [COPY]} | fields))).appeal
    sender = Sender(name="Aliya Example", email="aliya@branch.example")
    chosen = selection.select(appeal)
    today = date(2026, 1, 2)
    written = selection.letters(appeal, chosen, sender, own_words="", today=today)
    manner = Manner(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    return compose_all(sort(written).letters, appeal, sender, manner, token=lambda: "0" * 32)


Deliver = Callable[..., tuple[list[Entry], ProtestmailError | None]]


@pytest.fixture
def deliver(tmp_path: Path) -> Iterator[Deliver]:
    """Give what sends messages, journal and all: what became of each, and what ended it."""
    with Journal(tmp_path / "state") as journal:

        def carry_out(
            messages: Sequence[Message], account: Account, secret: str = ""
        ) -> tuple[list[Entry], ProtestmailError | None]:
            done: list[Entry] = []
            numbers = queue(journal, messages, 0)
            try:
                done += dispatch.carry_out(numbers, journal, account, secret)
            except ProtestmailError as why:
                known = {one.number: one for one in journal.entries()}
                return [known[number] for number in numbers], why
            return done, None

        yield carry_out


class Handler:
    """A server's behaviour: what it answers to an address, to DATA, and what it has received."""

    def __init__(
        self, *, mail: str = "250 OK", data: "str | bytes" = "250 OK", **rcpt: str
    ) -> None:
        self.hello: list[str] = []
        self.received: list[tuple[str, list[str], bytes]] = []
        self._mail, self._data, self._rcpt = mail, data, rcpt

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name for it
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Keep what the client says it is."""
        self.hello.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to the sender."""
        if self._mail.startswith("2"):
            envelope.mail_from = address
        return self._mail

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to one recipient."""
        reply = self._rcpt.get(address.partition("@")[0], "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> "str | bytes":
        """Keep the message, and answer to its dot."""
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self._data


def test_ehlo_is_a_constant(
    serve: Serve, appeals: Folder, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P44: the server is told [127.0.0.1], and nobody asks for the machine's name."""
    handler = Handler()

    def asked(*_: object) -> str:
        pytest.fail("somebody asks for the machine's name")

    with serve(handler) as account:
        for name in ("getfqdn", "gethostname"):
            monkeypatch.setattr(socket, name, asked)
        done, _ = deliver(compose(appeals), account)

    assert [one.state for one in done] == [ACCEPTED]
    assert handler.hello == ["[127.0.0.1]"]


@pytest.mark.parametrize("args", [["list"], ["render", "practice-letter", "--eml", "drafts"]])
def test_no_command_asks_for_the_name(run: Program, args: list[str]) -> None:
    """P44: no command asks for the machine's name, in any of its threads."""
    prelude = "import os, socket\nsocket.getfqdn = socket.gethostname = lambda *_: os._exit(99)\n"

    assert run(*args, prelude=prelude).code == 0
    assert run("send", "practice-letter", "--rehearse", *SIGNED, prelude=prelude).code == 0
    assert run("list", prelude=prelude + "socket.getfqdn()\n").code == 99


def test_the_envelope_is_the_list(serve: Serve, appeals: Folder, deliver: Deliver) -> None:
    """P19: the envelope holds the addresses that were confirmed, international ones as xn--."""
    handler = Handler()
    targets = [{"name": "Library", "email": ["amt@bücher.example", "Second@bücher.example"]}]

    with serve(handler) as account:
        [one], _ = deliver(compose(appeals, targets=targets), account)

    to = ["amt@xn--bcher-kva.example", "Second@xn--bcher-kva.example", COPY]
    assert one.complete
    assert [received[:2] for received in handler.received] == [("aliya@branch.example", to)]
    assert [each.address for each in one.recipients] == to


DOTS = "{{ salutation }}\n\n.\n..\n. a\nFrom here\n\n.\n\n{{ signature }}\n"


def test_the_bytes_arrive_as_they_are(serve: Serve, appeals: Folder, deliver: Deliver) -> None:
    """P23: what arrives is what was composed, byte for byte, lone dots and ``From `` included."""
    handler = Handler()
    messages = compose(appeals, letter=DOTS, targets=SEVERAL)

    with serve(handler) as account:
        done, _ = deliver(messages, account)

    assert len(done) == 3
    assert [received[2] for received in handler.received] == [one.data for one in messages]
    assert b"\r\n..\r\n. a\r\n=46rom here\r\n" in messages[0].data


OUTCOMES: list[tuple[dict[str, str], str, dict[str, str]]] = [
    ({}, ACCEPTED, {OFFICE: ACCEPTED, COPY: ACCEPTED}),
    ({"copy": "550 no"}, ACCEPTED, {OFFICE: ACCEPTED, COPY: REFUSED}),
    ({"copy": "451 later"}, ACCEPTED, {OFFICE: ACCEPTED, COPY: DEFERRED}),
    ({"office": "550 no"}, REFUSED, {OFFICE: REFUSED, COPY: ACCEPTED}),
    ({"office": "450 later"}, DEFERRED, {OFFICE: DEFERRED, COPY: ACCEPTED}),
    ({"office": "550 no", "copy": "550 no"}, REFUSED, {OFFICE: REFUSED, COPY: REFUSED}),
    ({"office": "451 no", "copy": "550 no"}, DEFERRED, {OFFICE: DEFERRED, COPY: REFUSED}),
    ({"mail": "550 no"}, QUEUED, {OFFICE: QUEUED, COPY: QUEUED}),
    ({"mail": "451 later"}, QUEUED, {OFFICE: QUEUED, COPY: QUEUED}),
    ({"data": "554 no"}, REFUSED, {OFFICE: REFUSED, COPY: REFUSED}),
    ({"data": "452 later"}, DEFERRED, {OFFICE: DEFERRED, COPY: DEFERRED}),
]


@pytest.mark.parametrize(("replies", "state", "each"), OUTCOMES)
def test_outcomes(
    serve: Serve,
    appeals: Folder,
    deliver: Deliver,
    replies: dict[str, str],
    state: str,
    each: dict[str, str],
) -> None:
    """P57: a letter is accepted when its target is; each recipient has an outcome of its own."""
    with serve(Handler(**replies)) as account:
        [one], _ = deliver(compose(appeals), account)

    assert {person.address: person.state for person in one.recipients} == each
    assert one.state == state
    assert one.complete == (not replies)


def test_a_refused_letter_does_not_stop_the_next(
    serve: Serve, appeals: Folder, deliver: Deliver
) -> None:
    """P57: after a refusal the conversation goes on; nothing of it clings to the next."""
    handler = Handler(office="550 no", clerk="550 5.1.1 gone", judge="550 5.1.1 gone")
    messages = compose(appeals, targets=SEVERAL, cc=[])

    with serve(handler) as account:
        done, _ = deliver(messages, account)

    assert [one.state for one in done] == [REFUSED, REFUSED, ACCEPTED]
    assert [received[1] for received in handler.received] == [["owner@mill.example"]]
    assert len(handler.hello) == 1


def test_nobody_there(appeals: Folder, deliver: Deliver) -> None:
    """A server that is not there is one to try later, and is named."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    [one], why = deliver(compose(appeals), Account("127.0.0.1", port, NONE))

    assert one.state == QUEUED
    assert isinstance(why, TryLater)
    assert f"127.0.0.1:{port} does not answer" in why.message


@pytest.mark.parametrize("host", ["192.0.2.1", "mail.example", "0.0.0.0", "::", "127.0.0.1.x"])
def test_plain_text_stays_here(host: str) -> None:
    """P34: without encryption there is no account but on this machine."""
    with pytest.raises(SettingsProblem):
        Account(host, 25, NONE)

    assert Account("127.0.0.1", 25, NONE).host != host
    assert Account(host, 25, NONE, plain_text=True).host == host
    with pytest.raises(SettingsProblem, match="password"):
        Account(host, 25, NONE, user="aliya", plain_text=True)


HOSTILE_REPLY = f"{MARKUP} {HOSTILE}".encode()


@pytest.mark.parametrize("code", [b"250 ", b"554 "])
def test_hostile_replies_on_the_screen(
    serve: Serve, appeals: Folder, deliver: Deliver, capsys: pytest.CaptureFixture[str], code: bytes
) -> None:
    """P28: a server's reply is shown as it stands, cleaned of what could steer a terminal."""
    with serve(Handler(data=code + HOSTILE_REPLY)) as account:
        done, _ = deliver(compose(appeals), account)

    Outcomes(Screen(), {}).end(done)
    out = capsys.readouterr().out

    assert "\x1b" in done[0].recipients[0].reply
    assert MARKUP in out
    assert not CONTROL.search(out)
