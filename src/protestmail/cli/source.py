"""``protestmail source``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from protestmail.appeals.appeal import ACTIVE
from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog, json_option, profile_options
from protestmail.commands import to_type
from protestmail.errors import Exit, ProtestmailError, TryLater, UsageProblem
from protestmail.screen import source as shown
from protestmail.sources import kept, place, signature, taking
from protestmail.sources.changes import Found, ids
from protestmail.sources.kept import Kept, Source

_YES = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.group(
    "source",
    epilog=epilog(
        "protestmail source add harbour https://harbour.example/appeals/ --key SHA256:…",
        "protestmail source update",
        "protestmail source list",
    ),
)
@common_options
def command() -> None:
    """Follow campaigns: their appeals, what changes in them, and what they stop.

    A campaign signs its folder of appeals (protestmail sign). Only add and update fetch anything.
    """


@command.command(
    "add",
    short_help="Follow a campaign.",
    epilog=epilog(
        "protestmail source add harbour ~/clones/harbour --key campaign.pub",
        "protestmail source add harbour https://harbour.example/appeals/ --key SHA256:…",
    ),
)
@click.argument("name")
@click.argument("where", metavar="FOLDER|URL")
@click.option(
    "--key",
    "keys",
    metavar="FILE|SHA256:…",
    multiple=True,
    required=True,
    help="The campaign's public key, as they told you; a second one is the spare.",
)
@_YES
@profile_options
@common_options
@click.pass_obj
def add(app: App, name: str, where: str, *, keys: tuple[str, ...], yes: bool) -> int:
    """Follow a campaign: a folder that it has signed, in a clone, on a stick or on the web.

    You are shown who signed it, and its appeals. Get the key by another way than the folder: from
    the campaign's own people. The host of a web space learns that you ask for it.
    """
    known = Kept(app.journal_folder())
    agreed = tuple(dict.fromkeys(map(signature.agreed, keys)))
    source = Source(kept.name(name), place.whole(where), agreed)
    for one in known.sources():
        if one.name == name or one.place == source.place:
            hint = f"to follow it another way, first: {to_type('source', 'remove', one.name)}"
            raise UsageProblem(f'you follow "{one.name}" already, from {one.place}', hint)
    if source.on_web:
        app.screen.note(f"asking {source.place}, whose host learns your network's address")
    with _looked(app, known, source) as (found, draft):
        shown.tell_whom(app.screen, found, _issuers(found))
        shown.show_found(app.screen, found)
        if not _agreed(app, f"Follow {found.made.name} as {name}?", yes=yes):
            app.screen.note("nothing is followed")
            return Exit.NOT_ALL
        _take(known, found, draft)
    app.screen.note(f"you follow {name}; what can be answered: {to_type('list')}")
    app.screen.note(f"what is new, and what was stopped: {to_type('source', 'update')}")
    _tell_age(app, found)
    return Exit.DONE


@command.command(
    "update",
    short_help="Look what is new, and take it.",
    epilog=epilog("protestmail source update"),
)
@click.argument("name", required=False)
@_YES
@profile_options
@common_options
@click.pass_obj
def update(app: App, name: str | None, *, yes: bool) -> int:
    """Look what is new of your sources, or of one of them, and take it.

    Where the address of a target has changed you are shown both, and asked. What is not signed as
    agreed changes nothing. In a pipe, a line is one thing that is new: source, kind, appeal, day,
    text, parted by tabs.
    """
    known = Kept(app.journal_folder())
    wanted = [known.source(name)] if name else known.sources()
    if not wanted:
        app.screen.note(f"you follow nobody yet: {to_type('source', 'add', '--help')}")
    codes = []
    for one in wanted:
        try:
            codes.append(_update(app, known, one, yes=yes))
        except ProtestmailError as why:
            if name:
                raise
            app.screen.error(why.message, why.hint)
            codes.append(why.exit_code)
    return next(filter(None, codes), Exit.DONE)


def _update(app: App, known: Kept, source: Source, *, yes: bool) -> int:
    with _looked(app, known, source) as (found, draft):
        if found.same:
            app.screen.note(f"{source.name}: nothing new since {source.issued}")
            _tell_age(app, found)
            return Exit.DONE
        taking.remember(known, found)  # a stop counts, whatever is answered
        shown.show_found(app.screen, found)
        shown.tell_moved(app.screen, found.moved)
        if found.moved and not _agreed(app, "Write to the new addresses from now on?", yes=yes):
            app.screen.note(f"{source.name}: nothing was taken but the stop actions")
            return Exit.NOT_ALL
        known.keep(found.source, found.data, found.gist, draft)
        app.screen.note(f"{source.name}: taken as it was signed on {found.made.issued}")
        _tell_age(app, found)
    return Exit.DONE


@contextmanager
def _looked(app: App, known: Kept, source: Source) -> Iterator[tuple[Found, Path]]:
    """Look at a source, with nobody else changing any; its name stands before what goes wrong."""
    try:
        with known.changing() as draft:
            with place.opened(source.place, app.environ) as where:
                found = taking.look(known, source, where, draft)
            yield found, draft
    except ProtestmailError as why:
        why.message = f"{source.name}: {why.message}"
        raise


def _take(known: Kept, found: Found, draft: Path) -> None:
    taking.remember(known, found)
    known.keep(found.source, found.data, found.gist, draft)


def _agreed(app: App, question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if not asking.can_ask():
        raise UsageProblem("there is no terminal to ask at", "look at it above, then say --yes")
    return asking.yes(app, question)


def _tell_age(app: App, found: Found) -> None:
    """Raise TryLater where what was signed last is past its day, or of a day to come."""
    if days := found.source.unheard(app.today):
        told = f"nothing was signed for {days} days, so a stop action may have been missed"
        raise TryLater(told, "ask the campaign; before a letter goes, you are asked")
    if found.source.ahead(app.today):
        told = f"it was signed on {found.source.issued}, so nobody can tell when it is too old"
        raise TryLater(told, "look at this machine's date; if it is right, tell the campaign")


def _issuers(found: Found) -> list[str]:
    return sorted({one.issuer for one in found.gist.values() if one.issuer})


@command.command(
    "list",
    short_help="List whom you follow.",
    epilog=epilog("protestmail source list", "protestmail source list --json"),
)
@json_option
@profile_options
@common_options
@click.pass_obj
def list_(app: App, *, as_json: bool) -> int:
    """List whom you follow: how old it is, until when it holds, how many appeals are open.

    In a pipe, a line is a source: name, campaign, place, number, day, age in days, last day, open
    appeals, parted by tabs.
    """
    known = Kept(app.journal_folder())
    found = {one.name: (one, _open(app, known, one)) for one in known.sources()}
    if as_json:
        listed = [shown.source_json(*each, app.today) for each in found.values()]
        app.screen.json({"version": 1, "sources": listed})
    else:
        shown.show_sources(app.screen, found, app.today)
    if not found:
        app.screen.note(f"you follow nobody yet: {to_type('source', 'add', '--help')}")
    return Exit.DONE


def _open(app: App, known: Kept, source: Source) -> int:
    """How many of a source's appeals can be answered today."""
    gist, stopped = known.gist(source), {one.id for one in known.manifest(source).stopped}
    every = {one: gist[f"{one}.yaml"] for one in ids(gist) if one not in stopped}
    late = {id_ for id_, one in every.items() if "" < one.send_before < str(app.today)}
    return sum(one.status == ACTIVE and id_ not in late for id_, one in every.items())


@command.command("remove", epilog=epilog("protestmail source remove harbour"))
@click.argument("name")
@profile_options
@common_options
@click.pass_obj
def remove(app: App, name: str) -> int:
    """Follow a source no more. What it has stopped stays stopped."""
    known = Kept(app.journal_folder())
    source = known.source(name)
    with known.changing():
        known.remove(source)
    app.screen.note(f"you follow {name} no more; what it has stopped stays stopped")
    return Exit.DONE
