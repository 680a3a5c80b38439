"""When breaks are due, checked against walking the wall clock minute by minute through every kind of DST change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.instants import end_of_date, local_date_of, local_instant
from bot.domain.schedules import Occurrence, Schedule, is_day_off, next_occurrence, occurrences, pause

ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
ODD_ZONES = (
    "Africa/Cairo",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Kwajalein",
)
MINUTE = timedelta(minutes=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # a date's parts


zones = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(ZONES))
days = st.dates(date(1995, 1, 2), date(2040, 12, 30))
instants = st.integers(0, 45 * 366 * 24 * 60).map(lambda minutes: utc(1995, 1, 2) + timedelta(minutes=minutes))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    return Schedule(
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        times=tuple(sorted(draw(st.sets(times, min_size=1, max_size=4)))),
        zone=draw(zones),
        area="lower-back",
        day_starts_at=draw(st.sampled_from([time(0), time(0), time(4)])),
    )


def between(schedule: Schedule, after: datetime, until: datetime) -> list[Occurrence]:
    """List the occurrences in (after, until]."""
    return list(takewhile(lambda each: each.due_at <= until, occurrences(schedule, after)))


def every_day(zone: str, *at: time) -> Schedule:
    return Schedule(frozenset(range(7)), at, zone, "lower-back")


def by_walking(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Watch the wall clock until it first shows the time or later; None if it never shows the date."""
    wanted = datetime.combine(day, at)
    start = wanted.replace(tzinfo=UTC) - timedelta(hours=16)
    shown = [(start + i * MINUTE, (start + i * MINUTE).astimezone(zone).replace(tzinfo=None)) for i in range(60 * 44)]
    if not any(wall.date() == day for _, wall in shown) and not date_exists(day, zone):
        return None
    return next(instant for instant, wall in shown if wall >= wanted)


def date_exists(day: date, zone: ZoneInfo) -> bool:
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    return any((noon + hours * timedelta(hours=1)).astimezone(zone).date() == day for hours in range(-40, 41))


@settings(max_examples=25)
@given(day=days, at=times, zone=zones)
@example(date(2023, 4, 28), time(0, 30), "Africa/Cairo")  # no midnight
@example(date(2018, 11, 4), time(0, 0), "America/Sao_Paulo")
@example(date(2018, 2, 17), time(23, 30), "America/Sao_Paulo")  # 23:30 twice
@example(date(2011, 12, 30), time(10, 25), "Pacific/Apia")  # no such date
@example(date(1993, 8, 21), time(10, 25), "Pacific/Kwajalein")
@example(date(2026, 10, 4), time(2, 10), "Australia/Lord_Howe")  # 30 minutes skipped
@example(date(2026, 4, 5), time(1, 40), "Australia/Lord_Howe")  # 30 minutes twice
@example(date(2026, 3, 28), time(23, 30), "America/Nuuk")  # the gap ends at midnight
@example(date(2011, 11, 6), time(0, 0), "America/St_Johns")  # midnight twice
@example(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
@example(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
def test_a_local_time_is_served_when_the_wall_clock_first_shows_it_or_something_later(
    day: date, at: time, zone: str
) -> None:
    assert local_instant(day, at, ZoneInfo(zone)) == by_walking(day, at, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "at", "due_at"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), utc(2026, 3, 29, 1)),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), utc(2026, 10, 25, 0, 30)),
        ("Africa/Cairo", date(2023, 4, 28), time(0, 30), utc(2023, 4, 27, 22)),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0), utc(2018, 11, 4, 3)),
        ("America/Sao_Paulo", date(2018, 2, 17), time(23, 30), utc(2018, 2, 18, 1, 30)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), utc(2026, 10, 3, 15, 30)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 40), utc(2026, 4, 4, 14, 40)),
        ("America/Nuuk", date(2026, 3, 28), time(23, 30), utc(2026, 3, 29, 1)),
        ("Pacific/Apia", date(2011, 12, 30), time(10, 25), None),
        ("Pacific/Kwajalein", date(1993, 8, 21), time(10, 25), None),
    ],
)
def test_gaps_folds_and_skipped_dates_follow_the_rule(zone: str, day: date, at: time, due_at: datetime | None) -> None:
    assert local_instant(day, at, ZoneInfo(zone)) == due_at


@settings(max_examples=50)
@given(schedules(), instants)
def test_the_next_occurrence_is_always_later(schedule: Schedule, after: datetime) -> None:
    following = next_occurrence(schedule, after)
    assert following is not None
    assert following.due_at > after
    assert following.local_date.weekday() in schedule.weekdays


@settings(max_examples=40)
@given(schedules(), instants, st.integers(0, 12 * 24 * 60))
def test_windows_add_up(schedule: Schedule, start: datetime, minutes: int) -> None:
    middle, end = start + minutes * MINUTE, start + timedelta(days=12)
    whole = between(schedule, start, end)
    assert between(schedule, start, middle) + between(schedule, middle, end) == whole
    assert all(before.due_at < after.due_at for before, after in pairwise(whole))


