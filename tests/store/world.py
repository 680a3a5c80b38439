"""A workspace with a channel and people in a real database, and hands to look into its rows and to move its clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.domain.breaks import NewBreak, Origin
from bot.domain.outbox import Kind, Message
from bot.domain.runs import Run
from bot.domain.workspaces import Channel, Member, Workspace
from bot.store.base import Base
from bot.store.tables import ChannelRow, OutboxRow, WorkspaceRow
from bot.store.unit_of_work import UnitOfWork

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""


@dataclass(frozen=True)
class World:
    """One workspace, its channel and five people."""

    engine: AsyncEngine
    workspace: Workspace
    channel: Channel
    members: tuple[Member, ...]

    @classmethod
    async def create(cls, engine: AsyncEngine, *, zone: str = "Europe/Berlin") -> Self:
        async with UnitOfWork(engine) as uow:
            workspace = await uow.workspaces.ensure_workspace("T1", app_user_id="UAPP", app_bot_id="BAPP")
            channel = await uow.workspaces.ensure_channel(workspace.id, "C1", name="design", zone=zone)
            members = [
                await uow.members.ensure(workspace.id, f"U{number}", name=f"Person {number}", zone=zone)
                for number in range(1, 6)
            ]
            await uow.commit()
        return cls(engine, workspace, channel, tuple(members))

    def uow(self) -> UnitOfWork:
        return UnitOfWork(self.engine)

    async def add_channel(self, slack_id: str, zone: str = "Europe/Berlin") -> Channel:
        async with self.uow() as uow:
            channel = await uow.workspaces.ensure_channel(self.workspace.id, slack_id, name=slack_id, zone=zone)
            await uow.commit()
        return channel

    async def add_break(
        self,
        due_at: datetime = NOON,
        *,
        day: date | None = None,
        ts: str | None = "1.1",
        counts: bool = True,
        origin: Origin = Origin.SCHEDULE,
        channel: Channel | None = None,
        exercise_id: str = "wall-sit",
        routine_id: str = "lowback",
    ) -> int:
        """Store a break, as a rule one that was posted on time."""
        async with self.uow() as uow:
            place = (channel or self.channel).id
            new = NewBreak([place], due_at, day or due_at.date(), exercise_id, routine_id, origin)
            (break_id,) = await uow.breaks.add_all([new])
            if ts is not None:
                await uow.breaks.mark_posted(break_id, ts, posted_at=due_at, counts=counts)
            await uow.commit()
        return break_id

    async def enqueue(
        self,
        key: str,
        *,
        kind: Kind = Kind.PROMPT,
        due_at: datetime = NOON,
        channel: Channel | None = None,
        subject_id: int = 1,
    ) -> bool:
        message = Message((channel or self.channel).id, kind, subject_id=subject_id, key=key, due_at=due_at)
        async with self.uow() as uow:
            is_new = await uow.outbox.enqueue(message)
            await uow.commit()
        return is_new

    async def rows(self, table: type[Base], *names: str) -> list[Any]:
        """Read all rows of a table in order: tuples of the named columns, or one column's plain values."""
        query = select(*(getattr(table, name) for name in names)).order_by(*table.__table__.primary_key)
        async with AsyncSession(self.engine) as session:
            found = (await session.execute(query)).all()
        return [row[0] if len(names) == 1 else tuple(row) for row in found]

    async def run(self, run_id: int) -> Run | None:
        """Read a run as it is stored."""
        async with self.uow() as uow:
            return await uow.runs.find(run_id)

    async def pass_time(self, seconds: float) -> None:
        """Let the database's clock seem to have moved on, for leases, back-off and pace."""
        moved = timedelta(seconds=seconds)
        async with AsyncSession(self.engine) as session:
            for message in (await session.execute(select(OutboxRow))).scalars():
                message.available_at -= moved
            for channel in (await session.execute(select(ChannelRow))).scalars():
                channel.post_at -= moved
            for workspace in (await session.execute(select(WorkspaceRow))).scalars():
                workspace.post_at -= moved
                workspace.edit_at -= moved
                workspace.look_up_at -= moved
            await session.commit()

    async def prompts(self, *names: str) -> list[Any]:
        """Read the prompts' rows of the outbox, without the edits that will fold them."""
        kinds = await self.rows(OutboxRow, "kind")
        return [row for kind, row in zip(kinds, await self.rows(OutboxRow, *names), strict=True) if kind == "prompt"]

    async def outbox_states(self) -> dict[str, str]:
        return dict(await self.rows(OutboxRow, "key", "state"))
