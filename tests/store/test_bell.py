"""Whoever waits for due rows is woken by what is written, in this process and in the others."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.outbox import Kind
from bot.domain.schedules import Schedule
from bot.store import bell
from bot.store.engine import open_engine
from tests.store.world import NOON, World

SCHEDULE = Schedule(frozenset({0}), (time(9),), "UTC", "lower-back")


async def rings(rung: asyncio.Event, seconds: float = 10) -> bool:
    """Tell whether the bell rings within some seconds, and forget it."""
    try:
        await asyncio.wait_for(rung.wait(), seconds)
    except TimeoutError:
        return False
    rung.clear()
    return True


@pytest.fixture
async def rung(engine: AsyncEngine) -> AsyncIterator[asyncio.Event]:
    rung = asyncio.Event()
    async with bell.listening(engine, rung.set):
        if engine.dialect.name == "postgresql":
            assert await rings(rung), "once when it begins to listen, for what was said before"
        yield rung
    assert not rung.is_set()


async def test_a_message_to_send_rings_when_it_is_committed_and_not_before(world: World, rung: asyncio.Event) -> None:
    await world.enqueue("prompt:1")
    assert await rings(rung)
    await asyncio.sleep(1)  # the same again, from the database
    rung.clear()
    async with world.uow() as uow:
        await uow.workspaces.update_channel(world.channel.id, zone="UTC")
        await uow.commit()
    async with world.uow() as uow:
        await uow.schedules.add(
            world.channel.id, Schedule(frozenset({0}), (time(9),), "UTC", "x"), next_due_at=NOON, now=NOON
        )
    assert not await rings(rung, 0.3), "nobody waits for a zone, and what was rolled back never was"


async def test_what_is_due_anew_rings(world: World, rung: asyncio.Event) -> None:
    async def written() -> bool:
        await uow.commit()
        return await rings(rung)

    async with world.uow() as uow:
        await uow.outbox.reschedule("prompt:1", NOON)
        assert await written()
    async with world.uow() as uow:
        schedule_id = await uow.schedules.add(world.channel.id, SCHEDULE, next_due_at=NOON, now=NOON)
        assert await written()
    async with world.uow() as uow:
        await uow.schedules.set_next_due(schedule_id, NOON)
        assert await written()


async def test_what_another_process_writes_rings_here(postgresql_url: str) -> None:
    here, there = open_engine(postgresql_url), open_engine(postgresql_url)
    world, rung = await World.create(there), asyncio.Event()
    async with bell.listening(here, rung.set):
        assert await rings(rung)
        await world.enqueue("edit", kind=Kind.PROMPT_EDIT)
        assert await rings(rung)
    await here.dispose()
    await there.dispose()


async def test_after_a_lost_connection_it_listens_again_and_rings_for_what_it_may_have_missed(
    postgresql_url: str,
) -> None:
    here, there = open_engine(postgresql_url), open_engine(postgresql_url)
    world, rung = await World.create(there), asyncio.Event()
    async with bell.listening(here, rung.set):
        assert await rings(rung)
        async with there.begin() as connection:
            await connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
            )
        assert await rings(rung)
        await world.enqueue("prompt:1")
        assert await rings(rung)
    await here.dispose()
    await there.dispose()
