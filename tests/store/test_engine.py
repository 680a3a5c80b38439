"""Opening the database: the right driver, one writer on SQLite, and a look that cannot change anything."""

import asyncio
import subprocess
import sys
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.store import engine as engines
from bot.store.engine import database_url, looking, open_engine, open_sync_engine
from bot.store.health import journal_mode
from bot.store.revisions import check_migrated, newest_revision
from bot.store.sqlite import best_journal_mode, driver
from bot.store.tables import WorkspaceRow
from bot.store.unit_of_work import DatabaseAway, UnitOfWork
from tests.store.world import World


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///limber.db", "sqlite+aiosqlite"),
        ("sqlite+pysqlite:///limber.db", "sqlite+aiosqlite"),
        ("postgres://me@host/limber", "postgresql+psycopg"),
        ("postgresql://me@host/limber", "postgresql+psycopg"),
        ("postgresql+asyncpg://me@host/limber", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_chosen_for_people(url: str, driver: str) -> None:
    assert database_url(url).drivername == driver


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mysql"):
        database_url("mysql://me@host/limber")


async def test_what_is_not_committed_is_rolled_back(world: World) -> None:
    async with world.uow() as uow:
        await uow.workspaces.ensure_workspace("T2")
    async with world.uow() as uow:
        await uow.workspaces.ensure_workspace("T3")
        await uow.commit()
    assert await world.rows(WorkspaceRow, "team_id") == ["T1", "T3"]


async def test_an_exception_rolls_back(world: World) -> None:
    async def fail() -> None:
        async with world.uow() as uow:
            await uow.workspaces.ensure_workspace("T2")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await world.rows(WorkspaceRow, "team_id") == ["T1"]


async def test_a_read_only_look_reads_and_refuses_to_write(sqlite_url: str) -> None:
    bot, look = open_engine(sqlite_url), open_engine(sqlite_url, read_only=True)
    world = await World.create(bot)
    async with UnitOfWork(look) as uow:
        assert await uow.workspaces.find_channel("T1", "C1") == world.channel
        with pytest.raises(OperationalError, match="readonly"):
            await uow.workspaces.ensure_workspace("T2")
    await look.dispose()
    await bot.dispose()


async def test_a_read_only_look_reads_beside_a_transaction_under_way(sqlite_url: str) -> None:
    bot, look = open_engine(sqlite_url), open_engine(sqlite_url, read_only=True)
    world = await World.create(bot)
    async with UnitOfWork(bot) as writing, UnitOfWork(look) as looking:
        await writing.workspaces.ensure_workspace("T2")
        assert await looking.workspaces.find_channel("T1", "C1") == world.channel
    await look.dispose()
    await bot.dispose()


@pytest.fixture(params=["with space.db", "with#hash.db", "with%41percent.db", "mit Umläuten.db"])
def oddly_named_url(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> str:
    path = Path(sqlite_url.removeprefix("sqlite:///")).rename(tmp_path / request.param)
    return f"sqlite:///{quote(str(path))}"


async def test_any_file_name_can_be_looked_at(oddly_named_url: str) -> None:
    look = open_engine(oddly_named_url, read_only=True)
    async with UnitOfWork(look) as uow:
        assert await uow.workspaces.find_channel("T1", "C1") is None
    await look.dispose()


async def test_a_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    engine = open_engine(f"postgresql://nobody@/nothing?host={tmp_path}")
    async with UnitOfWork(engine) as uow:
        with pytest.raises(DatabaseAway):
            await uow.workspaces.find_channel("T1", "C1")
    await engine.dispose()


async def test_a_look_begins_no_transaction_and_what_comes_after_it_does(world: World) -> None:
    async with world.uow() as uow:
        await uow.only_look()
        await uow.schedules.earliest_due_at()
        assert not await _is_in_transaction(uow)
    async with world.uow() as uow:
        await uow.workspaces.ensure_workspace("T2")
        assert await _is_in_transaction(uow)
    assert await world.rows(WorkspaceRow, "team_id") == ["T1"]


OTHERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"  # autovacuum comes and goes
)
OTHERS_ARE_CUT_OFF = f"SELECT pg_terminate_backend(pid, 5000) {OTHERS}"
LAST_SAID_BY_OTHERS = f"SELECT query {OTHERS}"  # ours

MODES = ("DELETE", "WAL")


def change_journal_mode(url: str, mode: str) -> None:
    with closing(driver().connect(url.removeprefix("sqlite:///"))) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")


HALF_WRITTEN = """
import importlib, os, sys
database = importlib.import_module(sys.argv[1]).connect(sys.argv[2], isolation_level=None)
database.execute(f"PRAGMA journal_mode = {sys.argv[3]}")
database.execute("PRAGMA cache_size = 1")
add = "INSERT INTO workspaces (team_id, name, app_user_id, app_bot_id) VALUES (?, '', '', '')"
database.execute(add, ["COMMITTED"])
database.execute("BEGIN IMMEDIATE")
for number in range(2000):
    database.execute(add, [f"T{number}"])
os._exit(1)
"""
"""Dies like a process that is killed after pages of a second transaction went to the disk, and before it committed."""


def die_half_way(url: str, mode: str) -> None:
    words = [driver().__name__, url.removeprefix("sqlite:///"), mode]
    subprocess.run([sys.executable, "-c", HALF_WRITTEN, *words], check=False)  # noqa: S603  # ours


def files_beside(url: str) -> dict[str, int]:
    """Measure the files beside a database that belong to it, by the ends of their names."""
    file = Path(url.removeprefix("sqlite:///"))
    return {each.name.removeprefix(file.name): each.stat().st_size for each in file.parent.glob(f"{file.name}-*")}


@pytest.mark.parametrize("read_only", [False, True], ids=["start", "look"])
@pytest.mark.parametrize(("mode", "left_behind"), [("DELETE", "-journal"), ("WAL", "-wal")])
async def test_after_a_kill_in_the_middle_of_a_write_a_start_and_a_look_find_what_was_committed(
    sqlite_url: str, mode: str, left_behind: str, *, read_only: bool
) -> None:
    die_half_way(sqlite_url, mode)
    assert files_beside(sqlite_url)[left_behind] > 0
    assert read_only or check_migrated(sqlite_url) == newest_revision()
    engine = open_engine(sqlite_url, read_only=read_only)
    async with UnitOfWork(engine) as uow:
        assert await uow.workspaces.list_team_ids() == ["COMMITTED"]
    await engine.dispose()
    assert files_beside(sqlite_url) == {}


@pytest.mark.parametrize("mode", MODES)
async def test_the_bot_and_migrations_take_the_best_journal_mode_and_keep_what_is_committed(
    sqlite_url: str, mode: str
) -> None:
    change_journal_mode(sqlite_url, mode)
    with open_sync_engine(sqlite_url).connect():
        assert journal_mode(sqlite_url) == best_journal_mode()
    change_journal_mode(sqlite_url, mode)
    engine = open_engine(sqlite_url)
    async with engine.connect() as connection:
        assert journal_mode(sqlite_url) == best_journal_mode()
        for pragma, value in {"synchronous": 2, "secure_delete": 1, "foreign_keys": 1}.items():
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value, pragma
    await engine.dispose()


@pytest.mark.parametrize("mode", MODES)
async def test_a_look_leaves_the_journal_mode_and_no_files(sqlite_url: str, mode: str) -> None:
    change_journal_mode(sqlite_url, mode)
    engine = open_engine(sqlite_url, read_only=True)
    async with UnitOfWork(engine) as uow:
        assert await uow.workspaces.list_team_ids() == []
    await engine.dispose()
    assert journal_mode(sqlite_url) == mode
    assert files_beside(sqlite_url) == {}


async def test_who_keeps_the_journal_mode_from_changing_keeps_no_bot_from_starting(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    (other,) = set(MODES) - {best_journal_mode()}
    change_journal_mode(sqlite_url, other)
    with open_sync_engine(sqlite_url, read_only=True).connect() as look:
        look.execute(text("SELECT 1 FROM workspaces"))
        bot = open_engine(sqlite_url)
        async with UnitOfWork(bot) as uow:
            assert await uow.workspaces.list_team_ids() == []
        assert journal_mode(sqlite_url) == other
    await bot.dispose()
    wanted = f"the journal mode cannot be changed to {best_journal_mode()} now (database is locked), and stays as it is"
    assert wanted in caplog.text


async def test_statements_stay_prepared_after_a_look(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    for _ in range(10):
        async with UnitOfWork(engine) as uow:
            await uow.only_look()
            await uow.members.find_in_team("T1", "U1")
    async with engine.connect() as connection:
        prepared = (await connection.execute(text("SELECT statement FROM pg_prepared_statements"))).scalars().all()
    assert any("FROM members" in each for each in prepared)
    await engine.dispose()


async def test_postgresql_tells_instants_in_utc_and_knows_what_a_single_page_costs(postgresql_url: str) -> None:
    async with UnitOfWork(engine := open_engine(postgresql_url)) as uow:
        await uow.workspaces.ensure_workspace("T1")
        await uow._session.rollback()  # noqa: SLF001  # which does not undo it
        now = (await uow._session.execute(text("SELECT now()"))).scalar_one()  # noqa: SLF001  # as above
        cost = (await uow._session.execute(text("SHOW random_page_cost"))).scalar_one()  # noqa: SLF001  # as above
    assert now.tzinfo is UTC
    assert cost == "1.1"
    await engine.dispose()


async def test_whoever_stops_in_the_middle_of_a_transaction_does_not_hold_others_up_for_good(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines._SESSION, "idle_in_transaction_session_timeout", "2s")  # noqa: SLF001  # 20 s else
    bot, other = open_engine(postgresql_url), open_engine(postgresql_url)
    world = await World.create(other)
    async with UnitOfWork(bot) as stopped:
        await stopped.workspaces.lock_channel(world.channel.id)
        async with asyncio.timeout(20), UnitOfWork(other) as uow:
            await uow.workspaces.lock_channel(world.channel.id)
            await uow.commit()
        with pytest.raises(DatabaseAway):
            await stopped.workspaces.lock_channel(world.channel.id)
    async with UnitOfWork(bot) as uow:
        await uow.workspaces.lock_channel(world.channel.id)
    await bot.dispose()
    await other.dispose()


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced_before_it_is_used(postgresql_url: str) -> None:
    bot, other = open_engine(postgresql_url), open_engine(postgresql_url)
    units = [UnitOfWork(bot) for _ in range(3)]
    for each in units:
        await each.workspaces.list_team_ids()
    for each in units:
        await each.__aexit__(None, None, None)
    async with looking(other) as connection:
        await connection.execute(text(OTHERS_ARE_CUT_OFF))
    for _ in units:
        async with UnitOfWork(bot) as uow:
            assert await uow.workspaces.list_team_ids() == []
    await bot.dispose()
    await other.dispose()


async def test_a_connection_that_is_there_is_used_without_a_question(postgresql_url: str) -> None:
    bot, other = open_engine(postgresql_url), open_engine(postgresql_url)
    async with looking(bot) as connection:
        await connection.execute(text("SELECT 'said last'"))
    async with bot.connect(), looking(other) as connection:
        said = (await connection.execute(text(LAST_SAID_BY_OTHERS))).scalars().all()
    assert said == ["SELECT 'said last'"]
    await bot.dispose()
    await other.dispose()


async def _is_in_transaction(uow: UnitOfWork) -> bool:
    connection = await uow._session.connection()  # noqa: SLF001  # nobody else has it
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if isinstance(driver, AsyncConnection):
        return driver.info.transaction_status is TransactionStatus.INTRANS
    return bool(driver.in_transaction)
