"""The weekly board says what was recorded, names only who asked, and comes once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.boards import Board
from bot.domain.workspaces import Member
from bot.services import boards, breaks, members
from bot.services.breaks import Sight
from bot.services.messages import BoardMessage
from bot.services.workspaces import stop_channel
from bot.store.tables import BoardRow, ChannelRow, OutboxRow
from tests.services.courier import Courier
from tests.store.world import NOON, World

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MONDAY = NOON.date()
NEXT_MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
"""09:00 in Berlin on the Monday after."""


async def press(world: World, break_id: int, *people: Member, at: datetime = NOON) -> None:
    for member in people:
        await breaks.press_done(world.uow, Sight(break_id), member, on=True, event_at=at, now=at)


async def work_week(world: World, *kept: int, monday: datetime = NOON) -> list[int]:
    """Have breaks from Monday to Friday, of which each person kept the last so many, so that streaks run."""
    ids = [await world.add_break(monday + day * DAY, ts=f"{monday}:{day}") for day in range(5)]
    for member, days in zip(world.members, kept, strict=False):
        for day in range(5 - days, 5):
            await press(world, ids[day], member, at=monday + day * DAY)
    return ids


async def name_everyone(world: World, *people: Member) -> None:
    for member in people or world.members:
        await members.set_consent(world.uow, "T1", "C1", member, is_named=True)


async def make_due(world: World, now: datetime = NEXT_MONDAY, due_at: datetime | None = None) -> None:
    async with world.uow() as uow:
        await uow.workspaces.update_channel(world.channel.id, board_due_at=due_at or now)
        await uow.commit()
    await boards.make_due(world.uow, now)


async def gathered(world: World, week: date = MONDAY) -> Board:
    async with world.uow() as uow:
        return await boards.gather(uow, world.channel, week)


async def test_the_figures_are_those_recorded(world: World) -> None:
    await work_week(world, 5, 3, 3, 1)
    await world.add_break(NOON + timedelta(hours=3), ts=None)
    await name_everyone(world)
    board = await gathered(world)
    assert (board.breaks_done, board.people, board.break_days) == (12, 4, 5)
    assert board.missed_by_us == (NOON + timedelta(hours=3),)
    assert [(row.rank, row.name, row.current, row.kept) for row in board.standings] == [
        (1, "Person 1", 5, 5),
        (2, "Person 2", 3, 3),
        (2, "Person 3", 3, 3),
        (4, "Person 4", 1, 1),
    ]
    assert board.weekly_totals == ((MONDAY, 12),)
    assert (board.is_first_week, board.is_best_week) == (True, False)


async def test_a_due_board_is_posted_once_with_its_figures_and_the_next_is_a_week_later(
    world: World, courier: Courier
) -> None:
    await work_week(world, 5, 5)
    await make_due(world)
    await make_due(world)
    await courier.deliver(NEXT_MONDAY)
    [said] = courier.said
    assert isinstance(said.facts, BoardMessage)
    assert (said.facts.board.week, said.facts.board.breaks_done, said.facts.channel_name) == (MONDAY, 10, "design")
    assert await world.rows(BoardRow, "week", "message_ts") == [(MONDAY, "1.5")]
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + WEEK]


async def test_a_week_without_participation_or_without_a_break_day_gets_no_board(world: World) -> None:
    await work_week(world)
    await make_due(world)
    by_hand = await world.add_break(NOON + WEEK, ts="h", counts=False)
    await press(world, by_hand, world.members[0], at=NOON + WEEK)
    await make_due(world, NEXT_MONDAY + WEEK)
    assert await world.rows(BoardRow, "id") == []
    assert await world.rows(OutboxRow, "id") == []
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + 2 * WEEK]


async def test_a_stopped_channel_gets_no_board(world: World) -> None:
    await work_week(world, 5)
    async with world.uow() as uow:
        await stop_channel(uow, world.channel.id, "is_archived", NOON)
        await uow.commit()
    await make_due(world)
    assert await world.rows(BoardRow, "id") == []


async def test_a_board_a_day_late_is_not_posted(world: World, courier: Courier) -> None:
    await work_week(world, 5)
    late = NEXT_MONDAY + DAY + timedelta(seconds=1)
    await make_due(world, late, NEXT_MONDAY)
    await courier.deliver(late)
    assert courier.said == []
    assert await world.rows(OutboxRow, "state") == ["missed"]
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + WEEK]


async def test_only_those_who_asked_are_named(world: World) -> None:
    await work_week(world, 5, 4, 3, 5)
    await name_everyone(world, *world.members[:3])
    board = await gathered(world)
    assert [row.name for row in board.standings] == ["Person 1", "Person 2", "Person 3"]
    await members.set_consent(world.uow, "T1", "C1", world.members[2], is_named=False)
    assert (await gathered(world)).standings == ()
    assert (await gathered(world)).people == 4


async def test_who_kept_the_week_in_another_channel_stands_here_too(world: World) -> None:
    await work_week(world, 3, 3, 3)
    other = await world.add_channel("C2")
    next_week = [await world.add_break(NOON + WEEK + day * DAY, ts=f"n{day}") for day in range(2)]
    elsewhere = [await world.add_break(NOON + WEEK + day * DAY, ts=f"e{day}", channel=other) for day in range(2)]
    for day in range(2):
        at = NOON + WEEK + day * DAY
        await press(world, next_week[day], *world.members[:2], at=at)
        await press(world, elsewhere[day], world.members[2], at=at)
    await name_everyone(world, *world.members[:3])
    board = await gathered(world, MONDAY + WEEK)
    assert [(row.name, row.kept, row.every_day) for row in board.standings] == [
        (f"Person {number}", 2, True) for number in (1, 2, 3)
    ]
    assert (board.breaks_done, board.people) == (4, 2), "team totals count it where it was made"


async def test_every_figure_is_as_of_the_weeks_end(world: World) -> None:
    await work_week(world, 5, 5, 5)
    await name_everyone(world, *world.members[:3])
    before = await gathered(world)
    await work_week(world, 5, 0, 2, 5, monday=NOON + WEEK)
    assert await gathered(world) == before


async def test_the_best_week_so_far_is_remembered_beyond_the_chart(world: World) -> None:
    await work_week(world, 5, 5, monday=NOON - 12 * WEEK)
    await work_week(world, 3)
    board = await gathered(world)
    assert (board.is_best_week, board.is_first_week, board.best_before) == (False, False, 10)
    assert len(board.weekly_totals) == boards.CHART_WEEKS
    assert board.weekly_totals[-1] == (MONDAY, 3)
    assert sum(done for _, done in board.weekly_totals) == 3


@pytest.mark.parametrize(("person", "expected"), [(0, (5, 5, 5, 1)), (3, (2, 2, 2, 3)), (4, (0, 0, 0, None))])
async def test_ones_own_week_ranks_among_the_named_for_ones_eyes_only(
    world: World, person: int, expected: tuple[int, int, int, int | None]
) -> None:
    await work_week(world, 5, 5, 2, 2)
    await name_everyone(world, *world.members[:2])
    await make_due(world)
    [board_id] = await world.rows(BoardRow, "id")
    own = await boards.own_week(world.uow, board_id, world.members[person])
    assert own is not None
    assert (own.kept, own.due, own.current, own.rank) == expected


async def test_a_board_nobody_made_has_no_figures(world: World) -> None:
    assert await boards.own_week(world.uow, 99, world.members[0]) is None
    assert await boards.find_board_channel(world.uow, 99) is None


async def test_the_latest_board_can_be_looked_at_any_time(world: World) -> None:
    await work_week(world, 5)
    board = await boards.show_latest(world.uow, world.channel, NOON + WEEK + 2 * DAY)
    assert (board.week, board.breaks_done) == (MONDAY, 5)
