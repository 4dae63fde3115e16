"""``render``: the letters as they will be, drafts, and links."""

import re
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import arrived, plain, text
from makers.program import Program

MODEL = "{{ salutation }}\n\nFree them, [YOUR NAME] asks.\n\n{{ signature }}"


def test_a_letter_goes_to_stdout_and_the_rest_to_stderr(run: Program) -> None:
    """Standard output holds letters and nothing else; what there is to know stands on stderr."""
    done = run("render", "mangistau-oil-strike", "--target", "kazmunaigas", *SIGNED)

    lines = done.out.splitlines()
    assert done.code == 0
    assert lines[0] == "To: KazMunaiGas <doverie@kmg.kz>"
    assert lines[1:4] == [
        "Cc: info@paulmurphymep.eu",
        "Cc: solidar@socialismkz.info",
        "Cc: alex@socdeistvie.info",
    ]
    assert lines[4] == "Subject: Please negotiate with the oil workers of Mangistau"
    assert lines[-1] == "Aliya Example"
    assert "closed" not in done.out
    assert "solidarity" not in done.out
    assert "--letter solidarity" in done.err


def test_several_letters_are_parted_by_a_form_feed(run: Program) -> None:
    """In a pipe, a line with one form feed parts the letters, and none comes first or last."""
    done = run("render", "mangistau-oil-strike", *SIGNED)

    assert len(done.letters) == 5
    assert done.out.split("\n").count("\f") == 4
    assert all(one.startswith("To: ") and one.endswith("Aliya Example") for one in done.letters)


def test_a_piped_letter_is_never_wrapped(run: Program, appeals: Folder) -> None:
    """A paragraph is one line in a pipe, however long it is and however narrow the terminal."""
    paragraph = "word " * 200 + "end."
    appeals.add(letter=f"{{{{ salutation }}}}\n\n{paragraph}\n\n{{{{ signature }}}}")

    done = run("--appeals", str(appeals), "render", "strike", *SIGNED, env={"COLUMNS": "40"})

    assert paragraph in done.out.splitlines()


NAME = ["--name", "Aliya Example"]
BLOCKS: list[tuple[list[str], str]] = [
    (NAME, "Aliya Example"),
    ([*NAME, "--members", "240"], "Aliya Example\nrepresenting 240 members"),
    ([*NAME, "--members", "240 nurses"], "Aliya Example\nrepresenting 240 nurses"),
    (
        [*NAME, "--position", "Chair", "--organisation", "Branch 7", "--place", "Almaty"],
        "Aliya Example\nChair, Branch 7\nAlmaty",
    ),
    ([*NAME, "--place", "Almaty", "--country", "Kazakhstan"], "Aliya Example\nAlmaty, Kazakhstan"),
    (["--name", "{{ 7*7 }}"], "{{ 7*7 }}"),
]


@pytest.mark.parametrize(("flags", "block"), BLOCKS)
def test_the_signature(run: Program, appeals: Folder, flags: list[str], block: str) -> None:
    """P15: the signature holds what the sender says as it stands, and no empty lines."""
    appeals.add()

    done = run("--appeals", str(appeals), "render", "strike", *flags)

    assert done.bodies == [f"To whom it may concern,\n\nFree them.\n\n{block}"]


def test_a_specimen_signs_where_nobody_does(run: Program, appeals: Folder) -> None:
    """Without a name a specimen signs that says so, in the letter and on stderr."""
    appeals.add()
    run.environ["PROTESTMAIL_APPEALS"] = str(appeals)
    without = run("render", "strike")
    half = run("render", "strike", "--organisation", "Branch 7")
    signed = run("render", "strike", *SIGNED)

    assert "Specimen Sender" in without.bodies[0]
    assert "specimen" in without.err
    assert '--name "Your Name"' in without.err
    assert half.bodies[0].endswith("Specimen Sender\nBranch 7")
    assert "pecimen" not in signed.out + signed.err


