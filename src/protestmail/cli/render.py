"""``protestmail render``."""

from collections.abc import Iterable
from pathlib import Path

import click

from protestmail.appeals.appeal import Appeal
from protestmail.appeals.shelf import missed
from protestmail.cli import letters, mailing, printing
from protestmail.cli.app import SHEETS, App, appeal_argument, common_options, epilog, json_option
from protestmail.cli.request import Request, letter_options
from protestmail.errors import Exit, UsageProblem
from protestmail.letters import selection
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.sender import Sender
from protestmail.screen.letters import letter_json, show_letter

_WAYS = "--eml, --pdf, --print, --script, --mailto and --json"


@click.command(
    "render",
    epilog=epilog(
        'protestmail render practice-letter --name "Aliya Example"',
        "protestmail render mangistau-oil-strike --language ru --target kazmunaigas",
        "protestmail render practice-letter --pdf letters/ --paper us-letter",
    ),
)
@appeal_argument
@letter_options
@click.option("--eml", type=click.Path(path_type=Path), metavar="DIR", help="Write drafts here.")
@click.option("--pdf", type=click.Path(path_type=Path), metavar="DIR", help="Write PDFs here.")
@click.option("--paper", "sheet", type=click.Choice(SHEETS), default=SHEETS[0], help="Their size.")
@click.option("--force", is_flag=True, help="Let --eml and --pdf replace files that are there.")
@click.option("--print", "on_paper", is_flag=True, help="Lay out plain text for a printer.")
@click.option("--script", is_flag=True, help="Say whom to telephone, and what to say.")
@click.option("--mailto", "links", is_flag=True, help="Give links that open a mail program.")
@json_option
@common_options
@click.pass_obj
def command(
    app: App,
    /,
    appeal_id: str,
    *,
    request: Request,
    eml: Path | None,
    pdf: Path | None,
    sheet: str,
    force: bool,
    on_paper: bool,
    script: bool,
    links: bool,
    as_json: bool,
) -> int:
    """Preview the letters of an appeal; ID may be a file, or - for standard input.

    In a pipe, several letters are parted by a line that holds one form feed. What is still to be
    filled in is told on stderr.
    """
    if sum(map(bool, (eml, pdf, on_paper, script, links, as_json))) > 1:
        raise UsageProblem(f"{_WAYS} exclude each other", "ask for one of them")
    appeal = letters.open_appeal(app, appeal_id, request)
    if eml or pdf or on_paper or script or links:
        letters.refuse_withdrawn(appeal)
    sender = letters.or_specimen(app, app.settings(request.flags))
    selected = letters.selection(appeal, request, spoken=script)
    goes = letters.tell_standing(app, appeal, selected)
    words = letters.own_words(request)
    written = list(selection.letters(appeal, selected, sender, own_words=words, today=app.today))
    code = Exit.DONE
    if eml or pdf or on_paper or links or script:
        said = [one for one in written if one.kind == PHONE] if script else written
        letters.refuse_unfinished(app, said)
    if eml or links:
        letters.tell_languages(app, appeal.id, selected)
        letters.tell_selection(app, appeal.id, selected)
        _tell(app, appeal, written, words)  # above the question whether to open them
        return _hand_over(app, appeal, written, sender, eml, force=force, offer=goes)
    try:
        if pdf:
            code = printing.documents(app, written, pdf, sheet=sheet, force=force)
        elif on_paper:
            printing.pages(app, written)
        elif script:
            printing.scripts(app, written)
        elif as_json:
            listed = [letter_json(one) for one in written]
            app.screen.json({"version": 1, "notice": appeal.stop_action, "letters": listed})
        else:
            _letters(app, appeal, written)
    finally:
        letters.tell_languages(app, appeal.id, selected)
        letters.tell_selection(app, appeal.id, selected)
    _tell(app, appeal, written, words, script=script)
    return code


def _hand_over(
    app: App,
    appeal: Appeal,
    written: list[Letter],
    sender: Sender,
    eml: Path | None,
    *,
    force: bool,
    offer: bool,
) -> Exit:
    """Give the letters to the writer's mail program, as drafts or as links."""
    if eml:
        sender = letters.with_address(app, sender)
        mailing.drafts(app, appeal, written, sender, eml, force=force, offer=offer)
    else:
        mailing.links(app, written, offer=offer)
    return Exit.DONE


def _tell(
    app: App, appeal: Appeal, written: list[Letter], words: str, *, script: bool = False
) -> None:
    """Say on stderr what is to be known of these letters before they go."""
    if appeal.unheard:
        app.screen.note(missed(appeal.campaign, appeal.unheard), "bold")
    if appeal.risk:
        app.screen.note(f"risk: {appeal.risk}", "bold")
    letters.tell_words(app, written, words)
    if script:  # what else a letter says is not in its script
        written = [one for one in written if one.kind == PHONE]
    letters.tell_share(app, appeal, written)
    letters.tell_doubtful(app, written)
    letters.tell_unfinished(app, [piece for one in written for piece in one.leftovers])


def _letters(app: App, appeal: Appeal, written: Iterable[Letter]) -> None:
    for number, one in enumerate(written):
        if number:
            app.screen.separator()
        if appeal.stop_action:  # above each: one may be cut out of a pipe by itself
            app.screen.prose(f"STOP ACTION: {appeal.stop_action}", 0, "bold red", hang=2)
        show_letter(app.screen, one)
