"""A world on SQLite, for what happens between Slack and us."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.store import outbox
from tests.world import World, living


@pytest.fixture(autouse=True)
def _quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the playground take twenty messages a second: the pace itself has tests of its own."""
    monkeypatch.setattr(outbox, "POST_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(outbox, "EDIT_EVERY", timedelta(seconds=0.05))


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with living(sqlite_url) as world:
        yield world
