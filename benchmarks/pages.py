"""A large folder of appeals as web pages: made, and made again where nothing has changed."""

import shutil
import time
from functools import partial
from pathlib import Path
from statistics import median

from material import folder_of_appeals
from measure import Cost, Row, ms, run, script

from protestmail.appeals import library
from protestmail.site import combine, proof

ROUNDS = 3
SIZES = (250, 1000)
SECONDS, AGAIN_SECONDS, LETTER = 60, 10, 0.020
GROWTH = 1.5
"""Four times the appeals in at most so many times the memory: what is kept of each is its name."""
LETTERS = 20


def rows(where: Path, rounds: int) -> list[Row]:
    """Measure ``publish`` in time and memory, and what one letter costs of it."""
    small, large = (_publish(where, size, rounds) for size in SIZES)
    first, again = large
    count = f"{SIZES[-1]:,} appeals"
    return [
        Row(f"`publish`, {count}", f"{first.seconds:.1f} s", "", f"≤ {SECONDS} s",
            first.seconds <= SECONDS),
        Row(f"`publish`, {count}, again without changes", f"{again.seconds:.1f} s",
            f"{again.seconds / first.seconds:.2f} times the first", f"≤ {AGAIN_SECONDS} s",
            again.seconds <= AGAIN_SECONDS),
        Row(f"`publish`, {count}: memory", f"{first.peak:.0f} MB",
            f"{first.peak / small[0].peak:.2f} times that of {SIZES[0]}", f"≤ {GROWTH}",
            first.peak <= GROWTH * small[0].peak),
        _letter(where / f"appeals-{SIZES[0]}"),
    ]  # fmt: skip


def _publish(where: Path, size: int, rounds: int) -> tuple[Cost, Cost]:
    """Publish so many appeals, each time anew and then again; give the medians of both."""
    folder, site = folder_of_appeals(where, size), where / f"site-{size}"
    command = partial(
        run, [script("protestmail"), "publish", str(folder), "--to", str(site)], where
    )
    first, again = [], []
    for _ in range(rounds):
        shutil.rmtree(site, ignore_errors=True)
        first.append(command())
        again.append(command())
    return _middle(first), _middle(again)


def _middle(costs: list[Cost]) -> Cost:
    seconds = [one.seconds for one in costs]
    return Cost(median(seconds), median(one.peak for one in costs), min(seconds))


def _letter(folder: Path) -> Row:
    """What it costs to combine a letter of 64 combinations, and to prove it."""
    taken = []
    for path in sorted(folder.glob("*.yaml"))[:LETTERS]:
        appeal = library.load(path).appeal
        begun = time.perf_counter()
        source = combine.of_letter(appeal, appeal.letters[0], appeal.targets[:1])
        told = proof.differs(source, combine.combine(source))
        taken.append(time.perf_counter() - begun)
        assert not told, told
    middle = median(taken[1:])
    what = "a letter combined and proven"
    return Row(what, ms(middle), f"{LETTERS} letters", f"≤ {ms(LETTER)}", middle <= LETTER)
