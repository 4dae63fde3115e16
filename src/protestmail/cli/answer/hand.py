"""The steps of ``answer`` that a person does by hand: post, fax, phone, web, and what else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from protestmail import files
from protestmail.appeals.appeal import Appeal, Copy, Target, postal
from protestmail.appeals.channels import CHANNELS
from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.cli.record import UNFINISHED, Record
from protestmail.errors import MissingFont, UsageProblem
from protestmail.letters.letter import PHONE, Letter, calls, one_by_one
from protestmail.mail.recipients import on_paper
from protestmail.paper import call, layout, pdf
from protestmail.paper.layout import Paper
from protestmail.screen.letters import by_post
from protestmail.screen.list import CHANNEL_WORDS
from protestmail.screen.show import action_line

_DONE = {
    "post": "Is it in the post? (no: you are asked again next time)",
    "fax": "Have you sent the fax?",
    "phone": "Have you called?",
    "web": "Have you sent the form?",
    "social": "Have you written there?",
}
_CHANNELS = [name for name in CHANNELS if name in _DONE]
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
        for channel in _CHANNELS:
            for letter in _reached(letters, channel):
                self._one(channel, letter, letter.targets[0])
            for copy, copied in _copied(letters).items() if channel == "post" else ():
                self._copy(copy, copied)
        for action in self.appeal.actions:
            self._action(action.kind, action_line(action))
        return self.waiting(letters)

    def waiting(self, letters: Sequence[Letter]) -> list[str]:
        """Say what is not done; one way on paper is enough."""
        done = self.record.done
        left: list[str] = []
        for channel in _CHANNELS:
            ways = _PAGE if channel in _PAGE else {channel}
            targets = [one.targets[0] for one in _reached(letters, channel)]
            waiting = [one for one in targets if not any((one.id, way) in done for way in ways)]
            left += [f"{one.label} by {CHANNEL_WORDS[channel]}" for one in waiting]
            copies = _copied(letters) if channel == "post" else ()
            left += [_name(one) for one in copies if (_name(one), "post") not in done]
        return left + [one.kind for one in self.appeal.actions if ("", one.kind) not in done]

    def _one(self, channel: str, letter: Letter, target: Target) -> None:
        """Help with one letter or call."""
        app = self.app
        name = target.label
        where = [name, *getattr(target, channel)]
        where = list(postal(target.post, name)) if channel == "post" else where
        app.screen.note(f"\nBy {CHANNEL_WORDS[channel]}: {', '.join(where)}", "bold")
        if self.record.has(target, channel):
            app.screen.note("  done")
            return
        if channel == "fax" and self.record.has(target, "post"):
            app.screen.note("  not needed: it is in the post")
            return
        if letter.leftovers and (channel != PHONE or letter.kind == PHONE):
            app.screen.note(UNFINISHED)
            return
        if target.note and channel != PHONE:  # its script has it
            app.screen.note(f"  note: {target.note}")
        if channel != PHONE:
            self._offered([letter], target.id, channel)
            return
        app.screen.aside().prose(call.text(call.script(letter)))
        if not self.record.count:
            app.screen.note("  an exercise: call nobody")
        self._asked(_DONE[channel], target.id, channel)

    def _copy(self, copy: Copy, letters: Sequence[Letter]) -> None:
        """A copy that goes by post: the page of each letter that it is of, once more."""
        self.app.screen.note(f"\nBy post, a copy to {by_post(copy)}", "bold")
        if (_name(copy), "post") in self.record.done:
            self.app.screen.note("  done")
        elif any(one.leftovers for one in letters):
            self.app.screen.note(UNFINISHED)
        else:
            self.app.screen.note(
                "  the page of each letter once more; address the envelope by hand"
            )
            self._offered(letters, _name(copy), "post")

    def _offered(self, letters: Sequence[Letter], target: str, channel: str) -> None:
        """Write letters if that is wanted, and ask whether they have gone."""
        word = "page" if channel in _PAGE else "text"
        where = f"into the folder {self.folder}"
        question = f"Write the {word} for it, {where}? (d: done already)"
        answer = asking.choose(self.app, question, _OFFERED, "y")
        if answer == "y":
            for one in letters:
                self._write(one, page=channel in _PAGE)
            self._asked(_DONE[channel], target, channel)
        elif answer == "d":
            self.record.note(target, channel)

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
            self.app.screen.note(f"  as plain text, since {why.message} ({why.hint})")
            return ".txt", f"{layout.text(page)}\n".encode()

    def _action(self, kind: str, told: str) -> None:
        self.app.screen.note(f"\nWhat else: {told}", "bold")
        if ("", kind) in self.record.done:
            self.app.screen.note("  done")
        else:
            self._asked("Have you done it?", "", kind)

    def _asked(self, question: str, target: str, channel: str) -> None:
        """Ask whether it is done, and note it; there is nothing to ask in an exercise."""
        if self.record.count and asking.yes(self.app, question):
            self.record.note(target, channel)


def _name(copy: Copy) -> str:
    """How a copy is noted, and named among what is left."""
    return f"copy to {copy.name or copy.post[0]}"


def _copied(letters: Sequence[Letter]) -> dict[Copy, list[Letter]]:
    """Everybody who gets a copy by post, and the letters that it is of."""
    found: dict[Copy, list[Letter]] = {}
    for letter in one_by_one(letters):
        for copy in on_paper(letter):
            found.setdefault(copy, []).append(letter)
    return found


def _reached(letters: Sequence[Letter], channel: str) -> list[Letter]:
    """The letters, one by one, that a channel carries; one to be spoken goes by phone only."""
    every = calls(letters) if channel == PHONE else one_by_one(letters)
    return [one for one in every if getattr(one.targets[0], channel)]
