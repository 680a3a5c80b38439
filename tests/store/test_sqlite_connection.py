"""A statement on SQLite is handed to the driver's thread once, and behaves as any other."""

import asyncio
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.store.engine import open_engine, opened
from bot.store.sqlite import driver
from bot.store.sqlite_connection import Connection


async def test_a_statement_with_its_rows_is_one_change_of_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hops: list[object] = []
    in_thread = Connection.in_thread

    async def counted(self: Connection, function: object) -> object:
        hops.append(function)
        return await in_thread(self, function)  # type: ignore[arg-type]  # it is passed on as it came

    monkeypatch.setattr(Connection, "in_thread", counted)
    engine = open_engine(f"sqlite:///{tmp_path / 'one.db'}")
    async with engine.begin() as connection:
        hops.clear()
        await connection.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
        written = await connection.execute(text("INSERT INTO numbers VALUES (:number)"), [{"number": 1}, {"number": 2}])
        found = (await connection.execute(text("SELECT number FROM numbers ORDER BY number"))).scalars().all()
        assert (written.rowcount, list(found), len(hops)) == (2, [1, 2], 3)
        assert (await connection.execute(text("DELETE FROM numbers"))).rowcount == 2
    await engine.dispose()


async def test_a_connection_can_be_ended_where_nobody_can_wait_for_it(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'three.db'}")
    assert engine.dialect.has_terminate
    await engine.dispose()


async def test_a_connection_told_to_end_while_it_is_closed_is_closed(tmp_path: Path) -> None:
    connection = await Connection(lambda: driver().connect(tmp_path / "four.db"), iter_chunk_size=64)
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    async with asyncio.timeout(5):
        await closing


async def test_a_closed_database_has_no_thread_left_of_a_connection_that_nobody_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect_slowly(*arguments: Any, **options: Any) -> Any:
        opening.set()
        time.sleep(0.3)
        return connect(*arguments, **options)

    connect, opening, before = driver().connect, threading.Event(), _driver_threads()
    monkeypatch.setattr(driver(), "connect", connect_slowly)
    async with opened(f"sqlite:///{tmp_path / 'five.db'}") as engine:
        connecting = asyncio.create_task(engine.connect().start())
        await asyncio.to_thread(opening.wait)
        assert _driver_threads() > before
        connecting.cancel()
        with suppress(asyncio.CancelledError):
            await connecting
    assert _driver_threads() == before


def _driver_threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if "connection_worker" in each.name}


async def test_a_refused_statement_is_told_and_the_connection_goes_on(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'two.db'}")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO numbers VALUES (1)"))
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO numbers VALUES (1)"))
        assert (await connection.execute(text("SELECT count(*) FROM numbers"))).scalar_one() == 1
    await engine.dispose()
