"""Whatever happens, in whatever order: the journal and a real server never disagree."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from makers.journal import MINUTE, SENDER
from makers.letters import a_letter, a_message
from protestmail.appeals.appeal import Copy, Target
from protestmail.errors import ProtestmailError
from protestmail.journal.entry import ACCEPTED, OPEN, REFUSED, UNKNOWN, Entry
from protestmail.journal.journal import Journal
from protestmail.mail.recipients import Addressed, addressed
from protestmail.sending import dispatch
from protestmail.sending.agenda import Agenda, draw_up, queue
from protestmail.sending.pace import Pace
from protestmail.settings.account import NONE, Account
from servers.recorder import HangUp, Mail, Recorder, recording

COPY = Copy(email="copy@issuer.example")
OFFICES = {
    "ministry": ("office@ministry.example",),
    "court": ("clerk@court.example", "judge@court.example"),
    "mill": ("owner@mill.example",),
}
ADDRESSES = [*(one for each in OFFICES.values() for one in each), COPY.email]
TAKEN, LOST_TAKEN, LOST = "250 2.0.0 taken", "lost, and taken", "lost, and not taken"


class CrashError(Exception):
    """The machine has died."""


@dataclass(slots=True)
class Day:
    """What happens during one send: what the server does, and at which moment the machine dies.

    ``rcpt`` is what is said of an address, ``dots`` what becomes of each letter in turn.
    """

    rcpt: Mapping[str, str] = field(default_factory=dict)
    dots: Sequence[str] = ()
    pipelining: bool = True
    dies: tuple[str, int] = ("", 0)

    def rule_over(self, recorder: Recorder) -> None:
        """Let the server behave so."""
        dots = iter(self.dots)

        def at_rcpt(address: str) -> str:
            reply = self.rcpt.get(address, "250 2.1.5 OK")
            if reply == LOST:
                raise HangUp
            return reply

        def at_dot(_mail: Mail) -> str:
            reply = next(dots, TAKEN)
            if reply == LOST:
                raise ConnectionAbortedError
            if reply == LOST_TAKEN:
                raise HangUp
            return reply

        recorder.pipelining = self.pipelining
        recorder.at_rcpt, recorder.at_dot = at_rcpt, at_dot

    def dying(
        self, where: str, journal: Journal, clock: Callable[[], float]
    ) -> Callable[[], float]:
        """Give a clock at whose so manieth look the machine dies, and the journal with it."""
        place, number = self.dies
        looks = count(1)

        def look() -> float:
            if place == where and next(looks) == number:
                journal.__exit__()
                raise CrashError
            return clock()

        return look


CLOSING = "421 closing"
RCPT = st.sampled_from(["250 OK", "250 OK", "450 later", "550 no", LOST])
DOT = st.sampled_from([TAKEN, TAKEN, "452 later", "554 no", CLOSING, LOST_TAKEN, LOST])
DAYS = st.builds(
    Day,
    st.dictionaries(st.sampled_from(ADDRESSES), RCPT, max_size=3),
    st.lists(DOT, max_size=4),
    st.booleans(),
    st.tuples(st.sampled_from(["", "", "offer", "record", "told"]), st.integers(1, 4)),
)
SELECTIONS = st.sets(st.sampled_from(list(OFFICES)), min_size=1).map(sorted)
Key = tuple[str, str]


class Sends(RuleBasedStateMachine):
    """Sends one upon the other, by a person who may do anything that the program lets them do."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder
        recorder.taken.clear()
        recorder.heard.clear()
        self.folder = TemporaryDirectory()
        self.journal = Journal(Path(self.folder.name))
        self.now = 1_000_000
        self.numbers = count()
        self.office_of: dict[str, str] = {}
        self.resent: Counter[Key] = Counter()
        self.chosen: Counter[str] = Counter()
        self.marked: set[Key] = set()
        self.sound = True

    def teardown(self) -> None:
        """Let the server keep accepting, and see that no letter stays behind."""
        try:
            if self.sound:
                self.in_the_end()
        finally:
            self.journal.__exit__()
            self.folder.cleanup()

    # What the person and the world do.

    @rule(day=DAYS, offices=SELECTIONS, retry=st.booleans(), limit=st.sampled_from([9, 9, 1]))
    def send(self, day: Day, offices: list[str], limit: int, *, retry: bool) -> None:
        """Send, and see what the server makes of it."""
        self._run(
            day, draw_up(self._letters(offices), SENDER, self.journal, self.now, retry=retry), limit
        )

    @rule(day=DAYS, offices=SELECTIONS)
    def send_again(self, day: Day, offices: list[str]) -> None:
        """Send once more what has come to an end."""
        ended = {
            one.target: all(each.state in {ACCEPTED, REFUSED} for each in one.recipients)
            for one in self.journal.entries()
        }
        self.chosen.update(one for one in offices if ended.get(one))
        agenda = draw_up(self._letters(offices), SENDER, self.journal, self.now, again=True)
        self._run(day, agenda)

    @precondition(lambda self: bool(self._doubtful()))
    @rule(which=st.integers(0, 9), sent=st.booleans())
    def resolve(self, which: int, *, sent: bool) -> None:
        """Decide about a letter in doubt."""
        doubtful = self._doubtful()
        self._resolve(doubtful[which % len(doubtful)], sent=sent)

    @precondition(lambda self: any(self.journal.entries()))
    @rule(which=st.integers(0, 9))
    def forget(self, which: int) -> None:
        """Take a letter out; nothing keeps it from going again."""
        entries = list(self.journal.entries())
        entry = entries[which % len(entries)]
        self.journal.forget([entry])
        self.chosen[entry.target] += 1

    @rule(seconds=st.sampled_from([MINUTE, 5 * MINUTE, 300 * MINUTE, -120 * MINUTE]))
    def wait(self, seconds: int) -> None:
        """Let time pass, or somebody set the clock back."""
        self.now += seconds

    @rule()
    def open_anew(self) -> None:
        """Close the journal and open it, which decides nothing."""
        before = list(self.journal.entries())
        self._reopen()
        assert list(self.journal.entries()) == before

    def _reopen(self) -> None:
        self.journal.__exit__()
        self.journal = Journal(Path(self.folder.name))

    def _doubtful(self) -> list[Entry]:
        return [
            one
            for one in self.journal.entries()
            if any(each.state == UNKNOWN for each in one.recipients)
        ]

    def _resolve(self, entry: Entry, *, sent: bool) -> None:
        self.journal.resolve([entry], sent=sent, now=self.now)
        keys = [(entry.message_id, one.address) for one in entry.recipients if one.state == UNKNOWN]
        if sent:
            self.marked.update(keys)
        else:
            self.resent.update(keys)

    def _letters(self, offices: Sequence[str]) -> Iterator[Addressed]:
        for one in offices:
            target = Target(id=one, name=one.title(), email=OFFICES[one])
            yield addressed(a_letter(targets=(target,), copies=(COPY,)))

    def _run(self, day: Day, agenda: Agenda, limit: int = 9) -> None:
        """Do what ``protestmail send`` does, until it ends or the machine dies."""
        self.sound = False
        agenda.limit(limit)
        before = self._states()
        heard = len(self.recorder.heard)
        messages = []
        for letter in (one.letter for one in agenda.new):
            id_ = f"<{next(self.numbers):032}@union.example>"
            self.office_of[id_] = letter.targets[0].id
            messages.append(a_message(letter, message_id=id_))
        numbers = [one.number for one in agenda.repeated]
        numbers += queue(self.journal, messages, self.now, instead_of=agenda.replaced)
        day.rule_over(self.recorder)
        with suppress(ProtestmailError, CrashError):
            self._carry_out(day, numbers)
        self._reopen()
        self.recorder.connections()  # waits until the server knows all that it will know
        went = Counter(self._keys(self.recorder.heard[heard:]))
        assert not [key for key in went if before.get(key) == UNKNOWN], "in doubt, and sent"
        most = 1 + (CLOSING in day.dots)  # what ends the session goes once more over the next
        assert not [key for key, times in went.items() if times > most], "twice in one run"
        self.sound = True

    def _carry_out(self, day: Day, numbers: Sequence[int]) -> None:
        account = Account("127.0.0.1", self.recorder.port, NONE)
        pace = Pace(100_000, clock=day.dying("offer", self.journal, lambda: 0.0))
        clock = day.dying("record", self.journal, lambda: float(self.now))
        told = day.dying("told", self.journal, lambda: 0.0)
        run = dispatch.carry_out(
            *(numbers, self.journal, account), pace=pace, clock=clock, sleep=lambda _seconds: None
        )
        for _ in run:
            told()

    # What must be so at any moment.

    @staticmethod
    def _keys(mails: Sequence[Mail]) -> list[Key]:
        return [(mail.message_id, one) for mail in mails for one in mail.recipients]

    def _states(self) -> dict[Key, str]:
        return {
            (entry.message_id, one.address): one.state
            for entry in self.journal.entries()
            for one in entry.recipients
        }

    @invariant()
    def both_agree(self) -> None:
        """See that nothing that must be so is not."""
        self.sound = False
        self.at_most_once()
        self.nothing_is_claimed()
        self.as_it_was()
        self.sound = True

    def at_most_once(self) -> None:
        """P52: nobody has a letter twice, but where the person chose so."""
        taken = Counter(self._keys(self.recorder.taken))
        for key, times in taken.items():
            assert times <= 1 + self.resent[key], f"{key} has it {times} times"
        letters = Counter((self.office_of[id_], address) for id_, address in taken)
        for (office, address), times in letters.items():
            assert times <= 1 + self.chosen[office], f"{address} has {times} letters"

    def nothing_is_claimed(self) -> None:
        """P53: accepted is what the server took, or the person said; what it took is not lost."""
        taken = set(self._keys(self.recorder.taken))
        for key, state in self._states().items():
            assert state != ACCEPTED or key in taken | self.marked, f"{key} has it not"
            known = state in {ACCEPTED, UNKNOWN} or self.resent[key]
            assert key not in taken or known, f"{key} has it, and is {state}"

    def as_it_was(self) -> None:
        """P53: what goes again goes with the same bytes, whatever the reason."""
        bytes_of: dict[str, bytes] = {}
        for mail in self.recorder.heard:
            assert bytes_of.setdefault(mail.message_id, mail.data) == mail.data

    def in_the_end(self) -> None:
        """P52: with a server that keeps accepting and no doubt left, every letter is accepted.

        Nothing is left that would still have to go, and one more send sends nothing.
        """
        for number, entry in enumerate(self._doubtful()):
            self._resolve(entry, sent=number % 2 == 0)
        refused = {key for key, state in self._states().items() if state == REFUSED}
        for _ in range(2):
            heard = len(self.recorder.heard)
            letters = self._letters(list(OFFICES))
            self._run(Day(), draw_up(letters, SENDER, self.journal, self.now, retry=True))
        assert len(self.recorder.heard) == heard, "it goes again and again"
        self.both_agree()
        states = self._states()
        assert {self.office_of[id_] for id_, _ in states} == OFFICES.keys()
        left = {key: state for key, state in states.items() if state in OPEN | {UNKNOWN}}
        assert not left, left
        assert {key for key, state in states.items() if state == REFUSED} == refused


def test_whatever_happens() -> None:
    """P52, P53, P58: over any sends, losses, crashes, decisions and clocks, both sides agree."""
    with recording() as recorder:

        class SendsHere(Sends):
            def __init__(self) -> None:
                super().__init__(recorder)

        run_state_machine_as_test(
            SendsHere,
            settings=settings(
                max_examples=60,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
