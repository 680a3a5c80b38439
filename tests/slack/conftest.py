"""A world on SQLite, for what happens between Slack and us."""

from collections.abc import AsyncIterator

import pytest

from bot.slack.pictures import Pictures
from tests.pace import quick_pace
from tests.world import FEW_PICTURES, World, living

__all__ = ["quick_pace"]


@pytest.fixture
async def world(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(Pictures, "digests", FEW_PICTURES)
    async with living(sqlite_url) as world:
        yield world
