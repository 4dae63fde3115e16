"""A send, settled and written: who sends, by which account, which letters, and what is known."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from protestmail.appeals.appeal import Appeal
from protestmail.cli import earlier, editing, letters
from protestmail.cli.app import App
from protestmail.cli.request import Request
from protestmail.commands import to_type
from protestmail.errors import SettingsProblem, UnfinishedLetter, UnsafeMessage
from protestmail.journal import origin
from protestmail.journal.journal import Journal, there
from protestmail.journal.typed import Typed
from protestmail.letters import selection
from protestmail.letters.leftovers import NotFinished
from protestmail.letters.selection import Selection
from protestmail.letters.sender import Sender
from protestmail.mail import message
from protestmail.screen.sending import tell_agenda, tell_not_mailed
from protestmail.sending import agenda, batch
from protestmail.sending.batch import Batch, NobodyByMail, Wish
from protestmail.settings import settle
from protestmail.settings.account import Account, account_of
from protestmail.settings.settle import Settings


@contextmanager
def prepared(
    app: App, appeal: Appeal, request: Request, wish: Wish, typed: Typed | None = None
) -> "Iterator[Prepared]":
    """Settle who sends, by which account, whether this appeal goes; open the journal for it.

    Raises Refused where letters that are really to go do not go any more.
    """
    letters.refuse_withdrawn(appeal)
    settled = app.settings(request.flags)
    selected = letters.selection(appeal, request)
    goes = letters.tell_standing(app, appeal, selected, refuse=wish.real)
    account = None
    if wish.dry_run or wish.rehearse:
        sender = letters.with_address(app, letters.or_specimen(app, settled))
    else:
        account = account_of(app.environ, settled.profile, plain_text=wish.plain_text)
        sender = _signed(settled, account)
    folder = settle.state_folder(settled)
    typed = typed or editing.taken_up(app, appeal, request, folder, kept=wish.real)
    selected = editing.applied(typed, selected)
    if wish.bcc_self is None:
        wish = replace(wish, bcc_self=settled.bcc_self)
    with _journal(app, folder, wish) as journal:
        earlier.ask_whose(app, appeal, journal, real=wish.real)
        yield Prepared(app, appeal, sender, typed, journal, wish, account, selected, goes=goes)


def _signed(settled: Settings, account: Account) -> Sender:
    if not settled.sender.name:
        told = "no name is given, and nobody signs the letter"
        raise SettingsProblem(told, f'say --name "Your Name", or {to_type("init")}')
    return replace(settled.sender, email=account.email)


@contextmanager
def _journal(app: App, folder: Path, wish: Wish) -> Iterator[Journal]:
    """Open the journal; for what does not count, a throw-away one in a folder of its own."""
    if wish.real or (wish.dry_run and there(folder)):
        with Journal(folder) as journal:
            if journal.new:
                app.screen.note(f"a new journal begins: {journal.path}")
            yield journal
    else:
        with TemporaryDirectory(prefix="protestmail-") as bin_, Journal(Path(bin_)) as journal:
            yield journal


@dataclass(slots=True)
class Prepared:
    """A send that is settled: it stays here without an ``account``; ``goes`` tells if it may go."""

    app: App
    appeal: Appeal
    sender: Sender
    typed: Typed
    journal: Journal
    wish: Wish
    account: Account | None
    selected: Selection
    goes: bool
    asked: bool = False

    def write(self) -> Batch:
        """Write all of it, and say what there is to say of it beforehand."""
        app = self.app
        found = self.edited() if self.wish.edit else self._written()
        letters.tell_languages(app, self.appeal.id, self.selected)
        letters.tell_selection(app, self.appeal.id, self.selected)
        letters.tell_words(app, [one.letter for one in found.mailing.letters], self.typed.words)
        letters.tell_share(app, self.appeal, [one.letter for one in found.messages])
        letters.tell_doubtful(app, [one.letter for one in found.messages])
        tell_agenda(app.screen, found)
        earlier.tell_otherwise(app, self.appeal, self.journal, found.messages)
        return found

    def edited(self) -> Batch:
        """Let the user edit the letter, and write it; what was typed is never lost."""
        self.selected = editing.edit(self.app, self.appeal, self.selected, self.typed)
        try:
            return self._written()
        except (UnfinishedLetter, UnsafeMessage) as why:
            where = editing.where(self.typed, self.selected)
            why.hint = f"{why.hint}; {where}" if where else why.hint
            raise

    def _written(self) -> Batch:
        """Write it; those who had a letter that the file has no more are asked about, once."""
        found = self._composed()
        if not self.asked:
            self.asked = True
            if earlier.ask_once_more(self.app, found.agenda, real=self.wish.real):
                self.wish = replace(self.wish, renewed=True)
                return self._composed()
        return found

    def _composed(self) -> Batch:
        own, here = message.own_address(self.sender.email).ascii, origin.of(self.appeal)
        once = self.appeal.cc_once
        copied = agenda.copied(self.journal, self.appeal.id, own, here) if once else ()
        words, today = self.typed.words, self.app.today
        written = selection.letters(
            self.appeal, self.selected, self.sender, own_words=words, today=today, copied=copied
        )
        journal, wish, now = self.journal, self.wish, self.app.now
        token = partial(secrets.token_hex, 16)
        try:
            return batch.write(
                self.appeal, written, self.sender, journal, wish, now=now, token=token
            )
        except NobodyByMail as why:
            letters.tell_selection(self.app, self.appeal.id, self.selected)
            tell_not_mailed(self.app.screen, self.appeal.id, why.mailing)
            raise
        except NotFinished as why:
            letters.tell_unfinished(self.app, why.leftovers)
            raise
