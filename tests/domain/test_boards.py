"""Standings share ranks and shame nobody; a board is due on Monday at nine, whatever the clocks do."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.boards import MAX_RANKS, Board, BoardPlan, Performance, board_at, next_board_at, rank

MONDAY = date(2026, 3, 2)


def performer(name: str, current: int, *, kept: int = 4, due: int = 5, best: int = 64) -> Performance:
    return Performance(name, current, best, kept, due)


performances = st.lists(
    st.builds(performer, st.text("abcABC", min_size=1, max_size=3), st.integers(0, 14), kept=st.integers(0, 5)),
    max_size=30,
)


def test_equal_streaks_share_a_rank() -> None:
    standings, more = rank([performer("D", 6), performer("B", 18), performer("A", 30), performer("C", 18)])
    assert [(row.rank, row.name) for row in standings] == [(1, "A"), (2, "B"), (2, "C"), (4, "D")]
    assert more == 0


@given(performances, st.data())
def test_standings_do_not_depend_on_the_order_people_come_in(people: list[Performance], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(people))
    ranked, again = rank(people), rank(shuffled)
    assert [(row.rank, row.name.casefold(), row.current) for row in ranked[0]] == [
        (row.rank, row.name.casefold(), row.current) for row in again[0]
    ]
    assert ranked[1] == again[1]


@given(performances)
def test_ranks_are_one_plus_those_ahead_ties_whole_and_at_most_ten(people: list[Performance]) -> None:
    standings, more = rank(people)
    stood = [each for each in people if each.kept > 0 and each.current > 0]
    if len(stood) < 3:
        assert (standings, more) == ((), 0)
        return
    assert len(standings) + more == len(stood)
    assert all(row.rank == 1 + sum(each.current > row.current for each in stood) <= MAX_RANKS for row in standings)
    shown = {row.current for row in standings}
    assert len(standings) == sum(each.current in shown for each in stood)


def test_fewer_than_three_named_people_give_no_standings() -> None:
    assert rank([performer("A", 3), performer("B", 2)]) == ((), 0)
    assert rank([performer("A", 3), performer("B", 2), performer("C", 9, kept=0)]) == ((), 0)
    assert len(rank([performer("A", 3), performer("B", 2), performer("C", 1)])[0]) == 3


def test_nobody_is_shown_with_a_zero() -> None:
    standings, more = rank([performer("A", 3), performer("B", 2), performer("C", 1), performer("D", 0, kept=2)])
    assert [row.name for row in standings] == ["A", "B", "C"]
    assert more == 0


def test_nobody_without_a_kept_day_this_week_stands() -> None:
    standings, _ = rank([performer(name, 3) for name in "ABC"] + [performer("Away", 90, kept=0)])
    assert [row.name for row in standings] == ["A", "B", "C"]


def test_a_tie_at_the_tenth_rank_is_shown_whole_and_the_rest_counted() -> None:
    people = [performer(f"p{n}", 100 - n) for n in range(9)] + [performer(f"t{n}", 50) for n in range(4)]
    standings, more = rank([*people, performer("u", 40), performer("v", 30)])
    assert [row.rank for row in standings] == [*range(1, 10), 10, 10, 10, 10]
    assert more == 2


def test_the_week_is_every_day_only_when_every_own_break_day_was_kept() -> None:
    standings, _ = rank([performer("A", 9, kept=5), performer("B", 8, kept=4), performer("C", 7, kept=2, due=2)])
    assert [row.every_day for row in standings] == [True, False, True]


ZONES = sorted(name for name in available_timezones() if "/" in name)


@settings(max_examples=60)
@given(st.sampled_from(ZONES), st.integers(0, 45 * 366 * 24 * 60), st.integers(0, 6))
def test_the_next_board_is_within_a_week_at_nine_on_the_chosen_weekday(zone: str, minutes: int, weekday: int) -> None:
    after = datetime(1995, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    due_at = next_board_at(after, zone, BoardPlan(weekday=weekday))
    assert due_at is not None
    wall = due_at.astimezone(ZoneInfo(zone))
    assert after < due_at <= after + timedelta(days=8, hours=2)
    assert (wall.weekday(), wall.time()) == (weekday, time(9))


def test_boards_are_a_week_of_wall_time_apart_across_a_change_of_clocks() -> None:
    before = next_board_at(datetime(2026, 3, 20, tzinfo=UTC), "Europe/Berlin", BoardPlan())
    assert before is not None
    after = next_board_at(before, "Europe/Berlin", BoardPlan())
    assert (before, after) == (datetime(2026, 3, 23, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC))


def test_a_channel_may_have_its_board_at_another_time_or_none() -> None:
    thursday = BoardPlan(weekday=3, at=time(15, 30))
    due_at = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
    assert next_board_at(datetime(2026, 3, 2, tzinfo=UTC), "Europe/Berlin", thursday) == due_at
    assert board_at(date(2026, 3, 6), "Europe/Berlin", thursday) == due_at + timedelta(days=1)
    assert next_board_at(due_at, "Europe/Berlin", BoardPlan(is_on=False)) is None


def board(done: int, *earlier: int, best_before: int = 0) -> Board:
    totals = [(MONDAY - timedelta(weeks=len(earlier) - index), total) for index, total in enumerate(earlier)]
    return Board(MONDAY, done, 3, 5, (), 0, (*totals, (MONDAY, done)), best_before=best_before)


@pytest.mark.parametrize(
    ("weekly", "is_best", "is_first"),
    [
        (board(34, 22, 34), True, False),
        (board(35, 22, 34), True, False),
        (board(33, 22, 34), False, False),
        (board(34), False, True),
        (board(34, 0), False, True),
        (board(34, best_before=41), False, False),
        (board(41, 30, best_before=41), True, False),
    ],
)
def test_the_best_week_equals_or_beats_all_before_it_and_the_first_has_none(
    weekly: Board, *, is_best: bool, is_first: bool
) -> None:
    assert (weekly.is_best_week, weekly.is_first_week) == (is_best, is_first)


@pytest.mark.parametrize(
    ("weekly", "best"), [(board(34, 41, best_before=60), 60), (board(34, 41), 41), (board(34), 34)]
)
def test_the_best_week_so_far_may_lie_before_those_of_the_chart_or_be_this_one(weekly: Board, best: int) -> None:
    assert weekly.best == best


def test_a_week_ends_on_sunday() -> None:
    assert board(1).week_end == date(2026, 3, 8)


def test_without_a_break_day_or_without_participation_there_is_no_board() -> None:
    assert not board(1).is_empty
    assert board(0).is_empty
    assert replace(board(1), break_days=0).is_empty
