"""Signatures, by the real ssh-keygen."""

import os
import subprocess
from pathlib import Path

import pytest

from makers.campaign import Campaign, key
from makers.program import Program
from protestmail.errors import SettingsProblem, Untrusted, UsageProblem
from protestmail.sources import signature

DATA = b"what is signed"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_what_a_key_has_signed_is_its_own(tmp_path: Path, kind: str) -> None:
    """Each kind of key that OpenSSH makes signs, and is known by file and by fingerprint."""
    own = key(tmp_path, kind=kind)
    by = signature.owner(own)

    made = signature.sign(DATA, own)

    assert signature.verify(DATA, made, {by}) == by
    assert signature.agreed(f"{own}.pub") == signature.agreed(by) == by == signature.signer(made)


def test_all_else_is_refused(tmp_path: Path) -> None:
    """P74: other bytes, another key, another namespace, a damaged signature: each has its words."""
    own, other = key(tmp_path), key(tmp_path, "other")
    by, made = signature.owner(own), signature.sign(DATA, own)
    damaged = made.replace(made[200:204], b"AAAA")
    for data, armor, agreed, words in (
        (b"other", made, by, "not what its key has signed"),
        (DATA, made, signature.owner(other), "another key"),
        (DATA, damaged, by, "signed"),
        (DATA, b"", by, "damaged, or none"),
        (DATA, b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----", by, "damaged"),
    ):
        with pytest.raises(Untrusted, match=words):
            signature.verify(data, armor, {agreed})


def test_the_private_key_is_never_read(run: Program, tmp_path: Path) -> None:
    """Nothing but ssh-keygen opens the private key, and it is not taken for a public one."""
    campaign = Campaign(run, tmp_path / "campaign")
    campaign.add()
    log = tmp_path / "log"
    traced = ["strace", "-f", "-e", "trace=openat,open,execve", "-o", str(log)]
    signing = [*run.command(), "sign", str(campaign), "--key", str(campaign.key)]

    code, _, err = run.new([*traced, *signing], b"", run.environ)
    lines = log.read_text().splitlines()
    openers = {one.split()[0] for one in lines if f'"{campaign.key}"' in one and "open" in one}
    keygens = {one.split()[0] for one in lines if 'execve("' in one and "ssh-keygen" in one}

    assert code == 0, err
    assert openers
    assert openers <= keygens
    with pytest.raises(UsageProblem, match="not the file of a public key"):
        signature.agreed(str(campaign.key))


@pytest.mark.parametrize("given", ["SHA256:short", "no/such/file", "SHA256:" + "=" * 43])
def test_what_names_no_key(given: str) -> None:
    """A fingerprint that was cut, and a file that is not there, are told as that."""
    with pytest.raises(UsageProblem) as told:
        signature.agreed(given)

    assert told.value.hint


def test_one_key_and_not_more(tmp_path: Path) -> None:
    """A file of several keys, and a certificate, are told as that: neither is what signs."""
    own, other = key(tmp_path), key(tmp_path, "other", "rsa")
    several = tmp_path / "several.pub"
    several.write_bytes(b"".join(Path(f"{one}.pub").read_bytes() for one in (own, other)))
    certify = ["ssh-keygen", "-q", "-s", str(other), "-I", "me", "-n", "x", f"{own}.pub"]
    subprocess.run(certify, check=True, timeout=30)

    with pytest.raises(UsageProblem, match="holds several keys"):
        signature.agreed(str(several))
    with pytest.raises(UsageProblem, match="the certificate of a key"):
        signature.agreed(f"{own}-cert.pub")


def test_a_passphrase_without_a_terminal(campaign: Campaign) -> None:
    """Where nobody can be asked for a passphrase, that is told, and not the question as well."""
    campaign.lock()
    signing = [*campaign.run.command(), "sign", str(campaign), "--key", str(campaign.key), "--days", "5", "--name", "New"]  # fmt: skip  # noqa: E501
    done = subprocess.run(
        signing, capture_output=True, start_new_session=True, check=False, timeout=30,
        env=campaign.run.environ, cwd=campaign.run.cwd, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    told = done.stderr.decode()

    assert done.returncode == 2, told
    assert "cannot sign: Load key" in told
    assert "Enter passphrase" not in told
    assert f"have your agent hold the key: ssh-add {campaign.key}" in told


def test_without_openssh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where ssh-keygen is missing, one sentence says so, and how to get it."""
    made = signature.sign(DATA, own := key(tmp_path))
    by = signature.owner(own)
    monkeypatch.setenv("PATH", os.devnull)

    with pytest.raises(SettingsProblem, match="ssh-keygen") as told:
        signature.verify(DATA, made, {by})

    assert "install OpenSSH" in told.value.hint
