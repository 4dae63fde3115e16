"""Who sets the program up: the questions of ``init`` and what is typed to them."""

from collections.abc import Sequence

from makers.program import Dialogue, Program

Answers = Sequence[tuple[str, str | None]]
"""Questions and what is typed to them; None for what is only shown."""
NAMED = [
    ("Your name", "Aliya Example"),
    ("Your organisation", "Example Union"),
    ("Your position", ""),
    ("For how many you speak", ""),
    ("Your town", "Port Example"),
    ("Your country", ""),
    ("Your postal address", ""),
    ("Your telephone number", ""),
]
EMAIL: Answers = [("Your e-mail address", "aliya@branch.example")]
WHO: Answers = [*EMAIL, *NAMED]
SERVER: Answers = [
    ("Mail server", "smtp.branch.example"),
    ("Encryption", "starttls"),
    ("Port", ""),
    ("User name at the server", ""),
]
ASK: Answers = [("Which", "ask")]
END: Answers = [("a copy of each letter", "n"), ("quiet", "n")]


def answer(talk: Dialogue, answers: Answers) -> None:
    """Wait for each question, and answer it."""
    for question, text in answers:
        talk.expect(question)
        if text is not None:
            talk.type(text)


def init(run: Program, answers: Answers, *args: str) -> str:
    """Answer to the end; give what was seen."""
    with run.dialogue("init", *args) as talk:
        answer(talk, answers)
        assert talk.end() == 0, talk.seen
    return talk.seen


def configured(run: Program, *args: str) -> dict[str, str]:
    """Give what ``protestmail config`` reads back."""
    listed = run("config", "--json", *args).json["settings"]
    return {one["name"].removeprefix("PROTESTMAIL_"): one["value"] for one in listed}
