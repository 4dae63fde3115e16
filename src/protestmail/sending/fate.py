"""What a server's answer to an offer, and its reply to the text, mean for each recipient."""

from collections.abc import Iterator

from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, UNKNOWN, Outcome
from protestmail.journal.journal import Parcel
from protestmail.sending import blame
from protestmail.sending.blame import DATA, RCPT
from protestmail.sending.reply import Answer, Reply


def taken(answer: Answer) -> bool:
    """Whether anybody was accepted."""
    return any(one.state == ACCEPTED for one in answer.recipients)


def rest(answer: Answer) -> bool:
    """Whether some recipients were too many for one transaction (RFC 5321, 4.5.3.1.10)."""
    return any(blame.too_many(one) for one in answer.recipients)


def refusal(answer: Answer) -> Reply:
    """What stands in a letter's way, where that is one thing."""
    return answer.data if taken(answer) else answer.recipients[0]


def words(answer: Answer) -> str:
    """In which words all recipients were refused, if it is not clear that it is about them."""
    replies = (answer.data,) if taken(answer) else answer.recipients
    step = DATA if taken(answer) else RCPT
    said = {blame.words(one) for one in replies if blame.unclear(one, step)}
    alike = len(said) == 1 and all(blame.unclear(one, step) for one in replies)
    return said.pop() if alike and answer.mail.state == ACCEPTED else ""


def outcomes(parcel: Parcel, answer: Answer, reply: Reply) -> Iterator[Outcome]:
    """Give each recipient its outcome: whoever was accepted shares the fate of the text."""
    said = dict(zip(parcel.recipients, answer.recipients, strict=True))
    for one in parcel.entry.recipients:
        if one.address not in said:
            yield one
            continue
        own = said[one.address]
        own = answer.mail if answer.mail.state != ACCEPTED else own
        own = reply if own.state == ACCEPTED else own
        yield one._replace(state=_state(answer, own, reply), reply=str(own))


def _state(answer: Answer, own: Reply, reply: Reply) -> str:
    """What a recipient's own reply, or the ``reply`` to the text, means for whether it goes."""
    sent = answer.ready and own is reply
    if not sent and answer.ready and reply.state == ACCEPTED and blame.too_many(own):
        return QUEUED
    if blame.ends_session(own) or (not sent and blame.fault(own, RCPT)):
        return DEFERRED
    final = own.state in {DEFERRED, REFUSED} or (sent and own.state in {ACCEPTED, UNKNOWN})
    return own.state if final else DEFERRED
