"""``answer``: the guided way, on a terminal, as somebody would go who has never read a word."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from makers.appeals import Folder
from makers.program import Dialogue, Program
from makers.sending import OWN, Handler, Sending

MANY: list[dict[str, Any]] = [
    {"name": "Ministry", "email": "office@ministry.example"},
    {"name": "Council", "post": ["Town Hall", "1 Street"], "note": "Reads paper only."},
    {"name": "Court", "phone": "+44 1 234"},
    {"name": "Mill", "web": "https://mill.example/form"},
]


class Guided:
    """The guided way through one appeal, at home in a folder of its own."""

    def __init__(self, run: Program, appeals: Folder, home: Path) -> None:
        self.run, self.appeals, self.home = run, appeals, home
        self.env = {"PROTESTMAIL_STATE": str(home / "state"), "XDG_CONFIG_HOME": str(home)}
        self.env["PROTESTMAIL_APPEALS"] = str(appeals)

    @contextmanager
    def __call__(self, *args: str, columns: int = 80) -> Iterator[Dialogue]:
        """Start it."""
        folder = ["--folder", str(self.home / "letters")]
        with self.run.dialogue(
            "answer", "strike", *args, *folder, env=self.env, columns=columns
        ) as talk:
            yield talk

    def here(self, target: str) -> list[str]:
        """Give the arguments that name one target of the appeal."""
        return [str(self.appeals.path / "strike.yaml"), "--target", target]

    def noted(self) -> set[tuple[str, str]]:
        """Give what was noted by hand."""
        listed = self.run("journal", "--json", env=self.env).json["noted"]
        return {(one["target"], one["channel"]) for one in listed}

    def files(self) -> list[str]:
        """Name the files that were written."""
        return sorted(path.name for path in (self.home / "letters").glob("*"))


@pytest.fixture
def guided(run: Program, appeals: Folder, tmp_path: Path) -> Guided:
    """Give the guided way, for somebody who has no profile and no account."""
    return Guided(run, appeals, tmp_path)


def go(talk: Dialogue, *steps: tuple[str, str]) -> None:
    """Wait for each text, and type the answer to it."""
    for text, answer in steps:
        talk.expect(text)
        talk.type(answer)


WHO = (
    ("Your name", "Aliya Example"),
    ("Your organisation", ""),
    ("Your town", "Port Example"),
    ("Your country", ""),
)
KEPT = (("Is that right? [Y/n/q]", ""), ("Keep this for the next time", "y"))
ADDRESS = ("Your postal address", "2 Quay, 12345 Port Example")
SENDER = (("Do you want to write? [Y/n/q]", ""), *WHO, *KEPT)
POSTING = (("Do you want to write? [Y/n/q]", ""), *WHO, ADDRESS, *KEPT)
WORDS = (("> ", "My aunt is one of them."), ("> ", ""), ("Leave them so? [Y/n/q]", ""))


def test_what_this_letter_needs_is_told(guided: Guided) -> None:
    """P61: a question says whether this letter needs the answer, or can do without it."""
    guided.appeals.add(letter="I live in {{ sender.place }}. Free them.\n\n{{ signature }}")

    with guided() as talk:
        go(
            talk,
            SENDER[0],
            WHO[0],
            ("Your organisation, if you write for one (may stay empty)", ""),
        )
        go(talk, ("Your town (needed here)", "Ayr"), ("Your country (may stay empty)", "q"))


def test_from_nothing_to_everything(guided: Guided) -> None:
    """Without profile, account or flags: a rehearsed e-mail, a page, a script, a form's text."""
    guided.appeals.add(targets=MANY, demands=["Free them."], guidance=["Be polite."])

    with guided() as talk:
        go(
            talk,
            *POSTING,
            ("  - Be polite.", "My aunt is one of them."),
            ("> ", ""),
            ("Leave them so?", ""),
        )
        talk.expect("no mail account is set up")
        go(talk, ("Which? [r]", "r"))
        talk.expect("rehearsal of strike: 1 accepted")
        go(talk, ("Which? [k]", "k"))
        talk.expect("By post: Council, Town Hall, 1 Street")
        talk.expect("note: Reads paper only.")
        go(talk, ("Write the page for it", ""))
        talk.expect("strike-council-1.pdf")
        go(talk, ("[y/N/q]", "y"))
        talk.expect("+44 1 234")
        talk.expect("Free them.")
        go(talk, ("Have you called? [y/N/q]", "y"))
        talk.expect("https://mill.example/form")
        go(talk, ("Write the text for it", "y"), ("Have you sent the form? [y/N/q]", "y"))
        talk.expect("What is left is taken up by:")
        talk.expect("protestmail answer strike")
        assert talk.end() == 1
    assert guided.files() == ["strike-council-1.pdf", "strike-mill-1.txt"]
    text = (guided.home / "letters" / "strike-mill-1.txt").read_text("utf-8")
    assert "My aunt is one of them." in text
    assert guided.noted() == {("council", "post"), ("court", "phone"), ("mill", "web")}
    profile = (guided.home / "protestmail" / "default.env").read_text("utf-8")
    assert "PROTESTMAIL_NAME='Aliya Example'" in profile
    page = guided.run("render", "--print", *guided.here("council"), env=guided.env).out
    assert "2 Quay\n12345 Port Example\n" in page


