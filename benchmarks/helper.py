"""A helper program in a process of its own: it shares no interpreter lock with what is measured.

It says hello in a line of JSON, then answers each line that it is sent with another, and ends
when nobody can ask it any more.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Helper:
    """A running helper, as seen from the program that asks it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.hello = self._line()

    def ask(self, question: str = "") -> Any:
        """Send a line, and wait for the answer."""
        assert self._process.stdin
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"a helper of the benchmark ended: {self._process.args!r}")
        return json.loads(line)


@contextmanager
def running(command: Sequence[str]) -> Iterator[Helper]:
    """Run a helper for as long as the block runs."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Helper(process)


def answer(hello: Any, tell: Callable[[str], Any]) -> None:
    """Be a helper: say hello, then answer every line, until the other side closes its end."""
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        print(json.dumps(tell(line.strip())), flush=True)
