"""The steps of ``answer`` that a person does by hand: post, fax, phone, web, and what else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from protestmail import files
from protestmail.appeals.appeal import Action, Appeal, Copy, Target
from protestmail.appeals.channels import WORDS
from protestmail.appeals.postal import postal
from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.errors import MissingFont, UsageProblem
from protestmail.journal.record import Record
from protestmail.letters.letter import PHONE, Letter
from protestmail.letters.tasks import EMAIL, Task, tasks
from protestmail.paper import call, layout, pdf
from protestmail.paper.layout import Paper
from protestmail.screen.letters import by_post
from protestmail.screen.show import action_line

UNFINISHED = "  the letter is not finished: it still needs what is named above"
"""Why a step is left for another time."""
_DONE = {
    "post": "Is it in the post? (no: you are asked again next time)",
    "fax": "Have you sent the fax?",
    "phone": "Have you called?",
    "web": "Have you sent the form?",
    "social": "Have you written there?",
}
_PAGE = {"post", "fax"}
_OFFERED = {"y": "yes", "n": "no, not now", "d": "done already"}


@dataclass(slots=True)
class ByHand:
    """One thing at a time, and what is said to be done is noted."""

    app: App
    appeal: Appeal
    record: Record
    folder: Path
    sheet: str
    press: pdf.Press | None = None

    def go(self, letters: Sequence[Letter]) -> list[str]:
        """Walk through every channel of every target, then the other actions; tell what is left."""
        for task in self._tasks(letters):
            if task.target:
                self._one(task, task.target)
            elif task.copy:
                self._copy(task, task.copy)
            elif task.action:
                self._action(task, task.action)
        return self.waiting(letters)

    def waiting(self, letters: Sequence[Letter]) -> list[str]:
        """Say what is not done."""
        return [one.told for one in self.record.left(self._tasks(letters))]

    def _tasks(self, letters: Sequence[Letter]) -> list[Task]:
        return [one for one in tasks(letters, self.appeal.actions) if one.channel != EMAIL]

    def _one(self, task: Task, target: Target) -> None:
        """Help with one letter or call."""
        app, channel, [letter] = self.app, task.channel, task.letters
        where = [task.name, *getattr(target, channel)]
        where = list(postal(target.post, task.name)) if channel == "post" else where
        app.screen.note(f"\nBy {WORDS[channel]}: {', '.join(where)}", "bold")
        if self.record.has(task):
            app.screen.note("  done")
            return
        if channel == "fax" and not self.record.left([task]):
            app.screen.note("  not needed: it is in the post")
            return
        if letter.leftovers and (channel != PHONE or letter.kind == PHONE):
            app.screen.note(UNFINISHED)
            return
        if target.note and channel != PHONE:  # its script has it
            app.screen.note(f"  note: {target.note}")
        if channel != PHONE:
            self._offered(task)
            return
        app.screen.aside().prose(call.text(call.script(letter)))
        if not self.record.count:
            app.screen.note("  an exercise: call nobody")
        self._asked(_DONE[channel], task)

    def _copy(self, task: Task, copy: Copy) -> None:
        """A copy that no e-mail carries: the page, or the text, of each letter that it is of."""
        channel, ways = task.channel, ", ".join(getattr(copy, task.channel))
        where = by_post(copy) if channel == "post" else f"{copy.label}: {ways}"
        self.app.screen.note(f"\nBy {WORDS[channel]}, a copy to {where}", "bold")
        if self.record.has(task):
            self.app.screen.note("  done")
        elif any(one.leftovers for one in task.letters):
            self.app.screen.note(UNFINISHED)
        elif channel == "fax" and not self.record.left([task]):
            self.app.screen.note("  not needed: it is in the post")
        elif channel == PHONE:
            self._asked("Have you called?", task)
        else:
            if channel == "post":
                told = "the page of each letter once more; address the envelope by hand"
                self.app.screen.note(f"  {told}")
            self._offered(task)

    def _offered(self, task: Task) -> None:
        """Write letters if that is wanted, and ask whether they have gone."""
        word = "page" if task.channel in _PAGE else "text"
        where = f"into the folder {self.folder}"
        question = f"Write the {word} for it, {where}? (d: done already)"
        answer = asking.choose(self.app, question, _OFFERED, "y")
        if answer == "y":
            for one in task.letters:
                self._write(one, page=task.channel in _PAGE)
            self._asked(_DONE[task.channel], task)
        elif answer == "d":
            self._note(task)

    def _write(self, letter: Letter, *, page: bool) -> None:
        """Write a letter to one target as a page, or as the bare text to copy into a form."""
        suffix, data = ".txt", f"{letter.subject}\n\n{letter.body}\n".encode()
        if page:
            suffix, data = self._page(layout.lay_out(letter))
            for one in letter.attachments:
                self.app.screen.note(f"  print this too, to go with it: {one.title or one.file}")
        [path] = files.paths([letter.stem], self.folder, suffix=suffix, force=True)
        path = files.beside(path, data)
        files.write(data, path, force=True)
        self.app.screen.aside().line(f"  {path}")

    def _page(self, page: Paper) -> tuple[str, bytes]:
        """Set a page; where it cannot be set, plain text does."""
        try:
            self.press = self.press or pdf.Press(self.sheet)  # it looks for fonts, once
            return ".pdf", self.press.typeset(page)
        except (MissingFont, UsageProblem) as why:
            hint = why.hint.removesuffix(pdf.INSTEAD)
            self.app.screen.note(f"  as plain text, since {why.message} ({hint})")
            return ".txt", f"{layout.text(page)}\n".encode()

    def _action(self, task: Task, action: Action) -> None:
        self.app.screen.note(f"\nWhat else: {action_line(action)}", "bold")
        if self.record.has(task):
            self.app.screen.note("  done")
        else:
            self._asked("Have you done it?", task)

    def _asked(self, question: str, task: Task) -> None:
        """Ask whether it is done, and note it; there is nothing to ask in an exercise."""
        if self.record.count and asking.yes(self.app, question):
            self._note(task)

    def _note(self, task: Task) -> None:
        self.app.refresh()
        self.record.note(task, int(self.app.now.timestamp()))