def test_it_is_taken_up_where_it_was_left(guided: Guided) -> None:
    """What is done is not asked again; one's own words and the sender are still known."""
    guided.appeals.add(targets=MANY[1:3])
    with guided() as talk:
        go(talk, *POSTING, *WORDS, ("Write the page for it, into", "d"))
        go(talk, ("Have you called?", "q"))
        talk.expect("protestmail answer strike")
        assert talk.end() == 1

    with guided() as talk:
        go(talk, ("Do you want to write?", ""))
        talk.expect("You sign as Aliya Example")
        talk.expect("My aunt is one of them.")
        go(talk, ("Leave them so? [Y/n/q]", ""))
        talk.expect("By post: Council")
        talk.expect("  done")
        go(talk, ("Have you called?", "y"))
        talk.expect("That is all")
        assert talk.end() == 0
    assert list((guided.home / "state").glob("drafts/*")) == []


@pytest.mark.parametrize("key", [b"\x03", b"\x04"])
def test_it_can_be_left_at_any_question(guided: Guided, key: bytes) -> None:
    """Ctrl-C and Ctrl-D leave with 130, and say how to go on."""
    guided.appeals.add()

    with guided() as talk:
        talk.expect("Do you want to write?")
        talk.press(key) if key == b"\x04" else talk.interrupt()
        talk.expect("protestmail answer strike")
        assert talk.end() == 130
        assert "Traceback" not in talk.seen


def test_a_risk_is_asked_about_by_itself(guided: Guided) -> None:
    """A risk note takes a yes of its own; Enter is a no."""
    guided.appeals.add(risk="Letters are read by the police.")

    with guided() as talk:
        talk.expect("Letters are read by the police.")
        go(talk, ("Have you read the note on the risk, and do you want to write? [y/N/q]", ""))
        assert talk.end() == 1
    assert not (guided.home / "state").exists()


def test_drafts_and_links(guided: Guided) -> None:
    """Without an account the letters go to the mail program, and that is noted when it is said."""
    guided.appeals.add()
    with guided() as talk:
        go(talk, *SENDER, ("> ", ""), ("Which? [r]", "l"), ("Open the letter to Ministry", ""))
        talk.expect("mailto:office@ministry.example?")
        go(talk, ("Have you sent them from your mail program? [y/N/q]", "n"), ("Which? [r]", "d"))
        go(talk, ("Your e-mail address, by which they go", "aliya@branch.example"))
        talk.expect("strike-ministry-1.eml")
        go(talk, ("Open the letter to Ministry", "n"), ("Have you sent them", "y"))
        talk.expect("That is all")
        assert talk.end() == 0

    assert guided.files() == ["strike-ministry-1.eml"]
    draft = (guided.home / "letters" / "strike-ministry-1.eml").read_text("utf-8")
    assert "From: Aliya Example <aliya@branch.example>\n" in draft
    assert guided.noted() == {("ministry", "email")}
    with guided() as talk:
        talk.expect("all that this appeal asks for is done")
        assert talk.end() == 0


