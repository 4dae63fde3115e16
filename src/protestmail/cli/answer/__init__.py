"""``protestmail answer``."""

from functools import partial
from pathlib import Path

import click

from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking, earlier, editing, letters
from protestmail.cli.answer import writer
from protestmail.cli.answer.hand import ByHand
from protestmail.cli.answer.mail import ByMail
from protestmail.cli.app import SHEETS, App, appeal_argument, common_options, epilog, fill
from protestmail.cli.asking import Left
from protestmail.cli.request import Request, letter_options
from protestmail.commands import to_type
from protestmail.errors import Exit, UsageProblem
from protestmail.journal import origin
from protestmail.journal.record import Record
from protestmail.journal.typed import Typed
from protestmail.letters import selection
from protestmail.letters.letter import PHONE, Letter
from protestmail.screen.letters import show_letter
from protestmail.screen.show import copy_line, show_case
from protestmail.settings import settle

_FOLDER = Path("letters")


@click.command(
    "answer",
    epilog=epilog(
        "protestmail answer practice-letter", "protestmail answer practice-letter --plain"
    ),
)
@appeal_argument
@letter_options
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=_FOLDER,
    metavar="DIR",
    help="Where pages for the post and drafts are written (default: letters).",
)
@click.option("--paper", "sheet", type=click.Choice(SHEETS), default=SHEETS[0], help="The paper.")
@common_options
@click.pass_obj
def command(app: App, /, appeal_id: str, *, request: Request, folder: Path, sheet: str) -> int:
    """Answer an appeal step by step: e-mail, post, phone and web, with a question at each.

    What you say is done is noted in your journal. Every question can be left with q, and the same
    command takes it up again.
    """
    if not asking.can_ask():
        hint = "render and send do the same with options, and do not ask"
        raise UsageProblem("answer asks questions, and there is no terminal to ask at", hint)
    app.guided = True
    appeal = letters.read_appeal(app, appeal_id)
    letters.refuse_withdrawn(appeal)
    guide = _Guide(app, appeal, request, folder, sheet)
    try:
        return guide.go()
    except Left:
        guide.tell_left()
        return Exit.NOT_ALL
    except (click.Abort, KeyboardInterrupt):
        app.screen.note("")
        guide.tell_left()
        raise


