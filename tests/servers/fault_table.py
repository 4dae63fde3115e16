"""What goes wrong at a server, and what must become of three letters then: one table.

Each letter goes to a target (rcpt1) and a copy (rcpt2).
"""

from typing import NamedTuple

from protestmail.settings.account import NONE, STARTTLS, TLS
from servers.fault_acts import (
    bye,
    die,
    drip,
    drip_record,
    extra,
    flood,
    omit,
    reset,
    say,
    slowly,
    stall,
)
from servers.fault_server import EVERY, Fault
from servers.fault_session import Act


class Row(NamedTuple):
    """What goes wrong, and what is seen then, with and without PIPELINING.

    ``seen`` is: the state of each letter by its first character, the exit code, the exception that
    ended the run (or -), and how many connections it took. Where it says "or", both will do, or
    it depends on how far the program has got. ``brief`` shortens the deadlines, where
    the server makes one wait; ``process`` lets the real program meet it, too.
    """

    what: str
    script: tuple[Fault, ...]
    seen: str
    piped: str = ""
    security: str = NONE
    brief: bool = False
    process: bool = False


FINE = "AAA 0 - 1"
AGAIN = "AAA 0 - 2"
OVER = "QQQ 75 SessionOver 1"
AWAY = "QQQ 75 TryLater 1"
BROKEN = "QQQ 75 ConnectionLost 1"
LOST = "QQQ 75 ConnectionLost 2"
DISTRUSTED = "QQQ 78 Untrusted 1"
LINE = flood(b"x")
"""One line of megabytes."""
MORE = flood(b"250-and\r\n")
"""One reply of endless lines."""
REPLIES = flood(b"250 yes\r\n")
"""Endless replies."""


def _every(
    what: str,
    step: str,
    act: Act,
    seen: str,
    piped: str = "",
    brief: bool = False,
    process: bool = False,
) -> Row:
    return Row(
        f"{step}: {what}, each time",
        (Fault(step, act, EVERY),),
        seen,
        piped,
        brief=brief,
        process=process,
    )


def _once(
    what: str,
    step: str,
    act: Act,
    seen: str,
    piped: str = "",
    brief: bool = False,
    process: bool = False,
) -> Row:
    return Row(f"{step}: {what}", (Fault(step, act),), seen, piped, brief=brief, process=process)


def _both(act: Act) -> tuple[Fault, ...]:
    """Let it go wrong at both recipients of the first letter."""
    return Fault("rcpt1", act), Fault("rcpt2", act)


