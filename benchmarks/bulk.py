"""Many letters: written, coded and read a second time, one after another."""

from pathlib import Path

from material import big_appeal, merge_folder
from measure import PYTHON, Row, interleaved, script

ROUNDS = 5
COUNTS = (1000, 5000)
FLAT = 1.1
"""The peak for five times the letters is at most so many times that for the fewer."""
_WRITER = str(Path(__file__).with_name("write_letters.py"))
_NAMES = {"en": "English", "ru": "Russian"}


def rows(where: Path, rounds: int) -> list[Row]:
    """Measure whole processes, start-up included, against mailmerge's dry run of as many."""
    return [row for language in _NAMES for row in _language(where, language, rounds)]


def _language(where: Path, language: str, rounds: int) -> list[Row]:
    appeal = big_appeal(where, language)
    table, peaks = [], []
    for count in COUNTS:
        cost = interleaved(
            {
                "ours": [PYTHON, _WRITER, str(appeal), str(count)],
                "mailmerge": [script("mailmerge"), "--no-limit"],
            },
            merge_folder(where, language, count),
            rounds,
        )
        took, merge = cost["ours"].seconds, cost["mailmerge"].seconds
        peaks.append(cost["ours"].peak)
        table.append(
            Row(f"{count:,} letters, {_NAMES[language]}", f"{took:.2f} s",
                f"{took / merge:.2f} times mailmerge ({merge:.2f} s)", "≤ 1", took <= merge)
        )  # fmt: skip
    few, many = peaks
    return [
        *table,
        Row(f"peak memory, {COUNTS[1]:,} letters, {_NAMES[language]}", f"{many:.0f} MB",
            f"{many / few:.2f} times that of {COUNTS[0]:,} ({few:.0f} MB)", f"≤ {FLAT}",
            many <= FLAT * few),
    ]  # fmt: skip
