"""What every repository shares: the session, and an INSERT that can meet a row that is already there."""

from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

NEWS, UNTOLD = "news", "untold"
"""Under these names a session remembers that it wrote what somebody may wait for, and has not told other processes."""


class Repository:
    """Queries of one feature within one unit of work; rows go in, frozen values come out."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @property
    def _dialect(self) -> str:
        return self._session.get_bind().dialect.name

    def _insert(self, table: Any) -> Any:
        """Begin an INSERT with ON CONFLICT, which SQLAlchemy keeps apart for SQLite and PostgreSQL, into a table."""
        return insert(self._dialect, table)

    def _announce(self) -> None:
        """Have those who wait for due rows look again once this is committed."""
        self._session.info[NEWS] = self._session.info[UNTOLD] = True


def insert(dialect: str, table: Any) -> Any:
    """Begin an INSERT with ON CONFLICT, which SQLAlchemy keeps apart for SQLite and PostgreSQL, into a table."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def upsert(
    dialect: str, table: Table, key: tuple[str, ...], changed: tuple[str, ...], rows: Select[Any] | None = None
) -> Any:
    """Write an INSERT, of rows that are selected if any are, that changes some columns where a row is there already."""
    statement = insert(dialect, table)
    if rows is not None:
        statement = statement.from_select([*key, *changed], rows)
    excluded = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=key, set_=excluded)


def is_alone(dialect: str) -> bool:
    """Tell whether a transaction that writes is alone from its first statement on, as on SQLite."""
    return dialect == "sqlite"
