"""Runs migrations on the database that bot.store.migrations names, or on DATABASE_URL for alembic's own commands."""

from typing import Any, Literal

from alembic import context

from bot.settings import load_settings
from bot.store import unit_of_work  # noqa: F401  # which knows every table
from bot.store.base import Base
from bot.store.engine import open_sync_engine
from bot.store.types import UtcDateTime


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our instants as SQLAlchemy's own type: a migration must not change with our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


_url = context.config.get_main_option("sqlalchemy.url") or load_settings().database_url
with open_sync_engine(_url).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
        compare_type=True,
        render_item=_render,
        transactional_ddl=True,  # all or nothing, on SQLite too
    )
    with context.begin_transaction():
        context.run_migrations()