OTHERS = {"issued_by": {"name": "Bakers' Union"}, "title": "Free the bakers"}


@pytest.mark.parametrize(
    ("changed", "asked", "answer", "again"),
    [
        (OTHERS, "of another issuer. Is this the same appeal? [y/N/q]", "", True),
        (OTHERS, "of another issuer. Is this the same appeal? [y/N/q]", "y", False),
        (
            {"title": "Release them"},
            "with another title. Is this the same appeal? [Y/n/q]",
            "",
            False,
        ),
    ],
)
def test_what_was_done_for_another_appeal_of_the_name(
    guided: Guided, changed: dict[str, Any], asked: str, answer: str, again: bool
) -> None:
    """P91: a letter posted for another appeal of the name is none of this; asked once, and kept."""
    guided.appeals.add(targets=MANY[1:2])
    with guided(columns=200) as talk:
        go(talk, *POSTING, *WORDS, ("Write the page for it", "d"))
        assert talk.end() == 0
    guided.appeals.add(targets=MANY[1:2], **changed)

    with guided(columns=200) as talk:
        go(talk, ("Do you want to write?", ""), (asked, answer), ("> ", ""))
        if again:
            go(talk, ("Write the page for it", "d"))
        talk.expect("That is all")
        assert talk.end() == 0
    with guided(columns=200) as talk:
        talk.expect("all that this appeal asks for is done")
        assert talk.end() == 0


def test_sending_for_real(sending: Sending, handler: Handler, tmp_path: Path) -> None:
    """With an account it sends, after one more question, with the paragraph that was typed."""
    sending.appeals.add()
    line = ["answer", "strike", "--folder", str(tmp_path / "l")]

    with sending.run.dialogue(*line, env=sending.env) as talk:
        go(talk, ("Do you want to write?", ""), *WORDS, ("Which? [s]", ""), ("[y/N/v/e/q]", "y"))
        talk.expect("strike: 1 accepted")
        talk.expect("That is all")
        assert talk.end() == 0
    [(to, data)] = handler.got
    assert to == ["office@ministry.example"]
    assert b"My aunt is one of them." in data
    assert OWN.encode() in data
    with sending.run.dialogue(*line, env=sending.env) as talk:
        talk.expect("all that this appeal asks for is done")
        assert talk.end() == 0


def test_q_leaves_at_the_question_before_sending(
    sending: Sending, handler: Handler, tmp_path: Path
) -> None:
    """The last question can be left like all others: nothing was sent, and how to go on."""
    sending.appeals.add()
    line = ["answer", "strike", "--folder", str(tmp_path / "l")]

    with sending.run.dialogue(*line, env=sending.env) as talk:
        go(talk, ("Do you want to write?", ""), *WORDS, ("Which? [s]", ""), ("[y/N/v/e/q]", "q"))
        talk.expect("nothing was sent")
        talk.expect("What is left is taken up by:")
        talk.expect("protestmail answer strike")
        assert talk.end() == 1
    assert handler.got == []


def test_a_server_that_is_away_loses_nothing(sending: Sending, tmp_path: Path) -> None:
    """Where sending fails, it is told, another way is offered, and the words are kept."""
    sending.appeals.add()
    line = ["answer", "strike", "--folder", str(tmp_path / "l")]
    env = sending.env | {"PROTESTMAIL_SMTP_PORT": "1"}

    with sending.run.dialogue(*line, env=env) as talk:
        go(talk, ("Do you want to write?", ""), *WORDS, ("Which? [s]", ""), ("[y/N/v/e/q]", "y"))
        talk.expect("does not answer")
        go(talk, ("Which?", "k"))
        talk.expect("What is left is taken up by")
        assert talk.end() == 1
    [kept] = Path(sending.env["PROTESTMAIL_STATE"]).glob("drafts/*")
    assert json.loads(kept.read_text("utf-8"))["words"] == "My aunt is one of them."