def test_settings_come_from_the_environment_and_files(run: Program, appeals: Folder) -> None:
    """A flag counts before the environment, the environment before a file that is named."""
    appeals.add()
    file = run.cwd / "me.env"
    file.write_text("PROTESTMAIL_NAME=File\nPROTESTMAIL_PLACE=Oslo\n", "utf-8")
    args = ["--appeals", str(appeals), "render", "strike", "--env-file", str(file)]

    assert run(*args).bodies[0].endswith("File\nOslo")
    assert run(*args, env={"PROTESTMAIL_NAME": "Env"}).bodies[0].endswith("Env\nOslo")
    both = run(*args, "--name", "Flag", env={"PROTESTMAIL_NAME": "Env"})
    assert both.bodies[0].endswith("Flag\nOslo")


def test_a_stray_env_file_is_not_read(run: Program, appeals: Folder) -> None:
    """P41: a .env in the working folder is not read by itself; a hint says how to name it."""
    appeals.add()
    (run.cwd / ".env").write_text("PROTESTMAIL_NAME=Stranger\n", "utf-8")

    done = run("--appeals", str(appeals), "render", "strike")

    assert "Stranger" not in done.out
    assert "--env-file .env" in done.err


def test_what_is_unfinished_is_marked(run: Program, appeals: Folder) -> None:
    """``render`` shows what is unfinished with its line, and ends in 0."""
    appeals.add(letter=MODEL)
    args = ["--appeals", str(appeals), "render", "strike", *SIGNED]
    done = run(*args)
    code, seen = run.on_terminal(*args, "--color", "always")
    data = run(*args, "--json").json

    assert (done.code, code) == (0, 0)
    assert 'line 3: "[YOUR NAME]"' in done.err
    assert "[YOUR NAME]" in done.out
    assert re.search(r"\x1b\[[0-9;]+m\[YOUR NAME\]\x1b\[0m", seen)
    assert 'line 3: "[YOUR NAME]"' in plain(seen)
    assert data["letters"][0]["leftovers"] == [{"line": 3, "column": 12, "text": "[YOUR NAME]"}]


def test_a_skeleton_is_marked_and_filled(run: Program, appeals: Folder) -> None:
    """Demands alone make a letter with a gap, which the writer's own words fill."""
    appeals.add(letter=None, subject=None, demands=["Free them.", "Pay them."])
    words = run.cwd / "words.txt"
    words.write_text("I have been a weaver for ten years.\r\n", "utf-8")
    args = ["--appeals", str(appeals), "render", "strike", *SIGNED]
    empty, filled = run(*args), run(*args, "--own-words", f"@{words.name}")

    assert (empty.code, filled.code) == (0, 0)
    assert "unfinished" in empty.err
    assert "unfinished" not in filled.err
    assert "\n\nI have been a weaver for ten years.\n\n" in filled.bodies[0]
    assert all(demand in filled.bodies[0] for demand in ("Free them.", "Pay them."))


@pytest.mark.parametrize("args", [["render"], ["send", "--rehearse"]])
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": "closed", "closed": "2026-02-01", "outcome": "Over."}, "closed"),
        ({"status": "lost", "closed": "2026-02-01", "outcome": "Over."}, "lost"),
        ({"status": "paused"}, "paused"),
        ({"send_before": "2026-01-02"}, "2026-01-02"),
    ],
)
def test_an_appeal_that_is_over(
    run: Program, appeals: Folder, args: list[str], fields: dict[str, str], told: str
) -> None:
    """An appeal that is not to be answered is rendered and rehearsed, saying so on stderr."""
    appeals.add(**fields)

    done = run("--appeals", str(appeals), args[0], "strike", *args[1:], *SIGNED)

    assert done.code == 0
    assert "Free them." in done.out
    assert any(
        told in line and re.search("sent (yet|any more)", line) for line in done.err.splitlines()
    )
    assert "sent any more" not in done.out


def test_an_active_appeal_says_nothing(run: Program, appeals: Folder) -> None:
    """An appeal that can be answered gives no word on stderr but how much of it is one's own."""
    appeals.add(send_before="2999-01-01")

    err = run("--appeals", str(appeals), "render", "strike", *SIGNED, "--own-words", "I care.").err

    assert err == "2 of 11 words are your own (18 %)\n"


