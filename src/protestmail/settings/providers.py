"""What is known of large mail providers, by the domain of an address: see ``providers.toml``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from protestmail.settings import hosts


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider takes mail; ``host`` is empty where no other program may send."""

    name: str
    domains: Sequence[str]
    host: str
    secret: str
    origin: str
    note: str = ""
    checked: date | None = None
    port: int = 0
    security: str = ""
    per_minute: int = 0
    hides_ip: bool = False

    @property
    def told(self) -> str:
        """Say what is to be done there first, who says so, and how fresh that is."""
        what = "the server was looked up" if self.host else "it was looked up"
        fresh = f"{what} on {self.checked}" if self.checked else "not looked up, read it there"
        return f"{self.note} ({self.origin}; {fresh})"


def find(domain: str) -> Provider | None:
    """Find the provider of a domain."""
    return next((one for one in _every() if domain.lower() in one.domains), None)


def serving(host: str) -> Provider | None:
    """Find the provider whose server this is: who has a domain of their own is there by it only."""
    named = (one for one in _every() if one.host == host.lower())
    return None if hosts.is_here(host) else next(named, None)


def _every() -> Iterator[Provider]:
    import tomllib  # noqa: PLC0415  3 ms, for accounts without a host only

    data = tomllib.loads(Path(__file__).with_name("providers.toml").read_text("utf-8"))
    return (Provider(name, **one) for name, one in data.items())