def test_an_appeal_that_is_over_is_an_exercise(guided: Guided) -> None:
    """A closed appeal can be walked through; nothing is noted, kept or asked to be sent."""
    guided.appeals.add(status="closed", closed="2026-02-01", outcome="Over.", targets=MANY)

    with guided() as talk:
        talk.expect("what follows is an exercise")
        go(talk, *POSTING, *WORDS, ("Which? [r]", "k"), ("[Y/n/d/q]", "n"), ("[Y/n/d/q]", "n"))
        talk.expect("That is all")
        assert talk.end() == 0
    assert not (guided.home / "state").exists()


def test_an_unfinished_letter_is_not_printed(guided: Guided) -> None:
    """A skeleton without a word of one's own becomes no page; it is left for later."""
    guided.appeals.add(subject=None, letter=None, demands=["Free them."], targets=MANY[1:2])

    with guided() as talk:
        go(talk, *POSTING, ("> ", ""))
        talk.expect("unfinished, line 3")
        talk.expect("By post: Council")
        talk.expect("it still needs what is named above")
        talk.expect("What is left is taken up by")
        assert talk.end() == 1
    assert guided.files() == []


def test_a_withdrawn_appeal_is_not_answered(run: Program, appeals: Folder) -> None:
    """Stop action: not a question is asked."""
    appeals.add(status="withdrawn", closed="2026-02-01", outcome="The family asks for silence.")

    with run.dialogue("--appeals", str(appeals), "answer", "strike") as talk:
        talk.expect("The family asks for silence.")
        assert talk.end() == 69


def test_without_a_terminal(run: Program, appeals: Folder) -> None:
    """In a pipe there is nobody to ask: exit 2, and what to use instead."""
    appeals.add()

    done = run("--appeals", str(appeals), "answer", "strike")

    assert (done.code, done.out) == (2, "")
    assert "render and send" in done.err


def test_actions_are_asked_about(guided: Guided) -> None:
    """What else there is to do is named with place and hour, and noted when done."""
    guided.appeals.add(
        targets=[],
        actions=[{"kind": "picket", "text": "Come.", "when": "Friday", "where": "Embassy"}],
    )

    with guided() as talk:
        go(talk, *SENDER, ("> ", ""))
        talk.expect("picket: Come. (Friday; Embassy)")
        go(talk, ("Have you done it? [y/N/q]", "y"))
        talk.expect("That is all")
        assert talk.end() == 0
    assert guided.noted() == {("", "picket")}


def test_hostile_text_and_narrow_terminals(guided: Guided) -> None:
    """P28, P30: what an appeal says is text, and addresses stand whole at 40 columns."""
    guided.appeals.add(
        title="Free [bold]them[/bold] :bomb:",
        targets=[{"name": "[red]X", "email": "a-rather-long-name@ministry-of-justice.example"}],
        guidance=["[all] :bomb:"],
    )

    with guided("--plain", columns=40) as talk:
        talk.expect("Free [bold]them[/bold] :bomb:")
        go(talk, *SENDER)
        talk.expect("a-rather-long-name@ministry-of-justice.example")
        talk.expect("[all] :bomb:")
        go(talk, ("> ", ""), ("Which?", "q"))
        assert talk.end() == 1


def test_a_paragraph_can_be_typed_in_the_editor(guided: Guided) -> None:
    """``e`` opens the editor, with the guidance below what becomes the paragraph."""
    guided.appeals.add(guidance=["Be polite."])
    guided.env["EDITOR"] = "sed -i 1s/^/My.aunt./"

    with guided() as talk:
        go(talk, *SENDER, ("> ", "e"))
        talk.expect("My.aunt.")
        go(talk, ("Leave them so?", "n"), ("> ", "e"))
        talk.expect("My.aunt.My.aunt.")
        go(talk, ("Leave them so?", ""), ("Which?", "q"))
        assert talk.end() == 1
        assert "===" not in talk.seen


