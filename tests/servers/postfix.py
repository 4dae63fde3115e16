"""A real mail server for the tests: Postfix, with passwords kept by Dovecot, on loopback only.

It keeps to folders of its own (the machine's /etc/postfix and queue stay as they are), and has no
SMTP client: nothing can leave the machine.
"""

import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
USER, PASSWORD = "aliya@branch.example", "open sesame"
DOMAINS = "ministry.example court.example mill.example issuer.example branch.example".split()
_INSTALL = "apt-get install --no-install-recommends postfix dovecot-core"
_QUEUES = "active bounce corrupt defer deferred hold incoming maildrop private public trace".split()
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""
_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
enable_long_queue_ids = yes
in_flow_delay = 0
notify_classes =
myhostname = mail.branch.example
mydestination =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves this machine
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{home}/etc/mailboxes
virtual_mailbox_base = {home}/maildir
virtual_mailbox_limit = 0
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
message_size_limit = {size_limit}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access texthash:{home}/etc/reject,
  check_policy_service inet:127.0.0.1:{policy}
smtpd_discard_ehlo_keywords = {discarded}
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_client_connection_count_limit = 0
"""
_DOVECOT = """\
base_dir = {home}/dovecot
state_dir = {home}/dovecot
log_path = {folder}/dovecot.log
protocols =
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {home}/etc/users
}}
service auth {{
  unix_listener {home}/queue/private/auth {{
    user = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0  # nobody waits after a wrong password
  }}
}}
"""
_TOP = re.compile(rb"\A(?:.+\n)*?Delivered-To: (.*)\nReceived: [^;]*\bid (\w+)")
"""What Postfix writes above a message: for whom it is, and its id, which sorts by arrival."""
_ENDED = re.compile(r"smtpd\[\d+\]: disconnect from \S+ (.*)")
_GREETED = "quit=1 commands=1"
"""A connection that was only to see whether the server runs."""


def missing() -> str:
    """Say in a sentence why the servers cannot run here; nothing if they can."""
    absent = [name for name in ("postconf", "dovecot") if shutil.which(name) is None]
    if absent:
        return f"{' and '.join(absent)} not found: {_INSTALL}"
    version = subprocess.check_output(["dovecot", "--version"], text=True)
    if not version.startswith("2.3."):
        return f"Dovecot 2.3 is needed (Debian 12: {_INSTALL}), not {version.strip()}"
    return "" if os.geteuid() == 0 else "Postfix and Dovecot run as root only: be root"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server that runs; its logs are in ``folder`` and stay there."""

    port: int
    folder: Path
    home: Path

    def came(self) -> dict[str, list[bytes]]:
        """Give all that has come, by address, in order of arrival, once the queue is empty.

        What the server has taken is in its queue before it says 250, so nothing is missed.
        """
        incoming, active = self.home / "queue/incoming", self.home / "queue/active"
        if not until(lambda: not any((*incoming.iterdir(), *active.iterdir()))):
            raise TimeoutError(f"the mail is not delivered:\n{self.log()}")
        found: dict[str, list[tuple[bytes, bytes]]] = {}
        for file in self.home.glob("maildir/*/new/*"):
            raw = file.read_bytes()
            top = _TOP.match(raw)
            if top is None:
                raise ValueError(f"no headers of Postfix: {raw!r}")
            found.setdefault(top[1].decode(), []).append((top[2], raw))
        return {address: [raw for _, raw in sorted(all_)] for address, all_ in found.items()}

    def arrived(self, address: str) -> list[bytes]:
        """Give the messages to an address as they lie in the Maildir, in order of arrival."""
        return self.came().get(address, [])

    def conversations(self, count: int) -> list[str]:
        """Give Postfix's account of so many connections, once they have ended.

        Such as ``ehlo=2 starttls=1 auth=0/1 quit=1 commands=4/5``.
        """
        if not until(lambda: len(self._ended()) >= count):
            raise TimeoutError(f"there are no {count} connections:\n{self.log()}")
        return self._ended()

    def _ended(self) -> list[str]:
        return [said for said in _ENDED.findall(self.log()) if said != _GREETED]

    def log(self) -> str:
        """Give what Postfix has written in its log."""
        return (self.folder / "maillog").read_text(errors="replace")


