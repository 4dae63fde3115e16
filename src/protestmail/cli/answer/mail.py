"""The step of ``answer`` that is about e-mail: sent, rehearsed, as drafts, or as links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking, init, mailing, preparing, sending
from protestmail.cli.answer.hand import UNFINISHED
from protestmail.cli.app import App
from protestmail.cli.letters import with_address
from protestmail.cli.request import Request
from protestmail.commands import to_type
from protestmail.errors import ProtestmailError, SettingsProblem
from protestmail.journal.record import Record
from protestmail.journal.typed import Typed
from protestmail.letters.letter import Letter
from protestmail.letters.tasks import EMAIL, Task
from protestmail.mail.recipients import sort
from protestmail.screen.sending import count
from protestmail.sending.batch import Wish
from protestmail.settings.account import account_of

_SEND, _REHEARSE, _DRAFTS, _LINKS, _SKIP = "srdlk"
_WAYS = {
    _SEND: "send, after one more question",
    _REHEARSE: "rehearse: the whole way, but delivered nowhere",
    _DRAFTS: "drafts, which your mail program opens and sends",
    _LINKS: "links, which open your mail program",
    _SKIP: "go on to what is not e-mail",
}


@dataclass(slots=True)
class ByMail:
    """E-mail, in whichever way its writer has."""

    app: App
    appeal: Appeal
    request: Request
    typed: Typed
    record: Record
    folder: Path
    _email: str | None = None

    def go(self, letters: Sequence[Letter]) -> list[str]:
        """Ask how the letters go, until they have or are not to; tell what is left."""
        mailed = _mailed(letters)
        if not mailed:
            return []
        names = ", ".join(target.label for one in mailed for target in one.targets)
        self.app.screen.note(f"\nBy e-mail: {names}", "bold")
        if any(one.leftovers for one in mailed):
            self.app.screen.note(UNFINISHED)
            return [f"{count(len(mailed))} by e-mail"]
        ways = self._ways()
        while waiting := self.waiting(mailed):
            way = asking.pick(self.app, "How should it go?", ways)
            if way == _SKIP:
                break
            self._by(way, waiting)
            if way == _REHEARSE:  # once is enough, and it was perhaps all that was wanted
                ways = {_SKIP: _WAYS[_SKIP]} | ways
                del ways[_REHEARSE]
        else:
            self.app.screen.note("  done")
        return [f"{count(len(waiting))} by e-mail"] if waiting else []

    def waiting(self, letters: Sequence[Letter]) -> list[Letter]:
        """Give the letters for e-mail that have not gone."""
        return [one for one in _mailed(letters) if not self._done(one)]

    def _done(self, letter: Letter) -> bool:
        return all(map(self.record.has, _tasks(letter)))

    def _ways(self) -> dict[str, str]:
        """The ways that there are, the likeliest first."""
        if not self.record.count:
            return {key: _WAYS[key] for key in (_REHEARSE, _SKIP)}
        try:
            account_of(self.app.environ, self.app.settings().profile)
        except SettingsProblem:
            told = f"no mail account is set up here yet; {to_type('init')} does that"
            self.app.screen.note(told)
            return {key: told for key, told in _WAYS.items() if key != _SEND}
        return dict(_WAYS)

    def _by(self, way: str, letters: Sequence[Letter]) -> None:
        """Go one way; what cannot be done is told, and another way may be taken."""
        self.app.refresh()
        try:
            if way in {_SEND, _REHEARSE}:
                self._send(rehearse=way == _REHEARSE)
            else:
                self._hand_over(way, letters)
        except ProtestmailError as why:
            self.app.screen.error(why.message, why.hint)

    def _send(self, *, rehearse: bool) -> None:
        wish = Wish(rehearse=rehearse, risk_read=True)  # it was asked for when all this began
        with preparing.prepared(self.app, self.appeal, self.request, wish, self.typed) as send:
            sending.go(send, send.write())
        self.record.read()

    def _hand_over(self, way: str, letters: Sequence[Letter]) -> None:
        """Give the letters to the writer's mail program, and ask what became of them."""
        if way == _LINKS:
            mailing.links(self.app, letters, draft=self._draft)
        else:
            self._drafts(letters)
        if asking.yes(self.app, "Have you sent them from your mail program?"):
            self.app.refresh()
            for task in (task for one in letters for task in _tasks(one)):
                self.record.note(task, int(self.app.now.timestamp()))

    def _draft(self, letter: Letter) -> str:
        """Write one letter as a draft, which is to be opened by whoever asked for it."""
        [path] = self._drafts([letter], offer=False)
        return str(path)

    def _drafts(self, letters: Sequence[Letter], *, offer: bool = True) -> list[Path]:
        sender = self.app.settings(self.request.flags).sender
        if self._email is None:  # asked once, and it may stay empty
            question = "Your e-mail address, by which they go (may stay empty)"
            self._email = sender.email or init.ask_address(self.app, question, empty=True)
        sender = with_address(self.app, replace(sender, email=self._email))
        return mailing.drafts(
            self.app, self.appeal, letters, sender, self.folder, beside=True, offer=offer
        )


def _mailed(letters: Sequence[Letter]) -> list[Letter]:
    return [one.letter for one in sort(letters).letters]


def _tasks(letter: Letter) -> list[Task]:
    return [Task(EMAIL, one.id, one.label, (letter,), one) for one in letter.targets]
