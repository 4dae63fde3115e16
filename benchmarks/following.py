"""Somebody who follows a campaign of a thousand appeals; and what one signature costs."""

import os
import statistics
import subprocess
import time
from functools import partial
from pathlib import Path

from material import folder_of_appeals
from measure import PASS, Row, in_turn, run, script

ROUNDS = 5
SIZE = 1000
SECONDS, MILLISECONDS = 2.0, 10.0
_MUCH = 30


def rows(where: Path, rounds: int) -> list[Row]:
    """Measure ``source update`` and ``list`` from a folder, and verification by itself."""
    folder, state, key = folder_of_appeals(where, SIZE), where / "state", where / "key"
    program = script("protestmail")
    extra = {"PROTESTMAIL_STATE": str(state)}
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    add = [program, "source", "add", "big", str(folder), "--key", f"{key}.pub", "--yes"]
    for command in ([program, "sign", str(folder), "--key", str(key)], add):
        subprocess.run(command, check=True, capture_output=True, env=os.environ | extra)
    empty = where / "empty"
    empty.mkdir()
    commands = {
        "pass": PASS,
        "update": [program, "source", "update"],
        "list": [program, "--appeals", str(empty), "list"],
    }
    runs = {name: partial(run, one, where, extra=extra) for name, one in commands.items()}
    cost = in_turn(runs, rounds)
    took, listed, verified = cost["update"].seconds, cost["list"].seconds, _verified(folder)
    return [
        Row(f"`source update`, {SIZE:,} appeals in a folder", f"{took:.2f} s",
            f"{took / cost['pass'].seconds:.0f} times `python -c pass`", f"≤ {SECONDS:g} s",
            took <= SECONDS),
        Row(f"`list`, {SIZE:,} appeals of a source", f"{listed:.2f} s",
            f"{listed / cost['pass'].seconds:.0f} times `python -c pass`"),
        Row("a signature verified", f"{verified:.1f} ms", "", f"≤ {MILLISECONDS:g} ms",
            verified <= MILLISECONDS),
    ]  # fmt: skip


def _verified(folder: Path) -> float:
    """The median time of a verification, in milliseconds."""
    from protestmail.sources import manifest, signature  # noqa: PLC0415

    data, armor = ((folder / one).read_bytes() for one in (manifest.NAME, manifest.SIGNATURE))
    key = signature.signer(armor)
    took = []
    for _ in range(_MUCH):
        start = time.perf_counter()
        signature.verify(data, armor, {key})
        took.append(time.perf_counter() - start)
    return statistics.median(took) * 1000
