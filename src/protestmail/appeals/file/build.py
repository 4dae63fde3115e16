"""A tree that the grammar has accepted becomes the records of ``protestmail.appeal``."""

from datetime import date
from typing import Any

from protestmail.appeals.appeal import (
    Action,
    Appeal,
    Attachment,
    Copy,
    Issuer,
    ModelLetter,
    Source,
    Target,
    Update,
)
from protestmail.appeals.channels import BY_HAND, CHANNELS
from protestmail.appeals.file.names import MAIN_LETTER, slug

_PLAIN = frozenset(
    "title status summary language outcome reference supersedes country background risk "
    "cc_once together".split()
)
_LISTS = frozenset(["topics", "demands", "guidance", "needs"])
_DATES = frozenset(["issued", "send_before", "closed"])


def appeal(tree: dict[str, Any], id_: str, file: str) -> Appeal:
    """Build the records; the tree's dates are known to be dates."""
    language = tree.get("language", "en")
    fields = {name: value for name, value in tree.items() if name in _PLAIN}
    fields |= {name: tuple(tree[name]) for name in _LISTS if name in tree}
    fields |= {name: date.fromisoformat(tree[name]) for name in _DATES if name in tree}
    return Appeal(
        id=id_,
        file=file,
        issued_by=Issuer(**_lines(tree["issued_by"], "post")),
        targets=tuple(target(item) for item in tree["targets"]),
        copies=copies(tree.get("cc", ())),
        letters=_letters(tree, language),
        sources=tuple(Source(**_dated(item)) for item in tree.get("sources", ())),
        updates=tuple(Update(**_dated(item)) for item in tree.get("updates", ())),
        actions=tuple(Action(**item) for item in tree.get("actions", ())),
        attachments=tuple(Attachment(**item) for item in tree.get("attachments", ())),
        **fields,
    )


def target(item: dict[str, Any]) -> Target:
    """Build one target; the id comes from its name, or its lookup, where it has none."""
    fields = _lines(item, *CHANNELS)
    fields.setdefault("id", slug(item.get("name") or item.get("lookup", "")))
    if "letter" in fields:
        said = fields["letter"]
        fields["letter"] = (said,) if isinstance(said, str) else tuple(said)
    if "checked" in fields:
        fields["checked"] = date.fromisoformat(fields["checked"])
    return Target(**fields)


def copies(items: Any) -> tuple[Copy, ...]:
    """Build a list of copies, each an address or a group of fields."""
    return tuple(
        Copy(email=item) if isinstance(item, str) else Copy(**_lines(item, *BY_HAND))
        for item in items
    )


def _letters(tree: dict[str, Any], language: str) -> tuple[ModelLetter, ...]:
    if "letter" in tree:
        return (ModelLetter(MAIN_LETTER, language, tree["subject"], tree["letter"]),)
    models = []
    for item in tree.get("letters", ()):
        fields = {"language": language, **item}
        if "cc" in fields:
            fields["copies"] = copies(fields.pop("cc"))
        fields["needs"] = tuple(fields.get("needs", ()))
        models.append(ModelLetter(**fields))
    return tuple(models)


def _lines(item: dict[str, Any], *names: str) -> dict[str, Any]:
    """Copy a group of fields, those named as tuples: a list, or the lines of a text."""
    fields = dict(item)
    for name in names:
        if name in fields:
            value = fields[name]
            fields[name] = tuple(value.split("\n") if isinstance(value, str) else value)
    return fields


def _dated(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name == "date" else value for name, value in item.items()
    }
