"""``protestmail show``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from protestmail.appeals import library
from protestmail.appeals.followups import FollowUps
from protestmail.cli.app import App, appeal_argument, common_options, epilog, fill, profile_options
from protestmail.screen import show

if TYPE_CHECKING:
    from protestmail.settings.settle import Settings


@click.command(
    "show",
    epilog=epilog(
        "protestmail show mangistau-oil-strike", "protestmail show practice-letter --json"
    ),
)
@appeal_argument
@click.option("--json", "as_json", is_flag=True, help="Write JSON with stable keys.")
@click.option("--country", metavar="TEXT", help="Your country, for what depends on it.")
@profile_options
@common_options
@click.pass_obj
def command(
    app: App,
    appeal_id: str,
    *,
    as_json: bool,
    country: str | None,
    profile: str | None,
    env_file: Path | None,
) -> None:
    """Show one appeal: the case, its demands, the risk, the targets and what to do.

    Your settings are read only for a target that depends on where you live.
    """

    def settings_here() -> "Settings":
        from protestmail.settings import settle  # noqa: PLC0415  most appeals need none

        flags = {"country": country}
        return settle.settle(flags, app.environ, env_file=env_file, profile=profile)

    appeal = fill(app, library.find(appeal_id, app.folders).appeal, settings_here)
    newer = FollowUps(app.folders).latest(appeal.id)
    if as_json:
        app.screen.json(show.appeal_json(appeal, newer))
    else:
        show.show_appeal(app.screen, appeal, app.today, newer)
