"""The steps of ``answer`` that a person does by hand: post, fax, phone, web, and what else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from protestmail import outbox, paper, pdf, script
from protestmail.appeal import Appeal, Copy, Target, postal
from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.cli.record import Record
from protestmail.envelope import on_paper
from protestmail.errors import MissingFont, UsageProblem
from protestmail.letter import PHONE, Letter, calls, one_by_one
from protestmail.paper import Paper
from protestmail.screen.appeals import action_line
from protestmail.screen.letters import by_post
from protestmail.screen.lists import CHANNEL_WORDS

_CHANNELS = ("post", "fax", "phone", "web", "social")
_DONE = {
    "post": "Is it in the post? (no: you are asked again next time)",
    "fax": "Have you sent the fax?",
    "phone": "Have you called?",
    "web": "Have you sent the form?",
    "social": "Have you written there?",
}
_PAGE = {"post": "page", "fax": "page"}
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
        left: list[str] = []
        for channel in _CHANNELS:
            word = CHANNEL_WORDS[channel]
            for letter, target in _reached(letters, channel):
                done = self._one(channel, letter, target)
                left += [] if done else [f"{target.name or target.id} by {word}"]
            for letter, copy in _copied(letters) if channel == "post" else ():
                done = self._copy(letter, copy)
                left += [] if done else [f"a copy to {copy.name or copy.post[0]} by post"]
        for action in self.appeal.actions:
            done = self._action(action.kind, action_line(action))
            left += [] if done else [action.kind]
        return left

    def _one(self, channel: str, letter: Letter, target: Target) -> bool:
        """Help with one letter or call; tell whether nothing is left to do."""
        app = self.app
        name = target.name or target.id
        where = [name, *getattr(target, channel)]
        where = list(postal(target.post, name)) if channel == "post" else where
        app.screen.note(f"\nBy {CHANNEL_WORDS[channel]}: {', '.join(where)}", "bold")
        if self.record.has(target, channel):
            app.screen.note("  done")
            return True
        if channel == "fax" and self.record.has(target, "post"):
            app.screen.note("  not needed: it is in the post")
            return True
        if letter.leftovers and (channel != PHONE or letter.kind == PHONE):
            app.screen.note("  the letter is not finished: it needs words of your own first")
            return False
        if target.note and channel != PHONE:  # its script has it
            app.screen.note(f"  note: {target.note}")
        if channel == PHONE:
            app.screen.aside().prose(script.text(script.script(letter)))
            if not self.record.count:
                app.screen.note("  an exercise: call nobody")
            return self._asked(_DONE[channel], target.id, channel)
        return self._offered(letter, target.id, channel)

    def _copy(self, letter: Letter, copy: Copy) -> bool:
        """A copy that goes by post is the page of one letter, once more."""
        name = f"copy to {copy.name or copy.post[0]}"
        self.app.screen.note(f"\nBy post, a copy to {by_post(copy)}", "bold")
        if (name, "post") in self.record.done:
            self.app.screen.note("  done")
            return True
        if letter.leftovers:
            self.app.screen.note("  the letter is not finished: it needs words of your own first")
            return False
        return self._offered(replace(letter, targets=letter.targets[:1]), name, "post")

    def _offered(self, letter: Letter, target: str, channel: str) -> bool:
        """Write a letter if that is wanted, and ask whether it has gone."""
        word = _PAGE.get(channel, "text")
        where = f"into the folder {self.folder}"
        question = f"Write the {word} for it, {where}? (d: done already)"
        answer = asking.choose(self.app, question, _OFFERED, "y")
        if answer == "y":
            self._write(letter, page=channel in _PAGE)
            return self._asked(_DONE[channel], target, channel)
        if answer == "d":
            self.record.note(target, channel)
        return answer == "d"

    def _write(self, letter: Letter, *, page: bool) -> None:
        """Write a letter to one target as a page, or as the bare text to copy into a form."""
        suffix, data = ".txt", f"{letter.subject}\n\n{letter.body}\n".encode()
        if page:
            suffix, data = self._page(paper.lay_out(letter))
            for one in letter.attachments:
                self.app.screen.note(f"  print this too, to go with it: {one.title or one.file}")
        [path] = outbox.paths([letter], self.folder, suffix=suffix, force=True)
        path = outbox.beside(path, data)
        outbox.write(data, path, force=True)
        self.app.screen.aside().line(f"  {path}")

    def _page(self, page: Paper) -> tuple[str, bytes]:
        """Set a page; where it cannot be set, plain text does."""
        try:
            self.press = self.press or pdf.Press(self.sheet)  # it looks for fonts, once
            return ".pdf", self.press.typeset(page)
        except (MissingFont, UsageProblem) as why:
            self.app.screen.note(f"  as plain text, since {why.message} ({why.hint})")
            return ".txt", f"{paper.text(page)}\n".encode()

    def _action(self, kind: str, told: str) -> bool:
        self.app.screen.note(f"\nWhat else: {told}", "bold")
        if ("", kind) in self.record.done:
            self.app.screen.note("  done")
            return True
        return self._asked("Have you done it?", "", kind)

    def _asked(self, question: str, target: str, channel: str) -> bool:
        """Ask whether it is done, and note it; there is nothing to ask in an exercise."""
        if not self.record.count:
            return True
        if not asking.yes(self.app, question):
            return False
        self.record.note(target, channel)
        return True


def _copied(letters: Sequence[Letter]) -> Iterator[tuple[Letter, Copy]]:
    """Everybody who gets a copy by post, once, with the first letter that it is of."""
    told = set()
    for letter in letters:
        for copy in on_paper(letter) if letter.targets and letter.kind != PHONE else ():
            if copy not in told:
                told.add(copy)
                yield letter, copy


def _reached(letters: Sequence[Letter], channel: str) -> Iterator[tuple[Letter, Target]]:
    """Everybody who can be reached by a channel; a script to be spoken goes by phone only."""
    for letter in calls(letters) if channel == PHONE else one_by_one(letters):
        if getattr(letter.targets[0], channel):
            yield letter, letter.targets[0]
