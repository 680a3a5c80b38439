"""Workspaces that come and go: what is stopped, kept for a while, and erased; and the events handled lately."""

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.domain.installations import Installed, Workspace
from bot.domain.outbox import State
from bot.domain.runs import OVER, RunState
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, OutboxRow, RunRow, ScheduleRow, WorkspaceRow
from bot.store.tables_installations import BotRow, HandledEventRow, OAuthStateRow


class Installations(Repository):
    """Stored installations."""

    async def lock(self, team_id: str) -> Installed | None:
        """Read since when a workspace is installed, or no more; until the transaction ends nobody else changes that."""
        query = select(WorkspaceRow).where(WorkspaceRow.team_id == team_id).with_for_update(key_share=True)
        row = (await self._session.execute(query, execution_options={"populate_existing": True})).scalar_one_or_none()
        return Installed(row.id, row.installed_at, row.uninstalled_at) if row else None

    async def list_all(self) -> list[Workspace]:
        """List all workspaces, those that have gone included."""
        query = select(WorkspaceRow.team_id, WorkspaceRow.scopes, WorkspaceRow.uninstalled_at).order_by(WorkspaceRow.id)
        return [
            Workspace(row.team_id, _scopes(row.scopes), row.uninstalled_at)
            for row in await self._session.execute(query)
        ]

    async def scopes_of(self, workspace_id: int) -> frozenset[str]:
        """Find the scopes that a workspace granted; none when nobody knows them."""
        query = select(WorkspaceRow.scopes).where(WorkspaceRow.id == workspace_id)
        return _scopes((await self._session.execute(query)).scalar_one())

    async def note(self, workspace_id: int, *, installed_at: datetime | None, uninstalled_at: datetime | None) -> None:
        """Keep when (UTC) a workspace came, and when it went."""
        await self._session.execute(
            update(WorkspaceRow)
            .where(WorkspaceRow.id == workspace_id)
            .values(installed_at=installed_at, uninstalled_at=uninstalled_at)
        )

    async def stop_all(self, workspace_id: int, reason: str) -> None:
        """Stop every channel that has not stopped for another reason, and drop everything open."""
        ids = select(ChannelRow.id).where(ChannelRow.workspace_id == workspace_id)
        channels = update(ChannelRow).where(
            ChannelRow.workspace_id == workspace_id, ChannelRow.stopped_because.is_(None)
        )
        await self._session.execute(channels.values(stopped_because=reason))
        await self._session.execute(update(ScheduleRow).where(ScheduleRow.channel_id.in_(ids)).values(next_due_at=None))
        runs = update(RunRow).where(RunRow.channel_id.in_(ids), RunRow.state.not_in(OVER))
        await self._session.execute(runs.values(state=RunState.STOPPED, live_break_id=None))
        # What is being said at this moment is settled by whoever says it.
        unsaid = (State.PENDING, State.LEASED, State.UNCERTAIN)
        messages = update(OutboxRow).where(
            OutboxRow.channel_id.in_(ids), OutboxRow.is_open, OutboxRow.state.in_(unsaid)
        )
        await self._session.execute(messages.values(state=State.DROPPED, is_open=False, error=reason))

    async def forget_token(self, team_id: str) -> None:
        """Delete a workspace's token."""
        await self._session.execute(delete(BotRow).where(BotRow.team_id == team_id))

    async def erase(self, uninstalled_before: datetime) -> list[str]:
        """Delete all there is of workspaces that went before an instant (UTC); answers their Slack ids."""
        gone = delete(WorkspaceRow).where(WorkspaceRow.uninstalled_at <= uninstalled_before)
        return list((await self._session.execute(gone.returning(WorkspaceRow.team_id))).scalars())

    async def forget_states(self, expired_before: datetime) -> None:
        """Delete the OAuth states that nobody came back with (UTC, real time)."""
        until = expired_before.replace(tzinfo=None)
        await self._session.execute(delete(OAuthStateRow).where(OAuthStateRow.expire_at <= until))

    async def is_handled(self, event_id: str) -> bool:
        """Tell whether an event has had its effect already."""
        return await self._session.get(HandledEventRow, event_id) is not None

    async def remember_event(self, event_id: str, now: datetime) -> None:
        """Remember that an event has had its effect."""
        statement = self._insert(HandledEventRow).values(event_id=event_id, handled_at=now)
        await self._session.execute(statement.on_conflict_do_nothing())

    async def forget_events(self, handled_before: datetime) -> None:
        """Forget the events handled before an instant (UTC)."""
        await self._session.execute(delete(HandledEventRow).where(HandledEventRow.handled_at <= handled_before))


def _scopes(stored: str) -> frozenset[str]:
    return frozenset(filter(None, stored.split(",")))
