"""Schedules and the index of what is due next."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)

from bot.domain.dates import Dates
from bot.domain.schedules import Schedule, Serves
from bot.domain.workspaces import Channel, DueAlike, DueIn, ScheduleRecord
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, ScheduleRow, WorkspaceRow
from bot.store.types import among_given
from bot.store.workspaces import CHANNEL

_SCHEDULES, _CHANNELS = core(ScheduleRow), core(ChannelRow)

_LEFT_OUT = select(_SCHEDULES.c.channel_id, cast(_SCHEDULES.c.left_out, Text)).where(
    among_given(_SCHEDULES.c.channel_id, "ids")
)


@lru_cache  # most are alike
def _ids(document: str) -> frozenset[str]:
    return frozenset(json.loads(document))


def _facts(schedules: Any) -> tuple[ColumnElement[Any], ...]:
    """Name the columns of a schedule's value, in the order of its fields; lists as text, read once for all alike."""
    own, channel = schedules.c, _CHANNELS.c
    return (
        *(cast(own[name], Text).label(name) for name in ("weekdays", "times")),
        *(channel.zone, own.area, channel.day_starts_at, own.paused, cast(own.more_areas, Text).label("more_areas")),
        *(own.serves, own.whole_routine, own.holidays, cast(own.days_off, Text).label("days_off")),
        *(own.starts_on, own.ends_on, cast(own.left_out, Text).label("left_out"), own.routine_id),
    )


# What is read often is written once: building a statement takes longer than carrying it out.
_EARLIEST = select(
    *(select(func.min(column)).scalar_subquery() for column in (_SCHEDULES.c.next_due_at, _CHANNELS.c.board_due_at))
)

_NEXT_IN_CHANNEL = select(func.min(_SCHEDULES.c.next_due_at)).where(
    _SCHEDULES.c.channel_id == bindparam("channel_id"), _SCHEDULES.c.next_due_at > bindparam("after")
)
_RECORDS = select(_SCHEDULES.c.id, _SCHEDULES.c.next_due_at, _SCHEDULES.c.version, *CHANNEL, *_facts(_SCHEDULES)).join(
    _CHANNELS, _CHANNELS.c.id == _SCHEDULES.c.channel_id
)
_IN_CHANNEL = _RECORDS.where(_SCHEDULES.c.channel_id == bindparam("channel_id")).order_by(_SCHEDULES.c.id)

_Query = Select[*tuple[Any, ...]]


def _due(schedules: FromClause) -> _Query:
    due = schedules.c
    return select(due.id, due.channel_id, _CHANNELS.c.silence_due_on, due.next_due_at, *_facts(schedules)).join(
        _CHANNELS, _CHANNELS.c.id == due.channel_id
    )


# Channels are looked up for these alone: with many due at one instant, a join would come before the limit.
_CLAIM_DUE = _due(
    select(_SCHEDULES)
    .where(_SCHEDULES.c.next_due_at <= bindparam("now"))
    .order_by(_SCHEDULES.c.next_due_at)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
    .subquery("due")
)
_MINE = _SCHEDULES.c.channel_id == bindparam("channel_id")
_LOCK_CHANNEL = select(_SCHEDULES.c.id).where(_MINE).order_by(_SCHEDULES.c.id).with_for_update()
_DUE_IN_CHANNEL = _due(_SCHEDULES).where(_MINE, _SCHEDULES.c.next_due_at <= bindparam("now"))
_MOVE_ON = update(_SCHEDULES).where(among_given(_SCHEDULES.c.id, "ids")).values(next_due_at=bindparam("due_at"))


@lru_cache(maxsize=8192)  # channels share their times: what a batch reads is a few values many times over
def _to_schedule(facts: tuple[Any, ...]) -> Schedule:
    weekdays, times, zone, area, day_starts_at, paused, more_areas, serves, whole, holidays, *others = facts
    off, first, last, left, routine_id = others
    return Schedule(
        weekdays=frozenset(json.loads(weekdays)),
        times=tuple(time.fromisoformat(text) for text in json.loads(times)),
        zone=zone,
        area=area,
        day_starts_at=day_starts_at,
        paused=paused,
        more_areas=tuple(json.loads(more_areas)),
        serves=Serves(serves),
        whole_routine=whole,
        holidays=holidays,
        days_off=tuple(Dates(*map(date.fromisoformat, pair)) for pair in json.loads(off)),
        starts_on=first,
        ends_on=last,
        left_out=frozenset(json.loads(left)),
        routine_id=routine_id,
    )


