"""The copies that an appeal leaves to its writer: offered, and sent where they are wanted."""

from collections.abc import Collection
from dataclasses import replace

from protestmail.appeals.appeal import Appeal, Copy
from protestmail.cli.app import App
from protestmail.errors import UsageProblem


def wanted(app: App, appeal: Appeal, names: Collection[str]) -> Appeal:
    """Switch on the optional copies to these addresses or names, and tell of the others.

    Raises UsageProblem for a name that is none of them.
    """
    offered = {name: one for one in offers(appeal) for name in _names(one)}
    for name in names:
        if name.casefold() not in offered:
            there = ", ".join(map(label, offers(appeal))) or "none"
            told = f'"{name}" is no copy that this appeal leaves to you'
            raise UsageProblem(told, f"there are: {there}")
    chosen = {offered[name.casefold()] for name in names}
    for one in offers(appeal):
        if one not in chosen:
            why = f" ({one.why})" if one.why else ""
            app.screen.note(f'no copy to {label(one)}{why}; --copy "{label(one)}" sends one')
    return switched_on(appeal, chosen)


def switched_on(appeal: Appeal, chosen: Collection[Copy]) -> Appeal:
    """Give the appeal with these copies as if they were not optional."""

    def each(copies: tuple[Copy, ...]) -> tuple[Copy, ...]:
        return tuple(one._replace(optional=one.optional and one not in chosen) for one in copies)

    letters = tuple(
        one if one.copies is None else one._replace(copies=each(one.copies))
        for one in appeal.letters
    )
    return replace(appeal, copies=each(appeal.copies), letters=letters)


def offers(appeal: Appeal) -> list[Copy]:
    """The copies that its writer may send, each once."""
    return list(dict.fromkeys(one for one in appeal.every_copy if one.optional))


def label(copy: Copy) -> str:
    """How a copy is called: by name, else by address."""
    return copy.name or copy.email or copy.lookup or ", ".join(copy.post)


def _names(copy: Copy) -> list[str]:
    return [one.casefold() for one in (copy.email, label(copy)) if one]
