"""Brings a database to the newest schema with alembic, and says where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from bot.store.engine import database_url

_ROOT = Path(__file__).parents[2]
_SYNC_DRIVERS = {"sqlite+aiosqlite": "sqlite+pysqlite", "postgresql+psycopg": "postgresql+psycopg"}


def configuration(url: str) -> Config:
    """Build alembic's configuration for a database."""
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    parsed = database_url(url)
    sync_url = parsed.set(drivername=_SYNC_DRIVERS[parsed.drivername])
    config.set_main_option("sqlalchemy.url", sync_url.render_as_string(hide_password=False).replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision ("base" empties it)."""
    command.downgrade(configuration(url), revision)


def newest_revision() -> str:
    """Name the revision the code expects."""
    head = ScriptDirectory.from_config(configuration("sqlite://")).get_current_head()
    return head or "base"


def current_revision(url: str) -> str | None:
    """Name the revision a database has; None when it has no tables of ours."""
    config = configuration(url)
    engine = create_engine(config.get_main_option("sqlalchemy.url", ""))
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str | None:
    revision: str | None = MigrationContext.configure(connection).get_current_revision()
    return revision
