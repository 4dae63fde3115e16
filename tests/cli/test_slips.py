"""Slips that a newcomer made, each told in a sentence."""

import pytest

from makers.appeals import SIGNED, Folder
from makers.program import Program

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
    for way in (["--mailto"], ["--eml", "out"]):
        done = run("render", path, *way)
        assert (done.code, done.out) == (69, "")
        assert "nobody to write to by e-mail" in done.err
    assert run("send", path, "--rehearse").code == 69


def test_whoever_is_not_written_to_is_told(run: Program, appeals: Folder) -> None:
    """Where the only target asked for is not to be written to, every way gives the reason."""
    targets = [{"name": "Warden", "do_not_write": "He beats those who get mail."}]
    path = appeals.add(targets=[*targets, {"name": "Court", "phone": "1"}])
    warden = ["--target", "warden", "--name", "A"]

    ways = [["--print"], ["--script"], ["--pdf", "out"], ["--mailto"], ["--eml", "out"]]
    done = [run("render", path, *warden, *way) for way in ways]
    sent = run("send", path, *warden, "--rehearse")

    assert [one.code for one in (*done, sent)] == [69] * 6
    assert all("He beats those who get mail." in one.err for one in (*done, sent))
    assert not any("a call" in one.err or "protestmail answer" in one.err for one in (*done, sent))


def test_a_call_among_letters(run: Program, appeals: Folder) -> None:
    """A letter for a call is in the scripts without being asked for, in place of another's."""
    letters = [
        {"id": "a", "subject": "S", "body": "Free them.\n\n{{ signature }}"},
        {"id": "call", "kind": "phone", "subject": "C", "body": "Good day, free them."},
    ]
    both = {"name": "Mayor", "phone": "1", "email": "mayor@city.example"}
    path = appeals.add(letter=None, subject=None, letters=letters, targets=[both])

    scripts = run("render", path, "--script", *SIGNED)
    sent = run("send", path, "--letter", "call", "--rehearse", *SIGNED)

    assert len(scripts.letters) == 1
    assert "Good day, free them." in scripts.out
    assert "not mailed: 1: Mayor (phone)" in sent.err


def test_own_words_are_spoken_too(run: Program, appeals: Folder) -> None:
    """A script made of a letter has its writer's own words, and counts none of the letter's."""
    path = appeals.add(targets=[{"name": "Mayor", "phone": "1"}])

    done = run("render", path, "--script", *SIGNED, "--own-words", "My aunt is one of them.")

    assert "\n\nMy aunt is one of them.\n" in done.out
    assert "%" not in done.err


def test_enclosures_are_told(run: Program, appeals: Folder) -> None:
    """What is to be printed beside a page is named, once."""
    (appeals.path / "strike").mkdir()
    (appeals.path / "strike" / "a.txt").write_text("facts")
    two = [{"name": name, "post": "1 Lane"} for name in ("Court", "Mill")]
    path = appeals.add(targets=two, attachments=[{"file": "a.txt", "title": "Facts"}])

    done = run("render", path, "--print", *SIGNED)

    assert done.err.count("print this too, to go with the letter: Facts") == 1


def test_an_optional_copy(run: Program, appeals: Folder) -> None:
    """A copy that is left to the writer is offered with its reason, and sent where it is named."""
    own = "press@gazette.example"
    press = {"name": "Gazette", "email": own, "optional": True, "why": "it prints"}
    path = appeals.add(cc=["info@campaign.example", press])

    plain = run("render", path, *SIGNED)
    named = [run("render", path, *SIGNED, "--copy", one) for one in ("gazette", own)]
    wrong = run("render", path, *SIGNED, "--copy", "Gazete")

    assert "gazette" not in plain.out
    assert 'no copy to Gazette (it prints); --copy "Gazette" sends one' in plain.err
    assert all("Cc: Gazette <press@gazette.example>" in one.out for one in named)
    assert not any("--copy" in one.err for one in named)
    assert wrong.code == 2
    assert "there are: Gazette" in wrong.err


def test_a_risk_is_told_with_whatever_leaves(run: Program, appeals: Folder) -> None:
    """Drafts, links and pages can go without a further question, so the risk stands beside them."""
    path = appeals.add(risk="Letters are read by the police.")

    for way in (["--mailto"], ["--eml", "out"], ["--print"], []):
        assert "risk: Letters are read by the police." in run("render", path, *SIGNED, *way).err


def test_copies_by_post_are_in_the_json(run: Program, appeals: Folder) -> None:
    """``render --json`` says who gets a copy by post, with the lines of the address."""
    path = appeals.add(cc=["a@b.example", {"name": "Union", "post": ["3 Lane", "Town"]}])

    [one] = run("render", path, *SIGNED, "--json").json["letters"]

    assert one["cc_by_post"] == [{"name": "Union", "post": ["3 Lane", "Town"]}]


def test_a_call_is_for_those_with_a_telephone(run: Program, appeals: Folder) -> None:
    """A letter to be spoken that nobody names is for no target without a number."""
    letters = [
        {"id": "a", "subject": "S", "body": "Free them.\n\n{{ signature }}"},
        {"id": "call", "kind": "phone", "subject": "C", "body": "Good day, free them."},
    ]
    targets = [{"name": "Mayor", "phone": "1"}, {"name": "Court", "post": "1 Lane"}]
    path = appeals.add(letter=None, subject=None, letters=letters, targets=targets)

    assert "Court" not in run("render", path, "--letter", "call", *SIGNED).out


def test_who_is_left_out_of_a_common_letter(run: Program, appeals: Folder) -> None:
    """Of targets of one letter, those whom the draft or link does not reach are named."""
    targets = [{"name": "Mayor", "email": "a@city.example"}, {"name": "Court", "post": "1 Lane"}]
    path = appeals.add(targets=targets, together=True)

    for way in (["--mailto"], ["--eml", "out"]):
        assert "Court: not for e-mail" in run("render", path, *SIGNED, *way).err
