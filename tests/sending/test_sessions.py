"""A session may end, a run goes on: one command, real servers, each letter accepted once."""

import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.program import TIMEOUT, Program, Ran
from makers.sending import Handler, Sending
from protestmail.journal.journal import Journal
from protestmail.sending.agenda import queue
from protestmail.settings.account import NONE, Account
from servers.exim import exim, missing
from servers.fault_acts import bye, die, say
from servers.fault_judge import HASTE, MESSAGES, judge, message_id, send, states
from servers.fault_server import EVERY, Fault, FaultServer
from servers.fault_session import Act
from servers.plain import Serve
from servers.postfix import HOST

MANY = [f"office{number}@ministry.example" for number in range(20)]

WriterAt = Callable[[int], Sending]


@pytest.fixture
def writer_at(run: Program, appeals: Folder, tmp_path: Path) -> WriterAt:
    """Give what makes a writer of twenty letters, with an account on a port."""
    appeals.add(targets=[{"name": to.partition("@")[0].title(), "email": to} for to in MANY])
    return lambda port: Sending(run, appeals, Account(HOST, port, NONE), tmp_path / "state")


@pytest.fixture
def needs_exim() -> None:
    """Say how to get Exim where it is not there."""
    if why := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


def ids(done: Ran) -> set[str]:
    """Give the Message-ID of each letter that the program calls accepted."""
    return {one["message_id"] for one in done.json["letters"] if one["state"] == "accepted"}


def judge_all(done: Ran, taken: Counter[tuple[str, str]]) -> None:
    """See that all letters were accepted, each once, and that the program says so."""
    assert done.code == 0, done.err
    assert Counter(to for _, to in taken.elements()) == dict.fromkeys(MANY, 1)
    assert {name for name, _ in taken} == ids(done)


@pytest.mark.usefixtures("needs_exim")
@pytest.mark.parametrize("prelude", ["", HASTE], ids=["", "haste"])
def test_five_messages_a_connection(writer_at: WriterAt, prelude: str) -> None:
    """P85: a server that ends each connection after five letters gets all twenty, in one run."""
    with exim("smtp_accept_max_per_connection = 5") as server:
        done = writer_at(server.port)("--yes", "--json", prelude=prelude)
        taken, log = server.taken(), server.log()

    judge_all(done, taken)
    assert log.count("too many messages in one connection") in {3, 4}


ASKING = """\
pipelining_advertise_hosts =
acl_smtp_{step} = asking
begin acl
asking:
  accept condition = ${{readsocket{{inet:127.0.0.1:{port}}}{{?}}{{20s}}}}
"""
"""Exim asks the test whether it may go on, so that the test knows where it is."""


@contextmanager
def asked(at: Collection[int], then: Callable[[], None]) -> Iterator[int]:
    """Give a port on which ``yes`` is said, and something done at the questions of some numbers."""

    def answer() -> None:
        for number in count(1):
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            with sock, suppress(OSError):
                sock.recv(1)
                if number in at:
                    then()
                sock.sendall(b"yes")

    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(TIMEOUT)


@pytest.mark.usefixtures("needs_exim")
@pytest.mark.parametrize("step", ["mail", "predata"])
def test_a_server_that_is_restarted_twice(writer_at: WriterAt, step: str) -> None:
    """P85: a server that is restarted under way gets all twenty, none twice, in one run.

    It is killed with its connections at the fifth letter, and again at what is the eleventh then.
    Without PIPELINING, since Exim keeps an answer back as long as it hears the next commands: the
    letter before would be in doubt.
    """
    had = list[int]()

    def restart() -> None:
        server.stop()
        had.append(server.taken().total())
        server.start()

    with (
        asked((5, 12), restart) as port,
        exim(ASKING.format(step=step, port=port)) as server,
    ):
        done = writer_at(server.port)("--yes", "--json")
        taken = server.taken()

    judge_all(done, taken)
    assert had == [4, 10]


CLOSING: dict[str, Act] = {"hangs up": die, "421": bye(b"421 4.7.0 one is enough")}


