"""The writer's own words: how much of a letter they are, what they change, and that they stay."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makers.appeals import Folder
from makers.letters import MINISTRY, SENDER, TODAY, a_model, an_appeal
from makers.program import Program
from makers.sending import Handler, Sending
from protestmail.appeals.appeal import ModelLetter
from protestmail.errors import JournalProblem
from protestmail.journal import typed
from protestmail.journal.typed import Typed
from protestmail.letters import ownwords
from protestmail.letters.letter import Letter, write
from protestmail.letters.model import skeleton
from protestmail.letters.ownwords import Share

BODY = "{{ salutation }}\n\nLet the whole committee go home.\n\nAt once.\n\n{{ signature }}\n"


SIGNED = """To whom it may concern Let the whole committee go home At once
Aliya Example Secretary Example Union representing 240 members Port Example Example Islands"""


def written(own_words: str = "", body: str = BODY) -> Letter:
    """Write the letter of a small appeal, its model edited to ``body``."""
    model = a_model(body=BODY)._replace(body=body)
    appeal = an_appeal(letters=(a_model(body=BODY),))
    return write(appeal, model, (MINISTRY,), SENDER, own_words=own_words, today=TODAY)


def shared(letter: Letter) -> Share:
    """Count the writer's own words in it."""
    return ownwords.share(an_appeal(letters=(a_model(body=BODY),)), letter)


def test_a_model_letter_holds_no_word_of_ones_own() -> None:
    """A letter as its model says it is 0 % own, whoever signs it."""
    assert shared(written()).own == 0
    assert shared(written()).percent == 0


def test_a_paragraph_counts_in_words() -> None:
    """A paragraph of one's own counts with each of its words."""
    found = shared(written("My father was one of them."))

    assert found == (6, 6 + len(SIGNED.split()))


@pytest.mark.parametrize(
    "body",
    [
        "Free them.\n\n{% if own_words %}I add, by myself: {{ own_words }}{% endif %}\n\nYours",
        "I have reasons: {{ own_words }}\n\nYours",
    ],
)
def test_what_a_model_says_of_own_words_is_not_ones_own(body: str) -> None:
    """Neither the words of a guard nor those of a gap are counted as if a writer wrote them."""
    appeal = an_appeal(letters=(a_model(body=body),))
    [model] = appeal.letters
    words = "These are my own words."
    letter = write(appeal, model, (MINISTRY,), SENDER, own_words=words, today=TODAY)

    assert ownwords.share(appeal, letter).own == 5


def test_an_edit_counts_in_words() -> None:
    """Words that an edit puts in count; those that it takes out do not."""
    found = shared(written(body=BODY.replace("whole committee", "five lawyers")))

    assert found.own == 2


def test_scripts_without_blanks_are_counted_by_the_character() -> None:
    """A Chinese paragraph is more than one word."""
    assert shared(written("\u8bf7\u91ca\u653e\u4ed6\u4eec")).own == 5


@pytest.mark.parametrize(
    ("share", "percent"),
    [((0, 9), 0), ((1, 900), 1), ((899, 900), 99), ((9, 9), 100), ((0, 0), 0), ((1, 3), 33)],
)
def test_percent(share: tuple[int, int], percent: int) -> None:
    """A few words are never 0 per cent, and a few of the model's never make it 100."""
    assert Share(*share).percent == percent


def test_a_skeleton_is_its_writers_but_for_the_demands() -> None:
    """What fills the gap of a skeleton letter counts as one's own."""
    appeal = an_appeal(letters=(), demands=("Free the committee.",))
    letter = write(
        appeal, skeleton(appeal), (MINISTRY,), SENDER, own_words="I know them well.", today=TODAY
    )

    assert ownwords.share(appeal, letter).own == 4


def test_changes_are_told_line_by_line() -> None:
    """An edit is told as what goes and what comes; places far apart are kept apart."""
    letter = written()
    appeal = an_appeal(letters=(a_model(body=BODY),))
    edited = BODY.replace("At once.", "By May.") + "P.S. Thank you.\n"

    told = list(ownwords.changes(appeal, a_model(body=BODY).subject, edited, letter))

    assert told == [("-", "At once."), ("+", "By May."), (" ", ""), ("+", "P.S. Thank you.")]


def test_render_asks_for_own_words_once(run: Program, appeals: Folder) -> None:
    """A letter without a word of one's own is told of once, with the guidance as points."""
    appeals.add(
        guidance=["Be polite.", "Say who you are."],
        targets=[{"name": name, "email": f"{name}@a.example"} for name in ("one", "two")],
    )

    err = run("--appeals", str(appeals), "render", "strike", "--name", "A", "--country", "B").err

    assert err.count("none of it is in your own words") == 1
    assert "  - Be polite.\n  - Say who you are.\n" in err


def test_the_editor_shows_the_guidance(sending: Sending, handler: Handler, tmp_path: Path) -> None:
    """The appeal's advice stands below the letter in the editor, and in no message."""
    sending.appeals.add(guidance=["Say who you are."])
    seen = tmp_path / "seen"

    done = sending(
        "--yes", "--edit", env={"EDITOR": f"sed -i -e 'w {seen}' -e s/Free.them\\./Go./"}
    )

    assert done.code == 0
    assert "- Say who you are." in seen.read_text()
    [(_, data)] = handler.got
    assert b"\r\nGo." in data
    assert b"Say who" not in data
    assert b"===" not in data


