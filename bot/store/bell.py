"""Rings when something was written that somebody may wait for: in this process at once, in the others by NOTIFY."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

logger = logging.getLogger(__name__)

Wake = Callable[[], None]

_CHANNEL = "limber"
TELL = func.pg_notify(_CHANNEL, "")
"""On PostgreSQL, in any statement: have the other processes told when its transaction commits."""

_NOTIFY = select(TELL)
_RECONNECT_AFTER_SECONDS = 1.0

_waiting: WeakKeyDictionary[Engine, list[Wake]] = WeakKeyDictionary()


async def announce(session: AsyncSession) -> None:
    """Have PostgreSQL tell the other processes when this transaction commits; on SQLite there are none."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_NOTIFY)


def ring(engine: AsyncEngine) -> None:
    """Wake those who wait in this process."""
    for wake in _waiting.get(engine.sync_engine, []):
        wake()


@contextlib.asynccontextmanager
async def listening(engine: AsyncEngine, wake: Wake) -> AsyncIterator[None]:
    """Call `wake` whenever something was written, here or by another process, within a context."""
    _waiting.setdefault(engine.sync_engine, []).append(wake)
    listener = asyncio.create_task(_listen(engine, wake)) if engine.dialect.name == "postgresql" else None
    try:
        yield
    finally:
        _waiting[engine.sync_engine].remove(wake)
        if listener is not None:
            listener.cancel()
            await asyncio.wait([listener])


async def _listen(engine: AsyncEngine, wake: Wake) -> None:
    """Listen for as long as the program runs; while the connection is lost, the metronome's own beat has to do."""
    import psycopg  # noqa: PLC0415  # a fifteenth of a start, which with SQLite does without

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {_CHANNEL}")
                wake()  # for what was announced while nobody listened
                async for _ in connection.notifies():
                    wake()
        except (psycopg.Error, OSError) as error:
            logger.debug("listening: the database does not answer (%s)", type(error).__name__)
        await asyncio.sleep(_RECONNECT_AFTER_SECONDS)
