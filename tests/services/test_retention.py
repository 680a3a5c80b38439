"""What is too old to be kept one by one becomes totals and folded streaks, and no number changes by it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.dates import Dates
from bot.domain.errors import BreakClosed
from bot.domain.streaks import Progress, week_start
from bot.domain.workspaces import Channel
from bot.services import boards, breaks, retention, streaks
from bot.services.breaks import Sight
from bot.store.tables import AwayRow, BreakRow, ParticipationRow, StreakRow
from bot.store.tables_retention import ChannelWeekRow, StreakBaseRow
from tests.store.world import NOON, World

DAY = timedelta(days=1)
DAYS = 240
NOW = NOON + DAYS * DAY
KEPT = 150
CUT = week_start((NOW - KEPT * DAY).date())


async def live(world: World, seed: int) -> list[Channel]:
    """Have five people take part in two channels, each in their own way; all but one are named."""
    random = Random(seed)  # noqa: S311  # no secret
    channels = [world.channel, await world.add_channel("C2")]
    days = [NOON + number * DAY for number in range(0, DAYS, 2) if random.random() < 0.8]
    posted: list[dict[str, Any]] = [
        {
            "id": number,
            "channel_id": channel.id,
            "due_at": at,
            "local_date": at.date(),
            "message_ts": f"{number}.1",
            "exercise_id": "wall-sit",
            "routine_id": "lowback",
            "origin": "schedule",
            "counts": random.random() < 0.9,
        }
        for number, (channel, at) in enumerate(product(channels, days), 1)
    ]
    done = [
        {
            "member_id": each.id,
            "channel_id": break_["channel_id"],
            "break_id": break_["id"],
            "local_date": break_["local_date"],
            "is_done": random.random() < 0.95,
            "first_done_at": break_["due_at"],
        }
        for break_, (order, each) in product(posted, enumerate(world.members))
        if random.random() < 0.5 + 0.1 * order and not (order == 1 and break_["local_date"] > days[20].date())
    ]
    async with world.engine.begin() as connection:
        await connection.execute(insert(BreakRow), posted)
        await connection.execute(insert(ParticipationRow), done)
    async with world.uow() as uow:
        for member in world.members[:4]:
            await uow.members.set_consent(world.channel.id, member.id, is_named=True)
        await uow.aways.add(world.members[2].id, Dates(NOON.date() + 20 * DAY, NOON.date() + 40 * DAY))
        await uow.aways.add(world.members[3].id, Dates(CUT - 9 * DAY, CUT + 9 * DAY))
        await uow.commit()
    return channels


def said(progress: Progress) -> Any:
    """Leave out the gap before the newest kept day, which only the answer to a press of that very day tells."""
    return progress.streak, progress.weeks, progress.week


async def numbers(world: World, channels: list[Channel], now: datetime = NOW) -> list[Any]:
    """Gather every number that anybody is shown, but for single days and standings from before the cut."""
    found: list[Any] = []
    cut = week_start((now - KEPT * DAY).date())
    for channel in channels:
        found.append(await boards.show_all_time(world.uow, channel, now))
        async with world.uow() as uow:
            found.append(await uow.pauses.unused_days([channel.id], now.date(), now))
            for whole in (False, True):
                known = await streaks.learn(uow, channel, world.members, whole=whole)
                found += [said(known[member.id].progress(now.date())) for member in world.members]
            weeks = [cut - 7 * DAY, cut, cut + 7 * DAY, cut + 70 * DAY, week_start(now.date())]
            made = [await boards.gather(uow, channel, week) for week in weeks]
            found += [replace(made[0], standings=(), more=0), *made[1:]]
    for member in world.members:
        listed = await streaks.list_progress(world.uow, member, now)
        recent = [[(day, mark) for day, mark in each.diary.items() if day >= cut] for each in listed]
        found.append(
            [(each.channel.id, said(each.progress), diary) for each, diary in zip(listed, recent, strict=True)]
        )
        found.append((await streaks.explain(world.uow, member, channels[0], now)).days)
    return found


@pytest.mark.parametrize("seed", [1, 2])
async def test_folding_what_is_old_changes_no_number(world: World, seed: int) -> None:
    channels = await live(world, seed)
    before = await numbers(world, channels)
    assert await retention.fold_old(world.uow, NOW, KEPT) == 5
    assert min(await world.rows(ParticipationRow, "local_date")) >= CUT
    assert len(await world.rows(AwayRow, "id")) == 1
    assert await numbers(world, channels) == before
    assert await streaks.check(world.uow) == []
    stored = await stored_totals(world)
    assert await retention.fold_old(world.uow, NOW, KEPT) == 0
    assert await stored_totals(world) == stored


async def stored_totals(world: World) -> list[Any]:
    return [
        await world.rows(ChannelWeekRow, "channel_id", "week", "done", "people", "last_on"),
        await world.rows(StreakBaseRow, "member_id", "channel_id", "until", "current", "best", "days", "weeks"),
        await world.rows(StreakRow, "member_id", "channel_id", "until", "current", "best", "days", "weeks"),
    ]


async def test_weeks_later_it_goes_on_from_where_it_was(world: World) -> None:
    channels = await live(world, 3)
    await retention.fold_old(world.uow, NOW, KEPT)
    later = NOW + 30 * DAY
    before = await numbers(world, channels, later)
    assert await retention.fold_old(world.uow, later, KEPT) >= 4
    assert await numbers(world, channels, later) == before
    assert await streaks.check(world.uow) == []


async def test_with_nothing_to_forget_everything_is_kept(world: World) -> None:
    await live(world, 1)
    rows = await world.rows(ParticipationRow, "id")
    assert await retention.fold_old(world.uow, NOW, 0) == 0
    assert await world.rows(ParticipationRow, "id") == rows


async def test_what_changes_later_is_worked_out_again_from_what_stays(world: World) -> None:
    channels = await live(world, 4)
    await retention.fold_old(world.uow, NOW, KEPT)
    bases = await world.rows(StreakBaseRow, "member_id", "channel_id", "until", "days")
    ann = world.members[0]
    async with world.uow() as uow:
        (known,) = (await streaks.learn(uow, world.channel, [ann])).values()
        await streaks.keep_folded(uow, ann, world.channel, known, NOW.date())
        await uow.commit()
    before = await numbers(world, channels)
    async with world.uow() as uow:
        await uow.streaks.forget(ann.id, date.min)
        await uow.streaks.forget_channel(channels[1].id, date.min)
        await uow.commit()
    assert await world.rows(StreakRow, "member_id", "channel_id", "until", "days") == bases
    assert await numbers(world, channels) == before
    assert await streaks.check(world.uow, repair=True) == []


async def test_a_delivery_for_a_date_that_is_folded_is_not_heard(world: World) -> None:
    ann = world.members[0]
    break_id = await world.add_break()
    await breaks.press_done(world.uow, Sight(break_id), ann, on=True, event_at=NOON, now=NOON)
    await retention.fold_old(world.uow, NOW, KEPT)
    assert await world.rows(ParticipationRow, "id") == []
    with pytest.raises(BreakClosed):
        await breaks.press_done(world.uow, Sight(break_id), ann, on=True, event_at=NOON, now=NOW)
    assert await world.rows(ChannelWeekRow, "done", "people") == [(1, 1)]


async def test_who_comes_back_after_everything_was_folded_is_not_taken_for_new(world: World) -> None:
    ann, other = world.members[0], await world.add_channel("C2")
    await breaks.press_done(world.uow, Sight(await world.add_break()), ann, on=True, event_at=NOON, now=NOON)
    await retention.fold_old(world.uow, NOW, KEPT)
    again = await world.add_break(NOW, ts="2.2", channel=other)
    answer = await breaks.press_done(world.uow, Sight(again), ann, on=True, event_at=NOW, now=NOW)
    assert not answer.is_first_ever
    assert len(await world.rows(BreakRow, "id")) == 2
