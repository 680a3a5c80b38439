"""Where a person's numbers in a channel come from, day by day."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.breaks import DoneHow
from bot.domain.streaks import Mark, Progress
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