@pytest.mark.parametrize("act", CLOSING.values(), ids=CLOSING)
@pytest.mark.parametrize(("step", "at"), [("letters", [EVERY]), ("mail", range(2, 40, 2))])
def test_one_letter_a_connection(
    writer_at: WriterAt, act: Act, step: str, at: Sequence[int]
) -> None:
    """P85: a server that closes after each letter gets all twenty, over twenty connections."""
    with FaultServer(*(Fault(step, act, number) for number in at)) as server:
        done = writer_at(server.port)("--yes", "--json", prelude=HASTE)

    came = server.deliveries
    judge_all(done, Counter((message_id(one), to) for one in came for to in one.recipients))
    assert len(server.connections) == len(MANY)
    assert not server.complaints


@pytest.mark.parametrize("piped", [True, False], ids=["piped", ""])
@pytest.mark.parametrize("said", ["452 4.5.3 Too many recipients", "452 too many recipients"])
def test_too_many_for_one_transaction(said: str, tmp_path: Path, *, piped: bool) -> None:
    """P85: whoever was one too many gets the same letter in the next transaction, at once."""
    script = Fault("rcpt2", say(said.encode()))
    with FaultServer(script, pipelining=piped) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    judge(entries, server)
    assert (result.problem, states(entries), len(server.connections)) == (None, "AAA", 1)
    first, second = server.deliveries[:2]
    assert first.data == second.data
    assert (first.recipients, second.recipients) == (
        ("office@ministry.example",),
        ("copy@issuer.example",),
    )


@pytest.mark.usefixtures("needs_exim")
def test_two_recipients_a_transaction(writer_at: WriterAt, appeals: Folder) -> None:
    """P85: one letter to twenty goes in ten transactions where a server takes two at a time."""
    appeals.add(
        together=True, targets=[{"name": to.partition("@")[0].title(), "email": to} for to in MANY]
    )
    with exim("recipients_max = 2") as server:
        done = writer_at(server.port)("--yes", "--json")
        taken, log = server.taken(), server.log()

    [one] = done.json["letters"]
    judge_all(done, taken)
    assert {person["state"] for person in one["recipients"]} == {"accepted"}
    assert log.count(" <= aliya@branch.example ") == 10


@pytest.mark.parametrize("all_of_them", [True, False])
def test_too_many_whoever_it_is(all_of_them: bool, tmp_path: Path) -> None:
    """P85: a server for which even one recipient is too many is not asked for ever."""
    script = [Fault("rcpt1", say(b"452 4.5.3 Too many recipients"), EVERY)]
    script += [Fault("rcpt2", say(b"452 4.5.3 Too many recipients"), EVERY)] * all_of_them
    with FaultServer(*script) as server, Journal(tmp_path) as journal:
        send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    judge(entries, server)
    assert states(entries) == "DDD"


def test_a_text_that_ends_each_session(tmp_path: Path) -> None:
    """P85: after a 421 to its text a letter goes once more; then it waits, and the rest goes."""
    script = [Fault("dot", bye(b"421 4.3.0 later"), number) for number in (2, 3)]
    with FaultServer(*script) as server, Journal(tmp_path) as journal:
        result = send(queue(journal, MESSAGES, 0), journal, server)
        entries = list(journal.entries())

    judge(entries, server)
    assert (result.problem, states(entries)) == (None, "ADA")


SLEEPS = """
from protestmail.sending import pace
class Pace(pace.Pace):
    def __init__(self, *given, **more):
        super().__init__(*given, sleep=self.slept, **more)
    def slept(self, seconds):
        print("waits", seconds, flush=True)
        raise KeyboardInterrupt
from protestmail.cli import sending
sending.Pace = Pace
"""


def test_the_pace_of_the_last_run(writer_at: WriterAt, serve: Serve, handler: Handler) -> None:
    """A second run of twenty letters waits for their time, and says so; others do not."""
    with serve(handler, pipelining=True) as account:
        writer = writer_at(account.port)
        first = writer("--yes", prelude=SLEEPS)
        second = writer("--yes", "--again", prelude=SLEEPS)
        other = {"PROTESTMAIL_EMAIL": "somebody@else.example"}
        third = writer("--yes", env=other, prelude=SLEEPS)

    assert (first.code, third.code, len(handler.got)) == (0, 0, 40)
    assert second.code == 130
    assert second.out.startswith("waits ")
    assert "so these go at 30 a minute" in second.err
    assert "a minute" not in first.err + third.err
