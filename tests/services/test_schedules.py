"""Setting schedules, and a tick that makes each due break once or says that it was missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot.domain.errors import ChannelStopped, NotTheKeeper, ScheduleChanged, ScheduleGone
from bot.domain.greetings import Introduction
from bot.domain.schedules import Schedule
from bot.services import planning, schedules, workspaces
from bot.store.tables import BreakRow, ChannelRow, OutboxRow, ScheduleRow
from bot.store.unit_of_work import UnitOfWork
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AT_ONE = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "lower-back")
"""13:00 in Berlin is noon in UTC while it is winter."""


async def add(world: World, schedule: Schedule = AT_ONE, *, now: datetime = NOON - MINUTE) -> int:
    return await schedules.add_schedule(world.uow, CATALOGUE, world.channel, schedule, keeper=None, now=now)


async def tick(world: World, now: datetime) -> int:
    return await planning.materialise_due(world.uow, CATALOGUE, now)


async def next_due(world: World) -> list[datetime | None]:
    return await world.rows(ScheduleRow, "next_due_at")


async def test_a_due_schedule_becomes_a_break_a_prompt_and_its_next_instant(world: World) -> None:
    schedule_id = await add(world)
    assert await tick(world, NOON - MINUTE) == 0
    assert await tick(world, NOON) == 1
    [(break_id, *facts)] = await world.rows(BreakRow, "id", "channel_id", "due_at", "local_date", "origin", "counts")
    assert facts == [world.channel.id, NOON, date(2026, 3, 2), "schedule", False]
    prompt = await world.rows(OutboxRow, "kind", "subject_id", "key", "due_at", "expires_at")
    assert prompt == [("prompt", break_id, f"prompt:{break_id}", NOON, NOON + 10 * MINUTE)]
    assert await world.rows(ScheduleRow, "id", "next_due_at") == [(schedule_id, NOON + DAY)]
    assert await tick(world, NOON) == 0


async def test_a_region_whose_holidays_are_no_longer_known_stops_nobodys_breaks(world: World) -> None:
    other = await world.add_channel("C2")
    await add(world)
    await schedules.add_schedule(world.uow, CATALOGUE, other, AT_ONE, keeper=None, now=NOON - MINUTE)
    async with world.uow() as uow:
        gone = update(ScheduleRow).where(ScheduleRow.channel_id == other.id).values(holidays="DE-QQ")
        await uow._session.execute(gone)  # noqa: SLF001  # no form would take it
        await uow.commit()
    assert await tick(world, NOON) == 2
    assert await world.rows(BreakRow, "channel_id") == [world.channel.id, other.id]
    assert await next_due(world) == [NOON + DAY, NOON + DAY]
    assert await schedules.unknown_regions(world.uow) == ["DE-QQ"]


class Crashing(UnitOfWork):
    """A process that dies before it commits."""

    async def commit(self) -> None:
        raise ConnectionError


async def test_a_crash_in_a_tick_loses_and_doubles_nothing(world: World) -> None:
    await add(world)
    with pytest.raises(ConnectionError):
        await planning.materialise_due(lambda: Crashing(world.engine), CATALOGUE, NOON)
    assert await world.rows(BreakRow, "id") == []
    assert await next_due(world) == [NOON]
    assert await tick(world, NOON + MINUTE) == 1
    assert len(await world.rows(OutboxRow, "id")) == 1


@pytest.mark.parametrize(("minutes", "state"), [(10, "sent"), (11, "missed")])
async def test_a_break_more_than_ten_minutes_late_is_missed_and_not_posted(
    world: World, courier: Courier, minutes: int, state: str
) -> None:
    await add(world)
    late = NOON + minutes * MINUTE
    await tick(world, late)
    await courier.deliver(late)
    assert await world.prompts("state") == [state]
    assert len(courier.said) == (state == "sent")
    assert await world.rows(BreakRow, "counts") == [state == "sent"]
    assert await next_due(world) == [NOON + DAY]


async def test_a_week_without_us_is_one_missed_break_and_not_one_a_day(world: World, courier: Courier) -> None:
    await add(world)
    back = NOON + 7 * DAY + timedelta(hours=3)
    assert [await tick(world, back), await tick(world, back)] == [1, 0]
    await courier.deliver(back)
    assert courier.said == []
    assert await world.rows(BreakRow, "due_at", "message_ts") == [(NOON, None)]
    assert await next_due(world) == [NOON + 8 * DAY]


async def test_after_an_outage_a_break_that_is_barely_late_is_still_posted(world: World, courier: Courier) -> None:
    await add(world, replace(AT_ONE, times=(time(13), time(13, 25))))
    back = NOON + 27 * MINUTE
    while await tick(world, back):
        await courier.deliver(back)
    assert await world.prompts("due_at", "state") == [(NOON, "missed"), (NOON + 25 * MINUTE, "sent")]
    assert await next_due(world) == [NOON + DAY]


async def test_two_schedules_that_meet_are_one_break(world: World) -> None:
    await add(world)
    await add(world, replace(AT_ONE, times=(time(13), time(14))))
    assert await tick(world, NOON) == 2
    assert await world.rows(BreakRow, "due_at") == [NOON]
    assert len(await world.rows(OutboxRow, "id")) == 1
    assert await next_due(world) == [NOON + DAY, NOON + timedelta(hours=1)]


async def test_a_break_keeps_the_date_it_serves_also_when_a_gap_moves_it_past_midnight(world: World) -> None:
    """In Nuuk 23:30 does not exist on 28 March 2026; the first valid instant after it is midnight."""
    late = replace(AT_ONE, times=(time(23, 30),), zone="America/Nuuk")
    await add(world, late, now=datetime(2026, 3, 28, 12, tzinfo=UTC))
    midnight = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert await tick(world, midnight) == 1
    assert await world.rows(BreakRow, "due_at", "local_date") == [(midnight, date(2026, 3, 28))]


async def test_the_exercises_take_turns(world: World) -> None:
    await add(world)
    ids = [exercise.id for exercise in CATALOGUE.routine("lowback").exercises]
    for days in range(12):
        await tick(world, NOON + days * DAY)
    assert await world.rows(BreakRow, "exercise_id") == (ids * 3)[:12]


async def test_a_stopped_channel_gets_no_breaks_until_it_is_resumed(world: World) -> None:
    await add(world)
    async with world.uow() as uow:
        await workspaces.stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    assert await tick(world, NOON) == 0
    assert await workspaces.resume_channel(world.uow, "T1", "C1", NOON + MINUTE)
    assert await next_due(world) == [NOON + DAY]
    assert await world.rows(ChannelRow, "stopped_because") == [None]
    assert not await workspaces.resume_channel(world.uow, "T1", "C1", NOON)
    assert not await workspaces.resume_channel(world.uow, "T1", "C9", NOON)


async def test_a_channel_that_does_not_let_us_post_is_tried_again_by_its_keeper_and_no_other_stopped_one(
    world: World,
) -> None:
    await add(world)
    keeper, other = world.members[:2]
    async with world.uow() as uow:
        await uow.keepers.set(world.channel.id, [keeper.id])
        await workspaces.stop_channel(uow, world.channel.id, "restricted_action_read_only_channel", NOON - DAY)
        await uow.commit()
    asked = partial(workspaces.try_again, world.uow, world.channel, is_admin=False, now=NOON)
    with pytest.raises(NotTheKeeper):
        await asked(member=other)
    (record,) = await asked(member=keeper)
    assert record.next_due_at == NOON + DAY
    async with world.uow() as uow:
        await workspaces.stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    with pytest.raises(ChannelStopped):
        await asked(member=keeper)
    assert await next_due(world) == [None]


async def test_editing_a_schedule_does_not_wake_a_stopped_channel(world: World) -> None:
    schedule_id = await add(world)
    async with world.uow() as uow:
        await workspaces.stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    for changed in (replace(AT_ONE, times=(time(15),)), replace(AT_ONE, zone="Asia/Tokyo")):
        await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, changed, now=NOON)
        assert await next_due(world) == [None]


async def test_setting_up_a_stopped_channel_anew_brings_back_all_its_schedules(world: World) -> None:
    await add(world)
    async with world.uow() as uow:
        await workspaces.stop_channel(uow, world.channel.id, "not_in_channel", NOON)
        await uow.commit()
    await add(world, replace(AT_ONE, times=(time(16),)))
    assert await next_due(world) == [NOON, NOON + timedelta(hours=3)]


async def test_an_edit_applies_at_once_and_adds_nothing_at_a_time_already_past(world: World) -> None:
    schedule_id = await add(world)
    await tick(world, NOON)
    now = NOON + 5 * MINUTE
    await schedules.change_schedule(
        world.uow, CATALOGUE, schedule_id, replace(AT_ONE, times=(time(13), time(13, 3))), now=now
    )
    assert await next_due(world) == [NOON + DAY]
    await schedules.change_schedule(
        world.uow, CATALOGUE, schedule_id, replace(AT_ONE, times=(time(13), time(13, 30))), now=now
    )
    assert await next_due(world) == [NOON + 30 * MINUTE]
    assert await tick(world, now) == 0
    assert len(await world.rows(OutboxRow, "id")) == 1


async def test_a_change_of_zone_moves_every_schedule_and_the_board_and_posts_nothing_again(world: World) -> None:
    first, _ = await add(world), await add(world, replace(AT_ONE, times=(time(18),)))
    await tick(world, NOON)
    now = NOON + MINUTE
    await schedules.change_schedule(world.uow, CATALOGUE, first, replace(AT_ONE, zone="America/New_York"), now=now)
    assert await next_due(world) == [NOON + timedelta(hours=6), NOON + timedelta(hours=11)]
    assert await world.rows(ChannelRow, "zone") == ["America/New_York"]
    assert await world.rows(ChannelRow, "board_due_at") == [datetime(2026, 3, 2, 14, tzinfo=UTC)]
    assert await world.rows(BreakRow, "local_date") == [date(2026, 3, 2)]
    assert await tick(world, now) == 0


async def test_an_edit_from_a_stale_view_is_refused(world: World) -> None:
    schedule_id = await add(world)
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, replace(AT_ONE, times=(time(9),)), now=NOON)
    with pytest.raises(ScheduleChanged):
        await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, AT_ONE, expected_version=1, now=NOON)
    assert await world.rows(ScheduleRow, "times", "version") == [(["09:00"], 2)]
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, AT_ONE, expected_version=2, now=NOON)


async def test_a_paused_schedule_is_silent_and_goes_on_without_catching_up(world: World) -> None:
    schedule_id = await add(world)
    await schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=True, now=NOON - MINUTE)
    assert await tick(world, NOON + 3 * DAY) == 0
    await schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=False, now=NOON + 3 * DAY)
    assert await next_due(world) == [NOON + 4 * DAY]


async def test_a_removed_schedule_is_gone_and_its_breaks_stay(world: World) -> None:
    schedule_id = await add(world)
    await tick(world, NOON)
    await schedules.remove_schedule(world.uow, CATALOGUE, schedule_id, now=NOON)
    for change in (
        schedules.remove_schedule(world.uow, CATALOGUE, schedule_id, now=NOON),
        schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=True, now=NOON),
        schedules.change_schedule(world.uow, CATALOGUE, schedule_id, AT_ONE, now=NOON),
    ):
        with pytest.raises(ScheduleGone):
            await change
    assert len(await world.rows(BreakRow, "id")) == 1


async def test_who_sets_up_a_channel_becomes_its_keeper_and_is_introduced_once(world: World, courier: Courier) -> None:
    keeper, other = world.members[:2]
    for _ in range(2):
        await schedules.add_schedule(world.uow, CATALOGUE, world.channel, AT_ONE, keeper=keeper, now=NOON)
    await courier.deliver(NOON)
    [introduction] = courier.said
    assert isinstance(introduction.facts, Introduction)
    assert introduction.facts.keeper_name == keeper.name
    assert await world.rows(ChannelRow, "keeper_id") == [keeper.id]
    with pytest.raises(NotTheKeeper) as refused:  # although the caller's copy of the channel knows of no keeper yet
        await schedules.add_schedule(world.uow, CATALOGUE, world.channel, AT_ONE, keeper=other, now=NOON)
    assert refused.value.keeper_name == keeper.name


async def test_only_keepers_and_admins_change_schedules(world: World) -> None:
    keeper, other = world.members[:2]
    schedule_id = await schedules.add_schedule(world.uow, CATALOGUE, world.channel, AT_ONE, keeper=keeper, now=NOON)
    for change in (
        schedules.change_schedule(world.uow, CATALOGUE, schedule_id, AT_ONE, member=other, now=NOON),
        schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=True, member=other, now=NOON),
        schedules.remove_schedule(world.uow, CATALOGUE, schedule_id, member=other, now=NOON),
    ):
        with pytest.raises(NotTheKeeper):
            await change
    await schedules.pause_schedule(
        world.uow, CATALOGUE, schedule_id, paused=True, member=other, is_admin=True, now=NOON
    )
    await schedules.remove_schedule(world.uow, CATALOGUE, schedule_id, member=keeper, now=NOON)


async def test_schedules_are_listed_for_operators_and_channels(world: World) -> None:
    schedule_id = await add(world)
    [(team_id, record)] = await schedules.list_schedules(world.uow)
    assert (team_id, record.id, record.schedule) == ("T1", schedule_id, AT_ONE)
    assert await schedules.list_for_channel(world.uow, world.channel) == [record]
    channel = await schedules.ensure_channel(world.uow, "T1", "C1", name="renamed")
    assert (channel.id, channel.name) == (world.channel.id, "renamed")
