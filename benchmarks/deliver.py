"""Deliveries: letters sent over SMTP to servers on this machine, some of them made to be far."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import sinks
from material import big_appeal
from measure import Cost, Row, in_turn
from peers import Peers
from proxy import Proxy, proxy

ROUNDS = 3
FAR, ROUND_TRIP, WAITS = 100, 0.020, 1.15
"""So many letters, to a server so many seconds away; round trips a letter that are allowed."""
OPENING = True
"""Whether opening a connection takes its time as well, as on a real line (see the proxy).

Without it mailmerge, which opens one for each letter, gets off lightly."""
NEAR, MANY, LINEAR, FLAT = 1000, 10_000, 1.15, 1.1
FASTER = 2.0
_FAR = f"{FAR} letters, {ROUND_TRIP * 1000:.0f} ms away"
_NEAR = f"{NEAR:,} letters, loopback"

Send = Callable[[int, int], Cost]


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of server far away, and how many times as fast as whom ours should be."""

    name: str
    goals: dict[str, float]
    pipelining: bool = True
    secure: bool = False


CASES = (
    Case("", {"mailmerge": 8, "smtplib": 5}),
    Case(", STARTTLS and AUTH", {"mailmerge": 12}, secure=True),
    Case(", no PIPELINING", {"mailmerge": 1.5}, pipelining=False),
)


def rows(where: Path, rounds: int) -> list[Row]:
    """Measure whole processes, start-up and journal included, against those of the peers."""
    far = [row for at, case in enumerate(CASES) for row in _far(where / str(at), case, rounds)]
    appeal = big_appeal(where, "en")
    with sinks.postfix(where) as sink:
        near = [*_near(where, appeal, sink, rounds), *_linear(where, appeal, sink, rounds)]
    return [*far, *near, _own_name()]


def _own_name() -> Row:
    """What smtplib, and so mailmerge for each letter, spends on the name it says hello with.

    Some machines ask the network and wait: then their figures would tell of that.
    """
    begun = time.perf_counter()
    socket.getfqdn()
    took = time.perf_counter() - begun
    told = "looked up by smtplib for each connection"
    return Row("this machine's own name", f"{took * 1000:.1f} ms", told, "< 5 ms", took < 0.005)


@dataclass(slots=True)
class _Line:
    """A server and the way to it: every run's letters are counted, and its round trips."""

    port: int
    sink: sinks.Sink
    recipients: int
    proxy: Proxy | None = None
    turns: dict[tuple[str, int], int] = field(default_factory=dict)

    def run(self, name: str, send: Send, count: int) -> Cost:
        cost = send(count, self.port)
        self.sink.check(count, self.recipients)
        if self.proxy:
            self.turns[name, count] = self.proxy.take().turns
        return cost

    def a_letter(self, name: str) -> float:
        """Round trips for one more letter, once a connection has been set up."""
        return (self.turns[name, FAR] - self.turns[name, 1]) / (FAR - 1)


def _far(where: Path, case: Case, rounds: int) -> list[Row]:
    where.mkdir()
    appeal = big_appeal(where, "en", targets=FAR)
    secure = sinks.login(where) if case.secure else None
    peers = Peers(where, secure)
    senders: dict[str, Send] = {
        "ours": partial(peers.ours, appeal),
        "mailmerge": peers.mailmerge,
        "smtplib": peers.smtplib_loop,
    }
    server = (
        sinks.aiosmtpd(secure=secure)
        if secure
        else sinks.postfix(where, pipelining=case.pipelining)
    )
    with (
        server as sink,
        proxy(sink.port, ROUND_TRIP, opening=OPENING) as between,
    ):
        line = _Line(between.port, sink, peers.recipients, between)
        one, cost = (
            in_turn({name: partial(line.run, name, send, count) for name, send in senders.items()},
                    rounds)
            for count in (1, FAR)
        )  # fmt: skip
    waits = {name: line.a_letter(name) for name in senders}
    others = ", ".join(f"{name} {count:.2f}" for name, count in waits.items() if name != "ours")
    goal = (f"≤ {WAITS}", waits["ours"] <= WAITS) if case.pipelining else ("", None)
    told = Row(f"{_FAR}{case.name}: round trips a letter", f"{waits['ours']:.2f}", others, *goal)
    more = {name: (cost[name].seconds - one[name].seconds) / (FAR - 1) for name in senders}
    whole = {name: each.seconds for name, each in cost.items()}
    return [
        *_faster(f"{_FAR}{case.name}: a letter more", more, case.goals),
        *_faster(f"{_FAR}{case.name}: all", whole),
        told,
    ]


