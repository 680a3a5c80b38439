import logging
import subprocess
import sys

import pytest

from bot.process import write_log
from bot.slack.clients import LIBRARIES


def test_the_log_begins_at_its_level_for_libraries_with_loggers_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    write_log("WARNING", "%(levelname)s %(name)s: %(message)s")
    for library in LIBRARIES:
        library.info("A new session has been established")
        library.warning("it is gone")
    assert capfd.readouterr().err == "".join(f"WARNING {each.name}: it is gone\n" for each in LIBRARIES)


NOT_TO_START = {"alembic", "holidays", "mako", "psycopg", "rich", "starlette", "uvicorn"}
"""What takes long to load and is for changing the schema, for tables on the command line, for a web server."""


def test_a_start_over_a_websocket_loads_no_library_that_it_does_without() -> None:
    load = f"import sys, bot.cli.start, bot.process; print(*sorted({NOT_TO_START} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=True).stdout  # noqa: S603  # our own Python
    assert loaded == "\n"
