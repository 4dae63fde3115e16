"""What ``render`` and ``send`` share: the options, the appeal, the sender, the notes."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from protestmail import characters, files
from protestmail.appeals.appeal import ACTIVE, Appeal
from protestmail.appeals.file import parsing
from protestmail.appeals.file.names import slug
from protestmail.appeals.file.reader import MAX_BYTES
from protestmail.checking.proofread import sound
from protestmail.cli.app import App, fill
from protestmail.cli.request import Request
from protestmail.commands import to_type
from protestmail.errors import Refused, UsageProblem
from protestmail.letters import ownwords
from protestmail.letters.allowlist import OWN_WORDS
from protestmail.letters.blanks import CALLED
from protestmail.letters.leftovers import Leftover, NotFinished, doubtful
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.selection import Selection, held_back, select
from protestmail.letters.sender import FIELDS, SPECIMEN, Sender
from protestmail.screen.letters import in_other_language, not_written
from protestmail.settings.settle import Settings

MAX_NAME = 255
STAND_IN = "rehearsal.example"
"""The domain of the address of a sender who has none."""


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
        parsed = app.shelf.find(appeal_id)
    return app.known_as(appeal_id, parsed, sound(parsed, today=app.today))


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
    newer = app.shelf.latest(appeal.id, appeal.file)
    if newer and newer.status == ACTIVE:
        app.screen.note(f"followed up by {newer.id}: {to_type('show', newer.id)}", "bold")


def selection(appeal: Appeal, request: Request, *, spoken: bool = False) -> Selection:
    """Choose the letters that are asked for; ``spoken``, those for a call as well."""
    letter, language = request.letter, request.language
    return select(appeal, letter=letter, language=language, targets=request.targets, spoken=spoken)


def tell_selection(app: App, id_: str, selected: Selection, command: str = "") -> None:
    """Say on stderr what the letters of an appeal leave open: languages, targets, other letters.

    ``command`` is what another letter is chosen with, if it is not the one that runs.
    """
    for other in selected.other_languages:
        app.screen.note(in_other_language(other))
    for one in selected.unwritten:
        app.screen.note(not_written(one))
    for other_id, kind in selected.others.items():
        if kind == PHONE:
            app.screen.note(
                f"there is a call to make as well: {to_type('render', id_, '--script')}"
            )
            continue
        extra = "" if kind == other_id else f" ({kind})"
        choose = _option("--letter", other_id, command, id_)
        app.screen.note(f"there is another letter, {other_id}{extra}: {choose}")


def tell_languages(app: App, id_: str, selected: Selection, command: str = "") -> None:
    """Say on stderr in which other languages the letters are there, and how one is chosen."""
    if selected.languages:
        choose = _option("--language", selected.languages[0], command, id_)
        app.screen.note(f"also in {', '.join(selected.languages)}: {choose}")


def _option(name: str, value: str, command: str, id_: str) -> str:
    """An option of the command that runs, or of another one."""
    return to_type(command, id_, name, value) if command else f"{name} {value}"


def tell_words(app: App, letters: Iterable[Letter], words: str) -> None:
    """Say what is not in a letter's language: the writer's paragraph, or the program's words."""
    every = list(letters)
    found = sorted({letter.language for letter in every})
    if words and len(found) > 1:
        app.screen.note(
            f"your own words are not translated: they stand so in each letter ({', '.join(found)})"
        )
    if foreign := sorted({one.language for one in every if one.english}):
        app.screen.note(
            f"what protestmail adds to the letter in {', '.join(foreign)} is in English "
            "(greeting, whom you speak for): it knows no words of that language"
        )


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
    """Say on stderr what is still to be filled in, once for each place, and how."""
    told: dict[str, Leftover] = {}
    for one in leftovers:  # a blank is told once, a gap at each of its places
        told.setdefault(one.blank or f"{one.line} {one.text}", one)
    for one in sorted(told.values()):
        where = f", line {one.line}" if one.line else ""
        app.screen.note(f'unfinished{where}: "{one.text}"{_filled_by(one.blank)}', "bold")


def tell_doubtful(app: App, letters: Iterable[Letter]) -> None:
    """Say on stderr which words in brackets only may have to be filled in."""
    texts = (f"{one.subject}\n{one.body}" for one in letters)
    for text in dict.fromkeys(piece.text for one in texts for piece in doubtful(one)):
        app.screen.note(f'look whether this is meant so: "{text}"', "bold")


def _filled_by(blank: str) -> str:
    """How a blank that has nothing to write gets its text; empty for what is no blank."""
    if blank in CALLED:
        return f': say --{blank.rpartition(".")[2].replace("_", "-")} "…"'
    return ": the appeal leaves it empty; only who issued it can mend that" if blank else ""


def refuse_unfinished(app: App, written: Iterable[Letter]) -> None:
    """Raise NotFinished, having told all of it, where a letter is not to leave as it is."""
    if leftovers := [piece for one in written for piece in one.leftovers]:
        tell_unfinished(app, leftovers)
        raise NotFinished(leftovers)
