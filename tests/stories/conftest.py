"""A world to tell a story in, on either database."""

from collections.abc import AsyncIterator

import pytest

from bot.slack.pictures import Pictures
from tests.pace import quick_pace
from tests.world import FEW_PICTURES, World, living

__all__ = ["quick_pace"]


@pytest.fixture
def few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no more pictures than the lower back's: the other eighty only take time."""
    monkeypatch.setattr(Pictures, "digests", FEW_PICTURES)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with living(database_url) as world:
        yield world


@pytest.fixture
async def sqlite_world(sqlite_url: str) -> AsyncIterator[World]:
    """A world for stories in which the database plays no part."""
    async with living(sqlite_url) as world:
        yield world
