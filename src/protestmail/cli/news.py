"""``protestmail news``."""

from pathlib import Path

import click

from protestmail.cli.app import App, common_options, epilog, json_option, profile_options
from protestmail.commands import to_type
from protestmail.errors import Exit
from protestmail.journal import news
from protestmail.journal.journal import Journal, there
from protestmail.journal.news import News
from protestmail.screen.news import news_json, show_news


@click.command(
    "news", epilog=epilog("protestmail news", "protestmail news --all", "protestmail news --json")
)
@click.option("--all", "all_", is_flag=True, help="Every appeal that you answered.")
@json_option
@profile_options
@common_options
@click.pass_obj
def command(app: App, *, all_: bool, as_json: bool) -> int:
    """Tell what has happened since to the appeals that you answered.

    It looks into your journal and the files of the appeals, and nowhere else. In a pipe, a line
    is one thing that is new: appeal, kind, day, what, the command to give, parted by tabs.
    """
    answered = _answered(app, app.journal_folder())
    found = [one for one in answered if all_ or one.events]
    if as_json:
        listed = [news_json(app.screen, one) for one in found]
        app.screen.json({"version": 1, "appeals": listed})
    else:
        show_news(app.screen, found)
    if not answered:
        app.screen.note(f"no appeal was answered yet, so there is no news: {to_type('list')}")
    elif not any(one.events for one in answered):
        count = f"{len(answered)} appeal{'' if len(answered) == 1 else 's'}"
        app.screen.note(f"nothing new of the {count} that you answered")
    return Exit.DONE


def _answered(app: App, folder: Path) -> list[News]:
    """Read the journal, if there is one, and what has become of its appeals."""
    if not there(folder):
        return []
    with Journal(folder, reading=True) as journal:
        entries, noted = list(journal.entries()), journal.noted()
    return news.gather(entries, noted, app.shelf, app.today)