class _Guide:
    """The steps in their order; what one settles, the next ones use."""

    def __init__(
        self, app: App, appeal: Appeal, request: Request, folder: Path, sheet: str
    ) -> None:
        self.app, self.appeal, self.request = app, appeal, request
        self.folder, self.sheet = folder, sheet
        self.given = request.again  # before anything else is asked
        self.given += ["--folder", str(folder)] if folder != _FOLDER else []
        self.given += ["--paper", sheet] if sheet != SHEETS[0] else []
        self.selected = letters.selection(appeal, request, spoken=True)
        self.goes = letters.tell_standing(app, appeal, self.selected)
        self.settled = app.settings(request.flags)
        self.state = settle.state_folder(self.settled)
        self.typed = Typed(self.state, appeal.id, campaign=appeal.campaign, kept=False)
        self.record = Record(appeal.id, origin.of(appeal), self.state, count=self.goes)

    def go(self) -> int:
        """Walk through all steps; an appeal that is over can be walked through as an exercise."""
        if not self.goes:
            self.app.screen.note(
                "what follows is an exercise: nothing is sent or noted; call nobody"
            )
        self.record.read()
        # what is done is known by target, not by letter: another one is always gone through
        if self.record.done and not (self.request.letter or self._waiting()):
            told = (
                f"all that this appeal asks for is done; {to_type('news')} tells what comes of it"
            )
            self.app.screen.note(told, "bold")
            return Exit.DONE
        self._case()
        if self.goes:
            earlier.ask_in(self.app, self.appeal, self.state)
            self.record.read()
        self._sender()
        self._copies()
        self.appeal = fill(self.app, self.appeal, lambda: self.settled, self.request.targets)
        self.selected = letters.selection(self.appeal, self.request, spoken=True)
        self._words()
        app = self.app
        mail, hand = self._steps()
        left = mail.go(self._letters())
        left += hand.go(self._letters())
        letters.tell_selection(app, self.appeal.id, self.selected, "answer")
        left += self._unresolved()
        if left and self.goes:
            app.screen.note(f"\nNot done yet: {'; '.join(left)}")
            raise Left
        self.typed.gone()
        what = "for this letter" if self.selected.others else "that this appeal asks for"
        self.app.screen.note(f"\nThat is all {what}. Thank you.", "bold")
        return Exit.DONE

    def _steps(self) -> tuple[ByMail, ByHand]:
        app, appeal, record, folder = self.app, self.appeal, self.record, self.folder
        mail = ByMail(app, appeal, self.request, self.typed, record, folder)
        return mail, ByHand(app, appeal, record, folder, self.sheet)

    def _waiting(self) -> bool:
        """Whether there is anything that was not done before."""
        mail, hand = self._steps()
        written = self._letters()
        return bool(mail.waiting(written) or hand.waiting(written) or self._unresolved())

    def _unresolved(self) -> list[str]:
        """Who is still to be looked up, which the same command then takes up."""
        missing = (target for target, _ in self.selected.unwritten if not target.do_not_write)
        return [f"look up {target.name or target.lookup}" for target in missing]

    def tell_left(self) -> None:
        """Say how to go on another time."""
        self.typed.keep()
        told = to_type("answer", self.appeal.id, *self.given)
        self.app.screen.note(f"\nWhat is left is taken up by: {told}", "bold")

    def _case(self) -> None:
        """Show the case, the advice and the risk."""
        app, appeal = self.app, self.appeal
        show_case(app.screen.aside(), appeal, app.today)
        doing = "call" if self._spoken else "write"
        risk = f"Have you read the note on the risk, and do you want to {doing}?"
        question = risk if appeal.risk else f"Do you want to {doing}?"
        if not asking.yes(app, question, default=not appeal.risk):
            raise Left

    def _sender(self) -> None:
        """Ask who writes, where that is not known, and for what these letters need."""
        name, ask = self.settled.sender.name, "Who writes? (q leaves)"
        if name:
            told = f"You sign as {name}; --name changes it for once, init for good"
            self.app.screen.note(told)
            ask = "This letter has a gap unless you say more. (q leaves)"
        asked: set[str] = set()
        while names := {name: one for name, one in self._unknown().items() if name not in asked}:
            self.app.screen.note(ask, "bold")
            self.request, self.settled = writer.ask(
                self.app, self.request, self.settled, names, self.appeal.language
            )
            asked |= {*names}
            ask = "This letter has a gap unless you say more. (q leaves)"

    def _unknown(self) -> dict[str, bool]:
        return writer.unknown(self.settled.sender, self.selected, self._letters())

    def _copies(self) -> None:
        """Ask about each copy that the appeal leaves to its writer."""
        if self.request.copies:
            self.appeal = letters.with_copies(self.app, self.appeal, self.request.copies)
            return
        chosen = []
        for one in self.appeal.offered_copies:
            self.app.screen.note(f"\nWho may get a copy: {copy_line(one)}")
            if asking.yes(self.app, "Send this copy, too?"):
                chosen.append(one)
        self.appeal = self.appeal.with_copies(chosen)

    def _words(self) -> None:
        """Show the letter, and ask for a paragraph of one's own."""
        app, request = self.app, self.request
        typed = editing.taken_up(app, self.appeal, request, self.state, kept=self.goes)
        self.typed = typed
        self._show_letters()
        letters.tell_languages(app, self.appeal.id, self.selected, "answer")
        letters.tell_words(app, self._letters(), "")
        while not (typed.words and self._settled_words()):
            doing = "call" if self._spoken else "write"
            app.screen.note(f"Why do you {doing}? Your own words weigh more than ours.", "bold")
            for one in self.appeal.guidance:
                app.screen.aside().prose(f"- {one}", 2, hang=2)
            anew = " anew" if typed.words else ""
            app.screen.note(
                f"Type a few sentences{anew}, then an empty line. An empty line at once adds "
                "nothing; e opens your editor."
            )
            edit = partial(editing.words, self.appeal.guidance, typed.words)
            typed.words = asking.paragraph(app, self._keep, edit)
            typed.keep()
            if not typed.words:
                break
            self._show_letters(1)
        letters.tell_doubtful(app, self._letters())
        letters.tell_unfinished(app, [one for each in self._letters() for one in each.leftovers])

    def _keep(self, words: str) -> None:
        self.typed.words = words
        self.typed.keep()

    def _settled_words(self) -> bool:
        letters.tell_words(self.app, self._letters(), self.typed.words)
        self.app.screen.note(f"Your own words in it: {self.typed.words}")
        return asking.yes(self.app, "Leave them so?", default=True)

    @property
    def _spoken(self) -> bool:
        """Whether all that is asked for is a call."""
        return {choice.model.kind for choice in self.selected.choices} == {PHONE}

    def _show_letters(self, most: int | None = None) -> None:
        """Show each letter once, in each of its languages; at most so many."""
        aside = self.app.screen.aside()
        firsts: dict[tuple[str, str], Letter] = {}
        for one in self._letters():
            firsts.setdefault((one.id, one.language), one)
        for number, one in enumerate(list(firsts.values())[:most], 1):
            aside.line()
            if len(firsts) > 1:
                told = f"Letter {number} of {len(firsts)}, in {one.language}:"
                aside.line(told, "bold")
            show_letter(aside, one)
        aside.line()

    def _letters(self) -> list[Letter]:
        """Write every letter, as things stand now."""
        selected, words = editing.applied(self.typed, self.selected), self.typed.words
        sender, today = self.settled.sender, self.app.today
        return list(selection.letters(self.appeal, selected, sender, own_words=words, today=today))
