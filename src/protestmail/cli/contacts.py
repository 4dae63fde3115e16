"""``protestmail contacts``."""

from collections.abc import Callable
from typing import Any

import click

from protestmail import address, files
from protestmail.appeals import directories
from protestmail.appeals.channels import CHANNELS
from protestmail.appeals.contacts import refused
from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog, json_option
from protestmail.commands import to_type
from protestmail.errors import Exit, InvalidAppeal, UsageProblem
from protestmail.screen.contacts import contact_json, show_contacts
from protestmail.settings import environment

_FIELDS = {
    "name": "A person, an office or both.",
    "role": "What they are there.",
    "organisation": "Where they are it.",
    "salutation": "How the letter greets them.",
    "email": "E-mail address (can be repeated).",
    "post": "A line of the postal address (can be repeated).",
    "fax": "Fax number (can be repeated).",
    "phone": "Telephone number (can be repeated).",
    "web": "Web form (can be repeated).",
    "note": "Something that you want to be reminded of.",
}
_CHANNELS = [name for name in CHANNELS if name in _FIELDS]


@click.group(
    "contacts",
    invoke_without_command=True,
    epilog=epilog(
        "protestmail contacts",
        "protestmail contacts add embassy/KZ",
        "protestmail contacts check",
    ),
)
@json_option
@common_options
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> int:
    """List whom your lookups stand for: your embassy, your representative.

    They are kept in contacts.yaml, in your config folder. In a pipe, a line is a contact: lookup,
    name, channels, parted by tabs.
    """
    if ctx.invoked_subcommand is not None:
        return Exit.DONE
    app = ctx.ensure_object(App)
    path = environment.config_folder() / directories.FILE
    known = directories.read(path)
    if as_json:
        each = ((lookup, one) for lookup, all_ in sorted(known.items()) for one in all_.known)
        listed = [contact_json(lookup, one) for lookup, one in each]
        app.screen.json({"version": 1, "file": str(path), "contacts": listed})
    else:
        show_contacts(app.screen, known)
    if not known:
        app.screen.note(f"{path} holds no contacts yet: {to_type('contacts', 'add', 'embassy/KZ')}")
    return Exit.DONE


def _field_options(add: Callable[..., Any]) -> Callable[..., Any]:
    for name, help_ in reversed(_FIELDS.items()):
        several = name in _CHANNELS
        add = click.option(f"--{name}", multiple=several, metavar="TEXT", help=help_)(add)
    return add


@command.command(
    "add",
    short_help="Add a contact, by questions or flags.",
    epilog=epilog(
        "protestmail contacts add embassy/KZ",
        "protestmail contacts add union --name Union --post 'Hall 1' --post 'Port Example'",
    ),
)
@click.argument("lookup", metavar="LOOKUP")
@_field_options
@common_options
@click.pass_obj
def add(app: App, /, lookup: str, **given: Any) -> int:
    """Add a contact to contacts.yaml, at its end; LOOKUP is what an appeal calls it.

    What is not given is asked for: a name, and a way to reach them. The file can be read by you
    only, and what stands there already stays as it is.
    """
    if mistake := refused(lookup):
        raise UsageProblem(mistake.message, mistake.hint)
    path = environment.config_folder() / directories.FILE
    if there := directories.read(path).get(lookup):
        raise UsageProblem(f"{path}:{there.line}: {lookup} is there already", "change it there")
    fields = {
        name: [one.strip() for one in ([value] if isinstance(value, str) else value or ())]
        for name, value in ((name, given[name]) for name in _FIELDS)
    }
    _complete(app, fields)
    try:
        data = directories.appended(path, lookup, fields)
    except InvalidAppeal as why:
        first = why.problems[0]
        raise UsageProblem(f"nothing was written: {first.message}", first.hint) from None
    files.write(data, path.resolve(), force=True)
    app.screen.raw(directories.block(lookup, fields).rstrip("\n"))
    app.screen.note(f"{path} has it now; only you can read it")
    return Exit.DONE


def _complete(app: App, fields: dict[str, list[str]]) -> None:
    """Ask for a name and a channel where they are not given."""
    reached = any(fields[name] for name in _CHANNELS)
    if fields["name"] and reached:
        return
    if not asking.can_ask():
        hint = "say --name, and --email, --post, --fax, --phone or --web"
        raise UsageProblem("a contact needs a name, and a way to reach them", hint)
    if not any(fields["name"]):
        question = "Name: a person, an office or both"
        fields["name"] = [asking.line(app, question, judge=asking.some)]
    while not reached:
        email = asking.line(app, "E-mail address (may stay empty)", judge=_email)
        fields["email"] = [email] if email else []
        fields["post"] = asking.lines(app, "Postal address, a line at a time (empty: no more)")
        fields["phone"] = asking.lines(app, "Telephone (empty: no more)")
        reached = any(fields[name] for name in _CHANNELS)
        if not reached:
            app.screen.note("there must be a way to reach them")


def _email(answer: str) -> str:
    return address.parse(answer).text if answer else ""


@command.command(
    "check",
    short_help="Find the mistakes in contacts and directories.",
    epilog=epilog("protestmail contacts check", "protestmail contacts check --json"),
)
@json_option
@common_options
@click.pass_obj
def check(app: App, *, as_json: bool) -> int:
    """Find every mistake in your contacts, and in the directories of the folders of appeals.

    Exit code 65 says that there are mistakes.
    """
    from protestmail.cli.check import tell  # noqa: PLC0415  it loads what writes letters

    own = environment.config_folder() / directories.FILE
    files = {own: ""} if own.exists() else {}
    for folder in app.folders:
        files |= directories.directory(folder)
    problems = [one for path, lookup in files.items() for one in directories.problems(path, lookup)]
    return tell(app, problems, len(files), "json" if as_json else "text")
