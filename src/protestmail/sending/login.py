"""Logging in: PLAIN and LOGIN (RFC 4954, 4616) with a password; XOAUTH2, OAUTHBEARER with a token.

CRAM-MD5 and its like are left out: over TLS they add nothing, and a second mechanism after a
refusal would count as a second attempt.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from protestmail.errors import LoginRefused, ProtestmailError, SettingsProblem, TryLater
from protestmail.journal.entry import ACCEPTED, DEFERRED
from protestmail.sending import blame
from protestmail.sending.faults import APP_PASSWORD, LOGINS, NO_PASSWORD, OAUTH, TOO_OFTEN
from protestmail.sending.reply import Reply
from protestmail.settings import profiles, providers
from protestmail.settings.account import Account
from protestmail.settings.secret import PROMPT

_BY_PASSWORD, _BY_TOKEN = ("PLAIN", "LOGIN"), ("XOAUTH2", "OAUTHBEARER")
_CHECK = (
    "check user and password; many providers want an app password made for this program "
    "(docs/login.md)"
)
_RUN_OUT = (
    "run the token command by hand: the token may have run out, or not be one for sending mail"
)


class Way(NamedTuple):
    """What is said, line by line, each after a 334 but the first; and what nobody may see of it."""

    lines: tuple[str, ...]
    secrets: tuple[str, ...]


def way(account: Account, secret: str, offered: Sequence[str]) -> Way:
    """Choose how to log in; raise SettingsProblem where the server offers no way that fits."""
    spoken = _BY_TOKEN if account.secret.token else _BY_PASSWORD
    mechanism = next((one for one in spoken if one in offered), "")
    if not mechanism:
        raise _no_way(offered, token=account.secret.token)
    return (
        _bearer(account, secret, mechanism)
        if spoken is _BY_TOKEN
        else _password(account.user, secret, mechanism)
    )


def _no_way(offered: Sequence[str], *, token: bool) -> SettingsProblem:
    """Say what would do instead, where something would."""
    other = ", ".join(one for one in (_BY_PASSWORD if token else _BY_TOKEN) if one in offered)
    if other and token:
        told = f"the server takes no token, but a password ({other})"
        return SettingsProblem(told, "set PROTESTMAIL_SMTP_PASSWORD_COMMAND in its place")
    if other:
        return SettingsProblem(f"the server takes no password, but a token ({other})", OAUTH)
    told = f"the server offers no login that is spoken here ({', '.join(_BY_PASSWORD + _BY_TOKEN)})"
    return SettingsProblem(told, "check port and security, or ask your provider")


def _password(user: str, secret: str, mechanism: str) -> Way:
    plain, coded = _base64(f"\0{user}\0{secret}"), _base64(secret)
    plainly = (f"AUTH PLAIN {plain}",)
    lines = plainly if mechanism == "PLAIN" else ("AUTH LOGIN", _base64(user), coded)
    return Way(lines, (secret, coded, plain))


def _bearer(account: Account, token: str, mechanism: str) -> Way:
    """Give the token; a server that refuses it explains first, and waits for a line to that."""
    user, end = f"user={account.user}\1", ""
    if mechanism == "OAUTHBEARER":  # RFC 7628, 3.1 and 3.2.3; names are quoted as in RFC 5801
        name = account.user.replace("=", "=3D").replace(",", "=2C")
        user = f"n,a={name},\1host={account.host}\1port={account.port}\1"
        end = _base64("\1")
    coded = _base64(f"{user}auth=Bearer {token}\1\1")
    return Way((f"AUTH {mechanism} {coded}", end), (token, _base64(token), coded))


def judge(reply: Reply, account: Account) -> None:
    """Raise LoginRefused or TryLater unless the server has let us in, with the next step."""
    if reply.state != ACCEPTED:
        raise _refused(reply, account)


def _refused(reply: Reply, account: Account) -> ProtestmailError:
    found = blame.known(reply, LOGINS)
    if reply.state == DEFERRED or found == TOO_OFTEN:
        hint = "wait some minutes and try again; user and password may be right"
        told = found.told if found else "no login for now"
        return TryLater(f"{told}: {reply}", found.hint if found else hint)
    own = providers.find(account.email.rpartition("@")[2])
    note = own.note if own and not account.secret.token else ""
    if found is None:
        hint = _RUN_OUT if account.secret.token else f"{_CHECK}; {_anew(account)}"
        told = f"the server refuses the login of {account.user}: {reply}"
        return LoginRefused(told, f"{hint}. {note}" if note else hint)
    hint = f"{found.hint}; {_anew(account)}" if found == APP_PASSWORD else found.hint
    hint = f"{hint}. {note}" if note and found in {APP_PASSWORD, NO_PASSWORD} else hint
    return blame.AccountRefused(f"{found.told}: {reply}", hint, found.exit_code)


def _anew(account: Account) -> str:
    """Say how another password is given: typed, by ``init``, or where it is set."""
    if account.secret.kind == PROMPT:
        return "the same command asks for the password again"
    return profiles.to_change(account.origin)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
