"""``protestmail config``."""

from pathlib import Path

import click

from protestmail.cli.app import App, common_options, epilog, profile_options
from protestmail.errors import Exit, SettingsProblem
from protestmail.letters.sender import FIELDS
from protestmail.screen.config import show_values
from protestmail.settings import profiles, secret, settle
from protestmail.settings.profiles import ACCOUNT, HABITS, PREFIX


@click.command(
    "config", epilog=epilog("protestmail config", "protestmail config --env-file my.env")
)
@profile_options
@click.option("--json", "as_json", is_flag=True, help="Write JSON with stable keys.")
@common_options
@click.pass_obj
def command(app: App, *, profile: str | None, env_file: Path | None, as_json: bool) -> int:
    """Show each setting with the place that it comes from; secrets are not shown.

    In a pipe, a line is a setting: name, value, source, parted by tabs.
    """
    settled = settle.settle({}, app.environ, env_file=env_file, profile=profile)
    rows = [
        (PREFIX + name.upper(), getattr(settled.sender, name).replace("\n", "\\n"), origin)
        for name, origin in settled.origins.items()
        if name in FIELDS and name != "email"
    ]
    origin, values = settle.account_values(app.environ, settled.profile)
    account = (settle.EMAIL, *ACCOUNT)
    rows += [(key, secret.shown(key, values[key]), origin) for key in account if key in values]
    rows += [
        (key, app.environ.get(key) or settled.profile.values[key], settled.origins[name])
        for key in HABITS
        if (name := key.removeprefix(PREFIX).lower()) in settled.origins
    ]
    rows.append(("journal", str(settle.state_folder(settled)), settled.origins.get("state", "")))
    problem = None
    try:
        found = settle.account(app.environ, settled.profile, plain_text=True)
        rows.append(("account", found.told, found.origin))
    except SettingsProblem as why:
        problem = why
    if as_json:
        listed = [dict(zip(("name", "value", "source"), row, strict=True)) for row in rows]
        app.screen.json({"version": 1, "settings": listed})
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
