"""``directories``: what is listed, what is added and how, which mistakes are found."""

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makers.appeals import Folder
from makers.output import CONTROL, HOSTILE
from makers.program import APPEALS, Program
from protestmail.appeals import directories
from protestmail.errors import InvalidAppeal

KZ = "embassy/KZ:\n  name: The embassy\n  email: kz@embassy.example\n"
ADD = ("contacts", "add", "union", "--name", "Union")


@pytest.fixture
def own(run: Program) -> Path:
    """Give the path of the writer's contacts; nothing is there."""
    return Path(run.environ["XDG_CONFIG_HOME"]) / "protestmail" / "contacts.yaml"


def known(own: Path, text: str) -> None:
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(text, "utf-8")


def test_no_contacts_yet(run: Program, own: Path) -> None:
    """Without a file, or with notes only, the list is empty and says how to begin."""
    for _ in range(2):
        done = run("contacts")
        assert (done.code, done.out) == (0, "")
        assert done.err == f"{own} holds no contacts yet: protestmail contacts add embassy/KZ\n"
        known(own, "# mine\n")
    assert run("contacts", "--json").json == {"version": 1, "file": str(own), "contacts": []}


def test_the_list(run: Program, own: Path) -> None:
    """In a pipe a contact is a record, sorted; on a terminal every address stands whole."""
    known(own, "union: {name: Union, phone: ['017', '018'], post: [Hall, Town]}\n" + KZ)

    done = run("contacts")
    code, seen = run.on_terminal("contacts", columns=40)

    assert done.records == [
        ["embassy/KZ", "The embassy", "e-mail: kz@embassy.example"],
        ["union", "Union", "post: Hall, Town; phone: 017; phone: 018"],
    ]
    assert code == 0
    assert seen == (
        "embassy/KZ: The embassy\n  e-mail: kz@embassy.example\n"
        "union: Union\n  post: Hall, Town\n  phone: 017\n  phone: 018\n"
    )


def test_the_list_as_json(run: Program, own: Path) -> None:
    """``contacts --json`` has the fields of the file, and the lookup."""
    known(own, KZ)
    (one,) = run("contacts", "--json").json["contacts"]

    assert (one["lookup"], one["name"]) == ("embassy/KZ", "The embassy")
    assert (one["email"], one["post"], one["checked"]) == (["kz@embassy.example"], [], None)


def test_add_by_flags(run: Program, own: Path) -> None:
    """What is given is written at the end, for the writer only, and shown; the rest stays."""
    before = "# mine\n" + KZ.replace("\n", "  # note\n", 1) + "# the end"
    known(own, before)
    own.chmod(0o644)
    args = (
        "--email",
        "u@union.example",
        "--post",
        "Hall: 1",
        "--post",
        "Town",
        "--phone",
        "+49 17",
    )

    done = run(*ADD, *args)

    block = (
        "union:\n  name: Union\n  email: u@union.example\n"
        '  post:\n    - "Hall: 1"\n    - Town\n  phone: "+49 17"\n'
    )
    assert (done.code, done.out) == (0, block)
    assert done.err == f"{own} has it now; only you can read it\n"
    assert own.read_text() == f"{before}\n{block}"
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert [record[0] for record in run("contacts").records] == ["embassy/KZ", "union"]


def test_the_first_contact_makes_file_and_folder(run: Program, own: Path) -> None:
    """Folder and file are made for nobody else, whatever the umask; nothing else is left there."""
    done = run(*ADD, "--phone", "017", prelude="import os; os.umask(0)")

    assert done.code == 0, done.err
    assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert list(own.parent.iterdir()) == [own]


def test_a_link_is_written_through(run: Program, own: Path, tmp_path: Path) -> None:
    """Contacts that are kept elsewhere, and linked to, are written there."""
    kept = tmp_path / "kept.yaml"
    kept.write_text(KZ)
    own.parent.mkdir(parents=True)
    own.symlink_to(kept)

    assert run(*ADD, "--phone", "017").code == 0
    assert own.is_symlink()
    assert kept.read_text().startswith(KZ + "union:")


