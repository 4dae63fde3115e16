"""The pace of a send, by a clock that only the test moves."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protestmail.sending.pace import BURST, PER_MINUTE, Pace


class Clock:
    """A clock that stands still until somebody sleeps or the test moves it."""

    def __init__(self, now: float = 0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Give the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


def paced(
    clock: Clock, per_minute: float = PER_MINUTE, burst: int = BURST, before: Sequence[float] = ()
) -> Pace:
    """Give a pace that goes by this clock."""
    return Pace(per_minute, burst, before=before, clock=clock, sleep=clock.sleep)


def moments(clock: Clock, pace: Pace, count: int) -> list[float]:
    """Wait for so many letters, and give the moments at which they may go."""
    found = []
    for _ in range(count):
        pace.wait()
        found.append(round(clock.now, 6))
    return found


def test_a_burst_and_then_one_each_two_seconds() -> None:
    """Twenty letters go at once, and from then on thirty a minute."""
    clock = Clock(1000)

    found = moments(clock, paced(clock), 80)

    assert found == [1000.0] * 20 + [1000.0 + 2 * number for number in range(1, 61)]
    assert len(clock.slept) == 60


@pytest.mark.parametrize(
    ("per_minute", "at_once", "gap"),
    [(30, 20, 2), (10, 10, 6), (1, 1, 60), (0.5, 1, 120), (600, 20, 0.1), (19.5, 19, 60 / 19.5)],
)
def test_another_rate(per_minute: float, at_once: int, gap: float) -> None:
    """A rate below the burst makes the burst smaller, so that no minute has more than double it."""
    clock = Clock()

    found = moments(clock, paced(clock, per_minute), at_once + 3)

    assert found == [0.0] * at_once + [pytest.approx(gap * number) for number in (1, 2, 3)]


def test_a_pause_gives_the_burst_back_and_no_more() -> None:
    """After a long pause there is one burst again, however long it was."""
    clock = Clock()
    pace = paced(clock)
    moments(clock, pace, 20)
    assert not pace.free()
    clock.now += 10
    assert [pace.free() for _ in range(6)] == [True] * 5 + [False]
    clock.now += 365 * 24 * 60 * 60

    assert [pace.free() for _ in range(25)] == [True] * 20 + [False] * 5


def test_asking_costs_nothing() -> None:
    """Whoever asks for a place in vain has taken none, and loses no time by it."""
    clock = Clock()
    pace = paced(clock)
    moments(clock, pace, 20)
    for _ in range(19):
        clock.now += 0.1
        assert not pace.free()
    clock.now += 0.1

    assert pace.free()


STEPS = st.lists(
    st.one_of(
        st.just("wait"),
        st.just("free"),
        st.floats(0, 200, allow_nan=False, allow_subnormal=False),
    ),
    max_size=150,
)


@settings(max_examples=200)
@given(
    st.floats(0.1, 600, allow_nan=False),
    st.integers(1, 40),
    st.floats(0, 100_000, allow_nan=False),
    STEPS,
)
def test_never_faster(
    per_minute: float, burst: int, start: float, steps: "list[str | float]"
) -> None:
    """In whatever way it is asked, no time has more letters than a burst and the rate make.

    So no minute has more than the burst and ``per_minute`` letters.
    """
    clock = Clock(start)
    pace = paced(clock, per_minute, burst)
    went: list[float] = []
    for step in steps:
        if isinstance(step, float):
            clock.now += step
        elif step == "wait":
            pace.wait()
            went.append(clock.now)
        elif pace.free():
            went.append(clock.now)

    for first, begin in enumerate(went):
        for last in range(first, len(went)):
            most = burst + (went[last] - begin) * per_minute / 60
            assert last - first + 1 <= most + 1e-4


@settings(max_examples=50)
@given(st.floats(1, 600, allow_nan=False), st.integers(21, 120))
def test_not_slower_either(per_minute: float, count: int) -> None:
    """Who only waits gets each letter as soon as the rate allows it."""
    clock = Clock()
    pace = paced(clock, per_minute)
    at_once = min(BURST, int(per_minute))

    last = moments(clock, pace, count)[-1]

    assert last == pytest.approx((count - at_once) * 60 / per_minute, abs=1e-4)


@settings(max_examples=100)
@given(st.floats(1, 60, allow_nan=False), st.lists(st.tuples(st.integers(1, 30), st.floats(0, 90))))
def test_runs_make_one_run(per_minute: float, runs: "list[tuple[int, float]]") -> None:
    """However many runs there are, each begins where the one before has ended."""
    clock, one = Clock(0), Clock(0)
    pace, went, expected = paced(one, per_minute), list[float](), list[float]()
    for count, pause in runs:
        begin = max(clock.now, one.now)
        clock.now = one.now = begin
        before = [clock.now - moment for moment in went]
        went += moments(clock, paced(clock, per_minute, before=before), count)
        expected += moments(one, pace, count)
        clock.now += pause
        one.now += pause

    assert went == pytest.approx(expected, abs=1e-3)


def test_a_faster_run_leaves_no_debt() -> None:
    """After letters that went faster, the next ones go at the pace that is asked for now."""
    clock = Clock(1000)

    found = moments(clock, paced(clock, before=[1.0] * 300), 3)

    assert found == [1001, 1003, 1005]
