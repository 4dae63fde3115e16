"""Logging in: PLAIN and LOGIN (RFC 4954, 4616) with a password, XOAUTH2 with a token.

CRAM-MD5 and its like are left out: over TLS they add nothing, and a second mechanism after a
refusal would count as a second attempt.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from protestmail.errors import LoginRefused, SettingsProblem, TryLater
from protestmail.journal.entry import ACCEPTED, DEFERRED
from protestmail.sending.reply import Reply
from protestmail.settings.account import LOGIN_FAILED


class Way(NamedTuple):
    """What is said, line by line, each after a 334 but the first; and what nobody may see of it."""

    lines: tuple[str, ...]
    secrets: tuple[str, ...]


def password(user: str, secret: str, mechanisms: Sequence[str]) -> Way:
    """Log in with a password; raise SettingsProblem where the server offers no way that fits."""
    plain, coded = _base64(f"\0{user}\0{secret}"), _base64(secret)
    if "PLAIN" in mechanisms:
        return Way((f"AUTH PLAIN {plain}",), (secret, coded, plain))
    if "LOGIN" in mechanisms:
        return Way(("AUTH LOGIN", _base64(user), coded), (secret, coded, plain))
    told = "the server offers no login that is spoken here (PLAIN, LOGIN)"
    raise SettingsProblem(told, "check port and security, or ask your provider")


def bearer(user: str, token: str) -> Way:
    """Log in with an OAuth2 token; a server that refuses it explains first, and waits."""
    coded = _base64(f"user={user}\1auth=Bearer {token}\1\1")
    return Way((f"AUTH XOAUTH2 {coded}", ""), (token, _base64(token), coded))


def judge(reply: Reply, user: str) -> None:
    """Raise LoginRefused or TryLater unless the server has let us in."""
    if reply.state == DEFERRED:
        raise TryLater(f"no login for now: {reply}", "try again later")
    if reply.state != ACCEPTED:
        raise LoginRefused(f"the server refuses the login of {user}: {reply}", LOGIN_FAILED)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
