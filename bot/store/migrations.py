"""Brings a database to the newest schema with alembic, and says where it stands."""

from pathlib import Path
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine

from bot.store.engine import database_url

_ROOT = Path(__file__).parents[2]
_SYNC_DRIVERS = {"sqlite+aiosqlite": "sqlite+pysqlite", "postgresql+psycopg": "postgresql+psycopg"}


class NotMigrated(Exception):  # noqa: N818  # said to a person, like a refusal
    """The database has not the schema that this code expects; the text says what to do."""


def configuration(url: str) -> Config:
    """Build alembic's configuration for a database."""
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    sync_url = _sync_url(url).render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", sync_url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision; raises NotMigrated if it is from a newer Limber."""
    _check_known(current_revision(url))
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision ("base" empties it); raises NotMigrated if it cannot be taken there."""
    _check_known(current_revision(url))
    try:
        command.downgrade(configuration(url), revision)
    except CommandError as error:
        raise NotMigrated(f"The database cannot be taken back to {revision}: {error}") from None


def newest_revision() -> str:
    """Name the revision the code expects."""
    head = ScriptDirectory.from_config(configuration("sqlite://")).get_current_head()
    return head or "base"


def current_revision(url: str) -> str | None:
    """Name the revision a database has, without changing anything; None when it has no tables of ours."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        return None
    engine = create_engine(read_only_url(url))
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def check_migrated(url: str) -> str:
    """Answer the database's revision if it is the newest; raises NotMigrated with what to do."""
    current, newest = current_revision(url), newest_revision()
    if current == newest:
        return newest
    if current is None:
        raise NotMigrated("The database has no tables yet. Run: limber db upgrade")
    _check_known(current)
    raise NotMigrated(f"The database is at {current}, this Limber needs {newest}. Run: limber db upgrade")


def is_revision(name: str) -> bool:
    """Tell whether a database can be taken to a revision of this name."""
    return name == "base" or name in _known_revisions()


def read_only_url(url: str) -> URL:
    """Give the address at which a SQLite file is opened for reading only; PostgreSQL's stays as it is."""
    parsed = _sync_url(url)
    if parsed.get_backend_name() == "postgresql":
        return parsed
    return parsed.set(database=f"file:{quote(str(parsed.database))}", query={"mode": "ro", "uri": "true"})


def _sync_url(url: str) -> URL:
    parsed = database_url(url)
    return parsed.set(drivername=_SYNC_DRIVERS[parsed.drivername])


def _check_known(revision: str | None) -> None:
    if revision is not None and revision not in _known_revisions():
        raise NotMigrated(f"The database is at {revision}, which this Limber does not know. Update Limber.")


def _known_revisions() -> set[str]:
    script = ScriptDirectory.from_config(configuration("sqlite://"))
    return {revision.revision for revision in script.walk_revisions()}


def _revision(connection: Connection) -> str | None:
    revision: str | None = MigrationContext.configure(connection).get_current_revision()
    return revision