WELCOME = [
    _once("hangs up", "connect", die, AGAIN),
    _once("breaks off", "connect", reset, f"{AGAIN} or {AWAY}"),
    _every("hangs up", "greeting", die, LOST, process=True),
    _once("breaks off", "greeting", reset, f"{AGAIN} or {AWAY}"),
    _every("says nothing", "greeting", stall, LOST, brief=True),
    _once("drips", "greeting", drip, AGAIN, brief=True),
    _once("comes slowly", "greeting", slowly, FINE),
    _once("endless lines", "greeting", flood(b"220-and\r\n"), BROKEN),
    _once("a line of megabytes", "greeting", LINE, BROKEN),
    _once("endless greetings", "greeting", flood(b"220 hi\r\n"), BROKEN),
    _once("several lines", "greeting", say(b"220-dear\r\n220 client"), FINE),
    _once("no text", "greeting", say(b"220"), FINE),
    _once("no code", "greeting", say(b"hello"), BROKEN),
    _once("nothing but an end of line", "greeting", say(b""), BROKEN),
    _once("NUL bytes", "greeting", say(b"\0\0\0 hi"), BROKEN),
    _once("code of two digits", "greeting", say(b"22"), BROKEN),
    _once("codes differ", "greeting", say(b"220-hi\r\n250 hi", counts=True), BROKEN),
    _once("250", "greeting", say(b"250 hi"), AWAY),
    _once("421", "greeting", bye(b"421 later"), AWAY),
    _once("451", "greeting", bye(b"451 later"), AWAY),
    _once("554", "greeting", bye(b"554 not you"), "QQQ 75 AccountRefused 1"),
    _once("554 for the name", "ehlo", say(b"554 EHLO rejected"), "QQQ 78 AccountRefused 1"),
    _once("the next reply comes ahead", "greeting", extra(b"250 hi\r\n"), BROKEN),
    _once("hangs up", "ehlo", die, AGAIN),
    _every("breaks off", "ehlo", reset, LOST),
    _once("says nothing", "ehlo", stall, AGAIN, brief=True),
    _once("drips", "ehlo", drip, AGAIN, brief=True),
    _once("endless lines", "ehlo", MORE, BROKEN),
    _once("a line of megabytes", "ehlo", LINE, BROKEN),
    _once("421", "ehlo", bye(b"421 later"), AWAY),
    _once("451", "ehlo", say(b"451 later"), AWAY),
    _once("502", "ehlo", say(b"502 what?"), AWAY),
    _once("354", "ehlo", say(b"354 go"), AWAY),
    _once("no code", "ehlo", say(b"PIPELINING"), BROKEN),
    _once(
        "offers nonsense", "ehlo", say(b"250-me\r\n250-SIZE \xff\r\n250 \0 =", counts=True), FINE
    ),
    _once("closes in the same breath", "ehlo", extra(b"421 later\r\n"), AGAIN),
]

ENCRYPTION = [
    (STARTTLS, _once("is not offered", "ehlo", say(b"250 test.example"), DISTRUSTED, process=True)),
    (STARTTLS, _once("421", "starttls", bye(b"421 later"), DISTRUSTED)),
    (STARTTLS, _once("454", "starttls", say(b"454 not now"), DISTRUSTED)),
    (STARTTLS, _once("502", "starttls", say(b"502 what?"), DISTRUSTED)),
    (STARTTLS, _once("250", "starttls", say(b"250 go", counts=True), DISTRUSTED)),
    (STARTTLS, _once("more bytes", "starttls", extra(b"250-x\r\n"), DISTRUSTED, process=True)),
    (STARTTLS, _once("hangs up", "starttls", die, AGAIN)),
    (STARTTLS, _once("says nothing", "starttls", stall, AGAIN, brief=True)),
    (STARTTLS, _once("no code", "starttls", say(b"go"), BROKEN)),
    (STARTTLS, _once("endless replies", "starttls", flood(b"220 go\r\n"), DISTRUSTED)),
    (STARTTLS, _once("plain text", "handshake", bye(b"250 hi"), DISTRUSTED)),
    (STARTTLS, _once("breaks off", "handshake", reset, AGAIN)),
    (STARTTLS, _once("hangs up", "ehlo2", die, AGAIN)),
    (STARTTLS, _once("421", "ehlo2", bye(b"421 later"), AWAY)),
    (STARTTLS, _once("502", "ehlo2", say(b"502 what?"), AWAY)),
    (STARTTLS, _once("no AUTH", "ehlo2", say(b"250 hi"), "QQQ 78 SettingsProblem 1")),
    (TLS, _once("hangs up", "handshake", die, DISTRUSTED)),
    (TLS, _once("breaks off", "handshake", reset, AGAIN)),
    (TLS, _once("says nothing", "handshake", stall, AGAIN, brief=True)),
    (TLS, _once("drips", "handshake", drip_record, AGAIN, brief=True)),
    (TLS, _once("endless bytes", "handshake", LINE, DISTRUSTED)),
    (TLS, _once("endless lines", "greeting", flood(b"220-and\r\n"), BROKEN)),
    (TLS, _once("535", "auth", say(b"535 no"), "QQQ 77 LoginRefused 1")),
    (TLS, _once("530", "auth", say(b"530 no"), "QQQ 77 LoginRefused 1")),
    (TLS, _once("334 without need", "auth", say(b"334 more"), "QQQ 77 LoginRefused 1")),
    (TLS, _once("454", "auth", say(b"454 later"), AWAY)),
    (TLS, _once("421", "auth", bye(b"421 later"), AWAY)),
    (TLS, _once("hangs up", "auth", die, AGAIN)),
    (TLS, _once("says nothing", "auth", stall, AGAIN, brief=True)),
    (TLS, _once("no code", "auth", say(b"yes"), BROKEN)),
    (TLS, _once("endless lines", "auth", flood(b"235-yes\r\n"), BROKEN)),
    (TLS, _once("the next reply comes ahead", "auth", extra(b"250 yes\r\n"), BROKEN)),
    (TLS, _once("hangs up", "dot", die, "UAA 1 - 2")),
    (TLS, _once("says nothing", "dot", stall, "UAA 1 - 2", brief=True)),
    (TLS, _once("endless lines", "dot", MORE, "UQQ 1 ConnectionLost 1")),
    (TLS, _once("breaks off", "body", reset, "UAA 1 - 2")),
    (TLS, _once("hangs up", "quit", die, FINE)),
]