@settings(max_examples=40)
@given(zone=zones, at=times, start=instants)
@example("Pacific/Apia", time(10, 25), utc(2011, 12, 27))
@example("Pacific/Kwajalein", time(10, 25), utc(1993, 8, 18))
@example("Africa/Cairo", time(0, 30), utc(2023, 4, 25))
@example("America/Nuuk", time(23, 30), utc(2026, 3, 25))
@example("America/Sao_Paulo", time(0), utc(2018, 11, 1))
def test_every_date_that_exists_is_served_exactly_once(zone: str, at: time, start: datetime) -> None:
    served = [each.local_date for each in islice(occurrences(every_day(zone, at), start), 12)]
    passing = (served[0] + timedelta(days=offset) for offset in range((served[-1] - served[0]).days + 1))
    assert served == [day for day in passing if date_exists(day, ZoneInfo(zone))]


def test_walking_from_occurrence_to_occurrence_serves_a_year_without_gap_or_double() -> None:
    schedule = Schedule(frozenset(range(5)), (time(2, 30), time(14, 55)), "Europe/Berlin", "lower-back")
    at, dates = utc(2026, 1, 1), []
    while (following := next_occurrence(schedule, at)) and following.local_date.year == 2026:
        at = following.due_at
        dates.append(following.local_date)
    weekdays = [day for offset in range(365) if (day := date(2026, 1, 1) + timedelta(days=offset)).weekday() < 5]
    assert dates == [day for day in weekdays for _ in range(2)]


def test_two_times_that_meet_in_a_gap_are_one_occurrence() -> None:
    three = every_day("Europe/Berlin", time(2, 10), time(2, 50), time(3))
    due = between(three, utc(2026, 3, 28, 12), utc(2026, 4, 1))
    assert [each.due_at for each in due if each.local_date == date(2026, 3, 29)] == [utc(2026, 3, 29, 1)]


def test_times_before_the_day_starts_belong_to_the_date_before() -> None:
    night_shift = Schedule(frozenset({0}), (time(1, 30), time(22)), "Europe/Berlin", "lower-back", time(4))
    due = [(each.due_at, each.local_date) for each in islice(occurrences(night_shift, utc(2026, 6, 1)), 2)]
    assert due == [(utc(2026, 6, 1, 20), date(2026, 6, 1)), (utc(2026, 6, 1, 23, 30), date(2026, 6, 1))]
    assert [local_date_of(due_at, "Europe/Berlin", time(4)) for due_at, _ in due] == [date(2026, 6, 1)] * 2


def test_a_paused_schedule_has_no_occurrences_until_it_goes_on() -> None:
    paused = pause(every_day("Europe/Berlin", time(10)), paused=True)
    assert next_occurrence(paused, utc(2026, 1, 1)) is None
    assert next_occurrence(pause(paused, paused=False), utc(2026, 1, 1)) is not None


@settings(max_examples=50)
@given(day=days, zone=zones)
@example(date(2011, 12, 29), "Pacific/Apia")
@example(date(2023, 4, 27), "Africa/Cairo")
@example(date(2018, 2, 17), "America/Sao_Paulo")
def test_a_date_ends_when_the_next_one_that_exists_begins(day: date, zone: str) -> None:
    end = end_of_date(day, zone)
    following = next(
        later for days_on in (1, 2, 3) if date_exists(later := day + timedelta(days=days_on), ZoneInfo(zone))
    )
    assert local_date_of(end, zone) == following
    assert local_date_of(end - timedelta(seconds=1), zone) < following


def test_a_date_of_a_day_that_starts_late_ends_late() -> None:
    assert end_of_date(date(2026, 6, 1), "Europe/Berlin", time(4)) == utc(2026, 6, 2, 2)


EASTER_MONDAY = date(2026, 4, 6)


def test_a_day_off_is_one_on_which_all_schedules_of_its_weekday_rest_or_all_there_are() -> None:
    holidays = Schedule(frozenset({0, 3}), (time(10),), "Europe/Berlin", "lower-back", holidays="DE")
    never = replace(holidays, holidays="")
    tuesdays = replace(never, weekdays=frozenset({1}))
    assert is_day_off([holidays], EASTER_MONDAY)
    assert is_day_off([holidays, tuesdays, replace(never, paused=True)], EASTER_MONDAY)
    assert is_day_off([replace(tuesdays, holidays="DE")], EASTER_MONDAY)
    assert not is_day_off([holidays, never], EASTER_MONDAY)
    assert not is_day_off([tuesdays], EASTER_MONDAY)
    assert not is_day_off([holidays], EASTER_MONDAY + timedelta(days=1))
