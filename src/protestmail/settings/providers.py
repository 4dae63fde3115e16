"""What is known of large mail providers, by the domain of an address: see ``providers.toml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path


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


def find(domain: str) -> Provider | None:
    """Find the provider of a domain."""
    import tomllib  # noqa: PLC0415  3 ms, for accounts without a host only

    data = tomllib.loads(Path(__file__).with_name("providers.toml").read_text("utf-8"))
    every = (Provider(name, **one) for name, one in data.items())
    return next((one for one in every if domain.lower() in one.domains), None)
