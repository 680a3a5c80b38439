"""The ground that other tests stand on: databases of their own, and no silent skips in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from bot.store.base import Base
from bot.store.engine import open_sync_engine

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("_test", ["one", "another"])
def test_each_test_gets_all_tables_and_nobody_elses_rows(database_url: str, _test: str) -> None:
    with open_sync_engine(database_url).begin() as connection:
        assert set(Base.metadata.tables) <= set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT count(*) FROM workspaces")).scalar() == 0
        connection.execute(
            text("INSERT INTO workspaces (team_id, name, app_user_id, app_bot_id) VALUES ('T1', '', '', '')")
        )


def test_a_blank_database_holds_nothing(blank_database_url: str) -> None:
    with open_sync_engine(blank_database_url).connect() as connection:
        assert inspect(connection).get_table_names() == []


@pytest.mark.parametrize(("ci", "outcome"), [("", "2 skipped"), ("true", "1 failed, 1 error")])
def test_what_is_skipped_here_fails_in_ci(ci: str, outcome: str, tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("import pytest\n\ndef test_page():\n    pytest.skip('no Chromium')\n")
    (tmp_path / "test_file.py").write_text("import pytest\n\npytest.importorskip('no_such_package')\n")
    output = run_pytest(tmp_path, ci)
    assert outcome in output
    assert "no Chromium" in output
    assert "no_such_package" in output


def run_pytest(folder: Path, ci: str) -> str:
    options = "--color=no --continue-on-collection-errors -p tests.conftest -p no:cacheprovider -c pyproject.toml"
    return subprocess.run(  # noqa: S603  # pytest itself
        [sys.executable, "-m", "pytest", *options.split(), f"--rootdir={folder}", str(folder)],
        cwd=ROOT,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
