"""The lock of a SQLite file: one process at a time runs the bot on it or changes it from the command line.

The operating system holds it, so it ends with the process, however that ends. PostgreSQL needs none: any number of
processes share it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.store.engine import database_url

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class DatabaseBusy(Exception):  # noqa: N818  # said to a person, like a refusal
    """Another process runs the bot on this database, or changes it."""

    def __init__(self) -> None:
        super().__init__("The bot is running on this database; stop it first.")


@contextmanager
def hold(url: str) -> Iterator[None]:
    """Hold the database's lock; raises DatabaseBusy while another process has it, OSError if it cannot be made."""
    path = lock_path(url)
    if path is None:
        yield
        return
    # Beside the database, never the file itself: closing that one would drop SQLite's own locks. And it stays: if it
    # were deleted, two processes could hold two files of the same name.
    with path.open("ab") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            raise DatabaseBusy from None
        yield


def lock_path(url: str) -> Path | None:
    """Name the file that stands for a SQLite database's lock; None for PostgreSQL and for a database in memory."""
    parsed = database_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    path = Path(str(parsed.database)).resolve()
    return path.with_name(f"{path.name}-lock")
