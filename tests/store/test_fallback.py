"""Where pysqlite3 has no wheel, Python's own SQLite does: the same tests, in a process in which it is not there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORE = ("test_engine", "test_sqlite", "test_sqlite_connection", "test_migrations", "test_repositories")


def test_without_pysqlite3_the_same_tests_pass() -> None:
    tests = [*(f"tests/store/{name}.py" for name in STORE), "tests/cli/test_database.py", "tests/cli/test_doctor.py"]
    options = ["-p", "tests.without_pysqlite3", "-p", "no:cacheprovider", "-k", "not postgresql"]
    ran = subprocess.run(  # noqa: S603  # pytest itself
        [sys.executable, "-m", "pytest", *options, *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout
