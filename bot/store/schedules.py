"""Schedules and the index of what is due next."""

from collections.abc import Mapping
from datetime import datetime, time

from sqlalchemy import Select, delete, func, select, update

from bot.domain.schedules import Schedule
from bot.domain.workspaces import ScheduleRecord
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, ScheduleRow, WorkspaceRow
from bot.store.workspaces import to_channel

_Query = Select[ScheduleRow, ChannelRow]


def _to_record(row: ScheduleRow, channel: ChannelRow) -> ScheduleRecord:
    schedule = Schedule(
        weekdays=frozenset(row.weekdays),
        times=tuple(time.fromisoformat(text) for text in row.times),
        zone=channel.zone,
        area=row.area,
        paused=row.paused,
    )
    return ScheduleRecord(row.id, to_channel(channel), schedule, row.next_due_at, row.version)


def _columns(schedule: Schedule) -> dict[str, object]:
    return {
        "weekdays": sorted(schedule.weekdays),
        "times": [at.strftime("%H:%M") for at in schedule.times],
        "area": schedule.area,
        "paused": schedule.paused,
    }


class Schedules(Repository):
    """Stored schedules."""

    async def add(self, channel_id: int, schedule: Schedule, *, next_due_at: datetime | None, now: datetime) -> int:
        """Store a new schedule and answer its id."""
        self._announce()
        row = ScheduleRow(channel_id=channel_id, next_due_at=next_due_at, created_at=now, **_columns(schedule))
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def find(self, schedule_id: int) -> ScheduleRecord | None:
        """Find a schedule by its id."""
        return await self._first(self._query().where(ScheduleRow.id == schedule_id))

    async def list_for_channel(self, channel_id: int) -> list[ScheduleRecord]:
        """List a channel's schedules, oldest first."""
        return await self._all(self._query().where(ScheduleRow.channel_id == channel_id).order_by(ScheduleRow.id))

    async def list_all(self) -> list[tuple[str, ScheduleRecord]]:
        """List every schedule with its workspace's Slack id."""
        query = self._query().add_columns(WorkspaceRow.team_id).join(WorkspaceRow).order_by(ScheduleRow.id)
        rows = (await self._session.execute(query)).all()
        return [(team_id, _to_record(row, channel)) for row, channel, team_id in rows]

    async def change(self, record: ScheduleRecord, schedule: Schedule, *, next_due_at: datetime | None) -> bool:
        """Store an edit, unless somebody else changed the schedule since `record` was read; tells whether it did."""
        self._announce()
        statement = (
            update(ScheduleRow)
            .where(ScheduleRow.id == record.id, ScheduleRow.version == record.version)
            .values(next_due_at=next_due_at, version=record.version + 1, **_columns(schedule))
            .returning(ScheduleRow.id)
        )
        return (await self._session.execute(statement)).scalar_one_or_none() is not None

    async def remove(self, schedule_id: int) -> None:
        """Delete a schedule; its breaks stay."""
        await self._session.execute(delete(ScheduleRow).where(ScheduleRow.id == schedule_id))

    async def claim_due(self, now: datetime, limit: int) -> list[ScheduleRecord]:
        """List schedules that are due, longest first, each locked for this transaction; another worker gets others."""
        query = (
            self._query()
            .where(ScheduleRow.next_due_at <= now)
            .order_by(ScheduleRow.next_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=ScheduleRow)
        )
        return await self._all(query)

    async def set_next_due(self, schedule_id: int, next_due_at: datetime | None) -> None:
        """Move a schedule on to its next due instant (UTC)."""
        self._announce()
        await self._session.execute(
            update(ScheduleRow).where(ScheduleRow.id == schedule_id).values(next_due_at=next_due_at)
        )

    async def move_on(self, next_due_at: Mapping[int, datetime | None]) -> None:
        """Move schedules, by their ids, on to their next due instants (UTC)."""
        if next_due_at:
            moved = [{"id": each, "next_due_at": due_at} for each, due_at in next_due_at.items()]
            await self._session.execute(update(ScheduleRow), moved)

    async def next_due_at(self, after: datetime) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a schedule is due."""
        query = (
            select(ScheduleRow.next_due_at)
            .where(ScheduleRow.next_due_at > after)
            .order_by(ScheduleRow.next_due_at)
            .limit(1)
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def next_in_channel(self, channel_id: int, after: datetime) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a channel's schedules are due."""
        query = select(func.min(ScheduleRow.next_due_at)).where(
            ScheduleRow.channel_id == channel_id, ScheduleRow.next_due_at > after
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    def _query(self) -> _Query:
        return (
            select(ScheduleRow, ChannelRow)
            .join(ChannelRow, ChannelRow.id == ScheduleRow.channel_id)
            .execution_options(populate_existing=True)
        )

    async def _all(self, query: _Query) -> list[ScheduleRecord]:
        return [_to_record(row, channel) for row, channel in (await self._session.execute(query)).all()]

    async def _first(self, query: _Query) -> ScheduleRecord | None:
        return next(iter(await self._all(query)), None)
