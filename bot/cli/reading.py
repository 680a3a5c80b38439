"""Reads what operators type: schedules, areas and Slack's ids; what cannot be read raises InvalidInput."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.dates import parse_date, parse_dates, parse_days_off
from bot.domain.errors import InvalidInput
from bot.domain.holidays import parse_region
from bot.domain.instants import local_instant
from bot.domain.schedules import Schedule, Serves
from bot.domain.times import parse_time, parse_times, parse_weekdays, parse_zone
from routines.catalogue import Catalogue
from routines.model import Exercise, Routine

_WHOLE = {"weekdays": range(5), "weekend": range(5, 7), "daily": range(7), "everyday": range(7)}
_SHORTEST = 3
_DAY = timedelta(days=1)
_A_YEAR_BACK = 365


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


def read_areas(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Read one or several body areas, parted by commas, each once."""
    return tuple(dict.fromkeys(read_area(word, catalogue) for word in text.split(",")))


def read_exercises(text: str, catalogue: Catalogue) -> frozenset[str]:
    """Read the names of exercises, parted by commas, or "none"; raises InvalidInput for "leave_out"."""
    words = [] if text.strip().casefold() == "none" else [word for word in text.split(",") if word.strip()]
    found = {word.strip(): catalogue.find(word) for word in words}
    for word, exercise in found.items():
        if not isinstance(exercise, Exercise):
            guess = catalogue.nearest(word)
            hint = f" Did you mean {guess}?" if guess else ""
            raise InvalidInput("leave_out", f"I don't know the exercise '{word[:40]}'.{hint}")
    return frozenset(exercise.id for exercise in found.values() if exercise is not None)


def read_routine(text: str, catalogue: Catalogue) -> str:
    """Read the routine that a schedule serves alone, by any name it goes by, or "none"."""
    found = catalogue.find(text)
    if text.strip().casefold() == "none":
        return ""
    if isinstance(found, Routine):
        return found.id
    known = ", ".join(routine.id for routine in catalogue.routines)
    raise InvalidInput("only", f"I don't know the routine '{text[:40]}'. There are: {known}.")


def read_serves(text: str) -> Serves:
    """Read how a schedule chooses among its areas."""
    try:
        return Serves(text.strip().casefold())
    except ValueError:
        raise InvalidInput("serve", f"I don't know '{text[:20]}'. There are: {', '.join(Serves)}.") from None


def read_changes(
    before: Schedule, catalogue: Catalogue, today: date, options: Mapping[str, str | bool | None]
) -> Schedule:
    """Apply what was typed to a schedule, by its option's name; what was not typed stays."""
    typed: dict[str, Any] = {name: text for name, text in options.items() if text is not None}
    readers: dict[str, Callable[[str], Any]] = {
        "days": read_weekdays,
        "times": parse_times,
        "zone": parse_zone,
        "serve": read_serves,
        "holidays": parse_region,
        "leave_out": lambda text: read_exercises(text, catalogue),
        "only": lambda text: read_routine(text, catalogue),
        "days_off": lambda text: parse_days_off(text, today),
        "from": lambda text: parse_date(text, today, "from"),
        "to": lambda text: parse_date(text, today, "to"),
        "day_starts": lambda text: parse_time(text, "day_starts"),
    }
    fields = {
        "days": "weekdays",
        "serve": "serves",
        "leave_out": "left_out",
        "only": "routine_id",
        "from": "starts_on",
        "to": "ends_on",
        "day_starts": "day_starts_at",
    }
    read = {fields.get(name, name): readers[name](typed[name]) for name in readers if name in typed}
    if "areas" in typed:
        read["area"], *more = read_areas(typed["areas"], catalogue)
        read["more_areas"] = tuple(more)
        read.setdefault("serves", Serves.ROTATION if more else Serves.FIXED)
    if "routine" in typed:
        read["whole_routine"] = typed["routine"]
    after = replace(before, **read)
    if after.ends_on and after.starts_on and after.ends_on < after.starts_on:
        raise InvalidInput("to", "The last day comes before the first.")
    return after


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


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date and time that was typed, and the instant (UTC) at which a break of that time is served."""

    day: date
    at: time
    instant: datetime


def read_moment(text: str, zone: str, now: datetime) -> Moment:
    """Read a moment: "10:25", "yesterday 10:25", "Friday 10:25", "20 Nov 10:25", "2026-11-20 10:25", in a zone.

    A time alone, and one on a weekday, is the last that has passed at `now` (UTC). Raises InvalidInput for "time".
    """
    *words, clock = re.sub(r"(?<=\d)[Tt](?=\d)", " ", text).split() or [""]
    try:
        at = parse_time(clock)
        days = _days_meant(" ".join(words).casefold(), now.astimezone(ZoneInfo(zone)).date())
    except (InvalidInput, OverflowError):
        example = f"Try 10:25, yesterday 10:25, Friday 10:25, or {now:%Y-%m-%d} 10:25."
        raise InvalidInput("time", f"I couldn't read '{text[:40]}' as a date and time. {example}") from None
    found = [Moment(day, at, instant) for day in days if (instant := local_instant(day, at, ZoneInfo(zone)))]
    if not found:
        raise InvalidInput("time", f"There is no {days[0]} in {zone}: its calendar left that date out.")
    return next((each for each in found if each.instant <= now), found[-1])


def read_day(text: str, today: date, field: str) -> date:
    """Read a date: "2026-11-20", "20 Nov", "yesterday", "Friday" for the last one; raises InvalidInput for `field`."""
    try:
        return _days_meant(text.strip().casefold() or "no date", today)[0]
    except (InvalidInput, OverflowError):
        example = f"Try {today}, 20 Nov, yesterday or Friday."
        raise InvalidInput(field, f"I couldn't read '{text[:40]}' as a date. {example}") from None


def _days_meant(words: str, today: date) -> list[date]:
    """List the dates that are meant, the best first: the next is taken where a date's moment is still to come."""
    if not words:
        return [today, today - _DAY]
    if words == "yesterday":
        return [today - _DAY]
    if words.replace("last ", "").isalpha() and words not in ("today", "now", "tomorrow"):
        ago = (today.weekday() - _day(words.removeprefix("last "))) % 7
        return [today - ago * _DAY, today - (ago + 7) * _DAY]
    dates = parse_dates(words, today, back=_A_YEAR_BACK)
    if dates.first != dates.last:
        raise InvalidInput("time", "That is more than one date.")
    return [dates.first]