LETTERS: list[tuple[list[str], list[str]]] = [
    (["practice-letter"], ["Dear Director,", "Madame la Ministre,", "To whom it may concern,"]),
    (["practice-letter", "--target", "ministry-of-ports"], ["Madame la Ministre,"]),
    (
        ["practice-letter", "--target", "ministry-of-ports", "--language", "en"],
        ["Dear Minister,"],
    ),
    (["mangistau-oil-strike", "--letter", "solidarity"], ["Dear friends,"]),
    (
        ["mangistau-oil-strike", "--language", "ru", "--target", "kazmunaigas"],
        ["Уважаемые дамы и господа!"],
    ),
]


@pytest.mark.parametrize(("args", "openings"), LETTERS)
def test_choosing_letters(run: Program, args: list[str], openings: list[str]) -> None:
    """Target, letter and language choose what is written; else each target gets its own."""
    done = run("render", *args, *SIGNED)

    assert done.code == 0
    assert len(done.bodies) == len(openings)
    for body, opening in zip(done.bodies, openings, strict=True):
        assert body.startswith(opening)


def test_letters_as_json(run: Program) -> None:
    """``render --json`` has a version and, for each letter, the stable keys."""
    data = run("render", "practice-letter", "--json", *SIGNED).json
    piped = run("render", "practice-letter", *SIGNED)

    keys = (
        "appeal letter kind language targets to cc cc_by_post cc_by_hand not_mailable "
        "attachments subject body leftovers"
    )
    assert data["version"] == 1
    assert [list(one) for one in data["letters"]] == [keys.split()] * 3
    assert [one["body"] for one in data["letters"]] == piped.bodies
    office = {"name": "Example Harbour Company", "address": "office@harbour.example"}
    assert data["letters"][0]["to"] == [office | {"ascii": "office@harbour.example"}]


def drafts(program: Program, *args: str) -> Path:
    done = program("render", *args, "--eml", "drafts", *SIGNED)
    assert done.code == 0, done.err
    folder = program.cwd / "drafts"
    assert sorted(done.out.split()) == sorted(f"drafts/{one.name}" for one in folder.iterdir())
    return folder


def test_drafts(run: Program) -> None:
    """P26: drafts have plain names, mode 0600, X-Unsent, and say what the letter says."""
    folder = drafts(run, "mangistau-oil-strike")
    files = list(folder.iterdir())
    bodies = run("render", "mangistau-oil-strike", *SIGNED).bodies

    assert len(files) == 5
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}-\d+\.eml", one.name) for one in files)
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert [text(one) for one in arrived(folder)] == bodies
    assert all(one["X-Unsent"] == "1" and one["Bcc"] is None for one in arrived(folder))


def test_drafts_replace_nothing(run: Program) -> None:
    """P27: a draft that is there is kept, and none of the others is written, without --force."""
    folder = drafts(run, "practice-letter")
    first, second = sorted(folder.iterdir())
    second.write_bytes(b"mine")
    first.unlink()
    again = ["render", "practice-letter", "--eml", "drafts", *SIGNED]

    refused = run(*again)

    assert (refused.code, refused.out) == (2, "")
    assert second.name in refused.err
    assert [second.read_bytes(), first.exists()] == [b"mine", False]
    assert run(*again, "--force").code == 0
    assert len(arrived(folder)) == 2
    assert b"mine" not in second.read_bytes()


