"""What is asked where an appeal's file has changed since its letters went, or is another's."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.errors import UsageProblem
from protestmail.journal import origin
from protestmail.journal.entry import ACCEPTED, UNKNOWN, Entry, principal
from protestmail.journal.journal import Journal, there
from protestmail.journal.notes import Noted
from protestmail.letters.tasks import EMAIL
from protestmail.mail.message import Message
from protestmail.sending.agenda import Agenda


def ask_whose(app: App, appeal: Appeal, journal: Journal, *, real: bool) -> None:
    """Ask whether what was done for an appeal of this name was for this; till then it was not.

    A no is not asked about again in this run, and for good once something is done for this one.
    Raises UsageProblem where letters are really to go, the issuer is another, and there is nobody
    to ask.
    """
    here = origin.of(appeal)
    known = app.shelf.others(appeal)
    every = [one for one in journal.all_of(appeal.id) if one.origin not in known]
    others = origin.doubtful(every, here)
    if not others or app.told_apart == here:
        return
    likely = origin.same_issuer(others, here)
    what = "with another title" if likely else "of another issuer"
    told = f'on {_day(others)} you answered an appeal "{appeal.id}" {what}'
    if not real:
        app.screen.note(f"{told}; a send will ask whether it is this one")
    elif _is_same(app, told, likely=likely):
        journal.adopt(others, here)
    else:
        app.told_apart = here


def ask_in(app: App, appeal: Appeal, folder: Path) -> None:
    """Ask so of the journal in a folder, if there is one; it may be on a disk for reading."""
    if there(folder):
        with Journal(folder, reading=True) as journal:
            ask_whose(app, appeal, journal, real=True)


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


def tell_otherwise(app: App, appeal: Appeal, journal: Journal, messages: Sequence[Message]) -> None:
    """Say who had such a letter by a way that keeps none from going: by hand, or another From."""
    here = origin.of(appeal)
    by_hand = [one for one in origin.ours(journal.noted(appeal.id), here) if one.channel == EMAIL]
    targets = {one.id: one.label for each in messages for one in each.letter.targets}
    for one in by_hand:
        if name := targets.pop(one.target, ""):
            told = f"{name} had a letter from your mail program on {_day([one])}, as you noted"
            app.screen.note(f"{told}; this would be one more", "bold")
    for sender, had in _from_others([*journal.entries(appeal.id)], here, messages).items():
        who = f"{len(had)} of these" if len(had) > 1 else "one of these"
        told = f"{who} had this letter from {sender} on {_day([*had.values()])}"
        app.screen.note(f"{told}; from another address it goes once more", "bold")


def _from_others(
    entries: Sequence[Entry], here: str, messages: Sequence[Message]
) -> dict[str, dict[str, Entry]]:
    """Find the letters that those addresses have, or may have, from other senders: by sender."""
    going = {(one.letter.id, to) for one in messages for to in one.envelope}
    own = {one.sender.ascii.lower() for one in messages}
    found: dict[str, dict[str, Entry]] = {}
    for one in origin.ours(entries, here):
        for to in principal(one.recipients):
            had = to.state in {ACCEPTED, UNKNOWN} and (one.letter, to.address) in going
            if had and one.sender.lower() not in own:
                found.setdefault(one.sender, {})[to.address] = one
    return found


def _day(known: Sequence[Entry | Noted]) -> str:
    latest = max(one.at for one in known)
    return datetime.fromtimestamp(latest, UTC).astimezone().date().isoformat()