def test_the_questions(run: Program, own: Path) -> None:
    """At a terminal, what is not given is asked for, until there is a name and a channel."""
    with run.dialogue("contacts", "add", "embassy/KZ") as talk:
        talk.expect("Name")
        talk.type("")
        talk.expect("Name")
        talk.type("The embassy")
        for question in ("E-mail", "Postal", "Telephone"):
            talk.expect(question)
            talk.type("")
        talk.expect("there must be a way to reach them")
        talk.expect("E-mail")
        talk.type("kz at embassy.example")
        talk.expect('did you mean "kz@embassy.example"?')
        talk.type("kz@embassy.example")
        talk.expect("Postal")
        talk.type("1 Street")
        talk.expect("Postal")
        talk.type("Town")
        talk.expect("Postal")
        talk.type("")
        talk.expect("Telephone")
        talk.type("")
        talk.expect("has it now")
        assert talk.end() == 0

    assert own.read_text() == KZ + "  post:\n    - 1 Street\n    - Town\n"


def test_pasted_lines(run: Program, own: Path) -> None:
    """A postal address that is pasted whole keeps its lines; a name that is pasted has one."""
    with run.dialogue("contacts", "add", "embassy/KZ") as talk:
        talk.expect("Name")
        talk.press(b"The\nembassy\n")
        talk.expect("E-mail")
        talk.type("kz@embassy.example")
        talk.expect("Postal")
        talk.press(b"1 Street\n\nTown\n")
        talk.expect("Postal")
        talk.expect("Postal")
        talk.expect("Postal")
        talk.type("")
        talk.expect("Telephone")
        talk.type("")
        talk.expect("has it now")
        assert talk.end() == 0

    assert own.read_text() == KZ + "  post:\n    - 1 Street\n    - Town\n"


def test_only_what_is_missing_is_asked(run: Program, own: Path) -> None:
    """With a channel given, only the name is asked for."""
    with run.dialogue("contacts", "add", "union", "--phone", "017") as talk:
        talk.expect("Name")
        talk.type("Union")
        talk.expect("has it now")
        assert talk.end() == 0

    assert own.read_text() == "union:\n  name: Union\n  phone: 017\n"


REFUSED = [
    (ADD, "a contact needs a name, and a way to reach them", "say --name, and --email, --post"),
    (("contacts", "add", "union", "--phone", "1"), "a contact needs a name", "say --name"),
    (
        ("contacts", "add", "embassy/kz", "--name", "A", "--phone", "1"),
        '"embassy/kz" should be a lookup',
        "such as embassy/KZ or representative",
    ),
    (
        (*ADD, "--email", "u at union.example"),
        'nothing was written: "u at union.example" is not an e-mail address',
        'did you mean "u@union.example"?',
    ),
    (
        (*ADD, "--phone", "1", "--salutation", "Dear\x07 all"),
        'nothing was written: "salutation" holds a control',
        "write it in one plain line",
    ),
    (
        (*ADD, "--post", "a\x1bb"),
        'nothing was written: "post" holds a control',
        "",
    ),
]


@pytest.mark.parametrize(("args", "told", "hint"), REFUSED)
def test_what_is_not_added(
    run: Program, own: Path, args: tuple[str, ...], told: str, hint: str
) -> None:
    """What would not be sound is refused with exit 2 and a way out, and nothing is written."""
    done = run(*args)

    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert hint in done.err
    assert not own.exists()


def test_what_is_there_already(run: Program, own: Path) -> None:
    """A lookup that is there is not written a second time: its line is told."""
    known(own, "# mine\n" + KZ)

    done = run("contacts", "add", "embassy/KZ", "--name", "Another", "--phone", "1")

    assert done.code == 2
    assert done.err == f"protestmail: {own}:2: embassy/KZ is there already\n  change it there\n"
    assert own.read_text() == "# mine\n" + KZ


