"""Measure everything, print a Markdown table: ``python benchmarks/run.py [--write]``."""

import argparse
import os
import platform
import tempfile
from pathlib import Path

import bulk
import cold
import deliver
import following
import many
import pages
from measure import Row

PARTS = {
    "cold": cold,
    "many": many,
    "bulk": bulk,
    "deliver": deliver,
    "pages": pages,
    "following": following,
}
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
MARKS = {True: "yes", False: "**no**", None: ""}


def main() -> None:
    """Run the parts that are asked for, and show or keep what they found."""
    parser = argparse.ArgumentParser(description="Measure protestmail against its peers.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)"
    )
    parser.add_argument("--rounds", type=int, help="runs of each command (default: 21, 5 and 3)")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    asked = parser.parse_args()
    if wrong := set(asked.parts) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(wrong))}")
    if asked.write and asked.parts:
        parser.error("--write keeps whole runs only")
    load = os.getloadavg()[0]
    found: list[Row] = []
    for name in asked.parts or PARTS:
        with tempfile.TemporaryDirectory() as where:
            found += PARTS[name].rows(Path(where), asked.rounds or PARTS[name].ROUNDS)
    text = f"{table(found)}\n\n{machine(load)}"
    print(text)
    if asked.write:
        write(text)


def table(rows: list[Row]) -> str:
    """Lay the rows out as a Markdown table."""
    head = ["| what | median | ratio | target | met |", "|---|---|---|---|---|"]
    cells = ((one.what, one.measured, one.against, one.target, MARKS[one.met]) for one in rows)
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in cells)])


def machine(load: float) -> str:
    """Describe the machine as far as it bears on the figures."""
    return (
        f"Measured on {os.cpu_count()} processors ({platform.machine()}, {platform.system()}) with "
        f"{platform.python_implementation()} {platform.python_version()}; load before the run: "
        f"{load:.1f}."
    )


def write(text: str) -> None:
    """Put the table between the two marks of the page."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
