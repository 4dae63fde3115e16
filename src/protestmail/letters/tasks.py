"""What an appeal asks its writer to do: whom to reach by which channel, and what else."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from protestmail.appeals.appeal import Action, Appeal, Copy, Target
from protestmail.appeals.channels import CHANNELS
from protestmail.letters.letter import PHONE, Letter, calls, copies_of, one_by_one
from protestmail.letters.selection import Selection, select

EMAIL, POST = "email", "post"


class Task(NamedTuple):
    """One thing to do, noted by ``who`` and ``channel``; ``letters`` are what it brings there.

    It is for a target, for somebody who gets a copy on paper, or an action of another kind.
    """

    channel: str
    who: str
    name: str
    letters: tuple[Letter, ...] = ()
    target: Target | None = None
    copy: Copy | None = None
    action: Action | None = None

    @property
    def told(self) -> str:
        """Say it in a few words; a copy goes by post if nothing is said."""
        by = self.target or (self.copy and self.channel != POST)
        return f"{self.name} by {CHANNELS[self.channel]}" if by else self.name


def tasks(letters: Sequence[Letter], actions: Iterable[Action]) -> list[Task]:
    """List all that there is to do, in order: each channel of each target, copies, actions."""
    found: list[Task] = []
    for channel in CHANNELS:
        for letter in _reached(letters, channel):
            target = letter.targets[0]
            found.append(Task(channel, target.id, target.label, (letter,), target))
        found += _copies(letters, channel)
    return found + [Task(one.kind, "", one.kind, action=one) for one in actions]


def every(appeal: Appeal) -> list[Task]:
    """List all that an appeal asks for by itself, calls included, with no letter written."""
    return tasks(_outlines(appeal, select(appeal, spoken=True)), appeal.actions)


def _outlines(appeal: Appeal, selection: Selection) -> list[Letter]:
    """Give the letters of a selection without their text: whom they reach, by which ways."""
    return [
        Letter(appeal.id, model.id, model.kind, model.language, targets, copies_of(appeal, model))
        for model, targets in ((one.model, one.targets) for one in selection.choices)
    ]


def _reached(letters: Iterable[Letter], channel: str) -> list[Letter]:
    """The letters, one by one, that a channel carries; one to be spoken goes by phone only."""
    every = calls(letters) if channel == PHONE else one_by_one(letters)
    return [one for one in every if getattr(one.targets[0], channel)]


def _copies(letters: Iterable[Letter], channel: str) -> list[Task]:
    """Everybody whose copy goes by a channel other than e-mail, with the letters that it is of."""
    copied: dict[Copy, list[Letter]] = {}
    for letter in one_by_one(letters):
        for copy in letter.copies:
            if channel in copy.by_hand:
                copied.setdefault(copy, []).append(letter)
    named = ((f"copy to {one.name or getattr(one, channel)[0]}", one) for one in copied)
    return [Task(channel, who, who, tuple(copied[one]), copy=one) for who, one in named]
