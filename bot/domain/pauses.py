"""Times in which a channel gets nothing: for today, for a while, or because nobody used its breaks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

SILENT_AFTER = 10
"""Break days in a row that nobody used, after which a channel's breaks pause by themselves."""


class PausedBecause(StrEnum):
    """Why a channel is paused."""

    TODAY = "today"
    """Somebody there wanted none for the rest of the day."""
    KEEPER = "keeper"
    """Its keeper or an admin wanted none for a while."""
    SILENT = "silent"
    """Nobody had used its breaks for ten break days."""
    AWAY = "away"
    """They are somebody's own breaks, and that person is away."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in [since, until) (UTC) in which nothing is due in a channel; `until` is None for good."""

    since: datetime
    until: datetime | None
    why: PausedBecause = PausedBecause.KEEPER

    def covers(self, instant: datetime) -> bool:
        """Tell whether an instant (UTC) lies in the pause."""
        return self.since <= instant and (self.until is None or instant < self.until)


@dataclass(frozen=True, slots=True)
class FellSilent:
    """What a channel is told when its breaks paused by themselves."""

    channel_slack_id: str


def silence_due_on(day: date, unused: int) -> date:
    """Name the first date on which a channel could have fallen silent, with so many unused break days before `day`."""
    return day + timedelta(days=SILENT_AFTER - unused)
