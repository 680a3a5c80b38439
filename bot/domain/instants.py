"""Local dates and times as UTC instants and back, across every change of a zone's offset."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

Place = tuple[str, time]
"""What a channel's dates depend on: its zone, and when its day begins there."""

zone_named = cache(ZoneInfo)
"""Zones by their IANA names: Python itself keeps eight, and reads the others from their files again and again."""


def earliest(*instants: datetime | None) -> datetime | None:
    """Find the first of several instants; None where there are none."""
    return min((instant for instant in instants if instant is not None), default=None)


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


def local_date_of(instant: datetime, zone: str, day_starts_at: time = time(0)) -> date:
    """Name the local date at an instant: before `day_starts_at` it is still the date before."""
    wall = instant.astimezone(zone_named(zone))
    return wall.date() if wall.time() >= day_starts_at else wall.date() - timedelta(days=1)


@lru_cache(maxsize=4096)  # what is settled together is of one date, in few zones
def start_of_date(day: date, zone: str, day_starts_at: time = time(0)) -> datetime:
    """Find the UTC instant at which a local date begins; one that does not exist begins with the next that does."""
    instant = local_instant(day, day_starts_at, zone_named(zone))
    return instant if instant is not None else start_of_date(day + timedelta(days=1), zone, day_starts_at)


def end_of_date(day: date, zone: str, day_starts_at: time = time(0)) -> datetime:
    """Find the UTC instant at which a local date ends: when the next one that exists begins."""
    return start_of_date(day + timedelta(days=1), zone, day_starts_at)
