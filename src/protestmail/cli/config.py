"""``protestmail config``."""

import os
from collections.abc import Iterator
from typing import NamedTuple

import click

from protestmail.cli.app import App, common_options, epilog, json_option, profile_options
from protestmail.errors import Exit, SettingsProblem
from protestmail.screen.config import show_values
from protestmail.settings import paths, profiles, secret, settle
from protestmail.settings.account import EMAIL, account_of, account_values
from protestmail.settings.fields import (
    ACCOUNT,
    ENVIRONMENT,
    FOLDERS,
    HABITS,
    PREFIX,
    SENDER,
    variable,
)
from protestmail.settings.settle import Settings


class Row(NamedTuple):
    """One setting; its fields are the stable keys of ``--json``."""

    name: str
    value: str
    source: str


@click.command(
    "config", epilog=epilog("protestmail config", "protestmail config --env-file my.env")
)
@profile_options
@json_option
@common_options
@click.pass_obj
def command(app: App, *, as_json: bool) -> int:
    """Show each setting with the place that it comes from; secrets are not shown.

    In a pipe, a line is a setting: name, value, source, parted by tabs.
    """
    settled = app.settings()
    rows = [*_rows(app, settled)]
    problem = None
    try:
        account = account_of(app.environ, settled.profile, plain_text=True)
        rows.append(Row("account", account.told, account.origin))
    except SettingsProblem as why:
        problem = why
    if as_json:
        app.screen.json({"version": 1, "settings": [one._asdict() for one in rows]})
    else:
        show_values(app.screen, rows)
    if not settled.profile.path:
        app.screen.note(f"there is no settings file {profiles.path_of('default')}")
    if settled.hint:
        app.screen.note(settled.hint)
    if problem:
        app.screen.note(f"no letter can be sent yet: {problem.message}")
        app.screen.note(f"  {problem.hint}")
    return Exit.DONE


def _rows(app: App, settled: Settings) -> Iterator[Row]:
    """Give what is set: who writes, by which account, by which habits."""
    origins = settled.origins
    for name in SENDER:
        if name in origins and name != "email":
            value = getattr(settled.sender, name).replace("\n", "\\n")
            yield Row(variable(name), value, origins[name])
    source, values = account_values(app.environ, settled.profile)
    for key in (EMAIL, *ACCOUNT):
        if key in values:
            yield Row(key, secret.shown(key, values[key]), source)
    for key in HABITS:
        if origin := origins.get(key.removeprefix(PREFIX).lower()):
            yield Row(key, app.environ.get(key) or settled.profile.values[key], origin)
    yield from _folders(app, settled)
    yield Row("journal", str(settle.state_folder(settled)), origins.get("state", ""))


def _folders(app: App, settled: Settings) -> Iterator[Row]:
    """Give the folders of appeals that are set, as they are meant."""
    if said := app.environ.get(FOLDERS):
        yield Row(FOLDERS, said, ENVIRONMENT)
    elif (path := settled.profile.path) and (said := settled.profile.values.get(FOLDERS)):
        named = paths.folders(said, str(path), path.parent)
        yield Row(FOLDERS, os.pathsep.join(map(str, named)), str(path))
