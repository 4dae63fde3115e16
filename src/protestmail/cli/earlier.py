"""What is asked where an appeal's file has changed since its letters went, or is another's."""

from collections.abc import Sequence
from datetime import UTC, datetime

from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.errors import UsageProblem
from protestmail.journal import origin
from protestmail.journal.entry import Entry
from protestmail.journal.journal import Journal
from protestmail.sending.agenda import Agenda


def ask_whose(app: App, appeal: Appeal, journal: Journal, *, real: bool) -> None:
    """Ask whether letters of this appeal's name were of this appeal; till then they are not.

    Raises UsageProblem where letters are really to go, the issuer is another, and there is nobody
    to ask.
    """
    here = origin.of(appeal)
    known = app.shelf.others(appeal)
    entries = [one for one in journal.entries(appeal.id) if one.origin not in known]
    others = origin.doubtful(entries, here)
    if not others:
        return
    likely = origin.same_issuer(others, here)
    what = "with another title" if likely else "of another issuer"
    told = f'on {_day(others)} you wrote for an appeal "{appeal.id}" {what}'
    if not real:
        app.screen.note(f"{told}; a send will ask whether it is this one")
    elif _is_same(app, told, likely=likely):
        journal.adopt(others, here)


def _is_same(app: App, told: str, *, likely: bool) -> bool:
    if asking.can_ask():
        question = f"{told[0].upper()}{told[1:]}. Is this the same appeal?"
        return asking.yes(app, question, default=likely)
    if not likely:
        hint = "send it from a terminal, where you are asked; or give this file another name"
        raise UsageProblem(told, hint)
    app.screen.note(f"{told}: it is taken for the same, and nothing goes again")
    return True


def ask_once_more(app: App, agenda: Agenda, *, real: bool) -> bool:
    """Ask whether those who had a letter that the file has no more are written to once more."""
    had = [one for one in agenda.renamed if one.over]
    if not had:
        return False
    who = f"{len(had)} of those whom this is for" if len(had) > 1 else "one whom this is for"
    told = f"{who} had a letter of this appeal on {_day(had)}; its file has changed since"
    if real and asking.can_ask():
        return asking.yes(app, f"{told[0].upper()}{told[1:]}. Write once more?")
    app.screen.note(f"{told}; --again writes once more")
    return False


def _day(entries: Sequence[Entry]) -> str:
    latest = max(one.at for one in entries)
    return datetime.fromtimestamp(latest, UTC).astimezone().date().isoformat()
