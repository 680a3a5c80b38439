"""A host's worth of channels, each with a schedule, of which some are due at one instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from bot.store.engine import open_sync_engine
from bot.store.migrations import upgrade
from bot.store.tables import ChannelRow, ScheduleRow, WorkspaceRow

DUE_AT = datetime(2026, 3, 3, 9, 25, tzinfo=UTC)
"""The minute in question, a Tuesday."""

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Athens",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Los_Angeles",
    "Africa/Cairo",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many breaks are due at one instant, out of how many schedules, and how many a workspace has of these."""

    due: int
    schedules: int
    per_workspace: int = 10

    def __str__(self) -> str:
        return f"{self.due:,} of {self.schedules:,}"


def each_schedule(size: Size, due_at: datetime = DUE_AT) -> Iterator[tuple[int, str, datetime]]:
    """Yield number, zone and next due instant; those that are due lie scattered among the others."""
    every = size.schedules // size.due
    for number, zone in enumerate(islice(cycle(ZONES), size.schedules)):
        is_due = number % every == 0 and number < every * size.due
        yield number, zone, due_at if is_due else due_at + timedelta(days=1, minutes=number % 1000)


def fill(url: str, size: Size, due_at: datetime = DUE_AT) -> None:
    """Create Limber's tables in an empty database and fill them."""
    upgrade(url)
    with open_sync_engine(url).begin() as connection:
        _insert_workspaces(connection, size)
        schedules = list(each_schedule(size, due_at))
        connection.execute(insert(ChannelRow), [_channel(number, zone, size) for number, zone, _ in schedules])
        connection.execute(insert(ScheduleRow), [_schedule(*each) for each in schedules])


def _insert_workspaces(connection: Connection, size: Size) -> None:
    count = -(-size.schedules // size.per_workspace)
    connection.execute(
        insert(WorkspaceRow),
        [{"team_id": f"T{number}", "name": "", "app_user_id": "", "app_bot_id": ""} for number in range(count)],
    )


def _channel(number: int, zone: str, size: Size) -> dict[str, object]:
    return {
        "workspace_id": number // size.per_workspace + 1,
        "slack_id": f"C{number}",
        "name": "",
        "zone": zone,
        "silence_due_on": DUE_AT.date() + timedelta(days=5),
    }


def _schedule(number: int, zone: str, due_at: datetime) -> dict[str, object]:
    return {
        "channel_id": number + 1,
        "weekdays": [0, 1, 2, 3, 4],
        "times": [due_at.astimezone(ZoneInfo(zone)).strftime("%H:%M")],
        "area": "lower-back",
        "paused": False,
        "next_due_at": due_at,
        "version": 1,
        "created_at": DUE_AT - timedelta(days=30),
    }
