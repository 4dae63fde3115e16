"""What the commands share: the screen, the folders of appeals, the clock, and common options."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from protestmail import commands
from protestmail.appeals import library
from protestmail.appeals.shelf import Shelf
from protestmail.errors import ProtestmailError
from protestmail.screen.output import Screen
from protestmail.settings import environment

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal
    from protestmail.appeals.file.parsing import Parsed
    from protestmail.settings.settle import Settings

REPORT = "Report a problem at the place where you got protestmail from, with the command's output."
SHEETS = ("a4", "us-letter")
"""Sizes of paper; they stand here since a preview needs none of what prints."""

SOURCES = "sources/keys"
"""What a source's keys signed is kept beside the journal: without it, nobody was ever followed."""
_TAKE_SETTINGS = frozenset("answer config doctor journal news render send show source".split())
_TAKE_PROFILE = _TAKE_SETTINGS | {"init"}

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True, eq=False, repr=False)
class App:
    """The outside world, handed to the commands: where things are, what time it is."""

    named_folders: tuple[Path, ...] = ()
    environ: Mapping[str, str] = field(default_factory=environment.variables)
    screen: Screen = field(init=False)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    profile: str | None = None
    env_file: Path | None = None
    files: dict[str, str] = field(default_factory=dict)
    """The appeals that were given as files: by their ids, how they were named."""
    guided: bool = False
    """Whether q leaves at every question."""
    backward: bool = False
    """Whether < goes back at every question."""
    told_apart: str = ""
    """The origin of an appeal of which it was said that it is not the one of before."""
    _shelf: Shelf | None = None

    def __post_init__(self) -> None:
        self.choose_screen()

    def choose_screen(self, *, color: str = "auto", plain: bool = False) -> None:
        """Take another screen, as it was asked for."""
        self.screen = Screen(color=environment.color(self.environ, color), plain=plain)
        self.screen.complete = self.command

    def command(self, words: list[str]) -> str:
        """Write a command for its user to type, with what this one was given.

        Without it, the next command might sign by another name, or know no such appeal.
        """
        name, *others = words
        before = [part for one in self.named_folders for part in ("--appeals", str(one))]
        others[:1] = [self.files.get(one, one) for one in others[:1]]
        if self.profile and name in _TAKE_PROFILE and "--as" not in others:
            others += ["--as", self.profile]
        if self.env_file and name in _TAKE_SETTINGS and "--as" not in others:
            others += ["--env-file", str(self.env_file)]
        return commands.bare([*before, name, *others, *["--plain"] * self.screen.plain])

    def known_as(self, given: str, parsed: "Parsed", appeal: "Appeal") -> "Appeal":
        """Remember how an appeal was named, which is how the next command finds it.

        Gives the appeal as its campaign knows it, and everybody who was heard to stop it.
        """
        self.files[appeal.id] = given
        return self.shelf.known(parsed, appeal)

    @property
    def shelf(self) -> Shelf:
        """Where appeals are looked for: the folders, and what is followed, if anything is."""
        if self._shelf is None:
            from protestmail.settings import places  # noqa: PLC0415  some commands need no appeal

            state = places.state(self.environ, self.env_file, self.profile)
            if (state / SOURCES).is_dir():
                from protestmail.sources.followed import Followed  # noqa: PLC0415  most follow nobody

                self._shelf = Followed(self.folders, state, self.today)
            else:
                self._shelf = Shelf(self.folders)
        return self._shelf

    @property
    def on_its_own(self) -> bool:
        """Whether there are no appeals but those that come with the program."""
        return type(self.shelf) is Shelf and self.folders == [library.own_folder()]

    def refresh(self) -> None:
        """Take the time anew: a conversation may last for hours."""
        self.now = datetime.now(UTC)

    @property
    def today(self) -> date:
        """The day at the writer's place, by which deadlines are judged."""
        return self.now.astimezone().date()

    @property
    def folders(self) -> list[Path]:
        """The folders of appeals: those named, else the program's own."""
        if self.named_folders:
            return list(self.named_folders)
        from protestmail.settings import places  # noqa: PLC0415  with named folders, none

        said = places.folders(self.environ, self.env_file, self.profile)
        return said or [library.own_folder()]

    def settings(self, flags: "Mapping[str, str | None] | None" = None) -> "Settings":
        """Settle who writes, by the one file of settings that ``--as`` or ``--env-file`` names."""
        from protestmail.settings import settle  # noqa: PLC0415  many commands need none

        return settle.settle(
            flags or {}, self.environ, env_file=self.env_file, profile=self.profile
        )

    def journal_folder(self) -> Path:
        """The folder of the journal, by the same settings."""
        from protestmail.settings import settle  # noqa: PLC0415  many commands need none

        return settle.state_folder(self.settings())


def common_options(command: F) -> F:
    """Add ``--plain`` and ``--color``, which stand before or after the command's name."""

    def apply(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value is not None and value is not False:
            app = ctx.ensure_object(App)
            choices = ctx.meta.setdefault("protestmail.screen", {})
            choices[param.name] = value
            app.choose_screen(**choices)

    plain = click.option(
        "--plain",
        is_flag=True,
        expose_value=False,
        callback=apply,
        help="No boxes, no progress bars: good for screen readers.",
    )
    color = click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        expose_value=False,
        callback=apply,
        help="When to use colour.",
    )
    return plain(color(command))


def complete_id(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the id of an appeal."""
    root = ctx.find_root()
    named = root.params.get("appeals") or ()
    app = App(named_folders=tuple(Path(one) for one in named))
    try:
        ids = app.shelf.ids()
    except ProtestmailError:  # no noise in somebody's prompt
        return []
    return [id_ for id_ in ids if id_.startswith(incomplete)]


def appeal_argument(command: F) -> F:
    """Add the id of an appeal, which the shell can complete."""
    return click.argument("appeal_id", metavar="ID", shell_complete=complete_id)(command)


def profile_options(command: F) -> F:
    """Add ``--as`` and ``--env-file``, which name the one file of settings."""

    def apply(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        setattr(ctx.ensure_object(App), str(param.name), value)

    add = partial(click.option, expose_value=False, callback=apply)
    named = add("--as", "profile", metavar="NAME", help="Use the profile NAME.")
    file = add(
        "--env-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read the settings from this file.",
    )
    return named(file(command))


def fill(
    app: App, appeal: "Appeal", settle: "Callable[[], Settings]", targets: Collection[str] = ()
) -> "Appeal":
    """Fill in what can be looked up for the writer; say what is missing, and how to add it.

    The writer's settings and contacts are read for an appeal with lookups only.
    """
    if not appeal.lookups:
        return appeal
    from protestmail.appeals import directories, lookups  # noqa: PLC0415  few appeals need it
    from protestmail.screen.contacts import tell_missing  # noqa: PLC0415

    own = environment.config_folder() / directories.FILE
    country = settle().sender.country
    sources = directories.sources(
        appeal.lookups, own, app.folders, appeal.file, country, app.shelf.read
    )
    filled, missing = lookups.resolve(appeal, sources, targets)
    for one in missing:
        tell_missing(app.screen, one, country, own)
    return filled


def json_option(command: F) -> F:
    """Add ``--json``."""
    help_ = "Write JSON with stable keys."
    return click.option("--json", "as_json", is_flag=True, help=help_)(command)


def epilog(*examples: str) -> str:
    """Examples for a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {one}" for one in examples) + f"\n\n{REPORT}"
