"""The screen: narrow and wide, coloured and plain, and never steered by strangers."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import SEVERAL, SIGNED, Folder
from makers.output import CONTROL, HOSTILE, MARKUP, plain, rows
from makers.program import APPEALS, Program

P = "practice-letter"
COPY = "a-rather-long-address@issuer.example"
ADDRESSES = [
    *("office@ministry.example", "clerk@court.example", "judge@court.example"),
    *("owner@mill.example", COPY),
]


def clean(out: str) -> bool:
    """Say whether nothing in an output could steer a terminal."""
    return not CONTROL.search(out.replace("\n\f\n", "\n"))


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize(
    "command", [["show"], ["render"], ["send", "-n"], ["send", "--rehearse"]], ids=" ".join
)
def test_addresses_stand_whole(
    run: Program, appeals: Folder, columns: int, command: list[str]
) -> None:
    """P30: on a terminal of any width, each recipient's address stands whole in one row."""
    targets = [one | {"name": f"The {one['name']} of a Faraway Region"} for one in SEVERAL]
    copies: list[Any] = [{"name": "The Campaign for the Release", "email": COPY}]
    appeals.add(targets=targets, cc=[*copies, "x" + COPY])

    code, seen = run.on_terminal(
        *("--appeals", str(appeals), command[0], "strike", *command[1:]),
        *(() if command == ["show"] else SIGNED),
        columns=columns,
    )
    shown = rows(seen, columns)

    assert code == 0
    for address in [*ADDRESSES, "x" + COPY]:
        assert [row for row in shown if re.search(rf"(^|[\s<]){re.escape(address)}", row)], address


@pytest.mark.parametrize(
    "args",
    [
        ["list", "--all"],
        ["show", "mangistau-oil-strike"],
        ["render", P],
        ["send", P, "--rehearse", "--plain"],
        ["show", "zzz"],
    ],
    ids=" ".join,
)
def test_words_stay_whole(run: Program, args: list[str]) -> None:
    """P30: no line runs past the edge of the terminal, and no word is broken over two rows.

    A command to be typed stays in one line, to be copied from there, however long it is.
    """
    wide = plain(run.on_terminal(*args, columns=1000)[1])
    varying = r"\d\d:\d\d:\d\d|appeal|title|in|letters|to"  # the time, a table's header
    words = {word for word in wide.split() if len(word) < 36 and not re.fullmatch(varying, word)}

    assert len(words) > 5
    for columns in (40, 80, 200):
        seen = plain(run.on_terminal(*args, columns=columns)[1])
        lines = [one for one in seen.split("\n") if not one.lstrip().startswith("protestmail ")]
        assert max(map(len, lines)) <= columns
        assert not words - set(seen.split())


def test_nothing_is_cut(run: Program, appeals: Folder) -> None:
    """``list`` on a narrow terminal says as much as on a wide one, without an ellipsis."""
    title = "Release the " + "very " * 30 + "long-suffering lawyers"
    appeals.add("an-id-" + "x" * 40, title=title)

    for columns in (40, 80, 200):
        seen = plain(run.on_terminal("--appeals", str(appeals), "list", columns=columns)[1])
        assert "…" not in seen
        assert "an-id-" + "x" * 40 in seen.replace("\n", "").replace(" ", "")
        assert seen.count("very") == 30


SWITCHES: list[tuple[list[str], dict[str, str], bool, bool]] = [
    # flags, environment, coloured on a terminal, coloured in a pipe
    ([], {}, True, False),
    ([], {"NO_COLOR": "1"}, False, False),
    ([], {"NO_COLOR": ""}, True, False),
    ([], {"TERM": "dumb"}, False, False),
    ([], {"FORCE_COLOR": "1"}, True, True),
    ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    (["--color", "never"], {"FORCE_COLOR": "1"}, False, False),
    (["--color", "always"], {"NO_COLOR": "1"}, True, True),
    (["--color", "always"], {"TERM": "dumb"}, True, True),
    (["--color", "auto"], {}, True, False),
]


@pytest.mark.parametrize(("flags", "env", "seen", "piped"), SWITCHES)
def test_colour(
    run: Program, flags: list[str], env: dict[str, str], *, seen: bool, piped: bool
) -> None:
    """One switch colours everything or nothing: on a terminal, in a pipe, before or after."""
    for args in (["show", P], ["render", P, "--name", "A@b"]):
        told = run.on_terminal(*args, *flags, env=env)[1]
        assert ("\x1b[" in told) == seen, (args, told[:200])
    done = run(*flags, "render", P, "--own-words", "[YOUR NAME]", env={"TERM": "xterm"} | env)
    assert ("\x1b[" in done.out) == ("\x1b[" in done.err) == piped


