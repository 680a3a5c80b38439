"""A streak is a fold over break days: fair, bridged by the reserve, and never hurt by one more participation."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.streaks import (
    RESERVE_COST,
    RESERVE_MAX,
    Day,
    Streak,
    break_days,
    fold,
    is_milestone,
    keep,
    miss,
    next_milestone,
    progress_of,
    streak_of,
    week_start,
)

K, M = Day.KEPT, Day.MISSED
MONDAY = date(2026, 3, 2)

dates = st.integers(0, 60).map(lambda days: MONDAY + timedelta(days=days))
histories = st.lists(st.sampled_from(Day), max_size=80)


def on(*offsets: int) -> list[date]:
    return [MONDAY + timedelta(days=offset) for offset in offsets]


@given(histories, st.integers(0, 80))
def test_a_fold_can_be_cut_anywhere_and_go_on_from_its_state(history: list[Day], cut: int) -> None:
    assert fold(history[cut:], fold(history[:cut])) == fold(history)


@given(histories)
def test_a_streak_stays_within_its_bounds(history: list[Day]) -> None:
    streak = fold(history)
    assert 0 <= streak.current <= streak.best <= streak.days == history.count(K)
    assert 0 <= streak.reserve <= min(RESERVE_MAX, streak.current)


@given(histories.filter(lambda history: M in history), st.data())
def test_one_more_kept_day_never_lowers_anything(history: list[Day], data: st.DataObject) -> None:
    missed = data.draw(st.sampled_from([index for index, day in enumerate(history) if day is M]))
    before, after = fold(history), fold([*history[:missed], K, *history[missed + 1 :]])
    assert after.current >= before.current
    assert after.best >= before.best
    assert after.reserve >= before.reserve
    assert after.days == before.days + 1


@settings(deadline=None)
@given(st.sets(dates), st.sets(dates), dates, dates)
def test_one_more_participation_on_any_date_never_lowers_anything(
    scheduled: set[date], kept: set[date], extra: date, today: date
) -> None:
    first, earlier = min(kept, default=None), min(kept | {extra})
    before = streak_of(scheduled, kept, first=first, today=today)
    after = streak_of(scheduled, kept | {extra}, first=earlier, today=today)
    assert after.current >= before.current
    assert after.best >= before.best
    assert after.days >= before.days


@settings(deadline=None)
@given(st.lists(dates), st.lists(dates), dates)
def test_order_and_doubling_do_not_matter(scheduled: list[date], kept: list[date], today: date) -> None:
    first = min(kept, default=None)
    doubled, twice = [*scheduled[::-1], *scheduled], [*kept[::-1], *kept]
    expected = progress_of(scheduled, kept, first=first, today=today)
    assert progress_of(doubled, twice, first=first, today=today) == expected


def test_ten_kept_days_fill_the_bank_and_cover_two_missed_ones() -> None:
    full = fold([K] * 30)
    assert (full.current, full.reserve, full.reserve_days, full.days_to_next_reserve) == (30, 10, 2, None)
    assert fold([M, M], full) == Streak(current=30, reserve=0, best=30, days=30)
    assert fold([M, M, M], full) == Streak(current=0, reserve=0, best=30, days=30)


def test_four_kept_days_cover_nothing_and_five_cover_one() -> None:
    assert fold([K] * 4 + [M]) == Streak(current=0, reserve=0, best=4, days=4)
    assert fold([K] * 5 + [M]) == Streak(current=5, reserve=0, best=5, days=5)
    assert fold([K] * 4).days_to_next_reserve == 1
    assert fold([K] * 5).days_to_next_reserve == RESERVE_COST


def test_an_ended_streak_empties_the_bank() -> None:
    assert miss(Streak(current=7, reserve=4, best=9, days=20)) == Streak(current=0, reserve=0, best=9, days=20)
    assert keep(Streak()) == Streak(current=1, reserve=1, best=1, days=1)


def test_today_is_not_missed_until_it_has_ended() -> None:
    scheduled, kept = on(0, 1, 2), on(0, 1)
    assert list(break_days(scheduled, kept, first=MONDAY, today=on(2)[0])) == [K, K]
    assert list(break_days(scheduled, kept, first=MONDAY, today=on(3)[0])) == [K, K, M]


def test_days_before_the_first_participation_and_without_a_break_cost_nothing() -> None:
    days = break_days(on(0, 1, 4, 7), on(4, 5), first=on(4)[0], today=on(8)[0])
    assert list(days) == [K, M]


def test_nobody_who_never_took_part_has_a_streak() -> None:
    assert streak_of(on(0, 1), [], first=None, today=on(5)[0]) == Streak()
    assert progress_of(on(0, 1), [], first=None, today=on(5)[0]).week == ()


def test_a_covered_day_is_named_with_what_the_reserve_still_holds() -> None:
    """Voice: bank 10, Tuesday uncovered, then today: 12 in a row, 1 reserve day left, the next in 4 days."""
    scheduled = on(*range(13))
    kept = on(*range(11), 12)
    progress = progress_of(scheduled, kept, first=MONDAY, today=on(12)[0])
    assert progress.streak == Streak(current=12, reserve=6, best=12, days=12)
    assert (progress.streak.reserve_days, progress.streak.days_to_next_reserve) == (1, 4)
    assert (progress.covered, progress.gap) == (tuple(on(11)), 1)


def test_the_last_reserve_day_is_said_to_be_the_last() -> None:
    """Voice: bank 5 before: that was the last one, the next in 4 days."""
    progress = progress_of(on(*range(7)), on(0, 1, 2, 3, 4, 6), first=MONDAY, today=on(6)[0])
    assert progress.streak == Streak(current=6, reserve=1, best=6, days=6)
    assert (progress.streak.reserve_days, progress.streak.days_to_next_reserve) == (0, 4)
    assert progress.covered == tuple(on(5))


def test_a_gap_that_was_not_bridged_is_counted_but_not_covered() -> None:
    progress = progress_of(on(*range(9)), on(0, 1, 2, 8), first=MONDAY, today=on(8)[0])
    assert progress.streak == Streak(current=1, reserve=1, best=3, days=4)
    assert (progress.covered, progress.gap) == ((), 5)


def test_without_a_gap_nothing_was_covered() -> None:
    progress = progress_of(on(0, 1, 2), on(0, 1, 2), first=MONDAY, today=on(2)[0])
    assert (progress.covered, progress.gap) == ((), 0)


def test_the_week_holds_the_kept_break_days_since_monday() -> None:
    progress = progress_of(on(4, 7, 8, 9), on(4, 7, 9, 12), first=on(4)[0], today=on(9)[0])
    assert progress.week == tuple(on(7, 9))


def test_a_week_starts_on_monday_also_across_the_year() -> None:
    assert week_start(MONDAY) == week_start(on(6)[0]) == MONDAY
    assert week_start(date(2027, 1, 1)) == date(2026, 12, 28)


def test_milestones_are_those_promised() -> None:
    assert [current for current in range(260) if is_milestone(current)] == [5, 10, 20, 30, 50, 75, 100, 150, 200, 250]


@pytest.mark.parametrize("current", [0, 4, 5, 29, 75, 99, 100, 149, 150, 999])
def test_the_next_milestone_is_the_first_one_ahead(current: int) -> None:
    ahead = next_milestone(current)
    assert ahead > current
    assert is_milestone(ahead)
    assert not any(is_milestone(between) for between in range(current + 1, ahead))
