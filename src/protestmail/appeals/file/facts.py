"""What a grammar cannot say: dates in order, names given once, references that hold."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from protestmail.appeals.file.mistakes import Mistake, Path
from protestmail.appeals.file.names import MAIN_LETTER, slug

_Tree = dict[str, Any]


def check(tree: _Tree) -> list[Mistake]:
    """All that is inconsistent in a tree that the grammar has accepted."""
    return [*_dates(tree), *_letters(tree), *_targets(tree), *_names(tree)]


def _dates(tree: _Tree) -> Iterator[Mistake]:
    places: list[Path] = [("issued",), ("send_before",), ("closed",)]
    for group, name in (("targets", "checked"), ("updates", "date"), ("sources", "date")):
        places += [(group, index, name) for index in range(len(tree.get(group, ())))]
    found = {path: text for path in places if (text := _at(tree, path)) is not None}
    days = {path: day for path, text in found.items() if (day := _day(text))}
    yield from (_no_day(path, found[path]) for path in found.keys() - days.keys())
    issued = days.get(("issued",))
    for name in ("send_before", "closed"):
        later = days.get((name,))
        if issued and later and later < issued:
            yield Mistake(
                (name,), f'"{name}" ({later}) lies before "issued" ({issued})', "check both dates"
            )


def _no_day(path: Path, text: str) -> Mistake:
    told = f'"{path[-1]}" is not a day of the calendar: {text}'
    return Mistake(path, told, "write year-month-day, such as 2026-11-01")


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        if isinstance(tree, dict) and step not in tree:
            return None
        tree = tree[step]
    return tree


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _letters(tree: _Tree) -> Iterator[Mistake]:
    seen: dict[tuple[str, str], int] = {}
    kinds: dict[str, str] = {}
    for index, item in enumerate(tree.get("letters", ())):
        name = item["id"], item.get("language", tree.get("language", "en"))
        if name in seen:
            told = f'there are two letters "{name[0]}" in the language {name[1]}'
            yield Mistake(("letters", index, "id"), told, "give one another id or language")
        kind = item.get("kind", "protest")
        if kinds.setdefault(name[0], kind) != kind:
            told = f'the letter "{name[0]}" is of two kinds: {kinds[name[0]]} and {kind}'
            yield Mistake(("letters", index, "id"), told, "versions of one letter share their kind")
        seen[name] = index


def _targets(tree: _Tree) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for index, item in enumerate(tree["targets"]):
        path: Path = ("targets", index)
        id_ = item.get("id") or slug(item.get("name") or item.get("lookup", ""))
        if not id_:
            told = f'no id can be made of the name "{item.get("name")}"'
            yield Mistake((*path, "name"), told, "add id: a short name in a-z, 0-9 and -")
        elif id_ in seen:
            told = f'the targets {seen[id_] + 1} and {index + 1} have the same id, "{id_}"'
            yield Mistake(path, told, "add id: to one of them")
        seen.setdefault(id_, index)
        yield from _salutation(item, path)
        yield from _letters_of(item, path, tree)
        if "lookup" in item and "email" in item:
            told = "a lookup stands in place of an address, and here are both"
            yield Mistake((*path, "lookup"), told, "keep one of them")


def _letters_of(item: _Tree, path: Path, tree: _Tree) -> Iterator[Mistake]:
    """What a target gets: letters that there are, one to be written and one to be spoken."""
    kinds = {one["id"]: one.get("kind", "protest") for one in tree.get("letters", ())}
    named = item.get("letter", [])
    named = [named] if isinstance(named, str) else named
    for id_ in named:
        if id_ not in (kinds or {MAIN_LETTER}):
            hint = f"the letters are {', '.join(sorted(kinds or {MAIN_LETTER}))}"
            yield Mistake((*path, "letter"), f'there is no letter "{id_}"', hint)
    for spoken in (True, False):
        same = [one for one in named if (kinds.get(one, "") == "phone") is spoken]
        if len(same) > 1:
            told = f"a target gets one {'call' if spoken else 'letter'}, and here are {len(same)}"
            yield Mistake((*path, "letter"), told, "keep one, and add a target for the other")


def _salutation(item: _Tree, path: Path) -> Iterator[Mistake]:
    said = str(item.get("salutation", ""))
    if "{{" in said or "{%" in said:
        told = "a salutation is written out, and has no blanks"
        yield Mistake((*path, "salutation"), told, "write it as it is to stand in the letter")


def _names(tree: _Tree) -> Iterator[Mistake]:
    """Names that stand in front of an address and must not pass for another one."""
    groups = [
        ("targets",),
        ("cc",),
        *(("letters", i, "cc") for i in range(len(tree.get("letters", ())))),
    ]
    for group in groups:
        for index, item in enumerate(_at(tree, group) or ()):
            yield from _name(item, (*group, index))


def _name(item: Any, path: Path) -> Iterator[Mistake]:
    if isinstance(item, dict) and "@" in item.get("name", ""):
        told = f'the name "{item["name"]}" could pass for an address'
        yield Mistake((*path, "name"), told, "write the name of the office")


def contact(item: _Tree, path: Path) -> list[Mistake]:
    """All that is wrong with one contact of the writer's, or of a directory, beyond its form."""
    checked = item.get("checked")
    undated = [_no_day((*path, "checked"), checked)] if checked and not _day(checked) else []
    return [*_name(item, path), *_salutation(item, path), *undated, *_dead(_emails_of(item, path))]


def addresses(tree: _Tree) -> list[Mistake]:
    """Every e-mail address that is none; apart from ``check``, since it may load the judge."""
    return list(_dead(_emails(tree)))


def _dead(emails: Iterable[tuple[Path, str]]) -> Iterator[Mistake]:
    from protestmail import address  # noqa: PLC0415  a list does not look so closely

    for path, text in emails:
        try:
            address.parse(text)
        except address.BadAddress as why:
            yield Mistake(path, str(why), _listed(path, why.several) or why.hint)


def _listed(path: Path, several: Sequence[str]) -> str:
    """How several addresses are written where one text holds them all."""
    every = ", ".join(several)
    if not several or path[0] == "issued_by":
        return ""
    if isinstance(path[-1], int):
        return f"write each as an entry of its own: {every}"
    return f"write a copy for each: {every}" if "cc" in path else f"write email: [{every}]"


def _emails(tree: _Tree) -> Iterator[tuple[Path, str]]:
    if "email" in tree["issued_by"]:
        yield ("issued_by", "email"), tree["issued_by"]["email"]
    for index, item in enumerate(tree["targets"]):
        yield from _emails_of(item, ("targets", index))
    yield from _copies(tree, ())
    for index, item in enumerate(tree.get("letters", ())):
        yield from _copies(item, ("letters", index))


def _emails_of(item: _Tree, path: Path) -> Iterator[tuple[Path, str]]:
    value = item.get("email", [])
    if isinstance(value, str):
        yield (*path, "email"), value
    else:
        yield from (((*path, "email", number), text) for number, text in enumerate(value))


def _copies(tree: _Tree, path: Path) -> Iterator[tuple[Path, str]]:
    for index, item in enumerate(tree.get("cc", ())):
        if isinstance(item, str):
            yield (*path, "cc", index), item
        elif "email" in item:
            yield (*path, "cc", index, "email"), item["email"]
