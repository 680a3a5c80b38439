"""Breaks are made a moment ahead, and nobody can tell: what changes meanwhile takes back what is not out yet."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot import ticks
from bot.domain.dates import Dates
from bot.domain.schedules import Schedule
from bot.services import aways, outbox, pauses, planning, schedules, workspaces
from bot.services.planning import AHEAD
from bot.store.tables import BreakRow, OutboxRow, ScheduleRow
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

AT_ONE = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "lower-back")
"""Noon in UTC."""

MOMENT, DAY = timedelta(seconds=1), timedelta(days=1)
BEFORE = NOON - MOMENT

Change = Callable[[World, int], Awaitable[object]]


async def made_ahead(world: World) -> int:
    """Set breaks up and have the one of noon made; answers the schedule's id."""
    schedule_id = await schedules.add_schedule(
        world.uow, CATALOGUE, world.channel, AT_ONE, keeper=None, now=NOON - DAY + MOMENT
    )
    assert await planning.materialise_due(world.uow, CATALOGUE, BEFORE, ahead=AHEAD) == 1
    assert await breaks(world) == [NOON]
    return schedule_id


async def breaks(world: World) -> list[object]:
    """List when breaks are due that are there with a prompt."""
    found = await world.rows(BreakRow, "id", "due_at")
    subjects = [each for kind, each in await world.rows(OutboxRow, "kind", "subject_id") if kind == "prompt"]
    assert sorted(subjects) == sorted(number for number, _ in found)
    return [due_at for _, due_at in found]


async def test_a_break_made_ahead_goes_out_when_it_is_due_and_not_before(world: World, courier: Courier) -> None:
    await made_ahead(world)
    assert (await outbox.claim(world.uow, BEFORE)).to_send == []
    await courier.deliver(NOON)
    assert [each for each in courier.keys if each.startswith("prompt")] == ["prompt:1"]
    assert await world.rows(BreakRow, "due_at", "local_date", "counts") == [(NOON, NOON.date(), True)]


async def test_the_tick_makes_breaks_ahead_and_boards_when_they_are_due(world: World) -> None:
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, AT_ONE, keeper=None, now=NOON - DAY + MOMENT)
    for board_due_at, now, wait, made in (
        (NOON - 2 * MOMENT, NOON - AHEAD - 2 * MOMENT, 2.0, []),
        (NOON - 2 * MOMENT, NOON - AHEAD, 1.0, [NOON]),
        (None, NOON - 2 * MOMENT, (DAY - AHEAD + 2 * MOMENT).total_seconds(), [NOON]),
    ):
        async with world.uow() as uow:
            await uow.workspaces.update_channel(world.channel.id, board_due_at=board_due_at)
            await uow.commit()
        assert await ticks.plan(world.uow, CATALOGUE, lambda: now) == wait  # noqa: B023  # called before it changes
        assert await breaks(world) == made


async def edit(world: World, schedule_id: int) -> None:
    later = replace(AT_ONE, times=(time(15),))
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, later, now=BEFORE)


async def remove(world: World, schedule_id: int) -> None:
    await schedules.remove_schedule(world.uow, CATALOGUE, schedule_id, now=BEFORE)


async def pause(world: World, schedule_id: int) -> None:
    await schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=True, now=BEFORE)


async def pause_for_today(world: World, _: int) -> None:
    today, who = Dates(NOON.date(), NOON.date()), world.members[1]
    await pauses.pause_channel(world.uow, CATALOGUE, world.channel, today, member=who, now=BEFORE)


async def stop(world: World, _: int) -> None:
    await workspaces.leave_channel(world.uow, "T1", "C1", BEFORE)


@pytest.mark.parametrize("change", [edit, remove, pause, pause_for_today, stop])
async def test_a_change_takes_back_what_is_not_due_yet(world: World, change: Change) -> None:
    await change(world, await made_ahead(world))
    assert await breaks(world) == []
    assert await planning.materialise_due(world.uow, CATALOGUE, NOON) == 0


async def test_going_away_takes_back_a_break_of_ones_own(world: World) -> None:
    own, who = await world.add_channel("D1"), world.members[0]
    await schedules.add_schedule(world.uow, CATALOGUE, own, AT_ONE, keeper=who, now=NOON - DAY + MOMENT)
    await planning.materialise_due(world.uow, CATALOGUE, BEFORE, ahead=AHEAD)
    assert await breaks(world) == [NOON]
    await aways.go_away(world.uow, CATALOGUE, who, Dates(NOON.date(), NOON.date()), BEFORE)
    assert await breaks(world) == []


async def test_a_break_that_a_change_leaves_as_it_is_is_made_anew_with_what_it_serves_now(world: World) -> None:
    schedule_id = await made_ahead(world)
    neck = replace(AT_ONE, area="neck")
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, neck, now=BEFORE)
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON]
    assert await planning.materialise_due(world.uow, CATALOGUE, BEFORE, ahead=AHEAD) == 1
    assert await world.rows(BreakRow, "due_at", "drawn_from") == [(NOON, "exercises:neck")]


async def test_what_a_courier_has_in_hand_by_its_own_clock_is_out(world: World) -> None:
    schedule_id = await made_ahead(world)
    [delivery] = (await outbox.claim(world.uow, NOON)).to_send
    await edit(world, schedule_id)
    assert await breaks(world) == [NOON]
    assert len(await outbox.prepare_prompts(world.uow, CATALOGUE, [delivery], NOON)) == 1
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + timedelta(hours=2)]


async def test_a_break_sent_by_hand_comes_before_the_one_made_ahead_in_what_is_served(world: World) -> None:
    await made_ahead(world)
    await planning.send_now(world.uow, CATALOGUE, world.channel, member=world.members[0], now=BEFORE)
    await planning.materialise_due(world.uow, CATALOGUE, BEFORE, ahead=AHEAD)
    assert await world.rows(BreakRow, "due_at", "position") == [(BEFORE, 0), (NOON, 1)]
