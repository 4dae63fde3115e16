"""The SMTP account that letters are sent by."""

from dataclasses import dataclass
from ipaddress import ip_address

from protestmail.errors import SettingsProblem


@dataclass(frozen=True, slots=True)
class Account:
    """Where to connect. Without encryption that is the machine itself and nothing else."""

    host: str
    port: int

    def __post_init__(self) -> None:
        if not _is_loopback(self.host):
            raise SettingsProblem(
                f"{self.host} is not this machine, and the connection is not encrypted",
                "only a rehearsal on this machine is possible",
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
