"""The fence around the tests: nobody leaves the machine."""

from ipaddress import ip_address


class NetworkForbiddenError(AssertionError):
    """A test was about to leave the machine."""


def loopback(host: object) -> bool:
    """Tell whether a host is this machine."""
    if host in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False