@pytest.mark.parametrize("args", [["list", "--all"], ["show", P], ["list", "--json"]], ids=" ".join)
@pytest.mark.parametrize("env", [{"FORCE_COLOR": "1"}, {"COLUMNS": "20"}])
def test_records_are_for_programs(run: Program, args: list[str], env: dict[str, str]) -> None:
    """A pipe gets the same records whatever the environment says: no colour, no wrapping."""
    usual = run(*args)

    assert run(*args, env=env).out == usual.out
    assert "\x1b" not in usual.out


@pytest.mark.parametrize("where", ["before", "after"])
def test_plain(run: Program, where: str) -> None:
    """--plain, before or after the command, draws nothing: no boxes, no bars, no columns."""
    around = (["--plain"], []) if where == "before" else ([], ["--plain"])
    args = [*around[0], "send", P, "--rehearse", *SIGNED, *around[1]]
    seen = run.on_terminal(*args, "--color", "never", columns=200)[1]
    listed = run.on_terminal(*around[0], "list", *around[1], columns=200)[1]

    assert "\x1b" not in seen
    assert "\r" not in seen
    assert "2/2 sent" in seen
    assert f"{P} · open · 3 targets: e-mail, post, phone" in plain(listed).splitlines()
    assert not re.search("[\u2500-\u259f]", seen + listed)


def test_words_carry_the_meaning(run: Program) -> None:
    """What colour says, words say as well: state, marks and mistakes."""
    args = ["send", "mangistau-oil-strike", "--rehearse", *SIGNED, "--color", "never"]
    seen = run.on_terminal(*args, "--plain")[1]

    assert seen.count("accepted") == 6
    assert "closed since 2011-12-16" in " ".join(seen.split())


@pytest.mark.parametrize("columns", [60, 80])
def test_a_list_takes_two_lines_an_entry(run: Program, columns: int) -> None:
    """A list on a usual terminal: how to call an appeal and how it stands, then its title."""
    seen = plain(run.on_terminal("list", "--status", "won", columns=columns)[1]).splitlines()

    assert seen[:2] == [
        "kuramshin-freed · won 2012-08-29 · KZ · no targets",
        "  Vadim Kuramshin is free, with thanks to all who wrote",
    ]


def test_a_style_is_given_once(run: Program) -> None:
    """A line in one style is one piece, not a letter at a time, which readers would spell."""
    seen = run.on_terminal("show", P, "--color", "always")[1]

    assert not re.search(r"\x1b\[0m\x1b\[\d+m\w\x1b\[0m\x1b\[\d+m\w\x1b", seen)


def test_states_have_their_colour(run: Program) -> None:
    """Where there is colour, it is on the very word that tells the state, in its own colour."""
    seen = run.on_terminal("send", P, "--rehearse", *SIGNED, "--color", "always")[1]
    listed = run.on_terminal("list", "--all", "--color", "always")[1]

    assert re.search(r"\x1b\[(?:1;)?32maccepted\x1b", seen)
    assert re.search(r"\x1b\[(?:1;)?32mwon\x1b", listed)


def test_markup_is_text(run: Program, appeals: Folder) -> None:
    """P29: rich's markup in any field is shown literally, on a terminal and in a pipe."""
    appeals.add(
        title=MARKUP,
        summary=MARKUP,
        subject=MARKUP,
        letter=f"{{{{ salutation }}}}\n\n{MARKUP}\n\n{{{{ signature }}}}",
        demands=[MARKUP],
        targets=[{"name": MARKUP, "id": "office", "email": "office@ministry.example"}],
        cc=[{"name": MARKUP, "email": "copy@issuer.example"}],
        risk=MARKUP,
    )
    start = ["--appeals", str(appeals)]
    expected = {"list": 1, "show": 7, "render": 4, "send": 4}

    for command, count in expected.items():
        more = {"list": [], "show": ["strike"], "send": ["strike", "--rehearse", *SIGNED]}
        args = [*start, command, *more.get(command, ["strike", *SIGNED])]
        piped = run(*args)
        code, seen = run.on_terminal(*args, "--color", "always", columns=200)
        assert (piped.code, code) == (0, 0)
        assert piped.out.count(MARKUP) >= count
        assert plain(seen).count(MARKUP) >= count


