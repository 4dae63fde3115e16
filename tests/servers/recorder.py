"""A real SMTP server in the test's own process: it outlives clients that are killed, and records.

What it took and what the journal tells are then compared.
"""

import re
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from makers.program import TIMEOUT, Ran


class Mail(NamedTuple):
    """A letter whose text and final dot have reached the server."""

    message_id: str
    recipients: tuple[str, ...]
    data: bytes


class HangUp(Exception):
    """Raised by what answers for the server: it breaks off without another word."""


class Recorder:
    """A real SMTP server; ``at_dot`` may be replaced, to answer otherwise or to hold a reply.

    ``taken`` are the letters that it took upon itself, told to the client or not; ``heard`` are
    all whose text came to its end. ``watch`` is told of each step that the server takes.
    """

    def __init__(self, *, pipelining: bool) -> None:
        self.pipelining = pipelining
        self.heard: list[Mail] = []
        self.taken: list[Mail] = []
        self.at_greeting: Callable[[], str] = lambda: "220 recorder.example ESMTP"
        self.at_rcpt: Callable[[str], str] = lambda _address: "250 2.1.5 OK"
        self.at_dot: Callable[[Mail], str] = lambda _mail: "250 2.0.0 taken"
        self.watch: Callable[[str], None] = lambda _step: None
        self.server = _Server(self)
        self.port = int(self.server.server_address[1])

    def connections(self) -> int:
        """Tell how many connections there were, once all of them have come to their end.

        The question is a connection too: it queues behind all that were made before.
        """
        with socket.create_connection(("127.0.0.1", self.port), TIMEOUT) as probe:
            own = probe.getsockname()[1]
            with self.server.changed:
                assert self.server.changed.wait_for(lambda: own in self.server.accepted, TIMEOUT)
        with self.server.changed:
            assert self.server.changed.wait_for(lambda: not self.server.active, TIMEOUT)
            self.server.accepted.remove(own)
            return len(self.server.accepted)

    def copies(self) -> Counter[str]:
        """Count how often each recipient got a letter, once no client is connected any more."""
        self.connections()
        return Counter(one for mail in self.taken for one in mail.recipients)

    def environ(self, state: Path) -> dict[str, str]:
        """Give the settings of somebody who sends by this server."""
        return {
            "PROTESTMAIL_NAME": "Aliya Example",
            "PROTESTMAIL_EMAIL": "aliya@branch.example",
            "PROTESTMAIL_SMTP_HOST": "127.0.0.1",
            "PROTESTMAIL_SMTP_PORT": str(self.port),
            "PROTESTMAIL_SMTP_SECURITY": "none",
            "PROTESTMAIL_STATE": str(state),
        }


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.accepted: list[int] = []
        self.active = 0
        self.changed = threading.Condition()
        super().__init__(("127.0.0.1", 0), _Talk)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.changed:
            self.accepted.append(client_address[1])
            self.active += 1
            self.changed.notify_all()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.changed:
                self.active -= 1
                self.changed.notify_all()


class _Talk(socketserver.StreamRequestHandler):
    """One conversation: what is written here is RFC 5321's least, and nothing more."""

    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        self._recipients: list[str] = []
        recorder = self.server.recorder
        with suppress(ConnectionError, HangUp):
            self._say(recorder.at_greeting())
            while True:
                line = self._line()
                self._say(self._answer(line[:4].upper(), line))
                if line[:4].upper() == "QUIT":
                    return

    def _answer(self, verb: str, line: str) -> str:
        recorder = self.server.recorder
        if verb == "EHLO":
            more = ["PIPELINING"] if recorder.pipelining else []
            return "\r\n".join([*(f"250-{one}" for one in ("recorder", *more)), "250 8BITMIME"])
        if verb in {"MAIL", "RSET"}:
            self._recipients = []
        if verb == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            reply = recorder.at_rcpt(address)
            self._recipients += [address] if reply.startswith("2") else []
            return reply
        if verb == "DATA":
            return self._data() if self._recipients else "554 5.5.1 nobody to send it to"
        return {"MAIL": "250 2.1.0 OK", "RSET": "250 OK", "QUIT": "221 bye"}.get(verb, "500 what?")

    def _data(self) -> str:
        recorder = self.server.recorder
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self._bytes()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        data = b"".join(lines)
        found = re.search(rb"(?mi)^Message-ID: *(\S+)", data)
        mail = Mail(found[1].decode() if found else "", tuple(self._recipients), data)
        recorder.heard.append(mail)
        try:
            reply = recorder.at_dot(mail)
        except HangUp:
            recorder.taken.append(mail)
            raise
        recorder.taken += [mail] if reply.startswith("2") else []
        return reply

    def _bytes(self) -> bytes:
        line = self.rfile.readline()
        if not line.endswith(b"\n"):
            raise HangUp
        return line

    def _line(self) -> str:
        self.server.recorder.watch("reads")
        return self._bytes().decode("ascii")

    def _say(self, text: str) -> None:
        self.server.recorder.watch("says")
        self.wfile.write(f"{text}\r\n".encode())
        self.server.recorder.watch("has said")


@contextmanager
def recording(*, pipelining: bool = True) -> Iterator[Recorder]:
    """Run a server for the block."""
    recorder = Recorder(pipelining=pipelining)
    with recorder.server as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield recorder
        finally:
            server.shutdown()
            thread.join(TIMEOUT)


class Hold:
    """Keeps a server's reply back until the test lets it go."""

    def __init__(self, reply: str = "250 2.0.0 taken") -> None:
        self.reply = reply
        self.reached = threading.Event()
        self.released = threading.Event()

    def __call__(self, *_: object) -> str:
        """Wait, then reply; what comes after the first time is not held."""
        self.reached.set()
        assert self.released.wait(TIMEOUT)
        return self.reply

    def wait(self) -> None:
        """Wait until the server has something to reply to."""
        assert self.reached.wait(TIMEOUT), "the server was not reached"


def hang_up_once() -> Callable[[Mail], str]:
    """Give a server's behaviour: it breaks off at the first dot."""
    heard: list[Mail] = []

    def at_dot(mail: Mail) -> str:
        heard.append(mail)
        if len(heard) == 1:
            raise HangUp
        return "250 2.0.0 taken"

    return at_dot


def letters_of(journal: Ran) -> list[dict[str, Any]]:
    """Read what ``--json`` tells of letters."""
    assert journal.out, journal.err
    letters = journal.json["letters"]
    assert isinstance(letters, list)
    return letters


def journal_of(letters: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Give the state of each recipient, from what ``--json`` tells of letters."""
    return {one["address"]: one["state"] for each in letters for one in each["recipients"]}


def untrue(letters: Iterable[Mapping[str, Any]], server: Recorder) -> list[str]:
    """Tell where letters, as ``--json`` tells of them, and the server disagree.

    The server took a letter once that is accepted, never one that is anything else; where it is
    unknown it did or did not; and nothing went anywhere twice.
    """
    states, copies = journal_of(letters), server.copies()
    twice = Counter(mail.message_id for mail in server.taken)
    return [
        *(f"{one} came {copies[one]} times" for one in copies if copies[one] > 1),
        *(f"{one} went {number} times" for one, number in twice.items() if number > 1),
        *(f"{one} came, and nobody knows" for one in copies.keys() - states.keys()),
        *(
            f"{one} is {state}, and came {copies[one]} times"
            for one, state in states.items()
            if state != "unknown" and copies[one] != (state == "accepted")
        ),
    ]
