"""``list`` and ``show``: which appeals there are, and all that one of them says."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from makers.output import plain
from makers.program import APPEALS, Program

OWN = sorted(path.stem for path in APPEALS.glob("*.yaml"))
LIST_KEYS = [
    "id title status country topics issued send_before closed targets channels file".split()
]


def ids(program: Program, *args: "str | Path", **given: Any) -> list[str]:
    done = program(*args, **given)
    assert done.code == 0, done.err
    return [record[0] for record in done.records]


def test_a_fresh_machine_has_something_to_answer(run: Program) -> None:
    """Without any setting, ``list`` knows the appeals that come with the program."""
    assert ids(run, "list") == ["practice-letter", "practice-lookup"]
    assert ids(run, "list", "--all") == OWN
    assert "mangistau-oil-strike" in OWN


@pytest.fixture
def various(appeals: Folder) -> Folder:
    """Give appeals that differ in all that ``list`` can ask for."""
    over = {"closed": "2026-02-01", "outcome": "They are free."}
    appeals.add("late", send_before="2026-01-02", country="NO", topics=["strike"])
    appeals.add("open", topics=["strike", "oil"], send_before="2999-01-01")
    appeals.add("freed", status="won", country="KZ", **over)
    appeals.add("resting", status="paused", country="KZ", targets=[])
    return appeals


CHOICES = [
    ([], ["late", "open"]),
    (["--all"], ["freed", "late", "open", "resting"]),
    (["--status", "won"], ["freed"]),
    (["--status", "lost"], []),
    (["--all", "--country", "kz"], ["freed", "resting"]),
    (["--country", "NO"], ["late"]),
    (["--topic", "oil"], ["open"]),
    (["--topic", "strike", "--country", "KZ"], []),
]


@pytest.mark.parametrize(("args", "expected"), CHOICES)
def test_choosing(run: Program, various: Folder, args: list[str], expected: list[str]) -> None:
    """``list`` narrows by status, country and topic; what it leaves out, it says on stderr."""
    done = run("--appeals", str(various), "list", *args)

    assert (done.code, [record[0] for record in done.records]) == (0, expected)
    assert ("--all" in done.err) == (not expected or not args)


def test_list_in_a_pipe(run: Program, various: Folder) -> None:
    """A pipe gets one line a record: sorted, tab-separated, the same fields in each."""
    done = run("--appeals", str(various), "list", "--all", env={"COLUMNS": "20"})

    title = "Free the strike committee"
    assert done.records == [
        ["freed", "won", "KZ", "", "1 target: e-mail", title],
        ["late", "active", "NO", "2026-01-02", "1 target: e-mail", title],
        ["open", "active", "", "2999-01-01", "1 target: e-mail", title],
        ["resting", "paused", "KZ", "", "no targets", title],
    ]
    assert done.err == ""


def test_list_as_json(run: Program, various: Folder) -> None:
    """``list --json`` has a version and stable keys, sorted as the records are."""
    data = run("--appeals", str(various), "list", "--all", "--json").json

    assert data["version"] == 1
    assert [one["id"] for one in data["appeals"]] == ["freed", "late", "open", "resting"]
    assert [list(one) for one in data["appeals"]] == LIST_KEYS * 4
    assert data["appeals"][0]["closed"] == "2026-02-01"
    assert data["appeals"][0]["channels"] == {"email": 1}


@pytest.mark.parametrize("as_json", [False, True])
def test_a_broken_file_does_not_hide_the_others(
    run: Program, various: Folder, *, as_json: bool
) -> None:
    """P7: a broken file is told on stderr with its place, and the rest still list."""
    (various.path / "broken.yaml").write_text("title: A\ntitle: B\n", "utf-8")
    (various.path / "notes.txt").write_text("not an appeal", "utf-8")

    done = run("--appeals", str(various), "list", *["--json"] * as_json)
    found = [one["id"] for one in done.json["appeals"]] if as_json else [r[0] for r in done.records]

    assert (done.code, found) == (0, ["late", "open"])
    assert "broken.yaml:2:1: " in done.err
    assert "notes.txt" not in done.err


def test_several_folders(run: Program, tmp_path: Path) -> None:
    """Several folders make one list; of two appeals with one id, the earlier folder's counts."""
    one, two = Folder(tmp_path / "one"), Folder(tmp_path / "two")
    one.add("first")
    one.add("both", title="The earlier one")
    two.add("both", title="The later one")
    two.add("second")
    flags = ["--appeals", str(one), "--appeals", str(two)]
    named = {"PROTESTMAIL_APPEALS": os.pathsep.join([str(one), str(two)])}

    for args, env in ((flags, {}), ([], named)):
        done = run(*args, "list", env=env)
        assert [record[0] for record in done.records] == ["both", "first", "second"]
        assert done.records[0][-1] == "The earlier one"
    assert ids(run, "--appeals", str(two), "list", env=named) == ["both", "second"]


@pytest.mark.parametrize("asked", ["strike", "strike.yaml"])
def test_an_appeal_by_id_or_by_file(run: Program, appeals: Folder, asked: str) -> None:
    """An appeal is found by its id in the folders, and by the path of its file without them."""
    appeals.add()
    folder = ["--appeals", str(appeals)] if asked == "strike" else []
    run.cwd = appeals.path

    done = run(*folder, "show", asked)

    assert ["title", "Free the strike committee"] in done.records