@pytest.mark.parametrize(
    "args",
    [
        ["show", MARKUP],
        [MARKUP],
        ["check", MARKUP],
        ["render", P, "--name", f"{MARKUP}@"],
        ["render", P, "--name", MARKUP],
    ],
    ids=lambda one: " ".join(one)[:30],
)
def test_markup_in_arguments(run: Program, args: list[str]) -> None:
    """P29: markup in an argument never fails, and is told as it stands where it is told."""
    piped = run(*args)
    code, seen = run.on_terminal(*args, "--color", "always", columns=200)
    told = args[-1] != f"{MARKUP}@"

    assert code == piped.code != 70
    assert (MARKUP in piped.out + piped.err) == told
    assert (MARKUP in plain(seen)) == told


ARGUMENTS: list[list[str]] = [
    [HOSTILE],
    [f"--{HOSTILE}"],
    ["--color", HOSTILE],
    ["--appeals", HOSTILE, "list"],
    ["list", "--status", HOSTILE],
    ["list", "--country", HOSTILE],
    ["list", "--topic", HOSTILE, "--all"],
    ["show", HOSTILE],
    ["show", f"./{HOSTILE}.yaml"],
    ["show", P, HOSTILE],
    ["check", HOSTILE],
    ["check", HOSTILE, "--json"],
    ["new", HOSTILE],
    *([["render", P, f"--{name}", HOSTILE] for name in ("name", "organisation", "address")]),
    *([["render", P, f"--{name}", HOSTILE] for name in ("target", "letter", "language")]),
    *([["render", P, f"--{name}", HOSTILE] for name in ("as", "env-file", "own-words")]),
    ["render", P, "--own-words", f"@{HOSTILE}"],
    ["render", P, "--eml", "x", "--email", f"{HOSTILE}@branch.example"],
    ["render", P, "--eml", HOSTILE, *SIGNED],
    ["send", P, "--rehearse", "--eml", HOSTILE, *SIGNED],
]


@pytest.mark.parametrize("args", ARGUMENTS, ids=lambda one: ascii(" ".join(one))[:60])
def test_hostile_arguments(run: Program, args: list[str]) -> None:
    """P28: what steers a terminal does not come out again."""
    done = run(*args)

    assert clean(done.out + done.err)
    assert done.code != 70


@pytest.mark.parametrize("args", ARGUMENTS[::4], ids=lambda one: ascii(" ".join(one))[:60])
def test_hostile_arguments_on_a_terminal(run: Program, args: list[str]) -> None:
    """P28: nor does it come out on a terminal, where long lines take another way."""
    _, seen = run.on_terminal(*args, "--plain", env={"TERM": "dumb"}, columns=40)

    assert "\ufffd" in seen or "\\x1b" in seen
    assert clean(seen)


@pytest.mark.parametrize("name", ["PROTESTMAIL_NAME", "PROTESTMAIL_APPEALS", "PROTESTMAIL_PLACE"])
def test_a_hostile_environment(run: Program, name: str) -> None:
    """P28: nor does it come out of the environment."""
    done = run("render", P, env={name: HOSTILE})

    assert done.code in {66, 78}
    assert clean(done.out + done.err)


def test_a_hostile_profile(run: Program) -> None:
    """P28: nor out of a file of settings."""
    file = run.cwd / "me.env"
    file.write_text(f"PROTESTMAIL_{HOSTILE}=x\nPROTESTMAIL_NAMES{HOSTILE}=y\n", "utf-8")

    done = run("render", P, "--env-file", "me.env")

    assert clean(done.out + done.err)
    assert done.code != 70


FIELDS: dict[str, Any] = {
    "title": HOSTILE,
    "status": HOSTILE,
    "issued": HOSTILE,
    "summary": HOSTILE,
    "country": HOSTILE,
    "language": HOSTILE,
    "subject": HOSTILE,
    "letter": f"{{{{ salutation{HOSTILE} }}}} {{{{ signature }}}}",
    "demands": [HOSTILE],
    "risk": HOSTILE,
    "topics": [HOSTILE],
    "targets": [{"name": HOSTILE, "email": f"{HOSTILE}@x.example", "letter": HOSTILE}],
    "cc": [HOSTILE],
    "supersedes": HOSTILE,
    "attachments": [{"file": HOSTILE, "sha256": HOSTILE}],
    f"key{HOSTILE}": "x",
}


@pytest.fixture
def hostile(appeals: Folder) -> Folder:
    """Give a folder with an appeal for each field that holds what a stranger would put there."""
    for number, (field, value) in enumerate(FIELDS.items()):
        appeals.add(f"f{number}", **{field: value})
    return appeals


