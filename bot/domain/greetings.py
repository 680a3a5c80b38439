"""How the app greets a channel, and introduces the breaks that somebody set up there."""

from dataclasses import dataclass
from datetime import time, timedelta

from bot.domain.schedules import Schedule
from bot.domain.workspaces import ScheduleRecord
from routines.model import Area

GREET_WITHIN = timedelta(hours=1)
"""A greeting later than this after the invitation would come out of nowhere."""

INTRODUCE_WITHIN = timedelta(days=1)
"""An introduction that could not be posted for a day has been overtaken by the breaks themselves."""


def usual(zone: str) -> Schedule:
    """Give the breaks a channel gets unless somebody chooses others: weekdays, twice, lower back, in a zone (IANA)."""
    return Schedule(frozenset(range(5)), (time(10, 25), time(14, 55)), zone, Area.LOWER_BACK)


@dataclass(frozen=True, slots=True)
class Hello:
    """What a channel reads when the app was invited; the breaks offered are in the zone of who invited it.

    `inviter_name` is empty where Slack does not say who it was.
    """

    channel_slack_id: str
    inviter_name: str
    offered: Schedule


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a channel is told about its breaks and who set them up; `message_ts` is the greeting that becomes it.

    `reactions` are the names of the emoji that count. Without records there are no breaks any more.
    """

    channel_slack_id: str
    records: tuple[ScheduleRecord, ...]
    keeper_name: str
    reactions: tuple[str, ...]
    message_ts: str | None = None
