"""Several workers at the same instant, each with its own connections where the database has them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from datetime import time, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain import outbox as rules
from bot.domain.breaks import BUTTON, RUN, Change
from bot.domain.errors import RunIsOn
from bot.domain.outbox import Kind, Outcome
from bot.domain.outbox import Result as Answer
from bot.domain.schedules import Schedule
from bot.services import boards, breaks, outbox, planning, runs, schedules, settlement, workspaces
from bot.services.breaks import Sight
from bot.services.outbox import Ready
from bot.services.settlement import Answered
from bot.store.engine import open_engine
from bot.store.pauses import Pauses
from bot.store.tables import (
    BoardRow,
    BreakRow,
    OutboxRow,
    ParticipationRow,
    RunMemberRow,
    RunRow,
    ScheduleRow,
    SupportRow,
)
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import default_catalogue
from tests.store.world import NOON, World

CATALOGUE = default_catalogue()
WORKERS = 4

Result = TypeVar("Result")


@pytest.fixture
async def workers(engine: AsyncEngine, database_url: str) -> AsyncIterator[list[OpenUnitOfWork]]:
    """Open the database once for each worker; a SQLite file is opened by one process alone, which has one engine."""
    shared = database_url.startswith("sqlite")
    engines = [engine] if shared else [open_engine(database_url) for _ in range(WORKERS)]

    def worker(number: int) -> OpenUnitOfWork:
        return lambda: UnitOfWork(engines[number % len(engines)])

    yield [worker(number) for number in range(WORKERS)]
    for each in engines:
        await each.dispose()


async def at_once(*tasks: Awaitable[Result]) -> list[Result]:
    return list(await asyncio.wait_for(asyncio.gather(*tasks), timeout=30))


async def add_schedule(world: World, channel_id: int | None = None) -> None:
    schedule = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "lower-back")
    async with world.uow() as uow:
        await uow.schedules.add(channel_id or world.channel.id, schedule, next_due_at=NOON, now=NOON)
        await uow.commit()


async def test_ticks_at_once_make_one_break_of_each_schedule(world: World, workers: list[OpenUnitOfWork]) -> None:
    channels = [await world.add_channel(f"C{number}") for number in range(2, 8)]
    for channel in channels:
        await add_schedule(world, channel.id)
    moved = await at_once(*(planning.materialise_due(each, CATALOGUE, NOON) for each in workers))
    assert sum(moved) == len(channels)
    assert Counter(await world.rows(BreakRow, "channel_id")) == {channel.id: 1 for channel in channels}
    assert len(await world.rows(OutboxRow, "key")) == len(channels)
    assert set(await world.rows(ScheduleRow, "next_due_at")) == {NOON + timedelta(days=1)}


async def test_a_tick_and_a_change_that_need_what_the_other_holds_never_deadlock(
    world: World, workers: list[OpenUnitOfWork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tick has the schedule and is about to write to the channel; the change has that, and waits for the former."""
    await add_schedule(world)
    changes: list[asyncio.Task[None]] = []
    count = Pauses.unused_days

    async def while_somebody_changes(*asked: Any) -> dict[int, int]:
        if not changes:
            change = schedules.remove_schedule(workers[1], CATALOGUE, 1, now=NOON)
            changes.append(asyncio.create_task(change))
            await asyncio.sleep(0.3)
        return await count(*asked)

    monkeypatch.setattr(Pauses, "unused_days", while_somebody_changes)
    await at_once(planning.materialise_due(workers[0], CATALOGUE, NOON))
    await at_once(*changes)
    assert await world.rows(BreakRow, "due_at") == [NOON]
    assert await world.rows(ScheduleRow, "id") == []


async def test_ticks_at_once_merge_schedules_that_meet(world: World, workers: list[OpenUnitOfWork]) -> None:
    for _ in range(4):
        await add_schedule(world)
    await at_once(*(planning.materialise_due(each, CATALOGUE, NOON) for each in workers))
    assert len(await world.rows(BreakRow, "id")) == len(await world.rows(OutboxRow, "id")) == 1
    assert set(await world.rows(ScheduleRow, "next_due_at")) == {NOON + timedelta(days=1)}


