"""``protestmail publish``."""

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protestmail import files
from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog
from protestmail.errors import UsageProblem
from protestmail.screen.check import tell_drafts
from protestmail.settings import environment
from protestmail.sources import manifest, signature

if TYPE_CHECKING:
    from protestmail.site.publish import Result

_URL = re.compile(r"https?://[^\s\"'<>?#]+")


@click.command(
    "publish",
    epilog=epilog(
        "protestmail publish appeals/ --to site/",
        "protestmail publish appeals/ --to site/ --url https://campaign.example/ --sign KEY",
        "protestmail publish appeals/ --to for-the-newsletter/ --single practice-letter",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option(
    "--to", "site", type=click.Path(path_type=Path), metavar="SITE", required=True,
    help="Write the pages into this folder.",
)  # fmt: skip
@click.option("--url", default="", metavar="BASE", help="Where the site will be found: for feeds.")
@click.option("--sign", "key", type=click.Path(path_type=Path), metavar="KEY", help="Your SSH key.")
@click.option("--single", "id_", metavar="ID", help="Write one page that stands by itself.")
@common_options
@click.pass_obj
def command(
    app: App, folder: Path, site: Path, *, url: str, key: Path | None, id_: str | None
) -> int | None:
    """Make web pages of a folder of appeals, for people without a terminal.

    SITE can lie on any web space, or on a stick: each page is one file that asks for nothing else.
    Appeals that check refuses stop it before anything is written. Without changes it changes no
    byte, and it removes only what it has written itself. With --sign, who follows you by the
    program can tell that all of it is yours: docs/sources.md.
    """
    from protestmail.site import checked, publish  # noqa: PLC0415  templates, where pages are made

    owner = signature.owner(key) if key else ""  # what is no key is told before all else
    day, known, agreed = environment.made_on(app.environ), app.shelf.known, partial(_agreed, app)
    wish = checked.Wish(folder, site, app.today, _base(url), day, key, known, agreed)
    if id_:
        data, by_hand = publish.single(wish, id_)
        path = site / f"{Path(id_).stem}.html"
        files.replace(data, path)
        _tell(app, by_hand)
        app.screen.note(f"written: {path}")
        return None
    done = publish.publish(wish)
    _tell(app, done.by_hand)
    tell_drafts(app.screen, done.drafts)
    for name in done.kept:
        app.screen.note(f"{name}: left there, since somebody has changed it")
    removed = f", {done.removed} removed" if done.removed else ""
    app.screen.note(
        f"{_count(done.appeals, 'appeal')} in {_count(done.files, 'file')}: "
        f"{done.written} written{removed}; open {site / 'index.html'}"
    )
    _tell_of_signature(app, site, owner, done)
    return None


def _agreed(app: App, told: str) -> bool:
    return asking.can_ask() and asking.yes(app, f"{told}. Take them away?")


def _tell_of_signature(app: App, site: Path, owner: str, done: "Result") -> None:
    """Say who has signed what was published, or that the signature of before holds no more."""
    made = done.manifest
    if owner:
        app.screen.note(f"signed as number {made.serial}, by {owner}; again before {made.expires}")
    elif done.changed and (site / manifest.SIGNATURE).exists():
        app.screen.note("its signature is of before, and nobody takes it any more: add --sign KEY")


def _tell(app: App, by_hand: "list[str] | tuple[str, ...]") -> None:
    for one in by_hand:
        app.screen.note(one)


def _base(url: str) -> str:
    """The address of the site, with a slash at its end."""
    if url and not _URL.fullmatch(url):
        raise UsageProblem(f'"{url}" is no address of a site', "write https://…/")
    return url if url.endswith("/") or not url else f"{url}/"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
