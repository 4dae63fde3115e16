"""The SMTP account that letters are sent by: the server, and who logs in there."""

from dataclasses import dataclass
from ipaddress import ip_address

from protestmail.errors import SettingsProblem
from protestmail.settings.secret import NO_SECRET, Secret

TLS, STARTTLS, NONE = "tls", "starttls", "none"
PORTS = {TLS: 465, STARTTLS: 587, NONE: 25}
"""The usual port of each way to encrypt (RFC 8314; RFC 6409)."""
PLAIN_TEXT = "--insecure-plain-text"
LOGIN_FAILED = "check user and password; many providers want an app password made for this program"


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
    secret: Secret = NO_SECRET
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
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def told(self) -> str:
        """Say where letters go, and how safely."""
        how = "not encrypted" if self.security == NONE else self.security
        return f"{self.host}:{self.port} ({how})"
