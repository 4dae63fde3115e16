"""The letter: a model, filled in for one target (or for all of them, where they share one).

``write`` is a pure function: the day is an argument, nothing is read, and what is
kept from one letter to the next is what would come out the same.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from protestmail.appeals.appeal import Appeal, Attachment, Copy, ModelLetter, Target
from protestmail.letters import languages, leftovers, opening, text
from protestmail.letters.filled import NAME, SALUTATION, Place, tidy
from protestmail.letters.leftovers import Leftover
from protestmail.letters.model import models
from protestmail.letters.sender import Sender

if TYPE_CHECKING:
    from protestmail.letters.template import Template

PHONE = "phone"
"""The kind of letter that is to be spoken, and never mailed."""

PERSONAL = frozenset(("solidarity", "condolence"))
"""Kinds of letters to people at risk, who may be harmed by what else is known of the writer."""

_NOBODY, _NO_TARGET = Sender(), Target(id="")


class Letter(NamedTuple):
    """A letter that is written: what it says, to whom, who gets a copy, who signs it and when.

    All that a channel needs stands here, so that none has to look at the appeal. ``greeted`` and
    ``signed`` are the places in the body of its salutation, and of the signature on a line of its
    own; a letter that its writer has signed in running text has none. One that is ``headed`` opens
    with its writer's address or the day. The ``demands`` of a call are those that are not in it.
    """

    appeal: str
    id: str
    kind: str
    language: str
    targets: tuple[Target, ...]
    copies: tuple[Copy, ...]
    subject: str = ""
    body: str = ""
    leftovers: tuple[Leftover, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sender: Sender = _NOBODY
    day: date = date.min
    demands: tuple[str, ...] = ()
    own_words: str = ""
    greeted: Place | None = None
    signed: Place | None = None
    headed: bool = False

    @property
    def english(self) -> bool:
        """Whether words of ours stand in it in English, since we know none of its language."""
        ours = languages.words(self.language).salutation
        speaks = languages.members_line(self.language, self.sender.members)
        used = ours in self.body or (speaks and speaks in self.body)
        return bool(used) and not languages.known(self.language)

    @property
    def stem(self) -> str:
        """What its file is called: the appeal's and the target's id, cut to 60 characters."""
        who = self.targets[0].id if len(self.targets) == 1 else "all"
        return f"{self.appeal}-{who}"[:60].strip("-") or "letter"


def write(
    appeal: Appeal,
    model: ModelLetter,
    targets: tuple[Target, ...],
    sender: Sender,
    *,
    own_words: str = "",
    today: date,
    with_copies: bool = True,
) -> Letter:
    """Write a model letter to its targets; raises BadTemplate for a model that is none."""
    templates = models(appeal, model)
    own_words = tidy(own_words.strip())
    given = _Given(appeal, model, targets, sender, own_words, today)
    values = tuple((name, given.value(name)) for name in _used(templates))
    by_name = model not in appeal.letters or NAME in templates[1].compared
    typed = sender.name if by_name else ""
    said = text.write(templates, values, model.language, own_words, typed)
    asked = (one if one == "own_words" else f"sender.{one}" for one in needs_of(appeal, model))
    missing = (one for one in asked if not given.value(one))
    return Letter(
        appeal=appeal.id,
        id=model.id,
        kind=model.kind,
        language=model.language,
        targets=targets,
        copies=copies_of(appeal, model) if with_copies else (),
        subject=said.subject,
        body=said.body,
        leftovers=(*said.leftovers, *leftovers.missing(missing)),
        attachments=appeal.attachments,
        sender=sender,
        day=today,
        demands=_unsaid(appeal, model, said.shape),
        own_words=own_words,
        greeted=said.greeted,
        signed=said.signed,
        headed=said.headed,
    )


def _unsaid(appeal: Appeal, model: ModelLetter, shape: str) -> tuple[str, ...]:
    """The demands; of those of a call, the ones that its model does not say already."""
    return tuple(one for one in appeal.demands if model.kind != PHONE or one not in shape)


class _Given(NamedTuple):
    """All that a letter is made of."""

    appeal: Appeal
    model: ModelLetter
    targets: tuple[Target, ...]
    sender: Sender = _NOBODY
    own_words: str = ""
    today: date = date.min

    def value(self, blank: str) -> object:
        """What a blank holds."""
        owner, _, part = blank.rpartition(".")
        if owner == "sender":
            return tidy(getattr(self.sender, part).strip())
        if owner:
            target = self.targets[0] if len(self.targets) == 1 else _NO_TARGET
            owners = {"target": target, "issuer": self.appeal.issued_by, "appeal": self.appeal}
            value = getattr(owners[owner], part)
            return languages.day(self.model.language, value) if isinstance(value, date) else value
        return self.appeal.demands if blank == "demands" else self._said(blank)

    def _said(self, blank: str) -> str:
        match blank:
            case "salutation":
                return opening.salutation(self.targets, self.model.language)
            case "signature":
                return tidy(signature(self.sender, self.model.language))
            case "today":
                return languages.day(self.model.language, self.today)
        return self.own_words


def taken_from(
    appeal: Appeal, model: ModelLetter, targets: tuple[Target, ...]
) -> tuple[object, ...]:
    """All that the text of a letter takes from its targets: where it is equal, so is the text."""
    given, used = _Given(appeal, model, targets), sorted(_used(models(appeal, model)))
    return tuple(given.value(one) for one in used if one.startswith(("target.", SALUTATION)))


def _used(templates: "tuple[Template, Template]") -> frozenset[str]:
    subject, body = templates
    return subject.blanks | body.blanks


def needs_of(appeal: Appeal, model: ModelLetter) -> tuple[str, ...]:
    """What a letter needs of its writer beyond what its text shows; a call needs its own only."""
    return model.needs if model.kind == PHONE else appeal.needs + model.needs


def copies_of(appeal: Appeal, model: ModelLetter) -> tuple[Copy, ...]:
    """Who gets a copy of a letter, but for those that its writer does not want."""
    copies = appeal.copies if model.copies is None else model.copies
    return tuple(one for one in copies if not one.optional)


def one_by_one(letters: Iterable[Letter], *, spoken: bool = False) -> Iterator[Letter]:
    """Give each letter once for each of its targets, for the ways that reach one at a time.

    Targets that are not to be written to are left out, and unless ``spoken`` the letters that
    are not for paper.
    """
    for letter in letters:
        for target in letter.targets:
            if not target.do_not_write and (spoken or letter.kind != PHONE):
                yield letter._replace(targets=(target,))


def calls(letters: Iterable[Letter]) -> Iterator[Letter]:
    """Give the letters of which scripts are made, one by one: those to be spoken before others."""
    every = list(one_by_one(letters, spoken=True))
    spoken = {one.targets[0].id for one in every if one.kind == PHONE}
    yield from (one for one in every if one.kind == PHONE or one.targets[0].id not in spoken)


def signature(sender: Sender, language: str) -> str:
    """The block in which a letter ends; what the sender leaves out leaves no line."""
    lines = [
        sender.name,
        ", ".join(part for part in (sender.position, sender.organisation) if part),
        languages.members_line(language, sender.members),
        ", ".join(part for part in (sender.place, sender.country) if part),
    ]
    return "\n".join(line for line in lines if line)
