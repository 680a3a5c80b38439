"""What every repository shares: the session, and an INSERT that can meet a row that is already there."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.bulk import selected

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

    def _insert_many(
        self, table: Table, rows: Sequence[Mapping[str, Any]], **same: ColumnElement[Any]
    ) -> postgresql.Insert | sqlite.Insert:
        """Begin an INSERT of many rows, all with the same columns; `same` is added to each."""
        names, values = selected(table, rows, self._session.get_bind().dialect.name, same)
        statement: postgresql.Insert | sqlite.Insert = self._insert(table).from_select(names, values)
        return statement

    def _announce(self) -> None:
        """Have those who wait for due rows look again once this is committed."""
        self._session.info[NEWS] = True
