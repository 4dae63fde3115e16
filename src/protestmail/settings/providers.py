"""What is known of large mail providers, by the domain of an address: see ``providers.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Provider:
    """How a provider takes mail; ``host`` is empty where no other program may send."""

    name: str
    host: str
    port: int
    security: str
    secret: str
    note: str
    source: str
    per_minute: int
    hides_ip: bool


def find(domain: str) -> Provider | None:
    """Find the provider of a domain."""
    data = tomllib.loads(Path(__file__).with_name("providers.toml").read_text("utf-8"))
    for name, one in data.items():
        if domain.lower() in one["domains"]:
            return Provider(
                name=name,
                host=one["host"],
                port=one.get("port", 0),
                security=one.get("security", ""),
                secret=one["secret"],
                note=one.get("note", ""),
                source=one["source"],
                per_minute=one.get("per_minute", 0),
                hides_ip=one.get("hides_ip", False),
            )
    return None
