"""Two processes that plan on one database: through a month with DST changes they make the rows of one."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.domain.schedules import Schedule, next_due_at
from bot.services import outbox, planning
from bot.store.engine import open_engine
from bot.store.tables import BreakRow, ChannelRow, OutboxRow, ScheduleRow
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import default_catalogue
from tests import postgresql

CATALOGUE = default_catalogue()

BEGIN, END = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 4, 8, tzinfo=UTC)
"""New York changes its clocks on 8 March, Berlin on 29 March, Lord Howe by half an hour on 5 April."""

WEEKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))
SCHEDULES = {
    "C1": [Schedule(EVERY_DAY, (time(2, 30), time(10, 25)), "Europe/Berlin", "lower-back")],
    "C2": [Schedule(EVERY_DAY, (time(2, 30), time(15)), "America/New_York", "lower-back")],
    "C3": [Schedule(EVERY_DAY, (time(1, 45), time(9)), "Australia/Lord_Howe", "lower-back")],
    "C4": [
        # They meet every weekday at ten: one break serves both.
        Schedule(WEEKDAYS, (time(10), time(16)), "Europe/Berlin", "lower-back"),
        Schedule(EVERY_DAY, (time(10),), "Europe/Berlin", "lower-back"),
    ],
}

LATE = (0, 0, 1, 59, 400)
"""By how many seconds a process comes late to what is due; less than what would count as missed."""


async def fill(engine: AsyncEngine) -> None:
    async with UnitOfWork(engine) as uow:
        workspace = await uow.workspaces.ensure_workspace("T1", app_user_id="U", app_bot_id="B")
        for slack_id, several in SCHEDULES.items():
            zone = several[0].zone
            channel = await uow.workspaces.ensure_channel(workspace.id, slack_id, name=slack_id, zone=zone)
            for schedule in several:
                due_at = next_due_at(schedule, BEGIN)
                await uow.schedules.add(channel.id, schedule, next_due_at=due_at, now=BEGIN)
        await uow.commit()


async def live_through(engines: list[AsyncEngine], random: Random) -> None:
    """Have a scheduler on each engine live through the month, each with a clock that moves at its own pace."""
    workers: list[OpenUnitOfWork] = [partial(UnitOfWork, engine) for engine in engines]
    now: datetime | None = BEGIN
    while now is not None and now < END:
        instants = [now + timedelta(seconds=random.choice(LATE)) for _ in workers]
        ticks = zip(workers, instants, strict=True)
        await asyncio.gather(*(planning.materialise_due(each, CATALOGUE, instant) for each, instant in ticks))
        now = await outbox.next_due_at(workers[0], min(instants))


async def told(engine: AsyncEngine) -> dict[str, list[tuple[Any, ...]]]:
    """Read what is to be said: breaks, outbox rows by the break their key names, and what is due next."""
    of_break = (BreakRow.due_at, BreakRow.local_date, BreakRow.exercise_id, BreakRow.routine_id, BreakRow.origin)
    of_message = (OutboxRow.kind, OutboxRow.due_at, OutboxRow.expires_at, OutboxRow.state, BreakRow.due_at)
    key = "prompt:" + BreakRow.id.cast(OutboxRow.key.type)
    queries = {
        "breaks": select(ChannelRow.slack_id, *of_break).join(BreakRow),
        "outbox": select(ChannelRow.slack_id, *of_message)
        .join(OutboxRow, OutboxRow.channel_id == ChannelRow.id)
        .outerjoin(BreakRow, OutboxRow.key == key),
        "next": select(ChannelRow.slack_id, ScheduleRow.next_due_at).join(ScheduleRow),
    }
    async with AsyncSession(engine) as session:
        return {name: sorted(map(tuple, await session.execute(query)), key=repr) for name, query in queries.items()}


def occurrences() -> set[tuple[str, datetime]]:
    """Enumerate from the rules alone when each channel is due."""
    found = set()
    for slack_id, several in SCHEDULES.items():
        for schedule in several:
            instant = next_due_at(schedule, BEGIN)
            while instant is not None and instant < END:
                found.add((slack_id, instant))
                instant = next_due_at(schedule, instant)
    return found


async def month_of(server: postgresql.Server, template: str, schedulers: int) -> dict[str, list[tuple[Any, ...]]]:
    with server.database(template=template) as name:
        engines = [open_engine(server.url(name)) for _ in range(schedulers)]
        await fill(engines[0])
        await live_through(engines, Random(7))  # noqa: S311  # repeatable, not secret
        rows = await told(engines[0])
        for engine in engines:
            await engine.dispose()
    return rows


async def test_two_schedulers_make_the_rows_of_one_through_a_month_with_dst_changes(
    postgresql_server: postgresql.Server, migrated_postgresql: str
) -> None:
    one = await month_of(postgresql_server, migrated_postgresql, 1)
    two = await month_of(postgresql_server, migrated_postgresql, 2)
    assert two == one
    due = [(slack_id, due_at) for slack_id, due_at, *_ in two["breaks"] if due_at < END]
    assert len(due) == len(set(due))
    assert set(due) == occurrences()
    assert len(two["outbox"]) == len(two["breaks"])
    assert all(slack_due == break_due for _, _, slack_due, _, _, break_due in two["outbox"])
