"""The switches of ``send``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from protestmail.cli.app import json_option
from protestmail.sending.pace import PER_MINUTE
from protestmail.settings.account import PLAIN_TEXT

_OPTIONS = (
    click.option("-n", "--dry-run", is_flag=True, help="Say what would be sent; send nothing."),
    click.option("--rehearse", is_flag=True, help="Send to a server here that delivers nowhere."),
    click.option("--to-self", is_flag=True, help="Send the same messages to yourself only."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask before sending."),
    click.option("--risk-read", is_flag=True, help="You have read the appeal's risk note."),
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


def send_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them all."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Options:
    """The switches of ``send``; ``seen`` says that the letters were shown just before."""

    dry_run: bool = False
    rehearse: bool = False
    to_self: bool = False
    eml: Path | None = None
    force: bool = False
    as_json: bool = False
    yes: bool = False
    risk_read: bool = False
    again: bool = False
    retry: bool = False
    edit: bool = False
    bcc_self: bool | None = None
    reply_to: str = ""
    per_minute: float | None = None
    limit: int | None = None
    plain_text: bool = False
    seen: bool = False

    @property
    def real(self) -> bool:
        """Whether letters really go to those they are for."""
        return not (self.dry_run or self.rehearse or self.to_self)
