"""``protestmail init``."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from protestmail import address
from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog
from protestmail.commands import to_type
from protestmail.errors import Exit, ProtestmailError, UsageProblem
from protestmail.letters.sender import Sender
from protestmail.settings import hosts, judge, profiles, providers
from protestmail.settings.account import LOCAL, NONE, STARTTLS, TLS
from protestmail.settings.fields import SENDER, to_ask, variable
from protestmail.settings.providers import Provider

_SECRETS = {
    "command": ("a program of yours prints it, such as: pass show mail", "SMTP_PASSWORD_COMMAND"),
    "ask": ("you are asked at each send; it is kept nowhere", ""),
    "file": ("it is kept in this file, which only you can read", "SMTP_PASSWORD"),
    "token": ("a program of yours prints an OAuth2 token", "SMTP_TOKEN_COMMAND"),
}
_SECURITIES = {
    TLS: "encrypted from the first byte on",
    STARTTLS: "encrypted after the server's greeting",
    LOCAL: "a program on this machine, which encrypts in its turn (a proxy or bridge)",
    NONE: "not encrypted: no password is sent but to this machine itself",
}
QUIET = "quiet"
_RARE = ("members", "address", "phone")
"""What few letters ask for: whoever sets up the program may say it once for all."""
_MICROSOFT = {"smtp.office365.com", "smtp-mail.outlook.com"}
_MICROSOFT_SAYS = (
    "Microsoft takes no password for sending from private accounts, and from those of "
    "organisations by default no more from the end of December 2026: docs/login.md says "
    "what does instead (a token, or a proxy)"
)
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
    if path.exists() and not asking.yes(app, f"{path} is there already. Replace it?"):
        app.screen.note("nothing was changed")
        return Exit.NOT_ALL
    if before := _before(path):
        app.screen.note("what it says stands in brackets: Enter keeps it, - empties it")
    values = {
        field.upper(): ask_field(app, field, before.get(variable(field), "").replace("\\n", ", "))
        for field in to_ask(_RARE)
    }
    values |= _ask_account(app, before)
    copied = before.get(variable("bcc_self"), "") == "yes"
    question = "Send yourself a copy of each letter, seen by nobody else?"
    if asking.yes(app, question, default=copied):
        values["BCC_SELF"] = "yes"
    values |= _unasked(before, values.get("SMTP_HOST", ""))
    write(app, path, values)
    there = " (in place of the one that is there)" if profiles.path_of(QUIET).exists() else ""
    if profile != QUIET and asking.yes(
        app, f"Write a second profile, {QUIET}, that signs with initials and town only{there}?"
    ):
        write(app, profiles.path_of(QUIET), quiet(values))
        app.screen.note(
            f"{to_type('send', 'ID', '--as', QUIET)} uses it; your address still shows "
            "who you are, if it has your name in it"
        )
    named = [] if profile == "default" else ["--as", profile]
    app.screen.note(f"next: {to_type('doctor', *named)}   tries the account and sends nothing")
    return Exit.DONE


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


def ask_field(app: App, field: str, default: str = "") -> str:
    """Ask for one field of the sender, until it can stand in a letter."""

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
    return asking.line(app, SENDER[field].question, default, judge=judged, between=between)


def _ask_account(app: App, before: Mapping[str, str]) -> dict[str, str]:
    own = address.parse(ask_address(app, default=before.get(variable("email"), "")))
    known = providers.find(own.domain)
    values = {"EMAIL": own.text}
    if known and known.note:
        app.screen.note(f"{own.domain}: {known.note} ({known.origin})")
    if known and known.host:
        app.screen.note(f"server: {known.host}:{known.port} ({known.security})")
    else:
        values |= _ask_server(app, before)
    user = before.get(variable("smtp_user"), own.text)
    values["SMTP_USER"] = asking.line(app, "User name at the server", user)
    return values | _ask_secret(app, known)


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


def _ask_server(app: App, before: Mapping[str, str]) -> dict[str, str]:
    question = "Mail server, as your provider's help page names it (smtp.…)"
    host = asking.line(
        app,
        question,
        before.get(variable("smtp_host"), ""),
        judge=partial(hosts.judged, origin=judge.TYPED),
    )
    if host.lower() in _MICROSOFT:
        app.screen.note(_MICROSOFT_SAYS)
    usual = before.get(variable("smtp_security"), TLS)
    security = asking.pick(app, "Encryption:", _SECURITIES, usual if usual in judge.PORTS else TLS)

    def port_for(answer: str) -> str:
        return str(judge.port(answer, security, judge.TYPED))

    port = before.get(variable("smtp_port"), "") if security == usual else ""
    port = asking.line(app, "Port", port or str(judge.PORTS[security]), judge=port_for)
    return {"SMTP_HOST": host, "SMTP_SECURITY": security, "SMTP_PORT": port}


def _ask_secret(app: App, known: Provider | None) -> dict[str, str]:
    default = "token" if known and known.secret == "token" else "ask"  # noqa: S105  a kind
    ways = {key: told for key, (told, _) in _SECRETS.items()}
    way = asking.pick(app, "The password:", ways, default)
    _, setting = _SECRETS[way]
    if way == "file":
        return {setting: asking.secret()}
    return {setting: asking.line(app, "The command", judge=asking.some)} if setting else {}


def write(app: App, path: Path, values: dict[str, str]) -> None:
    """Write the profile, and say so."""
    profiles.write(path, values)
    app.screen.note(f"{path} is written; only you can read it")
