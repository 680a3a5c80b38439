"""A dose grows slowly, as its file allows, and shrinks at any time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import doses
from bot.domain.doses import Change, Dose
from routines.catalogue import default_catalogue
from routines.model import Routine

LOWBACK = default_catalogue().routine("lowback")
WALL_SIT = default_catalogue().exercise("wall-sit")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=30)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("seconds", "longer", "shorter"),
    [(30, 35, 25), (55, 60, 50), (60, 70, 55), (70, 80, 60), (295, 300, 285), (300, None, 290), (10, 15, None)],
)
def test_it_grows_by_5_and_from_a_minute_on_by_10_up_to_the_files_maximum(
    seconds: int, longer: int | None, shorter: int | None
) -> None:
    offered = doses.offer(WALL_SIT, Dose(seconds, LONG_AGO), NOON)
    assert offered is not None
    assert (offered.seconds, offered.longer, offered.shorter, offered.longer_from) == (seconds, longer, shorter, None)


def test_it_grows_once_in_three_days_and_shrinks_at_any_time() -> None:
    own = Dose(35, NOON)
    for later, longer in ((timedelta(0), None), (3 * DAY - timedelta(seconds=1), None), (3 * DAY, 40)):
        offered = doses.offer(WALL_SIT, own, NOON + later)
        assert offered is not None
        assert (offered.longer, offered.shorter) == (longer, 30)
        assert offered.longer_from == (None if longer else NOON + 3 * DAY)


def test_a_press_that_came_twice_or_from_an_old_message_changes_nothing() -> None:
    grown = doses.change(WALL_SIT, None, Change.LONGER, 30, NOON)
    assert grown == Dose(35, NOON)
    assert doses.change(WALL_SIT, grown, Change.LONGER, 30, NOON) is None
    assert doses.change(WALL_SIT, grown, Change.LONGER, 35, NOON + DAY) is None
    assert doses.change(WALL_SIT, grown, Change.SHORTER, 35, NOON + DAY) == Dose(30, NOON + DAY)
    assert doses.change(WALL_SIT, grown, Change.SAME, 35, NOON) is None


def test_what_the_source_lets_not_grow_stays_as_it_is() -> None:
    for exercise in LOWBACK.exercises[1:]:
        assert doses.offer(exercise, Dose(999, LONG_AGO), NOON) is None
        assert doses.at_own_dose(exercise, Dose(999, LONG_AGO)) == exercise


@given(changes=st.lists(st.tuples(st.sampled_from(Change), st.integers(0, 200)), max_size=60))
def test_whatever_is_pressed_it_stays_within_its_file_and_grows_no_faster(changes: list[tuple[Change, int]]) -> None:
    own, now, grown_at = None, NOON, NOON - 3 * DAY
    for wanted, hours in changes:
        now += timedelta(hours=hours)
        before = doses.at_own_dose(WALL_SIT, own).hold
        changed = doses.change(WALL_SIT, own, wanted, before, now)
        if changed is None:
            continue
        assert 10 <= changed.seconds <= 300
        assert (changed.seconds > before) == (wanted is Change.LONGER)
        if wanted is Change.LONGER:
            assert now - grown_at >= 3 * DAY
            assert changed.seconds - before in {5, 10}
            grown_at = now
        own = changed


@given(seconds=st.integers(1, 999))
def test_a_routine_at_ones_own_dose_is_one_that_a_run_can_keep(seconds: int) -> None:
    own = doses.at_own_dose(WALL_SIT, Dose(seconds, LONG_AGO))
    assert own.hold == max(10, min(seconds, 300))
    routine = LOWBACK.only(own)
    assert Routine.from_snapshot(routine.to_snapshot()) == routine
