"""The SMTP account that letters are sent by: the server, and who logs in there.

Server, user, From and the way to the secret come from one place, so that nobody's password goes to
somebody else's server.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from protestmail import address
from protestmail.commands import to_type
from protestmail.errors import SettingsProblem
from protestmail.settings import hosts, judge, paths, providers, secret
from protestmail.settings.fields import ACCOUNT, ENVIRONMENT, PREFIX, variable
from protestmail.settings.profiles import Profile
from protestmail.settings.secret import NO_SECRET, Secret

EMAIL = variable("email")

TLS, STARTTLS, LOCAL, NONE = "tls", "starttls", "local", "none"
HELO = "[127.0.0.1]"
"""What is said in EHLO: the machine's name is nobody's business. It keeps getfqdn unasked, too."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[(?:ipv6:)?[0-9a-f.:]+\]", re.IGNORECASE)
PLAIN_TEXT = "--insecure-plain-text"


@dataclass(frozen=True, slots=True)
class Account:
    """A server and a login there; ``email`` is whom its letters are from.

    ``origin`` says where the settings came from. Raises SettingsProblem for what would let
    somebody read along: without encryption, only this machine is safe, and no password is unless
    the user has said so (``plain_text``), or the server is a program here (``local``). The
    ``certificate`` (PEM), if there is one, is believed in place of the authorities. ``per_minute``
    is 0 where the provider sets no limit of its own.
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
    helo: str = HELO
    certificate: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.security == LOCAL and not self.stays_here:
            raise SettingsProblem(
                f"{self.host} is not this machine, for which PROTESTMAIL_SMTP_SECURITY=local is",
                "set PROTESTMAIL_SMTP_HOST to 127.0.0.1, or the security to tls or starttls",
            )
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
        return hosts.is_here(self.host)

    @property
    def told(self) -> str:
        """Say where letters go, and how safely."""
        how = {NONE: "not encrypted", LOCAL: "a program on this machine"}.get(self.security)
        return f"{self.host}:{self.port} ({how or self.security})"


def account_values(environ: Mapping[str, str], profile: Profile) -> tuple[str, dict[str, str]]:
    """Give the one origin of the account, and what it says; an empty origin where there is none.

    The environment is the origin if it says anything about a server. Raises SettingsProblem where
    a file was named on the command line and the environment speaks of another account.
    """
    keys = (EMAIL, *ACCOUNT)
    outside = {key: environ[key] for key in keys if environ.get(key)}
    inside = {key: profile.values[key] for key in keys if profile.values.get(key)}
    if not any(key in outside for key in ACCOUNT) and inside:
        return str(profile.path), inside
    if inside and profile.named:
        told = f"both {ENVIRONMENT} and {profile.path} say by which account to send"
        names = ", ".join(key for key in ACCOUNT if key in outside)
        raise SettingsProblem(told, f"unset {names}, or do not name the file")
    return (ENVIRONMENT if outside else ""), outside


def account_of(
    environ: Mapping[str, str], profile: Profile, *, plain_text: bool = False
) -> Account:
    """Settle by which account letters go; raises SettingsProblem where that is not certain."""
    origin, values = account_values(environ, profile)
    email = values.get(EMAIL, "")
    if not origin:
        there = f"in {profile.path}" if profile.named else "here yet"
        fill = f", or fill in {EMAIL} there, and what follows it in .env.example"
        hint = f"{to_type('init')} asks for all that it takes{fill if profile.named else ''}"
        raise SettingsProblem(f"no mail account is set up {there}", hint)
    if not email:
        told = f"no address to send from is set in {origin}"
        hint = f"set {EMAIL} beside the account ({to_type('init')} asks for all that it takes)"
        raise SettingsProblem(told, hint)
    try:
        own = address.parse(email)
    except address.BadAddress as why:
        raise SettingsProblem(f"your own address: {why} ({origin})", why.hint) from None
    said = values
    values = {key.removeprefix(f"{PREFIX}SMTP_").lower(): one for key, one in values.items()}
    if by_port := judge.spoken(values.get("port", "")):
        values.setdefault("security", by_port)
    if "host" not in values:
        values = _preset(values, own.domain, origin) | values
    security = values.get("security", TLS).strip().lower()
    if security not in judge.PORTS:
        told = f'{PREFIX}SMTP_SECURITY cannot be "{security}" ({origin})'
        raise SettingsProblem(told, f"say {TLS}, {STARTTLS}, {LOCAL} or {NONE}")
    host = hosts.judged(values["host"], origin)
    port = judge.port(values.get("port", ""), security, origin)
    _judge_login(values, origin)
    way = secret.choose(values, asked="user" in values or security != NONE)
    return Account(
        host=host,
        port=port,
        security=security,
        user=(values.get("user", "").strip() or own.ascii) if way.kind else "",
        secret=way,
        email=email,
        origin=origin,
        plain_text=plain_text,
        per_minute=float(values.get("per_minute", 0)),
        certificate=paths.certificate(said, f"{PREFIX}SMTP_CERTIFICATE", origin),
        helo=_helo(values.get("helo", "").strip() or HELO, origin),
    )


def _judge_login(values: Mapping[str, str], origin: str) -> None:
    judge.seen(values.get("user", "").strip(), "USER", origin)
    judge.password(values.get("password", ""), origin)
    for key in ("password_command", "token_command"):
        if key in values:
            judge.command(values[key], key.upper(), origin)


def _helo(name: str, origin: str) -> str:
    if not _NAME.fullmatch(name):
        told = f'{PREFIX}SMTP_HELO cannot be "{name}" ({origin})'
        raise SettingsProblem(told, "say a name such as your own domain, or leave it out")
    return name


def _preset(values: Mapping[str, str], domain: str, origin: str) -> dict[str, str]:
    """What is known of the large providers; for all others the server has to be said."""
    known = providers.find(domain)
    if known is None:
        told = f"no mail server is set in {origin}, and none is known for {domain}"
        raise SettingsProblem(told, f"set {PREFIX}SMTP_HOST; your provider's help page names it")
    if not known.host:
        raise SettingsProblem(f"{domain} lets no other program send: {known.note}")
    same = values.get("security", known.security).strip().lower() == known.security
    port = {"port": str(known.port)} if same else {}  # it belongs to this way to encrypt
    return port | {key: str(getattr(known, key)) for key in ("host", "security", "per_minute")}
