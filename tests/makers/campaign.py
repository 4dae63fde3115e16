"""A campaign of the tests' own: a folder of appeals, and real keys to sign it with."""

import subprocess
from pathlib import Path

from makers.appeals import Folder
from makers.program import Program, Ran
from protestmail.sources import manifest, signature


def key(folder: Path, name: str = "key", kind: str = "ed25519") -> Path:
    """Make a key without a passphrase; its public half lies beside it."""
    path = folder / name
    made = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(made, check=True, timeout=30)
    return path


class Campaign(Folder):
    """A folder of appeals that is signed by the program."""

    def __init__(self, run: Program, path: Path) -> None:
        super().__init__(path)
        self.run = run
        self.key = key(path.parent, f"{path.name}.key")

    @property
    def fingerprint(self) -> str:
        """The fingerprint of its key."""
        return signature.owner(self.key)

    @property
    def manifest(self) -> manifest.Manifest:
        """What it has signed last."""
        return manifest.read((self.path / manifest.NAME).read_bytes())

    def sign(self, *args: str, env: "dict[str, str] | None" = None) -> Ran:
        """Sign it, as its coordinator does."""
        done = self.run("sign", str(self.path), "--key", str(self.key), *args, env=env)
        assert done.code == 0, done.err
        return done

    def lock(self) -> None:
        """Give its key a passphrase."""
        change = ["ssh-keygen", "-q", "-p", "-N", "secret", "-P", "", "-f", str(self.key)]
        subprocess.run(change, check=True, capture_output=True, timeout=30)

    def forge(self, data: bytes, namespace: str = signature.NAMESPACE) -> None:
        """Put another manifest in place, signed by the campaign's own key."""
        path = self.path / manifest.NAME
        path.write_bytes(data)
        (self.path / manifest.SIGNATURE).unlink(missing_ok=True)
        signing = [
            "ssh-keygen",
            "-q",
            "-Y",
            "sign",
            "-n",
            namespace,
            "-f",
            str(self.key),
            str(path),
        ]
        subprocess.run(signing, check=True, capture_output=True, timeout=30)
