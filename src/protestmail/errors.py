"""What can go wrong: each class carries the exit code that the program ends with."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class Exit(IntEnum):
    """The exit codes; those from 65 on are the ones of BSD's ``sysexits.h``."""

    DONE = 0
    NOT_ALL = 1
    USAGE = 2
    INVALID_APPEAL = 65
    NO_SUCH_APPEAL = 66
    REFUSED = 69
    DEFECT = 70
    TRY_LATER = 75
    LOGIN_REFUSED = 77
    SETTINGS = 78
    INTERRUPTED = 130


class Problem(NamedTuple):  # a tuple, like other records that a mere list loads: see start-up
    """One mistake (or warning) in one file; line and column count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """``file:line:column: sentence (hint)``, always on one line."""
        warning = "warning: " if self.severity == "warning" else ""
        return f"{' '.join(self.file.splitlines())}:{self.line}:{self.column}: {warning}{self.told}"

    @property
    def told(self) -> str:
        """``sentence (hint)``, always on one line."""
        hint = f" ({self.hint})" if self.hint else ""
        return " ".join(f"{self.message}{hint}".splitlines())


class ProtestmailError(Exception):
    """Anything the user can be told in a sentence, with a way out as its hint."""

    exit_code = Exit.NOT_ALL

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(ProtestmailError):
    """The command line asks for something that cannot be done as it stands."""

    exit_code = Exit.USAGE


class InvalidAppeal(ProtestmailError):
    """An appeal file has mistakes: all of them are in ``problems``."""

    exit_code = Exit.INVALID_APPEAL

    def __init__(self, problems: "list[Problem]") -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UnfinishedLetter(ProtestmailError):
    """A letter still has something in it that its writer must replace."""

    exit_code = Exit.INVALID_APPEAL


class UnsafeMessage(ProtestmailError):
    """A message whose bytes would not say exactly what was meant: it is not written."""

    exit_code = Exit.INVALID_APPEAL


class MissingFont(ProtestmailError):
    """A letter holds characters that no font on this machine can show: it is not set."""


class NoSuchAppeal(ProtestmailError):
    """No appeal of that name in the folders that were searched."""

    exit_code = Exit.NO_SUCH_APPEAL


class Refused(ProtestmailError):
    """Refused for good: closed, overdue, or nobody to write to."""

    exit_code = Exit.REFUSED


class TryLater(ProtestmailError):
    """It may work later: the server is away or asks to wait."""

    exit_code = Exit.TRY_LATER


class SettingsProblem(ProtestmailError):
    """A setting is missing, or says something that it cannot mean."""

    exit_code = Exit.SETTINGS


class ConnectionLost(TryLater):
    """A conversation broke off; ``unsent`` says that no final dot can have reached the server.

    ``worth_another`` is false where the server broke the rules: it is not called again.
    """

    def __init__(
        self, message: str, hint: str = "", *, unsent: bool = True, worth_another: bool = True
    ) -> None:
        super().__init__(message, hint)
        self.unsent = unsent
        self.worth_another = worth_another


class Untrusted(SettingsProblem):
    """The server could not prove who it is, or would have the conversation overheard."""


class SessionOver(TryLater):
    """The server ends the session for a reason that is not the letter: a new one may do."""


class LoginRefused(ProtestmailError):
    """The server does not take the user's name and password."""

    exit_code = Exit.LOGIN_REFUSED


class JournalProblem(TryLater):
    """The journal cannot be used: nothing is sent without it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that may have been meant by one that is not known, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415  only where there is a mistake

    return next(iter(get_close_matches(word, list(known), n=1)), "")
