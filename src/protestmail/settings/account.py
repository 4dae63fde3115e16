"""The SMTP account that letters are sent by, and where its secret comes from."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from protestmail.errors import SettingsProblem, UsageProblem

TLS, STARTTLS, NONE = "tls", "starttls", "none"
PORTS = {TLS: 465, STARTTLS: 587, NONE: 25}
"""The usual port of each way to encrypt (RFC 8314; RFC 6409)."""
PLAIN_TEXT = "--insecure-plain-text"
LOGIN_FAILED = "check user and password; many providers want an app password made for this program"
_COMMAND_SECONDS = 300
"""A password command may have to ask its user for a passphrase."""

PASSWORD, PROMPT = "password", "prompt"
COMMAND, TOKEN_COMMAND = "password command", "token command"


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a password or token comes from; it shows itself in no ``repr`` and no traceback."""

    kind: str = ""
    value: str = field(default="", repr=False)

    @property
    def token(self) -> bool:
        """Whether it is a token for XOAUTH2 and no password."""
        return self.kind == TOKEN_COMMAND

    @property
    def told(self) -> str:
        """Say where it comes from, and nothing of what it is."""
        if self.kind in {COMMAND, TOKEN_COMMAND}:
            return f"from {shortened(self.value)}"
        known = {PASSWORD: "kept in the settings", PROMPT: "asked for at each send"}
        return known.get(self.kind, "none")

    def reveal(self, ask: Callable[[], str] | None) -> str:
        """Get the secret: run its command without a shell, or ``ask`` where there is a terminal.

        Raises SettingsProblem where the command gives none, UsageProblem where nobody can be asked.
        """
        if self.kind in {COMMAND, TOKEN_COMMAND}:
            return _one_line(_run(self.value), f"the {self.kind}")
        if self.kind == PROMPT:
            if ask is None:
                hint = "set PROTESTMAIL_SMTP_PASSWORD_COMMAND"
                raise UsageProblem("there is no terminal to ask for the password at", hint)
            return _one_line(ask(), "the password")
        return _one_line(self.value, "the password") if self.kind else ""


def shortened(command: str) -> str:
    """Name a command by its first word: some people write a password into the rest."""
    first, *rest = command.split(maxsplit=1) or [""]
    return f"{first} …" if rest else first


def _one_line(text: str, what: str) -> str:
    line = text.split("\n", 1)[0].rstrip("\r")
    try:
        line.encode()
    except UnicodeEncodeError:
        line = ""
    if not line or "\0" in line:
        told = f"{what} gives nothing that could be used"
        raise SettingsProblem(told, "it must be one line of text in UTF-8")
    return line


def _run(command: str) -> str:
    import shlex  # noqa: PLC0415  for a send only
    import subprocess  # noqa: PLC0415

    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603  the user's own command, in words, without a shell
            words,
            stdout=subprocess.PIPE,
            timeout=_COMMAND_SECONDS,
            check=False,
            env={key: value for key, value in os.environ.items() if "PROTESTMAIL" not in key},
        )
    except (ValueError, IndexError):
        told = f"the password command cannot be split into words: {shortened(command)}"
        raise SettingsProblem(told, "check its quotes") from None
    except (OSError, subprocess.TimeoutExpired) as why:
        told = getattr(why, "strerror", None) or "it takes longer than five minutes"
        named = f"the password command {shortened(command)}"
        raise SettingsProblem(f"{named} cannot be run: {told}", "check its name") from None
    if done.returncode:
        told = f"the password command {shortened(command)} ended with {done.returncode}"
        raise SettingsProblem(told, "run it by hand to see why")
    return done.stdout.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Account:
    """A server and a login there; ``email`` is whom its letters are from.

    ``origin`` says where the settings came from. Raises SettingsProblem for what would let
    somebody read along: without encryption, only this machine is safe, and no password is unless
    the user has said so (``plain_text``). ``per_minute`` is 0 where the provider sets no limit of
    its own.
    """

    host: str
    port: int
    security: str = TLS
    user: str = ""
    secret: Secret = Secret()
    email: str = ""
    origin: str = ""
    plain_text: bool = False
    per_minute: float = 0

    def __post_init__(self) -> None:
        if self.security != NONE:
            return
        if self.user and not self.stays_here:
            raise SettingsProblem(
                f"{self.host} would get the password without encryption",
                "set PROTESTMAIL_SMTP_SECURITY to tls or starttls",
            )
        if not self.plain_text and (self.user or not self.stays_here):
            raise SettingsProblem(
                f"the connection to {self.host} is not encrypted",
                f"set PROTESTMAIL_SMTP_SECURITY to tls or starttls, or say {PLAIN_TEXT}",
            )

    @property
    def stays_here(self) -> bool:
        """Whether the server is this machine, by name or by address."""
        from ipaddress import ip_address  # noqa: PLC0415  settings are read where nothing is sent

        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def told(self) -> str:
        """Say where letters go, and how safely."""
        how = "not encrypted" if self.security == NONE else self.security
        return f"{self.host}:{self.port} ({how})"
