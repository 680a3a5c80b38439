"""What every repository shares: the session, and an INSERT that can meet a row that is already there."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import Base

NEWS = "news"
"""Under this name a session remembers that it wrote what somebody may wait for."""


class Repository:
    """Queries of one feature within one unit of work; rows go in, frozen values come out."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def _insert(self, table: type[Base]) -> Any:
        """Begin an INSERT with ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""
        if self._session.get_bind().dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _announce(self) -> None:
        """Have those who wait for due rows look again once this is committed."""
        self._session.info[NEWS] = True
