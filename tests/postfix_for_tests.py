"""A real mail server for the tests: Postfix, with passwords kept by Dovecot, on loopback only.

It keeps to folders of its own, and has no SMTP client: nothing can leave the machine.
"""

import os
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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
USER, PASSWORD = "aliya@branch.example", "open sesame"
DOMAINS = "ministry.example court.example mill.example issuer.example branch.example".split()
QUEUES = "active bounce corrupt defer deferred hold incoming maildrop private public trace".split()
MASTER = """
127.0.0.1:{port},inet,n,-,n,-,-,smtpd cleanup,unix,n,-,n,-,0,cleanup qmgr,unix,n,-,n,300,1,qmgr
tlsmgr,unix,-,-,n,1000?,1,tlsmgr rewrite,unix,-,-,n,-,-,trivial-rewrite anvil,unix,-,-,n,-,1,anvil
bounce,unix,-,-,n,-,0,bounce defer,unix,-,-,n,-,0,bounce trace,unix,-,-,n,-,0,bounce
error,unix,-,-,n,-,-,error retry,unix,-,-,n,-,-,error virtual,unix,-,n,n,-,-,virtual
postlog,unix-dgram,n,-,n,-,1,postlogd
"""
"""Postfix's services (no smtp, no relay, no lmtp), and then its settings: a word each."""
MAIN = """
compatibility_level=3.6 queue_directory={home}/queue data_directory={home}/data
maillog_file={folder}/maillog maillog_file_prefixes={folder} enable_long_queue_ids=yes
inet_interfaces=127.0.0.1 inet_protocols=ipv4 myhostname=mail.branch.example notify_classes=
mydestination= local_recipient_maps= default_transport=error:nothing-leaves-this-machine
virtual_mailbox_domains={domains} virtual_mailbox_maps=texthash:{home}/etc/mailboxes
virtual_mailbox_base={home}/maildir virtual_uid_maps=static:65534 virtual_gid_maps=static:65534
message_size_limit={size_limit} virtual_mailbox_limit=0 in_flow_delay=0 smtpd_peername_lookup=no
smtpd_tls_security_level=encrypt smtpd_tls_auth_only=yes smtpd_tls_loglevel=1
smtpd_tls_cert_file={certificate} smtpd_tls_key_file={key} smtpd_error_sleep_time=0
smtpd_sasl_auth_enable=yes smtpd_sasl_type=dovecot smtpd_sasl_path=private/auth
smtpd_client_restrictions=permit_sasl_authenticated,reject smtpd_client_connection_count_limit=0
smtpd_relay_restrictions=reject_unauth_destination smtpd_discard_ehlo_keywords={discarded}
smtpd_recipient_restrictions=check_recipient_access,texthash:{home}/etc/reject,$greylist
greylist=check_policy_service,inet:127.0.0.1:{policy} smtpd_hard_error_limit=1000
"""
DOVECOT = """\
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


def available() -> str:
    """Say in a sentence why the servers cannot run here; nothing if they can."""
    missing = [name for name in ("postconf", "dovecot") if shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} not found: run apt-get install postfix dovecot-core"
    if not subprocess.check_output(["dovecot", "--version"]).startswith(b"2.3."):
        return "Dovecot 2.3 is needed, that of Debian 12: run apt-get install dovecot-core there"
    return "" if os.geteuid() == 0 else "Postfix and Dovecot are run by root: be root"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server that runs: where it is, who may send, and what has come (also afterwards)."""

    host: str
    port: int
    user: str
    password: str
    folder: Path

    def arrived(self, address: str) -> list[bytes]:
        """Give the messages to an address as they lie in its domain's Maildir, oldest first."""
        it = address.lower().encode()
        new = self.folder / "maildir" / address.rpartition("@")[2].lower() / "new"
        tops = [(_TOP.match(raw), raw) for raw in (file.read_bytes() for file in new.glob("*"))]
        ours = [(top[2], raw) for top, raw in tops if top and top[1].lower() == it]
        return [raw for _, raw in sorted(ours)]

    def wait_for(self, count: int, *addresses: str) -> None:
        """Wait until so many messages in all have come to these addresses."""
        if not _until(lambda: sum(len(self.arrived(one)) for one in addresses) >= count):
            raise TimeoutError(f"no {count} messages came to {addresses}:\n{self.log()}")

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
    greylist: tuple[str, ...] = (),
    reject: Mapping[str, str] = {},
    pipelining: bool = True,
) -> Iterator[Mail]:
    """Run a mail server as long as the block runs; its mail and its logs stay in the folder.

    ``reject`` gives a recipient's answer (``550 5.1.1 gone``); ``greylist`` puts one off once.
    """
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    daemons = subprocess.check_output(["postconf", "-dh", "daemon_directory"], text=True).strip()
    with _policy(greylist) as policy, _home(folder) as home:
        given = {"folder": folder, "certificate": certificate, "key": key, "size_limit": size_limit}
        given |= {"port": port, "policy": policy, "discarded": "" if pipelining else "PIPELINING"}
        _configure(home, given, reject)
        auth, etc = home / "queue/private/auth", f"{home}/etc"
        with (
            _running(folder, auth.exists, "dovecot", "-F", "-c", f"{etc}/dovecot.conf"),
            _running(folder, lambda: _greets(port), f"{daemons}/master", "-c", etc),
        ):
            yield Mail("localhost", port, USER, PASSWORD, folder)