ENVELOPE = [
    _once("hangs up", "mail", die, AGAIN),
    _every("hangs up", "mail", die, LOST),
    Row("mail: breaks off at the second", (Fault("mail", reset, 2),), AGAIN),
    Row(
        "mail: hangs up, twice",
        (Fault("mail", die, 2), Fault("mail", die, 3)),
        "AAA 0 - 3",
        process=True,
    ),
    _once("says nothing", "mail", stall, AGAIN, brief=True),
    _once("drips", "mail", drip, AGAIN, brief=True),
    _once("endless lines", "mail", MORE, BROKEN),
    _once("endless replies", "mail", REPLIES, BROKEN, "DQQ 75 ConnectionLost 1"),
    _once("a line of megabytes", "mail", LINE, BROKEN),
    _once("421", "mail", bye(b"421 later"), OVER),
    _once("451", "mail", say(b"451 later"), OVER, process=True),
    Row("mail: 452 at the second", (Fault("mail", say(b"452 full"), 2),), AGAIN),
    _once("550", "mail", say(b"550 not you"), "QQQ 69 AccountRefused 1"),
    _once("552, too large", "mail", say(b"552 too large"), "RAA 1 - 1"),
    _once("354", "mail", say(b"354 go"), BROKEN),
    _once("no code", "mail", say(b"yes"), BROKEN),
    _once("code 999", "mail", say(b"999 yes"), BROKEN),
    _once("250 twice", "mail", extra(b"250 yes\r\n"), BROKEN, "DQQ 75 ConnectionLost 1"),
    _once("hangs up", "rcpt1", die, AGAIN),
    _once("breaks off", "rcpt2", reset, AGAIN),
    _once("says nothing", "rcpt1", stall, AGAIN, brief=True),
    _once("no reply, and goes on", "rcpt1", omit, AGAIN, f"{AGAIN} or {BROKEN}", brief=True),
    _once("drips", "rcpt2", drip, AGAIN, brief=True),
    _once("endless lines", "rcpt1", MORE, BROKEN),
    _once("421", "rcpt1", bye(b"421 later"), OVER),
    _once("421", "rcpt2", bye(b"421 later"), OVER),
    _once("450", "rcpt1", say(b"450 greylisted"), "DAA 1 - 1", process=True),
    _once("450", "rcpt2", say(b"450 greylisted"), "AAA 1 - 1"),
    _once("550", "rcpt1", say(b"550 gone"), "RAA 1 - 1"),
    _once("550", "rcpt2", say(b"550 gone"), "AAA 1 - 1", process=True),
    Row("rcpt1, rcpt2: 450", _both(say(b"450 later")), "DAA 1 - 1"),
    Row("rcpt1, rcpt2: 550", _both(say(b"550 gone")), "RAA 1 - 1"),
    Row(
        "rcpt1: 450 and rcpt2: 550",
        (Fault("rcpt1", say(b"450 later")), Fault("rcpt2", say(b"550 gone"))),
        "DAA 1 - 1",
    ),
    _every("450", "rcpt1", say(b"450 later"), "DDD 1 - 1"),
    Row(
        "rcpt1, rcpt2: 451, each time",
        (Fault("rcpt1", say(b"451 later"), EVERY), Fault("rcpt2", say(b"451 later"), EVERY)),
        "DDD 75 - 1",
    ),
    Row(
        "rcpt1, rcpt2: 550, each time",
        (Fault("rcpt1", say(b"550 gone"), EVERY), Fault("rcpt2", say(b"550 gone"), EVERY)),
        "QQQ 69 AccountRefused 1",
        process=True,
    ),
    _once("251", "rcpt1", say(b"251 moved"), FINE),
    _once("354", "rcpt1", say(b"354 go", counts=True), BROKEN),
    _once("no code", "rcpt2", say(b"yes"), BROKEN),
    _once("250 twice", "rcpt2", extra(b"250 yes\r\n"), BROKEN, "DQQ 75 ConnectionLost 1"),
    Row("rcpt1, rcpt2: 250, and forgotten", _both(say(b"250 yes", counts=False)), "RAA 1 - 1"),
    _once("hangs up", "data", die, AGAIN),
    _every("breaks off", "data", reset, LOST),
    _once("says nothing", "data", stall, AGAIN, brief=True),
    _once("drips", "data", drip, AGAIN, brief=True),
    _once("endless lines", "data", flood(b"354-go\r\n"), BROKEN),
    _once("endless replies", "data", flood(b"354 go\r\n"), BROKEN),
    _once("421", "data", bye(b"421 later"), OVER),
    _once("451", "data", say(b"451 later"), "DAA 1 - 1"),
    _once("554", "data", say(b"554 no"), "RAA 1 - 1"),
    _once("250", "data", say(b"250 yes"), "DAA 1 - 1"),
    _once("250 for 354", "data", say(b"250 yes", counts=True), "DAA 1 - 2", brief=True),
    _once("354 twice", "data", extra(b"354 go\r\n"), BROKEN),
    _once("the verdict comes ahead", "data", extra(b"250 taken\r\n"), BROKEN, process=True),
    _once("closes in the same breath", "data", extra(b"421 later\r\n"), AGAIN),
    _once("no code", "data", say(b"go"), BROKEN),
    Row(
        "data: 354 with every rcpt refused",
        (*_both(say(b"550 gone")), Fault("data", say(b"354 go", counts=True))),
        "RAA 1 - 1",
    ),
]

