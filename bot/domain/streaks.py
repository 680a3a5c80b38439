"""What a streak is: a left fold of (streak, reserve, best, days) over a person's break days."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from itertools import takewhile

RESERVE_MAX = 10
"""A kept day adds 1 to the reserve, up to this."""

RESERVE_COST = 5
"""A missed break day costs this much reserve and is bridged; with less the streak ends."""

_FIRST_MILESTONES = (5, 10, 20, 30, 50, 75, 100)
_MILESTONE_STEP = 50


class Day(StrEnum):
    """How a break day counts for a person."""

    KEPT = "kept"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Streak:
    """The state of the fold: break days in a row, the reserve bank, the best streak, and days kept altogether."""

    current: int = 0
    reserve: int = 0
    best: int = 0
    days: int = 0

    @property
    def reserve_days(self) -> int:
        """Say how many missed break days the reserve still covers."""
        return self.reserve // RESERVE_COST

    @property
    def days_to_next_reserve(self) -> int | None:
        """Say after how many kept days there is one reserve day more; None when the bank is full."""
        return None if self.reserve >= RESERVE_MAX else RESERVE_COST - self.reserve % RESERVE_COST


def keep(streak: Streak) -> Streak:
    """Count one kept break day."""
    current = streak.current + 1
    return Streak(
        current=current,
        reserve=min(RESERVE_MAX, streak.reserve + 1),
        best=max(streak.best, current),
        days=streak.days + 1,
    )


def miss(streak: Streak) -> Streak:
    """Count one missed break day: bridged by the reserve, or the end of the streak."""
    if streak.reserve >= RESERVE_COST:
        return replace(streak, reserve=streak.reserve - RESERVE_COST)
    return replace(streak, current=0, reserve=0)


def fold(days: Iterable[Day], start: Streak = Streak()) -> Streak:  # frozen
    """Fold break days, oldest first, into a streak."""
    return reduce(lambda streak, day: keep(streak) if day is Day.KEPT else miss(streak), days, start)


def break_days(scheduled: Collection[date], kept: Collection[date], *, first: date, today: date) -> Iterator[Day]:
    """List a person's break days from their first participation on, oldest first.

    `scheduled` are the channel's dates with a scheduled break posted on time, `kept` the dates on which the person took
    part, `first` their first date in this channel. `today`, a local date, is not missed until it has ended.
    """
    for day in sorted({day for day in scheduled if day >= first}):
        if day in kept:
            yield Day.KEPT
        elif day < today:
            yield Day.MISSED


def streak_of(scheduled: Collection[date], kept: Collection[date], *, first: date | None, today: date) -> Streak:
    """Work out a person's streak in a channel as of `today`, a local date; see `break_days`."""
    if first is None:
        return Streak()
    return fold(break_days(scheduled, kept, first=first, today=today))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a person stands in a channel: the streak, and the dates they kept or a reserve day covered.

    `covered` are the missed break days just before the newest kept day that the reserve bridged; `gap` counts the
    missed break days before it, bridged or not; `week` are the dates kept in the ISO week of `today`.
    """

    streak: Streak
    week: tuple[date, ...]
    covered: tuple[date, ...] = ()
    gap: int = 0


def progress_of(scheduled: Collection[date], kept: Collection[date], *, first: date | None, today: date) -> Progress:
    """Work out a person's progress in a channel as of `today`; arguments as for `break_days`."""
    streak = streak_of(scheduled, kept, first=first, today=today)
    days = sorted({day for day in scheduled if first is not None and day >= first})
    week = tuple(day for day in days if day in kept and week_start(day) == week_start(today))
    newest = max((day for day in days if day in kept), default=None)
    if newest is None:
        return Progress(streak, week)
    before = [day for day in days if day < newest]
    missed = list(takewhile(lambda day: day not in kept, reversed(before)))
    covered = tuple(reversed(missed)) if streak.current > 1 else ()
    return Progress(streak, week, covered, len(missed))


def is_milestone(current: int) -> bool:
    """Tell whether a streak has just reached 5, 10, 20, 30, 50, 75, 100 or every 50 beyond."""
    return current in _FIRST_MILESTONES or (current > _FIRST_MILESTONES[-1] and current % _MILESTONE_STEP == 0)


def next_milestone(current: int) -> int:
    """Name the milestone after `current` days in a row."""
    return next(
        (milestone for milestone in _FIRST_MILESTONES if milestone > current),
        (current // _MILESTONE_STEP + 1) * _MILESTONE_STEP,
    )


def week_start(day: date) -> date:
    """Name the Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())
