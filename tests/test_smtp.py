"""The wire, against real servers: what is said, and what becomes of a letter at each reply."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conftest import CONTROL, HOSTILE, MARKUP, SEVERAL, SIGNED, TIMEOUT, Folder, Program, Serve
from protestmail import dispatch, library, selection
from protestmail.account import Account
from protestmail.errors import SettingsProblem, TryLater
from protestmail.message import Message
from protestmail.screen import Screen
from protestmail.screen.letters import show_arrival
from protestmail.sender import Sender
from protestmail.smtp import ACCEPTED, DEFERRED, REFUSED, UNKNOWN

OFFICE, COPY = "office@ministry.example", "copy@issuer.example"


def compose(appeals: Folder, **fields: Any) -> list[Message]:
    """Compose an appeal's letters as ``send`` does."""
    appeal = library.load(appeals.add(**({"cc": [COPY]} | fields))).appeal
    sender = Sender(name="Aliya Example", email="aliya@branch.example")
    chosen = selection.select(appeal)
    today = date(2026, 1, 2)
    written = selection.letters(appeal, chosen, sender, own_words="", today=today)
    planned = dispatch.plan(written, chosen)
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return dispatch.compose(planned, appeal, sender, date=now, token=lambda: "0" * 32)


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


def test_ehlo_is_a_constant(serve: Serve, appeals: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """P44: the server is told [127.0.0.1], and nobody asks for the machine's name."""
    handler = Handler()

    def asked(*_: object) -> str:
        pytest.fail("somebody asks for the machine's name")

    with serve(handler) as account:
        for name in ("getfqdn", "gethostname"):
            monkeypatch.setattr(socket, name, asked)
        assert [one.state for one in dispatch.carry_out(compose(appeals), account)] == [ACCEPTED]

    assert handler.hello == ["[127.0.0.1]"]


@pytest.mark.parametrize("args", [["list"], ["render", "practice-letter", "--eml", "drafts"]])
def test_no_command_asks_for_the_name(run: Program, args: list[str]) -> None:
    """P44: no command asks for the machine's name, in any of its threads."""
    prelude = "import os, socket\nsocket.getfqdn = socket.gethostname = lambda *_: os._exit(99)\n"

    assert run(*args, prelude=prelude).code == 0
    assert run("send", "practice-letter", "--rehearse", *SIGNED, prelude=prelude).code == 0
    assert run("list", prelude=prelude + "socket.getfqdn()\n").code == 99


def test_the_envelope_is_the_list(serve: Serve, appeals: Folder) -> None:
    """P19: the envelope holds the addresses that were confirmed, international ones as xn--."""
    handler = Handler()
    targets = [{"name": "Library", "email": ["amt@bücher.example", "Second@bücher.example"]}]

    with serve(handler) as account:
        [one] = dispatch.carry_out(compose(appeals, targets=targets), account)

    to = ["amt@xn--bcher-kva.example", "Second@xn--bcher-kva.example", COPY]
    assert one.complete
    assert [received[:2] for received in handler.received] == [("aliya@branch.example", to)]
    assert list(one.message.envelope) == to


DOTS = "{{ salutation }}\n\n.\n..\n. a\nFrom here\n\n.\n\n{{ signature }}\n"


def test_the_bytes_arrive_as_they_are(serve: Serve, appeals: Folder) -> None:
    """P23: what arrives is what was composed, byte for byte, lone dots and ``From `` included."""
    handler = Handler()
    messages = compose(appeals, letter=DOTS, targets=SEVERAL)

    with serve(handler) as account:
        done = list(dispatch.carry_out(messages, account))

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
    ({"mail": "550 no"}, REFUSED, {OFFICE: REFUSED, COPY: REFUSED}),
    ({"mail": "451 later"}, DEFERRED, {OFFICE: DEFERRED, COPY: DEFERRED}),
    ({"data": "554 no"}, REFUSED, {OFFICE: REFUSED, COPY: REFUSED}),
    ({"data": "452 later"}, DEFERRED, {OFFICE: DEFERRED, COPY: DEFERRED}),
]


@pytest.mark.parametrize(("replies", "state", "each"), OUTCOMES)
def test_outcomes(
    serve: Serve, appeals: Folder, replies: dict[str, str], state: str, each: dict[str, str]
) -> None:
    """P57: a letter is accepted when its target is; each recipient has an outcome of its own."""
    with serve(Handler(**replies)) as account:
        [one] = dispatch.carry_out(compose(appeals), account)

    assert {person.address.ascii: reply.state for person, reply in one.recipients} == each
    assert one.state == state
    assert one.complete == (not replies)


def test_a_refused_letter_does_not_stop_the_next(serve: Serve, appeals: Folder) -> None:
    """P57: after a refusal the conversation goes on; nothing of it clings to the next."""
    handler = Handler(office="550 no", clerk="550 no", judge="550 no")
    messages = compose(appeals, targets=SEVERAL, cc=[])

    with serve(handler) as account:
        done = list(dispatch.carry_out(messages, account))

    assert [one.state for one in done] == [REFUSED, REFUSED, ACCEPTED]
    assert [received[1] for received in handler.received] == [["owner@mill.example"]]
    assert len(handler.hello) == 1