def _columns(schedule: Schedule) -> dict[str, object]:
    return {
        "weekdays": sorted(schedule.weekdays),
        "times": [at.strftime("%H:%M") for at in schedule.times],
        "area": schedule.area,
        "more_areas": list(schedule.more_areas),
        "serves": schedule.serves,
        "whole_routine": schedule.whole_routine,
        "holidays": schedule.holidays,
        "days_off": [[str(off.first), str(off.last)] for off in schedule.days_off],
        "starts_on": schedule.starts_on,
        "ends_on": schedule.ends_on,
        "left_out": sorted(schedule.left_out),
        "routine_id": schedule.routine_id,
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
        return next(iter(await self._all(_RECORDS.where(_SCHEDULES.c.id == schedule_id))), None)

    async def list_for_channel(self, channel_id: int) -> list[ScheduleRecord]:
        """List a channel's schedules, oldest first."""
        return await self._all(_IN_CHANNEL, {"channel_id": channel_id})

    async def list_in(self, workspace_id: int) -> list[ScheduleRecord]:
        """List a workspace's schedules, oldest first."""
        return await self._all(_RECORDS.where(_CHANNELS.c.workspace_id == workspace_id).order_by(_SCHEDULES.c.id))

    async def left_out_in(self, channel_ids: Collection[int]) -> dict[int, frozenset[str]]:
        """Map channels to the exercises, by their ids, that none of their schedules serves; most have none."""
        found: dict[int, frozenset[str]] = {}
        for channel_id, left_out in (await self._session.execute(_LEFT_OUT, {"ids": sorted(channel_ids)})).all():
            here = _ids(left_out)
            found[channel_id] = found.get(channel_id, here) & here
        return found

    async def list_all(self) -> list[tuple[str, ScheduleRecord]]:
        """List every schedule with its workspace's Slack id."""
        teams = core(WorkspaceRow)
        query = _RECORDS.add_columns(teams.c.team_id).join(teams, teams.c.id == _CHANNELS.c.workspace_id)
        rows = (await self._session.execute(query.order_by(_SCHEDULES.c.id))).all()
        return [(row.team_id, _to_record(row[:-1])) for row in rows]

    async def list_regions(self) -> list[str]:
        """List the regions on whose holidays schedules rest."""
        query = select(_SCHEDULES.c.holidays).where(_SCHEDULES.c.holidays != "").distinct()
        return list((await self._session.execute(query.order_by(_SCHEDULES.c.holidays))).scalars())

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

    async def claim_due(self, now: datetime, limit: int) -> list[DueAlike]:
        """Take schedules that are due, longest first, locked for this transaction; another worker gets others."""
        return await self._claimed(_CLAIM_DUE, {"now": now, "limit": limit})

    async def claim_due_in_channel(self, channel_id: int, now: datetime) -> list[DueAlike]:
        """Take a channel's schedules that are due, and wait for whoever has one of its schedules in hand."""
        where = {"channel_id": channel_id, "now": now}
        await self._session.execute(_LOCK_CHANNEL, where)
        return await self._claimed(_DUE_IN_CHANNEL, where)

    async def hold_channel(self, channel_id: int) -> None:
        """Let nothing be due in a channel, but for what another worker has in hand: that one sees the pause too."""
        free = select(ScheduleRow.id).where(ScheduleRow.channel_id == channel_id).with_for_update(skip_locked=True)
        await self._session.execute(
            update(ScheduleRow).where(ScheduleRow.id.in_(free)).values(next_due_at=None),
            execution_options={"synchronize_session": False},
        )

    async def set_next_due(self, schedule_id: int, next_due_at: datetime | None) -> None:
        """Move a schedule on to its next due instant (UTC)."""
        self._announce()
        await self.move_on({next_due_at: [schedule_id]})

    async def move_on(self, due: Mapping[datetime | None, Collection[int]]) -> None:
        """Move schedules, given as ids by their next due instant (UTC), on."""
        for due_at, ids in due.items():
            await self._session.execute(_MOVE_ON, {"ids": sorted(ids), "due_at": due_at})

    async def next_due_at(self, after: datetime) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a schedule is due."""
        query = (
            select(ScheduleRow.next_due_at)
            .where(ScheduleRow.next_due_at > after)
            .order_by(ScheduleRow.next_due_at)
            .limit(1)
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def earliest_due_at(self) -> tuple[datetime | None, datetime | None]:
        """Find when (UTC) the first schedule is due, and the first board, past or future."""
        break_at, board_at = (await self._session.execute(_EARLIEST)).one()
        return break_at, board_at

    async def next_in_channel(self, channel_id: int, after: datetime) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a channel's schedules are due."""
        where = {"channel_id": channel_id, "after": after}
        found: datetime | None = (await self._session.execute(_NEXT_IN_CHANNEL, where)).scalar_one()
        return found

    async def _claimed(self, query: _Query, where: Mapping[str, object]) -> list[DueAlike]:
        alike: dict[tuple[Any, ...], list[DueIn]] = defaultdict(list)
        for schedule_id, channel_id, silence_due_on, *said in (await self._session.execute(query, where)).all():
            alike[tuple(said)].append(DueIn(schedule_id, channel_id, silence_due_on))
        found = [DueAlike(_to_schedule(tuple(facts)), due_at, due) for (due_at, *facts), due in alike.items()]
        return sorted(found, key=attrgetter("due_at"))

    async def _all(self, query: _Query, where: Mapping[str, object] | None = None) -> list[ScheduleRecord]:
        return [_to_record(row) for row in (await self._session.execute(query, where)).all()]


def _to_record(row: Sequence[Any]) -> ScheduleRecord:
    schedule_id, next_due_at, version, *others = row
    channel, facts = others[: len(CHANNEL)], others[len(CHANNEL) :]
    return ScheduleRecord(schedule_id, Channel(*channel), _to_schedule(tuple(facts)), next_due_at, version)
