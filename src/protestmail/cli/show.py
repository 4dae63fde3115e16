"""``protestmail show``."""

import click

from protestmail import library
from protestmail.cli.app import App, appeal_argument, common_options, epilog
from protestmail.followups import FollowUps
from protestmail.screen import appeals


@click.command(
    "show",
    epilog=epilog(
        "protestmail show mangistau-oil-strike", "protestmail show practice-letter --json"
    ),
)
@appeal_argument
@click.option("--json", "as_json", is_flag=True, help="Write JSON with stable keys.")
@common_options
@click.pass_obj
def command(app: App, appeal_id: str, *, as_json: bool) -> None:
    """Show one appeal: the case, its demands, the risk, the targets and what to do."""
    appeal = library.find(appeal_id, app.folders).appeal
    newer = FollowUps(app.folders).latest(appeal.id)
    if as_json:
        app.screen.json(appeals.appeal_json(appeal, newer))
    else:
        appeals.show_appeal(app.screen, appeal, app.today, newer)
