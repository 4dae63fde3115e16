"""A writer with an account at a real server, and the server's handler."""

from pathlib import Path
from typing import Any

from makers.appeals import Folder
from makers.program import Program, Ran
from protestmail.settings.account import Account

OWN = "aliya@branch.example"


class Handler:
    """A server that keeps what it gets, and refuses whom it is told to."""

    def __init__(self, **rcpt: str) -> None:
        self.rcpt = rcpt
        self.got: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name for it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to one recipient."""
        reply = self.rcpt.get(address.partition("@")[0], "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the message."""
        self.got.append((envelope.rcpt_tos, envelope.content))
        return "250 2.0.0 Queued"

    @property
    def to(self) -> list[list[str]]:
        """The envelopes."""
        return [recipients for recipients, _ in self.got]


class Sending:
    """The program with an account at a running server."""

    def __init__(self, run: Program, appeals: Folder, account: Account, state: Path) -> None:
        self.run, self.appeals = run, appeals
        self.env = {
            "PROTESTMAIL_NAME": "Aliya Example",
            "PROTESTMAIL_EMAIL": OWN,
            "PROTESTMAIL_SMTP_HOST": account.host,
            "PROTESTMAIL_SMTP_PORT": str(account.port),
            "PROTESTMAIL_SMTP_SECURITY": "none",
            "PROTESTMAIL_STATE": str(state),
            "PROTESTMAIL_APPEALS": str(appeals),
        }

    def args(self, *args: str) -> list[str]:
        """Give the command line of a send."""
        return ["send", "strike", *args]

    def __call__(self, *args: str, env: "dict[str, str] | None" = None, prelude: str = "") -> Ran:
        """Send without a terminal."""
        return self.run(*self.args(*args), env=self.env | (env or {}), prelude=prelude)

    def journal(self, *args: str) -> Any:
        """Give the letters of the journal."""
        return self.run("journal", "--json", *args, env=self.env).json["letters"]
