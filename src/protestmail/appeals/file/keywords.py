"""The keywords of the schema that judge one value by itself: a closure each, worded for people."""

import re
from collections.abc import Callable
from typing import Any

from protestmail.appeals.file.mistakes import (
    KINDS,
    WORDS,
    Link,
    Mistake,
    did_you_mean,
    kind_of,
    name_of,
    unlink,
    wrong_type,
)
from protestmail.appeals.file.reading import Cut

Check = Callable[[Any, Link, list[Mistake]], None]


class Probe(list[Mistake]):
    """Where nobody will read the mistakes, so that none need be worded."""


def _type(wanted: str, schema: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if KINDS[type(value)] != wanted:
            out.append(wrong_type(value, link, [wanted], schema.get("description", "")))

    return check


def _enum(allowed: list[str], schema: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if value not in allowed:
            if type(out) is Probe:
                return out.append(Mistake((), ""))
            shown = f'"{value}"' if isinstance(value, str) else WORDS[kind_of(value)]
            hint = schema.get("x-hint") or did_you_mean(value, allowed)
            hint = hint or f"it is one of {', '.join(allowed)}"
            out.append(Mistake(unlink(link), f"{name_of(link)} cannot be {shown}", hint))
        return None

    return check


def _pattern(pattern: str, schema: dict[str, Any]) -> Check:
    problem, hint = schema["x-problem"], schema.get("x-hint", "")

    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if isinstance(value, str) and value and not re.search(pattern, value):
            several = "\n" in value and schema.get("x-free-text") and "maxLength" in schema
            told, way = ("has several lines", "write it in one") if several else (problem, hint)
            out.append(Mistake(unlink(link), f"{name_of(link)} {told}", way))
        elif value == "" and "minLength" not in schema:
            out.append(Mistake(unlink(link), f"{name_of(link)} is empty", hint))

    return check


def _minlength(least: int, schema: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if isinstance(value, str) and len(value) < least:
            empty = "is empty" if not value else schema.get("x-problem", "is too short")
            out.append(
                Mistake(unlink(link), f"{name_of(link)} {empty}", "fill it in or take it out")
            )

    return check


def _maxlength(most: int, _: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if isinstance(value, str) and len(value) > most:
            out.append(Mistake(unlink(link), f"{name_of(link)} is longer than {most} characters"))

    return check


def _minitems(least: int, schema: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if type(value) is list and len(value) < least:
            hint = schema.get("description", "fill it in or take it out")
            out.append(Mistake(unlink(link), f"{name_of(link)} is an empty list", hint))

    return check


def _maxitems(most: int, _: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if type(value) is list and len(value) > most:
            out.append(Mistake(unlink(link), f"{name_of(link)} holds more than {most} entries"))

    return check


def _dependentrequired(needs: dict[str, list[str]], _: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if type(value) is dict:
            for name, others in needs.items():
                for other in others:
                    if name in value and other not in value:
                        told = f'"{name}" stands here without "{other}"'
                        out.append(
                            Mistake(
                                (*unlink(link), name),
                                told,
                                f"add {other}",
                                at_key=True,
                                value_holds=True,
                            )
                        )

    return check


def _minproperties(least: int, _: dict[str, Any]) -> Check:
    def check(value: Any, link: Link, out: list[Mistake]) -> None:
        if type(value) is dict and len(value) < least:
            out.append(Mistake(unlink(link), f"{name_of(link)} has nothing in it"))

    return check


KEYWORDS: dict[str, Callable[[Any, dict[str, Any]], Check]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "minLength": _minlength,
    "maxLength": _maxlength,
    "minItems": _minitems,
    "maxItems": _maxitems,
    "dependentRequired": _dependentrequired,
    "minProperties": _minproperties,
}


def quick(schema: dict[str, Any], check: Check) -> Check:
    """Let a text that has nothing wrong pass in one step; the rest is for ``check`` to word."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 30)
    search: Callable[[str], Any] | None = None

    def quick(value: Any, link: Link, out: list[Mistake]) -> None:
        nonlocal search
        if search is None:  # most lists need few of the patterns
            search = re.compile(schema.get("pattern", "")).search
        if type(value) is str and least <= len(value) <= most and search(value):
            return
        check(value, link, out)

    return quick


def uncut(value: Any, link: Link, out: list[Mistake]) -> None:
    """Refuse prose that YAML has cut off at a comment."""
    if type(value) is Cut:
        told = f"{name_of(link)} is cut off at its #, which starts a comment"
        out.append(Mistake(unlink(link), told, "put the whole value in quotes"))