async def test_couriers_at_once_claim_every_message_once(
    world: World, workers: list[OpenUnitOfWork], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Four claims at once may take long, and a turn must not come round meanwhile.
    monkeypatch.setattr(rules, "POST_PATIENCE", timedelta(seconds=60))
    monkeypatch.setattr(rules, "LEASE", timedelta(hours=1))
    channels = [await world.add_channel(f"C{number}") for number in range(2, 10)]
    for channel in channels:
        await world.enqueue(f"prompt:{channel.id}", channel=channel)
        await world.enqueue(f"second:{channel.id}", channel=channel)
    claimed: list[str] = []

    async def courier(number: int) -> None:
        found = await outbox.claim(workers[number], NOON)
        claimed.extend(delivery.key for delivery in found.to_send)

    for so_far in (5, 8, 8):
        await at_once(*(courier(number) for number in range(WORKERS)))
        assert len(claimed) == so_far, "the workspace has one burst, whoever takes it"
        await world.pass_time(61)
    assert sorted(claimed) == sorted(f"prompt:{channel.id}" for channel in channels)


async def test_couriers_at_once_take_one_edit_of_a_workspace(
    world: World, workers: list[OpenUnitOfWork], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "EDIT_EVERY", timedelta(seconds=60))  # as above
    for number in range(5):
        await world.enqueue(f"edit:{number}", kind=Kind.PROMPT_EDIT)
    claims = await at_once(*(outbox.claim(each, NOON) for each in workers))
    assert sum(len(claimed.to_send) for claimed in claims) == 1


async def test_a_doubled_press_is_one_participation_counted_once(world: World, workers: list[OpenUnitOfWork]) -> None:
    break_id, member = await world.add_break(), world.members[0]
    answers = await at_once(
        *(
            breaks.press_done(each, Sight(break_id), member, on=True, event_at=NOON, now=NOON + timedelta(seconds=1))
            for each in workers
        )
    )
    assert Counter(answer.change for answer in answers) == {Change.COUNTED: 1, Change.ALREADY: 3}
    assert sum(answer.is_first_ever for answer in answers) == 1
    assert await world.rows(ParticipationRow, "is_done") == [True]
    assert await world.rows(SupportRow, "kind", "is_on", "event_at") == [("button", True, NOON)]


async def test_five_people_pressing_at_once_are_five_and_bring_one_live_line(
    world: World, workers: list[OpenUnitOfWork]
) -> None:
    break_id = await world.add_break()
    await at_once(
        *(
            breaks.press_done(workers[number % WORKERS], Sight(break_id), member, on=True, event_at=NOON, now=NOON)
            for number, member in enumerate(world.members)
        )
    )
    assert await world.rows(ParticipationRow, "is_done") == [True] * 5
    assert await world.rows(OutboxRow, "key", "revision") == [(f"prompt_edit:{break_id}", 3)]


async def test_two_people_pressing_together_at_once_are_in_one_run(world: World, workers: list[OpenUnitOfWork]) -> None:
    break_id = await world.add_break()
    found = await at_once(
        *(
            runs.do_together(each, CATALOGUE, Sight(break_id), member, NOON)
            for each, member in zip(workers, world.members[:2], strict=False)
        )
    )
    assert len({run.id for run in found}) == 1
    assert await world.rows(RunRow, "state") == ["lobby"]
    assert sorted(await world.rows(RunMemberRow, "member_id")) == [member.id for member in world.members[:2]]
    keys = await world.rows(OutboxRow, "key")
    assert sorted(keys) == [f"prompt_edit:{break_id}", f"run_step:{await the_run(world)}:0"]


async def the_run(world: World) -> int:
    [run_id] = await world.rows(RunRow, "id")
    return int(run_id)


async def test_everybody_joining_and_leaving_at_once_loses_nobody(world: World, workers: list[OpenUnitOfWork]) -> None:
    break_id = await world.add_break()
    run = await runs.do_together(world.uow, CATALOGUE, Sight(break_id), world.members[0], NOON)
    await at_once(
        *(
            runs.press(workers[number % WORKERS], run.id, "join", member, NOON)
            for number, member in enumerate(world.members[1:])
        )
    )
    found = await world.run(run.id)
    assert found is not None
    assert {member.member_id for member in found.present} == {member.id for member in world.members}
    await at_once(
        *(
            runs.press(workers[number % WORKERS], run.id, "leave", member, NOON)
            for number, member in enumerate(world.members)
        )
    )
    assert await world.rows(RunRow, "state", "live_break_id") == [("cancelled", None)]


async def test_runs_outside_breaks_at_once_are_one(world: World, workers: list[OpenUnitOfWork]) -> None:
    results = await asyncio.gather(
        *(
            runs.start_on_demand(each, world.channel, CATALOGUE.routine("lowback"), member, NOON)
            for each, member in zip(workers, world.members, strict=False)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, RunIsOn) for result in results) == WORKERS - 1
    assert len(await world.rows(RunRow, "id")) == 1


async def test_workers_making_boards_at_once_make_one(world: World, workers: list[OpenUnitOfWork]) -> None:
    break_id = await world.add_break()
    await breaks.press_done(world.uow, Sight(break_id), world.members[0], on=True, event_at=NOON, now=NOON)
    monday = NOON + timedelta(days=7)
    async with world.uow() as uow:
        await uow.workspaces.update_channel(world.channel.id, board_due_at=monday)
        await uow.commit()
    await at_once(*(boards.make_due(each, monday) for each in workers))
    assert await world.rows(BoardRow, "week") == [NOON.date()]
    assert len([key for key in await world.rows(OutboxRow, "key") if key.startswith("board:")]) == 1


async def credit_everyone(world: World, open_unit_of_work: OpenUnitOfWork, run_id: int) -> None:
    async with open_unit_of_work() as uow:
        run = await uow.runs.find(run_id)
        assert run is not None
        for member in world.members:
            await breaks.credit_run(uow, run, member, world.channel, NOON)
        await uow.commit()


async def press(world: World, open_unit_of_work: OpenUnitOfWork, break_id: int, number: int) -> None:
    member = world.members[number]
    await breaks.press_done(open_unit_of_work, Sight(break_id), member, on=True, event_at=NOON, now=NOON)


async def test_crediting_a_run_while_its_people_press_done_never_deadlocks(
    world: World, workers: list[OpenUnitOfWork]
) -> None:
    """The step credits everyone in one transaction; each press needs the same rows from the other end."""
    for attempt in range(5):
        break_id = await world.add_break(NOON + timedelta(minutes=attempt), ts=f"{attempt}.0")
        run = await runs.do_together(world.uow, CATALOGUE, Sight(break_id), world.members[0], NOON)
        await at_once(
            credit_everyone(world, workers[0], run.id),
            *(press(world, workers[number % WORKERS], break_id, number) for number in (4, 3, 2, 1, 0)),
        )
        async with world.uow() as uow:
            assert await uow.breaks.count_done(break_id) == 5
    assert set(await world.rows(SupportRow, "kind")) == {BUTTON, RUN}


async def test_stopping_runs_while_couriers_claim_never_deadlocks(world: World, workers: list[OpenUnitOfWork]) -> None:
    break_ids = [await world.add_break(NOON + timedelta(hours=number), ts=f"{number}.0") for number in range(6)]
    live = [await runs.do_together(world.uow, CATALOGUE, Sight(each), world.members[0], NOON) for each in break_ids]
    later = NOON + timedelta(minutes=2)
    await at_once(
        *(runs.press(workers[number % 2], run.id, "stop", world.members[0], later) for number, run in enumerate(live)),
        *(outbox.claim(workers[2 + number % 2], later, number + 1) for number in range(6)),
    )
    assert set(await world.rows(RunRow, "state")) == {"cancelled"}


async def refuse(open_unit_of_work: OpenUnitOfWork, ready: Ready) -> bool:
    now = NOON + timedelta(seconds=1)
    await settlement.settle(
        open_unit_of_work, Answered(ready, Answer(Outcome.CHANNEL_GONE, error="not_in_channel"), now)
    )
    return True


async def test_a_refusal_and_the_removal_event_at_once_tell_the_keeper_once(
    world: World, workers: list[OpenUnitOfWork]
) -> None:
    for attempt in range(8):
        channel = await world.add_channel(f"C1{attempt}")
        await add_schedule(world, channel.id)
        break_id = await world.add_break(NOON, ts=None, channel=channel)
        await world.enqueue(f"prompt:{break_id}", subject_id=break_id, channel=channel)
        [delivery] = (await outbox.claim(world.uow, NOON)).to_send
        ready = await outbox.prepare(world.uow, CATALOGUE, delivery, NOON)
        assert ready is not None
        await at_once(
            refuse(workers[0], ready),
            *(workspaces.leave_channel(each, "T1", channel.slack_id, NOON) for each in workers[1:]),
        )
        await world.pass_time(60)
        told = [key for key in await world.rows(OutboxRow, "key") if key.startswith(f"stopped:{channel.id}:")]
        assert len(told) == 1
        async with world.uow() as uow:
            await uow.outbox.drop(told, "heard")
            await uow.commit()
