"""What servers say of an account that may not send: how it is known, and the user's next step.

Codes are those of RFC 3463, 4954 and 5248 and of the providers' own pages; a server that uses none
of them is known by its words: those of Postfix, Exim, Exchange, Gmail and their like. They are
looked for in a reply in small letters, on one line.
"""

from typing import NamedTuple

from protestmail.commands import to_type
from protestmail.errors import Exit


class Fault(NamedTuple):
    """A fault of the account: how it is known, what it is called, and the next step."""

    known: str
    told: str
    hint: str
    exit_code: Exit


QUOTA = Fault(
    r"^... [45]\.(?:4\.5|7\.(?:23[23]|28|705|750))\b|quotaexceeded|outboundspam"
    r"|(?:daily|hourly|sending|outgoing|outbound|relay|submission|message|mail|rate|user)"
    r"(?: \w+){0,3} (?:limit|quota)|(?:limit|quota)\w*(?: \S+){0,4} (?:per|an?) (?:day|hour|minute)"
    r"|exceed[^;]* (?:per|an?) (?:day|hour|minute)|quota (?:\w+ ){0,2}exceeded"
    r"|\bcredits\b|\bthrottl"
    r"|too (?:much mail|many recipients from|many (?:\w+ )?(?:messages|e?-?mails|connections))"
    r"|rate ?limit|unusual (?:sending|rate)",
    "your provider takes no more for now",
    "the same command goes on tomorrow",
    Exit.TRY_LATER,
)
SENDER = Fault(
    r"^... [45]\.(?:1\.[78](?! email outgoing)|2\.252|7\.(?:2[0-467]|60|50[4-9]|51[01]))\b|send ?as"
    r"|sender (?:address )?(?:\S+ )?(?:rejected|not|denied|verif)|bad (?:outbound )?sender"
    r"|not (?:owned|allowed|permitted|authori[sz]ed) (?:by|to send|to use|to perform|as)"
    r"|permissions? to send|from address|from header|header from|verification failed for"
    r"|domain of sender|sender domain|not (?:yet |been )*(?:verified|confirmed)",
    "your provider does not let you send as {sender}",
    "set PROTESTMAIL_EMAIL to an address of this account, or allow that one there",
    Exit.SETTINGS,
)
LOGIN = Fault(
    r"^(?:530|534|535|538) |^... [45]\.7\.(?:3|8|30|57|139)\b|turn on smtp auth"
    r"|auth(?:enticat\w+)? (?:is )?(?:required|first)|not (?:been )?(?:authenticated|logged in)"
    r"|must (?:first )?(?:authenticate|log ?in|issue)|log ?in (?:is )?required",
    "the server wants a login before it takes letters",
    f"set user and password; {to_type('init')} asks for them",
    Exit.LOGIN_REFUSED,
)
RELAY = Fault(
    r"^... [45]\.7\.54\b|relay(?:ing)? (?:access )?(?:is )?(?:denied|disallowed|prohibited|not)"
    r"|(?:unable|not (?:allowed|permitted)) to relay|relaying (?:denied|disallowed)",
    "this server sends no letters to others for you",
    "set your own provider's server, with user and password",
    Exit.SETTINGS,
)
HELO = Fault(
    r"\b(?:helo|ehlo)\b",
    "the server does not take the name that this program says in EHLO",
    "set PROTESTMAIL_SMTP_HELO to a name that it takes, such as your domain",
    Exit.SETTINGS,
)
PLACE = Fault(
    r"^... 5\.7\.(?:606|649|708|25)\b|client host|block ?list|black ?list|spamhaus|\brbl\b"
    r"|reverse dns|blocked using|not accepted from this|your (?:ip|host|network)",
    "the server takes nothing from where you are now",
    "try from another network, or by your own provider's server",
    Exit.TRY_LATER,
)
CLOSED = Fault(
    r"your account|account (?:\S+ )?(?:has been |is )?(?:suspended|locked|restricted|blocked)"
    r"|(?:sending|outgoing|outbound) (?:\w+ ){0,3}(?:blocked|suspended|paused|disabled)"
    r"|trial account|sandbox|^... 5\.7\.(?:4[01]|50[1-3])\b",
    "your provider has stopped your account from sending",
    "log in at your provider's page, which says why",
    Exit.LOGIN_REFUSED,
)
OAUTH = "set PROTESTMAIL_SMTP_TOKEN_COMMAND to a command that prints a token: docs/login.md"

SWITCHED_OFF = Fault(
    r"smtpclientauthentication is disabled|smtp_auth_disabled|(?:smtp|imap|pop3?)[^.]* disabled for"
    r"|did not meet the criteria",
    "your provider lets no program send from this mailbox as it is set up now",
    "allow it in the mailbox's settings (SMTP, Authenticated SMTP), or ask whoever manages it",
    Exit.LOGIN_REFUSED,
)
NO_PASSWORD = Fault(
    r"^550 5\.7\.30\b|^535 5\.7\.139 (?!.*(?:incorrect|smtpclientauth|criteria))"
    r"|basic auth\w* (?:is )?(?:disabled|not (?:supported|allowed))",
    "your provider takes no password from a program any more, whichever it is",
    OAUTH,
    Exit.LOGIN_REFUSED,
)
APP_PASSWORD = Fault(
    r"^53[45] 5\.7\.9\b|app(?:lication)?[- ](?:specific )?password",
    "your provider wants an app password: one that is made for this program alone",
    "make one in the settings of your account there; the usual password will not do",
    Exit.LOGIN_REFUSED,
)
BROWSER = Fault(
    r"^534 5\.7\.14\b|web ?browser|weblogin|log ?in (?:at|to|via|on) (?:the |your |our )?web",
    "your provider wants you to log in at its page first",
    "do that in a browser, allow what it asks about, and try again",
    Exit.LOGIN_REFUSED,
)
TOO_OFTEN = Fault(
    r"too many (?:\w+ )*(?:log ?ins?|auth\w*|attempts)|too many (?:bad|failed|invalid)",
    "your provider takes no login for now: there were too many",
    "wait an hour, since each attempt makes it longer; the password may be right",
    Exit.TRY_LATER,
)
NOT_ENCRYPTED = Fault(
    r"^538 |^530 [^ ]+ must issue a starttls|encryption required",
    "the server takes a login over an encrypted connection only",
    "set PROTESTMAIL_SMTP_SECURITY to starttls or tls",
    Exit.SETTINGS,
)
LOGINS = (TOO_OFTEN, NOT_ENCRYPTED, SWITCHED_OFF, NO_PASSWORD, APP_PASSWORD, BROWSER)
"""What a refused login may be about, other than a wrong name or password."""

OTHER = Fault(
    "",
    "the server takes no letters from you",
    "ask your provider, with these words of the server",
    Exit.REFUSED,
)
DOOR = Fault(
    "",
    "the server takes no letters from where you are now",
    "check host and port with your provider's help page, or try from another network",
    Exit.TRY_LATER,
)
FAULTS = (NO_PASSWORD, APP_PASSWORD, SWITCHED_OFF, QUOTA, SENDER, LOGIN, RELAY, HELO, PLACE, CLOSED)
"""What a refused letter may be about, other than itself; the first that is known counts."""
