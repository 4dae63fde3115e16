"""What can go wrong at a step of a conversation; see ``fault_server``."""

from servers.fault_session import CHUNK, PATIENCE, Act, HungUpError, Session

_DRIP = 0.01


def die(session: Session, _reply: bytes) -> bool:
    """Hang up instead of an answer."""
    session.hang_up()
    return False


def reset(session: Session, _reply: bytes) -> bool:
    """Break the connection off (RST)."""
    session.hang_up(hard=True)
    return False


def stall(session: Session, _reply: bytes) -> bool:
    """Answer nothing, and stay."""
    session.flush()
    session.wait()
    return False


def freeze(session: Session, _reply: bytes) -> bool:
    """Do not even read."""
    session.freeze()
    return False


def omit(_session: Session, _reply: bytes) -> bool:
    """Do what is asked without a word."""
    return True


def sip(session: Session, _reply: bytes) -> bool:
    """Read a large text in small parts."""
    while session.sip(1 << 19, 5 * _DRIP):
        pass
    return True


def slowly(session: Session, reply: bytes) -> bool:
    """Give the right reply byte by byte."""
    session.flush()
    for one in reply:
        session.say(bytes([one]))
        session.flush()
    return True


def _dripping(start: bytes) -> Act:
    def act(session: Session, reply: bytes) -> bool:
        session.flush()
        session.flood(start or (reply[:3] or b"250") + b"-")
        for _ in range(int(PATIENCE / _DRIP)):
            if session.ended(_DRIP):
                raise HungUpError
            session.flood(b"x")
        session.complain("the client waits for every drop")
        raise HungUpError

    return act


drip = _dripping(b"")
"""Give a reply byte by byte that has no end."""
drip_record = _dripping(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb")
"""Give a record of TLS byte by byte that is too long to be waited for."""


def flood(data: bytes) -> Act:
    """Say the same without an end."""

    def act(session: Session, _reply: bytes) -> bool:
        session.flush()
        while True:
            session.flood(data * (CHUNK // len(data)))

    return act


def say(text: bytes, *, counts: bool | None = None) -> Act:
    """Say something else; the command counts where that is of the right kind, unless told."""

    def act(session: Session, reply: bytes) -> bool:
        session.say(text + b"\r\n")
        right = text[:1] == reply[:1] and reply[:1] in b"23"
        return right if counts is None else counts

    return act


def bye(text: bytes) -> Act:
    """Say something else, and hang up."""

    def act(session: Session, _reply: bytes) -> bool:
        session.say(text + b"\r\n")
        session.hang_up()
        return False

    return act


def extra(text: bytes) -> Act:
    """Give the right reply, and in the same breath something that nobody has asked for."""

    def act(session: Session, reply: bytes) -> bool:
        session.say(reply + text)
        return True

    return act
