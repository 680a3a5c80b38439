"""What a person's Home tab shows: the channels they take part in, with today's break and their progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.aways import Away
from bot.domain.breaks import Break
from bot.domain.doses import Offer
from bot.domain.streaks import Mark, Progress
from bot.domain.workspaces import Channel, Member, ScheduleRecord
from routines.model import Exercise


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """A person's progress in a channel, what its days were as of `today`, and whether they are named on its board.

    `is_named` is None if they were never asked.
    """

    channel: Channel
    progress: Progress
    is_named: bool | None
    diary: Mapping[date, Mark]
    today: date


@dataclass(frozen=True, slots=True)
class HomeChannel:
    """One channel on somebody's Home; `next_due_at` is UTC."""

    standing: ChannelProgress
    open_break: Break | None
    exercise: Exercise | None
    is_done: bool
    next_due_at: datetime | None
    schedules: tuple[ScheduleRecord, ...]

    @property
    def channel(self) -> Channel:
        """The channel itself."""
        return self.standing.channel


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on somebody's Home; `today` is their own date, `aways` are the away days that are not over.

    `doses` are what they may choose for the next time, of the exercises of which they have a dose of their own.
    `granted` are the scopes that the workspace granted, for keepers alone, who see what does not work without one.
    """

    member: Member
    channels: tuple[HomeChannel, ...]
    today: date
    aways: tuple[Away, ...] = ()
    doses: tuple[Offer, ...] = ()
    granted: frozenset[str] = frozenset()