@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["list", "--all"]])
def test_hostile_files(run: Program, hostile: Folder, command: list[str]) -> None:
    """P28: nothing of a hostile file steers a terminal, and each of its fields is refused."""
    start = ["--appeals", str(hostile), *command]
    piped = run(*start)
    code, seen = run.on_terminal(*start, "--plain", env={"TERM": "dumb"}, columns=1000)

    assert clean(piped.out + piped.err)
    assert clean(seen)
    assert piped.code == code == (65 if command[0] == "check" else 0)
    told = piped.out + piped.err
    complained = {number for number in range(len(FIELDS)) if f"f{number}.yaml" in told}
    some = {list(FIELDS).index(field) for field in ("subject", "letter", "cc")}
    missing = set(range(len(FIELDS))) - complained
    assert missing <= (set() if command[0] == "check" else some)


def test_a_hostile_appeal(run: Program, hostile: Folder) -> None:
    """P28: an appeal with hostile text is not shown, rendered or sent, but complained of."""
    every = [["render", f"f{number}"] for number in range(len(FIELDS))]

    for args in (*every, ["show", "f0"], ["send", "f0", "--rehearse"]):
        done = run("--appeals", str(hostile), *args)
        assert clean(done.out + done.err)
        assert (done.code, done.out) == (65, ""), args


NAMES = [
    (HOSTILE.encode() + b".yaml", ""),
    (b"caf\xe9\x9b31m.yaml", ""),
    (b"caf\xe9\x9b31m.yaml", "utf-8:strict"),
]


@pytest.mark.parametrize(("name", "encoding"), NAMES)
def test_hostile_file_names(run: Program, appeals: Folder, name: bytes, encoding: str) -> None:
    """P28: a file's name is cleaned like everything else, bytes that are no UTF-8 included."""
    sound = appeals.add()
    file = appeals.path / os.fsdecode(name)
    file.write_bytes(sound.read_bytes())
    env = {"PYTHONIOENCODING": encoding}
    start = ["--appeals", str(appeals)]

    for args in (["list"], ["check"], ["check", "--json"]):
        done = run(*start, *args, env=env)
        assert clean(done.out + done.err), args
        assert done.code == {"list": 0, "check": 65}[args[0]], done.err
    asked = run("show", bytes(file), env=env)
    assert asked.code == 65
    assert clean(asked.out + asked.err)


def test_a_hostile_folder(run: Program, tmp_path: Path) -> None:
    """P28: the name of a folder shows up in JSON, too, and is escaped there."""
    folder = Folder(tmp_path / HOSTILE.replace("/", ""))
    folder.add()

    done = run("--appeals", str(folder), "list", "--json")

    assert done.json["appeals"][0]["file"] == str(folder.path / "strike.yaml")
    assert clean(done.out)
    assert done.out.isascii()


def test_a_hostile_server(run: Program) -> None:
    """P28: a server's reply is cleaned wherever it is shown, its markup left as it stands."""
    prelude = f"""
from protestmail.sending import rehearsal
class Hostile(rehearsal._Handler):
    async def handle_DATA(self, *given):
        await super().handle_DATA(*given)
        return ("250 " + {MARKUP!r} + {HOSTILE!r}).encode()
rehearsal._Handler = Hostile
"""
    piped = run("send", P, "--rehearse", *SIGNED, prelude=prelude)
    data = run("send", P, "--rehearse", "--json", *SIGNED, prelude=prelude)

    assert (piped.code, data.code) == (0, 0)
    assert clean(piped.out + piped.err)
    assert piped.out.count(MARKUP) == 2
    assert clean(data.out)


def test_check_reads_well(run: Program) -> None:
    """``check`` says at any width how many files it has read, and what it makes of them."""
    for columns in (40, 80, 200):
        code, seen = run.on_terminal("check", str(APPEALS), columns=columns)
        assert (code, plain(seen)) == (0, "14 files: no mistakes\n")


def test_json_is_the_same_everywhere(run: Program) -> None:
    """``--json`` on a terminal is the JSON of a pipe: nothing wraps or colours it."""
    for args in (["list", "--json"], ["show", P, "--json"], ["render", P, "--json", *SIGNED]):
        seen = run.on_terminal(*args, "--color", "always", columns=40)[1]
        data = seen[seen.index("{") : seen.rindex("}") + 1]
        assert json.loads(data) == run(*args).json
