"""Which SQLite opens the files.

Everything in a process goes through this one: two copies of SQLite that open the same file in one process drop each
other's locks (https://sqlite.org/howtocorrupt.html, 2.2.1).
"""

import sqlite3  # noqa: TID251  # what serves where there is no other
from functools import cache
from importlib import import_module
from types import ModuleType

SAFE_WAL = (3, 51, 3)
"""The first SQLite in which several connections in WAL mode cannot corrupt the file."""


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