def test_a_sender_can_be_given_anew(guided: Guided) -> None:
    """A slip in one's name is mended at once; what was said before leaves no trace."""
    guided.appeals.add()
    slip = (("Your name", "Aliya Exmaple"), *WHO[1:], ("Is that right?", "n"))

    with guided() as talk:
        go(talk, SENDER[0], *slip, *WHO)
        talk.expect("You sign as:")
        talk.expect("  Aliya Example")
        go(talk, *KEPT, ("> ", "q"))
        assert talk.end() == 1
    profile = (guided.home / "protestmail" / "default.env").read_text("utf-8")
    assert "Aliya Example" in profile
    assert "Exmaple" not in profile


def test_what_is_posted_is_not_faxed(guided: Guided) -> None:
    """One way on paper is enough: where a letter is in the post, the fax is not asked about."""
    guided.appeals.add(targets=[{"name": "Court", "post": ["1 Lane"], "fax": "+44 1 2"}])

    with guided() as talk:
        go(talk, *POSTING, ("> ", ""), ("Write the page", "d"))
        talk.expect("By fax: Court")
        talk.expect("not needed: it is in the post")
        talk.expect("That is all")
        assert talk.end() == 0
    assert guided.noted() == {("court", "post")}


def test_no_page_is_no_question(guided: Guided) -> None:
    """Whoever wants no page now is not asked whether it is in the post, and is asked next time."""
    guided.appeals.add(targets=MANY[1:2])

    with guided() as talk:
        go(talk, *POSTING, ("> ", ""), ("Write the page", "n"))
        talk.expect("What is left is taken up by")
        assert talk.end() == 1
    assert "Is it in the post" not in talk.seen
    assert guided.noted() == set()


def test_a_copy_by_post(guided: Guided) -> None:
    """A copy that goes by post is the page of each letter once more, asked about once."""
    union = {"name": "Union", "post": ["3 Lane", "Port Example"]}
    guided.appeals.add(targets=[MANY[1], {"name": "Mayor", "post": "4 Lane"}], cc=[union])

    with guided() as talk:
        go(talk, *POSTING, ("> ", ""), ("Write the page", "d"), ("Write the page", "d"))
        talk.expect("By post, a copy to Union, 3 Lane, Port Example")
        go(talk, ("Write the page", ""), ("Is it in the post?", "y"))
        talk.expect("That is all")
        assert talk.end() == 0
    assert guided.files() == ["strike-council-1.pdf", "strike-mayor-1.pdf"]
    assert ("copy to Union", "post") in guided.noted()
    with guided() as talk:
        talk.expect("all that this appeal asks for is done")
        assert talk.end() == 0


def test_somebody_to_be_looked_up_is_left(guided: Guided) -> None:
    """A target that is still to be looked up is not passed over: the appeal is not done."""
    guided.appeals.add(targets=[*MANY[2:3], {"name": "Embassy", "lookup": "embassy/KZ"}])

    with guided() as talk:
        talk.expect("Do you want to write?")
        go(talk, ("", ""), *WHO, *KEPT, ("> ", ""), ("Have you called?", "y"))
        talk.expect("Embassy: not written: add your embassy/KZ")
        talk.expect("What is left is taken up by")
        assert talk.end() == 1


TWO = [
    {"id": "protest", "subject": "s", "body": "Free them.\n\n{{ signature }}"},
    {
        "id": "protest",
        "language": "fr",
        "subject": "f",
        "body": "Lib\u00e9rez-les. {{ signature }}",
    },
    {"id": "friends", "kind": "solidarity", "subject": "t", "body": "Courage. {{ signature }}"},
]


def test_every_letter_is_shown_and_the_others_named(guided: Guided) -> None:
    """Each version that goes is shown before it does; another letter is named with its command."""
    targets = [{"name": "A", "phone": "1"}, {"name": "B", "phone": "2", "language": "fr"}]
    guided.appeals.add(targets=targets, subject=None, letter=None, letters=TWO)

    with guided(columns=120) as talk:
        go(talk, *SENDER)
        talk.expect("Free them.")
        talk.expect("Lib\u00e9rez-les.")
        go(talk, ("> ", ""), ("Have you called?", "y"), ("Have you called?", "y"))
        talk.expect("protestmail answer strike --letter friends")
        assert talk.end() == 0


