"""The clock that all processes on one database go by: one whose own is fast would say everything too early."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock, SharedClock, utc_now
from bot.store.engine import looking
from bot.store.types import database_time

_SET_EVERY_SECONDS = 10
"""In that time two machines drift apart by less than anybody notices."""


async def database_now(engine: AsyncEngine) -> datetime:
    """Read the database's own clock as an aware UTC instant."""
    async with looking(engine) as connection:
        return (await connection.execute(select(database_time()))).scalar_one()


@contextlib.asynccontextmanager
async def shared_clock(engine: AsyncEngine) -> AsyncIterator[Clock]:
    """Give the clock to go by, kept right within a context."""
    if engine.dialect.name == "sqlite":  # one process, whose clock SQLite reads too
        yield utc_now
        return
    clock = SharedClock(await database_now(engine))
    keeping = asyncio.create_task(_keep_right(clock, engine))
    try:
        yield clock
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])


async def _keep_right(clock: SharedClock, engine: AsyncEngine) -> None:
    while True:
        await asyncio.sleep(_SET_EVERY_SECONDS)
        with contextlib.suppress(DBAPIError, PoolTimeoutError, OSError):  # away for now: the clock goes on
            clock.set(await database_now(engine))
