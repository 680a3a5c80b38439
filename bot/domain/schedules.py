"""When a channel's breaks are due: local times on the dates it serves, turned into UTC instants."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.dates import Dates
from bot.domain.holidays import is_holiday
from bot.domain.instants import local_date_of, local_instant, zone_named
from bot.domain.pauses import Pause

_AHEAD_OF_UTC = timedelta(hours=15)
"""More than any zone is ahead: no break of a local date is due earlier than this before the date begins in UTC."""

_SEARCH_DAYS = 70
"""Ten weeks in which a schedule surely comes round: two holidays may follow on one weekday, and Apia skipped a date."""

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Serves(StrEnum):
    """How a schedule chooses among its areas."""

    FIXED = "fixed"
    """Its one area, in the order of the routine."""
    ROTATION = "rotation"
    """One area a week, in turn."""
    MIX = "mix"
    """All its areas, shuffled."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel gets a break and what it serves.

    `weekdays` count from 0, Monday; `times` are local, sorted and distinct; `zone` is an IANA name. Times before
    `day_starts_at` belong to the date before. `area` is the id of the body area it serves, or the first of several.
    `holidays` is a country or a part of it ("DE-BY"), or empty. `starts_on` and `ends_on` are the first and the last
    date served. `whole_routine` serves a routine at a time instead of an exercise; the exercises in `left_out`, by
    their ids, never come. With a `routine_id` it serves that routine alone, and its areas once that is gone.
    """

    weekdays: frozenset[int]
    times: tuple[time, ...]
    zone: str
    area: str
    day_starts_at: time = time(0)
    paused: bool = False
    more_areas: tuple[str, ...] = ()
    serves: Serves = Serves.FIXED
    whole_routine: bool = False
    holidays: str = ""
    days_off: tuple[Dates, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    left_out: frozenset[str] = frozenset()
    routine_id: str = ""

    @property
    def areas(self) -> tuple[str, ...]:
        """All areas it serves, in the order of a rotation."""
        return (self.area, *self.more_areas)

    def serves_on(self, day: date) -> bool:
        """Tell whether breaks are due on a local date."""
        return day.weekday() in self.weekdays and not self.rests_on(day)

    def rests_on(self, day: date) -> bool:
        """Tell whether a local date is none of its days for a reason of its own: off, a holiday, too early or late."""
        return (
            (self.starts_on is not None and day < self.starts_on)
            or (self.ends_on is not None and day > self.ends_on)
            or any(day in off for off in self.days_off)
            or is_holiday(day, self.holidays)
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One due break: the UTC instant, and the channel's local date that it keeps for ever."""

    due_at: datetime
    local_date: date


def occurrences(schedule: Schedule, after: datetime) -> Iterator[Occurrence]:
    """Yield the schedule's occurrences later than `after` (UTC), soonest first, without end; none if it is paused."""
    if schedule.paused or not schedule.times:
        return
    zone = zone_named(schedule.zone)
    waiting: dict[datetime, Occurrence] = {}
    for day in _dates_served(schedule, after.astimezone(zone).date() - 2 * _DAY):
        earliest = datetime.combine(day, time(0), UTC) - _AHEAD_OF_UTC
        yield from _take_until(waiting, earliest)
        for occurrence in _occurrences_on(schedule, day, zone):
            if occurrence.due_at > after:
                # Where two dates meet at an instant, as in a gap over midnight, the earlier date has it.
                waiting.setdefault(occurrence.due_at, occurrence)
    yield from _take_until(waiting, _NEVER)


def _take_until(waiting: dict[datetime, Occurrence], instant: datetime) -> Iterator[Occurrence]:
    for due_at in sorted(waiting):
        if due_at < instant:
            yield waiting.pop(due_at)


def _dates_served(schedule: Schedule, first: date) -> Iterator[date]:
    day = max(first, schedule.starts_on or first)
    last = _search_until(schedule, day)
    while day <= last:
        if schedule.serves_on(day):
            yield day
            last = _search_until(schedule, day)
        day += _DAY


