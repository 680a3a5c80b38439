"""Times of day, weekdays and zones, as people type them and as they are said."""

import re
from collections.abc import Sequence
from datetime import time
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from bot.domain.errors import InvalidInput

MAX_TIMES = 12
"""Breaks a day a schedule may hold."""

MANY_TIMES = 4
"""Breaks a day above which people are warned: more are easily felt as nagging."""

_HALF_OF_DAY = re.compile(r"(?<=\d)\s*([ap])\.?m\b\.?")
"""The am or pm of a time, in any of its spellings."""

_CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def parse_times(text: str) -> tuple[time, ...]:
    """Read local times as people type them ("10:25, 14:55", "9.30 and 15", "10 am, 2:55 p.m."), sorted and distinct.

    Raises InvalidInput for the field "times" with an example, also where one time has am or pm and another lacks it.
    """
    joined = _HALF_OF_DAY.sub(r"\1m", text.strip().casefold())
    words = [word for word in re.split(r"[\s,;]+|\band\b", joined) if word]
    has_halves = any(word.endswith(("am", "pm")) for word in words)
    times = sorted({_parse_time(word, needs_half=has_halves) for word in words})
    if not times:
        raise InvalidInput("times", "Please give at least one time, such as 10:25.")
    if len(times) > MAX_TIMES:
        raise InvalidInput("times", f"That is {len(times)} times a day; {MAX_TIMES} is the most.")
    return tuple(times)


def _parse_time(word: str, *, needs_half: bool) -> time:
    match = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?([ap]m)?", word)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    half, is_of_twelve = match and match[3], hour in range(1, 13)
    if hour > 23 or minute > 59 or (half and not is_of_twelve):  # noqa: PLR2004  # the clock's own limits
        raise InvalidInput("times", f"I couldn't read '{word[:20]}' as a time. Try 10:25, 14:55.")
    if half:
        return time(hour % 12 + (12 if half == "pm" else 0), minute)
    if needs_half and is_of_twelve:
        raise InvalidInput("times", f"Is '{word}' am or pm? Try 10:25 am, 2:55 pm.")
    return time(hour, minute)


def parse_zone(text: str) -> str:
    """Accept an IANA time zone name, or its city alone; raises InvalidInput for "zone", which names the nearest."""
    wanted = "_".join(text.casefold().split()).replace("_/_", "/")
    zones = _zones_by_name()
    if wanted in zones:
        return zones[wanted]
    near = get_close_matches(wanted, zones, n=1, cutoff=0.7)
    example = f"Did you mean {zones[near[0]]}?" if near else "Try Europe/Berlin, or the name of a large city near you."
    raise InvalidInput("zone", f"I don't know the time zone '{text.strip()[:40]}'. {example}")


@cache
def _zones_by_name() -> dict[str, str]:
    """Map folded names to zones: full names, and cities that are in one zone alone."""
    names = sorted(available_timezones())
    cities = [(name.rsplit("/", 1)[-1].casefold(), name) for name in names if name.split("/")[0] in _CONTINENTS]
    of_city = dict(reversed(cities))
    twice = {city for city, name in cities if of_city[city] != name}
    return {city: name for city, name in of_city.items() if city not in twice} | {
        each.casefold(): each for each in names
    }


def parse_weekdays(numbers: Sequence[int]) -> frozenset[int]:
    """Accept weekdays counted from 0, Monday; raises InvalidInput for the field "weekdays" when there is none."""
    weekdays = frozenset(number for number in numbers if number in range(7))
    if not weekdays:
        raise InvalidInput("weekdays", "Please choose at least one weekday.")
    return weekdays


def weekdays_in_words(weekdays: frozenset[int]) -> str:
    """Say weekdays as people do: "weekdays", "every day", "Monday and Thursday", "Monday to Wednesday"."""
    days = sorted(weekdays)
    if days == list(range(5)):
        return "weekdays"
    if days == list(range(7)):
        return "every day"
    names = [WEEKDAY_NAMES[day] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):  # noqa: PLR2004  # two days read better with "and"
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def times_in_words(times: Sequence[time]) -> str:
    """Say times as people do: "10:25", "10:25 and 14:55"."""
    texts = [at.strftime("%H:%M") for at in times]
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]


def parse_time(text: str, field: str = "times") -> time:
    """Read one local time; raises InvalidInput for `field` with an example."""
    times = parse_times(text)
    if len(times) > 1:
        raise InvalidInput(field, "Please give one time, such as 04:00.")
    return times[0]


def zone_in_words(zone: str) -> str:
    """Say a zone by its city: "Berlin"."""
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
