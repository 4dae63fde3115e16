"""``protestmail init``."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from protestmail import address
from protestmail.cli import asking, walking
from protestmail.cli.account import AccountQuestions
from protestmail.cli.app import App, common_options, epilog
from protestmail.cli.walking import Question
from protestmail.commands import to_type
from protestmail.errors import Exit, ProtestmailError, UsageProblem
from protestmail.letters.sender import Sender
from protestmail.settings import profiles, providers
from protestmail.settings.fields import SENDER, to_ask, variable

QUIET = "quiet"
_RARE = ("members", "address", "phone")
"""What few letters ask for: whoever sets up the program may say it once for all."""
_PLACES = ("STATE", "APPEALS")
_ACCOUNTS = ("SMTP_", "BCC_", *_PLACES)
_NO_ANSWER = set("?.-_!*\u2013\u2014\u2026")


@click.command("init", epilog=epilog("protestmail init", "protestmail init --as union"))
@click.option("--as", "profile", metavar="NAME", default="default", help="Name the profile NAME.")
@common_options
@click.pass_obj
def command(app: App, *, profile: str) -> int:
    """Set up who you are and by which account you send: questions, then one file of your own.

    The file can be read by you only. It holds no password unless you say so.
    """
    if not asking.can_ask():
        hint = "fill in .env.example by hand, and name it with --env-file"
        raise UsageProblem("init asks questions, and there is no terminal to ask at", hint)
    path = profiles.path_of(profile)
    if path.exists() and not asking.yes(app, f"{path} is there already. Change it?"):
        app.screen.note("nothing was changed")
        return Exit.NOT_ALL
    before = _before(path)
    answers = walking.walk(app, _questions(app, profile, before))
    values = _unasked(before, answers.get("SMTP_HOST", "")) | answers
    also_quiet = values.pop("QUIET", "") == "yes"
    del values["WAY"]
    write(app, path, values)
    if also_quiet:
        write(app, profiles.path_of(QUIET), quiet(values))
        app.screen.note(
            f"{to_type('send', 'ID', '--as', QUIET)} uses it; your address still shows "
            "who you are, if it has your name in it"
        )
    named = [] if profile == "default" else ["--as", profile]
    app.screen.note(f"next: {to_type('doctor', *named)}   tries the account and sends nothing")
    return Exit.DONE


def _questions(app: App, profile: str, before: Mapping[str, str]) -> list[Question]:
    """Give all that is asked, in its order; the profile says ``before`` what is offered."""

    def said(key: str, answers: Mapping[str, str]) -> str:
        return answers.get(key, before.get(variable(key), "")).replace("\\n", ", ")

    def field(name: str) -> Question:
        key = name.upper()

        def applies(answers: Mapping[str, str]) -> bool:
            return name != "position" or bool(answers["ORGANISATION"])  # it is one there

        return Question(key, lambda answers: ask_field(app, name, said(key, answers)), applies)

    def agreed(key: str, question: str) -> Question:
        def ask(answers: Mapping[str, str]) -> str:
            yes = asking.yes(app, question, default=said(key, answers) == "yes")
            return "yes" if yes else ""

        return Question(key, ask)

    there = " (in place of the one that is there)" if profiles.path_of(QUIET).exists() else ""
    also = f"Write a second profile, {QUIET}, that signs with initials and town only{there}?"
    return [
        Question("EMAIL", lambda answers: _email(app, said("EMAIL", answers))),
        *map(field, to_ask(_RARE)),
        *AccountQuestions(app, before).all(),
        agreed("BCC_SELF", "Send yourself a copy of each letter, seen by nobody else?"),
        *([agreed("QUIET", also)] if profile != QUIET else []),
    ]


def _before(path: Path) -> dict[str, str]:
    """What the profile says already, to be taken over by Enter; nothing where it is broken."""
    with suppress(ProtestmailError):
        return profiles.read(path).values if path.exists() else {}
    return {}


def _unasked(before: Mapping[str, str], host: str) -> dict[str, str]:
    """What the profile said that nobody asks for: without its journal, letters would go twice."""
    same = before.get(variable("smtp_host"), "") == host
    kept = (*_PLACES, "SMTP_HELO", "SMTP_CERTIFICATE") if same else _PLACES
    return {key: before[variable(key)] for key in kept if before.get(variable(key))}


def quiet(values: dict[str, str]) -> dict[str, str]:
    """Leave of a sender only initials and town; the account stays as it is."""
    kept = {key: value for key, value in values.items() if key.startswith(_ACCOUNTS)}
    initials = " ".join(f"{word[0]}." for word in values["NAME"].split())
    return {"NAME": initials, "PLACE": values.get("PLACE", ""), "EMAIL": values["EMAIL"]} | kept


def ask_field(app: App, field: str, default: str = "", *, needed: bool = False) -> str:
    """Ask for one field of the sender, ``needed`` or not, until it can stand in a letter."""

    def judged(answer: str) -> str:
        given: dict[str, Any] = {field: answer}
        replace(Sender(), **given)
        if field == "name" and not answer:
            raise UsageProblem("a letter needs somebody who signs it", "initials will do")
        if answer and set(answer) <= _NO_ANSWER:
            told = f'"{answer}" would stand in your letters'
            raise UsageProblem(told, f"{'-' if default else 'Enter'} leaves it out")
        lines = filter(None, map(str.strip, answer.split(",")))
        return "\\n".join(lines) if field == "address" else answer

    between = ", " if field == "address" else " "
    aside = "" if field == "name" else " (needed here)" if needed else " (may stay empty)"
    question = SENDER[field].question + aside
    return asking.line(app, question, default, judge=judged, between=between)


def _email(app: App, before: str) -> str:
    """Ask for the address first: what its provider wants done may take a while."""
    own = address.parse(ask_address(app, default=before))
    if known := providers.find(own.domain):
        app.screen.note(f"{own.domain}: {known.told}")
        if known.host:
            app.screen.note(f"server: {known.host}:{known.port} ({known.security})")
    return own.text


def ask_address(
    app: App, question: str = "Your e-mail address", default: str = "", *, empty: bool = False
) -> str:
    """Ask for the writer's e-mail address until it is one; it may stay ``empty``."""

    def judged(answer: str) -> str:
        if empty and not answer:
            return ""
        own = address.parse(answer)
        if not own.mailable:
            hint = "use one with an ASCII name"
            raise UsageProblem("this address cannot go out in 7 bits", hint)
        return own.text

    return asking.line(app, question, default, judge=judged)


def write(app: App, path: Path, values: dict[str, str]) -> None:
    """Write the profile, and say so."""
    profiles.write(path, values)
    app.screen.note(f"{path} is written; only you can read it")