def test_links(run: Program, appeals: Folder) -> None:
    """``--mailto`` gives one link a line that says what the letter says, its length on stderr."""
    appeals.add(
        targets=SEVERAL,
        cc=["campaign@issuer.example"],
        subject="A & B = 100% ?",
        letter=MODEL.replace("[YOUR NAME]", "Aliya"),
    )
    args = ["--appeals", str(appeals), "render", "strike", *SIGNED]
    done, bodies = run(*args, "--mailto"), run(*args).bodies
    links = [urlsplit(line) for line in done.out.splitlines()]

    assert [link.path for link in links] == [
        "office@ministry.example",
        "clerk@court.example,judge@court.example",
        "owner@mill.example",
    ]
    for link, line, body in zip(links, done.out.splitlines(), bodies, strict=True):
        query = parse_qs(link.query, strict_parsing=True)
        assert query["subject"] == ["A & B = 100% ?"]
        assert query["cc"] == ["campaign@issuer.example"]
        assert query["body"][0].replace("\r\n", "\n") == body
        assert f"{len(line)} characters" in done.err


def test_links_that_would_be_cut(run: Program) -> None:
    """A link that a mail program would cut is not given; its fields are, to copy."""
    args = ["render", "mangistau-oil-strike", "--target", "kazmunaigas", *SIGNED]

    done = run(*args, "--mailto")

    assert (done.code, done.out) == (0, run(*args).out)
    assert "mailto:" not in done.out
    assert re.search(r"the link has \d{4} characters", done.err)


HAND_WRITTEN: list[tuple[list[dict[str, Any]], str]] = [
    ([], "nobody: no target here gets"),
    ([{"name": "Council", "post": ["Town Hall", "Street 1"]}], "Town Hall, Street 1"),
    ([{"name": "Council", "fax": "017"}], "by fax: 017"),
]


@pytest.mark.parametrize(("targets", "told"), HAND_WRITTEN)
def test_letters_that_no_mail_carries(
    run: Program, appeals: Folder, targets: list[dict[str, Any]], told: str
) -> None:
    """A letter without an e-mail address is ordinary: it is printed with the way it can go."""
    appeals.add(targets=targets)

    done = run("--appeals", str(appeals), "render", "strike", *SIGNED)

    assert done.code == 0
    assert told in done.out.splitlines()[0]
    assert done.bodies[0].endswith("Aliya Example")


BY_HAND = [
    {"name": "Parent", "fax": "+48 61 555 74 67"},
    {"name": "Embassy", "web": "https://embassy.example/contact"},
    {"name": "Union", "social": "@union"},
]


def test_copies_by_every_channel(run: Program, appeals: Folder) -> None:
    """P67: a copy that no e-mail carries is told by every way out, and named on no page."""
    appeals.add(cc=BY_HAND)
    ways = (), ("--print",), ("--json",)
    shown, printed, data = (
        run("--appeals", str(appeals), "render", "strike", *SIGNED, *way) for way in ways
    )
    sent = run("--appeals", str(appeals), "send", "strike", *SIGNED, "--dry-run")

    for name, way in (("Parent", "fax"), ("Embassy", "web"), ("Union", "social media")):
        assert f"Cc by {way}: {name}" in shown.out
        assert f"a copy goes by {way}: {name}" in printed.err
        assert f"no copy to {name} by e-mail: it goes by {way}" in sent.err
        assert name not in printed.out
    [letter] = data.json["letters"]
    assert [one["name"] for one in letter["cc_by_hand"]] == ["Parent", "Embassy", "Union"]


IN_TWO = [
    {
        "id": "protest",
        "language": tag,
        "subject": "S",
        "body": "{{ salutation }}\n\n{{ signature }}",
    }
    for tag in ("ka", "tr")
]


@pytest.mark.parametrize("command", [("render",), ("send", "--dry-run")])
def test_which_languages_there_are(run: Program, appeals: Folder, command: tuple[str, ...]) -> None:
    """A letter's other languages are told with the option; once, where it has English of ours."""
    appeals.add(letters=IN_TWO, subject=None, letter=None)
    name, *more = command
    base = ("--appeals", str(appeals), name, "strike", *SIGNED, *more)
    georgian, turkish = run(*base), run(*base, "--language", "tr")

    assert "also in tr: --language tr" in georgian.err
    assert georgian.err.count("knows no words of that language") == 1
    assert "also in ka: --language ka" in turkish.err
    assert "knows no words" not in turkish.err
