"""The sessions that the documentation shows are those that the program gives."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from makers.program import ROOT, Program

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GAP = "…"


def sessions(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each command that a page shows, with the lines that it shows of its output."""
    for block in _BLOCK.findall(page.read_text("utf-8")):
        for session in block.split("$ protestmail ")[1:]:
            command, *lines = session.rstrip("\n").split("\n")
            yield command, [line for line in lines if line != _GAP]


def test_answering_is_as_it_is_shown(run: Program, tmp_path: Path) -> None:
    """Every line in ``docs/answering.md`` is one that the command above it gives, word for word."""
    env = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    shown = list(sessions(ROOT / "docs" / "answering.md"))

    assert len(shown) >= 6
    for command, lines in shown:
        done = run(*shlex.split(command), env=env)
        given = f"{done.err}{done.out}".split("\n")
        for line in lines:
            start, gap, _ = line.partition(_GAP)
            found = any(one.startswith(start) if gap else one == line for one in given)
            if not found:
                pytest.fail(f"{command}\ndoes not say\n{line}\nbut\n" + "\n".join(given))