def test_a_call_is_asked_for_as_a_call(guided: Guided) -> None:
    """Where all that is asked for is a call, nobody is asked to write."""
    spoken = [{"id": "call", "kind": "phone", "subject": "s", "body": "Good day."}]
    guided.appeals.add(targets=MANY[2:3], subject=None, letter=None, letters=spoken)

    with guided() as talk:
        go(talk, ("Do you want to call? [Y/n/q]", ""), *SENDER[1:])
        go(talk, ("Why do you call?", ""), ("Have you called?", "y"))
        talk.expect("That is all")
        assert "write?" not in talk.seen


def test_a_file_that_is_there_stays(guided: Guided) -> None:
    """A page or draft that its writer may have changed is left; the new one stands beside it."""
    guided.appeals.add(targets=MANY[1:2])
    there = guided.home / "letters" / "strike-council-1.pdf"
    there.parent.mkdir()
    there.write_bytes(b"mine")

    for _ in range(2):  # the same page once more is the same file
        with guided("--own-words", "x", "--name", "A", "--address", "1 Lane") as talk:
            go(talk, ("Do you want to write?", ""), ("Leave them so?", ""), ("Write the page", ""))
            talk.expect("strike-council-1-2.pdf")
            go(talk, ("Is it in the post?", "n"))
            assert talk.end() == 1
    assert there.read_bytes() == b"mine"
    assert guided.files() == ["strike-council-1-2.pdf", "strike-council-1.pdf"]


def test_words_for_one_letter_are_not_said_in_another(guided: Guided) -> None:
    """What was written to a ministry is kept for it, and does not stand in a letter to friends."""
    targets = [MANY[0], {"name": "Friends", "email": "us@friends.example", "letter": "friends"}]
    guided.appeals.add(targets=targets, subject=None, letter=None, letters=TWO[::2])
    with guided() as talk:
        go(talk, *SENDER, *WORDS, ("Which? [r]", "q"))
        assert talk.end() == 1

    with guided("--letter", "friends") as talk:
        go(talk, ("Do you want to write?", ""), ("> ", "Be brave."), ("> ", ""))
        go(talk, ("Leave them so?", ""), ("Which? [r]", "q"))
        assert talk.end() == 1
        assert "My aunt" not in talk.seen
    with guided() as talk:
        go(talk, ("Do you want to write?", ""), ("My aunt is one of them.", ""))
        go(talk, ("Which? [r]", "q"))
        assert talk.end() == 1

    assert guided.run("journal", "--forget", "strike", "--yes", env=guided.env).code == 0
    assert list((guided.home / "state").glob("drafts/*")) == []


def test_an_optional_copy_is_asked_about(guided: Guided) -> None:
    """A copy that the appeal leaves to its writer goes along where the writer says so."""
    press = {"name": "Gazette", "email": "press@gazette.example", "optional": True}
    guided.appeals.add(cc=[press])

    with guided("--copy", "Gazette") as talk:
        go(talk, *SENDER)
        talk.expect("Cc: Gazette <press@gazette.example>")
        go(talk, ("> ", "q"))
        assert "Send this copy" not in talk.seen
        assert talk.end() == 1
    with guided() as talk:
        go(talk, SENDER[0])
        talk.expect("Who may get a copy: Gazette <press@gazette.example>")
        go(talk, ("Send this copy, too?", "y"))
        talk.expect("Cc: Gazette <press@gazette.example>")
        go(talk, ("> ", ""), ("Which? [r]", "r"))
        talk.expect("1. accepted, 1 copy")
        go(talk, ("Which? [k]", "k"))
        assert talk.end() == 1


def test_what_is_pasted_answers_nothing_else(guided: Guided) -> None:
    """Several paragraphs pasted in one go are all own words; no question is answered by them."""
    guided.appeals.add()

    with guided() as talk:
        go(talk, *SENDER)
        talk.expect("> ")
        talk.press(b"One,\ntwo.\n\nThree.\n\n\ny\n\n")
        talk.expect("Your own words in it: One, two.\n\nThree.\n\ny\n")
        go(talk, ("Leave them so?", "q"))
        assert talk.end() == 1


