"""A SQLite connection on which a statement is handed to the driver's thread once.

The driver hands over a cursor's making, its statement, its rows and its end one by one; four changes of thread cost
more than most statements do. A transaction's beginning goes along with its first statement, and what never began is
not ended.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Self
from weakref import WeakSet

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_dbapi

from bot.store.sqlite import driver


class Connection(aiosqlite.Connection):
    """The driver's connection, with such cursors."""

    _begin: str | None = None
    _end: asyncio.Future[Any] | None = None

    def stop(self) -> asyncio.Future[Any] | None:
        """Have the thread close the file and end, once: a second time, nobody would be there to answer.

        SQLAlchemy does that to a connection it is closing, if whoever waits for it is cancelled again.
        """
        if self._end is None:
            self._end = super().stop()
        return self._end

    async def ended(self) -> None:
        """Wait for the thread to end, if it has been told to."""
        if not self._running:
            await asyncio.to_thread(self._thread.join)

    def begin_with(self, statement: str) -> None:
        """Have the next statement begin a transaction."""
        self._begin = statement

    def begin_if_due(self) -> None:
        """Begin that transaction, in the driver's thread."""
        if self._begin is not None:
            begin, self._begin = self._begin, None
            self.raw.execute(begin)

    async def commit(self) -> None:
        """Commit, if there is something to commit."""
        if self._is_under_way():
            await super().commit()

    async def rollback(self) -> None:
        """Roll back, if there is something to roll back."""
        if self._is_under_way():
            await super().rollback()

    def _is_under_way(self) -> bool:
        self._begin = None
        return self.in_transaction

    def cursor(self) -> Any:
        """Make a cursor, without asking the thread for it."""
        return _Cursor(self)

    async def in_thread(self, function: Callable[[], Any]) -> Any:
        """Do something in the driver's thread, in its turn."""
        return await self._execute(function)  # type: ignore[no-untyped-call]  # the driver has no types here

    @property
    def raw(self) -> Any:
        """The connection itself, for use in the driver's thread."""
        return self._conn


class _Cursor:
    """What SQLAlchemy needs of a cursor; the rows of a statement are fetched and its cursor closed along with it."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Carry a statement out."""
        return await self._run(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Any) -> Self:
        """Carry a statement out for many rows."""
        return await self._run(lambda cursor: cursor.executemany(statement, parameters))

    async def _run(self, execute: Callable[[Any], object]) -> Self:
        def run() -> Any:
            self._connection.begin_if_due()
            cursor = self._connection.raw.cursor()
            try:
                execute(cursor)
                self._rows = cursor.fetchall() if cursor.description else ()
            finally:
                cursor.close()
            return cursor

        done = await self._connection.in_thread(run)
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid
        return self

    async def fetchall(self) -> Sequence[Any]:
        """Hand the rows over."""
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Have nothing left to do."""


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the driver: it opens such connections, and its errors are our SQLite's."""

    def __init__(self) -> None:
        super().__init__(driver(), driver())
        self.has_stop = True  # as aiosqlite's connections have
        self._connections: WeakSet[Connection] = WeakSet()

    def connect(self, *arguments: Any, **options: Any) -> AsyncAdapt_aiosqlite_connection:
        """Open a file, with the arguments of `sqlite3.connect`."""
        return super().connect(*arguments, async_creator_fn=self._open, **options)

    def _open(self, *arguments: Any, **options: Any) -> Connection:
        connection = Connection(lambda: driver().connect(*arguments, **options), iter_chunk_size=64)
        self._connections.add(connection)
        return connection

    async def ended(self) -> None:
        """Wait for the threads of connections that are no longer used, which still answer to the running loop."""
        for connection in list(self._connections):
            await connection.ended()
