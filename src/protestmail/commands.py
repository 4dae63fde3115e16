"""The commands that the program tells its user to type: named anywhere, completed where shown.

Whoever names one does not know by which profile, file and folders it was called itself, and a
command without them may sign by another name. So it is marked, and the screen completes it.
"""

import re
from collections.abc import Callable

_BEGIN, _END, _HOLD = "\x0e", "\x0f", "\ue000"
_MARKED = re.compile(f"{_BEGIN}(.*?){_END}")
_Complete = Callable[[list[str]], str]


def bare(words: list[str]) -> str:
    """Write a command for a shell, with nothing but its own words."""
    import shlex  # noqa: PLC0415  where a command is told only

    return shlex.join(["protestmail", *words])


def to_type(*words: str) -> str:
    """Name a command that is to be typed, by its words without the program's own name."""
    return f"{_BEGIN}{bare([*words])}{_END}"


def completed(text: str, complete: _Complete) -> str:
    """Give a text with each command that it names as ``complete`` makes it of its words."""
    if _BEGIN not in text:
        return text
    import shlex  # noqa: PLC0415

    return _MARKED.sub(lambda found: complete(shlex.split(found[1])[1:]), text)


class Held:
    """A text to be broken into lines, in which something that is not broken stands for commands.

    It takes at most ``room`` columns; each command is put back in its line, to be copied whole.
    """

    def __init__(self, text: str, complete: _Complete, room: int) -> None:
        self._whole: list[str] = []

        def hold(words: list[str]) -> str:
            self._whole.append(complete(words))
            return _HOLD * min(len(self._whole[-1]), room)

        self.text = completed(text, hold)

    def put_back(self, line: str) -> str:
        """Put what is held back into the next of the lines."""
        return re.sub(f"{_HOLD}+", lambda _: self._whole.pop(0), line) if self._whole else line