def _faster(
    what: str, seconds: dict[str, float], goals: dict[str, float] | None = None
) -> list[Row]:
    """Tell how many times as fast ours was as each of the others."""
    took = seconds["ours"]
    table = []
    for name, other in seconds.items():
        if name == "ours":
            continue
        told = f"{other / took:.2f} times as fast as {name} ({_time(other)})"
        goal = (goals or {}).get(name)
        met = (f"≥ {goal:g}", goal * took <= other) if goal else ("", None)
        table.append(Row(what, _time(took), told, *met))
    return table


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _near(where: Path, appeal: Path, sink: sinks.Sink, rounds: int) -> list[Row]:
    peers = Peers(where)
    line = _Line(sink.port, sink, peers.recipients)
    senders: dict[str, Send] = {
        "ours": partial(peers.ours, appeal),
        "forgetful": partial(peers.ours, appeal, kept="--memory-journal"),
        "trusting": partial(peers.ours, appeal, kept="--keep-wal"),
        "mailmerge": peers.mailmerge,
        "smtplib": peers.smtplib_loop,
        "smtp-source": peers.smtp_source,
    }
    cost = in_turn({name: partial(line.run, name, send, NEAR) for name, send in senders.items()},
                   rounds)  # fmt: skip
    forgetful, trusting = cost.pop("forgetful").part, cost.pop("trusting").part
    sending = cost["ours"].part
    told = f"{sending:.2f} s with it on disk ({_filesystem(where)}), {forgetful:.2f} s in memory"
    damage = f"{trusting:.2f} s if each letter's mark may stand in the WAL alone"
    disk, place = ((sending - one) / NEAR * 1000 for one in (forgetful, trusting))
    whole = {name: each.seconds for name, each in cost.items()}
    alone = {"ours": sending, "mailmerge": whole["mailmerge"]}
    return [
        *_faster(f"{_NEAR}: sending", alone, {"mailmerge": FASTER}),
        *_faster(f"{_NEAR}: all", whole),
        Row(f"{_NEAR}: the journal's disk", f"{disk:.2f} ms a letter", told),
        Row(f"{_NEAR}: of it, safety from damage", f"{place:.2f} ms a letter", damage),
    ]


def _linear(where: Path, appeal: Path, sink: sinks.Sink, rounds: int) -> list[Row]:
    peers = Peers(where)
    line = _Line(sink.port, sink, peers.recipients)
    send = partial(peers.ours, appeal)
    runs = {str(count): partial(line.run, "ours", send, count) for count in (NEAR, MANY)}
    few, many = in_turn(runs, rounds).values()
    times = many.seconds / few.seconds / (MANY / NEAR)
    return [
        Row(f"{MANY:,} letters, loopback", f"{many.seconds:.2f} s",
            f"{times:.2f} of {MANY // NEAR} times that of {NEAR:,} ({few.seconds:.2f} s)",
            f"≤ {LINEAR}", times <= LINEAR),
        Row(f"peak memory, {MANY:,} letters, loopback", f"{many.peak:.0f} MB",
            f"{many.peak / few.peak:.2f} times that of {NEAR:,} ({few.peak:.0f} MB)", f"≤ {FLAT}",
            many.peak <= FLAT * few.peak),
    ]  # fmt: skip


def _filesystem(where: Path) -> str:
    """What the journal lay on: on some kinds, writing to disk costs nothing (Linux only)."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return "file system not known"
    mounts = [line.split()[1:3] for line in lines]
    return max((len(at), kind) for at, kind in mounts if where.resolve().is_relative_to(at))[1]