FULL: dict[str, Any] = {
    "send_before": "2999-12-31",
    "reference": "UA 255/16",
    "supersedes": "earlier",
    "country": "NO",
    "topics": ["strike"],
    "background": "The strike began in May.\n\nIt goes on.",
    "demands": ["The committee is released.", "The company negotiates."],
    "guidance": ["Be polite."],
    "risk": "Do not name anybody.",
    "updates": [{"date": "2026-02-01", "text": "One of them is free."}],
    "actions": [{"kind": "picket", "text": "Stand there.", "when": "Friday", "where": "Oslo"}],
    "targets": [
        {
            "name": "Anna Berg",
            "role": "minister",
            "organisation": "Ministry",
            "email": ["office@ministry.example", "anna@ministry.example"],
            "post": ["Street 1", "0001 Oslo"],
            "fax": "+47 017",
            "phone": ["017", "018"],
            "web": "https://ministry.example/contact",
            "social": "@ministry",
            "attention": "Legal department",
            "note": "Keep trying.",
            "checked": "2026-01-01",
        },
        {"name": "Prison", "do_not_write": "Letters harm the prisoners."},
        {"lookup": "embassy/NO"},
    ],
    "cc": [
        "campaign@issuer.example",
        {"name": "Gazette", "email": "news@gazette.example", "optional": True, "why": "It prints."},
        {"lookup": "representative"},
    ],
}
SAID = [
    "UA 255/16|earlier|2999-12-31|The strike began in May.|It goes on.|Do not name anybody.",
    "The committee is released.|The company negotiates.|Be polite.|One of them is free.",
    "Stand there.|Friday|Oslo|office@ministry.example|anna@ministry.example|Street 1|0001 Oslo",
    "+47 017|018|https://ministry.example/contact|@ministry|Legal department|Keep trying.",
    "Letters harm the prisoners.|embassy/NO|campaign@issuer.example|news@gazette.example",
    "optional|It prints.|representative|The campaign's own report",
]


def test_show_says_everything(run: Program, appeals: Folder) -> None:
    """``show`` leaves nothing of an appeal out, in a pipe nor on a wide terminal."""
    appeals.add(**FULL)
    piped = run("--appeals", str(appeals), "show", "strike")
    code, seen = run.on_terminal("--appeals", str(appeals), "show", "strike", columns=200)

    shown = " ".join(plain(seen).split())

    assert (piped.code, code) == (0, 0)
    for said in "|".join(SAID).split("|"):
        assert said in piped.out
        assert said in shown


def test_show_in_a_pipe(run: Program, appeals: Folder) -> None:
    """In a pipe a line is a fact with its name first, whatever line ends the fact holds."""
    appeals.add(**FULL)
    done = run("--appeals", str(appeals), "show", "strike", env={"COLUMNS": "20"})

    assert ["background", "The strike began in May. It goes on."] in done.records
    assert ["demand", "The company negotiates."] in done.records
    who = ["target", "anna-berg", "Anna Berg, minister, Ministry"]
    assert [*who, "e-mail", "anna@ministry.example"] in done.records
    assert [*who, "phone", "018"] in done.records
    assert [line.split()[0] for line in done.err.splitlines() if "depends on" in line] == [
        "embassy/NO",
        "representative",
    ]


def test_show_as_json(run: Program, appeals: Folder) -> None:
    """``show --json`` has a version and the keys of the format, values as in the file."""
    appeals.add(**FULL)
    data = run("--appeals", str(appeals), "show", "strike", "--json").json
    schema = json.loads(run("schema").out)

    assert data["version"] == 1
    appeal = data["appeal"]
    assert set(appeal) - {"id", "file"} <= set(schema["properties"])
    assert {key: appeal[key] for key in ("id", "country", "demands", "risk", "send_before")} == {
        "id": "strike",
        **{key: FULL[key] for key in ("country", "demands", "risk", "send_before")},
    }
    assert [one["email"] for one in appeal["cc"]] == [
        "campaign@issuer.example",
        "news@gazette.example",
        "",
    ]
    assert appeal["targets"][0]["fax"] == ["+47 017"]


INTERNATIONAL = [
    ("amt@bücher.example", "xn--bcher-kva.example", False),
    ("bank@pаypal.example", "xn--pypal-4ve.example", True),  # the first a is Cyrillic
]


@pytest.mark.parametrize(("address", "ascii_", "mixed"), INTERNATIONAL)
@pytest.mark.parametrize("command", ["show", "render", "send"])
def test_both_forms_of_a_domain(
    run: Program, appeals: Folder, command: str, address: str, ascii_: str, *, mixed: bool
) -> None:
    """P21: an international domain is shown in both of its forms; mixed scripts are named."""
    appeals.add(targets=[{"name": "Office", "email": address}], cc=[address.replace("@", "2@")])
    more = ["--dry-run"] if command == "send" else []

    out = run("--appeals", str(appeals), command, "strike", *more).out

    warning = ", MIXED SCRIPTS" if mixed else ""
    assert f"{address} ({ascii_}{warning})" in out
    assert f"{address.replace('@', '2@')} ({ascii_}{warning})" in out
