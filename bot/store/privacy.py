"""Everything held about a person: reading it, and taking it away so that totals stay."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, select, update

from bot.domain.outbox import Kind
from bot.domain.workspaces import Member, MemberKind, is_direct
from bot.store.base import Base, core
from bot.store.boards import without_performance
from bot.store.members import MEMBER, to_member
from bot.store.repository import Repository
from bot.store.tables import (
    BoardRow,
    BreakRow,
    ChannelRow,
    ConsentRow,
    MemberRow,
    OutboxRow,
    ParticipationRow,
    RunMemberRow,
    RunRow,
    SupportRow,
    WorkspaceRow,
)

_MEMBERS, _DONE, _SUPPORTS, _RUNS = core(MemberRow), core(ParticipationRow), core(SupportRow), core(RunRow)
_BOARDS, _CHANNELS, _BREAKS = core(BoardRow), core(ChannelRow), core(BreakRow)
_OUTBOX, _CONSENTS, _RUN_MEMBERS = core(OutboxRow), core(ConsentRow), core(RunMemberRow)

_NOBODY = "gone:"
"""The Slack id of somebody, or of a direct message, that nothing is known of any more begins so."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """Every row about a person, by table, and what the ids of channels and breaks in them stand for."""

    rows: Mapping[str, Rows]
    channels: Mapping[int, str]
    breaks: Mapping[int, str]


def columns_of_people() -> Iterator[tuple[Table, Column[Any]]]:
    """List every column of every table that says whose a row is."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if any(key.column is _MEMBERS.c.id for key in column.foreign_keys):
                yield table, column


