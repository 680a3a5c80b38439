"""What comes in a form and could not have been chosen there gets a sentence under its field, and nothing is changed."""

from datetime import date, time

import pytest

from bot.domain.boards import BoardPlan
from bot.domain.forms import read_schedule, read_settings
from bot.domain.keepers import ChannelSettings
from tests.world import TWICE_A_DAY


@pytest.mark.parametrize(
    ("day", "plan"),
    [("3", BoardPlan(weekday=3, at=time(8))), ("off", BoardPlan(is_on=False, at=time(8)))],
)
def test_the_board_comes_on_the_day_that_was_chosen_or_not_at_all(day: str, plan: BoardPlan) -> None:
    assert read_settings({"board": day, "board_time": "8:00"}) == (ChannelSettings(board=plan), {})


@pytest.mark.parametrize("day", ["Z", "7", "-1", "", None])
def test_a_day_that_no_menu_offers_is_said_under_its_field(day: str | None) -> None:
    read, errors = read_settings({"board": day})
    assert list(errors) == ["board"]
    assert read == ChannelSettings()


def test_a_date_that_no_calendar_offers_is_said_under_its_field() -> None:
    read = read_schedule(TWICE_A_DAY, {"starts_on": "tomorrow"}, {}, date(2026, 3, 2))
    assert (list(read.errors), read.schedule.starts_on) == (["starts_on"], None)


def test_a_first_or_last_day_that_is_years_away_is_said_under_its_field() -> None:
    read = read_schedule(TWICE_A_DAY, {"starts_on": "2026-03-09", "ends_on": "9999-12-31"}, {}, date(2026, 3, 2))
    assert read.schedule.starts_on == date(2026, 3, 9)
    assert read.errors == {
        "ends_on": "31 December 9999 is too far away. Try one in the next three years, such as 24 Dec 2027."
    }
