"""What every repository shares: the session, and an INSERT that can meet a row that is already there."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.bulk import given

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
        values = self._given(table, rows)
        # SQLite takes the ON CONFLICT that follows a SELECT without WHERE for a join.
        chosen = select(*values.c, *same.values()).where(true())
        statement: postgresql.Insert | sqlite.Insert = self._insert(table).from_select(
            [*values.c.keys(), *same], chosen
        )
        return statement

    def _given(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> FromClause:
        return given(table, rows, self._session.get_bind().dialect.name)

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
