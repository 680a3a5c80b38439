"""Opens the database for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot.clock import Clock
from bot.store import engine
from bot.store.clock import shared_clock
from bot.store.revisions import check_migrated
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork


@asynccontextmanager
async def opened(url: str, *, read_only: bool = False) -> AsyncIterator[tuple[OpenUnitOfWork, Clock]]:
    """Open a database that has the newest schema, with the clock of all its processes.

    `read_only` works beside the running bot.
    """
    check_migrated(url)
    async with engine.opened(url, read_only=read_only) as database, shared_clock(database) as clock:
        yield partial(UnitOfWork, database), clock
