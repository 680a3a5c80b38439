"""One SQLite in a process: the newest there is, and none where there is no SQLite file."""

import subprocess
import sys
from importlib.util import find_spec

from sqlalchemy import text

from bot.store.engine import open_sync_engine
from bot.store.sqlite import driver, version


def test_pysqlite3_opens_files_and_where_it_is_not_there_pythons_own_sqlite(sqlite_url: str) -> None:
    assert driver().__name__ == ("pysqlite3" if find_spec("pysqlite3") else "sqlite3")
    with open_sync_engine(sqlite_url).connect() as connection:
        assert connection.execute(text("SELECT sqlite_version()")).scalar_one() == ".".join(map(str, version()))


def test_postgresql_does_without_pysqlite3() -> None:
    opens = "import sys, bot.wiring, bot.store.engine as it; it.open_engine('postgresql://host/limber')"
    look = f"{opens}; print('pysqlite3' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert said.stdout == "False\n"
