"""Reads what operators type: weekdays, areas and Slack's ids; what cannot be read raises InvalidInput."""

import re

from bot.domain.errors import InvalidInput
from bot.domain.schedules import parse_weekdays
from routines.catalogue import Catalogue
from routines.model import Routine

_WHOLE = {"weekdays": range(5), "weekend": range(5, 7), "daily": range(7), "everyday": range(7)}
_SHORTEST = 3


def read_weekdays(text: str) -> frozenset[int]:
    """Read weekdays: "mon-fri", "mon,wed", "weekdays", "daily", full names too, in a range also over Sunday."""
    days: list[int] = []
    for word in filter(None, re.split(r"[\s,;]+", text.strip().casefold())):
        first, dash, last = word.partition("-")
        if word in _WHOLE:
            days.extend(_WHOLE[word])
        elif dash:
            start, end = _day(first), _day(last)
            days.extend(day % 7 for day in range(start, end + 1 if end >= start else end + 8))
        else:
            days.append(_day(word))
    return parse_weekdays(days)


def _day(word: str) -> int:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    found = [day for day, name in enumerate(names) if len(word) >= _SHORTEST and name.startswith(word)]
    if not found:
        raise InvalidInput("days", f"I couldn't read '{word[:20]}' as a weekday. Try mon-fri, or mon,wed,fri.")
    return found[0]


def read_area(text: str, catalogue: Catalogue) -> str:
    """Read a body area that breaks are served from, by any name that its routines go by."""
    found = catalogue.find(text)
    if isinstance(found, Routine) and found.area in catalogue.areas:
        return found.area
    known = ", ".join(area.value for area in catalogue.areas)
    guess = None if found else catalogue.nearest(text)
    hint = f"Did you mean {guess}? " if guess else ""
    raise InvalidInput("area", f"I don't know the area '{text[:20]}'. {hint}There are: {known}.")


def read_channel(text: str) -> str:
    """Read a channel's Slack id."""
    if not re.fullmatch(r"[CGD][A-Z0-9]{2,30}", text.strip()):
        hint = "It looks like C0123ABCD; Slack shows it at the end of the channel's details."
        raise InvalidInput("channel", f"'{text[:20]}' is not a channel's id. {hint}")
    return text.strip()


def read_team(text: str) -> str:
    """Read a workspace's Slack id."""
    if not re.fullmatch(r"T[A-Z0-9]{2,30}", text.strip()):
        raise InvalidInput("team", f"'{text[:20]}' is not a workspace's id. It looks like T0123ABCD.")
    return text.strip()
