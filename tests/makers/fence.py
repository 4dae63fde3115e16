"""The fence around the tests: nobody leaves the machine."""

import os
from ipaddress import ip_address

TRUSTING_NOBODY = dict.fromkeys(("SSL_CERT_FILE", "SSL_CERT_DIR"), os.devnull)
"""No server that a test needs is vouched for by an authority of this machine's.

To read all of those takes longer than most sends, and is done for each connection.
"""


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
