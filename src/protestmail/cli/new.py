"""``protestmail new``."""

import re
from pathlib import Path

import click

from protestmail import files
from protestmail.appeals.file.grammar import schema_text
from protestmail.cli.app import App, common_options, epilog
from protestmail.commands import to_type
from protestmail.errors import UsageProblem

FORM = """\
# {id}: an urgent appeal. Replace every [TEXT IN BRACKETS], then: protestmail check {id}.yaml
# Lines that start with # are notes for you. All fields: docs/appeal-format.md

title: "[WHAT YOU ASK FOR, IN ONE LINE]"
status: draft                  # active once it may be sent
issued: {today}
# send_before: {today}         # no letter after this day

issued_by:
  name: "[YOUR ORGANISATION]"
  email: "[YOUR ADDRESS]"

# country: KZ                  # where the case is, ISO 3166
# topics: [labour, lawyers]

summary: >-
  [ONE OR TWO SENTENCES FOR THE PERSON WHO WILL WRITE]

# What the letters ask, one line each, in order.
demands:
  - "[THE FIRST DEMAND]"
  - "[THE SECOND DEMAND]"

# guidance:
#   - Be polite and keep to the facts.
# risk: Something that a writer must know before sending.

sources:
  - title: "[WHERE THE FACTS COME FROM]"
    # url: https://campaign.example/report

# Who is written to. Each target needs a name, and any of: email, post, phone, fax, web.
targets:
  - name: "[NAME OF THE OFFICE]"
    email: "[ADDRESS OF THE OFFICE]"
    # salutation: Dear Minister      # no comma at its end: the letter writes it
    # post: ["Street 1", "12345 Town"]

# Who gets a copy of every letter.
# cc: [campaign@organisation.example]

subject: "[THE SUBJECT OF THE LETTER]"

# The model letter. The writer's name and words come in by themselves: keep the blanks in {{{{ }}}}.
letter: |
  {{{{ salutation }}}}

  [WHAT HAS HAPPENED, AND WHY IT MATTERS TO YOU]

  I therefore ask you for the following:

  {{% for demand in demands %}}
  {{{{ loop.index }}}}. {{{{ demand }}}}
  {{% endfor %}}

  {{{{ own_words }}}}

  Yours faithfully,

  {{{{ signature }}}}
"""


SCHEMA = "appeal.schema.json"
FOR_EDITORS = f"# yaml-language-server: $schema=./{SCHEMA}\n"
"""What editors look for at the top of a file: the path is taken from the file's own folder."""


@click.command("new", epilog=epilog("protestmail new free-the-lawyers", "protestmail new x -o -"))
@click.argument("appeal_id", metavar="ID")
@click.option("-o", "--output", metavar="FILE", help="Write to this file; - prints it.")
@common_options
@click.pass_obj
def command(app: App, appeal_id: str, output: str | None) -> None:
    """Start a new appeal: a file with notes to fill in, ID.yaml in this folder.

    The schema is laid beside it, by which editors know its fields.
    """
    if not re.fullmatch("[a-z0-9-]{1,60}", appeal_id):
        hint = "only a-z, 0-9 and -, at most 60, such as free-the-lawyers"
        raise UsageProblem(f'"{appeal_id}" cannot be the id of an appeal', hint)
    form = FORM.format(id=appeal_id, today=app.today)
    if output == "-":
        app.screen.raw(form.rstrip("\n"))
        return
    path = Path(output or f"{appeal_id}.yaml")
    if path.exists() or path.is_symlink():
        raise UsageProblem(f"{path} is there already", "choose another id, or --output FILE")
    files.write(f"{FOR_EDITORS}{form}".encode(), path)
    _lay_schema(app, path.with_name(SCHEMA))
    app.screen.note(f"{path} is written: fill it in, then: {to_type('check', str(path))}")


def _lay_schema(app: App, path: Path) -> None:
    """Write the schema where there is none; one of another version may be somebody's choice."""
    schema = schema_text().encode()
    if files.beside(path, schema) != path:
        app.screen.note(f"{path} is not of this version; to renew it: {to_type('schema')} > {path}")
    elif not path.exists():
        files.write(schema, path)
        app.screen.note(f"{path} is written: by it, an editor knows the fields of an appeal")