@contextmanager
def postfix(
    folder: Path,
    *,
    certificate: Path,
    key: Path,
    size_limit: int = 10_240_000,
    reject: Mapping[str, str] = {},
    greylist: Collection[str] = (),
    pipelining: bool = True,
) -> Iterator[Mail]:
    """Run a mail server as long as the block runs; its logs stay in the folder.

    ``reject`` gives a recipient's answer (``550 5.1.1 gone``); whoever is in ``greylist`` is put
    off once.
    """
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with _policy(greylist) as policy, _home() as home:
        given: dict[str, object] = {"folder": folder, "certificate": certificate, "key": key}
        given |= {"home": home, "port": port, "policy": policy, "size_limit": size_limit}
        given |= {"discarded": "" if pipelining else "PIPELINING"}
        _configure(home / "etc", given, reject)
        daemons = subprocess.check_output(["postconf", "-dh", "daemon_directory"], text=True)
        master = [f"{daemons.strip()}/master", "-c", f"{home}/etc"]
        dovecot = ["dovecot", "-F", "-c", f"{home}/etc/dovecot.conf"]
        with (
            _running(dovecot, folder, (home / "queue/private/auth").exists),
            _running(master, folder, lambda: greets(port)),
        ):
            yield Mail(port, folder, home)


@contextmanager
def _home() -> Iterator[Path]:
    """Give a folder that every user may enter, and short: a socket's path ends at 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="pm-", dir="/tmp") as name:
        home = Path(name)
        home.chmod(0o755)
        for each in ("etc", "queue", "queue/pid", "dovecot"):
            (home / each).mkdir()
        for each in ("maildir", "data", *(f"queue/{queue}" for queue in _QUEUES)):
            (home / each).mkdir(0o700)
            shutil.chown(home / each, "nobody" if each == "maildir" else "postfix")
        yield home


def _configure(etc: Path, given: dict[str, object], reject: Mapping[str, str]) -> None:
    """Write all that the servers read."""
    nobody = pwd.getpwnam("nobody")
    given |= {"uid": nobody.pw_uid, "gid": nobody.pw_gid, "domains": ", ".join(DOMAINS)}
    texts = {
        "main.cf": _MAIN.format_map(given),
        "master.cf": _MASTER.format_map(given),
        "dovecot.conf": _DOVECOT.format_map(given),
        "users": f"{USER}:{{PLAIN}}{PASSWORD}\n",
        "mailboxes": "".join(f"@{domain} {domain}/\n" for domain in DOMAINS),
        "reject": "".join(f"{address} {reply}\n" for address, reply in reject.items()),
    }
    for name, text in texts.items():
        (etc / name).write_text(text)
        os.utime(etc / name, (0, 0))  # Postfix waits until a file is two seconds old


@contextmanager
def _policy(greylist: Collection[str]) -> Iterator[int]:
    """Tell Postfix on a port, at each RCPT, whether to put it off (SMTPD_POLICY_README)."""
    waiting = set(greylist)

    class Asked(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                name, _, value = line.decode().strip().partition("=")
                if name == "recipient":
                    reply = "450 4.2.0 Greylisted, come back" if value in waiting else "DUNNO"
                    waiting.discard(value)
                elif not name:
                    self.wfile.write(f"action={reply}\n\n".encode())

    with socketserver.ThreadingTCPServer((HOST, 0), Asked) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@contextmanager
def _running(command: list[str], folder: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Run a server in a process group of its own, so that all of it can be stopped."""
    with (
        (folder / "output.log").open("ab") as output,
        subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True) as process,
    ):
        try:
            up = until(lambda: process.poll() is not None or ready())
            if process.returncode is not None or not up:
                said = "".join(file.read_text() for file in sorted(folder.glob("*log")))
                raise RuntimeError(f"{command[0]} does not start:\n{said}")
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, number)
                    process.wait(5)
            until(lambda: not lives(process.pid))


def lives(group: int) -> bool:
    """Say whether a process of a group still runs (a zombie does not, though kill finds it)."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = file.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def greets(port: int) -> bool:
    with smtplib.SMTP(HOST, port, HOST, 5):
        return True


def until(true: Callable[[], bool]) -> bool:
    """Wait for something to come true, and give whether it has; an OSError says no."""
    end, pause = time.monotonic() + 30, threading.Event()
    while time.monotonic() < end:
        with suppress(OSError):
            if true():
                return True
        pause.wait(0.01)
    return False