@contextmanager
def scripted(*replies: bytes) -> Iterator[tuple[Account, list[bytes]]]:
    """Run a server that knows only its lines: a greeting, then one a command; then it hangs up.

    What it was told is in the list once the block has ended.
    """
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(TIMEOUT)
        port = listening.getsockname()[1]
        thread = threading.Thread(target=_recite, args=(listening, replies, heard))
        thread.start()
        try:
            yield Account("127.0.0.1", port), heard
        finally:
            thread.join(TIMEOUT)


def _recite(listening: socket.socket, replies: Sequence[bytes], heard: list[bytes]) -> None:
    connection, _ = listening.accept()
    connection.settimeout(TIMEOUT)
    with connection, connection.makefile("rb") as lines:
        for number, reply in enumerate(replies):
            if number:
                heard.append(_command(lines, body=replies[number - 1].startswith(b"354")))
            connection.sendall(reply + b"\r\n")
        if replies and not replies[-1].startswith((b"221", b"5", b"421")):
            heard.append(_command(lines, body=replies[-1].startswith(b"354")))


def _command(lines: Any, *, body: bool) -> bytes:
    text: bytes = lines.readline()
    while body and text and not text.endswith(b"\r\n.\r\n"):
        text += lines.readline()
    return text


BEFORE = (b"220 test.example", b"250 test.example", b"250 OK", b"250 OK", b"354 go on")


def test_lost_after_the_dot(appeals: Folder) -> None:
    """P53: where the reply to the dot is lost, the letter is unknown: it may have arrived."""
    with scripted(*BEFORE) as (account, heard):
        [one] = dispatch.carry_out(compose(appeals, cc=[]), account)

    assert (one.state, one.complete, one.reply.code) == (UNKNOWN, False, 0)
    assert heard[-1].endswith(one.message.data + b".\r\n")


def test_lost_at_the_end(appeals: Folder) -> None:
    """P58: a connection lost at QUIT, after the 250, leaves the letter accepted."""
    with scripted(*BEFORE, b"250 OK") as (account, heard):
        [one] = dispatch.carry_out(compose(appeals, cc=[]), account)

    assert one.complete
    assert heard[-1].lower() == b"quit\r\n"


@pytest.mark.parametrize("garbled", [b"okay", b"25", b"\xff\xfe", b"999 what", b""])
def test_a_garbled_reply(appeals: Folder, garbled: bytes) -> None:
    """P58: a reply to the dot that cannot be read leaves the letter unknown."""
    with scripted(*BEFORE, garbled, b"221 bye") as (account, _):
        [one] = dispatch.carry_out(compose(appeals, cc=[]), account)

    assert (one.state, one.complete) == (UNKNOWN, False)


@pytest.mark.parametrize("replies", [BEFORE[:count] for count in range(5)], ids=len)
def test_lost_before_the_body(appeals: Folder, replies: tuple[bytes, ...]) -> None:
    """P58: a connection lost before the body is told as such, and nothing is taken for sent."""
    with (
        scripted(*replies) as (account, _),
        pytest.raises(TryLater, match=r"127\.0\.0\.1|lost"),
    ):
        list(dispatch.carry_out(compose(appeals, cc=[]), account))


@pytest.mark.parametrize("greeting", [b"554 go away", b"421 too busy", b"what?"])
def test_a_server_that_does_not_want(appeals: Folder, greeting: bytes) -> None:
    """P57: a server that turns us away at the door is one to try later."""
    with scripted(greeting) as (account, _), pytest.raises(TryLater, match="does not answer"):
        list(dispatch.carry_out(compose(appeals), account))


def test_nobody_there(appeals: Folder) -> None:
    """A server that is not there is one to try later, and is named."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    with pytest.raises(TryLater, match=f"127.0.0.1:{port} does not answer"):
        list(dispatch.carry_out(compose(appeals), Account("127.0.0.1", port)))


@pytest.mark.parametrize("host", ["192.0.2.1", "mail.example", "0.0.0.0", "::", "127.0.0.1.x"])
def test_plain_text_stays_here(host: str) -> None:
    """P34: without encryption there is no account but on this machine."""
    with pytest.raises(SettingsProblem):
        Account(host, 25)

    assert Account("127.0.0.1", 25).host != host


HOSTILE_REPLY = f"{MARKUP} {HOSTILE}".encode()


@pytest.mark.parametrize("code", [b"250 ", b"554 "])
def test_hostile_replies_on_the_screen(
    serve: Serve, appeals: Folder, capsys: pytest.CaptureFixture[str], code: bytes
) -> None:
    """P28: a server's reply is shown as it stands, cleaned of what could steer a terminal."""
    with serve(Handler(data=code + HOSTILE_REPLY)) as account:
        done = list(dispatch.carry_out(compose(appeals), account))

    show_arrival(Screen(), done, [])
    out = capsys.readouterr().out

    assert HOSTILE in done[0].reply.text
    assert MARKUP in out
    assert not CONTROL.search(out)


@pytest.mark.parametrize("greeting", [b"554 " + HOSTILE_REPLY, b"\x1b[31m " + HOSTILE_REPLY])
def test_hostile_greetings_on_the_screen(
    appeals: Folder, capsys: pytest.CaptureFixture[str], greeting: bytes
) -> None:
    """P28: the error that quotes a hostile server is cleaned, too."""
    with scripted(greeting) as (account, _), pytest.raises(TryLater) as raised:
        list(dispatch.carry_out(compose(appeals), account))

    Screen().error(raised.value.message, raised.value.hint)
    err = capsys.readouterr().err

    assert MARKUP in err
    assert not CONTROL.search(err)
