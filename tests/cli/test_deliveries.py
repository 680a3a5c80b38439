import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import utc_now
from bot.domain.outbox import Kind, Message, State
from bot.store.engine import open_engine
from bot.store.lock import hold
from bot.store.tables import ChannelRow, OutboxRow
from bot.store.unit_of_work import UnitOfWork
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
    header, *lines, totals = [line.split() for line in limber("deliveries").output.splitlines()]
    assert header == ["Due", "Channel", "What", "State", "Late", "Tries", "Why"]
    assert [line[2:] for line in lines] == [
        ["#design", "prompt:1", "sent", "1.5", "s", "1"],
        ["#design", "prompt:2", "missed", "0", "too", "late", "to", "be", "of", "use"],
        ["#C22", "prompt:3", "pending", "0"],
    ]
    assert " ".join(totals) == "Altogether 3: pending 1, sent 1, missed 1, late: median 1.5 s, worst 1.5 s."


def test_deliveries_can_be_narrowed_down(limber: Limber, stored: str) -> None:
    def keys(*words: str) -> list[str]:
        lines = limber("deliveries", *words).output.splitlines()
        return [line.split()[3] for line in lines[1:] if ":" in line.split()[3]]

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


def test_what_is_not_settled_is_shown_however_old_it_is(limber: Limber, stored: str) -> None:
    output = limber("deliveries", "--open").output
    assert "board:1" in output, "a month old"
    assert "prompt:3" in output
    assert "prompt:1" not in output
    assert "Altogether 2: pending 2." in output
    assert limber("deliveries", "--open", "--kind", "lobby").output == "Everything is settled.\n"


def test_days_are_the_channels_own_and_both_included(limber: Limber, stored: str, database_url: str) -> None:
    """Two prompts around the midnight before 1 December 2025, in Berlin, which is 23:00 in UTC."""

    async def fill() -> None:
        engine = open_engine(database_url)
        async with UnitOfWork(engine) as uow:
            workspace = await uow.workspaces.ensure_workspace("T1")
            channel = await uow.workspaces.ensure_channel(workspace.id, "C77", name="night", zone="Europe/Berlin")
            for key, minute in (("prompt:7", 22 * 60 + 59), ("prompt:8", 23 * 60)):
                due_at = datetime(2025, 11, 30, tzinfo=UTC) + timedelta(minutes=minute)
                await uow.outbox.enqueue(Message(channel.id, Kind.PROMPT, 1, key, due_at))
            await uow.commit()
        await engine.dispose()

    def keys(*words: str) -> list[str]:
        return re.findall(r"prompt:\d", limber("deliveries", *words).output)

    asyncio.run(fill())
    night = ("--channel", "C77")
    assert keys(*night) == [], "a week is shown unless more is asked for"
    assert keys(*night, "--since", "2025-11-30", "--until", "2025-12-01") == ["prompt:7", "prompt:8"]
    assert keys(*night, "--until", "2025-11-30") == ["prompt:7"]
    assert keys(*night, "--since", "2025-12-01") == ["prompt:8"]
    assert keys("--until", "2025-11-30") == ["prompt:7", "prompt:8"], "without a channel, in UTC"
    refused = limber("deliveries", "--since", "someday")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("I couldn't read 'someday' as a date. Try ")


def test_what_the_limit_leaves_out_is_said(limber: Limber, stored: str) -> None:
    assert "These are the newest 2; --limit shows more." in limber("deliveries", "--limit", "2").output
    assert "newest" not in limber("deliveries").output


def test_the_table_can_be_read_in_a_narrow_window(
    limber: Limber, stored: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def grow() -> None:
        engine = open_engine(database_url)
        async with AsyncSession(engine) as session:
            await session.execute(update(ChannelRow).values(name="a-channel-with-a-name-as-long-as-slack-allows-" * 2))
            error = "unknown outcome, and the app may not read the channel's history"
            await session.execute(update(OutboxRow).where(OutboxRow.key == "prompt:2").values(error=error))
            await session.execute(
                update(OutboxRow).where(OutboxRow.key == "prompt:1").values(key="run_step:1234567:12")
            )
            await session.commit()
        await engine.dispose()

    asyncio.run(grow())
    monkeypatch.setenv("COLUMNS", "100")
    lines = limber("deliveries").output.splitlines()
    assert max(map(len, lines)) <= 100
    assert not any("…" in line for line in lines)
    first = next(line for line in lines if "run_step" in line)
    assert "run_step:1234567:12" in first
    assert re.search(r"sent +1\.5 s +1", first), "what matters stays on one line"
