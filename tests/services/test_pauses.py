"""Pausing a channel, falling silent, and edits in the second between a due instant and the tick."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput, NothingPaused, NothingScheduled, NotTheKeeper, QuietWhileAway
from bot.domain.outbox import Kind, Result, outcome_of_error
from bot.domain.pauses import FellSilent
from bot.domain.schedules import Occurrence, Schedule, Serves
from bot.services import aways, breaks, pauses, planning, schedules, workspaces
from bot.services.breaks import Sight
from bot.services.outbox import Ready
from bot.store.tables import BreakRow, ChannelRow, OutboxRow, PauseRow, ScheduleRow
from tests.made_up import CATALOGUE as SEVERAL
from tests.services.courier import CATALOGUE, Courier
from tests.store.world import NOON, World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = Dates(NOON.date(), NOON.date())
FORTNIGHT = Dates(NOON.date(), NOON.date() + 13 * DAY)
AT_ONE = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "lower-back")
"""13:00 in Berlin is noon in UTC while it is winter."""


async def add(world: World, schedule: Schedule = AT_ONE, *, keeper: bool = False, now: datetime = NOON - MINUTE) -> int:
    return await schedules.add_schedule(
        world.uow, CATALOGUE, world.channel, schedule, keeper=world.members[0] if keeper else None, now=now
    )


async def pause(world: World, dates: Dates, *, member: int = 1, now: datetime = NOON - MINUTE) -> pauses.Changed:
    who = world.members[member]
    return await pauses.pause_channel(world.uow, CATALOGUE, world.channel, dates, member=who, now=now)


async def resume(world: World, *, member: int = 1, now: datetime = NOON) -> pauses.Changed:
    return await pauses.resume_channel(world.uow, CATALOGUE, world.channel, member=world.members[member], now=now)


async def upcoming(world: World, count: int, now: datetime) -> list[Occurrence]:
    return (await schedules.upcoming(world.uow, world.channel, count, now)).following


async def days_pass(world: World, courier: Courier, days: range, *, done_on: tuple[int, ...] = ()) -> None:
    """Let noon after noon pass, with somebody pressing Done on some days."""
    for number in days:
        now = NOON + number * DAY
        await planning.materialise_due(world.uow, CATALOGUE, now)
        await courier.deliver(now)
        if number in done_on:
            newest = (await world.rows(BreakRow, "id"))[-1]
            await breaks.press_done(
                world.uow, Sight(newest), world.members[0], on=True, event_at=now + MINUTE, now=now + MINUTE
            )


async def test_anyone_pauses_for_today_and_tomorrow_it_goes_on(world: World) -> None:
    await add(world, keeper=True)
    changed = await pause(world, TODAY)
    assert changed.following is not None
    assert changed.following.due_at == NOON + DAY
    assert await planning.materialise_due(world.uow, CATALOGUE, NOON + MINUTE) == 0
    assert await planning.materialise_due(world.uow, CATALOGUE, NOON + DAY) == 1
    assert await world.rows(BreakRow, "due_at") == [NOON + DAY]
    midnight = datetime(2026, 3, 2, 23, tzinfo=UTC)
    who = world.members[1].id
    assert await world.rows(PauseRow, "why", "member_id", "since", "until") == [("today", who, NOON - MINUTE, midnight)]


async def test_only_keepers_and_admins_pause_for_longer_and_let_it_go_on(world: World) -> None:
    await add(world, keeper=True)
    with pytest.raises(NotTheKeeper) as refused:
        await pause(world, FORTNIGHT)
    assert refused.value.keeper_name == world.members[0].name
    await pause(world, FORTNIGHT, member=0)
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + 14 * DAY]
    with pytest.raises(NotTheKeeper):
        await resume(world)
    await resume(world, member=0)
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + DAY]
    assert await world.rows(PauseRow, "until") == [NOON]


async def test_a_pause_for_good_ends_when_somebody_resumes(world: World) -> None:
    await add(world)
    await pause(world, Dates(NOON.date(), None))
    assert await world.rows(ScheduleRow, "next_due_at") == [None]
    changed = await resume(world, now=NOON + 20 * DAY)
    assert changed.following is not None
    assert changed.following.due_at == NOON + 21 * DAY
    assert await world.rows(BreakRow, "id") == []


async def test_a_pause_of_days_to_come_leaves_today_alone(world: World) -> None:
    await add(world)
    await pause(world, Dates(NOON.date() + DAY, NOON.date() + 2 * DAY))
    for days in range(4):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + days * DAY)
    assert await world.rows(BreakRow, "due_at") == [NOON, NOON + 3 * DAY]


async def test_resume_ends_what_pauses_now_and_leaves_what_is_planned(world: World) -> None:
    await add(world, keeper=True)
    await pause(world, Dates(NOON.date() + 10 * DAY, NOON.date() + 12 * DAY), member=0)
    await pause(world, TODAY)
    with pytest.raises(NotTheKeeper):
        await pause(world, FORTNIGHT)
    changed = await resume(world, now=NOON)  # also by who looks after nothing: it was for today
    assert changed.pauses == ()
    for days in range(1, 15):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + days * DAY)
    made = {due_at.date() for due_at in await world.rows(BreakRow, "due_at")}
    assert made == {NOON.date() + days * DAY for days in (*range(1, 10), 13, 14)}


async def test_where_only_a_plan_is_left_to_end_resume_takes_it_back_and_says_so(world: World) -> None:
    await add(world, keeper=True)
    await pause(world, Dates(NOON.date() + 10 * DAY, NOON.date() + 12 * DAY), member=0)
    before = await world.rows(ChannelRow, "silence_due_on")
    with pytest.raises(NotTheKeeper):
        await resume(world, now=NOON + DAY)
    changed = await resume(world, member=0, now=NOON + DAY)
    assert [each.since.date() for each in changed.pauses] == [NOON.date() + 9 * DAY]
    assert await world.rows(ChannelRow, "silence_due_on") == before, "nothing has begun anew"
    with pytest.raises(NothingPaused):
        await resume(world, member=0, now=NOON + DAY)


async def test_a_pause_that_is_taken_back_before_it_began_does_not_put_the_silence_off(
    world: World, courier: Courier
) -> None:
    await add(world, keeper=True)
    await days_pass(world, courier, range(9))
    await pause(world, Dates(NOON.date() + 20 * DAY, None), member=0, now=NOON + 8 * DAY + MINUTE)
    await resume(world, member=0, now=NOON + 8 * DAY + MINUTE)
    await days_pass(world, courier, range(9, 11))
    assert await world.rows(PauseRow, "why") == ["keeper", "silent"]


async def test_away_days_stay_when_breaks_of_ones_own_are_resumed(world: World) -> None:
    ann, own = world.members[0], await world.add_channel("D0ANN")
    await schedules.add_schedule(world.uow, CATALOGUE, own, AT_ONE, keeper=ann, now=NOON - MINUTE)
    away = Dates(NOON.date() + 3 * DAY, NOON.date() + 5 * DAY)
    await aways.go_away(world.uow, CATALOGUE, ann, away, NOON - MINUTE)
    await pauses.pause_channel(world.uow, CATALOGUE, own, Dates(NOON.date(), None), member=ann, now=NOON - MINUTE)
    changed = await pauses.resume_channel(world.uow, CATALOGUE, own, member=ann, now=NOON + 2 * DAY)
    assert changed.following is not None
    assert changed.following.due_at == NOON + 6 * DAY
    for error, days in ((NothingPaused, 2), (QuietWhileAway, 3)):
        with pytest.raises(error):
            await pauses.resume_channel(world.uow, CATALOGUE, own, member=ann, now=NOON + days * DAY)
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + 6 * DAY]


async def test_days_that_are_over_are_not_paused(world: World) -> None:
    await add(world)
    with pytest.raises(InvalidInput) as refused:
        await pause(world, Dates(NOON.date() - 9 * DAY, NOON.date() - 2 * DAY))
    assert "Those days are over already. Try 24 Dec" in refused.value.sentence
    assert await world.rows(PauseRow, "id") == []


async def test_other_times_wake_a_silent_channel_and_what_it_had_not_said_yet_is_not_said(
    world: World, courier: Courier
) -> None:
    schedule_id = await add(world, keeper=True)
    await days_pass(world, courier, range(10))
    now = NOON + 10 * DAY
    await planning.materialise_due(world.uow, CATALOGUE, now)
    assert await world.rows(ScheduleRow, "next_due_at") == [None]
    later = replace(AT_ONE, times=(time(15),))
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, later, now=now + MINUTE)
    record, held_by = await schedules.look_ahead(world.uow, schedule_id, now + MINUTE)
    assert (record.next_due_at, held_by) == (now + 2 * HOUR, None)
    await courier.deliver(now + MINUTE)
    assert Kind.FELL_SILENT not in [ready.delivery.kind for ready in courier.said]
    for days in range(10, 21):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + days * DAY + 2 * HOUR)
        await courier.deliver(NOON + days * DAY + 2 * HOUR)
    assert await world.rows(PauseRow, "why") == ["silent"] * 2, "the ten start anew"


async def test_another_schedule_wakes_a_silent_channel_and_pausing_one_does_not(world: World, courier: Courier) -> None:
    schedule_id = await add(world)
    await days_pass(world, courier, range(11))
    now = NOON + 11 * DAY
    await schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=True, now=now)
    assert await world.rows(PauseRow, "until") == [None]
    await add(world, replace(AT_ONE, times=(time(15),)), now=now)
    assert await world.rows(PauseRow, "until") == [now]
    assert await world.rows(ScheduleRow, "next_due_at") == [None, now + 2 * HOUR]


async def test_a_channel_set_up_anew_is_not_held_by_pauses_of_what_it_had_before(world: World) -> None:
    schedule_id = await add(world)
    await pause(world, Dates(NOON.date(), None))
    await pause(world, Dates(NOON.date() + 24 * DAY, None))
    await schedules.remove_schedule(world.uow, CATALOGUE, schedule_id, now=NOON)
    await add(world, now=NOON + 20 * DAY - MINUTE)
    await planning.materialise_due(world.uow, CATALOGUE, NOON + 20 * DAY)
    assert await world.rows(BreakRow, "due_at") == [NOON + 20 * DAY]
    assert [each.due_at for each in await upcoming(world, 6, NOON + 20 * DAY)][-1] == NOON + 26 * DAY


async def test_what_holds_a_schedule_is_the_longest_pause_in_which_its_next_break_lies(world: World) -> None:
    schedule_id = await add(world)
    assert (await schedules.look_ahead(world.uow, schedule_id, NOON))[1] is None
    await pause(world, TODAY)
    record, held_by = await schedules.look_ahead(world.uow, schedule_id, NOON)
    assert (record.next_due_at, held_by) == (NOON + DAY, None)
    (for_good,) = (await pause(world, Dates(NOON.date(), None))).pauses
    record, held_by = await schedules.look_ahead(world.uow, schedule_id, NOON - 2 * MINUTE)
    assert record.next_due_at is None
    await schedules.change_schedule(world.uow, CATALOGUE, schedule_id, AT_ONE, now=NOON)
    assert await schedules.look_ahead(world.uow, schedule_id, NOON - MINUTE) == (
        replace(record, version=record.version + 1),
        for_good,
    )


async def test_what_was_paused_one_by_one_goes_on_with_resume(world: World) -> None:
    schedule_id = await add(world)
    await schedules.pause_schedule(world.uow, CATALOGUE, schedule_id, paused=True, now=NOON - MINUTE)
    await resume(world, now=NOON - MINUTE)
    assert await world.rows(ScheduleRow, "next_due_at", "paused") == [(NOON, False)]


async def test_breaks_of_ones_own_that_slack_stopped_go_on_with_resume(world: World, courier: Courier) -> None:
    own, ann = await world.add_channel("D1"), world.members[0]
    await schedules.add_schedule(world.uow, CATALOGUE, own, AT_ONE, keeper=ann, now=NOON - MINUTE)
    await planning.materialise_due(world.uow, CATALOGUE, NOON)
    error = "messages_tab_disabled"
    await courier.deliver(NOON, lambda _: Result(outcome_of_error(error), error=error))
    assert await world.rows(ChannelRow, "stopped_because") == [None, error]
    assert await world.rows(ScheduleRow, "next_due_at") == [None]
    await workspaces.try_again(world.uow, own, member=ann, is_admin=False, now=NOON)
    assert await world.rows(ChannelRow, "stopped_because") == [None, None]
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + DAY]


async def test_where_nothing_is_scheduled_or_paused_it_is_said(world: World) -> None:
    with pytest.raises(NothingScheduled):
        await pause(world, TODAY)
    await add(world)
    with pytest.raises(NothingPaused):
        await resume(world)


Change = Callable[[World, int, datetime], Awaitable[object]]
CHANGES: dict[str, Change] = {
    "edit": lambda world, number, now: schedules.change_schedule(
        world.uow, CATALOGUE, number, replace(AT_ONE, times=(time(17),)), now=now
    ),
    "zone": lambda world, number, now: schedules.change_schedule(
        world.uow, CATALOGUE, number, replace(AT_ONE, zone="Asia/Tokyo"), now=now
    ),
    "pause": lambda world, _, now: pause(world, FORTNIGHT, now=now),
    "pause of the schedule": lambda world, number, now: schedules.pause_schedule(
        world.uow, CATALOGUE, number, paused=True, now=now
    ),
    "removal": lambda world, number, now: schedules.remove_schedule(world.uow, CATALOGUE, number, now=now),
    "another schedule in another zone": lambda world, _, now: add(world, replace(AT_ONE, zone="Asia/Tokyo"), now=now),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_in_the_second_before_the_tick_swallows_no_break(world: World, change: str) -> None:
    schedule_id = await add(world)
    now = NOON + timedelta(milliseconds=700)
    await CHANGES[change](world, schedule_id, now)
    assert await world.rows(BreakRow, "due_at", "local_date") == [(NOON, date(2026, 3, 2))]
    assert await world.rows(OutboxRow, "kind", "due_at") == [("prompt", NOON)]
    assert await planning.materialise_due(world.uow, CATALOGUE, now + timedelta(milliseconds=300)) == 0
    assert len(await world.rows(BreakRow, "id")) == 1


def said(courier: Courier) -> list[Ready]:
    """List what was said; the prompts of days that ended are folded besides."""
    return [ready for ready in courier.said if not ready.delivery.is_edit]


async def test_after_ten_break_days_unused_the_channel_falls_silent_and_says_so_once(
    world: World, courier: Courier
) -> None:
    await add(world)
    await days_pass(world, courier, range(10))
    assert len(said(courier)) == 10
    await days_pass(world, courier, range(10, 20))
    assert [ready.delivery.kind for ready in said(courier)[10:]] == [Kind.FELL_SILENT]
    assert isinstance(said(courier)[10].facts, FellSilent)
    assert await world.rows(PauseRow, "why", "until", "member_id") == [("silent", None, None)]
    assert len(await world.rows(BreakRow, "id")) == 10
    assert await world.rows(ScheduleRow, "next_due_at") == [None]


async def test_one_participation_starts_the_ten_anew(world: World, courier: Courier) -> None:
    await add(world)
    await days_pass(world, courier, range(19), done_on=(8,))
    assert await world.rows(PauseRow, "id") == []
    await days_pass(world, courier, range(19, 20))
    assert await world.rows(PauseRow, "why") == ["silent"]


async def test_anyone_lets_a_silent_channel_go_on_and_the_ten_start_anew(world: World, courier: Courier) -> None:
    await add(world, keeper=True)
    await days_pass(world, courier, range(11))
    await resume(world, member=3, now=NOON + 10 * DAY + MINUTE)
    await days_pass(world, courier, range(11, 21))
    assert len(await world.rows(PauseRow, "id")) == 1
    await days_pass(world, courier, range(21, 22))
    assert len(await world.rows(PauseRow, "id")) == 2


async def test_a_pause_that_is_to_come_does_not_put_the_silence_off(world: World, courier: Courier) -> None:
    await add(world)
    await pause(world, Dates(NOON.date() + 20 * DAY, NOON.date() + 25 * DAY))
    await days_pass(world, courier, range(11))
    assert await world.rows(PauseRow, "why") == ["keeper", "silent"]


async def test_a_break_at_the_minute_in_which_a_pause_ends_starts_the_ten_anew(world: World, courier: Courier) -> None:
    midnight = datetime(2026, 3, 2, 23, tzinfo=UTC)
    await add(world, replace(AT_ONE, times=(time(0),)), now=NOON)
    for days in range(10):
        await planning.materialise_due(world.uow, CATALOGUE, midnight + days * DAY)
        await courier.deliver(midnight + days * DAY)
    tomorrow = NOON.date() + 11 * DAY
    await pause(world, Dates(tomorrow, tomorrow), now=NOON + 10 * DAY)
    resumed = midnight + 11 * DAY
    await planning.materialise_due(world.uow, CATALOGUE, resumed - planning.AHEAD, ahead=planning.AHEAD)
    assert await world.rows(PauseRow, "why") == ["keeper"]
    assert (await world.rows(BreakRow, "due_at"))[-1] == resumed


async def test_breaks_that_never_went_out_do_not_count_towards_silence(world: World, courier: Courier) -> None:
    await add(world)
    for days in range(14):
        late = NOON + days * DAY + 30 * MINUTE
        await planning.materialise_due(world.uow, CATALOGUE, late)
        await courier.deliver(late)
    assert await world.rows(PauseRow, "id") == []


async def test_a_schedule_that_another_worker_had_in_hand_stays_silent_too(world: World) -> None:
    await add(world)
    await pause(world, FORTNIGHT)
    async with world.uow() as uow:  # as a worker does that read the pauses a moment too early
        ((_, record),) = await uow.schedules.list_all()
        await uow.schedules.set_next_due(record.id, NOON + DAY)
        await uow.commit()
    await planning.materialise_due(world.uow, CATALOGUE, NOON + DAY)
    assert await world.rows(BreakRow, "id") == []
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + 14 * DAY]


async def test_after_an_outage_no_break_comes_of_a_pause_that_has_just_ended(world: World) -> None:
    late = replace(AT_ONE, times=(time(23, 57),))
    await add(world, late, now=NOON - DAY)
    await pause(world, TODAY, now=NOON - DAY)
    midnight = datetime(2026, 3, 2, 23, tzinfo=UTC)
    for minutes in (2, 2, 3):
        await planning.materialise_due(world.uow, CATALOGUE, midnight + minutes * MINUTE)
    assert await world.rows(BreakRow, "due_at") == [midnight - DAY - 3 * MINUTE]
    assert await world.rows(ScheduleRow, "next_due_at") == [midnight + DAY - 3 * MINUTE]


async def test_night_shifts_have_one_day_around_midnight(world: World) -> None:
    night = replace(AT_ONE, times=(time(1), time(22)), day_starts_at=time(6))
    await add(world, night)
    for hours in (9, 12):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + timedelta(hours=hours))
    assert await world.rows(BreakRow, "local_date") == [NOON.date()] * 2
    assert await world.rows(ChannelRow, "day_starts_at") == [time(6)]


async def test_a_mix_serves_all_of_its_areas_before_any_again_whatever_restarts(world: World) -> None:
    mixed = replace(AT_ONE, area="neck", more_areas=("hips",), serves=Serves.MIX)
    await add(world, mixed)
    for days in range(18):
        await planning.materialise_due(world.uow, SEVERAL, NOON + days * DAY)
    served = await world.rows(BreakRow, "exercise_id")
    assert len(set(served[:9])) == len(set(served[9:])) == 9
    assert served[:9] != served[9:]


async def test_a_whole_routine_names_its_first_exercise(world: World) -> None:
    await add(world, replace(AT_ONE, area="hips", whole_routine=True))
    for days in range(3):
        await planning.materialise_due(world.uow, SEVERAL, NOON + days * DAY)
    found = await world.rows(BreakRow, "routine_id", "exercise_id", "whole_routine")
    assert found == [("hips", "hips-0", True), ("hips-more", "hips-more-0", True), ("hips", "hips-0", True)]


async def test_upcoming_breaks_leave_out_pauses_and_stopped_channels(world: World) -> None:
    await add(world)
    await pause(world, TODAY)
    coming = await upcoming(world, 2, NOON - MINUTE)
    assert [each.due_at for each in coming] == [NOON + DAY, NOON + 2 * DAY]
