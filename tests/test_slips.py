"""Slips that a newcomer made, each told in a sentence."""

import pytest

from conftest import Folder, Program

P = "practice-letter"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("PROTESTMAIL_ORGANISATION=Branch #7", "me.env:2: the value is cut off at its #"),
        ("PROTESTMAIL_NAME Aliya", "me.env:2: this is no setting"),
        ("PROTESTMAIL_NAM=Aliya", "did you mean PROTESTMAIL_NAME?"),
    ],
)
def test_settings(run: Program, line: str, told: str) -> None:
    """P41: a settings file with a slip in it is told, and not half read."""
    (run.cwd / "me.env").write_text(f"PROTESTMAIL_NAME=Aliya\n{line}\n")
    done = run("render", P, "--env-file", "me.env")

    assert done.code == 78
    assert told in done.err


def test_a_number_in_quotes(run: Program) -> None:
    """A branch with a number keeps it where the value stands in quotes."""
    (run.cwd / "me.env").write_text('PROTESTMAIL_NAME=A\nPROTESTMAIL_ORGANISATION="Branch #7"\n')

    assert "Branch #7" in run("render", P, "--env-file", "me.env").out


def test_own_words_without_the_at(run: Program) -> None:
    """A file's name in place of one's words is not sent as a paragraph."""
    (run.cwd / "words.txt").write_text("Mine.")

    assert run("render", P, "--own-words", "words.txt").code == 2
    assert "Mine." in run("render", P, "--own-words", "@words.txt").out


def test_own_words_in_other_languages(run: Program) -> None:
    """The writer is told that their words stand untranslated in letters of other languages."""
    assert "en, fr" in run("render", P, "--own-words", "Mine.").err
    assert "en, fr" not in run("render", P, "--own-words", "Mine.", "--language", "FR").err


def test_a_missing_subject_hides_nothing(run: Program, appeals: Folder) -> None:
    """P7: the letter is judged, even where its subject is missing."""
    path = appeals.add(subject=None, letter="{{ salutatoin }}\n{{ signature }}")
    done = run("check", path)

    assert '"letter" stands here without "subject"' in done.out
    assert 'there is no blank "salutatoin"' in done.out


def test_a_script_is_never_mailed(run: Program, appeals: Folder) -> None:
    """A letter to be spoken names the telephone, and becomes no draft, link or message."""
    both = [{"name": "Mayor", "phone": "+1 555", "email": "mayor@city.example"}]
    call = [{"id": "call", "kind": "phone", "subject": "Call", "body": "Good day."}]
    path = appeals.add(letter=None, subject=None, letters=call, targets=both)

    assert "To: Mayor, by phone: +1 555" in run("render", path).out
    assert run("render", path, "--mailto").out == ""
    assert run("render", path, "--eml", "out").out == ""
    assert run("send", path, "--rehearse").code == 69
