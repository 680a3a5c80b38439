"""Which SQLite opens the files, in which journal mode.

Everything in a process goes through this one: two copies of SQLite that open the same file in one process drop each
other's locks (https://sqlite.org/howtocorrupt.html, 2.2.1).
"""

import logging
import sqlite3  # noqa: TID251  # what serves where there is no other
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

logger = logging.getLogger(__name__)

SAFE_WAL = (3, 51, 3)
"""The first SQLite in which several connections in WAL mode cannot corrupt the file."""

_CHECKPOINT_PAGES = 4000
"""So many pages (16 MB) gather before they are brought from the WAL into the file: once or twice for many breaks."""


@cache
def driver() -> ModuleType:
    """Name the module that opens files: pysqlite3, which brings a new SQLite along, or else Python's own."""
    try:
        return import_module("pysqlite3")  # when a file is opened, for PostgreSQL does without
    except ImportError:
        return sqlite3


def version() -> tuple[int, ...]:
    """Name the version of SQLite."""
    found: tuple[int, ...] = driver().sqlite_version_info
    return found


def best_journal_mode() -> str:
    """Name the fastest journal mode that is safe: a commit waits for the disk once in WAL, four times in DELETE."""
    return "WAL" if version() >= SAFE_WAL else "DELETE"


def prepare_for_writing(cursor: Any) -> None:
    """Have a commit survive a power cut, what is deleted be overwritten, and the journal be kept in the best mode."""
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA secure_delete = ON")  # Debian's SQLite is built that way, pysqlite3's is not
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    mode = best_journal_mode()
    try:
        cursor.execute(f"PRAGMA journal_mode = {mode}")
    except driver().OperationalError as error:  # as when somebody looks at the file just now
        logger.warning("the journal mode cannot be changed to %s now (%s), and stays as it is", mode, error)
