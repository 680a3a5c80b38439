"""Public holidays, days off, and the first and last day of a schedule."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice

import pytest

from bot.domain.dates import Dates
from bot.domain.errors import InvalidInput
from bot.domain.holidays import holidays_of, is_holiday, parse_region
from bot.domain.pauses import Pause
from bot.domain.schedules import Schedule, next_due_at, next_occurrence, next_occurrences, occurrences

DAILY = Schedule(frozenset(range(5)), (time(10),), "Europe/Berlin", "neck")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # a date's parts


def dates(schedule: Schedule, after: datetime, count: int) -> list[date]:
    return [each.local_date for each in islice(occurrences(schedule, after), count)]


def test_nothing_is_due_on_a_public_holiday_of_the_country_or_its_part() -> None:
    assert dates(replace(DAILY, holidays="DE"), utc(2026, 4, 1, 12), 3) == [
        date(2026, 4, 2), date(2026, 4, 7), date(2026, 4, 8)
    ]  # fmt: skip
    epiphany = date(2026, 1, 6)
    assert is_holiday(epiphany, "DE-BY")
    assert not is_holiday(epiphany, "DE-BE")
    assert not is_holiday(epiphany, "")


def test_a_weekly_schedule_survives_two_holidays_in_a_row() -> None:
    """Christmas Day and New Year's Day are on one weekday."""
    fridays = replace(DAILY, weekdays=frozenset({4}), holidays="GB")
    assert dates(fridays, utc(2026, 12, 19), 1) == [date(2027, 1, 8)]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Germany", "DE"),
        ("united states, Texas", "US-TX"),
        ("de", "DE"),
        ("DE-BY", "DE-BY"),
        ("de_by", "DE-BY"),
        ("none", ""),
    ],
)
def test_a_region_is_read_as_people_type_it(text: str, region: str) -> None:
    assert parse_region(text) == region


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("XX", "'XX'"),
        ("Germny", "Did you mean Germany?"),
        ("DE, Bayrn", "Did you mean Bayern?"),
        ("DE-ZZ", "DE alone"),
        ("../x", "DE-BY"),
    ],
)
def test_an_unknown_region_is_refused_with_what_works(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_region(text)
    assert refused.value.field == "holidays"
    assert says in refused.value.sentence


def test_nothing_is_due_on_days_off_before_the_first_day_and_after_the_last() -> None:
    off = replace(
        DAILY,
        days_off=(Dates(date(2026, 3, 4), date(2026, 3, 9)),),
        starts_on=date(2026, 3, 3),
        ends_on=date(2026, 3, 11),
    )
    assert dates(off, utc(2026, 1, 1), 9) == [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 11)]
    assert next_occurrence(off, utc(2026, 3, 11, 12)) is None


def test_a_year_off_is_not_the_end() -> None:
    away = replace(DAILY, days_off=(Dates(date(2026, 3, 1), date(2028, 3, 1)),))
    assert dates(away, utc(2026, 3, 1), 1) == [date(2028, 3, 2)]


def test_a_start_years_ahead_is_found() -> None:
    assert dates(replace(DAILY, starts_on=date(2031, 1, 1)), utc(2026, 3, 1), 1) == [date(2031, 1, 1)]


def test_what_is_due_in_a_pause_is_passed_over_and_a_pause_for_good_has_no_end() -> None:
    pause = Pause(utc(2026, 3, 2), utc(2026, 3, 5, 9))
    assert next_due_at(DAILY, utc(2026, 3, 1), [pause]) == utc(2026, 3, 5, 9)
    assert next_due_at(DAILY, utc(2026, 3, 1), [pause, Pause(utc(2026, 3, 5, 9), None)]) is None
    later = Pause(utc(2026, 3, 3), utc(2026, 3, 4))
    assert next_due_at(DAILY, utc(2026, 3, 1), [later]) == utc(2026, 3, 2, 9)


def test_a_preview_merges_schedules_that_meet_and_leaves_pauses_out() -> None:
    both = [DAILY, replace(DAILY, times=(time(10), time(15)))]
    pause = Pause(utc(2026, 3, 3), utc(2026, 3, 4))
    assert [each.due_at for each in next_occurrences(both, utc(2026, 3, 1), 4, [pause])] == [
        utc(2026, 3, 2, 9), utc(2026, 3, 2, 14), utc(2026, 3, 4, 9), utc(2026, 3, 4, 14)
    ]  # fmt: skip


def test_a_schedule_without_times_or_at_the_end_of_time_has_nothing_due() -> None:
    assert next_occurrence(replace(DAILY, times=()), utc(2026, 3, 1)) is None
    assert [each.local_date.day for each in occurrences(DAILY, utc(9999, 12, 29))] == [29, 30]


def test_names_are_english_whatever_language_the_machine_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    holidays_of.cache_clear()
    assert holidays_of("DE", 2031)[date(2031, 5, 1)] == "Labor Day"
