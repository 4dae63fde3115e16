"""``protestmail show``."""

from contextlib import suppress
from datetime import date
from functools import partial

import click

from protestmail.appeals.appeal import ACTIVE, Appeal, ModelLetter
from protestmail.cli.app import (
    App,
    appeal_argument,
    common_options,
    epilog,
    fill,
    json_option,
    profile_options,
)
from protestmail.errors import JournalProblem, SettingsProblem
from protestmail.letters.tasks import every
from protestmail.screen import show


@click.command(
    "show",
    epilog=epilog(
        "protestmail show mangistau-oil-strike", "protestmail show practice-letter --json"
    ),
)
@appeal_argument
@json_option
@click.option("--country", metavar="TEXT", help="Your country, for what depends on it.")
@profile_options
@common_options
@click.pass_obj
def command(app: App, appeal_id: str, *, as_json: bool, country: str | None) -> None:
    """Show one appeal: the case, its demands, the risk, the targets and what to do.

    Your settings are read for a target that depends on where you live, and to find your journal.
    """
    settings = partial(app.settings, {"country": country})
    parsed = app.shelf.find(appeal_id)
    appeal = app.known_as(appeal_id, parsed, parsed.appeal)
    appeal = fill(app, appeal, settings)
    newer = app.shelf.latest(appeal.id, appeal.file)
    if as_json:
        app.screen.json(show.appeal_json(appeal, newer))
    else:
        show.show_appeal(app.screen, _with_needs(appeal, app.today), app.today, newer)
        _show_record(app, appeal)


def _show_record(app: App, appeal: Appeal) -> None:
    """Show what of it is done and what is left, where the journal knows anything of it."""
    from protestmail.journal import origin  # noqa: PLC0415  sqlite3, here and below
    from protestmail.journal.record import Record  # noqa: PLC0415

    with suppress(SettingsProblem, JournalProblem):  # other commands tell of it
        record = Record(appeal.id, origin.of(appeal), app.journal_folder())
        record.read()
        tasks = every(appeal)
        left = record.left(tasks)
        done = [one for one in tasks if one not in left]
        if done:
            show.show_record(app.screen, appeal, done, left if appeal.status == ACTIVE else [])


def _with_needs(appeal: Appeal, today: date) -> Appeal:
    """Give the appeal with its subjects as a writer would see them, and all that letters need."""
    from protestmail.letters.blanks import CALLED  # noqa: PLC0415
    from protestmail.letters.letter import write  # noqa: PLC0415  it loads templates
    from protestmail.letters.needs import needed  # noqa: PLC0415
    from protestmail.letters.sender import SPECIMEN  # noqa: PLC0415
    from protestmail.letters.template import BadTemplate  # noqa: PLC0415

    def filled(model: ModelLetter) -> ModelLetter:
        own = [one for one in appeal.targets if model.id in (one.letter or (model.id,))][:1]
        with suppress(BadTemplate):  # check tells of it
            subject = write(appeal, model, tuple(own), SPECIMEN, today=today).subject
            found = (one.blank for one in needed(appeal, model, tuple(own), today))
            return model._replace(subject=subject, needs=tuple(CALLED[one] for one in found))
        return model

    return appeal._replace(letters=tuple(map(filled, appeal.letters)))
