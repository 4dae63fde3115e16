"""Open a conversation as the account says: connect, encrypt, log in; and hang up at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from protestmail.errors import Untrusted
from protestmail.sending import dial, trust, wire
from protestmail.sending.smtp import Conversation
from protestmail.sending.wire import Limits, Wire
from protestmail.settings.account import LOCAL, NONE, STARTTLS, TLS, Account


@contextmanager
def conversation(
    account: Account, secret: str = "", limits: Limits | None = None
) -> Iterator[Conversation]:
    """Connect, encrypt and log in as the account says; hang up at the end of the block.

    Raises TryLater where the server cannot be reached, Untrusted, LoginRefused.
    """
    where = f"{account.host}:{account.port}"
    limits = limits or wire.LIMITS
    context, own = trust.context(account), bool(account.certificate)
    line = Wire(dial.connect(account.host, account.port, limits), where, limits)
    talk = Conversation(line, account)
    try:
        if account.security == TLS:
            line.encrypt(account.host, context, own=own)
        else:
            _refuse_strangers(account, line)
        talk.greet()
        talk.hello()
        if account.security == STARTTLS:
            talk.start_tls(account.host, context, own=own)
        if account.user:
            talk.log_in(secret)
    except BaseException:
        line.close()
        raise
    try:
        yield talk
    except BaseException:
        line.close()  # nothing is said on a connection that went wrong
        raise
    else:
        talk.part()


def _refuse_strangers(account: Account, line: Wire) -> None:
    """Without encryption, a name that stands for this machine must lead to it."""
    if account.security in {NONE, LOCAL} and account.stays_here:
        where = line.peer.partition("%")[0]
        if not ip_address(where).is_loopback:
            raise Untrusted(f"{account.host} is not this machine, but {where}", "use tls")
