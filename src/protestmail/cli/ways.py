"""The ways that a send can go: a dry run, a rehearsal, for real; and what a person sees of it."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking, consent, sending
from protestmail.cli import letters as shared
from protestmail.cli.app import App
from protestmail.cli.options import Options
from protestmail.cli.sending import Batch, Result, Wish
from protestmail.cli.typed import Typed
from protestmail.errors import Exit, UnfinishedLetter, UnsafeMessage, UsageProblem
from protestmail.journal.entry import broken_off
from protestmail.journal.journal import Journal
from protestmail.letters.selection import Selection
from protestmail.letters.sender import Sender
from protestmail.screen import letters as screen
from protestmail.screen import sending as shown
from protestmail.screen.journal import entry_json
from protestmail.screen.output import Screen
from protestmail.sending.pace import PER_MINUTE, Pace
from protestmail.settings.account import Account

if TYPE_CHECKING:
    from protestmail.mail.writing import Intent
    from protestmail.sending.rehearsal import Server


@dataclass(slots=True)
class Send:
    """One send, in one of its ways; everything that it works with is handed in."""

    app: App
    appeal: Appeal
    sender: Sender
    typed: Typed
    journal: Journal
    wish: Wish
    options: Options

    def run(self, selected: Selection, account: Account | None, *, goes: bool) -> int:
        """Do what is asked for, and say in the end who is not mailed."""
        if self.options.edit:
            selected, batch = self._edited(selected)
        else:
            batch = self._write(selected)
        shared.tell_selection(self.app, selected)
        shared.tell_words(self.app, batch.planned.letters, self.typed.words)
        shared.tell_share(self.app, self.appeal, [one.letter for one in batch.messages])
        sending.tell_agenda(self.app, batch)
        if self.options.dry_run:
            code = self._dry_run(batch, goes=goes)
        elif not batch.agenda.count:
            code = self._told(batch, Result(), self.appeal.id)
        elif account is None:
            code = self._rehearse(batch)
        else:
            code = self._send(batch, selected, account)
        if not (account and batch.agenda.count and asking.can_ask()):  # else it was told before
            shown.tell_not_mailed(self.app.screen, batch.planned)
        return code

    def _edited(self, selected: Selection) -> tuple[Selection, Batch]:
        """Let the user edit the letter, and write it; what was typed is never lost."""
        edited = self.typed.edit(selected)
        try:
            return edited, self._write(edited)
        except (UnfinishedLetter, UnsafeMessage) as why:
            where = self.typed.where(edited)
            why.hint = f"{why.hint}; {where}" if where else why.hint
            raise

    def _tell_kept(self, selected: Selection) -> None:
        if where := self.typed.where(selected):
            self.app.screen.note(where)

    def _write(self, selected: Selection) -> Batch:
        return sending.write(
            *(
                self.app,
                self.appeal,
                selected,
                self.sender,
                self.typed.words,
                self.journal,
                self.wish,
            )
        )

    def _dry_run(self, batch: Batch, *, goes: bool) -> int:
        """Show what would go; the exit code is that of a real send that cannot go."""
        app = self.app
        if self.options.as_json:
            listed = [screen.letter_json(one.letter) for one in batch.messages]
            app.screen.json({"version": 1, "dry_run": True, "letters": listed})
            return Exit.DONE if goes else Exit.REFUSED
        shown.show_repeated(app.screen, batch.agenda.repeated)
        for number, one in enumerate(batch.messages):
            if number:
                app.screen.line()
                for name, value in screen.addressees(one.letter):
                    app.screen.labelled(name, value)
            else:
                app.screen.line(f"From: {one.sender.shown}")
                screen.show_letter(app.screen, one.letter)
        would = "would go" if goes else "written, none of which would go"
        letters = sending.count(batch.agenda.count)
        app.screen.note(f"dry run: {letters} {would}, nothing was sent")
        return Exit.DONE if goes else Exit.REFUSED

    def _rehearse(self, batch: Batch) -> int:
        """Go the whole way, to a server that delivers nowhere, and show what arrived there."""
        from protestmail import files  # noqa: PLC0415  asyncio
        from protestmail.mail import reading  # noqa: PLC0415  asyncio
        from protestmail.sending import rehearsal  # noqa: PLC0415  asyncio

        letters = [one.letter for one in batch.messages]
        eml, force = self.options.eml, self.options.force
        paths = files.paths([one.stem for one in letters], eml, force=force) if eml else []
        with rehearsal.serve() as server:
            result = sending.carry_out(self.app, batch, self.journal, server.account)
        arrived = {one.message_id: one for one in map(reading.read_back, server.messages)}
        if not (self.options.as_json or self.options.seen):
            screen.show_arrival(self.app.screen, list(arrived.values()))
        code = self._told(batch, result, f"rehearsal of {self.appeal.id}", server)
        bytes_of = dict(zip(arrived, server.messages, strict=True))
        for message, path in zip(batch.messages, paths, strict=False):
            if data := bytes_of.get(message.message_id):
                files.write(data, path, force=force)
                self.app.screen.note(f"kept: {path}")
        return code

    def _send(self, batch: Batch, selected: Selection, account: Account) -> int:
        try:
            agreed = self._agreed(batch, selected, account)
        except (click.Abort, asking.Left):
            self.app.screen.note("\nnothing was sent")
            self._tell_kept(selected)
            raise
        if agreed is None:
            self.app.screen.note("nothing was sent")
            self._tell_kept(selected)
            return Exit.NOT_ALL
        self.typed.keep()
        secret = account.secret.reveal(asking.secret if asking.can_ask() else None)
        pace = Pace(self.options.per_minute or account.per_minute or PER_MINUTE)
        result = sending.carry_out(self.app, agreed, self.journal, account, secret, pace=pace)
        what = "sent to yourself" if self.options.to_self else self.appeal.id
        code = self._told(agreed, result, what)
        if result.waiting:
            self._tell_kept(selected)
        else:
            self.typed.gone()
        return code

    def _agreed(self, batch: Batch, selected: Selection, account: Account) -> Batch | None:
        """Show everything and ask, once more after an edit; None where the answer is no."""
        options = self.options
        while True:
            self._show(batch, account)
            special = consent.special(
                self.appeal, batch.messages, yes=options.yes, risk_read=options.risk_read
            )
            if not options.yes and not asking.can_ask():
                hint = "look at it with --dry-run, then say --yes"
                raise UsageProblem("there is no terminal to ask at before sending", hint)
            if not consent.get(self.app, special):
                return None
            if options.yes:
                return batch
            to = " to yourself" if options.to_self else ""
            question = f"Send {sending.count(batch.agenda.count)}{to}?"
            answer = consent.choose(self.app, question, view=partial(self._view, batch))
            if answer != "e":
                return batch if answer == "y" else None
            if not batch.messages:
                self.app.screen.note("what goes again goes as it was, and is not edited")
                continue
            selected, batch = self._edited(selected)

    def _show(self, batch: Batch, account: Account) -> None:
        aside = self.app.screen.aside()
        shown.show_route(aside, self.sender, account)
        shown.show_anew(aside, batch.agenda.anew)
        shown.show_repeated(aside, batch.agenda.repeated)
        shown.show_recipients(aside, batch.messages, together=self.appeal.together)
        self._show_changes(aside, batch)
        shown.show_first(aside, batch.messages, self._again(batch)[:1])
        shown.show_appeal_notes(aside, self.appeal)  # right above the question
        if self.options.to_self:
            aside.line(f"All of it goes to {self.sender.email} only: no target gets anything.")
        if asking.can_ask():
            shown.tell_not_mailed(self.app.screen, batch.planned)

    def _show_changes(self, aside: Screen, batch: Batch) -> None:
        """Show what was edited, once for each model."""
        seen = set()
        for one in (message.letter for message in batch.messages):
            key = one.id, one.language
            if key in self.typed.models and key not in seen:
                seen.add(key)
                shown.show_changes(aside, one, self.typed.changes(one))

    def _view(self, batch: Batch) -> None:
        """Show every letter in full."""
        aside = self.app.screen.aside()
        for one in batch.messages:
            screen.show_letter(aside, one.letter)
            aside.separator()
        for intent in self._again(batch):
            screen.show_intent(aside, intent)
            aside.separator()

    def _again(self, batch: Batch) -> "list[Intent]":
        from protestmail.mail.reading import read_back  # noqa: PLC0415  where there are any only

        return [read_back(self.journal.load(one.number).data) for one in batch.agenda.repeated]

    def _told(self, batch: Batch, result: Result, what: str, server: "Server | None" = None) -> int:
        """Show what became of each letter, and give the exit code."""
        app, options = self.app, self.options
        skipped = batch.agenda.skipped
        if options.as_json:
            kind = {"rehearsal": True} if server else {}
            kind |= {"to_self": True} if options.to_self else {}
            known = {one.number: one for one in (*skipped, *result.entries)}
            queued = [one for one in result.numbers if one not in known]
            known |= {one: broken_off(self.journal.entry(one)) for one in queued}
            listed = [entry_json(known[one]) for one in sorted(known)]
            app.screen.json({"version": 1, **kind, "letters": listed})
        else:
            shown.show_outcomes(app.screen, result.entries, batch.people)
        if result.problem is not None:
            app.screen.error(result.problem.message, result.problem.hint)
        tail = "; nothing has left this machine" if server else ""
        sending.sum_up(app, what, result, tail)
        if result.waiting and options.real:
            app.screen.note("what is queued is written anew by the next send of this appeal")
        return sending.exit_code(result, skipped)
