"""Runs, joint and private, and who is in them; every stored run reads back equal."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.domain.runs import OVER, Run, RunMember, RunState
from bot.store.repository import Repository
from bot.store.tables import MemberRow, RunMemberRow, RunRow
from bot.store.types import among
from routines.model import Routine


def _columns(run: Run) -> dict[str, Any]:
    return {
        "live_break_id": run.break_id if run.is_joint and not run.is_over else None,
        "state": run.state,
        "step": run.step,
        "started_at": run.started_at,
        "next_at": run.next_at,
        "remaining_seconds": run.remaining.total_seconds(),
        "paused_by": run.paused_by,
        "thread_ts": run.thread_ts,
    }


class Runs(Repository):
    """Stored runs."""

    async def add(self, run: Run) -> int | None:
        """Store a new run and answer its id, or None if its break has a live run already."""
        statement = (
            self._insert(RunRow)
            .values(
                channel_id=run.channel_id,
                break_id=run.break_id,
                starter_id=run.starter_id,
                is_joint=run.is_joint,
                routine=run.routine.to_snapshot(),
                **_columns(run),
            )
            .on_conflict_do_nothing(index_elements=["live_break_id"])
            .returning(RunRow.id)
        )
        run_id: int | None = (await self._session.execute(statement)).scalar_one_or_none()
        return run_id

    async def find(self, run_id: int) -> Run | None:
        """Find a run by its id, locked for this transaction."""
        return await self._read(select(RunRow).where(RunRow.id == run_id))

    async def find_live(self, break_id: int) -> Run | None:
        """Find the live run of a break, locked for this transaction."""
        return await self._read(select(RunRow).where(RunRow.live_break_id == break_id))

    async def find_guide(self, member_id: int, channel_id: int, break_id: int | None, now: datetime) -> Run | None:
        """Find the newest private run somebody has not ended and not left alone for too long at `now` (UTC)."""
        query = (
            select(RunRow)
            .where(
                RunRow.channel_id == channel_id,
                RunRow.starter_id == member_id,
                RunRow.break_id.is_(None) if break_id is None else RunRow.break_id == break_id,
                ~RunRow.is_joint,
                RunRow.state.not_in(OVER),
                RunRow.next_at > now,
            )
            .order_by(RunRow.started_at.desc(), RunRow.id.desc())
            .limit(1)
        )
        return await self._read(query)

    async def list_live(self, break_ids: Collection[int]) -> list[Run]:
        """List the live runs of breaks, to be looked at only."""
        query = select(RunRow).where(among(RunRow.live_break_id, break_ids))
        return [await self._to_run(row) for row in (await self._session.execute(query)).scalars().all()]

    async def latest_on_demand(self, channel_id: int) -> datetime | None:
        """Find when (UTC) the newest joint run outside breaks began that had company or went on without."""
        query = (
            select(RunRow.started_at)
            .where(
                RunRow.channel_id == channel_id,
                RunRow.break_id.is_(None),
                RunRow.is_joint,
                RunRow.state.not_in((RunState.CANCELLED, RunState.ALONE)),
            )
            .order_by(RunRow.started_at.desc())
            .limit(1)
        )
        return (await self._session.execute(query)).scalar_one_or_none()

    async def list_unfinished(self, channel_id: int) -> list[int]:
        """List the ids of a channel's joint runs that are not over."""
        query = select(RunRow.id).where(RunRow.channel_id == channel_id, RunRow.is_joint, RunRow.state.not_in(OVER))
        return list((await self._session.execute(query)).scalars())

    async def unfinished_of(self, member_id: int) -> list[int]:
        """List the ids of the joint runs that somebody is in and that are not over."""
        query = (
            select(RunRow.id)
            .join(RunMemberRow, RunMemberRow.run_id == RunRow.id)
            .where(RunMemberRow.member_id == member_id, ~RunMemberRow.has_left)
            .where(RunRow.is_joint, RunRow.state.not_in(OVER))
            .order_by(RunRow.id)
        )
        return list((await self._session.execute(query)).scalars())

    async def save(self, run: Run) -> None:
        """Store what a transition changed."""
        await self._session.execute(update(RunRow).where(RunRow.id == run.id).values(**_columns(run)))
        for order, member in enumerate(run.members):
            statement = self._insert(RunMemberRow).values(
                run_id=run.id,
                member_id=member.member_id,
                joined_order=order,
                steps_done=member.steps_done,
                has_left=member.has_left,
            )
            await self._session.execute(
                statement.on_conflict_do_update(
                    index_elements=["run_id", "member_id"],
                    set_={"steps_done": member.steps_done, "has_left": member.has_left},
                )
            )

    async def _read(self, query: Any) -> Run | None:
        locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        row = (await self._session.execute(locked)).scalar_one_or_none()
        return await self._to_run(row) if row else None

    async def _to_run(self, row: RunRow) -> Run:
        query = (
            select(RunMemberRow, MemberRow.name)
            .join(MemberRow, MemberRow.id == RunMemberRow.member_id)
            .where(RunMemberRow.run_id == row.id)
            .order_by(RunMemberRow.joined_order)
            .execution_options(populate_existing=True)
        )
        members = tuple(
            RunMember(member.member_id, name, member.steps_done, member.has_left)
            for member, name in (await self._session.execute(query)).all()
        )
        return Run(
            id=row.id,
            channel_id=row.channel_id,
            break_id=row.break_id,
            starter_id=row.starter_id,
            is_joint=row.is_joint,
            routine=Routine.from_snapshot(row.routine),
            state=RunState(row.state),
            started_at=row.started_at,
            next_at=row.next_at,
            step=row.step,
            remaining=timedelta(seconds=row.remaining_seconds),
            paused_by=row.paused_by,
            thread_ts=row.thread_ts,
            members=members,
        )
