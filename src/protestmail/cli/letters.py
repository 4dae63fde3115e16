"""What ``render`` and ``send`` share: the options, the appeal, the sender, the notes."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from protestmail import characters, files
from protestmail.appeals import library
from protestmail.appeals.appeal import ACTIVE, Appeal
from protestmail.appeals.file import parsing
from protestmail.appeals.file.names import slug
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.appeals.followups import FollowUps
from protestmail.checking.proofread import sound
from protestmail.cli.app import App, fill, profile_options
from protestmail.commands import to_type
from protestmail.errors import Refused, UsageProblem
from protestmail.letters import ownwords
from protestmail.letters.allowlist import OWN_WORDS
from protestmail.letters.leftovers import Leftover
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.selection import Selection, held_back, select
from protestmail.letters.sender import FIELDS, SPECIMEN, Sender
from protestmail.screen.letters import in_other_language, not_written
from protestmail.settings.fields import SENDER
from protestmail.settings.settle import Settings

MAX_NAME = 255
STAND_IN = "rehearsal.example"
"""The domain of the address of a sender who has none."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of letters: which ones, written by whom."""

    targets: tuple[str, ...]
    letter: str
    language: str
    own_words: str | None
    copies: tuple[str, ...]
    flags: dict[str, str | None]

    @property
    def again(self) -> list[str]:
        """The options that ask for the same once more; one's own words are kept anyhow."""
        asked = [("letter", one) for one in [self.letter] if one]
        asked += [("language", one) for one in [self.language] if one]
        asked += [("target", one) for one in self.targets]
        asked += [("copy", one) for one in self.copies]
        asked += [(name, one) for name, one in self.flags.items() if one is not None]
        return [part for name, one in asked for part in (f"--{name}", one)]


def letter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose and fill in letters; the command gets them as one Request."""

    @wraps(command)
    def gathered(*args: Any, **given: Any) -> Any:
        flags = {name: given.pop(name) for name in SENDER}
        chosen = {name: given.pop(name) for name in Request.__slots__ if name != "flags"}
        return command(*args, request=Request(**chosen, flags=flags), **given)

    wrapped: Callable[..., Any] = gathered
    for name, one in reversed(SENDER.items()):
        wrapped = click.option(f"--{name}", metavar="TEXT", help=one.help)(wrapped)
    for option in reversed(_CHOICES):
        wrapped = option(wrapped)
    return wrapped


_CHOICES = (
    click.option("--target", "targets", multiple=True, metavar="ID", help="Only this target."),
    click.option("--letter", metavar="ID", default="", help="Another of the appeal's letters."),
    click.option("--language", metavar="TAG", default="", help="The letter's language."),
    click.option("--own-words", metavar="TEXT|@FILE", help="A paragraph of your own."),
    click.option("--copy", "copies", multiple=True, metavar="WHOM", help="An optional copy, too."),
    profile_options,
)


def open_appeal(app: App, appeal_id: str, request: Request) -> Appeal:
    """Read an appeal; look up what depends on the writer, and say what of it is missing."""
    appeal = read_appeal(app, appeal_id)
    appeal = with_copies(app, appeal, request.copies)
    return fill(app, appeal, partial(app.settings, request.flags), request.targets)


def with_copies(app: App, appeal: Appeal, names: Iterable[str]) -> Appeal:
    """Switch on the optional copies that are named, and tell of the others."""
    chosen = {appeal.offered(name) for name in names}
    for one in appeal.offered_copies:
        if one not in chosen:
            why = f" ({one.why})" if one.why else ""
            app.screen.note(f'no copy to {one.label}{why}; --copy "{one.label}" sends one')
    return appeal.with_copies(chosen)


def read_appeal(app: App, appeal_id: str) -> Appeal:
    """Find the appeal, or read it from standard input, and make sure that it can be written."""
    if appeal_id == "-":
        parsed = parsing.parse(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin", "-")
    else:
        parsed = library.find(appeal_id, app.folders)
    return app.known_as(appeal_id, sound(parsed, today=app.today))


def or_specimen(app: App, settled: Settings) -> Sender:
    """Give the sender; without a name, a specimen that says so."""
    sender = settled.sender
    if sender.name:
        return sender
    app.screen.note('no name is given: a specimen sender signs; say --name "Your Name"')
    if settled.hint:
        app.screen.note(settled.hint)
    nothing = not any(getattr(sender, name) for name in FIELDS)
    return SPECIMEN if nothing else replace(sender, name=SPECIMEN.name, specimen=True)


def with_address(app: App, sender: Sender) -> Sender:
    """Give a sender without e-mail an address that says what it is and belongs to nobody."""
    if sender.email:
        return sender
    stand_in = f"{slug(sender.name) or 'sender'}@{STAND_IN}"
    app.screen.note(f"no e-mail address is given: {stand_in} stands in for yours")
    return replace(sender, email=stand_in)


def own_words(request: Request) -> str:
    """Read the writer's paragraph, from a file where it starts with @."""
    text = request.own_words
    if not text:
        return ""
    if text.startswith("@"):
        name = text[1:]
        try:
            text = files.read(Path(name), MAX_BYTES).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as why:
            told = files.reason(why) if isinstance(why, OSError) else "it is not UTF-8 text"
            hint = "--own-words @FILE takes a text file in UTF-8"
            raise UsageProblem(f"{name} cannot be read: {told}", hint) from None
    elif len(text) < MAX_NAME and Path(text).is_file():
        hint = f"to take your words from that file: --own-words @{text}"
        raise UsageProblem(f'"{text}" is the name of a file', hint)
    text = text.replace("\r\n", "\n").strip()
    if characters.IN_TEXT.search(text):
        raise UsageProblem("your own words hold a control character", "type the passage anew")
    if len(text) > OWN_WORDS:
        raise UsageProblem("your own words are longer than a letter", "keep to 20,000 characters")
    return text


