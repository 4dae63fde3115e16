"""``protestmail publish``."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import click

from protestmail import files
from protestmail.cli.app import App, common_options, epilog
from protestmail.errors import UsageProblem

_URL = re.compile(r"https?://[^\s\"'<>?#]+")


@click.command(
    "publish",
    epilog=epilog(
        "protestmail publish appeals/ --to site/",
        "protestmail publish appeals/ --to site/ --url https://campaign.example/appeals/",
        "protestmail publish appeals/ --to for-the-newsletter/ --single practice-letter",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option(
    "--to", "site", type=click.Path(path_type=Path), metavar="SITE", required=True,
    help="Write the pages into this folder.",
)  # fmt: skip
@click.option("--url", default="", metavar="BASE", help="Where the site will be found: for feeds.")
@click.option("--single", "id_", metavar="ID", help="Write one page that stands by itself.")
@common_options
@click.pass_obj
def command(app: App, folder: Path, site: Path, *, url: str, id_: str | None) -> int | None:
    """Make web pages of a folder of appeals, for people without a terminal.

    SITE can lie on any web space, or on a stick: each page is one file that asks for nothing else.
    Appeals that check refuses stop it before anything is written. Without changes it changes no
    byte, and it removes only what it has written itself.
    """
    from protestmail.site import publish  # noqa: PLC0415  templates, where pages are made

    wish = publish.Wish(folder, site, app.today, _base(url), _day(app))
    if id_:
        data, by_hand = publish.single(wish, id_)
        path = site / f"{Path(id_).stem}.html"
        files.replace(data, path)
        _tell(app, by_hand)
        app.screen.note(f"written: {path}")
        return None
    done = publish.publish(wish)
    _tell(app, done.by_hand)
    for draft in done.drafts:
        app.screen.note(f"{draft}: left out, since it is a draft")
    for name in done.kept:
        app.screen.note(f"{name}: left there, since somebody has changed it")
    removed = f", {done.removed} removed" if done.removed else ""
    app.screen.note(
        f"{_count(done.appeals, 'appeal')} in {_count(done.files, 'file')}: "
        f"{done.written} written{removed}; open {site / 'index.html'}"
    )
    return None


def _tell(app: App, by_hand: "list[str] | tuple[str, ...]") -> None:
    for one in by_hand:
        app.screen.note(one)


def _base(url: str) -> str:
    """The address of the site, with a slash at its end."""
    if url and not _URL.fullmatch(url):
        raise UsageProblem(f'"{url}" is no address of a site', "write https://…/")
    return url if url.endswith("/") or not url else f"{url}/"


def _day(app: App) -> date | None:
    """The day that SOURCE_DATE_EPOCH tells, in seconds since 1970 (reproducible-builds.org)."""
    said = app.environ.get("SOURCE_DATE_EPOCH", "")
    if not said:
        return None
    try:
        return datetime.fromtimestamp(int(said), UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "it is a number of seconds since 1970"
        raise UsageProblem(f'SOURCE_DATE_EPOCH cannot be "{said}"', hint) from None


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
