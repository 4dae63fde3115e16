"""Cold start: what a person waits for who asks one small thing."""

from pathlib import Path

from material import folder_of_appeals, merge_folder
from measure import PASS, Row, interleaved, ms, script

ROUNDS = 21


def rows(where: Path, rounds: int) -> list[Row]:
    """Measure ``list`` and ``render`` on 20 appeals against Python alone and mailmerge."""
    appeals = ["--appeals", str(folder_of_appeals(where, 20))]
    ours, peer = script("protestmail"), script("mailmerge")
    who = ["--name", "Aliya Example", "--organisation", "Example Branch"]
    cost = interleaved(
        {
            "pass": PASS,
            "list": [ours, *appeals, "list"],
            "render": [ours, *appeals, "render", "case-0007", *who],
            "mailmerge --version": [peer, "--version"],
            "mailmerge": [peer, "--no-limit"],
        },
        merge_folder(where, "en", 1),
        rounds,
    )
    base, merge = cost["pass"].seconds, cost["mailmerge"].seconds
    table = [Row("`python -c pass`", ms(base), "1")]
    for name, times, share in (("list", 6.0, 0.5), ("render", 9.0, 0.7)):
        took = cost[name].seconds
        table += [
            Row(f"`{name}`, 20 appeals", ms(took), f"{took / base:.1f} times `python -c pass`",
                f"≤ {times:.0f}", took <= times * base),
            Row(f"`{name}`, 20 appeals", ms(took), f"{took / merge:.2f} times mailmerge's letter",
                f"< {share}", took < share * merge),
        ]  # fmt: skip
    version = cost["mailmerge --version"].seconds
    return [
        *table,
        Row("`mailmerge --version`", ms(version), f"{version / base:.1f} times `python -c pass`"),
        Row(
            "mailmerge, one letter, dry run",
            ms(merge),
            f"{merge / base:.1f} times `python -c pass`",
        ),
    ]
