"""``protestmail new``."""

import json
import re
from datetime import date
from pathlib import Path

import click

from protestmail import files
from protestmail.appeals.file import facts
from protestmail.appeals.file.grammar import check_part, schema_text
from protestmail.appeals.file.names import unfit
from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog
from protestmail.commands import to_type
from protestmail.errors import UsageProblem
from protestmail.letters import languages

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

language: "{language}"                 # of all texts in this file
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

  {ask}

  {{% for demand in demands %}}
  {{{{ loop.index }}}}. {{{{ demand }}}}
  {{% endfor %}}

  {{{{ own_words }}}}

  {closing}

  {{{{ signature }}}}
"""


SCHEMA = "appeal.schema.json"
_LANGUAGE = "en"
_GAP = re.compile(r'"(\[.*\])"')
_ASKED = {
    "[WHAT YOU ASK FOR, IN ONE LINE]": ("title", "line", "What do you ask for, in one line"),
    "[YOUR ORGANISATION]": ("name", "line", "Who issues the appeal: an organisation"),
    "[YOUR ADDRESS]": ("email", "email", "Their e-mail address"),
    "[NAME OF THE OFFICE]": ("name", "line", "Who is written to: an office, or a person in one"),
    "[ADDRESS OF THE OFFICE]": ("email", "email", "The e-mail address there"),
}
"""The gaps that are asked for: by which field and definition of the schema, and by what words."""
FOR_EDITORS = f"# yaml-language-server: $schema=./{SCHEMA}\n"
"""What editors look for at the top of a file: the path is taken from the file's own folder."""


@click.command("new", epilog=epilog("protestmail new free-the-lawyers", "protestmail new x -o -"))
@click.argument("appeal_id", metavar="ID")
@click.option("-o", "--output", metavar="FILE", help="Write to this file; - prints it.")
@common_options
@click.pass_obj
def command(app: App, appeal_id: str, output: str | None) -> None:
    """Start a new appeal: a file with notes to fill in, ID.yaml in this folder.

    At a terminal a few questions are asked first, unless --output says where to write. The schema
    is laid beside the file: by it, editors know the fields.
    """
    if hint := unfit(appeal_id):
        raise UsageProblem(f'"{appeal_id}" cannot be the id of an appeal', hint)
    if output == "-":
        app.screen.raw(form(appeal_id, app.today).rstrip("\n"))
        return
    path = Path(output or f"{appeal_id}.yaml")
    if path.exists() or path.is_symlink():
        raise UsageProblem(f"{path} is there already", "choose another id, or --output FILE")
    asked = output is None and asking.can_ask()
    text = _ask(app, appeal_id) if asked else form(appeal_id, app.today)
    files.write(f"{FOR_EDITORS}{text}".encode(), path)
    _lay_schema(app, path.with_name(SCHEMA))
    app.screen.note(f"{path} is written: fill it in, then: {to_type('check', str(path))}")


def form(id_: str, today: date, language: str = _LANGUAGE) -> str:
    """Give the form, with the few words that a letter needs in its language, or gaps for them."""
    words = languages.words(language)
    ask, closing = words.ask, words.closing
    if not languages.known(language):
        ask, closing = "[I ASK YOU FOR THE FOLLOWING]", "[YOURS FAITHFULLY]"
    return FORM.format(id=id_, today=today, language=language, ask=ask, closing=closing)


def _ask(app: App, id_: str) -> str:
    """Give the form with what was answered; what was not stays a gap."""
    app.screen.note("A few questions; Enter leaves a gap for later, Ctrl-C writes nothing.")
    given = {gap: _answer(app, *asked) for gap, asked in _ASKED.items()}
    told = "The language of the letter, such as en, ru or pt-BR"
    text = form(id_, app.today, _answer(app, "language", "language", told, _LANGUAGE))
    return _GAP.sub(lambda gap: quoted(given.get(gap[1]) or gap[1]), text)


def quoted(text: str) -> str:
    """Give a text as YAML holds it, whatever it is: JSON's quotes are YAML's as well."""
    return json.dumps(text, ensure_ascii=False)


def _answer(app: App, field: str, definition: str, question: str, default: str = "") -> str:
    """Ask until the answer is one that the field can hold, or is empty."""
    part = {"type": "object", "properties": {field: {"$ref": f"#/$defs/{definition}"}}}

    def judge(answer: str) -> str:
        tree = {field: answer} if answer else {}
        for mistake in [*check_part(tree, part), *facts.contact(tree, ())]:
            raise UsageProblem(mistake.message, mistake.hint)
        return answer

    return asking.line(app, question, default, judge=judge)


def _lay_schema(app: App, path: Path) -> None:
    """Write the schema where there is none; one of another version may be somebody's choice."""
    schema = schema_text().encode()
    if files.beside(path, schema) != path:
        app.screen.note(f"{path} is not of this version; to renew it: {to_type('schema')} > {path}")
    elif not path.exists():
        files.write(schema, path)
        app.screen.note(f"{path} is written: by it, an editor knows the fields of an appeal")