_PUT_OFF = _both(say(b"450 later"))
TEXT = [
    _once("hangs up", "body", die, "UAA 1 - 2"),
    _once("breaks off", "body", reset, "UAA 1 - 2"),
    _once("says nothing", "body", stall, "UAA 1 - 2", brief=True),
    _once("drips", "body", drip, "UAA 1 - 2", brief=True),
    _once("endless lines", "body", MORE, "UQQ 1 ConnectionLost 1"),
    _once("421", "body", bye(b"421 later"), "DQQ 75 SessionOver 1"),
    _once("451", "body", bye(b"451 later"), "DAA 1 - 2"),
    _once("554", "body", bye(b"554 no"), "RAA 1 - 2"),
    _once("no code", "body", bye(b"no"), "UQQ 1 ConnectionLost 1"),
    _once("hangs up", "dot", die, "UAA 1 - 2"),
    _every("hangs up", "dot", die, "UUQ 1 ConnectionLost 2", process=True),
    _once("breaks off", "dot", reset, "UAA 1 - 2"),
    Row("dot: hangs up at the third", (Fault("dot", die, 3),), "AAU 1 ConnectionLost 1"),
    _once("says nothing", "dot", stall, "UAA 1 - 2", brief=True, process=True),
    _once("drips", "dot", drip, "UAA 1 - 2", brief=True),
    _once("comes slowly", "dot", slowly, FINE),
    _once("several lines", "dot", say(b"250-taken\r\n250 as 1"), FINE),
    _once("no text", "dot", say(b"250"), FINE),
    _once("bytes that are no UTF-8", "dot", say(b"250 \xff\xfe\0"), FINE),
    _once("endless lines", "dot", MORE, "UQQ 1 ConnectionLost 1"),
    _once("a line of megabytes", "dot", LINE, "UQQ 1 ConnectionLost 1"),
    _once("421", "dot", bye(b"421 later"), "DQQ 75 SessionOver 1"),
    _once("451", "dot", say(b"451 later"), "DAA 1 - 1"),
    _once("554", "dot", say(b"554 spam"), "RAA 1 - 1"),
    _every("452", "dot", say(b"452 full"), "DDD 75 - 1"),
    _every("554", "dot", say(b"554 spam"), "QQQ 69 SameWords 1"),
    _once("354", "dot", say(b"354 go", counts=True), "UQQ 1 ConnectionLost 1"),
    _once("no code", "dot", say(b"taken"), "UQQ 1 ConnectionLost 1", process=True),
    _once("code 999", "dot", say(b"999 taken"), "UQQ 1 ConnectionLost 1"),
    _once("code of two digits", "dot", say(b"25"), "UQQ 1 ConnectionLost 1"),
    _once("nothing but an end of line", "dot", say(b""), "UQQ 1 ConnectionLost 1"),
    _once("codes differ", "dot", say(b"250-a\r\n550 b"), "UQQ 1 ConnectionLost 1"),
    _once(
        "250 twice",
        "dot",
        extra(b"250 yes\r\n"),
        "AQQ 1 ConnectionLost 1",
        "ADQ 1 ConnectionLost 1",
    ),
    _once("250, then 421", "dot", bye(b"250 taken\r\n421 later"), AGAIN),
    _once("hangs up", "letters", die, AGAIN),
    _once("breaks off", "letters", reset, AGAIN),
    _once("says what nobody asked", "letters", say(b"hello"), "AQQ 1 ConnectionLost 1"),
    Row("rset: hangs up", (*_PUT_OFF, Fault("rset", die)), "DAA 1 - 2"),
    Row("rset: says nothing", (*_PUT_OFF, Fault("rset", stall)), "DAA 1 - 2", brief=True),
    Row("rset: 421", (*_PUT_OFF, Fault("rset", bye(b"421 later"))), "DQQ 75 SessionOver 1"),
    Row(
        "rset: 451",
        (*_PUT_OFF, Fault("rset", say(b"451 later", counts=True))),
        "DAA 1 - 1 or DAA 1 - 2",
    ),
    Row("rset: 502", (*_PUT_OFF, Fault("rset", say(b"502 what?"))), "DAA 1 - 2"),
    Row("rset: no code", (*_PUT_OFF, Fault("rset", say(b"yes"))), "DQQ 75 ConnectionLost 1"),
    _once("hangs up", "quit", die, FINE),
    _once("breaks off", "quit", reset, FINE),
    _once("says nothing", "quit", stall, FINE, brief=True),
    _once("drips", "quit", drip, FINE, brief=True),
    _once("endless lines", "quit", flood(b"221-bye\r\n"), FINE, process=True),
    _once("421", "quit", bye(b"421 later"), FINE),
    _once("500", "quit", say(b"500 what?"), FINE),
    _once("no code", "quit", say(b"bye"), FINE),
]

EARLY = [*WELCOME, *(row._replace(security=security) for security, row in ENCRYPTION)]
"""Before a letter is offered, PIPELINING makes no difference."""
TABLE = [*EARLY, *ENVELOPE, *TEXT]
