"""`limber streaks check` finds what is not what the rows come to, and puts it right when asked."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.breaks import BUTTON, Support
from bot.domain.streaks import Checkpoint, Streak, Tally
from bot.store.engine import open_engine
from bot.store.lock import hold
from bot.store.tables import StreakRow
from tests.cli.conftest import Limber
from tests.store.world import NOON, World


@pytest.fixture
def stored(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three people who did one break, and whose streaks are folded; Ben's is wrong."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    asyncio.run(_fill(database_url))
    return database_url


async def _fill(url: str) -> None:
    engine = open_engine(url)
    world = await World.create(engine)
    break_id = await world.add_break()
    async with world.uow() as uow:
        for member in world.members[:3]:
            where = (member.id, world.channel.id, NOON.date(), Support(BUTTON, is_on=True, event_at=NOON))
            await uow.breaks.record(*where, break_id=break_id, first_done_at=NOON)
            checkpoint = Checkpoint(date(2026, 3, 9), Tally(Streak(1, 1, 1, 1), 1))
            await uow.streaks.keep(member.id, world.channel.id, checkpoint)
        await uow.commit()
    await engine.dispose()
    await _damage(url, {"best": 40})


def test_a_check_names_what_is_wrong_and_a_repair_puts_it_right(limber: Limber, stored: str) -> None:
    found = limber("streaks", "check")
    assert found.exit_code == 1
    assert "Person 2 in channel 1, before 2026-03-09" in found.output
    assert "3 stored streaks: 2 right, 1 wrong; put them right with --repair." in found.output
    assert "1 put right" in limber("streaks", "check", "--repair").output
    again = limber("streaks", "check")
    assert (again.exit_code, again.output.strip()) == (0, "3 stored streaks: all right.")


def test_a_check_tells_apart_what_differs_in_the_days_missed_alone(limber: Limber, stored: str) -> None:
    assert limber("streaks", "check", "--repair").exit_code == 0
    gap = {"missed": 1, "missed_first": date(2026, 3, 3), "missed_last": date(2026, 3, 3)}
    asyncio.run(_damage(stored, gap))
    assert "1 week, then 1 day missed from 2026-03-03 to 2026-03-03; the rows" in limber("streaks", "check").output


async def _damage(url: str, values: dict[str, Any]) -> None:
    engine = open_engine(url)
    async with AsyncSession(engine) as session:
        await session.execute(update(StreakRow).where(StreakRow.member_id == 2).values(values))
        await session.commit()
    await engine.dispose()


def test_a_check_reads_beside_a_running_bot_and_a_repair_does_not_write_there(
    limber: Limber, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with hold(sqlite_url):
        assert limber("streaks", "check").output.strip() == "0 stored streaks: all right."
        assert limber("streaks", "check", "--repair").exit_code != 0
