"""The weekly board says what was recorded, names only who asked, and comes once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.boards import Board, Figures, Performance
from bot.domain.dates import Dates
from bot.domain.outbox import Kind, Outcome, Result
from bot.domain.pauses import Pause
from bot.domain.schedules import Schedule
from bot.domain.workspaces import Member
from bot.services import boards, breaks, privacy, schedules, settlement
from bot.services.breaks import Sight
from bot.services.messages import BoardMessage
from bot.services.settlement import Answered
from bot.services.workspaces import stop_channel
from bot.slack.views import boards as views
from bot.store.tables import BoardRow, ChannelRow, OutboxRow
from tests.services.courier import CATALOGUE, Courier
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
        await boards.set_consent(world.uow, "T1", "C1", member, is_named=True, now=NOON)


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
    await boards.set_consent(world.uow, "T1", "C1", world.members[2], is_named=False, now=NOON)
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
    await name_everyone(world, *world.members[:3])
    await make_due(world)
    [board_id] = await world.rows(BoardRow, "id")
    own = await boards.own_week(world.uow, board_id, world.members[person])
    assert own is not None
    assert (own.kept, own.due, own.current, own.rank) == expected


async def test_without_a_list_nobody_is_told_a_rank_in_it(world: World) -> None:
    await work_week(world, 5, 5, 2, 2)
    await name_everyone(world, *world.members[:2])
    await make_due(world)
    [board_id] = await world.rows(BoardRow, "id")
    own = await boards.own_week(world.uow, board_id, world.members[3])
    assert own == boards.OwnWeek(2, 2, 2, None)


async def test_ones_own_rank_is_told_among_those_the_board_lists_whoever_is_named_since(world: World) -> None:
    await work_week(world, 5, 4, 3, 2, 1)
    await name_everyone(world, *world.members[1:4])
    await make_due(world)
    await name_everyone(world)
    [board_id] = await world.rows(BoardRow, "id")
    found = [await boards.own_week(world.uow, board_id, each) for each in world.members]
    assert [(own.rank, own.is_named) for own in found if own] == [
        (1, False),
        (1, True),
        (2, True),
        (3, True),
        (4, False),
    ]


async def test_who_would_not_be_listed_is_told_no_rank(world: World) -> None:
    ids = await work_week(world, 5, 5, 5)
    await press(world, ids[0], world.members[3])
    await name_everyone(world, *world.members[:3])
    await make_due(world)
    [board_id] = await world.rows(BoardRow, "id")
    assert await boards.own_week(world.uow, board_id, world.members[3]) == boards.OwnWeek(1, 5, 0, None)


async def test_who_hides_their_name_is_taken_off_the_newest_boards_and_nobody_else_is_added(
    world: World, courier: Courier
) -> None:
    await name_everyone(world, *world.members[:4])
    for week in range(2):
        await work_week(world, 5, 5, 5, 5, 5, monday=NOON + week * WEEK)
        await make_due(world, NEXT_MONDAY + week * WEEK)
        await courier.deliver(NEXT_MONDAY + week * WEEK)
    later = NEXT_MONDAY + WEEK + DAY
    await boards.set_consent(world.uow, "T1", "C1", world.members[4], is_named=True, now=later)
    await boards.set_consent(world.uow, "T1", "C1", world.members[0], is_named=False, now=later)
    await courier.deliver(later)
    edits = [ready for ready in courier.said if ready.delivery.kind is Kind.BOARD_EDIT]
    assert {ready.edits_ts for ready in edits} == set(await world.rows(BoardRow, "message_ts"))
    assert len(edits) == 2
    for ready in edits:
        assert isinstance(ready.facts, BoardMessage)
        assert [row.name for row in ready.facts.board.standings] == ["Person 2", "Person 3", "Person 4"]
        assert (ready.facts.board.people, ready.facts.board.breaks_done) == (5, 25)


async def hide(world: World) -> None:
    await boards.set_consent(world.uow, "T1", "C1", world.members[0], is_named=False, now=NEXT_MONDAY)


async def forget(world: World) -> None:
    await privacy.forget(world.uow, world.members[0], NEXT_MONDAY)


@pytest.mark.parametrize("go", [hide, forget])
@pytest.mark.parametrize("is_answered", [True, False])
async def test_who_goes_while_a_board_is_on_its_way_is_edited_out_when_it_is_there(
    world: World, courier: Courier, go: Callable[[World], Awaitable[None]], *, is_answered: bool
) -> None:
    await name_everyone(world, *world.members[:4])
    await work_week(world, 5, 5, 5, 5)
    await courier.deliver(NEXT_MONDAY)  # the live lines
    courier.said.clear()
    await make_due(world)
    ready = await courier.begin(NEXT_MONDAY)
    assert "Person 1" in str(ready.facts)
    await go(world)
    await courier.deliver(NEXT_MONDAY)
    assert courier.said == [], "there is nothing to edit yet"
    if is_answered:
        await settlement.settle(world.uow, Answered(ready, Result(Outcome.SENT, ts="7.7"), NEXT_MONDAY))
    else:
        await world.pass_time(60)
        [uncertain] = await courier.deliver(NEXT_MONDAY)
        await settlement.settle_lookup(world.uow, uncertain, found_ts="7.7", can_look=True, now=NEXT_MONDAY)
    await courier.deliver(NEXT_MONDAY)
    [edit] = courier.said
    assert edit.edits_ts == "7.7"
    assert [row.name for row in edit.facts.board.standings] == ["Person 2", "Person 3", "Person 4"]  # type: ignore[union-attr]  # it is a board


async def test_a_board_that_nobody_has_left_is_not_edited(world: World, courier: Courier) -> None:
    await name_everyone(world)
    await work_week(world, 5, 5, 5)
    await make_due(world)
    await courier.deliver(NEXT_MONDAY)
    assert [key for key in courier.keys if key.startswith("board")] == ["board:1"]


async def test_a_posted_board_is_not_changed_by_later_presses(world: World, courier: Courier) -> None:
    ids = await work_week(world, 5, 4, 4, 2)
    await name_everyone(world, *world.members[:4])
    await make_due(world)
    await press(world, ids[0], *world.members[:3], at=NOON)
    await press(world, ids[1], world.members[3], at=NOON + DAY)
    await boards.set_consent(world.uow, "T1", "C1", world.members[0], is_named=False, now=NEXT_MONDAY)
    await courier.deliver(NEXT_MONDAY)
    board = courier.said[-1].facts.board  # type: ignore[union-attr]  # it is a board
    assert (board.breaks_done, board.people) == (15, 4)
    assert [(row.rank, row.name, row.current) for row in board.standings] == [
        (1, "Person 2", 4),
        (1, "Person 3", 4),
        (3, "Person 4", 2),
    ]
    assert (await gathered(world)).breaks_done == 18


async def test_the_best_week_of_long_ago_is_read_off_a_board_of_then(world: World) -> None:
    await work_week(world, 5, 5, monday=NOON - 12 * WEEK)
    await make_due(world, NEXT_MONDAY - 12 * WEEK)
    await work_week(world, 2, monday=NOON - 10 * WEEK)
    await make_due(world, NEXT_MONDAY - 10 * WEEK)
    async with world.uow() as uow:
        await uow.boards.add(world.channel.id, replace(figures_of(MONDAY - 9 * WEEK), best_before=11))
        await uow.commit()
    await work_week(world, 3)
    assert (await gathered(world)).best_before == 11
    assert [total for _, total in (await gathered(world)).weekly_totals] == [0, 0, 0, 0, 0, 0, 0, 3]


async def test_weeks_that_a_board_was_made_of_are_read_off_it_and_its_own_week_is_counted_again(world: World) -> None:
    await work_week(world, 4, monday=NOON - 3 * WEEK)
    await work_week(world, 2, monday=NOON - 2 * WEEK)
    weeks = ((MONDAY - 4 * WEEK, 6), (MONDAY - 3 * WEEK, 7), (MONDAY - 2 * WEEK, 1))
    async with world.uow() as uow:
        await uow.boards.add(world.channel.id, replace(figures_of(MONDAY - 2 * WEEK), weekly_totals=weeks))
        await uow.commit()
    await work_week(world, 3)
    assert [total for _, total in (await gathered(world)).weekly_totals] == [6, 7, 2, 0, 3]


def figures_of(week: date, *people: Member) -> Figures:
    performances = {each.id: Performance("", 1, 1, 1, 1) for each in people}
    return Figures(week, 1, 1, 1, ((week, 1),), performances=performances)


async def test_boards_older_than_a_quarter_and_boards_without_the_name_are_left_alone(world: World) -> None:
    ann, ben = world.members[:2]
    async with world.uow() as uow:
        for week in range(15):
            await uow.boards.add(world.channel.id, figures_of(MONDAY + week * WEEK, ann if week != 14 else ben))
        assert len(await uow.boards.newest_with(world.channel.id, ann.id, boards.HIDES_IN)) == 12
        await uow.commit()


async def schedule(world: World, **changes: Any) -> None:
    """Set up a break on every weekday at noon."""
    daily = replace(Schedule(frozenset(range(5)), (time(12),), "Europe/Berlin", "lower-back"), **changes)
    keeper = world.members[0]
    await schedules.add_schedule(world.uow, CATALOGUE, world.channel, daily, keeper=keeper, now=NOON - DAY)


async def test_a_board_says_which_of_its_days_was_a_holiday(world: World) -> None:
    easter_monday = datetime(2026, 4, 6, 11, tzinfo=UTC)
    await schedule(world, holidays="DE")
    for day in (1, 2, 3):
        await press(
            world,
            await world.add_break(easter_monday + day * DAY, ts=f"{day}"),
            *world.members,
            at=easter_monday + day * DAY,
        )
    board = await gathered(world, easter_monday.date())
    assert (board.break_days, board.holidays) == (3, (easter_monday.date(),))
    assert (
        "on 3 break days (Monday was a holiday)"
        in views.weekly(board, board_id=1, channel_name="design", channel_slack_id="C1", zone="Europe/Berlin").text
    )


async def test_a_board_is_put_off_from_a_day_off_to_the_next_break_day(world: World, courier: Courier) -> None:
    await work_week(world, 5, 5)
    await schedule(world, days_off=(Dates(MONDAY + WEEK, MONDAY + WEEK + 2 * DAY),))
    await make_due(world)
    assert await world.rows(BoardRow, "id") == []
    thursday = NEXT_MONDAY + 3 * DAY
    assert await world.rows(ChannelRow, "board_due_at") == [thursday]
    await boards.make_due(world.uow, thursday)
    await courier.deliver(thursday)
    assert "board:1" in courier.keys
    assert await world.rows(BoardRow, "week") == [MONDAY]
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + WEEK]


async def test_a_weekday_without_breaks_is_no_day_off_and_its_board_comes(world: World) -> None:
    await work_week(world, 5, 5)
    await schedule(world, weekdays=frozenset({1, 3}))
    await make_due(world)
    assert await world.rows(BoardRow, "week") == [MONDAY]
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + WEEK]


@pytest.mark.parametrize(
    "off",
    [
        {"days_off": (Dates(MONDAY + WEEK, MONDAY + WEEK),)},
        {"starts_on": MONDAY + WEEK + DAY},
    ],
)
async def test_a_day_off_on_a_weekday_without_breaks_puts_the_board_off_too(world: World, off: Any) -> None:
    await work_week(world, 5, 5)
    await schedule(world, weekdays=frozenset({1, 3}), **off)
    await make_due(world)
    assert await world.rows(BoardRow, "id") == []
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + DAY]


async def test_after_weeks_of_holiday_the_board_is_of_the_last_week_with_breaks(world: World) -> None:
    await work_week(world, 5, 5)
    await schedule(world, days_off=(Dates(MONDAY + WEEK, MONDAY + 3 * WEEK),))
    await make_due(world)
    tuesday = NEXT_MONDAY + 2 * WEEK + DAY
    assert await world.rows(ChannelRow, "board_due_at") == [tuesday]
    await boards.make_due(world.uow, tuesday)
    await boards.make_due(world.uow, NEXT_MONDAY + 3 * WEEK)
    assert await world.rows(BoardRow, "week") == [MONDAY]


async def test_while_a_channel_is_paused_for_good_its_board_waits(world: World) -> None:
    await work_week(world, 5, 5)
    await schedule(world)
    async with world.uow() as uow:
        await uow.pauses.add(world.channel.id, Pause(NOON + 5 * DAY, None), member_id=None)
        await uow.commit()
    await make_due(world)
    assert await world.rows(BoardRow, "id") == []
    assert await world.rows(ChannelRow, "board_due_at") == [NEXT_MONDAY + WEEK]


async def test_all_time_ranks_by_the_best_and_then_by_days_and_names_three_or_nobody(world: World) -> None:
    await work_week(world, 3, 5, 3, 2)
    await press(world, await world.add_break(NOON - 2 * DAY, ts="early"), world.members[2], at=NOON - 2 * DAY)
    await name_everyone(world, *world.members[:2])
    later = NOON + 30 * DAY
    assert (await boards.show_all_time(world.uow, world.channel, later)).rows == ()
    await name_everyone(world)
    ever = await boards.show_all_time(world.uow, world.channel, later)
    found = [(place, each.name, each.best, each.days) for place, each in ever.rows]
    assert found[0] == (1, "Person 2", 5, 5)
    assert found[1:] == [(2, "Person 3", 3, 4), (3, "Person 1", 3, 3), (4, "Person 4", 2, 2)]


async def test_a_board_nobody_made_has_no_figures(world: World) -> None:
    assert await boards.own_week(world.uow, 99, world.members[0]) is None


async def test_the_latest_board_can_be_looked_at_any_time(world: World) -> None:
    await work_week(world, 5)
    board = await boards.show_latest(world.uow, world.channel, NOON + WEEK + 2 * DAY)
    assert (board.week, board.breaks_done) == (MONDAY, 5)