def test_an_edit_is_shown_as_a_difference_before_it_goes(sending: Sending) -> None:
    """Before the question, an edited letter is shown as what it changes in the model."""
    sending.appeals.add()

    err = sending("--yes", "--edit", env={"EDITOR": "sed -i s/Free.them\\./Let.them.go./"}).err

    assert 'What you changed in the letter "letter" (en):\n- Free them.\n+ Let them go.' in (
        err.replace("Let.them.go.", "Let them go.")
    )


def test_a_leftover_typed_in_the_editor_stops_the_letter(
    sending: Sending, handler: Handler
) -> None:
    """What an edit leaves unfinished does not go, and is there to be finished by the next one."""
    sending.appeals.add()

    first = sending("--yes", "--edit", env={"EDITOR": "sed -i 's/Free them\\./[YOUR REASON]/'"})
    second = sending("--yes", "--edit", env={"EDITOR": "sed -i 's/.YOUR REASON./I know them/'"})

    assert (first.code, second.code) == (65, 0)
    assert "[YOUR REASON]" in first.err
    assert "is kept" in first.err
    [(_, data)] = handler.got
    assert b"I know them" in data


def test_own_words_survive_a_retry(sending: Sending, handler: Handler) -> None:
    """A paragraph goes with the next send when the first one found no server."""
    sending.appeals.add()

    sending("--yes", "--own-words", "My aunt.", env={"PROTESTMAIL_SMTP_PORT": "1"})
    done = sending("--yes")

    assert done.code == 0
    assert b"My aunt." in handler.got[0][1]


def test_empty_own_words_begin_anew(sending: Sending, handler: Handler) -> None:
    """``--own-words ''`` drops what was kept."""
    sending.appeals.add()

    sending("--yes", "--own-words", "My aunt.", env={"PROTESTMAIL_SMTP_PORT": "1"})
    sending("--yes", "--own-words", "")

    assert b"My aunt." not in handler.got[0][1]


def test_a_no_keeps_what_was_typed(sending: Sending) -> None:
    """After a no, the words are there for the next send; the file is for its user only."""
    sending.appeals.add()

    with sending.run.dialogue(
        *sending.args("--edit"), env=sending.env | {"EDITOR": "sed -i s/Free.them/Let.them.go/"}
    ) as talk:
        talk.expect("[y/N/v/e]")
        talk.type("n")
        talk.expect("is kept")
        assert talk.end() == 1
    [kept] = Path(sending.env["PROTESTMAIL_STATE"]).glob("drafts/*")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert "is taken up" in sending("--dry-run").err


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, st.dictionaries(st.tuples(texts, texts), st.tuples(texts, texts)))
def test_a_draft_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    words: str,
    models: dict[tuple[str, str], tuple[str, str]],
) -> None:
    """Whatever was typed is read back as it was."""
    folder = tmp_path_factory.mktemp("state")

    Typed(folder, "strike", words=words, models=models).keep()

    found = Typed(folder, "strike")
    assert found.take_up() == bool(words or models)
    assert (found.words, found.models) == (words, models)
    typed.forget(folder, "strike")
    assert not Typed(folder, "strike").take_up()


@pytest.mark.parametrize(
    "held",
    [b"", b"[]", b"{}", b"\xff", b'{"words": 1, "models": []}', b'{"words": "", "models": [1]}'],
)
def test_a_damaged_draft_is_told(tmp_path: Path, held: bytes) -> None:
    """A file that is no draft is named, and not thrown away."""
    kept = Typed(tmp_path, "strike", words="x")
    kept.keep()
    kept.path.write_bytes(held)

    with pytest.raises(JournalProblem, match="is damaged"):
        kept.take_up()
    assert kept.path.exists()


def test_a_model_is_given_as_it_was_edited() -> None:
    """An edited model is no skeleton any more; another language's stays as it is."""
    draft = Typed(Path(), "strike", models={("letter", "en"): ("Subject", "Body")})
    model = ModelLetter("letter", "en", "old", "old", skeleton=True)

    assert draft.applied(model) == ModelLetter("letter", "en", "Subject", "Body")
    assert draft.applied(model._replace(language="ru")).subject == "old"


@pytest.mark.parametrize("which", ["strike", "--all"])
def test_forgetting_an_appeal_forgets_what_was_typed_for_it(sending: Sending, which: str) -> None:
    """P50: ``journal --forget`` takes the draft away as well."""
    sending.appeals.add()
    sending("--yes", "--own-words", "My aunt.", env={"PROTESTMAIL_SMTP_PORT": "1"})
    state = Path(sending.env["PROTESTMAIL_STATE"])
    assert list(state.glob("drafts/*"))

    assert sending.run("journal", "--forget", which, "--yes", env=sending.env).code == 0

    assert list(state.glob("drafts/*")) == []
    assert all(b"My aunt." not in one.read_bytes() for one in state.rglob("*") if one.is_file())
