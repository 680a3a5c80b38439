"""Breaks in every zone from 1995 to 2040, against a watcher of the wall clock who knows nothing of the code.

The watcher looks every five minutes around each change of a zone's offset, and every minute on that day, since some
zones changed their clocks at a minute past midnight. All zones take minutes: `make test-long`.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, takewhile
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.domain.dates import Dates
from bot.domain.pauses import Pause
from bot.domain.schedules import Occurrence, Schedule, next_due_at, next_occurrence, occurrences

ZONES = sorted(available_timezones())
SAMPLE = ("Africa/Cairo", "America/Nuuk", "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/Berlin", "Pacific/Apia")
FIRST, LAST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2040, 12, 31, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the days in whose course a zone's offset changes."""
    day, before = FIRST, FIRST.astimezone(zone).utcoffset()
    while day < LAST:
        day += DAY
        offset = day.astimezone(zone).utcoffset()
        if offset != before:
            yield day - DAY
        before = offset


class Watcher:
    """Looks at the wall clock of a zone from five days before a day to six days after it."""

    def __init__(self, zone: ZoneInfo, day: datetime) -> None:
        minutes = [*range(-5 * 1440, 0, 5), *range(1440), *range(1440, 7 * 1440, 5)]
        self.instants: list[datetime] = [day + minute * MINUTE for minute in minutes]
        walls = [instant.astimezone(zone).replace(tzinfo=None) for instant in self.instants]
        self.dates = {wall.date() for wall in walls}
        self.latest = list(accumulate(walls, max))

    def due_at(self, day: date, at: time) -> datetime | None:
        """Tell when the clock first showed a time or something later; None where the date was never shown."""
        if day not in self.dates:
            return None
        return self.instants[bisect_left(self.latest, datetime.combine(day, at))]

    def expected(self, schedule: Schedule, after: datetime, until: datetime) -> list[Occurrence]:
        """List what is due in (after, until]: each time of each date that is served, once."""
        found: dict[datetime, date] = {}
        for day in sorted(self.dates)[1:-2]:
            for at in schedule.times:
                shown_on = day if at >= schedule.day_starts_at else day + DAY
                instant = self.due_at(shown_on, at) if is_served(schedule, day) else None
                if instant is not None and after < instant <= until:
                    found.setdefault(instant, day)
        return [Occurrence(instant, found[instant]) for instant in sorted(found)]


def is_served(schedule: Schedule, day: date) -> bool:
    if day.weekday() not in schedule.weekdays:
        return False
    if (schedule.starts_on and day < schedule.starts_on) or (schedule.ends_on and day > schedule.ends_on):
        return False
    return not any(off.first <= day <= (off.last or date.max) for off in schedule.days_off)


def some_schedule(chance: Random, zone: str, around: date) -> Schedule:
    grid = [time(hour, minute) for hour in range(24) for minute in range(0, 60, 5)]
    near = [around + number * DAY for number in range(-2, 3)]
    off = chance.choice(near)
    return Schedule(
        weekdays=frozenset(chance.sample(range(7), chance.choice((3, 7, 7)))),
        times=tuple(sorted({*chance.sample(grid, 3), chance.choice((time(0), time(2, 30), time(23, 30)))})),
        zone=zone,
        area="lower-back",
        day_starts_at=chance.choice((time(0), time(0), time(4))),
        days_off=(Dates(off, off + chance.choice((0, 1)) * DAY),) if chance.random() < 0.3 else (),
        starts_on=chance.choice(near) if chance.random() < 0.2 else None,
        ends_on=chance.choice(near) if chance.random() < 0.2 else None,
    )


def check(name: str, days: list[datetime], chance: Random) -> None:
    zone = ZoneInfo(name)
    for day in days:
        watcher = Watcher(zone, day)
        schedule = some_schedule(chance, name, day.date())
        after, until = day - 2 * DAY, day + 3 * DAY
        middle = after + chance.randrange(5 * 24 * 60) * MINUTE
        whole = list(takewhile(lambda each: each.due_at <= until, occurrences(schedule, after)))  # noqa: B023  # called before the loop goes on
        assert whole == watcher.expected(schedule, after, until), (schedule, day)
        second = list(takewhile(lambda each: each.due_at <= until, occurrences(schedule, middle)))  # noqa: B023  # called before the loop goes on
        assert [each for each in whole if each.due_at <= middle] + second == whole
        following = next_occurrence(schedule, middle)
        assert following is None or following.due_at > middle
        pause = Pause(after, middle)
        outside = [each.due_at for each in whole if each.due_at >= middle]
        if outside:
            assert next_due_at(schedule, after, [pause]) == outside[0]


@pytest.mark.parametrize("name", SAMPLE)
def test_around_some_changes_of_offset_each_time_is_served_when_the_clock_first_shows_it(name: str) -> None:
    chance = Random(name)  # noqa: S311  # the same cases in every run
    found = list(changes(ZoneInfo(name)))
    check(name, chance.sample(found, min(6, len(found))), chance)


@pytest.mark.long
@pytest.mark.parametrize("name", ZONES)
def test_around_every_change_of_offset_each_time_is_served_when_the_clock_first_shows_it(name: str) -> None:
    chance = Random(name)  # noqa: S311  # as above
    quiet = [FIRST + chance.randrange((LAST - FIRST).days) * DAY for _ in range(5)]
    check(name, [*changes(ZoneInfo(name)), *quiet], chance)
