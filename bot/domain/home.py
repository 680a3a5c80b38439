"""What a person's Home tab shows: the channels they take part in, with today's break and their progress."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.aways import Away
from bot.domain.breaks import Break
from bot.domain.streaks import Progress
from bot.domain.workspaces import Channel, Member, ScheduleRecord
from routines.model import Exercise


@dataclass(frozen=True, slots=True)
class HomeChannel:
    """One channel on somebody's Home; `next_due_at` is UTC, `is_named` None if they were never asked."""

    channel: Channel
    progress: Progress
    is_named: bool | None
    open_break: Break | None
    exercise: Exercise | None
    is_done: bool
    next_due_at: datetime | None
    schedules: tuple[ScheduleRecord, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on somebody's Home; `today` is their own date, `aways` are the away days that are not over."""

    member: Member
    channels: tuple[HomeChannel, ...]
    today: date
    aways: tuple[Away, ...] = ()
