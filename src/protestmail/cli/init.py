"""``protestmail init``."""

from dataclasses import replace
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

import click

from protestmail import address
from protestmail.cli import consent, prompt
from protestmail.cli.app import App, common_options, epilog
from protestmail.errors import Exit, SettingsProblem, UsageProblem
from protestmail.letters.sender import Sender
from protestmail.settings import profiles, providers
from protestmail.settings.account import NONE, PORTS, STARTTLS, TLS
from protestmail.settings.providers import Provider

SENDER = {
    "name": "Your name, as you sign",
    "organisation": "Your organisation, if you write for one (may stay empty)",
    "position": "Your position there (may stay empty)",
    "place": "Your town (may stay empty)",
    "country": "Your country (may stay empty)",
}
_QUESTIONS = SENDER | {
    "address": "Your postal address, parted by commas, for printed pages (may stay empty)"
}
_WAYS = {
    "command": "SMTP_PASSWORD_COMMAND",
    "ask": "",
    "file": "SMTP_PASSWORD",
    "token": "SMTP_TOKEN_COMMAND",
}
QUIET = "quiet"
_IN_HOST = set(ascii_letters + digits + ".-")


@click.command("init", epilog=epilog("protestmail init", "protestmail init --as union"))
@click.option("--as", "profile", metavar="NAME", default="default", help="Name the profile NAME.")
@common_options
@click.pass_obj
def command(app: App, *, profile: str) -> int:
    """Set up who you are and by which account you send: questions, then one file of your own.

    The file can be read by you only. It holds no password unless you say so.
    """
    if not consent.can_ask():
        hint = "fill in .env.example by hand, and name it with --env-file"
        raise UsageProblem("init asks questions, and there is no terminal to ask at", hint)
    path = profiles.path_of(profile)
    if path.exists() and not consent.agree(f"{path} is there already. Replace it? [y/N]"):
        app.screen.note("nothing was changed")
        return Exit.NOT_ALL
    values = {field.upper(): ask_field(app, field) for field in SENDER}
    values |= _ask_account(app)
    if consent.agree("Send yourself a copy of each letter, seen by nobody else? [y/N]"):
        values["BCC_SELF"] = "yes"
    write(app, path, values)
    there = " (in place of the one that is there)" if profiles.path_of(QUIET).exists() else ""
    if profile != QUIET and consent.agree(
        f"Write a second profile, {QUIET}, that signs with initials and town only{there}? [y/N]"
    ):
        write(app, profiles.path_of(QUIET), quiet(values))
        app.screen.note(
            f"protestmail send ID --as {QUIET} uses it; your address still shows who you are, "
            "if it has your name in it"
        )
    named = "" if profile == "default" else f" --as {profile}"
    app.screen.note(f"next: protestmail doctor{named}   tries the account and sends nothing")
    return Exit.DONE


def quiet(values: dict[str, str]) -> dict[str, str]:
    """Leave of a sender only initials and town; the account stays as it is."""
    kept = {key: value for key, value in values.items() if key.startswith(("SMTP_", "BCC_"))}
    initials = " ".join(f"{word[0]}." for word in values["NAME"].split())
    return {"NAME": initials, "PLACE": values.get("PLACE", ""), "EMAIL": values["EMAIL"]} | kept


def _ask(question: str, default: str = "") -> str:
    return prompt.line(question if default else f"{question}: ", default)


def ask_field(app: App, field: str, default: str = "") -> str:
    """Ask for one field of the sender, or the address, until it can stand in a letter."""
    given: dict[str, Any]
    while True:
        answer = _ask(_QUESTIONS[field], default)
        given = {field: answer}
        try:
            replace(Sender(), **given)
        except SettingsProblem as why:
            app.screen.error(why.message, why.hint)
            continue
        if answer or field != "name":
            return answer
        app.screen.note("a letter needs somebody who signs it; initials will do")


def _ask_account(app: App) -> dict[str, str]:
    own = address.parse(ask_address(app))
    known = providers.find(own.domain)
    values = {"EMAIL": own.text}
    if known and known.note:
        app.screen.note(f"{own.domain}: {known.note} ({known.origin})")
    if known and known.host:
        app.screen.note(f"server: {known.host}:{known.port} ({known.security})")
    else:
        values |= _ask_server(app)
    values["SMTP_USER"] = _ask("User name at the server", own.text)
    return values | _ask_secret(app, known)


def ask_address(app: App, question: str = "Your e-mail address", *, empty: bool = False) -> str:
    """Ask for the writer's e-mail address until it is one; it may stay ``empty``."""
    while (typed := _ask(question)) or not empty:
        try:
            own = address.parse(typed)
        except address.BadAddress as why:
            app.screen.error(str(why), why.hint)
            continue
        if own.mailable:
            return own.text
        app.screen.error("this address cannot go out in 7 bits", "use one with an ASCII name")
    return ""


def _ask_server(app: App) -> dict[str, str]:
    host = ""
    while not host or not set(host) <= _IN_HOST:
        if host:
            app.screen.note("only the server's name here: no port, no blank")
        host = _ask("Mail server, as your provider's help page names it (smtp.…)")
    choice = click.Choice([TLS, STARTTLS, NONE])
    security = click.prompt("Encryption", default=TLS, type=choice, err=True)
    port = click.prompt("Port", default=PORTS[security], type=click.IntRange(1, 65535), err=True)
    if security == NONE:
        app.screen.note("without encryption, no password is sent but to this machine itself")
    return {"SMTP_HOST": host, "SMTP_SECURITY": security, "SMTP_PORT": str(port)}


def _ask_secret(app: App, known: Provider | None) -> dict[str, str]:
    app.screen.note(
        "The password:  command  a program of yours prints it, such as: pass show mail\n"
        "               ask      you are asked at each send; it is kept nowhere\n"
        "               file     it is kept in this file, which only you can read\n"
        "               token    a program of yours prints an OAuth2 token"
    )
    default = "token" if known and known.secret == "token" else "ask"  # noqa: S105  a kind
    way = click.prompt("Which", default=default, type=click.Choice(list(_WAYS)), err=True)
    if way == "file":
        return {_WAYS[way]: consent.ask_password()}
    if not _WAYS[way]:
        return {}
    command_ = ""
    while not command_:
        command_ = _ask("The command")
    return {_WAYS[way]: command_}


def write(app: App, path: Path, values: dict[str, str]) -> None:
    """Write the profile, and say so."""
    profiles.write(path, values)
    app.screen.note(f"{path} is written; only you can read it")
