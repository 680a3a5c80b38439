"""The few rules, each a function of a value and its place, from which every shape of Block Kit is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse: where it is (a JSON pointer, RFC 6901) and why (a sentence)."""

    pointer: str
    reason: str


Rule = Callable[[Any, str], Iterator[Problem]]
Check = Callable[[dict[str, Any], str], Iterator[Problem]]

_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
}


def kind_of(value: Any) -> str:
    """Name a JSON value's kind for a sentence."""
    return _KINDS.get(type(value), "null")


def at(pointer: str, key: object) -> str:
    """Give the JSON pointer of a key or an index inside another (RFC 6901 escapes ~ and /)."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def string(most: int | None = None, *, empty: bool = False, like: str = "", called: str = "") -> Rule:
    """Want a string of 1 (`empty`: 0) to `most` characters that wholly matches the pattern `like`."""
    pattern = re.compile(like, re.ASCII) if like else None

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(pointer, f"This must be a string, not {kind_of(value)}.")
        elif not value and not empty:
            yield Problem(pointer, "This must not be empty.")
        elif most is not None and len(value) > most:
            yield Problem(pointer, f"This must have no more than {most} characters; it has {len(value)}.")
        elif pattern and not pattern.fullmatch(value):
            yield Problem(pointer, f"This must be {called}.")

    return rule


def boolean(value: Any, pointer: str) -> Iterator[Problem]:
    """Want true or false."""
    if not isinstance(value, bool):
        yield Problem(pointer, f"This must be a boolean, not {kind_of(value)}.")


def integer(least: int | None = None, most: int | None = None) -> Rule:
    """Want a whole number from `least` to `most`."""

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(pointer, f"This must be a whole number, not {kind_of(value)}.")
        elif least is not None and value < least:
            yield Problem(pointer, f"This must be {least} or more.")
        elif most is not None and value > most:
            yield Problem(pointer, f"This must be {most} or less.")

    return rule


def number(*, above: float | None = None) -> Rule:
    """Want a finite number, greater than `above`."""

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield Problem(pointer, f"This must be a number, not {kind_of(value)}.")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Problem(pointer, "This must be a finite number.")
        elif above is not None and value <= above:
            yield Problem(pointer, f"This must be greater than {above}.")

    return rule


def one_of(*allowed: str) -> Rule:
    """Want one of a few strings."""

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, str) or value not in allowed:
            yield Problem(pointer, f"This must be one of: {', '.join(allowed)}.")

    return rule


def items(each: Rule, least: int = 0, most: int | None = None, *, unique: bool = False) -> Rule:
    """Want a list of `least` to `most` items, each following one rule."""

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(pointer, f"This must be a list, not {kind_of(value)}.")
            return
        if len(value) < least:
            yield Problem(pointer, f"This must have {least} or more items; it has {len(value)}.")
        if most is not None and len(value) > most:
            yield Problem(pointer, f"This must have {most} or fewer items; it has {len(value)}.")
        problems = [found for index, item in enumerate(value) for found in each(item, at(pointer, index))]
        yield from problems
        # Only strings are ever asked to be unique, and only sound ones can be compared.
        if unique and not problems and len(set(value)) < len(value):
            yield Problem(pointer, "This must not hold the same item twice.")

    return rule


def shape(kind: str, required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *checks: Check) -> Rule:
    """Want an object with these fields and no others; `checks` compare fields once each of them is sound.

    `kind` is the object's `type`; an object without one has the kind "".
    """
    fields: dict[str, Rule] = {**required, **(optional or {})}
    needed = list(required)
    if kind:
        fields, needed = {"type": one_of(kind), **fields}, ["type", *needed]

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(pointer, f"This must be an object, not {kind_of(value)}.")
            return
        problems = [Problem(pointer, f"The required field {key} is missing.") for key in needed if key not in value]
        problems += [Problem(pointer, f"There is no field {str(key)[:40]} here.") for key in value if key not in fields]
        for key, field in fields.items():
            if key in value:
                problems += field(value[key], at(pointer, key))
        yield from problems
        if not problems:
            for check in checks:
                yield from check(value, pointer)

    return rule


def tagged(kinds: Mapping[str, Rule], noun: str) -> Rule:
    """Want an object whose `type` is one of these kinds, and then what that kind wants."""

    def rule(value: Any, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(pointer, f"This must be an object, not {kind_of(value)}.")
        elif "type" not in value:
            yield Problem(pointer, "The required field type is missing.")
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            named = value["type"][:40] if isinstance(value["type"], str) else kind_of(value["type"])
            yield Problem(at(pointer, "type"), f"{named} is not a {noun} for this place ({', '.join(kinds)}).")
        else:
            yield from kinds[value["type"]](value, pointer)

    return rule


def some_of(*keys: str) -> Check:
    """Want at least one of these fields."""

    def check(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
        if not any(key in value for key in keys):
            yield Problem(pointer, f"At least one of {', '.join(keys)} is required.")

    return check


def exactly_one_of(*keys: str) -> Check:
    """Want one of these fields and not two."""

    def check(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
        if sum(key in value for key in keys) != 1:
            yield Problem(pointer, f"Exactly one of {', '.join(keys)} is required.")

    return check


def ordered(low: str, high: str) -> Check:
    """Want one field's number not above another's, where both are given."""

    def check(value: dict[str, Any], pointer: str) -> Iterator[Problem]:
        if low in value and high in value and value[low] > value[high]:
            yield Problem(at(pointer, low), f"{low} must not be greater than {high}.")

    return check
