"""When a channel's breaks are due: local times on weekdays, turned into UTC instants across every DST change."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.errors import InvalidInput

MAX_TIMES = 12
"""Breaks a day a schedule may hold; above 4 the set-up warns."""

_SEARCH_DAYS = 16
"""Two weeks and two days: every weekday comes round, even where a zone skipped a date (Apia, 30 December 2011)."""

_NEAR_DAYS = 6
"""Most schedules are due again within a few days, weekends included; looking further costs time."""

_WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel gets a break and what it serves.

    `weekdays` count from 0, Monday; `times` are local, sorted and distinct; `zone` is an IANA name. Times before
    `day_starts_at` belong to the date before. `area` is the id of the body area it serves.
    """

    weekdays: frozenset[int]
    times: tuple[time, ...]
    zone: str
    area: str
    day_starts_at: time = time(0)
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One due break: the UTC instant, and the channel's local date that it keeps for ever."""

    due_at: datetime
    local_date: date


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Turn a local date and time into the UTC instant at which it is served, or None if the date does not exist.

    A time that DST skips becomes the first valid instant after the gap; one that it repeats, the first of the two.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    instant = wall.astimezone(UTC)
    back = instant.astimezone(zone)
    if back.replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    end_of_gap = _transition_between(wall.replace(fold=1).astimezone(UTC), instant, zone)
    before_and_after = (end_of_gap - timedelta(seconds=1), end_of_gap)
    exists = any(side.astimezone(zone).date() == day for side in before_and_after)
    return end_of_gap if exists else None


def _transition_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the second in which the zone's offset changes between two instants that lie on either side of it."""
    offset_after = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while low < high:
        middle = (low + high) // 2
        changed = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset_after
        low, high = (low, middle) if changed else (middle + 1, high)
    return before + timedelta(seconds=low)


def occurrences(schedule: Schedule, after: datetime) -> Iterator[Occurrence]:
    """Yield the schedule's occurrences later than `after` (UTC), soonest first, for two weeks; none while paused."""
    yield from _search(schedule, after, _SEARCH_DAYS)


def _search(schedule: Schedule, after: datetime, days: int) -> list[Occurrence]:
    """List the occurrences later than `after` on the local dates up to so many days from it, soonest first."""
    if schedule.paused:
        return []
    zone = ZoneInfo(schedule.zone)
    today = after.astimezone(zone).date()
    found: dict[datetime, Occurrence] = {}
    for offset in range(-2, days):
        for occurrence in _occurrences_on(schedule, today + timedelta(days=offset), zone):
            if occurrence.due_at > after:
                found.setdefault(occurrence.due_at, occurrence)
    return [found[instant] for instant in sorted(found)]


def _occurrences_on(schedule: Schedule, day: date, zone: ZoneInfo) -> Iterator[Occurrence]:
    if day.weekday() not in schedule.weekdays:
        return
    for at in schedule.times:
        calendar_day = day if at >= schedule.day_starts_at else day + timedelta(days=1)
        instant = local_instant(calendar_day, at, zone)
        if instant is not None:
            yield Occurrence(due_at=instant, local_date=day)


def next_occurrence(schedule: Schedule, after: datetime) -> Occurrence | None:
    """Find the first occurrence later than `after` (UTC), or None while the schedule is paused."""
    near = next(iter(_search(schedule, after, _NEAR_DAYS)), None)
    # Near the end of the search a later date could come first: a gap over midnight, a day that starts late.
    is_sure = near is not None and near.due_at < after + timedelta(days=_NEAR_DAYS - 3)
    return near if is_sure else next(occurrences(schedule, after), None)


def next_due_at(schedule: Schedule, after: datetime) -> datetime | None:
    """Find the first due instant later than `after` (UTC), or None while the schedule is paused."""
    following = next_occurrence(schedule, after)
    return following.due_at if following else None


def date_of_occurrence(schedule: Schedule, due_at: datetime) -> date:
    """Name the local date that a break due at `due_at` (UTC) serves; a gap over midnight makes it the date before."""
    found = next_occurrence(replace(schedule, paused=False), due_at - timedelta(seconds=1))
    if found is not None and found.due_at == due_at:
        return found.local_date
    return local_date_of(due_at, schedule.zone, schedule.day_starts_at)


def local_date_of(instant: datetime, zone: str, day_starts_at: time = time(0)) -> date:
    """Name the channel's local date at an instant: before `day_starts_at` it is still the date before."""
    wall = instant.astimezone(ZoneInfo(zone))
    return wall.date() if wall.time() >= day_starts_at else wall.date() - timedelta(days=1)


def end_of_date(day: date, zone: str, day_starts_at: time = time(0)) -> datetime:
    """Find the UTC instant at which a local date ends: when the next one that exists begins."""
    following = day + timedelta(days=1)
    instant = local_instant(following, day_starts_at, ZoneInfo(zone))
    return instant if instant is not None else end_of_date(following, zone, day_starts_at)


def next_exercise(exercises: Sequence[str], served: Sequence[str]) -> str:
    """Choose the exercise served longest ago, never-served ones first, in the file's order.

    `served` lists what this channel was served, oldest first; nothing repeats until all others have been served.
    """
    last_served = {exercise: position for position, exercise in enumerate(served)}
    return min(exercises, key=lambda exercise: last_served.get(exercise, -1))


def parse_times(text: str) -> tuple[time, ...]:
    """Read local times as people type them ("10:25, 14:55", "9.30 and 15"), sorted and distinct.

    Raises InvalidInput for the field "times" with an example.
    """
    words = [word for word in re.split(r"[\s,;]+|\band\b", text.strip().casefold()) if word]
    times = sorted({_parse_time(word) for word in words})
    if not times:
        raise InvalidInput("times", "Please give at least one time, such as 10:25.")
    if len(times) > MAX_TIMES:
        raise InvalidInput("times", f"That is {len(times)} times a day; {MAX_TIMES} is the most.")
    return tuple(times)


def _parse_time(word: str) -> time:
    match = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?", word)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004  # the clock's own limits
        raise InvalidInput("times", f"I couldn't read '{word[:20]}' as a time. Try 10:25, 14:55.")
    return time(hour, minute)


def parse_zone(text: str) -> str:
    """Accept an IANA time zone name; raises InvalidInput for the field "zone" with an example."""
    wanted = text.strip().replace(" ", "_")
    by_folded_name = {name.casefold(): name for name in available_timezones()}
    try:
        return by_folded_name[wanted.casefold()]
    except KeyError:
        raise InvalidInput("zone", f"I don't know the time zone '{text[:40]}'. Try Europe/Berlin.") from None


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
    names = [_WEEKDAY_NAMES[day] for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):  # noqa: PLR2004  # two days read better with "and"
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def times_in_words(times: Sequence[time]) -> str:
    """Say times as people do: "10:25", "10:25 and 14:55"."""
    texts = [at.strftime("%H:%M") for at in times]
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]


def pause(schedule: Schedule, *, paused: bool) -> Schedule:
    """Pause or resume a schedule."""
    return replace(schedule, paused=paused)
