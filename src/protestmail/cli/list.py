"""``protestmail list``."""

import click

from protestmail.appeals.file.grammar import schema
from protestmail.appeals.library import Headline
from protestmail.cli.app import App, common_options, epilog, json_option
from protestmail.commands import to_type
from protestmail.errors import Exit, Problem
from protestmail.screen.list import headline_json, show_list


@click.command(
    "list",
    epilog=epilog(
        "protestmail list",
        "protestmail list --all --topic strike",
        "protestmail list --status won --json",
    ),
)
@click.option("--all", "all_", is_flag=True, help="List those that have ended, too.")
@click.option(
    "--status",
    type=click.Choice(schema()["properties"]["status"]["enum"]),
    help="List those of one status.",
)
@click.option("--country", metavar="CODE", help="List those of one country, such as KZ.")
@click.option("--topic", metavar="SLUG", help="List those on one topic, such as strike.")
@json_option
@common_options
@click.pass_obj
def command(
    app: App,
    *,
    all_: bool,
    status: str | None,
    country: str | None,
    topic: str | None,
    as_json: bool,
) -> int:
    """List the appeals that can be answered.

    In a pipe, a line is an appeal: id, status, country, last day, targets, title, parted by tabs.
    """
    found: list[Headline] = []
    broken: list[Problem] = []
    ended = 0
    for one in app.shelf.headlines():
        if isinstance(one, list):
            broken += one
        elif not _wanted(one, status or "", country, topic):
            continue
        elif _wanted(one, status or ("" if all_ else "active"), country, topic):
            found.append(one)
        else:
            ended += 1
    if as_json:
        listed = [headline_json(one) for one in found]
        app.screen.json({"version": 1, "appeals": listed})
    else:
        show_list(app.screen, found, app.today)
    for problem in broken:
        app.screen.note(str(problem))
    if ended:
        app.screen.note(f"{ended} more are not active: {to_type('list', '--all')}")
    elif not found:
        app.screen.note(f"no appeal fits; see {to_type('list', '--all')}")
    _tell_of_sources(app, more=bool(ended))
    return Exit.DONE


def _tell_of_sources(app: App, *, more: bool) -> None:
    """Say which sources are silent; where nobody is followed yet, how that is done."""
    for note in app.shelf.notes():
        app.screen.note(note, "bold")
    if more and app.on_its_own:
        follow = to_type("source", "add", "NAME", "FOLDER", "--key", "KEY")
        app.screen.note(f"these came with the program; to follow a campaign: {follow}")


def _wanted(one: Headline, status: str, country: str | None, topic: str | None) -> bool:
    return (
        (not status or one.status == status)
        and (not country or one.country == country.upper())
        and (not topic or topic in one.topics)
    )
