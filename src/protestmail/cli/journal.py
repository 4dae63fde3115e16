"""``protestmail journal``."""

from typing import NamedTuple

import click

from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog, json_option, profile_options
from protestmail.commands import to_type
from protestmail.errors import Exit, NoSuchAppeal, UsageProblem
from protestmail.journal import typed
from protestmail.journal.entry import UNKNOWN, Entry
from protestmail.journal.journal import Journal, there
from protestmail.journal.notes import Noted
from protestmail.screen.journal import entry_json, noted_json, show_entries, show_noted

_ACTIONS = {"mark_sent": "--mark-sent", "resend": "--resend", "forget": "--forget"}


@click.command(
    "journal",
    epilog=epilog(
        "protestmail journal --unknown",
        "protestmail journal --resend 12",
        "protestmail journal --forget practice-letter",
    ),
)
@click.argument("which", metavar="[ID|NUMBER]...", nargs=-1)
@click.option("--unknown", is_flag=True, help="Only letters in doubt.")
@click.option("--mark-sent", is_flag=True, help="Note that letters in doubt have arrived.")
@click.option("--resend", is_flag=True, help="Let letters in doubt go again (at a send).")
@click.option("--forget", is_flag=True, help="Take letters out, without a trace.")
@click.option("--all", "all_", is_flag=True, help="All of them, for what is asked.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before forgetting.")
@json_option
@profile_options
@common_options
@click.pass_obj
def command(
    app: App,
    /,
    which: tuple[str, ...],
    *,
    unknown: bool,
    all_: bool,
    yes: bool,
    as_json: bool,
    **asked: bool,
) -> int:
    """List what was sent or done by hand, and decide about letters in doubt.

    Letters are named by their appeal or by the number that the list gives them. In a pipe, a line
    is a letter: number, state, time, appeal, letter, targets, addresses, parted by tabs. What was
    done by hand is a line as well: -, noted, time, appeal, channel, target.
    """
    actions = [flag for name, flag in _ACTIONS.items() if asked[name]]
    if len(actions) > 1:
        raise UsageProblem(f"{' and '.join(actions)} exclude each other", "ask for one of them")
    if actions and as_json:
        raise UsageProblem(f"--json lists letters, and does not {actions[0]}", "leave one out")
    folder = app.journal_folder()
    kept = asked["forget"] and typed.known(folder)  # it may be there before any letter is
    if not (there(folder) or kept):
        if which:
            told = f'there is no journal in {folder}, so no letter "{which[0]}"'
            raise NoSuchAppeal(told, f"{to_type('config')} shows where it is looked for")
        if as_json:
            app.screen.json({"version": 1, "letters": [], "noted": []})
        app.screen.note("the journal is empty: nothing was sent from here")
        return Exit.DONE
    with Journal(folder, reading=not actions) as journal:
        doubt = unknown or asked["mark_sent"] or asked["resend"]
        found = _chosen(journal, which, unknown=doubt)
        if not actions:
            _list(app, found, as_json=as_json)
            return Exit.DONE
        if not (which or all_):
            hint = "name an appeal or a number, or say --all"
            if asked["forget"] or len(found.letters) != 1:
                raise UsageProblem(f"{actions[0]} does not say which letters", hint)
        return _act(app, journal, found, actions[0], yes=yes)


class _Found(NamedTuple):
    """What is meant: letters, what was noted by hand, and of which appeals (None: of all)."""

    letters: list[Entry]
    noted: list[Noted]
    noted_of: set[str] | None

    def __str__(self) -> str:
        """So many letters and notes."""
        counted = [(len(self.letters), "letter"), (len(self.noted), "note")]
        told = [f"{n} {what}{'' if n == 1 else 's'}" for n, what in counted if n]
        return " and ".join(told) or "no letter"


def _chosen(journal: Journal, which: tuple[str, ...], *, unknown: bool) -> _Found:
    """Find what is meant; a number that is no letter's may be an appeal's id."""
    every, notes = list(journal.entries()), journal.noted()
    chosen: dict[int, Entry] = {}
    appeals: set[str] = set()
    for name in which:
        found = [one for one in every if name == str(one.number)]
        if not found:
            found = [one for one in every if one.appeal == name]
            appeals.add(name)
        kept = name in typed.known(journal.path.parent)
        if not (found or kept) and all(one.appeal != name for one in notes):
            raise NoSuchAppeal(f'the journal knows no letter "{name}"', f"see {to_type('journal')}")
        chosen |= {one.number: one for one in found}
    letters = list(chosen.values()) if which else every
    if unknown:
        return _Found([one for one in letters if _in_doubt(one)], [], set())
    if not which:
        return _Found(letters, notes, None)
    return _Found(letters, [one for one in notes if one.appeal in appeals], appeals)


def _in_doubt(entry: Entry) -> bool:
    return any(one.state == UNKNOWN for one in entry.recipients)


def _list(app: App, found: _Found, *, as_json: bool) -> None:
    if as_json:
        letters = [entry_json(one) for one in found.letters]
        noted = [noted_json(one) for one in found.noted]
        app.screen.json({"version": 1, "letters": letters, "noted": noted})
        return
    show_entries(app.screen, found.letters)
    show_noted(app.screen, found.noted)
    doubtful = [one for one in found.letters if _in_doubt(one)]
    if doubtful:
        app.screen.note(
            f"{len(doubtful)} in doubt: the server may have taken a letter, and nobody can tell. "
            "Ask the office, or look whether a copy came; then --mark-sent NUMBER or "
            "--resend NUMBER"
        )
    if not (found.letters or found.noted):
        app.screen.note("no letter fits")


def _act(app: App, journal: Journal, found: _Found, action: str, *, yes: bool) -> int:
    if action == "--forget" and found != _Found([], [], set()):
        return _forget(app, journal, found, yes=yes)
    if not found.letters:
        app.screen.note("none of these letters is in doubt")
        return Exit.NOT_ALL
    sent = action == "--mark-sent"
    journal.resolve(found.letters, sent=sent, now=int(app.now.timestamp()))
    for appeal in sorted({one.appeal for one in found.letters}):
        then = "" if sent else f"; to send them: {to_type('send', appeal)}"
        app.screen.note(f"{appeal}: {'marked as sent' if sent else 'queued'}{then}")
    return Exit.DONE


def _forget(app: App, journal: Journal, found: _Found, *, yes: bool) -> int:
    question = f"Forget {found}? Nothing will keep them from going again."
    if not (yes or not asking.can_ask() or asking.yes(app, question)):
        app.screen.note("nothing was forgotten")
        return Exit.NOT_ALL
    folder = journal.path.parent
    for appeal in typed.known(folder) if found.noted_of is None else found.noted_of:
        typed.forget(folder, appeal)
    journal.forget(found.letters, found.noted_of)
    app.screen.note(f"{found} forgotten: protestmail does not know any more of them")
    return Exit.DONE
