"""Slack's pace, quickened: the pace itself has tests of its own."""

from datetime import timedelta

import pytest

from bot.domain import outbox


@pytest.fixture(autouse=True)
def quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the playground take twenty messages a second of each kind."""
    for name in ("POST_EVERY", "WORKSPACE_POST_EVERY", "EDIT_EVERY", "LOOK_UP_EVERY"):
        monkeypatch.setattr(outbox, name, timedelta(seconds=0.05))
