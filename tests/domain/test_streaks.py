"""A streak is a fold over break days: fair, bridged by the reserve, and never hurt by one more participation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.aways import OwnDays, choose_weekdays
from bot.domain.dates import Dates
from bot.domain.streaks import (
    RESERVE_COST,
    RESERVE_MAX,
    Day,
    Gap,
    History,
    Mark,
    Progress,
    Streak,
    Tally,
    checkpoint_until,
    diary_of,
    fold,
    fold_up,
    is_milestone,
    keep,
    miss,
    next_milestone,
    progress_of,
    tally_of,
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


days_off = st.builds(
    lambda first, length: Dates(first, None if length is None else first + timedelta(days=length)),
    dates,
    st.none() | st.integers(0, 20),
)
weekdays = st.lists(st.tuples(dates, st.frozensets(st.integers(0, 6), min_size=1)), max_size=3).map(
    lambda chosen: tuple(sorted(chosen, key=lambda each: each[0]))
)
own_days = st.builds(OwnDays, weekdays, st.lists(days_off, max_size=2).map(tuple))
pasts = st.builds(
    lambda scheduled, unscheduled, kept, own: History(scheduled, kept, min(kept, default=None), own, unscheduled),
    st.frozensets(dates),
    st.frozensets(dates, max_size=10),
    st.frozensets(dates),
    own_days,
)
todays = st.integers(0, 62).map(lambda days: MONDAY + timedelta(days=days))


def never_lower(after: Tally, before: Tally) -> bool:
    numbers = [
        (each.streak.current, each.streak.reserve, each.streak.best, each.streak.days, each.weeks)
        for each in (after, before)
    ]
    return all(new >= old for new, old in zip(*numbers, strict=True))


@given(pasts, dates, todays)
def test_one_more_participation_on_any_date_never_lowers_any_number(past: History, extra: date, today: date) -> None:
    kept = frozenset({*past.kept, extra})
    assert never_lower(tally_of(replace(past, kept=kept, first=min(kept)), today), tally_of(past, today))


@given(pasts, days_off, todays)
def test_excusing_days_never_lowers_any_number(past: History, away: Dates, today: date) -> None:
    excused = replace(past, own=replace(past.own, aways=(*past.own.aways, away)))
    assert never_lower(tally_of(excused, today), tally_of(past, today))


@given(pasts.filter(lambda past: not past.own.weekdays), st.frozensets(st.integers(0, 6), min_size=1), dates, todays)
def test_the_first_choice_of_weekdays_never_lowers_any_number(
    past: History, chosen: frozenset[int], at: date, today: date
) -> None:
    mine = replace(past.own, weekdays=choose_weekdays((), chosen, at))
    assert never_lower(tally_of(replace(past, own=mine), today), tally_of(past, today))


@given(st.frozensets(dates), own_days, dates, todays)
def test_who_keeps_every_own_break_day_never_loses_a_streak(
    scheduled: frozenset[date], own: OwnDays, first: date, today: date
) -> None:
    kept = {day for day in scheduled if day >= first and own.expects(day)} | {first}
    tally = tally_of(History(scheduled, kept, first, own), today)
    assert tally.streak.current == tally.streak.best == tally.streak.days == len(kept & scheduled)
    assert tally.gap == tally.gap_before == Gap()


@given(pasts, todays)
def test_order_and_doubling_do_not_matter(past: History, today: date) -> None:
    shuffled = replace(
        past,
        scheduled=[*sorted(past.scheduled), *sorted(past.scheduled, reverse=True)],
        unscheduled=[*past.unscheduled, *past.unscheduled],
        kept=[*sorted(past.kept, reverse=True), *past.kept],
    )
    assert progress_of(shuffled, today) == progress_of(past, today)


@given(pasts, st.integers(1, 7), todays)
def test_a_history_folded_in_two_parts_comes_to_the_same(past: History, week: int, today: date) -> None:
    until = MONDAY + timedelta(days=7 * week)
    assume(past.first is not None and past.first < until <= today)
    folded = fold_up(past, until)
    later = replace(past, kept=[day for day in past.kept if day >= until], first=None).since(until)
    whole, parts = tally_of(past, today), tally_of(later, today, folded)
    assert parts._replace(gap_before=Gap()) == whole._replace(gap_before=Gap())
    assert progress_of(later, today, folded).week == progress_of(past, today).week
    twice = fold_up(later, checkpoint_until(today), folded) if checkpoint_until(today) >= until else folded
    assert tally_of(past, today).streak == tally_of(later, today, twice).streak


def progress(scheduled: list[date], kept: list[date], today: date) -> Progress:
    return progress_of(History(scheduled, kept, min(kept, default=None)), today)


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
    past = History(on(0, 1, 2), on(0, 1), MONDAY)
    assert list(past.own_days(on(2)[0]).values()) == [K, K]
    assert list(past.own_days(on(3)[0]).values()) == [K, K, M]


def test_days_before_the_first_participation_and_without_a_break_cost_nothing() -> None:
    kept_friday = progress(on(0, 1, 4, 7), on(4, 5), on(8)[0])
    assert (kept_friday.streak, kept_friday.gap.missed) == (Streak(0, 0, 1, 1), 0)


def test_nobody_who_never_took_part_has_a_streak() -> None:
    assert progress(on(0, 1), [], on(5)[0]) == Progress(Streak())


def test_away_days_and_days_off_work_are_no_break_days_but_count_when_kept() -> None:
    part_time = OwnDays(((MONDAY, frozenset({0, 1, 2})),), (Dates(on(8)[0], on(8)[0]),))
    scheduled = on(0, 1, 2, 3, 4, 7, 8, 9)
    past = History(scheduled, on(0, 1, 2, 7, 9), MONDAY, part_time)
    assert tally_of(past, on(10)[0]).streak == Streak(5, 5, 5, 5)
    assert tally_of(replace(past, kept=on(0, 1, 2, 3, 7, 8, 9)), on(10)[0]).streak == Streak(7, 7, 7, 7)


def test_a_choice_of_weekdays_holds_from_its_day_on_and_the_first_one_also_before() -> None:
    own = OwnDays(((on(7)[0], frozenset({0})), (on(14)[0], frozenset({0, 1}))))
    assert [day for day in on(*range(22)) if own.expects(day)] == on(0, 7, 14, 15, 21)


def test_a_break_sent_by_hand_counts_if_done_and_costs_nothing_if_not() -> None:
    past = History(on(0, 2), on(0, 1, 2), MONDAY, unscheduled=on(1))
    assert tally_of(past, on(3)[0]).streak.current == 3
    assert tally_of(replace(past, kept=on(0, 2)), on(3)[0]).streak.current == 2


@pytest.mark.parametrize(("kept", "weeks"), [((0, 1, 2), 1), ((0, 1), 0), ((0, 1, 2, 7, 8, 9, 10), 2)])
def test_a_week_counts_when_half_of_its_break_days_rounded_up_were_kept(kept: tuple[int, ...], weeks: int) -> None:
    scheduled = on(0, 1, 2, 3, 4, 7, 8, 9, 10)
    until = 14 if max(kept) > 6 else 7
    assert progress(scheduled, on(*kept), on(until)[0]).weeks == weeks


def test_a_week_that_has_not_ended_is_not_counted_and_one_without_break_days_is_skipped() -> None:
    past = History(on(0, 1, 7, 14, 15), on(0, 1, 14, 15), MONDAY, OwnDays(aways=(Dates(on(7)[0], on(11)[0]),)))
    assert tally_of(past, on(20)[0]).weeks == 1
    assert tally_of(past, on(21)[0]).weeks == 2
    assert tally_of(replace(past, own=OwnDays()), on(21)[0]).weeks == 1


def test_the_days_of_a_week_before_the_first_participation_count_for_the_week_alone() -> None:
    late = progress(on(0, 1, 2, 3), on(3), on(7)[0])
    assert (late.weeks, late.streak.current) == (0, 1)
    assert progress(on(0, 1, 2, 3), on(2, 3), on(7)[0]).weeks == 1


def test_a_covered_day_is_named_with_what_the_reserve_still_holds() -> None:
    """Voice: bank 10, Tuesday uncovered, then today: 12 in a row, 1 reserve day left, the next in 4 days."""
    scheduled = on(*range(13))
    kept = on(*range(11), 12)
    covered = progress(scheduled, kept, on(12)[0])
    assert covered.streak == Streak(current=12, reserve=6, best=12, days=12)
    assert (covered.streak.reserve_days, covered.streak.days_to_next_reserve) == (1, 4)
    assert (covered.covered, covered.gap) == (tuple(on(11)), Gap(1, *on(11, 11)))


def test_the_last_reserve_day_is_said_to_be_the_last() -> None:
    """Voice: bank 5 before: that was the last one, the next in 4 days."""
    last = progress(on(*range(7)), on(0, 1, 2, 3, 4, 6), on(6)[0])
    assert last.streak == Streak(current=6, reserve=1, best=6, days=6)
    assert (last.streak.reserve_days, last.streak.days_to_next_reserve) == (0, 4)
    assert last.covered == tuple(on(5))


def test_a_gap_that_was_not_bridged_is_counted_but_not_covered() -> None:
    back = progress(on(*range(9)), on(0, 1, 2, 8), on(8)[0])
    assert back.streak == Streak(current=1, reserve=1, best=3, days=4)
    assert (back.covered, back.gap) == ((), Gap(5, *on(3, 7)))


def test_without_a_gap_nothing_was_covered() -> None:
    steady = progress(on(0, 1, 2), on(0, 1, 2), on(2)[0])
    assert (steady.covered, steady.gap) == ((), Gap())


def test_the_week_holds_the_kept_break_days_since_monday() -> None:
    assert progress(on(4, 7, 8, 9), on(4, 7, 9, 12), on(9)[0]).week == tuple(on(7, 9))


def test_a_diary_says_what_each_day_was() -> None:
    own = OwnDays(((MONDAY, frozenset(range(6))),), (Dates(on(8)[0], on(8)[0]),))
    past = History(on(*range(11)), on(*range(5), 7, 12), MONDAY, own, unscheduled=on(11))
    marks = [Mark.DONE] * 5 + [Mark.RESERVE, Mark.NOT_MINE, Mark.DONE, Mark.AWAY, Mark.NONE, Mark.OPEN, Mark.EXTRA]
    assert diary_of(past, on(10)[0]) == dict(zip(on(*range(11), 12), marks, strict=True))
    assert diary_of(History(on(0), [], None), on(10)[0]) == {}


@given(pasts, todays)
def test_a_diary_tells_the_same_as_the_streak(past: History, today: date) -> None:
    marks = list(diary_of(past, today).values())
    tally = tally_of(past, today)
    assert marks.count(Mark.DONE) == tally.streak.days
    since = marks[::-1].index(Mark.NONE) if Mark.NONE in marks else len(marks)
    assert marks[len(marks) - since :].count(Mark.DONE) == tally.streak.current


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