class Privacy(Repository):
    """What is kept of one person."""

    async def find_people(self, slack_id: str, team_id: str | None) -> list[tuple[str, Member]]:
        """Find people by their Slack id, each with their workspace's."""
        query = select(WorkspaceRow.team_id, *MEMBER).join(MemberRow, MemberRow.workspace_id == WorkspaceRow.id)
        query = query.where(MemberRow.slack_id == slack_id).order_by(MemberRow.id)
        if team_id is not None:
            query = query.where(WorkspaceRow.team_id == team_id)
        return [(team, to_member(row)) for team, *row in (await self._session.execute(query)).all()]

    async def held(self, member_id: int) -> Held:
        """Read every row that belongs to a person, also what hangs on their own direct message with the app."""
        found: dict[str, Rows] = {"members": await self._read(_MEMBERS, _MEMBERS.c.id == member_id)}
        for table, column in columns_of_people():
            found.setdefault(table.name, []).extend(await self._read(table, column == member_id))
        mine = select(_DONE.c.id).where(_DONE.c.member_id == member_id)
        found["supports"] = await self._read(_SUPPORTS, _SUPPORTS.c.participation_id.in_(mine))
        found["outbox"] = await self._read(_OUTBOX, _reminders(member_id))
        own = [each["id"] for each in found["channels"] if is_direct(each["slack_id"])]
        for table in Base.metadata.sorted_tables if own else ():
            if "channel_id" in table.c and "member_id" not in table.c:
                found.setdefault(table.name, []).extend(await self._read(table, table.c.channel_id.in_(own)))
        return Held(found, *await self._names(found))

    async def _read(self, table: Table, where: ColumnElement[bool]) -> Rows:
        found = await self._session.execute(select(table).where(where).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]

    async def _names(self, found: Mapping[str, Rows]) -> tuple[dict[int, str], dict[int, str]]:
        rows = [row for rows in found.values() for row in rows]
        channels = {row["channel_id"] for row in rows if "channel_id" in row}
        breaks = {row["break_id"] for row in rows if row.get("break_id")}
        named = select(_CHANNELS.c.id, _CHANNELS.c.slack_id, _CHANNELS.c.name).where(_CHANNELS.c.id.in_(channels))
        served = select(_BREAKS.c.id, _BREAKS.c.exercise_id, _BREAKS.c.due_at).where(_BREAKS.c.id.in_(breaks))
        return (
            {row.id: f"{row.slack_id} {row.name}".strip() for row in (await self._session.execute(named)).all()},
            {
                row.id: f"{row.exercise_id}, {row.due_at:%Y-%m-%d %H:%M} UTC"
                for row in (await self._session.execute(served)).all()
            },
        )

    async def participations_since(self, member_id: int, day: date) -> list[tuple[int, int | None, date]]:
        """List a person's participations from a date on, as (id, break id, date)."""
        query = select(_DONE.c.id, _DONE.c.break_id, _DONE.c.local_date)
        found = await self._session.execute(query.where(_DONE.c.member_id == member_id, _DONE.c.local_date >= day))
        return [(row.id, row.break_id, row.local_date) for row in found.all()]

    async def drop_participation(self, participation_id: int) -> None:
        """Delete a participation and its supports."""
        await self._session.execute(delete(_DONE).where(_DONE.c.id == participation_id))

    async def weeks_done(self, member_id: int) -> list[tuple[int, date]]:
        """List the channels and dates of what somebody did, each once."""
        query = select(_DONE.c.channel_id, _DONE.c.local_date).where(_DONE.c.member_id == member_id, _DONE.c.is_done)
        return [(row.channel_id, row.local_date) for row in (await self._session.execute(query.distinct())).all()]

    async def leave_behind(self, member_id: int, channel_id: int, week: date, stand_in: int) -> None:
        """Make what somebody did in a channel in the week of a Monday nobody's: the date and the break alone stay."""
        in_week = _DONE.c.local_date.between(week, week + timedelta(days=6))
        await self._session.execute(
            update(_DONE)
            .where(_DONE.c.member_id == member_id, _DONE.c.channel_id == channel_id, in_week, _DONE.c.is_done)
            .values(member_id=None, stand_in=stand_in, run_id=None, first_done_at=None)
        )

    async def drop_supports(self, member_id: int) -> None:
        """Delete how and when somebody did what they did."""
        mine = select(_DONE.c.id).where(_DONE.c.member_id == member_id)
        await self._session.execute(delete(_SUPPORTS).where(_SUPPORTS.c.participation_id.in_(mine)))

    async def unname(self, member_id: int) -> None:
        """Take somebody, and their figures, off every board that may list them."""
        asked = select(_CONSENTS.c.channel_id).where(_CONSENTS.c.member_id == member_id)
        boards = select(_BOARDS.c.id, _BOARDS.c.named, _BOARDS.c.figures).where(_BOARDS.c.channel_id.in_(asked))
        for row in (await self._session.execute(boards)).all():
            if member_id in row.named:
                left: dict[str, Any] = {"named": [each for each in row.named if each != member_id]}
                if row.figures:
                    left["figures"] = without_performance(row.figures, member_id)
                await self._session.execute(update(_BOARDS).where(_BOARDS.c.id == row.id).values(left))

    async def named_in(self, member_id: int) -> list[int]:
        """List the ids of the channels in which somebody ever said whether they want to be named."""
        query = select(_CONSENTS.c.channel_id).where(_CONSENTS.c.member_id == member_id)
        return sorted((await self._session.execute(query)).scalars())

    async def erase(self, member_id: int, name: str) -> None:
        """Delete or cut loose every row that is still a person's; of themselves only a number is left."""
        in_runs = select(_RUN_MEMBERS.c.run_id).where(_RUN_MEMBERS.c.member_id == member_id)
        paused = _RUNS.c.id.in_(in_runs) & (_RUNS.c.paused_by == name)
        await self._session.execute(update(_RUNS).where(paused).values(paused_by=None))
        await self._session.execute(delete(_RUNS).where(_RUNS.c.starter_id == member_id, ~_RUNS.c.is_joint))
        await self._session.execute(delete(_OUTBOX).where(_reminders(member_id)))
        for table, column in columns_of_people():
            if column.nullable and table is not _DONE:
                await self._session.execute(update(table).where(column == member_id).values({column: None}))
            elif table is not _RUNS:  # others were in it
                await self._session.execute(delete(table).where(column == member_id))
        nobody: dict[str, object] = {"slack_id": f"{_NOBODY}{member_id}", "name": "", "zone": "UTC", "learned_at": None}
        nobody |= {"wants_stills": False, "weekdays": [], "kind": MemberKind.FULL}
        await self._session.execute(update(_MEMBERS).where(_MEMBERS.c.id == member_id).values(nobody))

    async def erase_channel(self, channel_id: int) -> None:
        """Empty somebody's direct message with the app, so that nothing tells whose it was.

        The newest break of all stays as a number: SQLite would give its id away again, and old buttons carry it.
        """
        for table in reversed(Base.metadata.sorted_tables):
            if "channel_id" in table.c:
                mine = table.c.channel_id == channel_id
                if table is _BREAKS:
                    mine &= table.c.id < select(func.max(table.c.id)).scalar_subquery()
                await self._session.execute(delete(table).where(mine))
        nobody: dict[str, object] = {"slack_id": f"{_NOBODY}{channel_id}", "name": "", "zone": "UTC", "keeper_id": None}
        nobody |= {"board_due_at": None, "stopped_because": None}
        await self._session.execute(update(_CHANNELS).where(_CHANNELS.c.id == channel_id).values(nobody))


def _reminders(member_id: int) -> ColumnElement[bool]:
    return (_OUTBOX.c.kind == Kind.REMINDER) & (_OUTBOX.c.step == member_id)
