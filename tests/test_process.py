import logging

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
