"""Away days and working weekdays change what counts as one's own, also for days that have passed, and hurt nobody."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput
from bot.domain.schedules import Schedule
from bot.domain.streaks import Progress
from bot.domain.workspaces import Member
from bot.services import aways, breaks, members, planning, schedules, streaks
from bot.services.breaks import Sight
from bot.store.tables import AwayRow, BreakRow, ScheduleRow
from tests.services.courier import CATALOGUE
from tests.store.world import NOON, World

DAY = timedelta(days=1)
MONDAY = NOON.date()


async def a_fortnight(world: World, *kept: int) -> None:
    """Post a break on each of fourteen days from Monday on; Ann does those of some."""
    for day in range(14):
        break_id = await world.add_break(NOON + day * DAY, ts=f"{day}.0")
        if day in kept:
            at = NOON + day * DAY
            await breaks.press_done(world.uow, Sight(break_id), world.members[0], on=True, event_at=at, now=at)


async def progress(world: World, day: int, member: Member | None = None) -> Progress:
    async with world.uow() as uow:
        fresh = await uow.members.get((member or world.members[0]).id)
        return await streaks.progress_in(uow, fresh, world.channel, NOON + day * DAY)


def days(first: int, last: int | None) -> Dates:
    return Dates(MONDAY + first * DAY, None if last is None else MONDAY + last * DAY)


async def test_away_days_that_have_passed_are_left_out_of_the_streak(world: World) -> None:
    await a_fortnight(world, 0, 1, 2, 10)
    assert (await progress(world, 10)).streak.current == 1
    await aways.go_away(world.uow, CATALOGUE, world.members[0], days(3, 9), NOON + 10 * DAY)
    assert (await progress(world, 10)).streak.current == 4


async def test_the_same_away_days_twice_are_kept_once_and_can_be_taken_back(world: World) -> None:
    ann, ben = world.members[:2]
    await a_fortnight(world, 0, 2)
    once = await aways.go_away(world.uow, CATALOGUE, ann, days(1, 1), NOON + 2 * DAY)
    again = await aways.go_away(world.uow, CATALOGUE, ann, days(1, 1), NOON + 2 * DAY)
    assert once == again
    assert await world.rows(AwayRow, "member_id", "first_on") == [(ann.id, MONDAY + DAY)]
    assert not await aways.cancel(world.uow, CATALOGUE, ben, once.away.id, NOON + 2 * DAY)
    assert (await progress(world, 2)).streak.current == 2
    assert await aways.cancel(world.uow, CATALOGUE, ann, once.away.id, NOON + 2 * DAY)
    assert (await progress(world, 2)).streak.current == 1


async def test_who_is_back_was_away_until_yesterday(world: World) -> None:
    ann = world.members[0]
    await a_fortnight(world, 0, 1)
    await aways.go_away(world.uow, CATALOGUE, ann, days(2, None), NOON + 2 * DAY)
    assert await aways.is_away(world.uow, ann, NOON + 5 * DAY)
    assert await aways.come_back(world.uow, CATALOGUE, ann, NOON + 5 * DAY) == days(2, 4)
    assert not await aways.is_away(world.uow, ann, NOON + 5 * DAY)
    assert (await progress(world, 5)).streak.current == 2
    assert (await progress(world, 6)).streak.current == 0
    assert await aways.come_back(world.uow, CATALOGUE, ann, NOON + 6 * DAY) is None


async def test_away_days_reach_behind_what_is_folded(world: World) -> None:
    await a_fortnight(world, 0, 1, 10)
    ann, now = world.members[0], NOON + 22 * DAY
    late = await world.add_break(NOON + 22 * DAY, ts="22.0")
    await breaks.press_done(world.uow, Sight(late), ann, on=True, event_at=now, now=now)
    assert (await streaks.count_folded(world.uow)) == 1
    before = (await progress(world, 22)).streak
    await aways.go_away(world.uow, CATALOGUE, ann, days(2, 21), now)
    assert (before.current, (await progress(world, 22)).streak.current) == (1, 4)
    assert await streaks.check(world.uow) == []


async def test_the_first_choice_of_weekdays_excuses_what_has_passed_and_a_later_one_only_what_comes(
    world: World,
) -> None:
    ann = world.members[0]
    await a_fortnight(world, 0, 1, 2, 7, 8, 9)
    assert (await progress(world, 9)).streak.current == 3
    await aways.set_weekdays(world.uow, ann, [0, 1, 2], NOON + 9 * DAY)
    assert (await progress(world, 9)).streak.current == 6
    await aways.set_weekdays(world.uow, ann, [0, 1, 2, 3], NOON + 10 * DAY)
    assert (await progress(world, 10)).streak.current == 6
    assert (await progress(world, 11)).streak.current == 6  # the reserve covers Thursday
    assert (await progress(world, 11)).streak.reserve == 1
    assert len((await members.get(world.uow, ann.id)).weekdays) == 2
    with pytest.raises(InvalidInput):
        await aways.set_weekdays(world.uow, ann, [], NOON)


async def test_breaks_of_ones_own_are_silent_while_away_and_go_on_afterwards(world: World) -> None:
    ann = world.members[0]
    own = await world.add_channel("D0ANN")
    daily = Schedule(frozenset(range(7)), (time(12),), "Europe/Berlin", "lower-back")
    for channel in (own, world.channel):
        await schedules.add_schedule(world.uow, CATALOGUE, channel, daily, keeper=ann, now=NOON)
    await aways.go_away(world.uow, CATALOGUE, ann, days(2, 4), NOON)

    async def served(until: int) -> list[tuple[int, date]]:
        for day in range(1, until + 1):
            await planning.materialise_due(world.uow, CATALOGUE, NOON + day * DAY - timedelta(minutes=55))
        return [row for row in await world.rows(BreakRow, "channel_id", "local_date") if row[0] == own.id]

    assert await served(6) == [(own.id, MONDAY + day * DAY) for day in (1, 5, 6)]
    await aways.go_away(world.uow, CATALOGUE, ann, days(6, None), NOON + 6 * DAY)
    due = dict(await world.rows(ScheduleRow, "channel_id", "next_due_at"))
    assert due[own.id] is None
    assert due[world.channel.id] is not None
    await aways.come_back(world.uow, CATALOGUE, ann, NOON + 8 * DAY)
    due = dict(await world.rows(ScheduleRow, "channel_id", "next_due_at"))
    assert due[own.id] == NOON + 9 * DAY - timedelta(hours=1)


async def test_breaks_of_ones_own_that_are_set_up_while_away_wait_until_one_is_back(world: World) -> None:
    ann = world.members[0]
    own = await world.add_channel("D0ANN")
    daily = Schedule(frozenset(range(7)), (time(12),), "Europe/Berlin", "lower-back")
    await aways.go_away(world.uow, CATALOGUE, ann, days(-1, 3), NOON - DAY)
    await aways.go_away(world.uow, CATALOGUE, ann, days(8, None), NOON)
    await schedules.add_schedule(world.uow, CATALOGUE, own, daily, keeper=ann, now=NOON)
    assert await world.rows(ScheduleRow, "next_due_at") == [NOON + 4 * DAY - timedelta(hours=1)]
    for day in range(1, 12):
        await planning.materialise_due(world.uow, CATALOGUE, NOON + day * DAY - timedelta(minutes=55))
    assert await world.rows(BreakRow, "local_date") == [MONDAY + day * DAY for day in (4, 5, 6, 7)]


@pytest.mark.parametrize("change", ["goes away", "comes back", "takes it back"])
async def test_a_break_of_ones_own_in_the_minute_before_a_change_is_not_swallowed(world: World, change: str) -> None:
    ann, own = world.members[0], await world.add_channel("D0ANN")
    daily = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "lower-back")
    await schedules.add_schedule(world.uow, CATALOGUE, own, daily, keeper=ann, now=NOON - DAY)
    later = await aways.go_away(world.uow, CATALOGUE, ann, days(8, 9), NOON - DAY)
    now = NOON + timedelta(minutes=1)
    if change == "goes away":
        await aways.go_away(world.uow, CATALOGUE, ann, days(0, 3), now)
    elif change == "comes back":
        await aways.come_back(world.uow, CATALOGUE, ann, now)
    else:
        await aways.cancel(world.uow, CATALOGUE, ann, later.away.id, now)
    assert await world.rows(BreakRow, "due_at") == [NOON]
    expected = NOON + (4 if change == "goes away" else 1) * DAY
    assert await world.rows(ScheduleRow, "next_due_at") == [expected]


async def test_a_break_done_while_away_counts_and_says_until_when_one_is_away(world: World) -> None:
    ann = world.members[0]
    await aways.go_away(world.uow, CATALOGUE, ann, days(0, 3), NOON)
    first = await breaks.press_done(world.uow, Sight(await world.add_break()), ann, on=True, event_at=NOON, now=NOON)
    assert first.away == days(0, 3)
    assert first.progress.streak.current == 1
    other = await breaks.press_done(world.uow, Sight(1), replace(world.members[1]), on=True, event_at=NOON, now=NOON)
    assert other.away is None
