"""Instants and the database's clock mean the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.clock import utc_now
from bot.store.tables import ChannelRow, WorkspaceRow
from bot.store.types import database_time
from tests.store.world import NOON, World


async def test_a_naive_instant_is_refused(world: World) -> None:
    async with world.uow() as uow:
        with pytest.raises(StatementError, match="time zone"):
            await uow.workspaces.update_channel(world.channel.id, board_due_at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "instant",
    [
        NOON,
        datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1995, 1, 1, tzinfo=UTC),
    ],
)
async def test_an_instant_reads_back_equal_aware_and_in_utc(world: World, instant: datetime) -> None:
    async with world.uow() as uow:
        await uow.workspaces.update_channel(world.channel.id, board_due_at=instant)
        await uow.commit()
    [found] = await world.rows(ChannelRow, "board_due_at")
    assert found == instant
    assert found.tzinfo is UTC


async def test_the_hour_that_comes_twice_is_stored_as_two(world: World) -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    for instant, utc_hour in ((first, 0), (first.replace(fold=1), 1)):
        async with world.uow() as uow:
            await uow.workspaces.update_channel(world.channel.id, board_due_at=instant)
            await uow.commit()
        assert await world.rows(ChannelRow, "board_due_at") == [datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)]


async def test_nothing_reads_back_as_nothing(world: World) -> None:
    assert await world.rows(ChannelRow, "board_due_at") == [None]


async def test_the_databases_clock_is_now_and_can_be_moved(engine: AsyncEngine) -> None:
    query = select(database_time(), database_time(90), database_time(-1.5), database_time(0.25))
    async with AsyncSession(engine) as session:
        now, later, earlier, soon = (await session.execute(query)).one()
    assert now.tzinfo is UTC
    assert abs(now - utc_now()) < timedelta(seconds=10)
    assert (later - now, now - earlier, soon - now) == (
        timedelta(seconds=90),
        timedelta(seconds=1.5),
        timedelta(seconds=0.25),
    )


async def test_stored_instants_compare_with_the_databases_clock(world: World) -> None:
    async with AsyncSession(world.engine) as session:
        workspace = (await session.execute(select(WorkspaceRow))).scalar_one()
        for seconds, is_past in ((-1, True), (1, False), (-86400, True), (86400, False)):
            workspace.post_at = utc_now() + timedelta(seconds=seconds)
            await session.flush()
            past = select(WorkspaceRow.id).where(WorkspaceRow.post_at <= database_time())
            assert bool((await session.execute(past)).all()) is is_past


async def test_a_new_workspace_may_post_at_once(world: World) -> None:
    assert await world.rows(WorkspaceRow, "post_at", "edit_at") == [(datetime(2000, 1, 1, tzinfo=UTC),) * 2]
