"""Where a database's schema stands, beside the newest one: every start asks, and does without alembic for that."""

from pathlib import Path

from sqlalchemy import inspect, text

from bot.store.engine import database_url, open_sync_engine

_MIGRATIONS = Path(__file__).parents[2] / "alembic" / "versions"


class NotMigrated(Exception):  # noqa: N818  # said to a person, like a refusal
    """The database has not the schema that this code expects; the text says what to do."""


def check_migrated(url: str) -> str:
    """Answer the database's revision if it is the newest; raises NotMigrated with what to do."""
    current, newest = current_revision(url), newest_revision()
    if current == newest:
        return newest
    if current is None:
        raise NotMigrated("The database has no tables yet. Run: limber db upgrade")
    check_known(current)
    raise NotMigrated(f"The database is at {current}, this Limber needs {newest}. Run: limber db upgrade")


def current_revision(url: str) -> str | None:
    """Name the revision a database has, without changing anything; None when it has no tables of ours."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        return None
    with open_sync_engine(url, read_only=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def newest_revision() -> str:
    """Name the revision the code expects."""
    return max(_known_revisions())


def check_known(revision: str | None) -> None:
    """Raise NotMigrated for the revision of a newer Limber."""
    if revision is not None and revision not in _known_revisions():
        raise NotMigrated(f"The database is at {revision}, which this Limber does not know. Update Limber.")


def is_revision(name: str) -> bool:
    """Tell whether a database can be taken to a revision of this name."""
    return name == "base" or name in _known_revisions()


def _known_revisions() -> set[str]:
    # The migrations are one chain, and their files bear the numbers of their revisions.
    return {path.name.partition("_")[0] for path in _MIGRATIONS.glob("*_*.py")}
