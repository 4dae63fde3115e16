"""``send``: what stops it, what it says beforehand, and who is not mailed."""

from typing import Any

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import arrived
from makers.program import Program

SEND = ["send", "strike", *SIGNED]
GAP = "{{ salutation }}\n\nFree them.\nI am ____.\n\n{{ signature }}"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"letter": GAP}, 'line 4: "____"'),
        ({"subject": "For [YOUR NAME]"}, '"[YOUR NAME]"'),
        ({"letter": None, "subject": None, "demands": ["Free them."]}, "line 3: "),
    ],
)
@pytest.mark.parametrize("way", [["--rehearse", "--eml", "kept"], ["--dry-run"], ["-n", "--json"]])
def test_an_unfinished_letter_does_not_go(
    run: Program, appeals: Folder, fields: dict[str, Any], told: str, way: list[str]
) -> None:
    """An unfinished letter ends in 65 with its line on stderr, and nothing of it arrives."""
    appeals.add(targets=SEVERAL, **fields)

    done = run("--appeals", str(appeals), *SEND, *way)

    assert (done.code, done.out) == (65, "")
    assert told in done.err
    assert "1/3" not in done.err
    assert not list(run.cwd.iterdir())


def test_own_words_finish_a_skeleton(run: Program, appeals: Folder) -> None:
    """A skeleton goes once its writer has said something."""
    appeals.add(letter=None, subject=None, demands=["Free them."])

    done = run("--appeals", str(appeals), *SEND, "--rehearse", "--own-words", "I am a weaver.")

    assert done.code == 0
    assert "1 accepted" in done.err


BY_POST = {"name": "Council", "post": ["Town Hall"]}
NOBODY: list[tuple[dict[str, Any], str]] = [
    ({"targets": [BY_POST]}, "not mailed: 1: Council (post)"),
    ({"targets": [BY_POST, BY_POST | {"name": "B"}]}, "not mailed: 2: Council (post), B (post)"),
    ({"targets": [{"name": "A", "phone": "017"}]}, "not mailed: 1: A (phone)"),
    ({"targets": [{"name": "A", "do_not_write": "It harms."}]}, "A: do not write: It harms."),
    ({"targets": [{"lookup": "embassy/KZ"}]}, "not written: add your embassy/KZ"),
    ({"targets": []}, "nobody to write to"),
    ({"targets": [{"name": "A", "email": "jürgen@court.example"}]}, "jürgen@court.example is not"),
]


@pytest.mark.parametrize(("fields", "told"), NOBODY)
def test_nobody_to_write_to(
    run: Program, appeals: Folder, fields: dict[str, Any], told: str
) -> None:
    """P20: where no target can be mailed, exit 69 with how many there are and what way is left."""
    appeals.add(**fields)

    done = run("--appeals", str(appeals), *SEND, "--rehearse")

    assert (done.code, done.out) == (69, "")
    assert told in done.err


def test_those_who_are_not_mailed_are_counted(run: Program, appeals: Folder) -> None:
    """Targets without a mail address do not stop the others, and are named with their ways."""
    others = [BY_POST, {"name": "A", "phone": "017"}, {"lookup": "embassy/KZ"}]
    copies = [{"lookup": "representative"}, "jürgen@issuer.example", "ok@issuer.example"]
    appeals.add(targets=[*SEVERAL, *others], cc=copies)

    done = run("--appeals", str(appeals), *SEND, "--rehearse", "--eml", "kept")

    assert done.code == 0
    assert "not mailed: 2: Council (post), A (phone)" in done.err
    assert "not written: add your embassy/KZ" in done.err
    assert "no copy to representative" in done.err
    assert "jürgen@issuer.example is not mailable" in done.err
    assert {one["Cc"] for one in arrived(run.cwd / "kept")} == {"ok@issuer.example"}


def test_a_dry_run_tells_all(run: Program, appeals: Folder) -> None:
    """P48: a dry run says who would get what from whom, and sends nothing."""
    appeals.add(targets=SEVERAL, cc=["campaign@issuer.example"])

    done = run("--appeals", str(appeals), *SEND, "--dry-run")

    lines = done.out.splitlines()
    assert done.code == 0
    assert lines[0] == "From: aliya@branch.example"
    assert lines.count("Cc: campaign@issuer.example") == 3
    for target in SEVERAL:
        several = target["email"] if isinstance(target["email"], list) else [target["email"]]
        assert all(f"To: {target['name']} <{one}>" in lines for one in several)
    assert lines.count("Free them.") == 1
    assert "3 letters would go, nothing was sent" in done.err


def test_a_dry_run_as_json(run: Program, appeals: Folder) -> None:
    """``send --dry-run --json`` says that it is one, and holds the letters as ``render`` does."""
    appeals.add(targets=SEVERAL)

    data = run("--appeals", str(appeals), *SEND, "--dry-run", "--json").json
    rendered = run("--appeals", str(appeals), "render", "strike", *SIGNED, "--json").json

    assert (data["version"], data["dry_run"]) == (1, True)
    assert data["letters"] == rendered["letters"]


def test_no_appeal_sets_server_or_sender(run: Program, appeals: Folder) -> None:
    """P42: an appeal has no field for server, From or further headers."""
    for field in ("from", "sender", "host", "server", "smtp", "bcc", "reply_to", "headers"):
        appeals.add(field.replace("_", "-"), **{field: "x@stranger.example"})

    done = run("check", str(appeals))

    assert done.code == 65
    for field in ("from", "sender", "host", "server", "smtp", "bcc", "reply_to", "headers"):
        assert f'"{field}"' in done.out


def test_from_is_the_writers_own(run: Program, appeals: Folder) -> None:
    """P42: whatever addresses an appeal holds, From is the writer and the server is our own."""
    issuer = {"name": "Campaign", "email": "campaign@issuer.example"}
    appeals.add(issued_by=issuer, cc=["campaign@issuer.example"])

    run("--appeals", str(appeals), *SEND, "--rehearse", "--eml", "kept")
    [message] = arrived(run.cwd / "kept")

    assert message["From"] == "Aliya Example <aliya@branch.example>"
    assert message["Sender"] is None
    assert message["Reply-To"] is None