@contextmanager
def _home(folder: Path) -> Iterator[Path]:
    """Give a folder that every user may enter, and short: a socket's path ends at 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="pm-", dir="/tmp") as name:
        home, kept = Path(name), folder / "maildir"
        home.chmod(0o755)
        for open_to_all in ("etc", "queue", "queue/pid", "dovecot"):
            (home / open_to_all).mkdir()
        for closed in ("maildir", "data", *(f"queue/{queue}" for queue in QUEUES)):
            (home / closed).mkdir(0o700)
            shutil.chown(home / closed, 65534 if closed == "maildir" else "postfix")  # as in MAIN
        shutil.rmtree(kept, ignore_errors=True)
        kept.symlink_to(home / "maildir")
        try:
            yield home
        finally:
            kept.unlink()
            shutil.move(home / "maildir", kept)


def _configure(home: Path, given: dict[str, object], reject: Mapping[str, str]) -> None:
    """Write all that the servers read."""
    given |= {"home": home, "domains": ",".join(DOMAINS)}
    texts = {
        "main.cf": "\n".join(MAIN.split()).format_map(given),
        "master.cf": "\n".join(MASTER.split()).replace(",", " ").format_map(given),
        "dovecot.conf": DOVECOT.format_map(given),
        "users": f"{USER}:{{PLAIN}}{PASSWORD}\n",
        "mailboxes": "".join(f"@{domain} {domain}/\n" for domain in DOMAINS),
        "reject": "".join(f"{address.lower()} {reply}\n" for address, reply in reject.items()),
    }
    for name, text in texts.items():
        (home / "etc" / name).write_text(text)
        os.utime(home / "etc" / name, (0, 0))  # a new file is not trusted for two seconds


@contextmanager
def _policy(greylist: tuple[str, ...]) -> Iterator[int]:
    """Tell Postfix on a port, at each RCPT, whether to put it off."""
    waiting = {address.lower() for address in greylist}

    class Asked(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                name, _, value = line.decode().strip().lower().partition("=")
                if name == "recipient":
                    reply = "450 4.2.0 Greylisted, come back" if value in waiting else "DUNNO"
                    waiting.discard(value)
                elif not name:
                    self.wfile.write(f"action={reply}\n\n".encode())

    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Asked) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@contextmanager
def _running(folder: Path, ready: Callable[[], bool], *command: str) -> Iterator[None]:
    """Run a server in a process group of its own, so that all of it can be stopped."""
    with (
        (folder / "output.log").open("ab") as output,
        subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True) as process,
    ):
        try:
            if (
                not _until(lambda: process.poll() is not None or ready())
                or process.poll() is not None
            ):
                said = "".join(file.read_text() for file in folder.glob("*log"))
                raise RuntimeError(f"{command[0]} does not start:\n{said}")
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, number)
                    process.wait(5)
            _until(lambda: not _lives(process.pid))


def _lives(group: int) -> bool:
    """Say whether a process of a group still runs (a zombie does not, though kill finds it)."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = file.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def _greets(port: int) -> bool:
    with smtplib.SMTP(LOOPBACK, port, "localhost", 5):
        return True


def _until(true: Callable[[], bool]) -> bool:
    """Wait for something to come true, and give whether it has; an OSError says no."""
    end, pause = time.monotonic() + 30, threading.Event()
    while time.monotonic() < end:
        with suppress(OSError):
            if true():
                return True
        pause.wait(0.01)
    return False
