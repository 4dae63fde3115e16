"""An appeal whose file has changed since its letters went, or that is another's of one name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from makers.appeals import Folder
from makers.cut_short import add_appeal, asking_nothing
from makers.program import Program
from protestmail.journal.journal import Journal
from servers.recorder import Recorder, hang_up_once, recording

send = pytest.fixture(asking_nothing)
SUBJECT, BODY = "Free them", "{{ salutation }}\n\nFree them.\n\n{{ signature }}"
RENAMED = {"letter": None, "subject": None}
ASKED = "2 of those whom this is for had a letter of this appeal on 20"


@pytest.fixture
def server() -> Iterator[Recorder]:
    """Give a real server."""
    with recording() as server:
        yield server


@pytest.fixture
def env(server: Recorder, tmp_path: Path) -> dict[str, str]:
    """Give the settings of somebody who sends by it."""
    return server.environ(tmp_path / "state")


def renamed(appeals: Folder) -> None:
    """Give the letter of the appeal an id of its own."""
    letters = [{"id": "protest", "subject": SUBJECT, "body": BODY}]
    add_appeal(appeals, 2, **RENAMED, letters=letters)


def test_a_letter_that_got_an_id(
    run: Program, appeals: Folder, send: list[str], server: Recorder, env: dict[str, str]
) -> None:
    """P87: nobody is written to a second time because the file names its letter otherwise."""
    addresses = add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    renamed(appeals)

    done = run(*send, env=env)

    assert (done.code, sorted(server.copies())) == (0, addresses)
    assert set(server.copies().values()) == {1}
    assert ASKED in done.err
    assert "--again writes once more" in done.err


@pytest.mark.parametrize("answer", ["y", "n"])
def test_it_is_asked(
    run: Program,
    appeals: Folder,
    send: list[str],
    server: Recorder,
    env: dict[str, str],
    answer: str,
) -> None:
    """P87: at a terminal it is asked, once; a yes writes once more, and is not asked again."""
    add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    renamed(appeals)

    with run.dialogue(*send, env=env, columns=200) as talk:
        talk.expect("Write once more? [y/N")
        talk.type(answer)
        assert talk.end() == 0

    assert set(server.copies().values()) == {2 if answer == "y" else 1}
    assert (ASKED in run(*send, env=env).err) is (answer == "n")


def test_what_is_in_doubt_stays_there(
    run: Program, appeals: Folder, send: list[str], server: Recorder, env: dict[str, str]
) -> None:
    """P87: a letter in doubt never goes anew because its id has changed, whatever is answered."""
    doubtful, _ = add_appeal(appeals, 2)
    server.at_dot = hang_up_once()
    assert run(*send, env=env).code == 1
    renamed(appeals)

    with run.dialogue(*send, env=env, columns=200) as talk:
        talk.expect("Write once more? [y/N")
        talk.type("y")
        assert talk.end() == 1

    assert server.copies()[doubtful] == 1


def test_from_another_address(
    run: Program, appeals: Folder, send: list[str], env: dict[str, str]
) -> None:
    """Who changes the account is told above the question who had the letter from the other one."""
    add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    again = run(*send, env=env)

    other = run(*send, env=env | {"PROTESTMAIL_EMAIL": "other@union.example"})

    told = "2 of these had this letter from "
    assert told not in again.err
    assert told in other.err
    assert "from another address it goes once more" in other.err


def test_what_went_from_ones_own_mail_program(
    run: Program, appeals: Folder, send: list[str], env: dict[str, str]
) -> None:
    """Who has noted that a letter went from the mail program is told so before it goes again."""
    add_appeal(appeals, 2)
    target = run(*send, "--dry-run", "--json", env=env).json["letters"][0]["targets"][0]
    with Journal(Path(env["PROTESTMAIL_STATE"])) as journal:
        journal.note("strike", target, "email", 1_795_600_000)
        journal.note("strike", target, "post", 1_795_600_000)

    done = run(*send, env=env)

    assert done.code == 0
    assert done.err.count("had a letter from your mail program on 2026-11-25, as you noted") == 1


def another(appeals: Folder) -> None:
    """Put another campaign's appeal under the same name."""
    add_appeal(appeals, 2, issued_by={"name": "Bakers' Union"}, title="Free the bakers")


def test_another_appeal_of_the_name(
    run: Program, appeals: Folder, send: list[str], server: Recorder, env: dict[str, str]
) -> None:
    """P91: it is not taken for the one that was written for: without a terminal, a way out."""
    add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    another(appeals)

    done = run(*send, env=env)
    dry = run("--appeals", str(appeals), "send", "strike", "--dry-run", env=env)

    assert (done.code, done.out, set(server.copies().values())) == (2, "", {1})
    assert 'you answered an appeal "strike" of another issuer' in done.err
    assert "give this file another name" in done.err
    assert "a send will ask whether it is this one" in dry.err.replace("\n", " ")


@pytest.mark.parametrize("answer", ["y", "n"])
def test_whose_it_is_is_asked(
    run: Program,
    appeals: Folder,
    send: list[str],
    server: Recorder,
    env: dict[str, str],
    answer: str,
) -> None:
    """P91: another appeal is sent; the same with another title is not; either is asked once."""
    add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    another(appeals)

    with run.dialogue(*send, env=env, columns=200) as talk:
        talk.expect("Is this the same appeal? [y/N")
        talk.type(answer)
        assert talk.end() == 0
    once_more = run(*send, env=env)
    add_appeal(appeals, 2)
    first = run(*send, env=env)

    assert set(server.copies().values()) == {2 if answer == "n" else 1}
    assert once_more.code == 0
    assert first.code == (0 if answer == "n" else 2)


def test_another_title(
    run: Program, appeals: Folder, send: list[str], server: Recorder, env: dict[str, str]
) -> None:
    """P91: with another title of the same issuer it is most likely the same, which is said once."""
    addresses = add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    add_appeal(appeals, 2, title="Release the committee")

    runs = [run(*send, env=env) for _ in range(2)]

    assert [one.code for one in runs] == [0, 0]
    told = ["it is taken for the same" in one.err.replace("\n ", "") for one in runs]
    assert told == [True, False]
    assert sorted(server.copies().elements()) == addresses


def test_another_title_that_is_another_appeal(
    run: Program, appeals: Folder, send: list[str], server: Recorder, env: dict[str, str]
) -> None:
    """P91: at a terminal that is asked as well, and a no sends it."""
    add_appeal(appeals, 2)
    assert run(*send, env=env).code == 0
    add_appeal(appeals, 2, title="Release the committee")

    with run.dialogue(*send, env=env, columns=200) as talk:
        talk.expect("Is this the same appeal? [Y/n")
        talk.type("n")
        assert talk.end() == 0

    assert set(server.copies().values()) == {2}
