"""Who and where: workspaces, channels and members as frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.aways import Chosen
from bot.domain.choices import Shown
from bot.domain.instants import Place
from bot.domain.outbox import TOKEN_ERRORS
from bot.domain.schedules import Schedule

HOME_STAYS_OPEN = timedelta(hours=12)
"""After so long without a look nobody's Home is kept fresh."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack workspace and the app's own identity in it."""

    id: int
    team_id: str
    app_user_id: str
    app_bot_id: str


def is_direct(channel_slack_id: str) -> bool:
    """Tell whether a channel is a direct message, by its Slack id; a person's own id stands for theirs with the app."""
    return channel_slack_id.startswith(("D", "U", "W"))


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel; `zone` is an IANA name, `stopped_because` the Slack error that stopped its schedules.

    Before `day_starts_at` it is still the date before there.
    """

    id: int
    workspace_id: int
    slack_id: str
    name: str
    zone: str
    keeper_id: int | None
    stopped_because: str | None
    day_starts_at: time = time(0)

    @property
    def is_direct(self) -> bool:
        """Tell whether it is somebody's direct message with the app: a channel of one."""
        return is_direct(self.slack_id)

    @property
    def place(self) -> Place:
        """Give what its dates depend on."""
        return self.zone, self.day_starts_at


DEACTIVATED = "account_deactivated"
"""Why somebody's own breaks stop whose account was deactivated; a word of ours, for Slack has none for it."""


class Hindrance(StrEnum):
    """What keeps us from posting in a channel that is stopped."""

    GONE = "gone"
    """We were removed from it, or cannot see it any more."""
    ARCHIVED = "archived"
    FORBIDDEN = "forbidden"
    """Its settings do not let us post; Slack does not tell when they do again, so somebody has to say so."""
    TOKEN = "token"  # noqa: S105  # no token
    """Slack does not take our token, or the app was uninstalled."""
    DEACTIVATED = "deactivated"
    """They are somebody's own breaks whose account is deactivated."""


_HINDRANCES = {
    "not_in_channel": Hindrance.GONE,
    "channel_not_found": Hindrance.GONE,
    "is_archived": Hindrance.ARCHIVED,
    DEACTIVATED: Hindrance.DEACTIVATED,
} | dict.fromkeys((*TOKEN_ERRORS, "not_authed"), Hindrance.TOKEN)


def hindrance(stopped_because: str) -> Hindrance:
    """Tell what a channel waits for, by the error that stopped it."""
    return _HINDRANCES.get(stopped_because, Hindrance.FORBIDDEN)


class MemberKind(StrEnum):
    """What somebody is to a workspace. Everybody may take part; only full members set up and look after a channel."""

    FULL = "full"
    GUEST = "guest"
    STRANGER = "stranger"
    """Of another workspace, in a channel both share."""
    BOT = "bot"
    GONE = "gone"
    """Deactivated: nothing is said to them any more."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace; `zone` is an IANA name, `learned_at` (UTC) when Slack last told name and zone.

    `wants_stills` is their choice of pictures that do not move, `shown` what they want to be shown of exercises;
    `home_at` (UTC) is when they opened their Home last, and `direct_slack_id` names their direct messages with the app.
    `weekdays` are the working weekdays they chose, if they did.
    """

    id: int
    workspace_id: int
    slack_id: str
    name: str
    zone: str
    learned_at: datetime | None = None
    wants_stills: bool = False
    weekdays: Chosen = ()
    kind: MemberKind = MemberKind.FULL
    seated_first: bool = False
    no_equipment: bool = False
    home_at: datetime | None = None
    direct_slack_id: str = ""

    @property
    def shown(self) -> Shown:
        """Say what they want to be shown of exercises."""
        return Shown(self.seated_first, self.no_equipment)

    def has_home_open(self, now: datetime) -> bool:
        """Tell whether they looked at their Home in the hours before `now` (UTC), so that it may still be open."""
        return self.home_at is not None and now - self.home_at < HOME_STAYS_OPEN


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """A stored schedule; `version` grows with every edit, `next_due_at` (UTC) is None while it is paused."""

    id: int
    channel: Channel
    schedule: Schedule
    next_due_at: datetime | None
    version: int


class DueIn(NamedTuple):
    """A schedule, by its id, that is due in a channel.

    `silence_due_on` is the first local date on which the channel's breaks could have been unused for too long.
    """

    id: int
    channel_id: int
    silence_due_on: date | None


@dataclass(frozen=True, slots=True)
class DueAlike:
    """What is due at one instant (UTC) by schedules that say the same, of which there may be thousands."""

    schedule: Schedule
    due_at: datetime
    due: Sequence[DueIn]
