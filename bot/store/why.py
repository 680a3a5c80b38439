"""What the rows say of a channel around a moment: its breaks with their prompts, every pause, every schedule."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from bot.domain.breaks import Origin
from bot.domain.outbox import State
from bot.domain.pauses import Pause, PausedBecause
from bot.domain.why import MINUTE, PausedBy, Post
from bot.domain.workspaces import Channel, Member
from bot.store.members import MEMBER, to_member
from bot.store.repository import Repository
from bot.store.tables import BreakRow, ChannelRow, MemberRow, OutboxRow, PauseRow, ScheduleRow, WorkspaceRow
from bot.store.workspaces import CHANNEL


class Why(Repository):
    """Reads for `limber why`; it changes nothing."""

    async def find_channels(self, name: str, team_id: str | None = None) -> list[tuple[str, Channel]]:
        """Find channels by Slack id or name, each with its workspace's Slack id."""
        query = (
            select(WorkspaceRow.team_id, *CHANNEL)
            .join(ChannelRow, ChannelRow.workspace_id == WorkspaceRow.id)
            .where(or_(ChannelRow.slack_id == name, func.lower(ChannelRow.name) == name.lower()))
            .order_by(ChannelRow.id)
        )
        if team_id is not None:
            query = query.where(WorkspaceRow.team_id == team_id)
        return [(team, Channel(*row)) for team, *row in (await self._session.execute(query)).all()]

    async def find_people(self, name: str, team_id: str | None = None) -> list[tuple[str, Member]]:
        """Find people by Slack id or name, each with their workspace's Slack id."""
        query = (
            select(WorkspaceRow.team_id, *MEMBER)
            .join(MemberRow, MemberRow.workspace_id == WorkspaceRow.id)
            .where(or_(MemberRow.slack_id == name, func.lower(MemberRow.name) == name.lower()))
            .order_by(MemberRow.id)
        )
        if team_id is not None:
            query = query.where(WorkspaceRow.team_id == team_id)
        return [(team, to_member(row)) for team, *row in (await self._session.execute(query)).all()]

    async def posts_around(self, channel_id: int, at: datetime) -> tuple[Post | None, Post | None, Post | None]:
        """Find a channel's break in the minute from `at` (UTC), and the nearest before and after that minute."""
        mine, due_at = _posts().where(BreakRow.channel_id == channel_id), BreakRow.due_at
        then = mine.where(due_at >= at, due_at < at + MINUTE).order_by(due_at)
        before = mine.where(due_at < at).order_by(due_at.desc())
        after = mine.where(due_at >= at + MINUTE).order_by(due_at)
        return await self._first(then), await self._first(before), await self._first(after)

    async def pauses(self, channel_id: int) -> list[PausedBy]:
        """List every pause a channel ever had, oldest first."""
        query = (
            select(PauseRow, MemberRow.slack_id)
            .join(MemberRow, MemberRow.id == PauseRow.member_id, isouter=True)
            .where(PauseRow.channel_id == channel_id)
            .order_by(PauseRow.since, PauseRow.id)
        )
        found = (await self._session.execute(query)).all()
        return [PausedBy(Pause(row.since, row.until, PausedBecause(row.why)), by) for row, by in found]

    async def made_at(self, channel_id: int) -> dict[int, datetime]:
        """Map the ids of a channel's schedules to the instants (UTC) at which they were made."""
        query = select(ScheduleRow.id, ScheduleRow.created_at).where(ScheduleRow.channel_id == channel_id)
        return {row.id: row.created_at for row in (await self._session.execute(query)).all()}

    async def _first(self, query: Select[BreakRow, OutboxRow]) -> Post | None:
        found = (await self._session.execute(query.limit(1))).one_or_none()
        return _to_post(*found) if found else None


def _posts() -> Select[BreakRow, OutboxRow]:
    key = "prompt:" + BreakRow.id.cast(OutboxRow.key.type)
    return select(BreakRow, OutboxRow).join(OutboxRow, OutboxRow.key == key, isouter=True)


def _to_post(row: Any, message: Any) -> Post:
    # Messages may be cleared away long before breaks are: a break with a message was posted.
    state = State(message.state) if message else State.SENT if row.message_ts else State.MISSED
    return Post(
        due_at=row.due_at,
        state=state,
        is_by_hand=row.origin == Origin.COMMAND,
        message_ts=row.message_ts,
        posted_at=row.posted_at,
        settled_at=message.settled_at if message else None,
        attempts=message.attempts if message else 0,
        error=message.error if message else None,
    )
