"""Brings a database to the newest schema with alembic, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from bot.store.revisions import NotMigrated, check_known, current_revision

_ROOT = Path(__file__).parents[2]


def configuration(url: str) -> Config:
    """Build alembic's configuration for a database."""
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision; raises NotMigrated if it is from a newer Limber."""
    check_known(current_revision(url))
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision ("base" empties it); raises NotMigrated if it cannot be taken there."""
    check_known(current_revision(url))
    try:
        command.downgrade(configuration(url), revision)
    except CommandError as error:
        raise NotMigrated(f"The database cannot be taken back to {revision}: {error}") from None
