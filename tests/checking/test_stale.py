"""Which addresses are to be confirmed again."""

from datetime import timedelta

import pytest

from makers.appeals import TODAY, changed
from makers.program import Program
from protestmail.appeals import contacts
from protestmail.appeals.file import parsing
from protestmail.checking import stale

ENDED = "closed: 2026-02-01\noutcome: They were freed.\n"


def told(text: str, days: int = 180) -> list[str]:
    """Give what is told of the targets of an appeal, in their order."""
    parsed = parsing.parse(text.encode(), "strike", "f")
    found = stale.in_appeal(parsed, stale.day_before(TODAY, days))
    return [f"{one.problem.line}:{one.problem.column}: {one.problem.told}" for one in found]


def checked(days: int) -> str:
    """Give an appeal whose addresses were checked so many days ago."""
    day = TODAY - timedelta(days)
    return changed(("    email", f"    checked: {day}\n    email"))


@pytest.mark.parametrize(("days", "count"), [(179, 0), (180, 1), (181, 1), (-1, 0)])
def test_the_age_of_addresses(days: int, count: int) -> None:
    """Addresses that were checked so many days ago or more are told, at the date; others not."""
    day = TODAY - timedelta(days)

    assert told(checked(days)) == count * [
        f"9:14: Ministry: checked on {day} (office@ministry.example)"
    ]


def test_addresses_that_were_never_checked() -> None:
    """Who was never checked is told at any number of days, at the target, with each channel."""
    text = changed(("    email", "    phone: [1, 2]\n    post: [Street, Town]\n    email"))
    lines = ["8:5: Ministry: never checked (office@ministry.example; Street, Town; 1, 2)"]

    assert told(text) == told(text, 10**12) == lines


@pytest.mark.parametrize(
    "text",
    [
        changed(("    email", "    do_not_write: It is closed.\n    email")),
        changed(("name: Ministry\n    email: office@ministry.example", "lookup: embassy/KZ")),
        changed(("status: active\n", f"status: closed\n{ENDED}")),
        changed(("status: active\n", f"status: won\n{ENDED}")),
    ],
)
def test_addresses_that_nobody_needs(text: str) -> None:
    """Nobody has to check what is not written to: no address, or an appeal that has ended."""
    assert told(text) == []


def test_thanks_still_need_an_address() -> None:
    """An appeal that is won has letters of thanks, which go to its addresses."""
    subject, letter = "subject: Free them\nletter: |", "letters:\n- id: t\n  kind: thanks\n  "
    text = changed(
        ("status: active\n", f"status: won\n{ENDED}"),
        (subject, f"{letter}subject: Thanks\n  body: |"),
        ("\n  {{ salutation }}\n\n  Free them.\n\n  {{ signature }}", "\n    {{ signature }}"),
    )

    assert len(told(text)) == 1


def test_a_directory_is_as_old_as_its_contacts() -> None:
    """Each contact of a directory is told at its own place, also one of several."""
    text = (
        "DE: {name: A, email: a@x.example, checked: 2026-11-01}\n"
        "FR:\n- {name: B, phone: 1, checked: 2020-01-01}\n- {name: C, phone: 2}\n"
    )
    parsed = contacts.parse(text.encode(), "f", directory=True)

    found = stale.in_directory(parsed, stale.day_before(TODAY, 180))

    assert [f"{one.problem.line}: {one.problem.told}" for one in found] == [
        "3: B: checked on 2020-01-01 (1)",
        "4: C: never checked (2)",
    ]


def test_the_oldest_first(run: Program) -> None:
    """Of all files the oldest stand first, those never checked before all; exit 0, any format."""
    for number, day in enumerate(["2024-05-01", "", "2023-05-01"]):
        field = f"    checked: {day}\n    email" if day else "    email"
        text = changed(("    email", field), ("Ministry", f"Ministry {number}"))
        (run.cwd / f"a{number}.yaml").write_text(text)
    done = run("check", "--stale", "90", ".")

    names = [line.partition("warning: ")[2].partition(":")[0] for line in done.out.splitlines()]
    assert (done.code, names) == (0, ["Ministry 1", "Ministry 2", "Ministry 0"])
    assert done.err.startswith("3 files: 3 to be checked again")
    found = run("check", "--stale", "90", ".", "--json").json["problems"]
    assert [one["file"] for one in found] == ["a1.yaml", "a2.yaml", "a0.yaml"]


def test_mistakes_that_hide_addresses(run: Program) -> None:
    """A file that cannot be read tells its mistakes, exit 65, and hides no other file's."""
    (run.cwd / "good.yaml").write_text(changed())
    (run.cwd / "bad.yaml").write_text(changed(("active", "activ")))
    done = run("check", "--stale", "1", ".")

    assert (done.code, len(done.out.splitlines())) == (65, 2)
    assert done.out.startswith('bad.yaml:2:9: "status" cannot be "activ"')
    assert run("check", "--stale", "-1", ".").code == 2
