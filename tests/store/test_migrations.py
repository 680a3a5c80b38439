"""The migrations make exactly the tables the code expects, from nothing and back."""

import asyncio
from typing import Any

import pytest
from alembic import command, op
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.store import migrations, revisions
from bot.store.base import Base
from bot.store.engine import open_sync_engine


def tables_of(url: str) -> set[str]:
    return set(inspect(open_sync_engine(url, read_only=True)).get_table_names())


def test_migrating_from_nothing_gives_what_the_code_expects(blank_database_url: str) -> None:
    assert revisions.current_revision(blank_database_url) is None
    migrations.upgrade(blank_database_url)
    assert revisions.current_revision(blank_database_url) == revisions.newest_revision()
    assert tables_of(blank_database_url) == {*Base.metadata.tables, "alembic_version"}
    command.check(migrations.configuration(blank_database_url))  # raises if tables and migrations differ


def test_migrating_twice_changes_nothing(blank_database_url: str) -> None:
    migrations.upgrade(blank_database_url)
    migrations.upgrade(blank_database_url)
    assert revisions.current_revision(blank_database_url) == revisions.newest_revision()


def test_migrations_go_down_to_nothing_and_up_again(blank_database_url: str) -> None:
    migrations.upgrade(blank_database_url)
    migrations.downgrade(blank_database_url, "base")
    assert tables_of(blank_database_url) <= {"alembic_version"}
    migrations.upgrade(blank_database_url)
    command.check(migrations.configuration(blank_database_url))


def test_migrations_mean_utc_wherever_they_run(blank_postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGTZ", "Pacific/Kiritimati")  # as a machine or a server there has it
    migrations.upgrade(blank_postgresql_url)
    (default,) = [
        each["default"]
        for each in inspect(open_sync_engine(blank_postgresql_url)).get_columns("workspaces")
        if each["name"] == "post_at"
    ]
    assert str(default).startswith("'2000-01-01 00:00:00+00'")


def test_migrations_run_beside_a_running_loop(blank_database_url: str) -> None:
    async def upgrade() -> None:
        await asyncio.to_thread(migrations.upgrade, blank_database_url)

    asyncio.run(upgrade())
    assert revisions.current_revision(blank_database_url) == revisions.newest_revision()


def test_there_is_one_newest_revision() -> None:
    script = ScriptDirectory.from_config(migrations.configuration("sqlite://"))
    assert script.get_heads() == [revisions.newest_revision()]
    assert all(revisions.is_revision(each.revision) for each in script.walk_revisions())


def test_a_migration_that_does_not_end_leaves_nothing_behind(
    blank_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_table = op.create_table

    def power_cut(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "outbox":
            raise RuntimeError("power cut")
        return create_table(name, *arguments, **options)

    monkeypatch.setattr(op, "create_table", power_cut)
    with pytest.raises(RuntimeError, match="power cut"):
        migrations.upgrade(blank_database_url)
    assert tables_of(blank_database_url) == set()
    monkeypatch.undo()
    migrations.upgrade(blank_database_url)
    assert revisions.current_revision(blank_database_url) == revisions.newest_revision()


def test_pictures_that_had_gone_up_are_not_uploaded_again(blank_database_url: str) -> None:
    migrations.upgrade(blank_database_url, "0003")
    engine = open_sync_engine(blank_database_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO workspaces (team_id, name, app_user_id, app_bot_id) VALUES ('T', '', '', '')")
        )
        picture = "SELECT id, 'wall-sit.png', 'digest', 'F1' FROM workspaces"
        connection.execute(text(f"INSERT INTO pictures (workspace_id, name, digest, file_id) {picture}"))
    migrations.upgrade(blank_database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT file_id, is_shown FROM pictures")).all() == [("F1", True)]
