"""Weeks of a team in three zones, recomputed from the raw rows by a script that knows nothing of the product."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.outbox import State
from bot.domain.streaks import Mark, diary_of
from bot.services import streaks
from bot.store.engine import open_sync_engine
from bot.store.tables import BreakRow, OutboxRow, StreakRow
from tests.pace import on_one
from tests.quarter import recompute
from tests.quarter.simulation import DAY, Quarter, live_through, quarter
from tests.store.conftest import engine

__all__ = ["engine"]


async def prove(told: Quarter) -> None:
    """Compare every number of every board, and of everybody at the end, with what the raw rows come to."""
    assert len(told.compared) >= told.weeks - 1
    for said, recomputed in told.compared:
        assert said == recomputed
    newest = max(await told.world.rows(BreakRow, "local_date"))
    marks: set[Mark] = set()
    database = open_sync_engine(told.url, read_only=True)
    for channel in told.channels:
        with database.connect() as connection:
            raw = recompute.read(connection, channel.id)
        async with told.world.uow() as uow:
            members = [await uow.members.get(habit.member.id) for habit in told.habits]
            for whole in (False, True):
                known = await streaks.learn(uow, channel, members, whole=whole)
                for member in members:
                    progress = known[member.id].progress(newest + DAY)
                    right = recompute.numbers(raw, member.id, newest)
                    streak = progress.streak
                    found = (streak.current, streak.reserve, streak.best, streak.days, progress.weeks)
                    assert found == (right.current, right.reserve, right.best, right.days, right.weeks), member
                    if whole:
                        marks.update(diary_of(known[member.id].history, newest + DAY).values())
    assert marks >= {Mark.DONE, Mark.RESERVE, Mark.NONE, Mark.AWAY, Mark.NOT_MINE}, "all of it came up"
    assert await streaks.check(told.world.uow) == []


@on_one("sqlite")
async def test_a_few_weeks_of_a_small_team_come_to_what_their_rows_say(engine: AsyncEngine, database_url: str) -> None:
    told = await quarter(engine, database_url, people=5, weeks=4)
    await live_through(told)
    await prove(told)
    assert told.pressed > 100
    assert any(len(said["standings"]) >= 3 for said, _ in told.compared)
    assert State.MISSED in await told.world.rows(OutboxRow, "state"), "the outage"
    assert await told.world.rows(StreakRow, "member_id") != []


@pytest.mark.long
async def test_a_quarter_of_forty_people_comes_to_what_its_rows_say(engine: AsyncEngine, database_url: str) -> None:
    told = await quarter(engine, database_url, people=40, weeks=13)
    await live_through(told)
    await prove(told)
    assert told.pressed > 1000
