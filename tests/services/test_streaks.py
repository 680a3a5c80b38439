"""What is folded stands for its rows: exact whatever arrives late, and proven by recomputing it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event, update

from bot.domain.breaks import LATE_CUTOFF, Answer
from bot.domain.days import Verdict
from bot.domain.streaks import Streak
from bot.services import breaks, streaks, why
from bot.services.breaks import Sight
from bot.store.tables import StreakRow
from tests.store.world import NOON, World

DAY = timedelta(days=1)
LATE = NOON + 30 * DAY


async def press(world: World, break_id: int, at: datetime, *, on: bool = True, now: datetime | None = None) -> Answer:
    ann = world.members[0]
    return await breaks.press_done(world.uow, Sight(break_id), ann, on=on, event_at=at, now=now or at)


async def thirty_days(world: World, *missed: int) -> list[int]:
    """Post a break on each of thirty days; Ann does all but some."""
    ids = [await world.add_break(NOON + day * DAY, ts=f"{day}.0") for day in range(31)]
    for day in range(31):
        if day not in missed:
            await press(world, ids[day], NOON + day * DAY)
    return ids


async def numbers(world: World, *, whole: bool) -> Streak:
    ann = world.members[0]
    async with world.uow() as uow:
        known = (await streaks.learn(uow, world.channel, [ann], whole=whole))[ann.id]
        assert (known.checkpoint is None) == whole
        return known.progress(LATE.date()).streak


async def test_what_is_folded_and_what_came_after_make_the_whole_streak(world: World) -> None:
    await thirty_days(world, 6, 20)
    assert await world.rows(StreakRow, "until", "days") == [(date(2026, 3, 23), 19)]
    assert await numbers(world, whole=False) == await numbers(world, whole=True)
    assert (await numbers(world, whole=True)).current == 29
    assert await streaks.check(world.uow) == []


async def test_a_delivery_for_a_folded_day_that_comes_weeks_late_is_counted_as_if_it_had_come_in_time(
    world: World,
) -> None:
    ids = await thirty_days(world, 3)
    assert (await numbers(world, whole=False)).current == 27  # 3 days before, none in the bank for the 4th
    await press(world, ids[3], NOON + 3 * DAY, now=LATE)
    assert (await numbers(world, whole=False)).current == 31
    await press(world, ids[3], NOON + 3 * DAY + timedelta(minutes=1), on=False, now=LATE)
    assert (await numbers(world, whole=False)).current == 27
    assert await streaks.check(world.uow) == []


async def test_a_break_healed_late_counts_in_what_was_folded_for_who_kept_its_date_elsewhere(world: World) -> None:
    await thirty_days(world)
    other = await world.add_channel("C2")
    at = NOON - 3 * DAY
    early = await world.add_break(at, ts="e.0", channel=other)
    unknown = await world.add_break(at + timedelta(minutes=1), ts=None)
    ann = world.members[0]
    await breaks.press_done(world.uow, Sight(early), ann, on=True, event_at=at, now=LATE)
    await press(world, await world.add_break(at - DAY, ts="f.0"), at - DAY, now=LATE)
    await press(world, await world.add_break(LATE + DAY, ts="31.0"), LATE + DAY)
    before = await numbers(world, whole=False)
    await breaks.press_done(
        world.uow, Sight(unknown, "u.0"), world.members[1], on=True, event_at=at + timedelta(hours=1), now=LATE
    )
    assert (await numbers(world, whole=True)).days == before.days + 1
    await press(world, await world.add_break(LATE + 2 * DAY, ts="32.0"), LATE + 2 * DAY)
    assert await streaks.check(world.uow) == []


async def test_what_comes_late_behind_in_time_counts_in_what_was_folded_ahead_of_it(world: World) -> None:
    async with world.uow() as uow:
        yui = await uow.members.ensure(world.workspace.id, "U9", name="Yui", zone="Asia/Tokyo")
        await uow.commit()
    tokyo = await world.add_channel("C2", "Asia/Tokyo")
    los_angeles = await world.add_channel("C3", "America/Los_Angeles")

    async def done(break_id: int, at: datetime, now: datetime) -> None:
        await breaks.press_done(world.uow, Sight(break_id), yui, on=True, event_at=at, now=now)

    sunday, monday = datetime(2026, 3, 8, 20, tzinfo=UTC), datetime(2026, 3, 15, 15, 30, tzinfo=UTC)
    await done(await world.add_break(NOON, ts="1.1", channel=tokyo), NOON, NOON)
    await world.add_break(sunday - DAY / 2, day=sunday.date(), ts="2.2", channel=tokyo)
    late = await world.add_break(sunday, day=sunday.date(), ts="3.3", channel=los_angeles)
    await done(await world.add_break(monday, day=date(2026, 3, 16), ts="4.4", channel=tokyo), monday, monday)
    assert (tokyo.id, date(2026, 3, 9)) in await world.rows(StreakRow, "channel_id", "until")
    await done(late, sunday, monday + timedelta(minutes=30))
    assert await streaks.check(world.uow) == []


async def test_a_check_finds_what_is_wrong_and_repairs_it_when_asked(world: World) -> None:
    await thirty_days(world)
    right = await numbers(world, whole=True)
    async with world.uow() as uow:
        await uow._session.execute(update(StreakRow).values(current=1, days=2))  # noqa: SLF001  # damage done on purpose
        await uow.commit()
    looked_at: list[int] = []
    (wrong,) = await streaks.check(world.uow, on_progress=looked_at.append)
    assert (wrong.stored.tally.streak.days, wrong.recomputed.tally.streak.days, looked_at) == (2, 21, [1])
    assert await numbers(world, whole=False) != right
    assert len(await streaks.check(world.uow, repair=True)) == 1
    assert await streaks.check(world.uow) == []
    assert await numbers(world, whole=False) == right


async def test_the_statements_are_as_many_for_five_people_as_for_one(world: World) -> None:
    await thirty_days(world)
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(world.engine.sync_engine, "before_cursor_execute", note)
    counts = []
    for people in (1, 5):
        said.clear()
        async with world.uow() as uow:
            known = await streaks.learn(
                uow, world.channel, world.members[1:][:people] if people == 1 else world.members
            )
        assert len(known) == people
        counts.append(len(said))
    assert counts[1] == counts[0], "also with Ann, of whom something is folded"


async def test_a_prompt_on_its_way_is_not_missed_and_one_that_is_too_late_is(world: World) -> None:
    ann = world.members[0]
    await press(world, await world.add_break(NOON - DAY, ts="0.1"), NOON - DAY)
    await world.add_break(NOON, ts=None)
    told = []
    for now in (NOON + timedelta(seconds=2), NOON + LATE_CUTOFF + timedelta(seconds=1)):
        explained = await streaks.explain(world.uow, ann, world.channel, now)
        (day,) = await why.explain_day(world.uow, ann, NOON.date(), now)
        told.append((explained.days[0].missed_by_us, day.verdict))
    assert told == [((), Verdict.OPEN), ((NOON,), Verdict.MISSED_BY_US)]
