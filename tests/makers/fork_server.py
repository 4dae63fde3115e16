"""The program, loaded once: each job that comes over the socket is run in a fork of this process.

It is started as a script by ``forks``, and only imports: what depends on who runs the program, on
where and on which settings, a child finds out for itself, as a new process would.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
import traceback
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, NoReturn

import protestmail

LATE = """
aiosmtpd.smtp click.shell_completion difflib dotenv email_validator json platformdirs
rich.console rich.progress rich.table rich.text secrets shlex sqlite3 ssl subprocess urllib.parse
"""
"""What it imports only where it is needed; but typst (threads) and readline (terminals)."""
PATIENCE = 30
"""How many seconds a run may take."""


def run(job: dict[str, Any], handles: list[int]) -> NoReturn:
    """Become a new process of the program: its folder, its environment, its three files."""
    try:
        for number, handle in enumerate(handles):
            os.dup2(handle, number)
            os.close(handle)
        os.chdir(job["cwd"])
        os.umask(job["umask"])
        os.environ.clear()
        os.environ.update(job["env"])
        time.tzset()
        sys.path.insert(0, job["cwd"])
        sys.argv[1:] = job["args"]
        signal.alarm(PATIENCE)
        exec(job["prelude"], {"__name__": "__main__"})
        import_module("protestmail.__main__").main()
    except SystemExit as why:
        sys.stdout.flush()
        os._exit(why.code if isinstance(why.code, int) else 0)
    except BaseException:  # noqa: BLE001  as an interpreter ends
        traceback.print_exc()
    os._exit(1)


def main() -> None:
    """Load the program, then fork it for each job until nobody asks any more."""
    for module in walk_packages(protestmail.__path__, "protestmail."):
        import_module(module.name)
    for name in LATE.split():
        import_module(name)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        while (got := socket.recv_fds(asked, 1 << 20, 3))[0]:
            threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208  names only
            assert threads == 1, "a fork would lose threads"
            child = os.fork()
            if not child:
                asked.close()
                run(json.loads(got[0]), got[1])
            for handle in got[1]:
                os.close(handle)
            asked.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
