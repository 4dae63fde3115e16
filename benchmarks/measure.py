"""Run programs one after another, and tell what each cost."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from typing import IO

PYTHON = sys.executable
PASS = (PYTHON, "-c", "pass")
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True, slots=True)
class Cost:
    """What runs took: wall time, the peak of the largest process in MB, the shortest time.

    ``part`` is the wall time of what the program itself timed, 0 where it does not.
    """

    seconds: float
    peak: float
    least: float
    part: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; ``met`` is None where there is no target."""

    what: str
    measured: str
    against: str = ""
    target: str = ""
    met: bool | None = None


def script(name: str) -> str:
    """The installed entry point of a program, beside the Python that runs the benchmarks."""
    path = Path(PYTHON).with_name(name)
    if not path.exists():
        sys.exit(f"{name} is not installed beside this Python: pip install . mailmerge==2.3.0")
    return str(path)


def environment(home: Path) -> dict[str, str]:
    """A bare environment, so that no profile, colour or folder of the person's own takes part."""
    return {"PATH": os.defpath, "HOME": str(home), "LC_ALL": "C.UTF-8"}


def start(
    command: Sequence[str],
    folder: Path,
    *,
    given: bytes = b"",
    extra: Mapping[str, str] | None = None,
    errors: IO[bytes] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a program whose output goes into a pipe.

    What it is given to read it finds in its input: it has no terminal then to ask at.
    """
    child = subprocess.Popen(
        command, cwd=folder, env=environment(folder) | dict(extra or {}), stdout=subprocess.PIPE,
        stdin=subprocess.PIPE if given else subprocess.DEVNULL, stderr=errors,
        start_new_session=bool(given),
    )  # fmt: skip
    if child.stdin:
        with child.stdin as pipe:
            pipe.write(given)
    return child


def run(
    command: Sequence[str],
    folder: Path,
    *,
    given: bytes = b"",
    extra: Mapping[str, str] | None = None,
) -> Cost:
    """Run a program to its end; its output is read and dropped, so that this process stays small.

    (Linux counts what the parent held at the start into a child's peak.)
    """
    with TemporaryFile() as errors:
        begun = time.perf_counter()
        child = start(command, folder, given=given, extra=extra, errors=errors)
        drain(child)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            told = errors.read().decode("utf-8", "replace")
            sys.exit(f"{' '.join(command)} ended with {child.returncode}\n{told}")
    return Cost(seconds, usage.ru_maxrss * _UNIT / 1e6, seconds)


def drain(child: "subprocess.Popen[bytes]") -> None:
    """Read a program's output and forget it."""
    if child.stdout:
        with child.stdout as pipe:
            while pipe.read(1 << 16):
                pass


def interleaved(
    commands: Mapping[str, Sequence[str]], folder: Path, rounds: int
) -> dict[str, Cost]:
    """Run all commands in turn, round after round; give the medians, without a first round."""
    return in_turn({name: partial(run, one, folder) for name, one in commands.items()}, rounds)


def in_turn(runs: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Do the same with whatever runs a program and tells its cost."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for count in range(rounds + 1):
        for name, one in runs.items():
            cost = one()
            if count:
                costs[name].append(cost)
    return {name: _middle(all_) for name, all_ in costs.items()}


def _middle(runs: Sequence[Cost]) -> Cost:
    seconds = [one.seconds for one in runs]
    part = median(one.part for one in runs)
    return Cost(median(seconds), median(one.peak for one in runs), min(seconds), part)


def ms(seconds: float) -> str:
    """A short time, to read."""
    return f"{seconds * 1000:.0f} ms"
