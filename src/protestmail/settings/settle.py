"""Settings: flags before environment before one profile file; and where each came from.

Who writes may be pieced together from all three. The account may not: server, user, From and the
way to the secret come from one place, so that nobody's password goes to somebody else's server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from protestmail import address
from protestmail.commands import to_type
from protestmail.errors import SettingsProblem
from protestmail.letters.sender import Sender
from protestmail.settings import profiles, providers, secret
from protestmail.settings.account import NONE, PORTS, STARTTLS, TLS, Account
from protestmail.settings.fields import PREFIX, SENDER, variable
from protestmail.settings.profiles import ACCOUNT, HABITS, Profile

ENVIRONMENT = "the environment"
EMAIL = variable("email")
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0", ""}
MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Settings:
    """The sender as settled, and for each filled field the place that it came from."""

    sender: Sender
    origins: dict[str, str] = field(default_factory=dict)
    hint: str = ""
    profile: Profile = field(default_factory=Profile)
    bcc_self: bool = False
    state: str = ""


def settle(
    flags: Mapping[str, str | None],
    environ: Mapping[str, str],
    *,
    env_file: Path | None = None,
    profile: str | None = None,
) -> Settings:
    """Settle who writes; raise SettingsProblem for a file that is not there or says nonsense."""
    read = profiles.read(env_file, profile)
    values: dict[str, Any] = {}
    origins = {}
    for name in (*SENDER, *(key.removeprefix(PREFIX).lower() for key in HABITS)):
        key = variable(name)
        for origin, value in (
            (f"--{name}", flags.get(name)),
            (ENVIRONMENT, environ.get(key)),
            (str(read.path), read.values.get(key)),
        ):
            if value is not None:
                lines = value.replace("\\n", "\n") if name == "address" else value
                values[name], origins[name] = lines.strip(), origin
                break
    bcc_self, state = values.pop("bcc_self", ""), values.pop("state", "")
    if bcc_self.lower() not in _YES | _NO:
        told = f'{PREFIX}BCC_SELF cannot be "{bcc_self}" ({origins["bcc_self"]})'
        raise SettingsProblem(told, "say yes or no")
    return Settings(
        sender=replace(Sender(), **values),
        origins=origins,
        hint="" if read.path or env_file else profiles.forgotten(),
        profile=read,
        bcc_self=bcc_self.lower() in _YES,
        state=state,
    )


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


def account(environ: Mapping[str, str], profile: Profile, *, plain_text: bool = False) -> Account:
    """Settle by which account letters go; raises SettingsProblem where that is not certain."""
    origin, values = account_values(environ, profile)
    email = values.get(EMAIL, "")
    if not email:
        told = "no address to send from is set" + (f" in {origin}" if origin else "")
        hint = f"set {EMAIL} beside the account ({to_type('init')} asks for all that it takes)"
        raise SettingsProblem(told, hint)
    try:
        own = address.parse(email)
    except address.BadAddress as why:
        raise SettingsProblem(f"your own address: {why} ({origin})", why.hint) from None
    values = {key.removeprefix(f"{PREFIX}SMTP_").lower(): one for key, one in values.items()}
    if "host" not in values:
        values = _preset(values, own.domain, origin) | values
    security = values.get("security", TLS).strip().lower()
    if security not in PORTS:
        told = f'{PREFIX}SMTP_SECURITY cannot be "{security}" ({origin})'
        raise SettingsProblem(told, f"say {TLS}, {STARTTLS} or {NONE}")
    host = values["host"].strip()
    if not host.isprintable() or " " in host:
        raise SettingsProblem(f"{PREFIX}SMTP_HOST is no name of a server ({origin})", "mend it")
    way = secret.choose(values, asked="user" in values or security != NONE)
    return Account(
        host=host,
        port=_port(values.get("port", ""), security, origin),
        security=security,
        user=(values.get("user", "").strip() or own.ascii) if way.kind else "",
        secret=way,
        email=email,
        origin=origin,
        plain_text=plain_text,
        per_minute=float(values.get("per_minute", 0)),
    )


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


def _port(text: str, security: str, origin: str) -> int:
    text = text.strip()
    if not text:
        return PORTS[security]
    short = len(text) <= len(str(MOST_PORT)) and text.isascii() and text.isdecimal()
    if not (short and 0 < int(text) <= MOST_PORT):
        told = f'{PREFIX}SMTP_PORT cannot be "{text}" ({origin})'
        raise SettingsProblem(told, f"it is a number; {security} mostly has {PORTS[security]}")
    return int(text)


def state_folder(settings: Settings) -> Path:
    """Where the journal is kept."""
    if settings.state:
        return Path(settings.state).expanduser()
    return user_state_path("protestmail", appauthor=False)
