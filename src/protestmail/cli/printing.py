"""The ways of ``render`` that need no computer at the other end: on paper, and by telephone."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from protestmail import files
from protestmail.appeals.channels import WORDS
from protestmail.cli.app import App
from protestmail.commands import to_type
from protestmail.errors import Exit, MissingFont, Refused
from protestmail.letters.letter import Letter, calls, one_by_one
from protestmail.mail.recipients import by_hand, on_paper
from protestmail.screen.letters import by_post, reached

NOBODY = "nobody here is to be written to or called"


def documents(
    app: App, written: Sequence[Letter], folder: Path, *, sheet: str, force: bool
) -> Exit:
    """Write a PDF for each target; those for which a font is missing are told and left out."""
    from protestmail.paper import layout, pdf  # noqa: PLC0415  for documents only

    press = pdf.Press(sheet)
    ready = _for_paper(app, written)
    code = Exit.DONE
    paths = files.paths([one.stem for one in ready], folder, ".pdf", force=force)
    for one, path in zip(ready, paths, strict=True):
        page = layout.lay_out(one)
        try:
            document = press.typeset(page)
        except MissingFont as why:
            app.screen.error(f"{_name(one)}: {why.message}; {path} is not written", why.hint)
            code = why.exit_code
        else:
            files.write(document, path, force=force)
            app.screen.raw(str(path))
            _tell_window(app, one, len(page.address), pdf.WINDOW[sheet])
    return code


def _tell_window(app: App, one: Letter, lines: int, window: tuple[int, int]) -> None:
    """Say where an address is too long for the window of an envelope."""
    readable, all_ = window
    if lines > all_:
        told = f"so only {all_} of them show in an envelope's window: write it on the envelope"
        app.screen.note(f"{_name(one)}: the address has {lines} lines, {told}")
    elif lines > readable:
        app.screen.note(f"{_name(one)}: the address has {lines} lines, so its type is small")


def pages(app: App, written: Sequence[Letter]) -> None:
    """Show the letters as they are laid out on paper."""
    from protestmail.paper import layout  # noqa: PLC0415

    _show(app, (layout.text(layout.lay_out(one)) for one in _for_paper(app, written)))


def scripts(app: App, written: Sequence[Letter]) -> None:
    """Show a script for each target that has a telephone; say which have none."""
    from protestmail.paper import call  # noqa: PLC0415

    spoken = list(calls(written))
    if not any(one.targets[0].phone for one in spoken):
        hint = NOBODY
        if written:
            send = to_type("send", written[0].appeal)
            hint = f"to write instead: {send}, or render with --mailto, --pdf or --print"
        raise Refused("no telephone number is known of anybody here", hint)
    for one in spoken:
        if not one.targets[0].phone:
            app.screen.note(f"{_name(one)}: no telephone number is known")
    _show(app, (call.text(call.script(one)) for one in spoken if one.targets[0].phone))


def _for_paper(app: App, written: Sequence[Letter]) -> list[Letter]:
    """The letters to print, one for each target; says which of them have no postal address."""
    ready = list(one_by_one(written))
    if not ready:
        hint = NOBODY
        if written:
            hint = f"--script is for a call; {to_type('answer', written[0].appeal)} has all ways"
        raise Refused("there is no letter to anybody here that could be printed", hint)
    for one in ready:
        if not one.targets[0].post:
            app.screen.note(f"{_name(one)}: no postal address is known")
    for copy in dict.fromkeys(copy for one in ready for copy in on_paper(one)):
        told = "a copy goes by post, so print each page once more for it"
        app.screen.note(f"{told}: {by_post(copy)}")
    for copy in dict.fromkeys(copy for one in ready for copy in by_hand(one)):
        app.screen.note(f"a copy goes by {WORDS[copy.by_hand[0]]}: {reached(copy)}")
    for file in dict.fromkeys(file for one in ready for file in one.attachments):
        app.screen.note(f"print this too, to go with the letter: {file.title or file.file}")
    return ready


def _show(app: App, texts: Iterable[str]) -> None:
    for number, one in enumerate(texts):
        if number:
            app.screen.separator()
        app.screen.raw(one)


def _name(one: Letter) -> str:
    return one.targets[0].label
