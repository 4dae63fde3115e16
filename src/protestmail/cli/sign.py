"""``protestmail sign``."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from protestmail.appeals import directories, library
from protestmail.appeals.appeal import ACTIVE, Appeal
from protestmail.appeals.file.parsing import Parsed
from protestmail.checking import folders
from protestmail.cli.app import App, common_options, epilog
from protestmail.commands import bare
from protestmail.errors import Exit, NoSuchAppeal, Problem, UsageProblem, nearest
from protestmail.screen.check import tell_drafts
from protestmail.settings import environment
from protestmail.sources import manifest, signature
from protestmail.sources.manifest import Manifest, Stop


@click.command(
    "sign",
    epilog=epilog(
        "protestmail sign appeals --key ~/.ssh/id_ed25519",
        'protestmail sign appeals --key KEY --stop free-them --reason "They asked us to stop."',
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), required=True, help="Your SSH key's file.")
@click.option("--name", metavar="TEXT", help="The campaign (default: who issues the appeals).")
@click.option("--stop", "stopped", metavar="ID", multiple=True, help="Nobody is to answer this.")
@click.option("--reason", metavar="TEXT", default="", help="Why, for those who wanted to.")
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=manifest.DAYS,
    show_default=True,
    help="For how long it holds; sign again before that.",
)
@click.option("--serial", type=click.IntRange(1), default=1, help="Its number is at least this.")
@common_options
@click.pass_obj
def command(
    app: App,
    *,
    folder: Path,
    key: Path,
    name: str | None,
    stopped: tuple[str, ...],
    reason: str,
    days: int,
    serial: int,
) -> int:
    """Sign a folder of appeals with your SSH key, so that others can follow it.

    It writes manifest.json and its signature into the folder. Sign again after every change, and
    before it expires. What is withdrawn, or stopped with --stop, stays stopped for good. Drafts
    are left out.
    """
    if bool(stopped) != bool(reason.strip()):
        raise UsageProblem("--stop and --reason go together", "say which appeal, and why")
    owner, before = signature.owner(key), manifest.here(folder)
    appeals, drafts = _appeals(app, folder, before)
    paths = _belongings(folder, appeals, drafts, before)
    day = environment.made_on(app.environ) or app.today
    made = manifest.compose(
        folder,
        {path: manifest.sum_of(folder, path) for path in paths},
        name=name or manifest.campaign(appeals, before),
        today=day,
        days=days,
        stopped=[*_stops(stopped, reason, day, paths, before), *manifest.stops(appeals)],
        renew=True,
        serial=serial,
    )
    manifest.write(folder, made, manifest.seal(folder, made, key))
    tell_drafts(app.screen, drafts)
    _tell(app, folder, owner, made, appeals)
    return Exit.DONE


def _appeals(
    app: App, folder: Path, before: Manifest | None
) -> tuple[list[Appeal], tuple[str, ...]]:
    """Read all appeals of a folder, and the ids of the drafts.

    There may be none where some were signed before: whose file is gone can be stopped all the same.
    Raises InvalidAppeal with all that ``check`` finds wrong, NoSuchAppeal.
    """
    appeals: list[Appeal] = []

    def take(parsed: Parsed) -> Iterator[Problem]:
        yield from folders.mistakes(parsed, app.today)
        appeals.append(parsed.appeal)

    drafts = folders.walk(folder, app.today, take, empty=before is not None)
    if not (appeals or before):
        hint = "say status: active in one of them"
        raise NoSuchAppeal(f"there are only drafts in {folder}", hint)
    return appeals, drafts


def _belongings(
    folder: Path, appeals: Sequence[Appeal], drafts: Collection[str], before: Manifest | None
) -> list[str]:
    """The files of appeals, directories and attachments, and what else was signed and is there."""
    paths = {one.relative_to(folder).as_posix() for one in directories.directory(folder)}
    paths |= {f"{one.id}{library.SUFFIX}" for one in appeals}
    paths |= {f"{each.id}/{one.file}" for each in appeals for one in each.attachments}
    there = [one for one in (before.files if before else ()) if (folder / one).is_file()]
    left_out = {f"{id_}{library.SUFFIX}" for id_ in drafts} | {*drafts}
    return [*paths, *(one for one in there if one.split("/")[0] not in left_out)]


def _stops(
    ids: Sequence[str],
    reason: str,
    day: date,
    paths: Sequence[str],
    before: Manifest | None,
) -> Iterator[Stop]:
    """The stops that are asked for; raises NoSuchAppeal for what was never of this folder."""
    known = {Path(one).stem for one in [*paths, *(before.files if before else ())]}
    known |= {one.id for one in before.stopped} if before else set()
    for id_ in ids:
        if id_ not in known:
            close = nearest(id_, known)
            hint = f'did you mean "{close}"?' if close else "name an appeal of this folder"
            raise NoSuchAppeal(f'there is no appeal "{id_}" to stop', hint)
        yield manifest.stop(id_, day, reason)


def _tell(app: App, folder: Path, owner: str, made: Manifest, appeals: Sequence[Appeal]) -> None:
    tell = app.screen.note
    count = f"{len(appeals)} appeal{'' if len(appeals) == 1 else 's'}"
    tell(f"{made.name}: {count}, signed as number {made.serial}; sign again before {made.expires}")
    for one in made.stopped:
        tell(f"stopped on {one.day}: {one.id}: {one.reason}")
    for id_ in sorted(
        {one.id for one in made.stopped} & {one.id for one in appeals if one.status == ACTIVE}
    ):
        tell(f"{id_}.yaml still says that it is active; nobody who follows you can answer it")
    follow = bare(["source", "add", "NAME", str(folder), "--key", owner])
    tell("others follow it by its folder, or its https address:")
    app.screen.line(follow, indent=2)
