"""The outbox: enqueue once, claim with a lease, settle behind a fence; Slack's pace is part of the claim."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from bot.domain.outbox import EDITS, LEASE, RECONCILE_AFTER, Delivery, Kind, Message, State
from bot.store.repository import Repository
from bot.store.tables import ChannelRow, OutboxRow, WorkspaceRow
from bot.store.types import database_time

POST_EVERY = timedelta(seconds=1)
"""About one message a second and channel is what Slack takes (chat.postMessage)."""

EDIT_EVERY = timedelta(seconds=1.5)
"""40 edits a minute and workspace, below Slack's 50 for chat.update."""


def _is_claimable(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxRow.is_open,
        OutboxRow.state.in_((State.PENDING, State.LEASED)),
        OutboxRow.due_at <= now,
        OutboxRow.available_at <= database_time(),
    )


def _columns(message: Message) -> dict[str, Any]:
    return {
        "channel_id": message.channel_id,
        "kind": message.kind,
        "subject_id": message.subject_id,
        "step": message.step,
        "key": message.key,
        "state": State.PENDING,
        "is_open": True,
        "due_at": message.due_at,
        "expires_at": message.expires_at,
        "available_at": database_time(),
        "attempts": 0,
        "revision": 1,
    }


class Outbox(Repository):
    """Stored messages of every process's courier."""

    async def enqueue(self, message: Message) -> bool:
        """Store a message to send; tells whether it is new. An edit that is there already is made due again."""
        statement = self._insert(OutboxRow).values(_columns(message))
        if message.kind in EDITS:
            statement = statement.on_conflict_do_update(index_elements=["key"], set_=self._again(message.due_at))
        else:
            statement = statement.on_conflict_do_nothing(index_elements=["key"])
        return (await self._session.execute(statement.returning(OutboxRow.id))).scalar_one_or_none() is not None

    async def enqueue_all(self, messages: Sequence[Message]) -> None:
        """Store messages to send, none of them an edit."""
        if messages:
            statement = self._insert(OutboxRow).values([_columns(each) for each in messages])
            await self._session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))

    @staticmethod
    def _again(due_at: datetime) -> dict[str, Any]:
        # An edit on its way keeps its lease: settling it sees the new revision and makes it pending once more.
        # One that waits keeps its place in the queue, or the busiest message would never get its turn.
        on_its_way = OutboxRow.state.in_((State.LEASED, State.INTENT))
        waits_since_earlier = and_(OutboxRow.state == State.PENDING, OutboxRow.due_at < due_at)
        return {
            "revision": OutboxRow.revision + 1,
            "is_open": True,
            "due_at": case((waits_since_earlier, OutboxRow.due_at), else_=due_at),
            "attempts": case((on_its_way, OutboxRow.attempts), else_=0),
            "state": case((on_its_way, OutboxRow.state), else_=State.PENDING),
        }

    async def reschedule(self, key: str, due_at: datetime) -> None:
        """Move a message that has not been claimed to another due instant (UTC)."""
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.key == key, OutboxRow.state == State.PENDING)
            .values(due_at=due_at, available_at=database_time())
        )

    async def drop(self, keys: Collection[str], reason: str) -> None:
        """Give up messages that have not been claimed."""
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.key.in_(keys), OutboxRow.state == State.PENDING)
            .values(state=State.DROPPED, is_open=False, error=reason)
        )

    async def drop_channel(self, channel_id: int, reason: str) -> None:
        """Give up everything unclaimed for a channel that cannot be posted to any more."""
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.channel_id == channel_id, OutboxRow.state == State.PENDING)
            .values(state=State.DEAD, is_open=False, error=reason)
        )

    async def claim_posts(self, now: datetime, owner: str, limit: int) -> list[Delivery]:
        """Lease the first due post of each of up to `limit` channels whose turn it is, one at a time per channel."""
        # From the few messages that matter to their channels: asking every channel takes long when there are many.
        due = select(OutboxRow.channel_id).where(OutboxRow.kind.not_in(EDITS), _is_claimable(now))
        in_flight = select(OutboxRow.channel_id).where(
            OutboxRow.kind.not_in(EDITS),
            OutboxRow.is_open,
            OutboxRow.state.in_((State.LEASED, State.INTENT)),
            OutboxRow.available_at > database_time(),
        )
        lanes = (
            select(ChannelRow.id)
            .join(WorkspaceRow)
            .where(
                ChannelRow.post_at <= database_time(),
                WorkspaceRow.post_at <= database_time(),
                ChannelRow.id.in_(due),
                ChannelRow.id.not_in(in_flight),
            )
            .order_by(ChannelRow.post_at, ChannelRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=ChannelRow, key_share=True)
        )
        ids = (await self._session.execute(lanes)).scalars().all()
        firsts = await self._firsts(OutboxRow.channel_id, ids, OutboxRow.kind.not_in(EDITS) & _is_claimable(now))
        await self._session.execute(
            update(ChannelRow).where(ChannelRow.id.in_(ids)).values(post_at=database_time(POST_EVERY.total_seconds()))
        )
        return await self._lease(firsts, owner)

    async def claim_edits(self, now: datetime, owner: str, limit: int) -> list[Delivery]:
        """Lease the first due edit of each of up to `limit` workspaces whose turn it is."""
        due = (
            select(ChannelRow.workspace_id)
            .join(OutboxRow, OutboxRow.channel_id == ChannelRow.id)
            .where(OutboxRow.kind.in_(EDITS), _is_claimable(now))
        )
        lanes = (
            select(WorkspaceRow.id)
            .where(WorkspaceRow.edit_at <= database_time(), WorkspaceRow.id.in_(due))
            .order_by(WorkspaceRow.edit_at, WorkspaceRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        ids = (await self._session.execute(lanes)).scalars().all()
        firsts = await self._firsts(ChannelRow.workspace_id, ids, OutboxRow.kind.in_(EDITS) & _is_claimable(now))
        await self._session.execute(
            update(WorkspaceRow)
            .where(WorkspaceRow.id.in_(ids))
            .values(edit_at=database_time(EDIT_EVERY.total_seconds()))
        )
        return await self._lease(firsts, owner)

    async def _firsts(self, lane: Any, lane_ids: Collection[int], claimable: ColumnElement[bool]) -> list[int]:
        if not lane_ids:
            return []
        position = func.row_number().over(partition_by=lane, order_by=(OutboxRow.due_at, OutboxRow.id))
        ranked = (
            select(OutboxRow.id, position.label("position"))
            .join(ChannelRow)
            .where(lane.in_(lane_ids), claimable)
            .subquery()
        )
        query = select(ranked.c.id).where(ranked.c.position == 1)
        return list((await self._session.execute(query)).scalars())

    async def _lease(self, ids: Collection[int], owner: str) -> list[Delivery]:
        if not ids:
            return []
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids))
            .values(
                state=State.LEASED,
                owner=owner,
                attempts=OutboxRow.attempts + 1,
                available_at=database_time(LEASE.total_seconds()),
            )
        )
        return await self._deliveries(OutboxRow.id.in_(ids))

    async def _deliveries(self, condition: ColumnElement[bool]) -> list[Delivery]:
        query = (
            select(OutboxRow, ChannelRow, WorkspaceRow)
            .select_from(OutboxRow)
            .join(ChannelRow, ChannelRow.id == OutboxRow.channel_id)
            .join(WorkspaceRow, WorkspaceRow.id == ChannelRow.workspace_id)
            .where(condition)
            .order_by(OutboxRow.due_at, OutboxRow.id)
            .execution_options(populate_existing=True)
        )
        return [
            _to_delivery(row, channel, workspace)
            for row, channel, workspace in (await self._session.execute(query)).all()
        ]

    async def expire_leases(self) -> None:
        """Turn intents whose worker vanished into uncertain outcomes; an edit is simply due again."""
        expired = and_(OutboxRow.is_open, OutboxRow.state == State.INTENT, OutboxRow.available_at <= database_time())
        await self._session.execute(
            update(OutboxRow)
            .where(expired)
            .values(
                state=case((OutboxRow.kind.in_(EDITS), State.PENDING), else_=State.UNCERTAIN),
                error="worker lost",
            )
        )

    async def claim_uncertain(self, owner: str, limit: int) -> list[Delivery]:
        """Lease messages of unknown outcome, to look for them in the channel's history."""
        ids = (
            (
                await self._session.execute(
                    select(OutboxRow.id)
                    .where(
                        OutboxRow.is_open,
                        OutboxRow.state == State.UNCERTAIN,
                        OutboxRow.available_at <= database_time(),
                    )
                    .order_by(OutboxRow.available_at)
                    .limit(limit)
                    .with_for_update(skip_locked=True)
                )
            )
            .scalars()
            .all()
        )
        if not ids:
            return []
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids))
            .values(owner=owner, available_at=database_time(LEASE.total_seconds()))
        )
        return await self._deliveries(OutboxRow.id.in_(ids))

    async def declare_intent(self, delivery: Delivery, now: datetime) -> bool:
        """Say that the call to Slack comes next; False when the lease was lost, and then nothing may be sent."""
        return await self._fenced(
            delivery,
            state=State.INTENT,
            intent_at=now,
            available_at=database_time(LEASE.total_seconds()),
        )

    async def settle(
        self,
        delivery: Delivery,
        state: State,
        *,
        now: datetime,
        ts: str | None = None,
        error: str | None = None,
    ) -> bool:
        """End a delivery; an edit that changed meanwhile is due again. False when the lease was lost."""
        newer = OutboxRow.revision != delivery.revision
        return await self._fenced(
            delivery,
            state=case((newer, State.PENDING), else_=state),
            is_open=case((newer, True), else_=False),
            available_at=database_time(),
            message_ts=ts,
            error=error,
            settled_at=now,
        )

    async def try_later(self, delivery: Delivery, wait: timedelta, error: str | None) -> bool:
        """Make a delivery due again after `wait`; False when the lease was lost."""
        return await self._fenced(
            delivery, state=State.PENDING, available_at=database_time(wait.total_seconds()), error=error
        )

    async def mark_uncertain(self, delivery: Delivery, error: str) -> bool:
        """Say that Slack may or may not have taken the message; False when the lease was lost."""
        wait = RECONCILE_AFTER.total_seconds()
        return await self._fenced(delivery, state=State.UNCERTAIN, available_at=database_time(wait), error=error)

    async def pause_workspace(self, workspace_id: int, wait: timedelta, *, edits: bool) -> None:
        """Hold a workspace's posts, or its edits, for Slack's Retry-After; every process obeys."""
        column = WorkspaceRow.edit_at if edits else WorkspaceRow.post_at
        until = database_time(wait.total_seconds())
        await self._session.execute(
            update(WorkspaceRow).where(WorkspaceRow.id == workspace_id, column < until).values({column: until})
        )

    async def heal(self, key: str, ts: str) -> None:
        """Settle a message that turned out to be there, so that it is not sent again: state and ts, nothing else.

        One whose call is under way is left to the worker who made it.
        """
        unsettled = (State.PENDING, State.LEASED, State.UNCERTAIN)
        await self._session.execute(
            update(OutboxRow)
            .where(OutboxRow.key == key, OutboxRow.state.in_(unsettled))
            .values(state=State.SENT, is_open=False, message_ts=ts)
        )

    async def is_settled(self, now: datetime) -> bool:
        """Tell whether nothing that is due at `now` (UTC) is still open."""
        query = select(OutboxRow.id).where(OutboxRow.is_open, OutboxRow.due_at <= now).limit(1)
        return (await self._session.execute(query)).scalar_one_or_none() is None

    async def next_due_at(self, after: datetime) -> datetime | None:
        """Find the first instant later than `after` (UTC) at which a message is due."""
        query = select(func.min(OutboxRow.due_at)).where(OutboxRow.is_open, OutboxRow.due_at > after)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def _fenced(self, delivery: Delivery, **values: Any) -> bool:
        statement = (
            update(OutboxRow)
            .where(
                OutboxRow.id == delivery.id,
                OutboxRow.owner == delivery.owner,
                OutboxRow.attempts == delivery.attempts,
                or_(
                    OutboxRow.state.in_((State.LEASED, State.INTENT)),
                    OutboxRow.state == State.UNCERTAIN,
                ),
            )
            .values(**values)
            .returning(OutboxRow.id)
        )
        return (await self._session.execute(statement)).scalar_one_or_none() is not None


def _to_delivery(row: OutboxRow, channel: ChannelRow, workspace: WorkspaceRow) -> Delivery:
    return Delivery(
        id=row.id,
        kind=Kind(row.kind),
        subject_id=row.subject_id,
        step=row.step,
        key=row.key,
        due_at=row.due_at,
        expires_at=row.expires_at,
        state=State(row.state),
        owner=row.owner or "",
        attempts=row.attempts,
        revision=row.revision,
        workspace_id=workspace.id,
        team_id=workspace.team_id,
        channel_id=channel.id,
        slack_channel_id=channel.slack_id,
        intent_at=row.intent_at,
    )
