"""What a writer typed for an appeal and that has not gone yet, so that no retry loses it.

A file for each appeal beside the journal, for its user only, and one more for each letter of
another kind: what was meant for a ministry is not said to a prisoner. It is taken away as soon as
all letters that it is for have left the queue.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from protestmail import files
from protestmail.appeals.appeal import Appeal, ModelLetter
from protestmail.errors import JournalProblem, UsageProblem

_MAX_BYTES = 1 << 20
_FOLDER = "drafts"
_AWAY = "it holds what you wrote for this appeal; mend it or move it away"
_Models = dict[tuple[str, str], tuple[str, str]]


@dataclass(slots=True)
class Typed:
    """A paragraph of the writer's own, and models as they were edited, by (id, language).

    ``letter`` is its letter's id where that is of another kind than the appeal's first, and
    ``campaign`` the source of the appeal: another one may have an appeal of this id. What is
    not to be ``kept`` is still taken up from before.
    """

    folder: Path
    appeal: str
    letter: str = ""
    campaign: str = ""
    kept: bool = True
    words: str = ""
    models: _Models = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it is kept; no id holds a dot or @, so that no two of these names are one."""
        more = f"{self.letter}@{self.campaign}" if self.campaign else self.letter
        name = f"{self.appeal}.{more}" if more else self.appeal
        return self.folder / _FOLDER / f"{name}.json"

    def take_up(self, given: str | None = None) -> bool:
        """Take up what was kept from a send that did not end; tell if there was anything.

        Words ``given`` stand before those that were kept; given empty, they drop all of it. Raises
        JournalProblem for a file that cannot be read.
        """
        if given is not None and not given.strip():
            return False
        words, self.models = self._load()
        if given is None:
            self.words = words
        return bool(self.models or (words and given is None))

    def _load(self) -> tuple[str, _Models]:
        try:
            return _read(files.read(self.path, _MAX_BYTES, follow=False))
        except FileNotFoundError:
            return "", {}
        except OSError as why:
            told = f"{self.path} cannot be read: {files.reason(why)}"
            raise JournalProblem(told, _AWAY) from None
        except (ValueError, TypeError, KeyError):
            raise JournalProblem(f"{self.path} is damaged", _AWAY) from None

    def applied(self, model: ModelLetter) -> ModelLetter:
        """Give a model as it was edited, or as it is."""
        if (found := self.models.get((model.id, model.language))) is None:
            return model
        subject, body = found
        return model._replace(subject=subject, body=body, skeleton=False)

    def edited(self, model: ModelLetter) -> None:
        """Take in a model as its writer has left it in the editor."""
        self.models[model.id, model.language] = model.subject, model.body

    def keep(self) -> None:
        """Keep all of it, whole or not at all, until it has gone; raises JournalProblem."""
        if not self.kept:
            return
        if not (self.words or self.models):
            self.gone()
            return
        models = [[*key, *texts] for key, texts in self.models.items()]
        text = json.dumps({"words": self.words, "models": models}, ensure_ascii=False, indent=1)
        try:
            files.write(text.encode(), self.path, force=True)
        except UsageProblem as why:
            raise JournalProblem(why.message, "make room, or set PROTESTMAIL_STATE=DIR") from None

    def gone(self) -> None:
        """Take away what was kept: every letter that it was for has left the queue."""
        if self.kept:
            self.path.unlink(missing_ok=True)


def _read(data: bytes) -> tuple[str, _Models]:
    kept = json.loads(data)
    models = {(id_, tag): (subject, body) for id_, tag, subject, body in kept["models"]}
    texts = [kept["words"], *(text for pair in (*models, *models.values()) for text in pair)]
    if not all(isinstance(one, str) for one in texts):
        raise TypeError("these are no texts")
    return kept["words"], models


def another_kind(appeal: Appeal, letter: str) -> str:
    """Give the letter that was asked for, if it is of another kind than the appeal's first."""
    kinds = {one.id: one.kind for one in appeal.letters}
    first = next(iter(kinds.values()), "")
    return "" if kinds.get(letter, first) == first else letter


def forget(folder: Path, appeal: str) -> None:
    """Take away what was kept for any letter of an appeal."""
    for path in _every(folder):
        if _appeal(path) == appeal:
            path.unlink(missing_ok=True)


def known(folder: Path) -> list[str]:
    """Name the appeals for which something is kept."""
    return sorted(set(map(_appeal, _every(folder))))


def _every(folder: Path) -> Iterable[Path]:
    return (folder / _FOLDER).glob("*.json")


def _appeal(path: Path) -> str:
    return path.name.partition(".")[0]
