"""How it looks what became of letters: to a program at once, to a person when all is over."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from protestmail.address import COPY
from protestmail.journal.entry import ACCEPTED, DEFERRED, QUEUED, REFUSED, Entry, Outcome, principal
from protestmail.mail.recipients import Recipient
from protestmail.screen.journal import entry_json, when
from protestmail.screen.letters import mailbox
from protestmail.screen.output import Screen

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Issuer
    from protestmail.sending.batch import Result


class Outcomes:
    """What became of letters: ``tell`` of each as it is known, and ``end`` with all of them.

    With a ``head`` it is JSON, in which each letter has a line: its other keys, to be followed by
    the letters, of which the ``known`` ones need nothing.
    """

    def __init__(
        self,
        screen: Screen,
        people: "Mapping[str, Recipient]",
        head: "Mapping[str, Any] | None" = None,
        known: Sequence[Entry] = (),
    ) -> None:
        self._screen, self._people = screen, people
        self._json = head is not None
        self._told = self._lines = 0
        self._open = True
        if head is not None:
            self._begin = json.dumps(head).removesuffix("}") + ', "letters": ['
            self._known = known

    def tell(self, one: Entry) -> None:
        """Tell a program of a letter; that it hears no more does not keep the others from going."""
        if self._screen.piped and self._open:
            try:
                self._show(one)
                sys.stdout.flush()
            except BrokenPipeError:
                self._open = False

    def end(self, entries: Sequence[Entry], waiting: Sequence[Entry] = ()) -> None:
        """Tell of all that nothing was told of yet; JSON also has those that wait."""
        if not self._open:
            raise BrokenPipeError
        for one in entries[self._told :]:
            self._show(one)
        if self._json:
            for one in waiting:
                self._line(one)
            self._start()
            self._screen.raw("]}")

    def _show(self, one: Entry) -> None:
        self._told += 1
        if self._json:
            self._line(one)
        else:
            _show(self._screen, self._told, one, self._people)

    def _start(self) -> None:
        begin, self._begin = self._begin, ""
        if begin:
            self._screen.raw(begin)
            for one in self._known:
                self._line(one)

    def _line(self, one: Entry) -> None:
        self._start()
        comma = "," if self._lines else ""
        self._lines += 1
        self._screen.raw(f"{comma}{json.dumps(entry_json(one))}")


def _show(screen: Screen, number: int, one: Entry, people: "Mapping[str, Recipient]") -> None:
    """Show what became of a letter, with the server's own words where it was not accepted."""
    to = principal(one.recipients)
    copies = sum(each.role == COPY and each.state == ACCEPTED for each in one.recipients)
    plural = "copy" if copies == 1 else "copies"
    names = [_name(each.address, people) for each in to]
    if screen.piped:
        reply = next((each.reply for each in to if each.state == one.state), "")
        screen.record(number, one.state, ", ".join(names), f"{copies} {plural}", reply)
    else:
        screen.listed(f"{number}. {one.state}, {copies} {plural}", names, state=one.state)
    told = [each for each in one.recipients if each.state not in {ACCEPTED, QUEUED}]
    for each in told:
        _tell(screen, number, each, "" if [*to] == told else _name(each.address, people))
    if one.due is not None and any(each.state == DEFERRED for each in told):
        screen.aside().prose(f"may be tried again from {when(one.due)} on", 3)


def _tell(screen: Screen, number: int, each: Outcome, name: str) -> None:
    """Tell of one recipient, by name where the letter's own line does not say who it is."""
    if screen.piped:
        screen.record(number, each.state, name or each.address, each.role, each.reply)
        return
    if name:
        screen.labelled(f"   {each.role} {each.state}", name, state=each.state)
    screen.prose(each.reply, 5)


def _name(address: str, people: "Mapping[str, Recipient]") -> str:
    known = people.get(address)
    return mailbox(known) if known else address


def tell_left(screen: Screen, result: "Result", issuer: "Issuer") -> None:
    """Say how to go on with what did not go: what waits by itself, a wrong address by others."""
    told = result.problem.hint if result.problem else ""
    if result.waiting and "same command" not in told:  # it may go on tomorrow only
        screen.note("nothing is lost: the same command goes on with what is queued")
    if any(one.state == REFUSED for one in result.entries):
        reach = issuer.email or issuer.phone or issuer.url
        screen.note(f"if an address is wrong, please tell {issuer.name}{reach and f': {reach}'}")


def sum_up(screen: Screen, what: str, result: "Result", tail: str = "") -> None:
    """Say in one line what became of all: of the letters, and of copies that did not go."""
    states = Counter(one.state for one in result.entries)
    states[QUEUED] += result.waiting
    order = (ACCEPTED, REFUSED, DEFERRED, *states)
    told = [f"{states[one]} {one}" for one in dict.fromkeys(order) if states[one]]
    others = Counter(
        each.state
        for one in result.entries
        if one.state == ACCEPTED
        for each in one.recipients
        if each.state != ACCEPTED
    )
    told += [f"of their copies {count} {state}" for state, count in others.items()]
    screen.note(f"{what}: {', '.join(told) or 'nothing to send'}{tail}", "bold")
