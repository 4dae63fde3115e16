"""The ways of ``render`` that end in the writer's own mail program: links, and drafts."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from protestmail import files
from protestmail.appeals.appeal import Appeal
from protestmail.cli.app import App
from protestmail.cli.letters import STAND_IN
from protestmail.cli.opening import Opening
from protestmail.errors import Refused
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.sender import Sender
from protestmail.mail.recipients import Addressed, sort
from protestmail.screen.letters import show_link


def _mailable(app: App, written: Sequence[Letter]) -> tuple[Addressed, ...]:
    """Sort out the letters that e-mail cannot carry, saying so."""
    mailing = sort(written)
    for target, _ in mailing.not_mailed:
        app.screen.note(f"{target.label}: not for e-mail, so left out here")
    if not mailing.letters:
        calls = {one.kind for one in written} == {PHONE}
        hint = "it is a call: --script" if calls else "--pdf, --print and --script are left"
        raise Refused("there is nobody to write to by e-mail", hint)
    return mailing.letters


def links(
    app: App,
    written: Sequence[Letter],
    *,
    offer: bool = True,
    draft: Callable[[Letter], str] | None = None,
) -> None:
    """Open a link for each letter, or show it, or what to copy where it would be too long.

    What is too long for a link is opened as a ``draft``, where there is one to be had.
    """
    from protestmail.mail import link  # noqa: PLC0415  for links only

    opening = Opening(app, offer=offer)
    for one in _mailable(app, written):
        letter, made = one.letter, link.link(one)
        if made.too_long and draft:
            drafted = partial(draft, letter)
            if opening.done(letter, drafted, "open that file"):
                continue
        for file in letter.attachments:
            app.screen.note(f"a link cannot carry {file.file}: attach it by hand")
        if made.too_long or not opening.done(letter, partial(str, made.url), "copy the link"):
            show_link(app.screen, letter, made)
        if made.too_long and not draft:
            app.screen.note("--eml DIR writes a draft instead, which may be of any length")


def drafts(
    app: App,
    appeal: Appeal,
    written: Sequence[Letter],
    sender: Sender,
    folder: Path,
    *,
    force: bool = False,
    beside: bool = False,
    offer: bool = True,
) -> list[Path]:
    """Write each letter as a draft into a folder, name the files, and offer to open them.

    What is there is replaced with ``force``, or left with ``beside`` and the new one put there.
    """
    import secrets  # noqa: PLC0415  for drafts only, as is what follows

    from protestmail.mail.message import Manner, compose_all  # noqa: PLC0415

    letters = _mailable(app, written)
    stems = [one.letter.stem for one in letters]
    paths = files.paths(stems, folder, force=force or beside)
    manner = Manner(app.now, draft=True)
    messages = compose_all(letters, appeal, sender, manner, partial(secrets.token_hex, 16))
    for number, message in enumerate(messages):
        named = files.beside(paths[number], message.data) if beside else paths[number]
        files.write(message.data, named, force=force)
        app.screen.raw(str(named))
        paths[number] = named.absolute()
    if sender.email.endswith(f"@{STAND_IN}"):
        app.screen.note("before they go, your mail program must put your own address in From")
    opening = Opening(app, offer=offer)
    for one, path in zip(letters, paths, strict=True):
        opening.done(one.letter, partial(str, path), "open these files yourself")
    return paths
