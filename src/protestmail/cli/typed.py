"""What a writer has typed for an appeal, and that is not lost before it has gone."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from protestmail.appeals.appeal import Appeal
from protestmail.cli import editing
from protestmail.cli.app import App
from protestmail.journal import drafts
from protestmail.journal.drafts import Draft
from protestmail.letters.letter import Letter
from protestmail.letters.selection import Choice, Selection

ANEW = "--own-words '' begins anew from the model"


@dataclass(slots=True)
class Typed:
    """A paragraph of one's own and edited models; kept in ``folder``, if there is one.

    They are for one kind of letter: what was meant for a ministry is not said to a prisoner.
    """

    app: App
    appeal: Appeal
    letter: str = ""
    words: str = ""
    models: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def _kind(self) -> str:
        """The letter that was asked for, if it is of another kind than the first one."""
        kinds = {one.id: one.kind for one in self.appeal.letters}
        first = next(iter(kinds.values()), "")
        return "" if kinds.get(self.letter, first) == first else self.letter

    def take_up(self, folder: Path, given: str | None) -> None:
        """Take up what was kept from a send that did not end; empty words ``given`` drop it."""
        if given is not None and not given.strip():
            return
        kept = drafts.load(folder, self.appeal.id, self._kind)
        self.models = kept.models
        if given is None:
            self.words = kept.words
        if kept.models or (kept.words and given is None):
            self.app.screen.note(f"what you wrote for this appeal before is taken up; {ANEW}")

    def applied(self, selected: Selection) -> Selection:
        """Give the selection with the models as they were edited."""
        draft = Draft(models=self.models)
        choices = (Choice(draft.applied(one.model), one.targets) for one in selected.choices)
        return replace(selected, choices=tuple(choices))

    def edit(self, selected: Selection) -> Selection:
        """Let the writer edit the models; what changes is kept at once."""
        edited = editing.edit(self.app, self.appeal, selected)
        for before, after in zip(selected.choices, edited.choices, strict=True):
            if after.model != before.model:
                model = after.model
                self.models[model.id, model.language] = model.subject, model.body
        self.keep()
        return edited

    def changes(self, letter: Letter) -> list[tuple[str, str]]:
        """Give what was edited in a letter's model, as ``ownwords.changes`` does."""
        from protestmail.letters import ownwords  # noqa: PLC0415  for edited letters only

        subject, body = self.models[letter.id, letter.language]
        return list(ownwords.changes(self.appeal, subject, body, letter))

    def keep(self) -> None:
        """Keep all of it until it has gone."""
        draft = Draft(self.words, self.models)
        if self.folder and draft:
            drafts.save(self.folder, self.appeal.id, draft, self._kind)
        elif self.folder:
            drafts.forget(self.folder, self.appeal.id, self._kind)

    def gone(self) -> None:
        """Take away what was kept: every letter that it was for has left the queue."""
        if self.folder:
            drafts.forget(self.folder, self.appeal.id, self._kind)

    def where(self, selected: Selection) -> str:
        """Say where edited letters are that did not go; empty where nothing was edited."""
        if not self.models:
            return ""
        if self.folder:
            return f"what you wrote is kept, and the next send of this appeal takes it up; {ANEW}"
        return f"the letter that you edited is kept in {editing.keep(selected)}"
