"""A letter as a telephone call: whom to ring up, and what to say."""

from dataclasses import dataclass

from protestmail.letters import languages
from protestmail.letters.letter import PERSONAL, PHONE, Letter
from protestmail.letters.sender import Sender

POINTS = "Points not to forget:\n\n"
"""Stands above the demands that a caller is to work in."""


@dataclass(frozen=True, slots=True)
class Script:
    """One call: ``whom`` and ``numbers`` to ring, ``note`` for the caller, ``say`` to be spoken.

    ``points`` are the demands that the text to be spoken does not hold already.
    """

    language: str
    whom: tuple[str, ...]
    numbers: tuple[str, ...]
    note: str
    say: tuple[str, ...]
    points: tuple[str, ...]
    thanks: str


def script(letter: Letter) -> Script:
    """Make the script of a call to a letter's first target.

    A letter of kind ``phone`` is the text to be spoken; any other one gives its subject,
    and its writer's own words.
    """
    target, words = letter.targets[0], languages.words(letter.language)
    own = letter.kind == PHONE
    say = tuple(letter.body.split("\n\n")) if own else _opening(letter)
    if letter.own_words and not own:
        say += tuple(letter.own_words.split("\n\n"))
    return Script(
        language=letter.language,
        whom=tuple(filter(None, (target.name, target.role, target.organisation, target.attention))),
        numbers=target.phone,
        note=target.note,
        say=(*say, words.ask) if letter.demands and not own else say,
        points=letter.demands,
        thanks="" if own else words.thanks,  # a text to be spoken ends as it ends
    )


def _opening(letter: Letter) -> tuple[str, ...]:
    """Who calls, and what about."""
    sender, words = letter.sender, languages.words(letter.language)
    if letter.kind in PERSONAL:
        sender = Sender(name=sender.name if sender.name in letter.body else "")
    who = ", ".join(filter(None, (sender.name, sender.position, sender.organisation)))
    members = languages.members_line(letter.language, sender.members)
    hello = words.hello.format(who=f"{who} ({members})" if members else who) if who else ""
    return tuple(filter(None, (hello, words.calling.format(subject=letter.subject))))


def text(call: Script) -> str:
    """Set a script as plain text."""
    head = [f"Call: {', '.join(call.whom)}", *(f"Number: {one}" for one in call.numbers)]
    head += [f"Note: {call.note}"] if call.note else []
    return "\n\n".join(("\n".join(head), f"Say ({call.language}):", spoken(call)))


def spoken(call: Script) -> str:
    """What is said in a call, from its first word to its last."""
    points = "\n".join(f"- {one}" for one in call.points)
    if points and not call.thanks:  # the caller is to work them in
        points = f"{POINTS}{points}"
    return "\n\n".join(filter(None, (*call.say, points, call.thanks)))