@pytest.mark.parametrize("text", [KZ + "...\n", "{embassy/KZ: {name: A, post: B}}", "  union2: x"])
def test_a_file_that_nothing_can_be_added_to(run: Program, own: Path, text: str) -> None:
    """Where a block at the end could not be read again, the file is left as it is."""
    known(own, text)

    done = run(*ADD, "--phone", "1")

    assert done.code in {2, 65}
    assert own.read_text() == text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=30), st.lists(st.text(min_size=1, max_size=12), max_size=3))
def test_what_is_written_is_read_again(tmp_path: Path, name: str, post: list[str]) -> None:
    """Whatever is typed: the file says it, or it is refused; nothing turns into another field."""
    path = tmp_path / "contacts.yaml"
    fields = {"name": [name.strip()], "post": [one.strip() for one in post]}
    try:
        path.write_bytes(directories.appended(path, "union", fields))
    except InvalidAppeal:
        return
    (one,) = directories.read(path)["union"].known
    path.unlink()

    assert [one.name] == fields["name"]
    assert list(one.post) == fields["post"]
    assert one.channels == ("post",)


def test_check(run: Program, own: Path, appeals: Folder) -> None:
    """``contacts check`` finds the mistakes of contacts and directories: 65, else 0."""
    path = appeals.path / "directory" / "embassy" / "kz.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("DE: {name: A, emial: x, post: B}\n")
    known(own, "union: {name: A}\n")

    done = run("--appeals", str(appeals), "contacts", "check")
    data = run("--appeals", str(appeals), "contacts", "check", "--json").json

    assert done.code == 65
    nowhere = "the contact says nowhere to write to (add email, post, fax, phone, web or social)"
    assert done.out.splitlines() == [
        f"{own}:1:8: {nowhere}",
        f'{path}:1:1: "embassy/kz" should be a lookup (such as embassy/KZ or representative)',
        f'{path}:1:15: there is no field "emial" in "DE" (did you mean "email"?)',
    ]
    assert done.err == "2 files: 3 mistakes\n"
    assert [one["line"] for one in data["problems"]] == [1, 1, 1]
    known(own, KZ)
    assert run("contacts", "check").err == "2 files: no mistakes\n"


def test_check_of_a_folder_of_appeals(run: Program, appeals: Folder) -> None:
    """``check`` takes no directory for appeals, and checks it with its folder, or by its path."""
    appeals.add()
    path = appeals.path / "directory" / "embassy" / "KZ.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("DE: {name: A, post: B}\n")

    sound = run("check", appeals.path)
    path.write_text("DE: {name: A}\n")

    assert (sound.code, sound.err) == (0, "2 files: no mistakes\n")
    assert run("check", appeals.path).out.startswith(f"{path}:1:5: the contact says nowhere")
    assert run("check", path).out.startswith(f"{path}:1:5: the contact says nowhere")
    assert run("--appeals", str(appeals), "list").records[0][0] == "strike"


def test_an_appeal_in_a_folder_named_directory(run: Program, tmp_path: Path) -> None:
    """An appeal below a folder that happens to be named like a directory is an appeal."""
    folder = tmp_path / "directory"
    folder.mkdir()
    path = Folder(folder / "appeals").add()

    assert run("check", path).code == 0


def test_the_directories_that_come_with_the_program(run: Program) -> None:
    """The program ships one directory, for practice, with addresses that lead nowhere."""
    files = directories.directory(APPEALS)

    assert list(files.values()) == ["practice-office"]
    for path in files:
        addresses = [word for word in path.read_text("utf-8").split() if "@" in word]
        assert all(one.strip("[],").endswith(".example") for one in addresses)
    assert "germany@office.example" in run("show", "practice-lookup", "--country", "Germany").out


def test_hostile_text_reaches_no_terminal(run: Program, own: Path) -> None:
    """P28: what a stranger has put into a file of contacts steers no terminal."""
    known(own, f'union: {{name: "{HOSTILE}", post: B}}\n')
    _, seen = run.on_terminal("contacts", "check")

    assert not CONTROL.search(seen.replace("\x1b[", ""))
    assert run("contacts").code == 65
