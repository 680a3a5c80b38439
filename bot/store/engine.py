"""Opens the database: one serialised connection to a SQLite file, a pool to PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url  # noqa: TID251  # the one place for it
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine  # noqa: TID251  # as above
from sqlalchemy.pool import NullPool

from bot.store import sqlite
from bot.store.sqlite_connection import Driver

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
ONLY_LOOKS: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
    "sqlite": {"begins_nothing": True},  # AUTOCOMMIT would be set and reset with a statement of its own
}
"""With these options a connection begins no transaction, and so ends none: psycopg prepares every statement anew after
a rollback, which is how what was not committed ends."""

_BUSY_TIMEOUT_SECONDS = 5
_CONNECT_TIMEOUT_SECONDS = 5
_CACHE_KIBIBYTES = 64 * 1024
"""At most; SQLite's own 2 MB would have it read a busy minute's pages again and again."""


def database_url(text: str) -> URL:
    """Read a database URL and choose the async driver; raises ValueError for anything but SQLite and PostgreSQL."""
    url = make_url(text)
    backend = url.get_backend_name() if "+" in url.drivername else url.drivername
    if backend not in _DRIVERS:
        raise ValueError(f"'{backend}' is not supported")
    url = url.set(drivername=_DRIVERS[backend])
    if backend == "sqlite" or "connect_timeout" in url.query:
        return url
    # Without it, a host that swallows packets keeps everybody waiting for the system's own limit of minutes.
    return url.update_query_dict({"connect_timeout": str(_CONNECT_TIMEOUT_SECONDS)})


def open_engine(url: str, *, read_only: bool = False) -> AsyncEngine:
    """Open the database at `url`; `read_only` lets a command look at a SQLite file beside the running bot."""
    parsed = database_url(url)
    # Parameters hold names, which have no place in a log.
    if parsed.get_backend_name() == "postgresql":
        engine = create_async_engine(parsed, pool_size=10, max_overflow=10, hide_parameters=True)
        _replace_who_was_cut_off(engine.sync_engine)
        _set_up_sessions(engine.sync_engine)
        return engine
    return _open_sqlite(parsed, read_only=read_only)


def _replace_who_was_cut_off(engine: Engine) -> None:
    """Open a connection anew before it is used, if the server closed it meanwhile.

    Asking the server every time would cost as much as most statements do. That it hung up has arrived here already; of
    a network that swallows everything, a question would not come back either.
    """

    @event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        link = connection.driver_connection.pgconn
        try:
            link.consume_input()  # takes in what has arrived, as a server's last words, and waits for nothing
            link.consume_input()  # finds that nothing will follow
        except engine.dialect.loaded_dbapi.OperationalError:
            raise InvalidatePoolError from None


_SESSION = {"TimeZone": "UTC", "random_page_cost": "1.1", "idle_in_transaction_session_timeout": "20s"}
"""What PostgreSQL is told at the beginning of every connection.

The driver reads instants in UTC as they are; any other zone costs a conversion each. Single pages cost hardly more than
those in a row, as on every disk that does not turn: by default a board would read all people there are to find its own.
A process that is stopped in the middle of a transaction holds up a workspace for so long, and not until it goes on.
"""


def _set_up_sessions(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for name, value in _SESSION.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        cursor.close()
        connection.commit()


def open_sync_engine(url: str, *, read_only: bool = False) -> Engine:
    """Open the database for what waits, as migrations do; every use is a connection of its own, and none stays open."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(parsed, poolclass=NullPool, hide_parameters=True)
        _set_up_sessions(engine)
        return engine
    address = _existing(parsed) if read_only else parsed
    engine = create_engine(
        address.set(drivername="sqlite"), module=sqlite.driver(), poolclass=NullPool, hide_parameters=True
    )
    _set_up(engine, read_only=read_only)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql(_begin(read_only=read_only))

    return engine


def _open_sqlite(url: URL, *, read_only: bool) -> AsyncEngine:
    # One connection: SQLite has one writer anyway.
    engine = create_async_engine(
        _existing(url) if read_only else url,
        module=Driver(),
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS},
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,  # names and texts stay out of errors, and so out of logs
    )
    _begin_along(engine.sync_engine, _begin(read_only=read_only))
    _set_up(engine.sync_engine, "foreign_keys = ON", f"cache_size = -{_CACHE_KIBIBYTES}", read_only=read_only)
    return engine


def _existing(url: URL) -> URL:
    """Give the address at which a SQLite file is opened and none is made.

    Not opened as read-only: what a process left half written that was killed is put right by whoever reads next.
    """
    if url.database in (None, "", ":memory:"):
        return url
    return url.set(database=f"file:{quote(str(url.database))}", query={"mode": "rw", "uri": "true"})


def _begin(*, read_only: bool) -> str:
    return "BEGIN" if read_only else "BEGIN IMMEDIATE"


@asynccontextmanager
async def opened(url: str, *, read_only: bool = False) -> AsyncIterator[AsyncEngine]:
    """Open a database within a context, which ends when all that was opened is closed."""
    engine = open_engine(url, read_only=read_only)
    try:
        yield engine
    finally:
        await engine.dispose()
        if isinstance(engine.dialect.dbapi, Driver):
            await engine.dialect.dbapi.ended()


@asynccontextmanager
async def looking(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection for a look that needs no transaction."""
    async with engine.connect() as connection:
        yield await connection.execution_options(**ONLY_LOOKS[engine.dialect.name])


def _begin_along(engine: Engine, begin: str) -> None:
    """Have every transaction begin along with its first statement."""

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        if not connection.get_execution_options().get("begins_nothing"):
            connection.connection.driver_connection.begin_with(begin)


def _set_up(engine: Engine, *pragmas: str, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN is deferred: a transaction that reads first would then fail as "locked". And it leaves
        # out changes of the schema, so that a migration killed half-way would stay half done.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        else:
            sqlite.prepare_for_writing(cursor)
        cursor.close()
