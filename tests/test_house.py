"""The house itself: its floors, and what it does not load."""

import subprocess
import sys
from pathlib import Path

import pytest

from makers.program import ROOT, Program

HEAVY = {"typst", "jinja2", "rich", "email_validator", "dotenv", "asyncio", "smtplib", "aiosmtpd"}


def test_the_floors_import_downwards_only() -> None:
    """The contracts of import-linter hold: floors, a core without terminal or wire."""
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("args", [["list"], ["list", "--all"], ["list", "--json"], ["--version"]])
def test_a_start_loads_little(run: Program, args: list[str]) -> None:
    """A piped list is quick: neither templates nor the wire nor the terminal are loaded for it."""
    done = run(*args, python=["-X", "importtime"])
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.err.splitlines()}

    assert done.code == 0
    assert {"protestmail", "click"} <= loaded
    assert not HEAVY & loaded
