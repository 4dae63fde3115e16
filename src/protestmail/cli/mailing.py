"""The ways of ``render`` that end in the writer's own mail program: links, and drafts."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from protestmail import files
from protestmail.appeals.appeal import Appeal
from protestmail.cli.app import App
from protestmail.cli.letters import STAND_IN
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


def links(app: App, written: Sequence[Letter]) -> None:
    """Show a link for each letter, or what to copy where it would be too long."""
    from protestmail.mail import link  # noqa: PLC0415  for links only

    for one in _mailable(app, written):
        show_link(app.screen, one.letter, link.link(one))
        for file in one.letter.attachments:
            app.screen.note(f"a link cannot carry {file.file}: attach it by hand")


def drafts(
    app: App,
    appeal: Appeal,
    written: Sequence[Letter],
    sender: Sender,
    folder: Path,
    *,
    force: bool = False,
    beside: bool = False,
) -> None:
    """Write each letter as a draft into a folder, and name the files.

    What is there is replaced with ``force``, or left with ``beside`` and the new one put there.
    """
    import secrets  # noqa: PLC0415  for drafts only, as is what follows

    from protestmail.mail.message import Manner, compose_all  # noqa: PLC0415

    letters = _mailable(app, written)
    stems = [one.letter.stem for one in letters]
    paths = files.paths(stems, folder, force=force or beside)
    manner = Manner(app.now, draft=True)
    messages = compose_all(letters, appeal, sender, manner, partial(secrets.token_hex, 16))
    for message, path in zip(messages, paths, strict=True):
        named = files.beside(path, message.data) if beside else path
        files.write(message.data, named, force=force)
        app.screen.raw(str(named))
    if sender.email.endswith(f"@{STAND_IN}"):
        app.screen.note("before they go, your mail program must put your own address in From")
