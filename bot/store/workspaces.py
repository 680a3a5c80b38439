"""Workspaces and their channels."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, or_, select, update

from bot.domain.workspaces import Channel, Workspace
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, ParticipationRow, WorkspaceRow
from bot.store.tables_keepers import KeeperRow
from bot.store.types import among_given

_CHANNELS, _DONE, _KEEPERS = core(ChannelRow), core(ParticipationRow), core(KeeperRow)
CHANNEL = [_CHANNELS.c[each.name] for each in fields(Channel)]
"""The columns of a channel's value, in the order of its fields."""

_BY_ID = select(*CHANNEL).where(_CHANNELS.c.id == bindparam("channel_id"))
_BY_IDS = select(*CHANNEL).where(among_given(_CHANNELS.c.id, "ids"))
_MEMBER: BindParameter[int] = bindparam("member_id")
_OF_MEMBER = (
    select(*CHANNEL)
    .where(
        or_(
            _CHANNELS.c.id.in_(select(_DONE.c.channel_id).where(_DONE.c.member_id == _MEMBER)),
            _CHANNELS.c.id.in_(select(_KEEPERS.c.channel_id).where(_KEEPERS.c.member_id == _MEMBER)),
            _CHANNELS.c.keeper_id == _MEMBER,
        )
    )
    .order_by(_CHANNELS.c.id)
)


class Workspaces(Repository):
    """Stored workspaces and channels."""

    async def ensure_workspace(self, team_id: str, **facts: str) -> Workspace:
        """Find or create a workspace by its Slack id, and keep what is newly known of it."""
        statement = self._insert(WorkspaceRow).values(team_id=team_id, **facts)
        changed = facts or {"team_id": team_id}
        statement = statement.on_conflict_do_update(index_elements=["team_id"], set_=changed).returning(WorkspaceRow)
        row = (await self._session.execute(statement, execution_options={"populate_existing": True})).scalar_one()
        return Workspace(row.id, row.team_id, row.app_user_id, row.app_bot_id)

    async def list_team_ids(self) -> list[str]:
        """List the Slack ids of all workspaces."""
        return list((await self._session.execute(select(WorkspaceRow.team_id).order_by(WorkspaceRow.id))).scalars())

    async def ensure_channel(self, workspace_id: int, slack_id: str, **facts: str) -> Channel:
        """Find or create a channel by its Slack id, and keep what is newly known of it (`name`, `zone`)."""
        statement = self._insert(_CHANNELS).values(workspace_id=workspace_id, slack_id=slack_id, **facts)
        changed = facts or {"slack_id": slack_id}
        statement = statement.on_conflict_do_update(
            index_elements=["workspace_id", "slack_id"], set_=changed
        ).returning(*CHANNEL)
        return Channel(*(await self._session.execute(statement)).one())

    async def find_channel(self, team_id: str, slack_id: str) -> Channel | None:
        """Find a channel by its Slack ids."""
        query = (
            select(*CHANNEL).join(WorkspaceRow).where(WorkspaceRow.team_id == team_id, ChannelRow.slack_id == slack_id)
        )
        row = (await self._session.execute(query)).one_or_none()
        return Channel(*row) if row else None

    async def change_slack_id(self, workspace_id: int, old_id: str, new_id: str) -> None:
        """Give a channel its new Slack id, unless that is known as another channel's."""
        known = select(ChannelRow.slack_id).where(
            ChannelRow.workspace_id == workspace_id, ChannelRow.slack_id.in_([old_id, new_id])
        )
        if list((await self._session.execute(known)).scalars()) == [old_id]:
            here = (ChannelRow.workspace_id == workspace_id) & (ChannelRow.slack_id == old_id)
            await self._session.execute(update(ChannelRow).where(here).values(slack_id=new_id))

    async def get_channel(self, channel_id: int) -> Channel:
        """Get a channel by its id."""
        return Channel(*(await self._session.execute(_BY_ID, {"channel_id": channel_id})).one())

    async def get_channels(self, channel_ids: Collection[int]) -> dict[int, Channel]:
        """Map channels' ids to the channels, in one statement however many they are."""
        rows = (await self._session.execute(_BY_IDS, {"ids": sorted(channel_ids)})).all()
        return {row[0]: Channel(*row) for row in rows}

    async def lock_channel(self, channel_id: int) -> None:
        """Let one transaction at a time decide something for a channel."""
        await self._session.execute(
            select(ChannelRow.id).where(ChannelRow.id == channel_id).with_for_update(key_share=True)
        )

    async def update_channel(self, channel_id: int, **changes: Any) -> None:
        """Change facts of a channel: zone, day_starts_at, keeper_id, board_due_at, stopped_because."""
        await self._session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(**changes))

    async def list_stopped(self, team_id: str, reasons: Collection[str]) -> list[Channel]:
        """List a workspace's channels that stopped for one of these reasons."""
        query = (
            select(*CHANNEL)
            .join(WorkspaceRow)
            .where(WorkspaceRow.team_id == team_id, ChannelRow.stopped_because.in_(reasons))
            .order_by(ChannelRow.id)
        )
        return [Channel(*row) for row in (await self._session.execute(query)).all()]

    async def channels_of(self, member_id: int) -> list[Channel]:
        """List the channels where a person took part or which they look after, oldest first."""
        rows = (await self._session.execute(_OF_MEMBER, {"member_id": member_id})).all()
        return [Channel(*row) for row in rows]

    async def own_channels(self, member_id: int) -> list[int]:
        """List the ids of direct messages in which a person has breaks of their own."""
        query = select(ChannelRow.id).where(ChannelRow.keeper_id == member_id, ChannelRow.slack_id.startswith("D"))
        return list((await self._session.execute(query)).scalars())

    async def ensure_board_due_at(self, channel_id: int, due_at: datetime) -> None:
        """Set when (UTC) a channel's board is due, unless it is set already."""
        await self._session.execute(
            update(ChannelRow)
            .where(ChannelRow.id == channel_id, ChannelRow.board_due_at.is_(None))
            .values(board_due_at=due_at)
        )

    async def list_due_boards(self, now: datetime, limit: int) -> list[tuple[Channel, datetime]]:
        """List channels whose weekly board is due, oldest first, each locked for this transaction."""
        query = (
            select(ChannelRow.board_due_at, *CHANNEL)
            .where(ChannelRow.board_due_at <= now)
            .order_by(ChannelRow.board_due_at)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        rows = (await self._session.execute(query)).all()
        return [(Channel(*row), due_at) for due_at, *row in rows if due_at]

    async def next_board_due_at(self, after: datetime) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a board is due."""
        query = (
            select(ChannelRow.board_due_at)
            .where(ChannelRow.board_due_at > after)
            .order_by(ChannelRow.board_due_at)
            .limit(1)
        )
        return (await self._session.execute(query)).scalar_one_or_none()
