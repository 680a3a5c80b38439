"""A world on SQLite, for what happens between Slack and us."""

from collections.abc import AsyncIterator

import pytest

from tests.pace import quick_pace
from tests.world import World, living

__all__ = ["quick_pace"]


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with living(sqlite_url) as world:
        yield world
