"""Where a password or token comes from, and how it is come by without being shown."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from protestmail.errors import SettingsProblem, UsageProblem
from protestmail.settings import environment

_COMMAND_SECONDS = 300
"""A password command may have to ask its user for a passphrase."""

PASSWORD, PROMPT = "password", "prompt"
COMMAND, TOKEN_COMMAND = "password command", "token command"
_WAYS = {"password_command": COMMAND, "password": PASSWORD, "token_command": TOKEN_COMMAND}


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a password or token comes from; it shows itself in no ``repr`` and no traceback."""

    kind: str = ""
    value: str = field(default="", repr=False)

    @property
    def token(self) -> bool:
        """Whether it is a token for XOAUTH2 and no password."""
        return self.kind == TOKEN_COMMAND

    @property
    def told(self) -> str:
        """Say where it comes from, and nothing of what it is."""
        if self.kind in {COMMAND, TOKEN_COMMAND}:
            return f"from {shortened(self.value)}"
        known = {PASSWORD: "kept in the settings", PROMPT: "asked for at each send"}
        return known.get(self.kind, "none")

    def reveal(self, ask: Callable[[], str] | None) -> str:
        """Get the secret: run its command without a shell, or ``ask`` where there is a terminal.

        Raises SettingsProblem where the command gives none, UsageProblem where nobody can be asked.
        """
        if self.kind in {COMMAND, TOKEN_COMMAND}:
            return _one_line(_run(self.value), f"the {self.kind}")
        if self.kind == PROMPT:
            if ask is None:
                hint = "set PROTESTMAIL_SMTP_PASSWORD_COMMAND"
                raise UsageProblem("there is no terminal to ask for the password at", hint)
            return _one_line(ask(), "the password")
        return _one_line(self.value, "the password") if self.kind else ""


NO_SECRET = Secret()


def choose(values: Mapping[str, str], *, asked: bool) -> Secret:
    """Give the one way to the secret that is set; without any, it may be ``asked`` for.

    Raises SettingsProblem where two are set.
    """
    ways = [Secret(kind, values[key]) for key, kind in _WAYS.items() if values.get(key)]
    if len(ways) > 1:
        told = "two ways to the password are set: " + " and ".join(one.kind for one in ways)
        raise SettingsProblem(told, "keep one of them")
    return (*ways, Secret(PROMPT) if asked else NO_SECRET)[0]


def shown(setting: str, value: str) -> str:
    """Give as much of a setting as may be seen: nothing of a password, the name of a command."""
    kind = _WAYS.get(setting.lower().removeprefix("protestmail_smtp_"))
    if kind == PASSWORD or (
        setting.endswith("SMTP_HOST") and "@" in value
    ):  # a slip, user:password@
        return "(set, not shown)"
    return shortened(value) if kind else value


def shortened(command: str) -> str:
    """Name a command by its first word: some people write a password into the rest."""
    first, *rest = command.split(maxsplit=1) or [""]
    name, equals, _ = first.partition("=")  # PASSWORD=x, as only a shell understands it
    return f"{name}{equals} …" if rest or equals else first


def _one_line(text: str, what: str) -> str:
    line = text.split("\n", 1)[0].rstrip("\r")
    if not line or "\0" in line or line.encode(errors="ignore").decode() != line:
        told = f"{what} gives nothing that could be used"
        raise SettingsProblem(told, "it must be one line of text in UTF-8")
    return line


def _run(command: str) -> str:
    import subprocess  # noqa: PLC0415  3 ms, for a send only

    environ = environment.variables()
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603  the user's own command, in words, without a shell
            words,
            stdout=subprocess.PIPE,
            timeout=_COMMAND_SECONDS,
            check=False,
            env={key: one for key, one in environ.items() if "PROTESTMAIL" not in key},
        )
    except (ValueError, IndexError):
        told = f"the password command cannot be split into words: {shortened(command)}"
        raise SettingsProblem(told, "check its quotes") from None
    except (OSError, subprocess.TimeoutExpired) as why:
        told = getattr(why, "strerror", None) or "it takes longer than five minutes"
        named = f"the password command {shortened(command)}"
        raise SettingsProblem(f"{named} cannot be run: {told}", "check its name") from None
    if done.returncode:
        told = f"the password command {shortened(command)} ended with {done.returncode}"
        raise SettingsProblem(told, "run it by hand to see why")
    return done.stdout.decode("utf-8", "surrogateescape")
