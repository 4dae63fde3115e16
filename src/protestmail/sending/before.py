"""What the journal knows of those to whom an appeal's letters go: each by its id and address.

A letter may bear another id than before, because the file has changed. Whoever had one under an id
that the appeal has no more is held to have had this one: nobody is written to twice without a
question, and what is in doubt never goes anew by a change of the file.
"""

from collections.abc import Collection, Iterable

from protestmail.journal.entry import Entry, principal

_ByAddress = dict[str, Entry]


class Before:
    """The latest letter for each id and address, and those under ids that are no more.

    The ``ids`` are those of the appeal as it is now; without any, none is held to be another's. The
    letters under other ids that have come to their end do not count if they are to be ``renewed``.
    """

    def __init__(
        self, entries: Iterable[Entry], ids: Collection[str], *, renewed: bool = False
    ) -> None:
        self._same: dict[str, _ByAddress] = {}
        self._renamed: _ByAddress = {}
        for entry in entries:
            # A copy of another's letter stands for no letter of one's own.
            found = {to.address.lower(): entry for to in principal(entry.recipients)}
            self._same.setdefault(entry.letter, {}).update(found)
            if ids and entry.letter not in ids and not (renewed and entry.over):
                self._renamed |= found

    def of(self, letter: str, addresses: Iterable[str]) -> _ByAddress:
        """Give what is known of each of these addresses."""
        known = self._renamed | self._same.get(letter, {})
        return {to: known[to] for to in addresses if to in known}

    def every(self, letters: Iterable[str]) -> list[Entry]:
        """Give the latest ones under these ids, whoever they went to."""
        return [one for id_ in letters for one in self._same.get(id_, {}).values()]
