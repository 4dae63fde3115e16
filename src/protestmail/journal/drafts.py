"""What a writer typed for an appeal and that has not gone yet, so that no retry loses it.

A file for each appeal beside the journal, for its user only, and one more for each letter of
another kind; it is taken away as soon as all letters that it is for have left the queue.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from protestmail import files
from protestmail.appeals.appeal import ModelLetter
from protestmail.errors import JournalProblem, UsageProblem

_MAX_BYTES = 1 << 20
_FOLDER = "drafts"
_AWAY = "it holds what you wrote for this appeal; mend it or move it away"


@dataclass(frozen=True, slots=True)
class Draft:
    """A paragraph of the writer's own, and models as they were edited, by (id, language)."""

    words: str = ""
    models: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.words or self.models)

    def applied(self, model: ModelLetter) -> ModelLetter:
        """Give a model as it was edited, or as it is."""
        if (found := self.models.get((model.id, model.language))) is None:
            return model
        subject, body = found
        return model._replace(subject=subject, body=body, skeleton=False)


def load(folder: Path, appeal: str, letter: str = "") -> Draft:
    """Read what was kept; nothing where there is none, raises JournalProblem for what is none."""
    path = _path(folder, appeal, letter)
    try:
        return _read(files.read(path, _MAX_BYTES, follow=False))
    except FileNotFoundError:
        return Draft()
    except OSError as why:
        raise JournalProblem(f"{path} cannot be read: {files.reason(why)}", _AWAY) from None
    except (ValueError, TypeError, KeyError):
        raise JournalProblem(f"{path} is damaged", _AWAY) from None


def _read(data: bytes) -> Draft:
    kept = json.loads(data)
    models = {(id_, tag): (subject, body) for id_, tag, subject, body in kept["models"]}
    texts = [kept["words"], *(text for pair in (*models, *models.values()) for text in pair)]
    if not all(isinstance(one, str) for one in texts):
        raise TypeError("these are no texts")
    return Draft(kept["words"], models)


def save(folder: Path, appeal: str, draft: Draft, letter: str = "") -> Path:
    """Keep what was typed, whole or not at all; raises JournalProblem."""
    path = _path(folder, appeal, letter)
    models = [[*key, *texts] for key, texts in draft.models.items()]
    text = json.dumps({"words": draft.words, "models": models}, ensure_ascii=False, indent=1)
    try:
        files.write(text.encode(), path, force=True)
    except UsageProblem as why:
        raise JournalProblem(why.message, "make room, or set PROTESTMAIL_STATE=DIR") from None
    return path


def forget(folder: Path, appeal: str, letter: str = "") -> None:
    """Take away what was kept for an appeal, if there is anything."""
    _path(folder, appeal, letter).unlink(missing_ok=True)


def forget_all(folder: Path, appeal: str) -> None:
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


def _path(folder: Path, appeal: str, letter: str) -> Path:
    """No id holds a dot, so that no two of these names are one."""
    return folder / _FOLDER / (f"{appeal}.{letter}.json" if letter else f"{appeal}.json")
