"""Programs that send letters over SMTP: ours, and those that it is compared with.

Each sends so many letters of some 2.8 KB to a port of this machine, as a process of its own.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from material import COPIES, merge_folder
from measure import PYTHON, Cost, run, script
from sinks import HERE, Login, tool

PASSWORD_ENV = "PROTESTMAIL_BENCHMARK_PASSWORD"  # the name of a variable
RECIPIENTS = 1 + len(COPIES)
_BESIDE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Peers:
    """How each program is started; what they write goes into a folder of this benchmark."""

    where: Path
    secure: Login | None = None
    copies: bool = True

    @property
    def recipients(self) -> int:
        """To how many each letter goes."""
        return RECIPIENTS if self.copies else 1

    def ours(self, appeal: Path, count: int, port: int, *, kept: str = "") -> Cost:
        """Send with the library; a fresh journal, kept as ever or as an option says."""
        state = tempfile.mkdtemp(prefix="state-", dir=self.where)
        journal = [kept] * bool(kept) + ["--state", state] * (kept != "--memory-journal")
        times = self.where / "sending"
        command = [PYTHON, str(_BESIDE / "send_letters.py"), str(appeal), str(count), HERE]
        command += [str(port), "--times", str(times), *journal, *self._login()]
        cost = run(command, self.where, extra=self._secret())
        return replace(cost, part=float(times.read_text()))

    def smtplib_loop(self, count: int, port: int) -> Cost:
        """Send with Python's own client, on one connection."""
        alone = ["--alone"] * (not self.copies)
        command = [PYTHON, str(_BESIDE / "smtplib_loop.py"), str(count), HERE, str(port), *alone]
        return run([*command, *self._login()], self.where, extra=self._secret())

    def mailmerge(self, count: int, port: int) -> Cost:
        """Send with mailmerge, which connects for every letter and checks no certificate.

        It asks for the password at the terminal; where there is none it reads its input.
        """
        folder = self.where / f"mailmerge-en-{count}"
        if not folder.exists():
            merge_folder(self.where, "en", count, copies=self.copies)
        login = f"security = STARTTLS\nusername = {self.secure.user}\n" if self.secure else ""
        conf = f"[smtp_server]\nhost = {HERE}\nport = {port}\nratelimit = 0\n{login}"
        (folder / "mailmerge_server.conf").write_text(conf)
        given = f"{self.secure.password}\n".encode() if self.secure else b""
        return run([script("mailmerge"), "--no-dry-run", "--no-limit"], folder, given=given)

    def smtp_source(self, count: int, port: int) -> Cost:
        """Send with Postfix's test client, in C: one connection, no PIPELINING, one text."""
        ends = ["-f", "aliya@example.org", "-t", "office@town.example", "-M", "client.example"]
        size = ["-m", str(count), "-l", "2800", "-r", str(self.recipients)]
        return run([tool("smtp-source"), "-d", *size, *ends, f"{HERE}:{port}"], self.where)

    def _login(self) -> list[str]:
        if not self.secure:
            return []
        who = ["--user", self.secure.user, "--password-env", PASSWORD_ENV]
        return ["--starttls", str(self.secure.authority), *who]

    def _secret(self) -> dict[str, str]:
        return {PASSWORD_ENV: self.secure.password} if self.secure else {}
