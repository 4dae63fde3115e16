"""``protestmail doctor``."""

from functools import partial

import click

from protestmail import address
from protestmail.cli import asking
from protestmail.cli.app import App, common_options, epilog, profile_options
from protestmail.errors import Exit, JournalProblem
from protestmail.journal.entry import ACCEPTED
from protestmail.journal.journal import Journal
from protestmail.screen.config import PROVIDER, show_finding
from protestmail.sending import dial, session
from protestmail.sending.smtp import Conversation
from protestmail.settings import providers, settle
from protestmail.settings.account import PLAIN_TEXT, account_of


@click.command("doctor", epilog=epilog("protestmail doctor", "protestmail doctor --as union"))
@profile_options
@click.option(PLAIN_TEXT, "plain_text", is_flag=True, help="Allow a connection without encryption.")
@common_options
@click.pass_obj
def command(app: App, *, plain_text: bool) -> int:
    """Try your account: find the server, connect, check who it is, log in. Nothing is sent.

    Leaves with 0 when letters could go, else with the code that a send would leave with.
    """
    settled = app.settings()
    account = account_of(app.environ, settled.profile, plain_text=plain_text)
    tell = partial(show_finding, app.screen)
    tell("settings from", account.origin)
    tell("from", account.email)
    try:
        with Journal(settle.state_folder(settled)) as opened:
            tell("journal", f"can be written: {opened.path}")
    except JournalProblem as why:
        tell("journal", why.message)
        raise
    tell("server", account.told)
    tell("addresses", ", ".join(dial.resolve(account.host, account.port)))
    secret = account.secret.reveal(partial(asking.secret, app) if asking.can_ask() else None)
    with session.conversation(account, secret) as talk:
        encryption = talk.encryption
        tell(
            "encryption",
            f"{encryption}, and the server has proved its name"
            if encryption
            else "none: everybody on the way can read along",
        )
        login = (
            f"as {account.user}, password: {account.secret.told}" if account.user else "none is set"
        )
        tell("login", login)
        tell("sender", _sender(talk, address.parse(account.email).ascii))
        size = talk.size_limit
        tell("largest message", f"{size:,} bytes" if size else "the server does not say")
        tell("round trips", "one a letter (PIPELINING)" if talk.pipelining else "several a letter")
    tell("privacy", _reveals(account.email))
    app.screen.note("letters can go; nothing was sent", "bold")
    if not settled.sender.name:
        app.screen.note("no name is set: say --name when you send")
    return Exit.DONE


def _sender(talk: Conversation, own: str) -> str:
    """Ask whether letters may be from this address, and say what is known then."""
    reply = talk.ask_for(own)
    may = f"letters may be from {own}"
    return may if reply.state == ACCEPTED else f"the server does not say whether {may}: {reply}"


def _reveals(email: str) -> str:
    """Say what the provider adds about the sender, as far as it is known."""
    known = providers.find(email.rpartition("@")[2])
    if known and known.hides_ip:
        return f"your IP address stays with the provider, as far as is known ({known.origin})"
    return PROVIDER
