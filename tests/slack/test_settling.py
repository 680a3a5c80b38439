"""What Slack answered is written down although the database is away for a moment."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import wiring
from bot.domain import outbox as rules
from bot.domain.outbox import Kind
from bot.slack import courier as couriers
from bot.store.tables import BreakRow, OutboxRow
from tests.slack.test_courier import SlowSlack, add_prompt, courier_of, until_calls
from tests.store.conftest import engine
from tests.store.world import NOON, World

__all__ = ["engine"]

Fail = Callable[[int], None]


@pytest.fixture
async def world(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(couriers, "_SETTLE_AGAIN_SECONDS", 0.05)
    return await World.create(engine)


@pytest.fixture
def fail(engine: AsyncEngine) -> Fail:
    """Have the database refuse so many settlements from now on, as it does while it is started again."""
    left = 0

    def order(times: int) -> None:
        nonlocal left
        left = times

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _on_execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal left
        if left and "UPDATE outbox SET" in statement and "settled_at" in statement:
            left -= 1
            raise OperationalError(statement, None, Exception("the server is shutting down"))

    return order


async def deliver(world: World, count: int = 1) -> None:
    """Deliver what is due; so many calls are answered at once."""
    slack = SlowSlack()
    slack.goes_on.set()
    courier = courier_of(world, slack)
    await courier.deliver_due()
    await until_calls(slack, count)
    await asyncio.wait_for(courier.drain(), 20)


@pytest.mark.parametrize("times", [1, 2])
async def test_prompts_whose_settlement_fails_keep_their_ts_and_count(world: World, fail: Fail, times: int) -> None:
    for number in range(3):
        await add_prompt(world, f"T{number}0", f"C{number}0")
    fail(times)
    await deliver(world, 3)
    assert sorted(await world.prompts("state", "message_ts")) == [("sent", f"{number}.5") for number in (1, 2, 3)]
    posted = await world.rows(BreakRow, "message_ts", "posted_at", "counts")
    assert sorted(posted) == [(f"{number}.5", NOON, True) for number in (1, 2, 3)]


async def test_any_message_whose_settlement_fails_keeps_its_ts(world: World, fail: Fail) -> None:
    await world.enqueue("hello", kind=Kind.HELLO, subject_id=0)
    fail(2)
    await deliver(world)
    assert await world.rows(OutboxRow, "state", "message_ts") == [("sent", "1.5")]


async def test_while_the_database_stays_away_a_settlement_is_given_up_with_the_lease(
    world: World, fail: Fail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CALL_TIMEOUT", timedelta(seconds=2.5))
    monkeypatch.setattr(rules, "LEASE", timedelta(seconds=2.5))
    await add_prompt(world, "T10", "C10")
    fail(1000)
    await deliver(world)
    assert await world.prompts("state") == ["intent"], "it is looked for"


async def at_once() -> None:
    """Stand for what has nothing under way."""


async def test_a_drain_ends_in_time_although_the_database_is_away(
    world: World, fail: Fail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "DRAIN_FOR", timedelta(seconds=0.5))
    await add_prompt(world, "T10", "C10")
    slack = SlowSlack()
    slack.goes_on.set()
    courier = courier_of(world, slack)
    limber: Any = SimpleNamespace(courier=courier, metronome=SimpleNamespace(stop=at_once))
    app: Any = SimpleNamespace(drain=at_once)
    fail(1000)
    await courier.deliver_due()
    await until_calls(slack, 1)
    await asyncio.wait_for(wiring._drain(limber, app), 10)  # noqa: SLF001  # what a stop does
    fail(0)
    await asyncio.wait_for(courier.drain(), 20)
    assert await world.prompts("state") == ["sent"]
