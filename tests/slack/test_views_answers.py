"""What is answered privately to Done and to away days counts and names days as people do."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.breaks import Answer, Change
from bot.domain.dates import Dates
from bot.domain.streaks import Progress, Streak
from bot.slack.views import aways, breaks
from tests.slack.samples import NOW, ZONE

TUESDAY = date(2026, 3, 3)
DAY = timedelta(days=1)


def counted(*covered: date) -> Answer:
    progress = Progress(Streak(12, 1, 23, 41), covered=covered)
    return Answer(Change.COUNTED, 41, "C0DESIGN", progress, NOW, ZONE)


def test_two_days_that_a_reserve_covered_are_told_apart() -> None:
    next_day, next_week = (breaks.answer(counted(TUESDAY, TUESDAY + number * DAY)).text for number in (1, 7))
    assert "Counted. Tuesday and Wednesday had none, so" in next_day
    assert "Counted. 3 March and 10 March had none, so" in next_week


def test_many_breaks_of_a_day_are_numbered_as_they_are_said() -> None:
    said = [breaks.answer(replace(counted(), breaks_today=number)).text for number in (2, 12, 21)]
    assert [text.partition(" today")[0] for text in said] == [
        "Counted, your second",
        "Counted, your 12th",
        "Counted, your 21st",
    ]


def test_away_for_one_day_is_that_day() -> None:
    one, two = (aways.went_away(Dates(TUESDAY, TUESDAY + number * DAY), 1, TUESDAY).text for number in (0, 1))
    assert "Breaks on that day are not counted" in one
    assert "Breaks on those days are not counted" in two
