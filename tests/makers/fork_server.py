"""The program, loaded once: each job that comes over the socket is run in a fork of this process.

It is started as a script by ``forks``, and only imports: what depends on who runs the program, on
where and on which settings, a child finds out for itself, as a new process would. Children may
run beside each other, and end in any order.
"""

import contextlib
import fcntl
import functools
import gc
import json
import os
import select
import signal
import socket
import sys
import termios
import time
import traceback
from datetime import date
from importlib import import_module
from io import TextIOWrapper
from pkgutil import walk_packages
from typing import Any, NoReturn

import protestmail
from protestmail.appeals import library
from protestmail.appeals.file import parsing
from protestmail.checking.proofread import proofread

LATE = """
aiosmtpd.smtp click.shell_completion difflib dotenv email_validator json platformdirs
rich.console rich.progress rich.table rich.text secrets shlex sqlite3 ssl subprocess urllib.parse
"""
"""What it imports only where it is needed; but typst (threads) and readline (terminals)."""
LRU = type(functools.cache(lambda: None))
FILES = 3
"""How many files a process starts with."""


def run(job: dict[str, Any], handles: list[int]) -> NoReturn:
    """Become a new process of the program: its folder, its environment, its three files."""
    try:
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
        os.closerange(FILES, os.sysconf("SC_OPEN_MAX"))
        if job["session"]:
            os.setsid()
        if job["terminal"]:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C comes to it
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())
        os.chdir(job["cwd"])
        os.umask(job["umask"])
        os.environ.clear()
        os.environ.update(job["env"])
        time.tzset()
        sys.path.insert(0, job["cwd"])
        sys.argv[1:] = job["args"]
        signal.alarm(job["seconds"])
        exec(job["prelude"], {"__name__": "__main__"})
        import_module("protestmail.__main__").main()
    except SystemExit as why:
        sys.stdout.flush()
        os._exit(why.code if isinstance(why.code, int) else 0)
    except BaseException:  # noqa: BLE001  as an interpreter ends
        traceback.print_exc()
    os._exit(1)


def warm() -> None:
    """Read and judge an appeal, and forget it: only what Python has compiled for that is kept.

    Its regular expressions are compiled where they are first needed, in each process anew.
    """
    own = library.own_folder() / "practice-letter.yaml"
    read = parsing.parse(own.read_bytes(), own.stem, str(own))
    proofread(read, today=date(2026, 1, 1), known=set())
    for one in gc.get_objects():
        if isinstance(one, LRU):
            one.cache_clear()


class Children:
    """The processes that run, and who is to be told of the end of each."""

    def __init__(self) -> None:
        self.poll = select.poll()
        self._running: dict[int, tuple[int, socket.socket]] = {}

    def start(self, job: bytes, handles: list[int]) -> None:
        """Fork for a job; the last of its files is where its end is to be told."""
        threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208  names only
        assert threads == 1, "a fork would lose threads"
        child = os.fork()
        if not child:
            run(json.loads(job), handles[:FILES])
        answers = socket.socket(fileno=handles[FILES])
        handle = os.pidfd_open(child)
        socket.send_fds(answers, [b"started"], [handle])
        self._running[handle] = child, answers
        self.poll.register(handle, select.POLLIN)
        for one in handles[:FILES]:
            os.close(one)

    def ended(self, handle: int) -> None:
        """Tell how a child has ended."""
        self.poll.unregister(handle)
        child, answers = self._running.pop(handle)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with answers, contextlib.suppress(OSError):  # who has asked may be gone
            answers.send(b"%d" % code)
        os.close(handle)


def main() -> None:
    """Load the program, then fork it for each job until nobody asks any more."""
    for module in walk_packages(protestmail.__path__, "protestmail."):
        import_module(module.name)
    for name in LATE.split():
        import_module(name)
    warm()
    gc.freeze()
    children = Children()
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        children.poll.register(asked, select.POLLIN)
        while True:
            for handle, _ in children.poll.poll():
                if handle != asked.fileno():
                    children.ended(handle)
                    continue
                job, handles, *_ = socket.recv_fds(asked, 1 << 20, FILES + 1)
                if not job:
                    return
                children.start(job, handles)


if __name__ == "__main__":
    main()
