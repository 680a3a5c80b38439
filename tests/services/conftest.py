"""A world on each database, and a courier that delivers to a Slack which answers as it is told."""

import pytest

from tests.services.courier import Courier
from tests.store.conftest import engine, world
from tests.store.world import World

__all__ = ["courier", "engine", "world"]


@pytest.fixture
def courier(world: World) -> Courier:
    return Courier(world)
