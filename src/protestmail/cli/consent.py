"""What a person must say yes to before a letter goes, each thing by itself."""

from collections.abc import Callable, Sequence

from protestmail import address
from protestmail.address import TARGET
from protestmail.appeals.appeal import Appeal
from protestmail.cli import asking
from protestmail.cli.app import App
from protestmail.errors import UsageProblem
from protestmail.mail.message import Message
from protestmail.mail.recipients import Recipient

_ANSWERS = {"y": "yes", "n": "no", "v": "view", "e": "edit"}
_TOLD = "y sends, n does not, v shows every letter, e edits the letter first"


def special(
    appeal: Appeal, messages: Sequence[Message], *, yes: bool, risk_read: bool
) -> list[tuple[str, str]]:
    """Give what must be agreed to by itself, each with what to say on the command line for it.

    ``--yes`` covers none of it but a domain in another script that is not mixed.
    """
    asked = []
    if appeal.risk and not risk_read:
        asked.append(("You have read the risk note, and want to write?", "--risk-read"))
    seen: set[str] = set()
    for person in (one for message in messages for one in message.recipients):
        shown = person.address.shown
        if person.address.ascii in seen:
            continue
        seen.add(person.address.ascii)
        if person.role == TARGET and address.is_webmail(person.address.ascii):
            asked.append((f"{shown} may be a private mailbox, not an office. Write to it?", ""))
        if person.address.mixed or (person.address.international and not yes):
            asked.append((f"{shown} is a domain {_script(person)}. Is it the right one?", ""))
    return asked


def _script(person: Recipient) -> str:
    return "that mixes scripts" if person.address.mixed else "written in another script"


def get(app: App, wanted: Sequence[tuple[str, str]]) -> bool:
    """Ask for each; raise UsageProblem where nobody can be asked."""
    if wanted and not asking.can_ask():
        question, flag = wanted[0]
        hint = f"say {flag}" if flag else "send it from a terminal, or leave it out with --target"
        raise UsageProblem(f"this would have to be asked, --yes or not: {question}", hint)
    return all(asking.yes(app, question) for question, _ in wanted)


def choose(app: App, question: str, *, view: Callable[[], None]) -> str:
    """Ask whether to send: gives ``y``, ``n`` or ``e`` (edit); ``v`` shows all letters first."""
    while (answer := asking.choose(app, question, _ANSWERS, "n", _TOLD)) == "v":
        view()
    return answer
