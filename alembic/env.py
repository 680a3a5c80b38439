"""Runs migrations on the database that bot.store.migrations names."""

from alembic import context
from sqlalchemy import create_engine, pool

from bot.store.tables import Base

_url = context.config.get_main_option("sqlalchemy.url")
if not _url:
    raise SystemExit("Run migrations with `limber db upgrade`, which reads DATABASE_URL.")

_engine = create_engine(_url, poolclass=pool.NullPool)
with _engine.connect() as connection:
    # batch mode: SQLite changes a table by copying it
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
_engine.dispose()
