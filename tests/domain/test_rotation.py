"""What a break serves: nothing again until all else was, in an order that any process finds the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rotation import Pool, draw, draw_next, pool_of
from bot.domain.schedules import Schedule, Serves
from tests.made_up import CATALOGUE

MONDAY, DAY = date(2026, 3, 2), timedelta(days=1)
NECK = Schedule(frozenset(range(7)), (time(10),), "UTC", "neck")
THREE = replace(NECK, more_areas=("hips", "lower-back"))


def rounds(pool: Pool, count: int, channel_id: int = 1) -> list[list[str]]:
    size = len(pool.entries)
    return [[draw(pool, channel_id, start * size + index) for index in range(size)] for start in range(count)]


@given(size=st.integers(1, 30), is_shuffled=st.booleans(), channel_id=st.integers(1, 10**6))
def test_a_round_serves_everything_once_and_never_begins_with_what_came_last(
    *, size: int, is_shuffled: bool, channel_id: int
) -> None:
    pool = Pool("exercises:neck", tuple(map(str, range(size))), is_shuffled)
    served = rounds(pool, 8, channel_id)
    assert all(sorted(each) == sorted(pool.entries) for each in served)
    if size > 1:
        assert all(before[-1] != after[0] for before, after in pairwise(served))


def test_a_shuffled_round_has_an_order_of_its_own_in_each_channel() -> None:
    pool = Pool("exercises:neck", tuple("abcdefgh"), is_shuffled=True)
    orders = {tuple(each) for channel in (1, 2, 3) for each in rounds(pool, 3, channel)}
    assert len(orders) == 9


def test_the_shuffle_is_the_same_for_ever() -> None:
    pool = Pool("exercises:neck", tuple("abcdefgh"), is_shuffled=True)
    assert "".join(rounds(pool, 1)[0]) == "ahecdbfg"


def test_one_area_is_served_in_the_order_of_its_routine() -> None:
    pool = pool_of(NECK, CATALOGUE, MONDAY)
    assert rounds(pool, 2) == [["neck-0", "neck-1", "neck-2", "neck-3"]] * 2


def names(schedule: Schedule, days: Sequence[date]) -> list[str]:
    return [pool_of(schedule, CATALOGUE, day).name for day in days]


def test_a_rotation_takes_a_new_area_each_week_and_all_in_turn() -> None:
    weekly = replace(THREE, serves=Serves.ROTATION)
    weeks = [names(weekly, [MONDAY + (week * 7 + day) * DAY for day in range(7)]) for week in range(6)]
    assert all(len(set(week)) == 1 for week in weeks)
    areas = [week[0] for week in weeks]
    assert areas[:3] == areas[3:]
    assert set(areas) == {"exercises:neck", "exercises:hips", "exercises:lower-back"}


def test_a_rotation_with_a_first_day_begins_with_its_first_area() -> None:
    thursday = MONDAY + 3 * DAY
    weekly = replace(THREE, serves=Serves.ROTATION, starts_on=thursday)
    assert names(weekly, [thursday, thursday + 3 * DAY, thursday + 4 * DAY]) == [
        "exercises:neck", "exercises:neck", "exercises:hips"
    ]  # fmt: skip


def test_a_mix_draws_from_all_its_areas() -> None:
    pool = pool_of(replace(THREE, serves=Serves.MIX), CATALOGUE, MONDAY)
    assert len(pool.entries) == len(set(pool.entries)) == 4 + 5 + 5
    assert pool.is_shuffled


def test_whole_routines_take_turns_as_exercises_do() -> None:
    hips = replace(NECK, area="hips", whole_routine=True)
    assert pool_of(hips, CATALOGUE, MONDAY).entries == ("hips", "hips-more")


@pytest.mark.parametrize("serves", Serves)
def test_areas_that_have_no_routine_are_passed_over(serves: Serves) -> None:
    gone = replace(NECK, area="legs", more_areas=("neck",), serves=serves)
    assert pool_of(gone, CATALOGUE, MONDAY).entries[0].startswith("neck")
    assert pool_of(replace(gone, more_areas=()), CATALOGUE, MONDAY).entries


@given(
    is_shuffled=st.booleans(), left_out=st.sets(st.sampled_from("abcde"), max_size=4), channel_id=st.integers(1, 500)
)
def test_what_is_left_out_never_comes_and_the_others_take_turns(
    *, is_shuffled: bool, left_out: set[str], channel_id: int
) -> None:
    pool = Pool("exercises:neck", tuple("abcde"), is_shuffled, frozenset(left_out))
    kept = set("abcde") - left_out
    served, position = [], -1
    for _ in range(8 * len(kept)):
        position, entry = draw_next(pool, channel_id, position)
        served.append(entry)
    rounds = [served[start : start + len(kept)] for start in range(0, len(served), len(kept))]
    assert all(set(each) == kept for each in rounds)
    if len(kept) > 1:
        assert not any(before == after for before, after in pairwise(served))


def test_what_is_left_out_on_the_way_changes_nothing_for_the_others() -> None:
    pool = Pool("exercises:neck", tuple("abcde"), left_out=frozenset("bd"))
    assert draw_next(pool, 1, 2) == (4, "e")  # after three were served, the fourth is passed over
    every = frozenset(exercise.id for exercise in CATALOGUE.exercises)
    usual, without = (pool_of(each, CATALOGUE, MONDAY) for each in (NECK, replace(NECK, left_out=every)))
    assert usual == without  # a break has to serve something
