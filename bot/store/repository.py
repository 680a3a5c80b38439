"""What every repository shares: the session, and an INSERT that can meet a row that is already there."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

NEWS = "news"
"""Under this name a session remembers that it wrote what somebody may wait for."""


class Repository:
    """Queries of one feature within one unit of work; rows go in, frozen values come out."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def _insert(self, table: Any) -> Any:
        """Begin an INSERT with ON CONFLICT, which SQLAlchemy keeps apart for SQLite and PostgreSQL, into a table."""
        if self._session.get_bind().dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _upsert(self, table: Table, key: tuple[str, ...], changed: tuple[str, ...]) -> Any:
        """Write an INSERT that changes some columns of the row that is already there; answers the row's key."""
        return _upsert(self._session.get_bind().dialect.name, table, key, changed)

    def _announce(self) -> None:
        """Have those who wait for due rows look again once this is committed."""
        self._session.info[NEWS] = True


@lru_cache  # building a statement takes longer than carrying it out
def _upsert(dialect: str, table: Table, key: tuple[str, ...], changed: tuple[str, ...]) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    return statement.on_conflict_do_update(
        index_elements=key, set_={name: statement.excluded[name] for name in changed}
    ).returning(*table.primary_key)
