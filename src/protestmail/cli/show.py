"""``protestmail show``."""

from functools import partial

import click

from protestmail.appeals import library
from protestmail.appeals.followups import FollowUps
from protestmail.cli.app import (
    App,
    appeal_argument,
    common_options,
    epilog,
    fill,
    json_option,
    profile_options,
)
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

    Your settings are read only for a target that depends on where you live.
    """
    settings = partial(app.settings, {"country": country})
    appeal = fill(app, library.find(appeal_id, app.folders).appeal, settings)
    newer = FollowUps(app.folders).latest(appeal.id)
    if as_json:
        app.screen.json(show.appeal_json(appeal, newer))
    else:
        show.show_appeal(app.screen, appeal, app.today, newer)
