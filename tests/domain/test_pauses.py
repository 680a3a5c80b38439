"""Pauses as they are asked for and as they are said, and which of them holds a schedule."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput
from bot.domain.pauses import Pause, PausedBecause, pause_in_words, pause_on
from bot.domain.schedules import Schedule, held_by

DAY = timedelta(days=1)
TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
PLACE = ("Europe/Berlin", time(0))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0, 0, "for today"),
        (-3, 0, "for today"),
        (0, 1, "until Thursday 3 December"),
        (-3, 1, "until Thursday 3 December"),
        (0, None, "until somebody resumes them"),
        (1, 1, "on Wednesday 2 December"),
        (23, 32, "from Thursday 24 December until Sunday 3 January 2027"),
        (23, None, "from Thursday 24 December until somebody resumes them"),
    ],
)
def test_a_pause_is_said_with_its_beginning_when_that_is_to_come(first: int, last: int | None, words: str) -> None:
    dates = Dates(TODAY + first * DAY, None if last is None else TODAY + last * DAY)
    assert pause_in_words(pause_on(dates, NOW, PLACE), TODAY, PLACE) == words


def test_whose_breaks_they_are_is_heard_in_what_ends_a_pause_for_good() -> None:
    assert pause_in_words(Pause(NOW, None), TODAY, PLACE, is_own=True) == "until you resume them"
    assert pause_in_words(Pause(NOW, None, PausedBecause.AWAY), TODAY, PLACE, is_own=True) == "until you're back"


def test_where_the_day_begins_at_four_today_ends_then() -> None:
    night = ("Europe/Berlin", time(4))
    at_two = datetime(2026, 12, 1, 1, tzinfo=UTC)
    pause = pause_on(Dates(TODAY - DAY, TODAY - DAY), at_two, night)
    assert pause == Pause(at_two, at_two + timedelta(hours=2), PausedBecause.TODAY)
    assert pause_in_words(pause, TODAY - DAY, night) == "for today"


def test_dates_that_are_over_are_refused_with_an_example() -> None:
    with pytest.raises(InvalidInput, match="over already"):
        pause_on(Dates(TODAY - 3 * DAY, TODAY - DAY), NOW, PLACE)


def test_the_longest_pause_over_its_next_break_holds_a_schedule() -> None:
    daily = Schedule(frozenset(range(7)), (time(13),), "Europe/Berlin", "neck")
    today, week, later = Pause(NOW, NOW + DAY / 2), Pause(NOW, NOW + 7 * DAY), Pause(NOW + DAY, None)
    assert held_by([daily], NOW, [today, week, later]) == week
    assert held_by([daily], NOW, [later]) is None
    assert held_by([], NOW, [week]) is None
