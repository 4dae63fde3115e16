"""A large library: thousands of appeal files in one folder."""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from material import folder_of_appeals
from measure import PASS, PYTHON, Row, drain, interleaved, script, start

ROUNDS = 5
SIZES = (1250, 2500, 5000)
SECONDS, MEGABYTES = 0.8, 100
LINEAR = 2.3
"""Twice the files in at most so many times the time: a little above 2, for the noise."""
_PEER = "import glob, yaml\nfor f in glob.glob({!r}): yaml.load(open(f, 'rb'), yaml.CSafeLoader)"


def rows(where: Path, rounds: int) -> list[Row]:
    """Measure ``list`` on ever more files, in time and in memory."""
    folders = {size: folder_of_appeals(where, size) for size in SIZES}
    lists: dict[str, Sequence[str]] = {
        str(size): [script("protestmail"), "--appeals", str(folder), "list"]
        for size, folder in folders.items()
    }
    peer = PYTHON, "-c", _PEER.format(f"{folders[SIZES[-1]]}/*.yaml")
    cost = interleaved({"pass": PASS, "peer": peer} | lists, where, rounds)
    table = []
    for size in SIZES:
        took = cost[str(size)].seconds
        told = f"{took / cost['pass'].seconds:.0f} times `python -c pass`"
        table.append(Row(f"`list`, {size:,} files", f"{took:.2f} s", told))
        if half := cost.get(str(size // 2)):
            told = f"{took / half.seconds:.2f} times half as many"
            met = took <= LINEAR * half.seconds
            table.append(Row(f"`list`, {size:,} files", f"{took:.2f} s", told, f"≤ {LINEAR}", met))
    last = cost[str(SIZES[-1])]
    whole = _shared_peak(lists[str(SIZES[-1])], where)
    what = f"`list`, {SIZES[-1]:,} files"
    return [
        *table,
        Row(what, f"{last.seconds:.2f} s (least {last.least:.2f})",
            f"{last.seconds / cost['peer'].seconds:.2f} times PyYAML's C loader",
            f"≤ {SECONDS} s", last.seconds <= SECONDS),
        Row(f"{what}: largest process", f"{last.peak:.0f} MB",
            f"{last.peak / cost['pass'].peak:.1f} times `python -c pass`", f"< {MEGABYTES} MB",
            last.peak < MEGABYTES),
        Row(f"{what}: all processes", f"{whole:.0f} MB" if whole else "not measured here", "",
            f"< {MEGABYTES} MB", whole < MEGABYTES if whole else None),
    ]  # fmt: skip


def _shared_peak(command: Sequence[str], where: Path) -> float:
    """The peak of all processes together, pages they share counted once; Linux only, else 0."""
    child = start(command, where)
    reading = Thread(target=drain, args=(child,))
    reading.start()
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, sum(map(_proportional, _family(str(child.pid)))))
        time.sleep(0.01)
    reading.join()
    return peak


def _family(pid: str) -> list[str]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(one for child in children for one in _family(child))]


def _proportional(pid: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
