"""``protestmail schema``."""

import click

from protestmail.appeals.file.grammar import schema_text
from protestmail.cli.app import App, common_options, epilog


@click.command(
    "schema", epilog=epilog("protestmail schema > appeal.schema.json", "protestmail schema | less")
)
@common_options
@click.pass_obj
def command(app: App) -> None:
    """Print the JSON Schema of appeal files, for editors that check while one types."""
    app.screen.raw(schema_text().rstrip("\n"))
