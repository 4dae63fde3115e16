"""Whom a TLS connection believes: the authorities of the system, or one certificate of the user's.

What is told of a proof that fails depends on what failed: a name, a date, or nobody vouches.
"""

import ssl
from typing import NamedTuple

from protestmail.errors import SettingsProblem, Untrusted
from protestmail.settings.account import LOCAL, NONE, Account

_DATES = {9, 10}
_NAMES = {62, 64}
"""What OpenSSL says of a date and of a name (x509_vfy.h); all else is that nobody vouches."""


class _Told(NamedTuple):
    what: str
    hint: str


_DATE = _Told(
    "its certificate is not valid today",
    "look at this machine's date; if that is right, whoever runs the server must renew it",
)
_NAME = _Told(
    "its certificate is for another name",
    "set PROTESTMAIL_SMTP_HOST to the server's full name, as its certificate has it",
)
_NOBODY = _Told(
    "nobody whom this machine trusts vouches for it",
    "if it is a server of your own or a program on this machine (Proton's Bridge, DavMail), save "
    "its certificate and set PROTESTMAIL_SMTP_CERTIFICATE=FILE beside the server, as in "
    "docs/login.md; else somebody may be in between: try another network",
)
_ANOTHER = _Told(
    "it does not show the certificate in PROTESTMAIL_SMTP_CERTIFICATE",
    "if the server has a new one, save that; else somebody may be in between: try another network",
)


def context(account: Account) -> ssl.SSLContext:
    """Make what a connection is judged by: for this account's host, and for no other.

    Raises SettingsProblem for a certificate that cannot be read.
    """
    if account.security in {NONE, LOCAL}:  # to read all authorities takes 20 ms; this trusts none
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not account.certificate:
        return ssl.create_default_context()
    try:
        made = ssl.create_default_context(cadata=account.certificate)
    except ssl.SSLError:
        told = f"PROTESTMAIL_SMTP_CERTIFICATE holds no certificate ({account.origin})"
        raise SettingsProblem(told, "save it again, in the form that is called PEM") from None
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it need not be an authority's
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT  # home-made ones lack what only authorities need
    return made


def unproved(where: str, host: str, why: ssl.SSLCertVerificationError, *, own: bool) -> Untrusted:
    """Say why a server cannot prove its name, to somebody who has their ``own`` certificate."""
    by_code = dict.fromkeys(_DATES, _DATE) | dict.fromkeys(_NAMES, _NAME)
    told = by_code.get(why.verify_code, _ANOTHER if own else _NOBODY)
    return Untrusted(
        f"{where} cannot prove that it is {host}: {told.what} ({why.verify_message})",
        f"nothing was sent; {told.hint}",
    )
