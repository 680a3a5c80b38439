"""The weekly board: the team's totals, and the standings of those who asked to be named, equals sharing a rank."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.instants import local_instant
from bot.domain.streaks import is_milestone

MIN_NAMED = 3
"""Standings appear when at least this many people asked to be named; fewer would single people out."""

MAX_RANKS = 10
"""Ranks shown, ties whole; the rest is a number."""


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """When a channel's board is due, for the ISO week that ended: a weekday from 0, Monday, and a local time."""

    is_on: bool = True
    weekday: int = 0
    at: time = time(9)


class Performance(NamedTuple):
    """A person's week: `current` and `best` are break days in a row, `kept` of `due` break days this week."""

    name: str
    current: int
    best: int
    kept: int
    due: int


class Standing(NamedTuple):
    """A row of the board: equal streaks share a rank (1, 2, 2, 4)."""

    rank: int
    name: str
    current: int
    best: int
    kept: int
    every_day: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What a channel's board says about one ISO week; `week` is its Monday; totals run oldest first.

    `best_before` is the best week before those in `weekly_totals`, or 0.
    """

    week: date
    breaks_done: int
    people: int
    break_days: int
    standings: tuple[Standing, ...]
    more: int
    weekly_totals: tuple[tuple[date, int], ...]
    missed_by_us: tuple[datetime, ...] = ()
    best_before: int = 0
    holidays: tuple[date, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is none to show: no break day, or nobody took part."""
        return not self.break_days or not self.breaks_done

    @property
    def reached(self) -> tuple[tuple[str, int], ...]:
        """Name who of those shown reached a milestone in the week, and which."""
        return tuple(
            (each.name, days)
            for each in self.standings
            for days in range(each.current, max(0, each.current - each.kept), -1)
            if is_milestone(days)
        )

    @property
    def week_end(self) -> date:
        """Name the Sunday of the week."""
        return self.week + timedelta(days=6)

    @property
    def best(self) -> int:
        """Name how many breaks were done in the best week so far, be it this one or one before the chart."""
        return max(self.breaks_done, self._best_earlier)

    @property
    def is_best_week(self) -> bool:
        """Tell whether the week equals or beats every earlier one, of which there must be some."""
        return not self.is_first_week and self.breaks_done == self.best

    @property
    def is_first_week(self) -> bool:
        """Tell whether nothing was done before this week."""
        return not self._best_earlier

    @property
    def _best_earlier(self) -> int:
        return max([self.best_before, *(done for week, done in self.weekly_totals if week < self.week)])


@dataclass(frozen=True, slots=True)
class Figures:
    """What a board says of one ISO week as of some moment, without names: `performances` are by member id.

    `week` is its Monday; totals run oldest first; `best_before` is the best week before those, or 0.
    """

    week: date
    breaks_done: int
    people: int
    break_days: int
    weekly_totals: tuple[tuple[date, int], ...]
    missed_by_us: tuple[datetime, ...] = ()
    best_before: int = 0
    holidays: tuple[date, ...] = ()
    performances: Mapping[int, Performance] = field(default_factory=dict)

    def show(self, names: Mapping[int, str]) -> Board:
        """Make the board of them, on which those stand who are named by member id; they rank among themselves."""
        named = [each._replace(name=names[key]) for key, each in self.performances.items() if key in names]
        standings, more = rank(named)
        return Board(
            week=self.week,
            breaks_done=self.breaks_done,
            people=self.people,
            break_days=self.break_days,
            standings=standings,
            more=more,
            weekly_totals=self.weekly_totals,
            missed_by_us=self.missed_by_us,
            best_before=self.best_before,
            holidays=self.holidays,
        )


def rank(performances: Sequence[Performance]) -> tuple[tuple[Standing, ...], int]:
    """Rank named people by days in a row, ties equal and whole; answers the standings and how many more there are.

    Only people with a kept day this week and a running streak stand: nobody is shown with a zero. Fewer than three of
    them give no standings at all.
    """
    standing = [each for each in performances if _stands(each)]
    if len(standing) < MIN_NAMED:
        return (), 0
    ordered = sorted(standing, key=lambda each: (-each.current, each.name.casefold()))
    ranks = {each.current: place for place, each in reversed([*enumerate(ordered, 1)])}
    shown = tuple(
        Standing(ranks[each.current], each.name, each.current, each.best, each.kept, each.kept >= each.due)
        for each in ordered
        if ranks[each.current] <= MAX_RANKS
    )
    return shown, len(ordered) - len(shown)


def _stands(performance: Performance) -> bool:
    return performance.kept > 0 and performance.current > 0


def own_rank(own: Performance, listed: Collection[Performance]) -> int | None:
    """Find the rank that somebody has or would have among those listed; None where either would not stand."""
    standing = [each for each in listed if _stands(each)]
    if len(standing) < MIN_NAMED or not _stands(own):
        return None
    return 1 + sum(each.current > own.current for each in standing)


@dataclass(frozen=True, slots=True)
class Record:
    """A named person's all time: `best` break days in a row, `days` kept altogether."""

    name: str
    best: int
    days: int


def rank_all_time(records: Sequence[Record]) -> tuple[tuple[tuple[int, Record], ...], int]:
    """Rank named people by their best, then by days, equals whole; answers (rank, record) and how many more there are.

    Fewer than three give none.
    """
    standing = sorted((each for each in records if each.best), key=lambda e: (-e.best, -e.days, e.name.casefold()))
    if len(standing) < MIN_NAMED:
        return (), 0
    ranked = [(1 + sum((other.best, other.days) > (e.best, e.days) for other in standing), e) for e in standing]
    shown = tuple(row for row in ranked if row[0] <= MAX_RANKS)
    return shown, len(ranked) - len(shown)


def next_board_at(after: datetime, zone: str, plan: BoardPlan) -> datetime | None:
    """Find the next instant (UTC) later than `after` at which a board is due; None for a channel that wants none."""
    if not plan.is_on:
        return None
    day = after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while True:
        if day.weekday() == plan.weekday:
            instant = local_instant(day, plan.at, ZoneInfo(zone))
            if instant is not None and instant > after:
                return instant
        day += timedelta(days=1)


def board_at(day: date, zone: str, plan: BoardPlan) -> datetime:
    """Find the instant (UTC) at which a board that was put off to a local date is due."""
    instant = local_instant(day, plan.at, ZoneInfo(zone))
    return instant if instant is not None else board_at(day + timedelta(days=1), zone, plan)
