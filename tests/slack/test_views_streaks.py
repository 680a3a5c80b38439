"""Weeks as sentences, and the days behind the numbers."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.breaks import DoneHow
from bot.domain.days import DayStory, Why
from bot.domain.home import Home, HomeChannel
from bot.domain.streaks import Mark, Progress, Streak
from bot.slack.views import home, streaks
from tests.slack.looking import texts
from tests.slack.samples import CHANNEL, MEMBER, NOW, ZONE, standing_of

MONDAY = date(2026, 3, 2)
DONE, NONE = Mark.DONE, Mark.NONE


def weeks(*marks: Mark | None, today: int) -> list[str]:
    diary = {MONDAY + timedelta(days=day): mark for day, mark in enumerate(marks) if mark is not None}
    return streaks.weeks(diary, MONDAY + timedelta(days=today))


def test_weeks_are_sentences_the_newest_first() -> None:
    first = (DONE, DONE, Mark.RESERVE, DONE, Mark.AWAY, None, None)
    second = (DONE, DONE, DONE, DONE, DONE, None, None)
    assert weeks(*first, *second, DONE, DONE, Mark.OPEN, today=16) == [
        "This week: Monday, Tuesday done.",
        "Last week: every day.",
        "2 to 8 March: Monday, Tuesday, Thursday done; Wednesday covered by a reserve day; Friday away.",
    ]


def test_a_day_without_a_break_and_one_that_was_let_pass_look_the_same() -> None:
    assert weeks(DONE, NONE, DONE, today=7) == weeks(DONE, None, DONE, Mark.NOT_MINE, NONE, today=7)[:1]
    assert weeks(NONE, NONE, today=7) == []


def test_every_day_is_said_of_a_week_that_has_ended() -> None:
    assert weeks(DONE, DONE, today=2) == ["This week: Monday, Tuesday done."]
    assert weeks(DONE, DONE, Mark.NOT_MINE, today=7) == ["Last week: every day."]


def test_each_day_is_explained_with_when_how_and_what_we_missed() -> None:
    stories = (
        DayStory(MONDAY + timedelta(days=1), DONE, (DoneHow(MONDAY, 1, NOW, ("button", "reaction:muscle")),)),
        DayStory(MONDAY, Mark.RESERVE, missed_by_us=(NOW,)),
        DayStory(MONDAY - timedelta(days=2), None, missed_by_us=(NOW, NOW + timedelta(hours=4, minutes=30))),
        DayStory(MONDAY - timedelta(days=3), None, is_holiday=True),
    )
    said = streaks.why(Why(CHANNEL, Progress(Streak(6, 1, 6, 6)), stories), ZONE, MONDAY).text
    assert "Tuesday 3 March: done at 10:25 by Done and a reaction" in said
    assert "Monday 2 March: covered by a reserve day, our break at 10:25 did not go out" in said
    assert "Saturday 28 February: our breaks at 10:25 and 14:55 did not go out" in said
    assert "Friday 27 February: a holiday" in said


def test_who_did_something_outside_breaks_alone_reads_their_days_and_no_zero() -> None:
    only_a_run = replace(standing_of(Streak()), diary={MONDAY: Mark.EXTRA}, today=MONDAY)
    said = streaks.my_days([only_a_run]).text
    assert said.startswith(
        "<#C0DESIGN>: no days in a row yet, the first Done starts them. This week: Monday done. Your name"
    )
    on_home = HomeChannel(only_a_run, None, None, is_done=False, next_due_at=None, schedules=())
    shown = [*texts(home.home(Home(MEMBER, (on_home,), MONDAY)))]
    assert "*<#C0DESIGN>* no days in a row yet, the first Done starts them\nThis week: Monday done." in shown


def test_who_takes_no_part_reads_what_there_was_and_no_zero() -> None:
    said = streaks.why(Why(CHANNEL, Progress(Streak()), (DayStory(MONDAY, None, missed_by_us=(NOW,)),)), ZONE, MONDAY)
    assert said.text.startswith("<#C0DESIGN>: no days in a row yet, the first Done starts them. The last 30 days:")
