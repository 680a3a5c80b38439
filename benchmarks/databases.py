"""Databases to measure on: SQLite files and a real PostgreSQL that keeps its promises."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from unittest.mock import patch

import psycopg

from tests import postgresql

# The tests' server may lose everything in a power cut. Here a commit has to cost what it costs.
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Host(Protocol):
    """Something that holds databases of one kind."""

    name: str

    @contextmanager
    def filled(self, fill: Callable[[str], None]) -> Iterator["Template"]:
        """Fill a database once, to be copied for every round."""
        ...


class Template(Protocol):
    """A filled database."""

    @property
    def url(self) -> str:
        """Its own address."""
        ...

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Copy it and answer the copy's address."""
        ...


class SQLiteFiles:
    """SQLite files in a temporary folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def filled(self, fill: Callable[[str], None]) -> Iterator["_File"]:
        """Fill a file once, to be copied for every round."""
        # In a folder of its own, for files of SQLite's and of ours may lie beside it.
        with TemporaryDirectory(dir=self._folder) as folder:
            file = _File(Path(folder) / "limber.db")
            fill(file.url)
            yield file


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def url(self) -> str:
        """Its own address."""
        return f"sqlite:///{self._path}"

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Copy the file and answer the copy's address."""
        with TemporaryDirectory(dir=self._path.parent) as folder:
            yield f"sqlite:///{shutil.copy(self._path, folder)}"


class PostgreSQL:
    """Databases in one running PostgreSQL."""

    name = "PostgreSQL"

    def __init__(self, server: postgresql.Server) -> None:
        self._server = server

    def version(self) -> str:
        """Say which PostgreSQL this is."""
        with psycopg.connect(self._server.url("postgres")) as connection:
            return str(connection.info.server_version // 10000)

    @contextmanager
    def filled(self, fill: Callable[[str], None]) -> Iterator["_Database"]:
        """Fill a database once, to be copied for every round."""
        with self._server.database() as name:
            fill(self._server.url(name))
            with psycopg.connect(self._server.url(name), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            yield _Database(self._server, name)


class _Database:
    def __init__(self, server: postgresql.Server, name: str) -> None:
        self._server = server
        self._name = name

    @property
    def url(self) -> str:
        """Its own address."""
        return self._server.url(self._name)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Copy the database and answer the copy's address."""
        with self._server.database(template=self._name) as name:
            yield self._server.url(name)


@contextmanager
def running_hosts() -> Iterator[tuple[SQLiteFiles, PostgreSQL]]:
    """Start what is measured on; raises postgresql.Unavailable."""
    with (
        TemporaryDirectory(prefix="limber-bench-") as folder,
        patch.dict(postgresql._SETTINGS, _DURABLE),  # noqa: SLF001  # the same server, but durable
        postgresql.running_server() as server,
    ):
        yield SQLiteFiles(Path(folder)), PostgreSQL(server)
