"""A real Exim on loopback, which queues what it takes and delivers nothing.

It was never installed, since it would put Postfix out: ``.ci/fetch-exim`` has put it beside the
tests' Python.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from servers.postfix import HOST, greets, lives, until

_ROOT = Path(sys.prefix, "exim")
_CONFIG = """\
spool_directory = {spool}
log_file_path = {spool}/%slog
primary_hostname = mail.branch.example
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
queue_only = true
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
exim_path = {program}
pid_file_path = {spool}/pid
keep_environment = LD_LIBRARY_PATH
acl_smtp_rcpt = accept
acl_smtp_data = accept
{options}
begin routers
begin transports
"""
_PROGRAM = _ROOT / "usr/sbin/exim4"
_ENDED = 10


def missing() -> str:
    """Say in a sentence why Exim cannot run here; nothing if it can."""
    if not _PROGRAM.exists():
        return "Exim is not there: run .ci/fetch-exim (Debian 12, with apt)"
    return "" if os.geteuid() == 0 else "Exim runs as root only: be root"


class Exim:
    """A server in a folder of its own, which can be restarted."""

    def __init__(self, spool: Path, options: str) -> None:
        self._spool = spool
        with socket.create_server((HOST, 0)) as free:
            self.port = int(free.getsockname()[1])
        self._config = spool / "exim.conf"
        given = {"spool": spool, "port": self.port, "options": options, "program": _PROGRAM}
        self._config.write_text(_CONFIG.format_map(given), encoding="ascii")
        shutil.chown(spool, "daemon")

    def start(self) -> None:
        """Start it, and wait until it greets."""
        library = next(_ROOT.glob("usr/lib/*-linux-gnu"))
        self._process = subprocess.Popen(
            [_PROGRAM, "-C", self._config, "-bdf"],
            env={"LD_LIBRARY_PATH": str(library)},
            start_new_session=True,
        )
        if not until(lambda: greets(self.port)):
            self.stop()
            raise RuntimeError(f"Exim does not start:\n{self.log()}")

    def stop(self) -> None:
        """End it with all its connections; nothing that it has taken is lost by that."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_ENDED)
        assert until(lambda: not lives(self._process.pid))

    def taken(self) -> Counter[tuple[str, str]]:
        """Count what it has taken: how often which letter, by Message-ID, for whom."""
        found: Counter[tuple[str, str]] = Counter()
        for file in self._spool.glob("input/*-H"):
            text = file.read_text("utf-8", "replace")
            names = re.findall(r"(?im)^\d+I Message-ID: (\S+)$", text)
            found.update((name, to) for name in names for to in _recipients(text))
        return found

    def log(self) -> str:
        """Give what it has written in its log."""
        return (self._spool / "mainlog").read_text(errors="replace")


def _recipients(text: str) -> list[str]:
    """Read the envelope in a header file of Exim's spool: a count, then a line each."""
    head = text.partition("\n\n")[0]
    return re.findall(r"(?m)^(\S+@\S+)$", head.partition("\nXX\n")[2])


@contextmanager
def exim(options: str = "") -> Iterator[Exim]:
    """Run Exim as long as the block runs; ``options`` are lines of its configuration."""
    with tempfile.TemporaryDirectory(prefix="pm-", dir="/tmp") as name:
        server = Exim(Path(name), options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
