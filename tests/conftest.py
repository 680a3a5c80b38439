"""What any test may ask for: a database of its own, on SQLite and on PostgreSQL. In CI nothing is skipped."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from bot.settings import ignore_proxies
from bot.store.migrations import upgrade
from tests import postgresql

BACKENDS = ("sqlite", "postgresql")

ignore_proxies()
os.environ.pop("FORCE_COLOR", None)  # commands would write colours into what the tests read

# The same code gives the same examples, so that main is as green for everybody as it was for whoever committed to it.
settings.register_profile("repeatable", deadline=None, derandomize=True)
# `make test-long` looks where nobody has looked yet.
settings.register_profile("searching", deadline=None, max_examples=1000)
settings.load_profile("repeatable")

_literals, _none = providers._get_local_constants, providers._local_constants  # noqa: SLF001  # there is no setting


def _constants() -> Any:
    """Draw from the code's literals in a search alone: which are known depends on the tests that ran before."""
    return _none if settings().derandomize else _literals()


patch.object(providers, "_get_local_constants", _constants).start()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Run half as many tests again as there are cores: a story or a fault waits for half its time."""
    return (yield) * 3 // 2


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed test: what is missing there has to be said."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"In CI nothing is skipped, and this was: {call.excinfo and call.excinfo.value}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that says it has to be skipped."""
    report = yield
    if os.environ.get("CI") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"In CI nothing is skipped, and this was: {report.longrepr}"
    return report


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database with all tables, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=BACKENDS)
def blank_database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with nothing in it, for the migrations' own tests."""
    return str(request.getfixturevalue(f"blank_{request.param}_url"))


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'limber.db')}"


@pytest.fixture
def blank_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'limber.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: postgresql.Server, migrated_postgresql: str) -> Iterator[str]:
    with postgresql_server.lent(migrated_postgresql) as name:
        yield postgresql_server.url(name)


@pytest.fixture
def blank_postgresql_url(postgresql_server: postgresql.Server) -> Iterator[str]:
    with postgresql_server.database() as name:
        yield postgresql_server.url(name)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "limber.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: postgresql.Server) -> Iterator[str]:
    with postgresql_server.database() as name:
        upgrade(postgresql_server.url(name))
        yield name


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One server for each process that runs tests; about a second."""
    try:
        with postgresql.running_server() as server:
            yield server
    except postgresql.Unavailable as error:
        pytest.skip(str(error))
