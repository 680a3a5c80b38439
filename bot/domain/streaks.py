"""What a streak is: a left fold of (streak, reserve, best, days) over a person's break days."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache, reduce
from typing import NamedTuple

from bot.domain.aways import OwnDays

RESERVE_MAX = 10
"""A kept day adds 1 to the reserve, up to this."""

RESERVE_COST = 5
"""A missed break day costs this much reserve and is bridged; with less the streak ends."""

_EVERY_DAY = OwnDays()

_MOST_COVERED = RESERVE_MAX // RESERVE_COST

_FIRST_MILESTONES = (5, 10, 20, 30, 50, 75, 100)
_MILESTONE_STEP = 50


class Day(StrEnum):
    """How a break day counts for a person."""

    KEPT = "kept"
    MISSED = "missed"


class Streak(NamedTuple):
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


_NO_STREAK = Streak()


def keep(streak: Streak, days: int = 1) -> Streak:
    """Count kept break days, one after the other."""
    if not days:
        return streak
    current = streak.current + days
    return Streak(
        current=current,
        reserve=min(RESERVE_MAX, streak.reserve + days),
        best=max(streak.best, current),
        days=streak.days + days,
    )


def miss(streak: Streak) -> Streak:
    """Count one missed break day: bridged by the reserve, or the end of the streak."""
    if streak.reserve >= RESERVE_COST:
        return Streak(streak.current, streak.reserve - RESERVE_COST, streak.best, streak.days)
    return Streak(0, 0, streak.best, streak.days)


def fold(days: Iterable[Day], start: Streak = _NO_STREAK) -> Streak:
    """Fold break days, oldest first, into a streak."""
    return reduce(lambda streak, day: keep(streak) if day is Day.KEPT else miss(streak), days, start)


@dataclass(frozen=True, slots=True)
class History:
    """What a person's numbers in a channel are worked out from; all dates are local, in any order, also twice.

    `scheduled` are the channel's dates with a scheduled break posted on time, `unscheduled` those of other breaks that
    were posted: they count if kept and cost nothing if not. `kept` are the dates on which the person took part anywhere
    in the workspace, `first` is their first date in this channel.
    """

    scheduled: Collection[date]
    kept: Collection[date]
    first: date | None
    own: OwnDays = _EVERY_DAY
    unscheduled: Collection[date] = ()

    def own_days(self, today: date, since: date = date.min) -> dict[date, Day]:
        """Map a person's break days from a date on to how they count, oldest first, also those before `first`.

        `today` and what follows is not missed until it has ended. A day that was kept counts although it was excused.
        """
        found = {}
        for day, is_scheduled in _in_order(frozenset(self.scheduled), frozenset(self.unscheduled)):
            if day < since:
                continue
            if day in self.kept:
                found[day] = Day.KEPT
            elif is_scheduled and day < today and self.own.expects(day):
                found[day] = Day.MISSED
        return found

    def before(self, day: date) -> "History":
        """Leave out break days from `day` on."""
        return self._only(lambda each: each < day)

    def since(self, day: date) -> "History":
        """Leave out break days before `day`."""
        return self._only(lambda each: each >= day)

    def _only(self, wanted: Callable[[date], bool]) -> "History":
        return replace(
            self, scheduled=[*filter(wanted, self.scheduled)], unscheduled=[*filter(wanted, self.unscheduled)]
        )


@lru_cache(maxsize=64)  # a hundred people of one channel share its days
def _in_order(scheduled: frozenset[date], unscheduled: frozenset[date]) -> Sequence[tuple[date, bool]]:
    return [(day, day in scheduled) for day in sorted(scheduled | unscheduled)]


class Gap(NamedTuple):
    """Missed break days in a row, bridged or not: how many, the first and the last of them."""

    missed: int = 0
    first: date | None = None
    last: date | None = None

    def longer_by(self, day: date) -> "Gap":
        """Add one missed day."""
        return Gap(self.missed + 1, self.first or day, day)

    @property
    def days(self) -> tuple[date, ...]:
        """Name the days of a gap that a reserve can cover, which are two at most."""
        return tuple(dict.fromkeys(day for day in (self.first, self.last) if day))


_NO_GAP = Gap()


class Tally(NamedTuple):
    """The fold up to some date: the streak, the weeks in a row, the gap since the newest kept day, the one before it.

    Cut on a Monday, a fold goes on from its tally; `gap_before` alone is then forgotten.
    """

    streak: Streak = _NO_STREAK
    weeks: int = 0
    gap: Gap = _NO_GAP
    gap_before: Gap = _NO_GAP


class Checkpoint(NamedTuple):
    """A tally of all dates before `until`, a Monday, of somebody who took part before it."""

    until: date
    tally: Tally


def tally_of(history: History, today: date, start: Checkpoint | None = None) -> Tally:
    """Fold a history as of `today`; with a checkpoint, that of the dates from its `until` on."""
    days, first, before = _to_fold(history, today, start)
    if first is None:
        return before
    weeks = _fold_weeks(days, week_start(first), today, before.weeks)
    return _fold_days(days, first, before, weeks)


def streak_of(history: History, today: date, start: Checkpoint | None = None) -> Streak:
    """Fold the same, leaving out the weeks."""
    return streak_and_days(history, today, start)[0]


def streak_and_days(
    history: History, today: date, start: Checkpoint | None = None
) -> tuple[Streak, Mapping[date, Day]]:
    """Fold the same, and answer the break days it was folded from as well."""
    days, first, before = _to_fold(history, today, start)
    return before.streak if first is None else _fold_days(days, first, before, 0).streak, days


def _to_fold(history: History, today: date, start: Checkpoint | None) -> tuple[Mapping[date, Day], date | None, Tally]:
    if start is None:
        return history.own_days(today), history.first, Tally()
    return history.own_days(today, start.until), start.until, start.tally


def fold_up(history: History, until: date, start: Checkpoint | None = None) -> Checkpoint:
    """Fold all dates before `until`, a Monday, for good; with a checkpoint, those from its own `until` on."""
    tally = tally_of(history.before(until), until, start)
    return Checkpoint(until, tally._replace(gap_before=_NO_GAP))


def _fold_days(days: Mapping[date, Day], first: date, before: Tally, weeks: int) -> Tally:
    streak, gap, gap_before = before.streak, before.gap, _NO_GAP
    in_a_row = 0  # kept days that are not in the streak yet: most come in a row, and a year of them is a few steps
    for day, how in days.items():
        if day < first:
            continue
        if how is Day.KEPT:
            gap, gap_before = _NO_GAP, _NO_GAP if in_a_row else gap
            in_a_row += 1
        else:
            streak, gap = miss(keep(streak, in_a_row)), gap.longer_by(day)
            in_a_row = 0
    return Tally(keep(streak, in_a_row), weeks, gap, gap_before)


def _fold_weeks(days: Mapping[date, Day], since: date, today: date, weeks: int) -> int:
    """Count the weeks in a row, of those that have ended, in which half of the break days, rounded up, were kept.

    All of a week's break days count, also those before the first participation: else one more could lower the number.
    """
    kept: Counter[date] = Counter()
    due: Counter[date] = Counter()
    this_week = week_start(today)
    for day, how in days.items():
        week = week_start(day)
        if since <= week < this_week:
            due[week] += 1
            kept[week] += how is Day.KEPT
    for week in sorted(due):
        weeks = weeks + 1 if 2 * kept[week] >= due[week] else 0
    return weeks


class Mark(StrEnum):
    """What a day was for a person in a channel, as it is explained to them."""

    DONE = "done"
    EXTRA = "extra"
    """Done on a date without a break, which moves no streak."""
    RESERVE = "reserve"
    AWAY = "away"
    NOT_MINE = "not mine"
    OPEN = "open"
    """Not over yet."""
    NONE = "none"


def diary_of(history: History, today: date, start: Checkpoint | None = None) -> dict[date, Mark]:
    """Say of each day from a person's first one on what it was, oldest first; of what is folded it knows nothing."""
    first = start.until if start else history.first
    if first is None:
        return {}
    found, streak = {}, start.tally.streak if start else _NO_STREAK
    scheduled, breaks = set(history.scheduled), {*history.scheduled, *history.unscheduled}
    for day in sorted(day for day in breaks.union(history.kept) if day >= first):
        if day in history.kept:
            found[day] = Mark.DONE if day in breaks else Mark.EXTRA
            streak = keep(streak) if day in breaks else streak
        elif day in scheduled:
            found[day] = _mark_of(history.own, day, today, streak)
            streak = miss(streak) if found[day] in (Mark.RESERVE, Mark.NONE) else streak
    return found


def _mark_of(own: OwnDays, day: date, today: date, streak: Streak) -> Mark:
    if own.away_on(day):
        return Mark.AWAY
    if not own.works_on(day):
        return Mark.NOT_MINE
    if day >= today:
        return Mark.OPEN
    return Mark.RESERVE if streak.reserve >= RESERVE_COST else Mark.NONE


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a person stands in a channel: the streak, weeks in a row, and the dates a reserve day covered.

    `gap` are the missed break days before the newest kept day, and `covered` the same if they were bridged; `week` are
    the dates kept in one ISO week, as a rule that of `today`.
    """

    streak: Streak
    week: tuple[date, ...] = ()
    covered: tuple[date, ...] = ()
    gap: Gap = _NO_GAP
    weeks: int = 0


def progress_of(
    history: History, today: date, start: Checkpoint | None = None, *, week_of: date | None = None
) -> Progress:
    """Work out a person's progress in a channel as of `today`, and in the week of another date; see `tally_of`."""
    tally = tally_of(history, today, start)
    counts = start is not None or history.first is not None
    monday = week_start(week_of or today)
    next_monday = monday + timedelta(weeks=1)
    week = tuple(
        day
        for day, how in history.own_days(today).items()
        if counts and how is Day.KEPT and monday <= day < next_monday and _since_first(history, day)
    )
    bridged = tally.streak.current > 1 and tally.gap_before.missed <= _MOST_COVERED
    return Progress(
        streak=tally.streak,
        week=week,
        covered=tally.gap_before.days if bridged else (),
        gap=tally.gap_before,
        weeks=tally.weeks,
    )


def _since_first(history: History, day: date) -> bool:
    return history.first is None or day >= history.first


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


FIRST_MILESTONE = _FIRST_MILESTONES[0]


def kept_since(today: date, days: int) -> date:
    """Name the Monday from which on single participations are kept for `days` days; what came before is folded."""
    return week_start(today - timedelta(days=days))


def checkpoint_until(today: date) -> date:
    """Name the Monday before which dates are folded for good: that of the week before, so that all have closed."""
    return week_start(today) - timedelta(days=7)
