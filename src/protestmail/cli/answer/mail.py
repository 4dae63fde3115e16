"""The step of ``answer`` that is about e-mail: sent, rehearsed, as drafts, or as links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking, init, mailing, send
from protestmail.cli import letters as shared
from protestmail.cli.app import App
from protestmail.cli.options import Options
from protestmail.cli.record import EMAIL, UNFINISHED, Record
from protestmail.cli.sending import count
from protestmail.cli.typed import Typed
from protestmail.errors import ProtestmailError, SettingsProblem
from protestmail.letters.letter import Letter
from protestmail.mail.recipients import by_mail, recipients
from protestmail.settings import settle

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
    request: shared.Request
    typed: Typed
    record: Record
    folder: Path

    def go(self, letters: Sequence[Letter]) -> list[str]:
        """Ask how the letters go, until they have or are not to; tell what is left."""
        mailed = _mailed(letters)
        if not mailed:
            return []
        names = ", ".join(target.label for one in mailed for target in one.targets if target.email)
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
        return all(self.record.has(target, EMAIL) for target in letter.targets if target.email)

    def _ways(self) -> dict[str, str]:
        """The ways that there are, the likeliest first."""
        if not self.record.count:
            return {key: _WAYS[key] for key in (_REHEARSE, _SKIP)}
        try:
            settle.account(self.app.environ, shared.settings_of(self.app, self.request).profile)
        except SettingsProblem:
            self.app.screen.note("no mail account is set up here yet; protestmail init does that")
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
        flags = dict(self.request.flags)
        flags["email"] = flags["email"] if rehearse else None  # it comes from the account
        request = replace(self.request, flags=flags)
        options = Options(rehearse=rehearse, risk_read=True, seen=True)
        send.perform(self.app, self.appeal, request, options, self.typed)
        self.record.read()

    def _hand_over(self, way: str, letters: Sequence[Letter]) -> None:
        """Give the letters to the writer's mail program, and ask what became of them."""
        if way == _LINKS:
            mailing.links(self.app, letters)
        else:
            sender = shared.settings_of(self.app, self.request).sender
            question = "Your e-mail address, by which they go (may stay empty)"
            email = sender.email or init.ask_address(self.app, question, empty=True)
            sender = shared.with_address(self.app, replace(sender, email=email))
            mailing.drafts(self.app, self.appeal, letters, sender, self.folder, beside=True)
        if asking.yes(self.app, "Have you sent them from your mail program?"):
            for target in (target for one in letters for target in one.targets):
                self.record.note(target.id, EMAIL)


def _mailed(letters: Sequence[Letter]) -> list[Letter]:
    return [one for one in letters if by_mail(one, recipients(one)[0])]
