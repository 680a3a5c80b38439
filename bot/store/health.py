"""What an operator may know of a database: what it is, and how its file is kept."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.engine import database_url, looking, open_sync_engine


def describe(url: str) -> str:
    """Name a database without its password."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        return f"SQLite, {parsed.database}"
    return f"PostgreSQL, {parsed.database or 'the default database'} on {parsed.host or 'this machine'}"


def is_sqlite(url: str) -> bool:
    """Tell whether a database is a SQLite file."""
    return database_url(url).get_backend_name() == "sqlite"


def journal_mode(url: str) -> str | None:
    """Name the journal mode of a SQLite file, in capitals; None as long as there is no file."""
    if not Path(str(database_url(url).database)).exists():
        return None
    with open_sync_engine(url, read_only=True).connect() as connection:
        return str(connection.execute(text("PRAGMA journal_mode")).scalar_one()).upper()


async def revision(engine: AsyncEngine) -> str | None:
    """Ask a migrated database for its revision, in one statement; raises DatabaseAway."""
    async with looking(engine) as connection:
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
