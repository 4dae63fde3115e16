"""How one appeal looks, in full."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from protestmail.appeals.channels import WORDS
from protestmail.appeals.shelf import missed
from protestmail.commands import to_type
from protestmail.screen.output import Screen

if TYPE_CHECKING:
    from protestmail.appeals.appeal import Appeal, Copy, Target
    from protestmail.appeals.library import Headline
    from protestmail.letters.tasks import Task


def show_appeal(
    screen: Screen, appeal: "Appeal", today: date, newer: "Headline | None" = None
) -> None:
    """Show all that an appeal says, and which ``newer`` one follows it up."""
    if screen.piped:
        for record in _records(appeal):
            screen.record(*record)
        if newer:
            screen.record("followed up by", newer.id, newer.status)
        return
    if appeal.stop_action:
        screen.prose(f"STOP ACTION: {appeal.stop_action}", 0, "bold red", hang=2)
    screen.prose(appeal.title, style="bold")
    screen.prose(_standing(appeal, today), state=appeal.status)
    if newer:
        told = f"followed up by {newer.id} ({newer.status}): {to_type('show', newer.id)}"
        screen.prose(told, style="bold")
    outcome = "" if appeal.stop_action else appeal.outcome  # it stands above
    for name, text in (("Outcome", outcome), ("Risk", appeal.risk)):
        _section(screen, name, [text] if text else [], "bold red")
    _matter(screen, appeal)
    _targets(screen, appeal.targets)
    _copies(screen, appeal)
    _section(screen, "Attached", [_attachment(one) for one in appeal.attachments])
    _section(screen, "Issuer", _issuer(appeal))
    _section(screen, "Letters", [*map(_letter_line, appeal.letters), *_versions(appeal)], hang=2)
    _section(screen, "What else to do", [action_line(one) for one in appeal.actions], hang=2)
    _section(screen, "Since then", [f"{one.date}: {one.text}" for one in appeal.updates])
    _section(screen, "Sources", [_source(one) for one in appeal.sources])


def show_record(
    screen: Screen, appeal: "Appeal", done: "Sequence[Task]", left: "Sequence[Task]"
) -> None:
    """Show what its writer has done of an appeal, and what is left to do."""
    if screen.piped:
        for name, those in (("done", done), ("left", left)):
            for one in those:
                screen.record(name, one.told)
        return
    _section(screen, "What you have done", [one.told for one in done], hang=2)
    _section(screen, "What is left", [one.told for one in left], hang=2)
    if left:
        screen.line(to_type("answer", appeal.id), indent=2)


def show_case(screen: Screen, appeal: "Appeal", today: date) -> None:
    """Show what its writer needs to know before the first question."""
    screen.prose(appeal.title, style="bold")
    screen.prose(_standing(appeal, today), state=appeal.status)
    _section(screen, "Risk", [appeal.risk] if appeal.risk else [], "bold red")
    _matter(screen, appeal)
    screen.line()


def _matter(screen: Screen, appeal: "Appeal") -> None:
    """What it is about, what is asked, and the advice."""
    _section(screen, "The case", [f"{appeal.summary}\n\n{appeal.background}".strip()])
    _section(screen, "Demands", [f"{n}. {one}" for n, one in enumerate(appeal.demands, 1)], hang=3)
    _section(screen, "Guidance", [f"- {one}" for one in appeal.guidance], hang=2)


def _standing(appeal: "Appeal", today: date) -> str:
    facts = [appeal.status, f"issued {appeal.issued} by {appeal.issued_by.name}"]
    facts += [f"followed as {appeal.campaign}"] if appeal.campaign else []
    if appeal.send_before:
        over = " (over)" if appeal.overdue(today) else ""
        facts.append(f"letters until {appeal.send_before}{over}")
    facts += [f"closed {appeal.closed}"] if appeal.closed else []
    facts += [f"follows up {appeal.supersedes}"] if appeal.supersedes else []
    facts += [", ".join(appeal.topics)] if appeal.topics else []
    others = appeal.country, appeal.reference, missed(appeal.campaign, appeal.unheard)
    return " · ".join([*facts, *filter(None, others)])


def _attachment(one: Any) -> str:
    return f"{one.file} ({one.title})" if one.title else str(one.file)


def _issuer(appeal: "Appeal") -> list[str]:
    """How to reach whoever answers for the appeal."""
    one = appeal.issued_by
    ways = [one.email, one.url, ", ".join(one.post), one.phone]
    return [f"{one.name}: {'; '.join(way for way in ways if way)}"] if any(ways) else []


def _section(
    screen: Screen, name: str, texts: Sequence[str], style: str = "bold", hang: int = 0
) -> None:
    if texts:
        screen.line()
        screen.line(name, style)
        for text in texts:
            screen.prose(text, 2, hang=hang)


def _targets(screen: Screen, targets: "Sequence[Target]") -> None:
    if targets:
        screen.line()
        screen.line("Targets", "bold")
    for one in targets:
        screen.prose(f"{who(one)} [{one.id}]", 2, hang=2)
        for name, value in _ways(one):
            if name in {WORDS["email"], WORDS["web"]}:
                screen.labelled(name, value, indent=4)
            else:
                screen.prose(f"{name}: {value}", 4, hang=2)


def who(target: "Target") -> str:
    """Name a target, with the role and organisation that its name does not say."""
    parts = [target.name or target.lookup, target.role, target.organisation]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _ways(one: "Target") -> Iterable[tuple[str, str]]:
    from protestmail import address  # noqa: PLC0415  not for a list

    for name in one.channels:
        values = getattr(one, name)
        if name in {"post", "lookup"}:
            yield WORDS[name], values if isinstance(values, str) else ", ".join(values)
            continue
        for value in values:
            yield WORDS[name], address.parse(value).shown if name == "email" else value
    missing = f"it depends on where you live: {to_type('contacts', 'add', one.lookup)}"
    facts = {
        "for the attention of": one.attention,
        "note": one.note,
        "letter": ", ".join(one.letter),
        "looked up": one.source and f"{one.lookup}, from {one.source}",
        "missing": missing if "lookup" in one.channels else "",
        "checked": str(one.checked or ""),
        "do not write": one.do_not_write,
    }
    yield from ((name, text) for name, text in facts.items() if text)


def _copies(screen: Screen, appeal: "Appeal") -> None:
    if appeal.copies:
        screen.line()
        screen.line("Copies" + (" (with the first letter only)" if appeal.cc_once else ""), "bold")
    for one in appeal.copies:
        where, _, extras = copy_line(one).partition(" (")
        screen.labelled("copy", where, indent=2)
        if extras:
            screen.prose(f"({extras}", 4)


def copy_line(one: "Copy") -> str:
    """One copy with its address, and what is special about it."""
    from protestmail import address  # noqa: PLC0415  not for a list

    extras = [*["optional"] * one.optional, *filter(None, [one.why])]
    extras += [f"{one.lookup}, from {one.source}"] if one.source else []
    ways = [f"by {WORDS[way]}: {', '.join(getattr(one, way))}" for way in one.by_hand]
    where = ", ".join(ways) or "no address for a copy"
    where = f"to look up: {one.lookup}" if one.lookup and not one.source else where
    named = ", ".join(filter(None, (one.name, where)))
    if one.email:
        shown = address.parse(one.email).shown
        named = f"{one.name} <{shown}>" if one.name else shown
    return f"{named} ({'; '.join(extras)})" if extras else named


def _letter_line(one: Any) -> str:
    kind = "" if one.kind == one.id else f"{one.kind}, "
    needs = f"; needs {', '.join(one.needs)}" if one.needs else ""
    return f"{one.id} ({kind}{one.language}): {one.subject}{needs}"


def _versions(appeal: "Appeal") -> Iterable[str]:
    """How one of several languages is chosen."""
    there = list(dict.fromkeys(one.language for one in appeal.letters))
    if len(there) > 1:
        choose = to_type("answer", appeal.id, "--language", there[1])
        yield f"in {', '.join(there)}; to choose one: {choose}"


def action_line(one: Any) -> str:
    """One thing to do besides writing, with when and where."""
    details = [part for part in (one.when, one.where, one.url) if part]
    return f"{one.kind}: {one.text}" + (f" ({'; '.join(details)})" if details else "")


def _source(one: Any) -> str:
    return ", ".join(str(part) for part in (one.title, one.date, one.url) if part)


def _records(appeal: "Appeal") -> Iterable[tuple[object, ...]]:
    """The same for programs: a line a fact, its name first."""
    heard = ("stop action", "stop_action"), ("followed as", "campaign"), ("stale", "unheard")
    yield from ((name, value) for name, key in heard if (value := getattr(appeal, key)))
    for name in (
        "id title status issued send_before closed outcome reference supersedes country language "
        "risk summary background"
    ).split():
        if value := getattr(appeal, name):
            yield name, value
    yield "issued_by", *(_issuer(appeal) or [appeal.issued_by.name])
    yield from (("attachment", one.file, one.title) for one in appeal.attachments)
    for name in ("demands", "guidance", "topics"):
        yield from ((name.removesuffix("s"), one) for one in getattr(appeal, name))
    for target in appeal.targets:
        ways: list[tuple[str, ...]] = [*_ways(target)] or [()]
        yield from (("target", target.id, who(target), *way) for way in ways)
    yield from (("copy", copy_line(one)) for one in appeal.copies)
    yield from (("letter", _letter_line(one)) for one in appeal.letters)
    yield from (("action", action_line(one)) for one in appeal.actions)
    yield from (("update", one.date, one.text) for one in appeal.updates)
    yield from (("source", _source(one)) for one in appeal.sources)


def appeal_json(appeal: "Appeal", newer: "Headline | None" = None) -> dict[str, Any]:
    """The keys of ``show --json``: the file's, all filled in, and the appeal that follows it up."""
    data: dict[str, Any] = _plain(appeal)
    data["cc"] = data.pop("copies")
    for one in data["targets"]:  # as in the file: one by itself, several in a list
        one["letter"] = one["letter"] if len(one["letter"]) > 1 else "".join(one["letter"])
    for one in data["letters"]:
        one["cc"] = one.pop("copies")
        del one["skeleton"]
    heard = {"source": data.pop("campaign"), "unheard": data.pop("unheard")}
    return {"version": 1, "appeal": data, "followed_up_by": newer.id if newer else ""} | heard


def _plain(value: Any) -> Any:
    """Turn records into dictionaries, all the way down."""
    if hasattr(value, "_asdict"):
        return {name: _plain(below) for name, below in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(below) for below in value]
    return value