def refuse_withdrawn(appeal: Appeal) -> None:
    """Raise Refused where the issuer has withdrawn the appeal: nothing may go, by no way."""
    if appeal.stop_action:
        hint = f"nobody should write any more; {to_type('show', appeal.id)}"
        raise Refused(f"stop action: {appeal.stop_action}", hint)


def tell_standing(app: App, appeal: Appeal, selected: Selection, *, refuse: bool = False) -> bool:
    """Tell if these letters may go, and say on stderr why they do not.

    Raises Refused instead where they are really to go (``refuse``).
    """
    tell_follow_up(app, appeal)
    why_not = held_back(appeal, selected, app.today)
    if why_not and refuse:
        raise why_not
    if why_not:
        if appeal.stop_action:
            app.screen.note(f"STOP ACTION: {appeal.stop_action}", "bold")
        app.screen.note(why_not.message, "bold")
    return why_not is None


def tell_follow_up(app: App, appeal: Appeal) -> None:
    """Say on stderr that an active appeal has taken the place of this one."""
    newer = FollowUps(app.folders).latest(appeal.id)
    if newer and newer.status == ACTIVE:
        app.screen.note(f"followed up by {newer.id}: {to_type('show', newer.id)}", "bold")


def selection(appeal: Appeal, request: Request, *, spoken: bool = False) -> Selection:
    """Choose the letters that are asked for; ``spoken``, those for a call as well."""
    letter, language = request.letter, request.language
    return select(appeal, letter=letter, language=language, targets=request.targets, spoken=spoken)


def tell_selection(app: App, selected: Selection, *command: str) -> None:
    """Say on stderr what the letters leave open: languages, targets, other letters.

    ``command`` is what another letter is chosen with, if it is not the one that runs.
    """
    for other in selected.other_languages:
        app.screen.note(in_other_language(other))
    for one in selected.unwritten:
        app.screen.note(not_written(one))
    for id_, kind in selected.others.items():
        extra = "" if kind == id_ else f" ({kind})"
        choose = to_type(*command, "--letter", id_) if command else f"--letter {id_}"
        app.screen.note(f"there is another letter, {id_}{extra}: {choose}")


def tell_words(app: App, letters: Iterable[Letter], words: str) -> None:
    """Say that a writer's paragraph is not translated, where the letters are in languages."""
    languages = sorted({letter.language for letter in letters})
    if words and len(languages) > 1:
        app.screen.note(f"your own words stand as they are in letters in {', '.join(languages)}")


def tell_share(app: App, appeal: Appeal, letters: Sequence[Letter]) -> None:
    """Say on stderr how much of the first letter is the writer's own; ask for more if it is none.

    The appeal's guidance is offered as points to write about.
    """
    if not letters or letters[0].kind == PHONE:
        return
    found = ownwords.share(appeal, letters[0])
    if found.own:
        app.screen.note(f"{found.own} of {found.words} words are your own ({found.percent} %)")
        return
    app.screen.note(
        "none of it is in your own words yet, and letters that are all alike are read less: "
        f'--own-words "…" adds a paragraph, {to_type("send", appeal.id, "--edit")} changes the '
        "letter"
    )
    for one in appeal.guidance:
        app.screen.note(f"  - {one}")


def tell_unfinished(app: App, leftovers: Iterable[Leftover]) -> None:
    """Say on stderr what is still to be filled in, once for each place."""
    for line, text in sorted({(one.line, one.text) for one in leftovers}):
        app.screen.note(f'unfinished, line {line}: "{text}"', "bold")
