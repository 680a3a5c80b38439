"""The state file: a journal of changes, one JSON line for each answer."""

import json
import os
from pathlib import Path

from playground.entities import Json

Change = tuple[str, str, Json | None]
"""Kind, id and new body of one record; no body means that it is gone."""

# A journal and not one big JSON file, because an answer then costs one short append however many messages
# there are. The line is handed to the operating system before the answer leaves, so a killed process loses
# nothing; a line cut in half can only be the last one, belongs to an answer that never left, and is skipped.


class Journal:
    """Keeps every record's newest body in a file; opening it compacts it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records = _read(path)
        self._compact()
        self._file = path.open("ab", buffering=0)

    def records(self) -> list[tuple[str, Json]]:
        """Give kind and body of everything kept, oldest first."""
        return [(kind, body) for (kind, _), body in self._records.items()]

    def append(self, changes: list[Change]) -> None:
        """Write what has changed, all or nothing."""
        self._file.write(json.dumps(changes, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _compact(self) -> None:
        lines = [json.dumps([[kind, key, body]]) + "\n" for (kind, key), body in self._records.items()]
        temporary = self._path.with_name(self._path.name + ".new")
        temporary.write_text("".join(lines), encoding="utf-8")
        os.replace(temporary, self._path)  # noqa: PTH105  (the one call that swaps files atomically everywhere)


class Nothing:
    """Stands in for the journal when everything is kept in memory."""

    def records(self) -> list[tuple[str, Json]]:
        """Give nothing."""
        return []

    def append(self, changes: list[Change]) -> None:
        """Forget it."""

    def close(self) -> None:
        """Do nothing."""


def _read(path: Path) -> dict[tuple[str, str], Json]:
    records: dict[tuple[str, str], Json] = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    for line in lines:
        if not line.endswith(b"\n"):
            break
        for kind, key, body in json.loads(line):
            if body is None:
                records.pop((kind, key), None)
            else:
                records[kind, key] = body
    return records
