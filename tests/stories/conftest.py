"""A world to tell a story in, on either database."""

from collections.abc import AsyncIterator

import pytest

from tests.pace import few_pictures, quick_pace
from tests.world import World, living

__all__ = ["few_pictures", "quick_pace"]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with living(database_url) as world:
        yield world


@pytest.fixture
async def sqlite_world(sqlite_url: str) -> AsyncIterator[World]:
    """A world for stories in which the database plays no part."""
    async with living(sqlite_url) as world:
        yield world
