"""``protestmail send``."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from protestmail.cli import preparing, sending
from protestmail.cli.app import App, appeal_argument, common_options, epilog, json_option
from protestmail.cli.letters import open_appeal
from protestmail.cli.preparing import Prepared
from protestmail.cli.request import Request, letter_options
from protestmail.commands import to_type
from protestmail.errors import Exit, UsageProblem
from protestmail.screen.letters import letter_json, show_arrival
from protestmail.screen.sending import count, show_dry_run, tell_not_mailed
from protestmail.sending.batch import Batch, Wish
from protestmail.sending.pace import PER_MINUTE
from protestmail.settings.account import PLAIN_TEXT

_MOST_PER_MINUTE = 1_000_000
_WAYS = ("dry_run", "rehearse", "to_self")
_OPTIONS = (
    click.option("-n", "--dry-run", is_flag=True, help="Say what would be sent; send nothing."),
    click.option("--rehearse", is_flag=True, help="Send to a server here that delivers nowhere."),
    click.option("--to-self", is_flag=True, help="Send the same messages to yourself only."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask before sending."),
    click.option("--risk-read", is_flag=True, help="You have read the appeal's risk note."),
    click.option("--stale", is_flag=True, help="Its campaign was not heard of; send all the same."),
    click.option("--edit", is_flag=True, help="Edit the model letter first ($VISUAL, $EDITOR)."),
    click.option("--bcc-self/--no-bcc-self", default=None, help="Get a copy that nobody sees."),
    click.option("--reply-to", metavar="ADDRESS", default="", help="Where answers should go."),
    click.option("--again", is_flag=True, help="Send once more what was sent already."),
    click.option("--retry", is_flag=True, help="Try deferred letters again without waiting."),
    click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many letters."),
    click.option(
        "--per-minute",
        type=click.FloatRange(0.01),
        metavar="N",
        help=f"So many letters a minute (default {PER_MINUTE}, after the first 20).",
    ),
    click.option(
        PLAIN_TEXT, "plain_text", is_flag=True, help="Allow a connection without encryption."
    ),
    click.option(
        "--eml", type=click.Path(path_type=Path), metavar="DIR", help="Keep what a rehearsal got."
    ),
    click.option("--force", is_flag=True, help="Let --eml replace files that are there."),
    json_option,
)


def _switches(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of which a Wish is made, each by its field's name."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(
    "send",
    epilog=epilog(
        'protestmail send practice-letter --rehearse --name "Aliya Example"',
        "protestmail send practice-letter --dry-run",
        "protestmail send practice-letter",
    ),
)
@appeal_argument
@letter_options
@_switches
@common_options
@click.pass_obj
def command(app: App, /, appeal_id: str, *, request: Request, **given: Any) -> int:
    """Send the letters of an appeal over your own account, each once.

    First everything is shown, and you are asked. What was accepted before is not sent again, what
    was deferred is tried again when it is due, and what is in doubt waits for you to decide
    (protestmail journal). --rehearse goes the same way to a server here that delivers nowhere.
    """
    wish = Wish(**given)
    _refuse_contradictions(wish, request)
    if appeal_id == "-" and wish.real:
        hint = "save it as a file: the file's name is what keeps a letter from going twice"
        raise UsageProblem("an appeal from standard input can be rehearsed, not sent", hint)
    appeal = open_appeal(app, appeal_id, request)
    with preparing.prepared(app, appeal, request, wish) as send:
        found = send.write()
        if wish.dry_run:
            return _dry_run(send, found)
        if wish.rehearse and not wish.as_json:
            return sending.go(send, found, partial(show_arrival, app.screen))
        return sending.go(send, found)


def _refuse_contradictions(wish: Wish, request: Request) -> None:
    ways = [f"--{name.replace('_', '-')}" for name in _WAYS if getattr(wish, name)]
    if wish.per_minute is not None and not wish.per_minute <= _MOST_PER_MINUTE:
        raise UsageProblem("--per-minute is no number that makes sense", "30 is a good one")
    if len(ways) > 1:
        raise UsageProblem(f"{' and '.join(ways)} exclude each other", "ask for one of them")
    if wish.eml and not wish.rehearse:
        raise UsageProblem("--eml keeps what a rehearsal has received", "add --rehearse")
    if request.flags["email"] is not None and not (wish.dry_run or wish.rehearse):
        told = "From comes from where the account is set, and cannot be given with --email"
        raise UsageProblem(told, f"leave --email out; {to_type('config')} shows the account")


def _dry_run(send: Prepared, found: Batch) -> int:
    """Show what would go; the exit code is that of a real send that cannot go."""
    app = send.app
    if send.wish.as_json:
        listed = [letter_json(one.letter) for one in found.messages]
        app.screen.json({"version": 1, "dry_run": True, "letters": listed})
    else:
        show_dry_run(app.screen, found)
        would = "would go" if send.goes else "written, none of which would go"
        told = f"{count(found.agenda.count)} {would}, nothing was sent"
        app.screen.note(f"dry run: {told}")
    tell_not_mailed(app.screen, send.appeal.id, found.mailing)
    return Exit.DONE if send.goes else Exit.REFUSED
