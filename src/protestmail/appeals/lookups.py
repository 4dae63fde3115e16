"""Targets and copies that depend on the writer: a lookup is filled in, or it is missing.

It is looked up in the writer's own contacts, then in the directories by the writer's country,
and never guessed. What the appeal itself says of a target comes before what is found. Where several
are found (two senators), each is a target of its own.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from protestmail.appeals.appeal import Appeal, Copy, Target
from protestmail.appeals.channels import BY_HAND, CHANNELS, LOOKUP
from protestmail.appeals.contacts import Contact
from protestmail.appeals.file.names import MAX_ID, slug

OWN = "your contacts"
_KNOWN = ("name", "role", "organisation", "salutation", "attention", *CHANNELS, "note", "checked")
_Found = tuple[tuple[Target, ...], str]


class Directory(NamedTuple):
    """One file of a directory: where it lies, and whom the lookup stands for in each country."""

    file: str
    countries: Mapping[str, Contact]


class Sources(NamedTuple):
    """All that lookups can be looked up in: by lookup, and where the writer lives."""

    contacts: Mapping[str, Contact]
    directories: Mapping[str, Sequence[Directory]]
    country: str = ""


class Missing(NamedTuple):
    """A lookup that nothing is known of for this writer, and the directories that know others."""

    lookup: str
    name: str
    directories: Sequence[Directory]


def resolve(
    appeal: Appeal, sources: Sources, targets: Collection[str] = ()
) -> tuple[Appeal, list[Missing]]:
    """Fill in all that can be looked up; give the appeal, and what is missing for its letters.

    With ``targets``, what only other targets would need is not missing.
    """
    names = appeal.lookups
    found = {one: about for one in names if (about := _find(one, sources))}
    filled = appeal.with_each_copy(lambda one: _filled(one, found))._replace(
        targets=tuple(each for one in appeal.targets for each in _targets(one, found)),
    )
    needed = dict.fromkeys(_needed(filled, targets))
    missing = [Missing(one, names[one], sources.directories.get(one, ())) for one in needed]
    return filled, missing


def _find(lookup: str, sources: Sources) -> _Found | None:
    if own := sources.contacts.get(lookup):
        return own.known, OWN
    for directory in sources.directories.get(lookup, ()):
        for code, one in directory.countries.items():
            if one.called(sources.country, code):
                return one.known, directory.file
    return None


def _targets(target: Target, found: Mapping[str, _Found]) -> Iterator[Target]:
    """The target for each whom its lookup stands for; several have ids of their own names."""
    if target.lookup not in found:
        yield target
        return
    several, source = found[target.lookup]
    names = [slug(one.name) for one in several]
    for number, known in enumerate(several, 1):
        one, name = _target(target, known, source), names[number - 1]
        extra = name if name and names.count(name) == 1 else str(number)
        id_ = f"{target.id[: MAX_ID - len(extra) - 1]}-{extra}"[-MAX_ID:].strip("-")
        yield one._replace(id=id_, one_of=target.id) if len(several) > 1 else one


def _target(target: Target, known: Target, source: str) -> Target:
    empty = {name for name in _KNOWN if not getattr(target, name)}
    empty |= {"name"} if known.name else set()  # the appeal's is a label of what is looked up
    return target._replace(**{name: getattr(known, name) for name in empty}, source=source)


def _filled(copy: Copy, found: Mapping[str, _Found]) -> Iterator[Copy]:
    """A copy for each of the addresses that were found; one that has its own stays as it is."""
    if copy.email or copy.lookup not in found:
        yield copy
        return
    several, source = found[copy.lookup]
    for known in several:
        ways = {one: getattr(copy, one) or getattr(known, one) for one in BY_HAND}
        for email in known.email or ("",):
            yield copy._replace(name=known.name or copy.name, email=email, source=source, **ways)


def _needed(appeal: Appeal, targets: Collection[str]) -> Iterator[str]:
    """The lookups that are still open, where a letter or a copy would go if they were not."""
    for target in appeal.targets:
        asked = not targets or target.id in targets
        if asked and LOOKUP in target.channels and not (target.email or target.do_not_write):
            yield target.lookup
    for copy in appeal.every_copy:
        if copy.lookup and not (copy.source or copy.email or copy.optional):
            yield copy.lookup
