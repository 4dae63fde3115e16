"""What the tests of sends that are cut short share: a server that records, a program to fork.

The server runs in the test's own process, so it outlives the clients that are killed.
"""

import json
import re
import select
import socket
import socketserver
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from conftest import TIMEOUT, Folder, Program, Ran


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


_FORKS = """
import contextlib, io, json, os, signal, sys
from protestmail.__main__ import main
from protestmail.cli import run
from protestmail import dispatch, wire
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(sys.stdout):
    run(["journal", "--json"])
    run(["send", "practice-letter", "--dry-run", "--name", "A"])
for line in sys.stdin:
    job = json.loads(line)
    child = os.fork()
    if not child:
        signal.alarm(30)
        for handle, name in enumerate((os.devnull, job["out"], job["err"])):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), handle)
        os.environ.update(job["env"])
        sys.argv[1:] = job["args"]
        exec(job["prelude"], {"__name__": "prelude"})
        main()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forks:
    """The program, loaded once and forked for each run: a process of its own, without the start."""

    def __init__(self, run: Program, process: "subprocess.Popen[str]") -> None:
        self._outputs = [run.cwd.parent / "out", run.cwd.parent / "err"]
        self._process = process

    def __call__(self, *args: "str | Path", env: dict[str, str], prelude: str = "") -> Ran:
        """Run it to its end, as ``Program`` does."""
        assert self._process.stdin
        assert self._process.stdout
        out, err = self._outputs
        job = {"args": [*map(str, args)], "env": env, "prelude": prelude}
        print(
            json.dumps(job | {"out": str(out), "err": str(err)}),
            file=self._process.stdin,
            flush=True,
        )
        assert select.select([self._process.stdout], [], [], 2 * TIMEOUT)[0], "a run hangs"
        code = int(self._process.stdout.readline())
        return Ran(code, out.read_text(), err.read_text())


@contextmanager
def forks(run: Program) -> Iterator[Forks]:
    """Load the program for the block."""
    with subprocess.Popen(
        [sys.executable, "-c", _FORKS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=run.cwd,
        env=run.environ,
    ) as process:
        try:
            yield Forks(run, process)
        finally:
            process.kill()


POINTS = """
import os, signal, sqlite3, sys
from protestmail import wire
from protestmail.journal import Journal

start, end = told("FROM"), told("TO")
signals = [getattr(signal, name) for name in told("BY")]
log = os.open(told("LOG"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
passed, doing = 0, []

def point(name):
    global passed
    passed += 1
    os.write(log, ("%s%s\\n" % ("".join(one + ": " for one in doing[-1:]), name)).encode())
    if start <= passed <= end:
        for one in signals:
            os.kill(os.getpid(), one)

class Counted(sqlite3.Connection):
    def execute(self, sql, *values):
        if not sql.startswith("SELECT"):
            point(" ".join(sql.split())[:40])
        return super().execute(sql, *values)

    def executemany(self, sql, *values):
        point(sql)
        return super().executemany(sql, *values)

    def close(self):
        point("close")
        super().close()

def labelled(name, real):
    def method(self, *args, **given):
        doing.append(name)
        try:
            return real(self, *args, **given)
        finally:
            doing.pop()
    return method

for name in "add trying in_doubt record requeue forget resolve".split():
    setattr(Journal, name, labelled(name, getattr(Journal, name)))

def connect(*args, real=wire.connect):
    point("connect")
    return real(*args)

def line(self, end, real=wire.Wire.line):
    point("read")
    return real(self, end)

def write(self, data, most, *, dot=0, real=wire.Wire.write):
    done = 0
    for cut in sorted({0, dot // 2, max(dot - 1, 0), dot} - {len(data)}):
        if start <= passed + 1 <= end:
            real(self, data[done:cut], most, dot=dot)
            done = cut
        point("write from %s of %s" % (cut, len(data)))
    real(self, data[done:], most, dot=max(dot - done, 0))

sqlite3.connect = lambda *args, real=sqlite3.connect, **given: real(
    *args, factory=Counted, **given)
wire.connect, wire.Wire.line, wire.Wire.write = connect, line, write
"""
"""Counts each statement that could change the journal, and each step on the wire.

A letter's text has four steps: nothing of it sent, half, all but its last byte, and all of it
without the offer behind it. What follows a step is the step before the next: it is counted once.
"""


@dataclass(frozen=True, slots=True)
class Points:
    """Makes preludes that cut a run short at a step, and tells which steps it has come to."""

    log: Path

    def prelude(self, start: int = 0, end: int = 0, by: Sequence[str] = ("SIGKILL",)) -> str:
        """Send the signals at each of the steps from ``start`` to ``end``, counted from one."""
        told = {"FROM": start, "TO": end or start, "BY": [*by], "LOG": str(self.log)}
        return f"told = {told!r}.get\n{POINTS}"

    @property
    def passed(self) -> list[str]:
        """The steps that the latest run came to; it was about to take the last one."""
        return self.log.read_text().splitlines()


def add_appeal(appeals: Folder, count: int, **fields: Any) -> list[str]:
    """Write an appeal to so many targets; give their addresses."""
    addresses = [f"office{number}@ministry{number}.example" for number in range(count)]
    targets = [
        {"name": f"Ministry {number}", "email": one} for number, one in enumerate(addresses)
    ]
    appeals.add(**({"targets": targets} | fields))
    return addresses


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