def test_leaving_in_a_paragraph_loses_nothing(guided: Guided) -> None:
    """Ctrl-C in the middle of a paragraph keeps the lines before it for the next time."""
    guided.appeals.add()

    with guided() as talk:
        go(talk, *SENDER, ("> ", "My aunt is one of them."))
        talk.expect("> ")
        talk.interrupt()
        talk.expect("protestmail answer strike")
        assert talk.end() == 130
    with guided() as talk:
        go(talk, ("Do you want to write?", ""), ("My aunt is one of them.", "q"))


def test_arrow_keys(guided: Guided) -> None:
    """A slip is mended with the arrow keys before Enter, and no odd character is left."""
    guided.appeals.add()

    with guided() as talk:
        go(talk, SENDER[0])
        talk.expect("Your name, as you sign: ")
        talk.press(b"Aliya Eample" + b"\x1b[D" * 5 + b"x\n")
        go(talk, *WHO[1:])
        talk.expect("  Aliya Example\n")
        go(talk, ("Is that right?", "q"))
        assert talk.end() == 1


def test_what_is_left_is_named(guided: Guided) -> None:
    """In the end it says what is not done yet, and by which command it goes on."""
    guided.appeals.add(targets=MANY[:3], actions=[{"kind": "picket", "text": "Come."}])

    with guided() as talk:
        go(talk, *POSTING, ("> ", ""), ("Which? [r]", "k"), ("Write the page", "n"))
        go(talk, ("Have you called?", "n"), ("Have you done it?", "n"))
        talk.expect("Not done yet: 1 letter by e-mail; Council by post; Court by phone; picket")
        assert talk.end() == 1


def test_q_leaves_at_every_question(guided: Guided) -> None:
    """``q`` leaves where one's name or town is asked for as well, and is no name."""
    guided.appeals.add()

    with guided() as talk:
        go(talk, *SENDER[:2], ("Your organisation", "q"))
        talk.expect("What is left is taken up by")
        assert talk.end() == 1
    assert not (guided.home / "protestmail").exists()


def test_the_way_back_names_the_letter(guided: Guided) -> None:
    """What is left of another letter, or for one target, is taken up by a command that says so."""
    guided.appeals.add(targets=MANY)

    with guided("--target", "court", "--language", "en", columns=120) as talk:
        go(talk, ("Do you want to write?", "n"))
        talk.expect("protestmail answer strike --language en --target court")
        assert talk.end() == 1


def test_what_went_by_fax_is_not_left(guided: Guided) -> None:
    """A letter that went by fax needs no stamp: one way on paper is enough."""
    guided.appeals.add(targets=[{"name": "Court", "post": ["1 Lane"], "fax": "+44 1 2"}])

    with guided() as talk:
        go(talk, *POSTING, ("> ", ""), ("Write the page", "n"), ("Write the page", "d"))
        talk.expect("That is all")
        assert talk.end() == 0


def test_a_position_is_one_in_an_organisation(guided: Guided) -> None:
    """Whoever writes for an organisation is asked for the position there, and nobody else."""
    guided.appeals.add()
    position = (("Your organisation", "Example Union"), ("Your position there", "Secretary"))

    with guided() as talk:
        go(talk, SENDER[0], WHO[0], *position, *WHO[2:])
        talk.expect("  Secretary, Example Union\n")
        go(talk, ("Is that right?", "q"))
        assert talk.end() == 1


def test_another_letter_is_not_done_with_the_first(guided: Guided) -> None:
    """A letter that is asked for by its id is gone through, whatever its target got before."""
    letters = [TWO[0], {**TWO[0], "id": "second", "body": "Once more. {{ signature }}"}]
    guided.appeals.add(targets=MANY[1:2], subject=None, letter=None, letters=letters)
    with guided() as talk:
        go(talk, *POSTING, ("> ", ""), ("Write the page", "d"))
        talk.expect("That is all")
    with guided() as talk:
        talk.expect("all that this appeal asks for is done")

    with guided("--letter", "second") as talk:
        go(talk, ("Do you want to write?", ""))
        talk.expect("Once more.")
        go(talk, ("> ", "q"))
        assert talk.end() == 1
