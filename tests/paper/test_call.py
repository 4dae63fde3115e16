"""Scripts for the telephone: whom to ring up, and what to say."""

from dataclasses import replace

from makers.appeals import SIGNED, Folder
from makers.letters import SENDER, write_letter
from makers.program import Program
from protestmail.appeals.appeal import Target
from protestmail.letters.sender import Sender
from protestmail.paper import call

PRISON = Target(
    id="prison",
    name="Prison No. 1",
    attention="the governor",
    phone=("+7 727 555 01 01", "+7 727 555 01 02"),
    note="Keep trying: it is answered after ten.",
)
DEMANDS = ("Free the committee.", "Let a doctor in.")


def _text(
    body: str = "Free them.\n\n{{ signature }}", kind: str = "protest", **given: object
) -> str:
    letter = write_letter(body, targets=(PRISON,), demands=DEMANDS, kind=kind, **given)  # type: ignore[arg-type]
    return call.text(call.script(letter))


def test_a_letter_as_a_call() -> None:
    """A letter that is not made to be spoken gives an opening, its subject, the demands, thanks."""
    assert _text() == (
        "Call: Prison No. 1, the governor\n"
        "Number: +7 727 555 01 01\n"
        "Number: +7 727 555 01 02\n"
        "Note: Keep trying: it is answered after ten.\n"
        "\n"
        "Say (en):\n"
        "\n"
        "Good day. My name is Aliya Example, Secretary, Example Union "
        "(representing 240 members).\n"
        "\n"
        "I am calling about this: Free them\n"
        "\n"
        "I ask you for the following:\n"
        "\n"
        "- Free the committee.\n"
        "- Let a doctor in.\n"
        "\n"
        "Thank you for your time."
    )


def test_a_script_is_spoken_as_it_stands() -> None:
    """A letter of kind phone is the text; demands that it does not hold are points to add."""
    spoken = "I am {{ sender.name }}. Free the committee.\n\nWhen will you?"

    said = _text(spoken, "phone").partition("Say (en):\n\n")[2]

    assert said == (
        "I am Aliya Example. Free the committee.\n\nWhen will you?\n\n"
        "Points not to forget:\n\n- Let a doctor in."
    )


def test_the_letters_language_is_spoken() -> None:
    """What is said is in the letter's language; what the caller is told is English."""
    said = _text(language="ru", subject="Свободу комитету")

    assert said.startswith("Call: Prison No. 1")
    assert "Здравствуйте! Меня зовут Aliya Example" in said
    assert "Я звоню вот по какому поводу: Свободу комитету" in said
    assert said.endswith("Спасибо, что уделили мне время.")


def test_who_is_not_told_is_not_said() -> None:
    """Whoever gives no name opens without one, and no telephone or address is ever said."""
    assert "My name" not in _text(sender=Sender(phone="555 0100"))
    assert "555 0100" not in _text(sender=replace(SENDER, phone="555 0100"))


def test_calling(run: Program, appeals: Folder) -> None:
    """``render --script`` gives a script for each target with a number, and names the others."""
    targets = [
        {"name": "Prison", "phone": "+7 727 555 01 01"},
        {"name": "Court", "email": "clerk@court.example"},
        {"name": "Mill", "phone": "555", "do_not_write": "private"},
    ]
    appeals.add(targets=targets, together=True)

    done = run("--appeals", str(appeals), "render", "strike", "--script", *SIGNED)

    assert done.code == 0
    assert done.out.startswith("Call: Prison\nNumber: +7 727 555 01 01\n\nSay (en):\n")
    assert len(done.letters) == 1
    assert "Court: no telephone number is known" in done.err


def test_nobody_to_call(run: Program, appeals: Folder) -> None:
    """Without any number there is no script: a sentence, and the other ways."""
    appeals.add()

    done = run("--appeals", str(appeals), "render", "strike", "--script", *SIGNED)

    assert (done.code, done.out) == (69, "")
    assert "no telephone number" in done.err
    assert "--pdf" in done.err
