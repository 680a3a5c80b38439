import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import utc_now
from bot.domain.outbox import Kind, State
from bot.store.engine import open_engine
from bot.store.lock import hold
from bot.store.tables import OutboxRow
from tests.cli.conftest import Limber
from tests.store.world import World

NOW = utc_now().replace(microsecond=0)


@pytest.fixture
def stored(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three prompts of an hour ago: one sent 1.5 s late, one missed, one still open; and a board of last month."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    asyncio.run(_fill(database_url))
    return database_url


async def _fill(url: str) -> None:
    engine = open_engine(url)
    world = await World.create(engine)
    due_at = NOW - timedelta(hours=1)
    other = await world.add_channel("C22")
    for key, channel in (("prompt:1", world.channel), ("prompt:2", world.channel), ("prompt:3", other)):
        await world.enqueue(key, due_at=due_at, channel=channel)
    await world.enqueue("board:1", kind=Kind.BOARD, due_at=NOW - timedelta(days=30))
    async with AsyncSession(engine) as session:
        of = update(OutboxRow).where
        sent_at = due_at + timedelta(seconds=1.5)
        sent = of(OutboxRow.key == "prompt:1").values(is_open=False, state=State.SENT, settled_at=sent_at, attempts=1)
        missed = of(OutboxRow.key == "prompt:2").values(
            is_open=False, state=State.MISSED, error="too late to be of use"
        )
        for statement in (sent, missed):
            await session.execute(statement)
        await session.commit()
    await engine.dispose()


def test_deliveries_say_what_was_posted_how_late_and_why_not(limber: Limber, stored: str) -> None:
    header, *lines = [line.split() for line in limber("deliveries").output.splitlines()]
    assert header == ["Due", "Channel", "What", "State", "Late", "Tries", "Why"]
    assert [line[2:] for line in lines] == [
        ["#design", "prompt:1", "sent", "1.5", "s", "1"],
        ["#design", "prompt:2", "missed", "0", "too", "late", "to", "be", "of", "use"],
        ["#C22", "prompt:3", "pending", "0"],
    ]


def test_deliveries_can_be_narrowed_down(limber: Limber, stored: str) -> None:
    def keys(*words: str) -> list[str]:
        return [line.split()[3] for line in limber("deliveries", *words).output.splitlines()[1:]]

    assert keys("--channel", "C22") == ["prompt:3"]
    assert keys("--state", "missed", "--state", "sent") == ["prompt:1", "prompt:2"]
    assert keys("--kind", "board", "--days", "60") == ["board:1"]
    assert keys("--limit", "1") == ["prompt:3"]
    assert "Nothing was due." in limber("deliveries", "--kind", "board").output
    assert limber("deliveries", "--channel", "design").exit_code == 2
    assert limber("deliveries", "--state", "lost").exit_code == 2


def test_deliveries_are_read_beside_a_running_bot(limber: Limber, stored: str) -> None:
    with hold(stored):
        assert "prompt:1" in limber("deliveries").output
