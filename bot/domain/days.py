"""Where a person's numbers in a channel come from, day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.breaks import DoneHow
from bot.domain.dates import Dates
from bot.domain.streaks import Checkpoint, History, Mark, Progress, Streak, streak_of
from bot.domain.workspaces import Channel


@dataclass(frozen=True, slots=True)
class DayStory:
    """A day: its mark if there was a break or something done, how it was done, breaks that we missed (UTC)."""

    day: date
    mark: Mark | None
    done: tuple[DoneHow, ...] = ()
    missed_by_us: tuple[datetime, ...] = ()
    is_holiday: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """A person's numbers in a channel, and the days behind them, the newest first."""

    channel: Channel
    progress: Progress
    days: tuple[DayStory, ...]


class Verdict(StrEnum):
    """What one date counted for a person in a channel, and why."""

    KEPT = "kept"
    EXTRA = "extra"
    """Done on a date without a break, which moves no streak."""
    RESERVE = "reserve"
    MISSED = "missed"
    AWAY = "away"
    NOT_MINE = "not mine"
    OPEN = "open"
    BEFORE_FIRST = "before first"
    """There was a break, before they took part for the first time."""
    UNSCHEDULED = "unscheduled"
    """The only break was sent by hand, or found in Slack later: it costs nothing."""
    MISSED_BY_US = "missed by us"
    HOLIDAY = "holiday"
    NO_BREAK = "no break"
    OLDER = "older"
    """Folded for good: single days are not kept so long."""


_VERDICTS = {
    Mark.DONE: Verdict.KEPT,
    Mark.EXTRA: Verdict.EXTRA,
    Mark.RESERVE: Verdict.RESERVE,
    Mark.NONE: Verdict.MISSED,
    Mark.AWAY: Verdict.AWAY,
    Mark.NOT_MINE: Verdict.NOT_MINE,
    Mark.OPEN: Verdict.OPEN,
}


@dataclass(frozen=True, slots=True)
class OneDay:
    """One date of a person in a channel: what it counted, and the streak before and after it.

    `away` are the away days that hold it, `weekdays` the working weekdays in force on it, None for all.
    """

    channel: Channel
    story: DayStory
    verdict: Verdict
    before: Streak
    after: Streak
    away: Dates | None
    weekdays: frozenset[int] | None


def one_day(
    channel: Channel, history: History, story: DayStory, today: date, start: Checkpoint | None = None
) -> OneDay:
    """Say what a date counted for a person; `history` is whole, `today` their date that has not ended yet.

    Where its first rows are gone, `start` is what is folded of them for good, all that is known of an older date.
    """
    return OneDay(
        channel=channel,
        story=story,
        verdict=Verdict.OLDER if start and story.day < start.until else _verdict(history, story, today),
        before=_streak_before(history, story.day, today, start),
        after=_streak_before(history, story.day + timedelta(days=1), today, start),
        away=history.own.away_on(story.day),
        weekdays=history.own.weekdays_on(story.day),
    )


def _streak_before(history: History, day: date, today: date, start: Checkpoint | None) -> Streak:
    return streak_of(history.before(day), min(day, today), start)


def _verdict(history: History, story: DayStory, today: date) -> Verdict:
    if story.mark is not None:
        return _VERDICTS[story.mark]
    if story.day in history.scheduled:
        return Verdict.BEFORE_FIRST
    if story.day in history.unscheduled:
        return Verdict.UNSCHEDULED
    if story.missed_by_us:
        return Verdict.MISSED_BY_US
    if story.is_holiday:
        return Verdict.HOLIDAY
    return Verdict.OPEN if story.day >= today else Verdict.NO_BREAK
