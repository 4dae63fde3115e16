"""A certificate authority of the test's own."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of the test's own, which the program is told to trust."""

    server: ssl.SSLContext
    file: Path

    def trust(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let this process and those that it starts trust what the authority has signed."""
        monkeypatch.setenv("SSL_CERT_FILE", str(self.file))


def authority(folder: Path, *names: str, **given: Any) -> Authority:
    """Make an authority, and a certificate of it for these names."""
    ca = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(*(names or ("127.0.0.1",)), **given).configure_cert(context)
    file = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    return Authority(context, file)
