"""A statement on SQLite is handed to the driver's thread once, and behaves as any other."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.store.engine import open_engine
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


async def test_a_refused_statement_is_told_and_the_connection_goes_on(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'two.db'}")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO numbers VALUES (1)"))
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO numbers VALUES (1)"))
        assert (await connection.execute(text("SELECT count(*) FROM numbers"))).scalar_one() == 1
    await engine.dispose()