def _search_until(schedule: Schedule, day: date) -> date:
    """Name the date by which a schedule is served again after `day`, or never is."""
    off_until = max((off.last for off in schedule.days_off if off.last), default=day)
    last = min(max(day, off_until), date.max - (_SEARCH_DAYS + 1) * _DAY) + _SEARCH_DAYS * _DAY
    return last if schedule.ends_on is None else min(last, schedule.ends_on)


def _occurrences_on(schedule: Schedule, day: date, zone: ZoneInfo) -> Iterator[Occurrence]:
    for at in schedule.times:
        calendar_day = day if at >= schedule.day_starts_at else day + _DAY
        instant = local_instant(calendar_day, at, zone)
        if instant is not None:
            yield Occurrence(due_at=instant, local_date=day)


@lru_cache(maxsize=8192)  # many channels share their times, and a whole batch asks for the same instants
def next_occurrence(schedule: Schedule, after: datetime) -> Occurrence | None:
    """Find the first occurrence later than `after` (UTC), or None if there is none: paused, ended, no dates left."""
    return next(occurrences(schedule, after), None)


def next_due_at(schedule: Schedule, after: datetime, pauses: Iterable[Pause] = ()) -> datetime | None:
    """Find the first instant later than `after` (UTC) at which something is due outside the channel's pauses."""
    found = next_occurrence(schedule, after)
    while found is not None:
        pause = next((each for each in pauses if each.covers(found.due_at)), None)
        if pause is None:
            return found.due_at
        found = next_occurrence(schedule, pause.until - _MOMENT) if pause.until else None
    return None


def held_by(schedules: Iterable[Schedule], after: datetime, pauses: Sequence[Pause]) -> Pause | None:
    """Find the pause, the longest of them, in which what would come next after `after` (UTC) lies; None if in none."""
    for found in filter(None, (next_occurrence(each, after) for each in schedules)):
        holding = [each for each in pauses if each.covers(found.due_at)]
        if holding:
            return max(holding, key=lambda each: each.until or _NEVER)
    return None


def next_occurrences(
    schedules: Iterable[Schedule], after: datetime, count: int, pauses: Sequence[Pause] = ()
) -> list[Occurrence]:
    """List a channel's next breaks later than `after` (UTC), outside its pauses; schedules that meet give one."""
    return list(islice(_distinct(schedules, after, pauses), count))


def is_day_off(schedules: Iterable[Schedule], day: date) -> bool:
    """Tell whether a local date is a day off in a channel: those of its weekday rest on it, or all if none is of it."""
    going = [each for each in schedules if not each.paused]
    of_that_weekday = [each for each in going if day.weekday() in each.weekdays]
    return all(each.rests_on(day) for each in of_that_weekday or going)


def _distinct(schedules: Iterable[Schedule], after: datetime, pauses: Sequence[Pause]) -> Iterator[Occurrence]:
    going = [_outside(each, after, pauses) for each in schedules]
    latest = after
    for occurrence in merge(*going, key=lambda each: each.due_at):
        if occurrence.due_at > latest:
            latest = occurrence.due_at
            yield occurrence


def _outside(schedule: Schedule, after: datetime, pauses: Sequence[Pause]) -> Iterator[Occurrence]:
    while (due_at := next_due_at(schedule, after, pauses)) is not None:
        yield Occurrence(due_at, date_of_occurrence(schedule, due_at))
        after = due_at


def date_of_occurrence(schedule: Schedule, due_at: datetime) -> date:
    """Name the local date that a break due at `due_at` (UTC) serves; a gap over midnight makes it the date before."""
    found = next_occurrence(replace(schedule, paused=False) if schedule.paused else schedule, due_at - _MOMENT)
    if found is not None and found.due_at == due_at:
        return found.local_date
    return local_date_of(due_at, schedule.zone, schedule.day_starts_at)


def lies_around_midnight(times: Sequence[time]) -> bool:
    """Tell whether a day's times look like one night: some late in the evening, some early in the morning."""
    return any(at >= time(20) for at in times) and any(at < time(5) for at in times)


def pause(schedule: Schedule, *, paused: bool) -> Schedule:
    """Pause or resume a schedule."""
    return replace(schedule, paused=paused)
