from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.engine import open_sync_engine
from bot.store.lock import hold
from tests.cli.conftest import Limber


def test_the_tables_are_made_named_and_taken_back(
    limber: Limber, blank_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", blank_database_url)
    assert "no tables yet" in limber("db", "current").output
    assert "is up to date now" in limber("db", "upgrade").output
    assert "was up to date already" in limber("db", "upgrade").output
    assert "(the newest)" in limber("db", "current").output
    assert limber("db", "downgrade", "base", typed="n\n").exit_code == 1
    assert "(the newest)" in limber("db", "current").output
    assert "is at base now" in limber("db", "downgrade", "base", "--yes").output
    assert "no tables yet" in limber("db", "current").output


def test_looking_makes_no_file(limber: Limber) -> None:
    limber("db", "current")
    limber("schedules", "list")
    limber("doctor")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("words", [("upgrade",), ("downgrade", "base", "--yes")])
def test_the_schema_is_left_alone_while_the_bot_runs(
    limber: Limber, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with hold(sqlite_url):
        refused = limber("db", *words)
        assert "(the newest)" in limber("db", "current").output
    assert (refused.exit_code, refused.stderr) == (1, "The bot is running on this database; stop it first.\n")


def test_an_unknown_revision_is_refused(limber: Limber) -> None:
    result = limber("db", "downgrade", "nowhere")
    assert (result.exit_code, "I don't know the revision 'nowhere'" in result.stderr) == (2, True)


@pytest.mark.parametrize("words", [("run",), ("db", "upgrade"), ("db", "downgrade", "base", "--yes")])
def test_a_database_from_a_newer_limber_is_not_touched(
    limber: Limber, database_url: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    with open_sync_engine(database_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    result = limber(*words)
    assert result.exit_code == 1
    assert result.stderr == "The database is at 9999, which this Limber does not know. Update Limber.\n"


@pytest.mark.parametrize("words", [("db", "upgrade"), ("db", "current"), ("schedules", "list")])
def test_a_database_that_is_away_is_one_sentence_without_its_password(
    limber: Limber, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://limber:hunter2@127.0.0.1:1/limber")
    result = limber(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("The database does not answer: ")
    assert result.stderr.count("\n") == 1
    assert "hunter2" not in result.output


def test_a_folder_that_is_not_there_is_named(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///nowhere/limber.db")
    result = limber("db", "upgrade")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert "No such file or directory" in result.stderr


def test_a_file_with_strange_letters_in_its_path_can_be_read(limber: Limber, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("our team #1").mkdir()
    monkeypatch.setenv("DATABASE_URL", "sqlite:///our team #1/limber.db")
    assert limber("db", "upgrade").exit_code == 0
    assert "(the newest)" in limber("db", "current").output
    assert "There are no schedules yet." in limber("schedules", "list").output
