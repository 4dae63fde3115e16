"""Signatures of OpenSSH (``PROTOCOL.sshsig``), made and verified by ssh-keygen.

The private key is never read here: it is ssh-keygen's, or its agent's. A key
is known by its fingerprint, as ``ssh-keygen -l`` tells it.
"""

import re
import shlex
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from protestmail import files
from protestmail.errors import SettingsProblem, Untrusted, UsageProblem

NAMESPACE = "protestmail-appeals"
"""What a signature of this key is for: one that was made for something else is none of ours."""
MAX_BYTES = 64 << 10
_PRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_ARMOR = re.compile(
    rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n?"
)
_KIND = re.compile(rb"[\w@.-]{1,64}", re.ASCII)
_CERTIFIED = b"-cert-v01@openssh.com"
_MAGIC = b"SSHSIG"
_PATIENCE = 30
_DISTRUST = "nothing of it is taken; ask the campaign, by a way that you know, what has happened"


class _Signed(NamedTuple):
    """Which key a signature says that it is of, and what it was made for."""

    key: bytes
    namespace: str

    @property
    def kind(self) -> bytes:
        return _strings(self.key, 1)[0]


def verify(data: bytes, armor: bytes, agreed: Collection[str]) -> str:
    """Give the fingerprint, one of those agreed to, by whose key this was signed.

    Raises Untrusted for every other signature.
    """
    signed = _opened(armor)
    by = _fingerprint(signed.key)
    if by not in agreed:
        raise Untrusted(f"it is signed by another key than the one agreed to: {by}", _DISTRUST)
    if signed.namespace != NAMESPACE:
        told = f'its signature was made for something else ("{signed.namespace}")'
        raise Untrusted(told, _DISTRUST)
    with TemporaryDirectory(prefix="protestmail-") as folder:
        signature, known = Path(folder, "sig"), Path(folder, "keys")
        signature.write_bytes(armor)
        known.write_bytes(b"campaign %s %s\n" % (signed.kind, b64encode(signed.key)))
        asked: list[str | Path] = [
            "-Y",
            "verify",
            "-I",
            "campaign",
            "-n",
            NAMESPACE,
            "-f",
            known,
            "-s",
            signature,
        ]
        if _ssh_keygen(asked, data).returncode:
            raise Untrusted("it is not what its key has signed", _DISTRUST)
    return by


def sign(data: bytes, key: Path) -> bytes:
    """Have ssh-keygen sign, which asks for a passphrase itself; raises UsageProblem."""
    done = _ssh_keygen(["-Y", "sign", "-n", NAMESPACE, "-f", key], data, patience=None)
    if done.returncode:
        raise _failed(done, key)
    return done.stdout


def owner(key: Path) -> str:
    """Give the fingerprint of a key, by its file; raises UsageProblem where it is none."""
    done = _ssh_keygen(["-l", "-E", "sha256", "-f", key])
    found = _PRINT.search(done.stdout.decode(errors="replace"))
    if done.returncode or not found:
        raise _failed(done, key)
    return found[0]


def signer(armor: bytes) -> str:
    """Give the fingerprint that a signature names, true or not; raises Untrusted."""
    return _fingerprint(_opened(armor).key)


def agreed(key: str) -> str:
    """Give the fingerprint that ``FILE`` (a public key) or ``SHA256:…`` means.

    Raises UsageProblem.
    """
    if key.startswith("SHA256:"):
        if not _PRINT.fullmatch(key.rstrip("=")):
            raise UsageProblem(f"{key} is no fingerprint of a key", "copy it once more, all of it")
        return key.rstrip("=")
    hint = "name the file of a public key (it ends in .pub), or its fingerprint, SHA256:…"
    try:
        keys = files.read(Path(key).expanduser(), MAX_BYTES).strip().splitlines()
        words = keys[0].split()
        blob = b64decode(words[1], validate=True)
        sound = _strings(blob, 1)[0] == words[0]
    except OSError as why:
        raise UsageProblem(f"{key} cannot be read: {files.reason(why)}", hint) from None
    except (ValueError, IndexError):
        sound = False
    if not sound:
        raise UsageProblem(f"{key} is not the file of a public key", hint)
    if len(keys) > 1:
        raise UsageProblem(f"{key} holds several keys", "name one by its fingerprint, SHA256:…")
    if words[0].endswith(_CERTIFIED):
        raise UsageProblem(f"{key} is the certificate of a key, and not the key", hint)
    return _fingerprint(blob)


def _failed(done: "subprocess.CompletedProcess[bytes]", key: Path) -> UsageProblem:
    said = done.stderr.decode(errors="replace").strip().split("\n")[-1].strip("\r")
    said = said.rpartition("passphrase: ")[2]  # where no terminal could be asked
    return UsageProblem(
        f"{key} cannot sign: {said or 'ssh-keygen gives no reason'}",
        f"type it once more, or have your agent hold the key: ssh-add {shlex.quote(str(key))}"
        if "passphrase" in said
        else "name the key with which you push, such as ~/.ssh/id_ed25519",
    )


def _ssh_keygen(
    args: Sequence[str | Path], data: bytes = b"", patience: int | None = _PATIENCE
) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603  no shell, and no word of a stranger's
            ["ssh-keygen", *args],  # noqa: S607  wherever it is installed
            input=data,
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except OSError:
        raise SettingsProblem(
            "signatures need ssh-keygen, which is not on this machine",
            "install OpenSSH: on Debian and Ubuntu, apt install openssh-client; on Windows, the "
            "optional feature OpenSSH Client",
        ) from None
    except subprocess.TimeoutExpired:
        raise SettingsProblem("ssh-keygen does not answer", "try it by itself") from None


def _opened(armor: bytes) -> _Signed:
    found = _ARMOR.fullmatch(armor)
    try:
        return _signed(b64decode(found[1] if found else b""))
    except ValueError:
        raise Untrusted("its signature is damaged, or none", _DISTRUST) from None


def _signed(blob: bytes) -> _Signed:
    key, namespace = _strings(blob[len(_MAGIC) + 4 :], 2)  # after the version
    signed = _Signed(key, namespace.decode("ascii"))
    if not blob.startswith(_MAGIC) or not _KIND.fullmatch(signed.kind):
        raise ValueError("another form")
    return signed


def _strings(blob: bytes, count: int) -> list[bytes]:
    """Take the first strings of SSH's wire format, each after its length (RFC 4251, section 5)."""
    found = []
    for _ in range(count):
        size = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + size:
            raise ValueError("cut short")
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found


def _fingerprint(key: bytes) -> str:
    return f"SHA256:{b64encode(sha256(key).digest()).decode().rstrip('=')}"
